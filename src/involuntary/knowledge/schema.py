"""The shape of the knowledge: what an entry may hold, each claim with its source.

Text for people comes twice, ``plain`` for the person and ``clinician``. Whatever could be wrong is a `Claim`:
it names its source, the place in it, and whether it was checked there. Names, synonyms, cues and codes are vocabulary.
"""

from __future__ import annotations

import datetime
from typing import Literal

import msgspec

from involuntary.knowledge.frequency import Frequency

__all__ = [
    "CONDITION_GROUPS",
    "PHENOMENON_GROUPS",
    "Against",
    "AgeAtOnset",
    "Check",
    "Claim",
    "Clause",
    "Clauses",
    "CodeMatch",
    "Codes",
    "ConditionEntry",
    "Confusion",
    "Counted",
    "Course",
    "Described",
    "Entry",
    "ExposureLink",
    "Feature",
    "Investigation",
    "LabEntry",
    "LabFeature",
    "LabLink",
    "Member",
    "Occurrence",
    "PhenomenonEntry",
    "PhenomenonLink",
    "RedFlagEntry",
    "ReferenceRange",
    "Remedy",
    "SexShare",
    "Source",
    "SubstanceEntry",
    "SubstanceLink",
    "Trait",
    "Trigger",
]

PHENOMENON_GROUPS = {
    "hyperexcitability": "Twitches and hyperexcitable nerve",
    "cramp-spasm": "Cramps, spasms and tetany",
    "tone-posture": "Tone, posture and stiffness",
    "jerk": "Jerks",
    "tic-chorea": "Tics and flowing movements",
    "tremor": "Tremor",
    "paroxysmal": "Attacks and startle",
    "sleep": "Movements of sleep",
    "functional": "Functional movements",
    "local": "Protective tension",
    "electrical": "Patterns of transmission, nerve and muscle",
}
CONDITION_GROUPS = {
    "motor-nerve": "Motor neurone and nerve",
    "junction-muscle": "Neuromuscular junction and muscle",
    "cord-brain": "Spinal cord and brain",
    "genetic": "Genetic",
    "metabolic": "Metabolic and endocrine",
    "intake": "Drugs and intake",
    "infection-toxin": "Infection and toxin",
    "load": "Load and lifestyle",
    "local": "Local and mechanical",
}
PhenomenonGroup = Literal[
    "hyperexcitability", "cramp-spasm", "tone-posture", "jerk", "tic-chorea", "tremor", "paroxysmal", "sleep",
    "functional", "local", "electrical",
]  # fmt: skip
ConditionGroup = Literal[
    "motor-nerve", "junction-muscle", "cord-brain", "genetic", "metabolic", "intake", "infection-toxin", "load", "local"
]
Flag = Literal["low", "high", "normal", "positive", "negative"]
Sex = Literal["male", "female"]
OnsetKind = Literal["acute", "subacute", "chronic"]
Setting = Literal["primary", "emergency", "neurology", "other"]


class Value(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Anything read from an entry: frozen, and no key that the schema does not know."""


class Claim(Value, frozen=True, kw_only=True):
    """Something that could be wrong.

    Attributes
    ----------
    source : str
        Key of a `Source`; ``expert-judgement`` where nothing is published.
    where : str
        Page, table, figure or section.
    checked : bool
        Whether the claim was read at its source. What was not weighs less.
    """

    source: str
    where: str = ""
    checked: bool = False


class Check(Value, frozen=True, kw_only=True):
    """When and how a source was looked at, such as ``abstract``, ``full text`` or ``search excerpt``."""

    date: datetime.date
    how: str


class Source(Value, frozen=True, kw_only=True):
    """Where claims are published; at least one identifier.

    Attributes
    ----------
    organisation : str
        Who issued a guideline or a label.
    label : str
        Drug label: product and regulator's identifier.
    checked : Check or None
        None where only recalled.
    """

    title: str
    year: int
    kind: Literal["guideline", "review", "series", "trial", "case-report", "textbook", "label", "database", "judgement"]
    authors: str = ""
    doi: str = ""
    pmid: str = ""
    isbn: str = ""
    organisation: str = ""
    label: str = ""
    url: str = ""
    checked: Check | None = None


class CodeMatch(Value, frozen=True, kw_only=True):
    """An HPO term for something of our own: how the term's meaning relates to ours."""

    id: str
    label: str
    match: Literal["exact", "broader", "narrower", "related"] = "exact"


class Codes(Value, frozen=True, kw_only=True):
    """Codes of an entry: ``MONDO:0005546``, ``M79.7``, ``OMIM:254900``, ``ORPHA:163727``."""

    hpo: tuple[CodeMatch, ...] = ()
    mondo: tuple[str, ...] = ()
    icd10: tuple[str, ...] = ()
    omim: tuple[str, ...] = ()
    orpha: tuple[str, ...] = ()


class Counted(Claim, frozen=True, kw_only=True):
    """A claim with how often it holds: ``12/40``, ``30%``, ``30-60%`` or a word such as ``frequent``."""

    frequency: str = ""

    def __post_init__(self) -> None:
        """Hold that the frequency can be read."""
        if self.frequency:
            Frequency.parse(self.frequency)

    @property
    def share(self) -> Frequency | None:
        """The frequency as a share of people, or None where none is told."""
        return Frequency.parse(self.frequency) if self.frequency else None


class Described(Claim, frozen=True, kw_only=True):
    """One thing said twice: for the person, and for a clinician."""

    plain: str
    clinician: str


class Occurrence(Claim, frozen=True, kw_only=True):
    """How often it occurs: `n` of `of` people.

    Attributes
    ----------
    measure : str
        ``incidence`` is per year; ``share`` is among people who come with an involuntary contraction.
    population : str
        Who was counted, where and when.
    setting : str
        Where they were seen; ``other`` is the general population.
    """

    measure: Literal["prevalence", "lifetime-prevalence", "incidence", "share"]
    n: float
    of: float
    population: str
    setting: Setting = "other"


class AgeAtOnset(Claim, frozen=True, kw_only=True):
    """Years between which most (about nine in ten) begin, and the typical age."""

    low: float
    high: float
    typical: float | None = None
    note: str = ""


class SexShare(Claim, frozen=True, kw_only=True):
    """Share of women among those affected, 0 to 1."""

    female: float
    note: str = ""


class Feature(Counted, frozen=True, kw_only=True):
    """A finding coded in HPO, and how often it occurs among those affected."""

    hpo: str
    label: str
    note: str = ""


class PhenomenonLink(Counted, frozen=True, kw_only=True):
    """A kind of contraction that a condition shows, by the id of its entry."""

    id: str
    note: str = ""


class ExposureLink(Claim, frozen=True, kw_only=True):
    """A substance or activity that causes it, by the id of its entry.

    Attributes
    ----------
    strength : str
        ``necessary``: it does not occur without; the others as judged from `risk_ratio` or reports.
    risk_ratio : float or None
        Risk, odds or hazard ratio where published.
    on : str
        What brings it on: use, too much, stopping, or lack.
    """

    substance: str
    strength: Literal["necessary", "strong", "moderate", "weak"]
    risk_ratio: float | None = None
    on: Literal["use", "overdose", "withdrawal", "lack"] = "use"
    note: str = ""


class LabFeature(Counted, frozen=True, kw_only=True):
    """A laboratory result, by the id of the test's entry, and how often it is so."""

    lab: str
    flag: Flag
    note: str = ""


class Trait(Claim, frozen=True, kw_only=True):
    """What tells one kind of contraction from another."""

    trait: Literal[
        "duration", "rhythm", "speed", "suppressibility", "distribution", "pain", "weakness", "rest", "action",
        "posture", "stimulus", "sleep", "awareness", "emg",
    ]  # fmt: skip
    says: str


class Trigger(Claim, frozen=True, kw_only=True):
    """What provokes, worsens or relieves it; `substance` is the id of an entry where there is one."""

    what: str
    effect: Literal["provokes", "worsens", "relieves"] = "provokes"
    substance: str = ""


class Course(Claim, frozen=True, kw_only=True):
    """How it begins and goes on."""

    onset: tuple[OnsetKind, ...]
    says: str


class Against(Claim, frozen=True, kw_only=True):
    """What makes it less likely: in words, and coded where it can be (a finding, or a laboratory result)."""

    says: str
    hpo: str = ""
    label: str = ""
    state: Literal["present", "excluded"] = "present"
    lab: str = ""
    flag: Flag | None = None


class Investigation(Claim, frozen=True, kw_only=True):
    """A question, sign or test, and what it shows; `code` is LOINC or HPO where there is one."""

    kind: Literal["ask", "examine", "test"]
    what: str
    shows: str
    code: str = ""


class Remedy(Claim, frozen=True, kw_only=True):
    """What may be done, and its caution: how far it goes and when not to."""

    kind: Literal["self-care", "treat-cause", "medicine-class", "therapy", "procedure", "refer"]
    what: str
    caution: str


class Confusion(Claim, frozen=True, kw_only=True):
    """Another entry of the same sort that it is taken for, and what separates them. Both entries say so."""

    id: str
    separates: str


class Entry(Value, frozen=True, kw_only=True):
    """What phenomena and conditions have in common.

    Attributes
    ----------
    synonyms, cues : tuple of str
        Other names, lay words included; phrases by which a person tells it.
    red_flags : tuple of str
        Ids of red flags that concern it.
    no_red_flags_because : str
        The reason, where red flags were considered and there are none. Exactly one of the two is given.
    """

    id: str
    name: str
    definition: Described
    mechanism: Described
    synonyms: tuple[str, ...] = ()
    cues: tuple[str, ...] = ()
    codes: Codes = Codes()
    occurrence: tuple[Occurrence, ...] = ()
    age: AgeAtOnset | None = None
    sex: SexShare | None = None
    features: tuple[Feature, ...] = ()
    labs: tuple[LabFeature, ...] = ()
    exposures: tuple[ExposureLink, ...] = ()
    triggers: tuple[Trigger, ...] = ()
    course: Course | None = None
    argues_against: tuple[Against, ...] = ()
    red_flags: tuple[str, ...] = ()
    no_red_flags_because: str = ""
    investigations: tuple[Investigation, ...] = ()
    management: tuple[Remedy, ...] = ()
    confused_with: tuple[Confusion, ...] = ()


class PhenomenonEntry(Entry, frozen=True, kw_only=True):
    """A kind of contraction; `parent` is the id of the broader kind, if any."""

    group: PhenomenonGroup
    parent: str = ""
    traits: tuple[Trait, ...] = ()


class ConditionEntry(Entry, frozen=True, kw_only=True):
    """A condition or cause, and the kinds of contraction that it shows."""

    group: ConditionGroup
    phenomena: tuple[PhenomenonLink, ...] = ()


class Clause(Value, frozen=True, kw_only=True):
    """One thing to look for in a case: exactly one of finding, lab, exposure, age, onset.

    Attributes
    ----------
    finding, label : str
        HPO term; its descendants count too.
    lab : str
        Id of a test, with `flag`, or with `below` or `above` in `unit`.
    exposure : str
        Id of a substance entry; its members count too.
    age_below, age_above : float or None
        Years.
    """

    finding: str = ""
    label: str = ""
    lab: str = ""
    flag: Flag | None = None
    below: float | None = None
    above: float | None = None
    unit: str = ""
    exposure: str = ""
    age_below: float | None = None
    age_above: float | None = None
    onset: OnsetKind | None = None

    def __post_init__(self) -> None:
        """Hold that a clause says one thing, whole."""
        age = self.age_below is not None or self.age_above is not None
        kinds = [bool(self.finding), bool(self.lab), bool(self.exposure), age, self.onset is not None]
        if sum(kinds) != 1:
            raise ValueError("a clause holds exactly one of finding, lab, exposure, age_below/age_above, onset")
        limit = self.below is not None or self.above is not None
        if self.lab and (self.flag is None) != limit:
            raise ValueError("a clause on a lab holds either flag, or below or above with unit")
        if limit and not (self.lab and self.unit):
            raise ValueError("a limit needs its lab and unit")


class Clauses(Value, frozen=True, kw_only=True):
    """Holds where at least `at_least` of `any` hold."""

    any: tuple[Clause, ...]
    at_least: int = 1

    def __post_init__(self) -> None:
        """Hold that it can be met."""
        if not 1 <= self.at_least <= len(self.any):
            raise ValueError(f"at_least must be 1 to {len(self.any)}, the number of clauses; got {self.at_least}")


class RedFlagEntry(Claim, frozen=True, kw_only=True):
    """A warning: stands where every line of `when` holds and no clause of `unless` does.

    Attributes
    ----------
    why, action : str
        What it may mean and what to do, in words that a person understands.
    dangers : tuple of str
        Ids of the conditions that it guards against, where they have entries.
    """

    id: str
    name: str
    why: str
    action: str
    urgency: Literal["emergency", "urgent", "routine"]
    when: tuple[Clauses, ...]
    unless: tuple[Clause, ...] = ()
    dangers: tuple[str, ...] = ()


class Member(Value, frozen=True, kw_only=True):
    """One substance of a class, with its other names (brands, spellings) and ATC code."""

    name: str
    synonyms: tuple[str, ...] = ()
    atc: str = ""


class SubstanceLink(Counted, frozen=True, kw_only=True):
    """A kind of contraction that a substance brings on, by the id of its entry.

    Attributes
    ----------
    members : tuple of str
        Names of the members that do; all of them where empty.
    onset, what_to_do : str
        After how long, and what to do: in words.
    """

    phenomenon: str
    mechanism: str
    what_to_do: str
    members: tuple[str, ...] = ()
    on: Literal["use", "overdose", "withdrawal", "lack"] = "use"
    onset: str = ""


class SubstanceEntry(Value, frozen=True, kw_only=True):
    """A substance, a class of them, or an activity, and what it brings on."""

    id: str
    name: str
    kind: Literal["drug", "toxin", "food", "activity", "other"]
    synonyms: tuple[str, ...] = ()
    members: tuple[Member, ...] = ()
    links: tuple[SubstanceLink, ...] = ()


class ReferenceRange(Claim, frozen=True, kw_only=True):
    """Usual range in the test's unit, and for whom (ages in years)."""

    low: float | None = None
    high: float | None = None
    sex: Sex | None = None
    age_from: float = 0.0
    age_to: float = 150.0


class LabLink(Claim, frozen=True, kw_only=True):
    """What a result on one side means: an HPO term, a kind of contraction, or both."""

    flag: Flag
    hpo: str = ""
    label: str = ""
    phenomenon: str = ""
    note: str = ""


class LabEntry(Value, frozen=True, kw_only=True):
    """A laboratory test.

    Attributes
    ----------
    unit : str
        The unit that ranges are in; empty for a test that is positive or negative.
    units : dict
        Other units, and the factor that turns them into `unit`.
    """

    id: str
    name: str
    synonyms: tuple[str, ...] = ()
    loinc: tuple[str, ...] = ()
    unit: str = ""
    units: dict[str, float] = {}
    reference: tuple[ReferenceRange, ...] = ()
    links: tuple[LabLink, ...] = ()
