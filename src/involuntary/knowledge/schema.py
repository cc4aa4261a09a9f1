"""The shape of the knowledge: what an entry may hold, each claim with its source.

Text for people comes twice, ``plain`` for the person and ``clinician``. Whatever could be wrong is a `Claim`:
it names its source, the place in it, and whether it was checked there. Names, synonyms, cues and codes are vocabulary.
"""

from __future__ import annotations

from typing import ClassVar, Literal

import msgspec

from involuntary.knowledge.claims import Check, Claim, Counted, Described, Source, Value
from involuntary.knowledge.rules import Clause, Clauses, Flag, OnsetKind, RedFlagEntry

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
Sex = Literal["male", "female"]
Setting = Literal["primary", "emergency", "neurology", "other"]


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
        ``necessary``: it does not occur without; this and the others are judged from `risk_ratio` or reports.
    risk_ratio : float or None
        Risk, odds or hazard ratio where published.
    on : str
        What brings it on: use, too much, stopping, or lack.
    """

    judged: ClassVar[frozenset[str]] = frozenset({"strength"})

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
    """How it begins and goes on: in words, which the source tells, and classed, which is our judgement."""

    judged: ClassVar[frozenset[str]] = frozenset({"onset"})

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
        After how long, and what to do: in words; empty where the source does not tell.
    """

    phenomenon: str
    mechanism: str
    what_to_do: str = ""
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
    units: dict[str, float] = msgspec.field(default_factory=dict)
    reference: tuple[ReferenceRange, ...] = ()
    links: tuple[LabLink, ...] = ()
