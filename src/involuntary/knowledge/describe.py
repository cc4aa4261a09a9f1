"""What an entry says, as sections of cited lines: for the person first, for a clinician below."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from involuntary.knowledge.claims import Claim
from involuntary.knowledge.library import Knowledge
from involuntary.knowledge.schema import (
    CONDITION_GROUPS,
    PHENOMENON_GROUPS,
    ConditionEntry,
    Entry,
    LabEntry,
    PhenomenonEntry,
    RedFlagEntry,
    SubstanceEntry,
)

__all__ = ["JUDGEMENT", "Line", "Section", "sections", "source_text"]

JUDGEMENT = "expert-judgement"
_ON = {
    "use": "",
    "overdose": " (in overdose)",
    "withdrawal": " (when it is stopped)",
    "lack": " (when it is lacking)",
}
_NO_CLAIM = ()
# Where a source tells what a substance brings on but not what to do: general advice, which rests on no source.
_GENERAL_ADVICE = {
    "drug": "Do not stop it or change the dose without the prescriber; after too much of it, call a poison centre.",
    "toxin": "Get away from it and call a poison centre or emergency services.",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One statement and the claims that it rests on."""

    text: str
    claims: tuple[Claim, ...] = _NO_CLAIM


@dataclass(frozen=True, slots=True)
class Section:
    """A titled list of lines; `audience` is ``person`` or ``clinician``."""

    title: str
    lines: tuple[Line, ...]
    audience: str = "clinician"


def sections(entry: object, knowledge: Knowledge) -> tuple[Section, ...]:
    """Give what an entry says, leaving out what it does not.

    Parameters
    ----------
    entry : PhenomenonEntry, ConditionEntry, SubstanceEntry, LabEntry or RedFlagEntry
        The entry.
    knowledge : Knowledge
        Where the names behind its links are looked up.
    """
    for sort, plan in _PLANS.items():
        if isinstance(entry, sort):
            made = (Section(title, tuple(lines(entry, knowledge)), audience) for audience, title, lines in plan)
            return tuple(section for section in made if section.lines)
    raise TypeError(f"no entry: {type(entry).__name__}")


def source_text(key: str, knowledge: Knowledge) -> str:
    """Give one source in a line: authors, title, year, identifiers, whom it tells of, and how it was checked."""
    if key == JUDGEMENT or key not in knowledge.sources:
        return "Judgement of the developers; nothing published is cited."
    source = knowledge.sources[key]
    names = {"doi": "doi:", "pmid": "PMID ", "isbn": "ISBN ", "label": "", "url": ""}
    parts = [source.authors, source.title, source.organisation, str(source.year)]
    parts += [f"{prefix}{getattr(source, name)}" for name, prefix in names.items() if getattr(source, name)]
    parts += [f"Among: {source.among}"] if source.among else []
    checked = f" [{source.checked.how}, {source.checked.date}]" if source.checked else " [not checked]"
    return _sentences(*parts) + checked


def _sentences(*parts: str) -> str:
    return " ".join(part.rstrip(".") + "." for part in parts if part)


def _name(sort: str, key: str, knowledge: Knowledge) -> str:
    entry = getattr(knowledge, sort).get(key)
    return str(entry.name) if entry is not None else key


def _often(frequency: str) -> str:
    return f": {frequency}" if frequency else ""


def _noted(note: str) -> str:
    return f" ({note})" if note else ""


def _plain(entry: Entry, _: Knowledge) -> Iterator[Line]:
    yield Line(entry.definition.plain, (entry.definition,))
    yield Line(entry.mechanism.plain, (entry.mechanism,))


def _exact(entry: Entry, _: Knowledge) -> Iterator[Line]:
    yield Line(entry.definition.clinician, (entry.definition,))
    yield Line(entry.mechanism.clinician, (entry.mechanism,))


def _warnings(entry: Entry, knowledge: Knowledge) -> Iterator[Line]:
    for key in entry.red_flags:
        flag = knowledge.red_flags.get(key)
        if flag:
            yield Line(f"{flag.name} ({flag.urgency}): {flag.why} {flag.action}", (flag,))
    if entry.no_red_flags_because:
        yield Line(f"None of its own: {entry.no_red_flags_because}")


def _self_care(entry: Entry, _: Knowledge) -> Iterator[Line]:
    for remedy in entry.management:
        if remedy.kind == "self-care":
            yield Line(f"{remedy.what} {_caution(remedy.caution)}".strip(), (remedy,))


def _treatment(entry: Entry, _: Knowledge) -> Iterator[Line]:
    for remedy in entry.management:
        if remedy.kind != "self-care":
            yield Line(f"{remedy.kind.replace('-', ' ')}: {remedy.what} {_caution(remedy.caution)}".strip(), (remedy,))


def _caution(text: str) -> str:
    return f"Caution: {text}" if text else ""


def _triggers(entry: Entry, _: Knowledge) -> Iterator[Line]:
    for trigger in entry.triggers:
        yield Line(f"{trigger.effect}: {trigger.what}", (trigger,))


def _course(entry: Entry, _: Knowledge) -> Iterator[Line]:
    if entry.course:
        yield Line(entry.course.says, (entry.course,))
        yield Line(f"Classed here as of {' or '.join(entry.course.onset)} onset")


def _who(entry: Entry, _: Knowledge) -> Iterator[Line]:
    for claim in entry.occurrence:
        per_year = " a year" if claim.measure == "incidence" else ""
        yield Line(
            f"{claim.measure.replace('-', ' ')} {claim.n:g} in {claim.of:g}{per_year}, {claim.population}", (claim,)
        )
    if entry.age:
        typical = "" if entry.age.typical is None else f", typically at {entry.age.typical:g}"
        text = f"begins between {entry.age.low:g} and {entry.age.high:g} years{typical}{_noted(entry.age.note)}"
        yield Line(text, (entry.age,))
    if entry.sex:
        yield Line(f"{entry.sex.female:.0%} are women{_noted(entry.sex.note)}", (entry.sex,))


def _codes(entry: Entry, _: Knowledge) -> Iterator[Line]:
    for match in entry.codes.hpo:
        yield Line(f"HPO {match.id} {match.label} ({match.match})")
    for name, codes in (("Mondo", entry.codes.mondo), ("ICD-10", entry.codes.icd10)):
        if codes:
            yield Line(f"{name} {', '.join(code.removeprefix('MONDO:') for code in codes)}")
    rare = (*entry.codes.omim, *entry.codes.orpha)
    if rare:
        yield Line(", ".join(rare))


def _traits(entry: PhenomenonEntry, _: Knowledge) -> Iterator[Line]:
    for trait in entry.traits:
        yield Line(f"{trait.trait}: {trait.says}", (trait,))


def _phenomena(entry: ConditionEntry, knowledge: Knowledge) -> Iterator[Line]:
    for link in entry.phenomena:
        name = _name("phenomena", link.id, knowledge)
        yield Line(f"{name}{_often(link.frequency)}{_noted(link.note)}", (link,))


def _features(entry: Entry, _: Knowledge) -> Iterator[Line]:
    for feature in entry.features:
        yield Line(
            f"{feature.label} ({feature.hpo}){_often(feature.frequency)}{_noted(feature.note)}",
            (feature,),
        )


def _labs(entry: Entry, knowledge: Knowledge) -> Iterator[Line]:
    for lab in entry.labs:
        name = _name("labs", lab.lab, knowledge)
        yield Line(f"{name} {lab.flag}{_often(lab.frequency)}{_noted(lab.note)}", (lab,))


def _exposures(entry: Entry, knowledge: Knowledge) -> Iterator[Line]:
    for link in entry.exposures:
        name = _name("substances", link.substance, knowledge)
        ratio = f", risk ratio {link.risk_ratio:g}" if link.risk_ratio is not None else ""
        yield Line(f"{name}{_ON[link.on]}: {link.strength} (judged){ratio}{_noted(link.note)}", (link,))


def _against(entry: Entry, _: Knowledge) -> Iterator[Line]:
    for against in entry.argues_against:
        yield Line(against.says, (against,))


def _investigations(entry: Entry, _: Knowledge) -> Iterator[Line]:
    for step in entry.investigations:
        code = f" ({step.code})" if step.code else ""
        yield Line(f"{step.kind}: {step.what}{code}: {step.shows}", (step,))


def _confusions(entry: Entry, knowledge: Knowledge) -> Iterator[Line]:
    sort = "phenomena" if isinstance(entry, PhenomenonEntry) else "conditions"
    for other in entry.confused_with:
        yield Line(f"{_name(sort, other.id, knowledge)}: {other.separates}", (other,))


def _brought_on(entry: SubstanceEntry, knowledge: Knowledge) -> Iterator[Line]:
    for link in entry.links:
        which = f" ({', '.join(link.members)})" if link.members else ""
        what = f"{_name('phenomena', link.phenomenon, knowledge)}{_ON[link.on]}{which}{_often(link.frequency)}"
        onset = f"Onset: {link.onset}" if link.onset else ""
        yield Line(_sentences(what, link.mechanism, onset, link.what_to_do), (link,))
    if entry.kind in _GENERAL_ADVICE and not all(link.what_to_do for link in entry.links):
        yield Line(_GENERAL_ADVICE[entry.kind])


def _members(entry: SubstanceEntry, _: Knowledge) -> Iterator[Line]:
    for member in entry.members:
        others = f" ({', '.join(member.synonyms)})" if member.synonyms else ""
        yield Line(f"{member.name}{others}{f', ATC {member.atc}' if member.atc else ''}")


def _ranges(entry: LabEntry, _: Knowledge) -> Iterator[Line]:
    for one in entry.reference:
        low, high = ("" if x is None else f"{x:g}" for x in (one.low, one.high))
        bounds = f"{low} to {high}" if low and high else f"at least {low}" if low else f"at most {high}"
        ages = "" if (one.age_from, one.age_to) == (0, 150) else f", {one.age_from:g} to {one.age_to:g} years"
        yield Line(f"{bounds} {entry.unit}{f', {one.sex}' if one.sex else ''}{ages}", (one,))
    if entry.units:
        yield Line("; ".join(f"1 {unit} = {factor:g} {entry.unit}" for unit, factor in entry.units.items()))
    if entry.loinc:
        yield Line(f"LOINC {', '.join(entry.loinc)}")


def _meanings(entry: LabEntry, knowledge: Knowledge) -> Iterator[Line]:
    for link in entry.links:
        named = f"{link.label} ({link.hpo})" if link.hpo else ""
        kind = _name("phenomena", link.phenomenon, knowledge) if link.phenomenon else ""
        meaning = ", ".join(part for part in (named, kind) if part)
        yield Line(f"{link.flag}: {meaning}{_noted(link.note)}", (link,))


def _flag(entry: RedFlagEntry, _: Knowledge) -> Iterator[Line]:
    yield Line(entry.why, (entry,))
    yield Line(f"{entry.action} ({entry.urgency})", (entry,))


def _rule(entry: RedFlagEntry, knowledge: Knowledge) -> Iterator[Line]:
    for line in entry.when:
        needed = f"at least {line.at_least} of: " if line.at_least > 1 else ""
        yield Line(needed + " or ".join(_clause(clause, knowledge) for clause in line.any))
    if entry.unless:
        yield Line("unless " + " or ".join(_clause(clause, knowledge) for clause in entry.unless))
    if entry.dangers:
        yield Line(f"guards against: {', '.join(_name('conditions', d, knowledge) for d in entry.dangers)}")


def _clause(clause: Any, knowledge: Knowledge) -> str:  # a Clause
    limits = [
        ("below", clause.below, clause.unit),
        ("above", clause.above, clause.unit),
        ("younger than", clause.age_below, "years"),
        ("older than", clause.age_above, "years"),
    ]
    words = [
        clause.label,
        _name("labs", clause.lab, knowledge) if clause.lab else "",
        clause.flag or "",
        _name("substances", clause.exposure, knowledge) if clause.exposure else "",
        *(f"{word} {value:g} {unit}" for word, value, unit in limits if value is not None),
        f"{clause.onset} onset" if clause.onset else "",
    ]
    return " ".join(word for word in words if word)


def _group(groups: dict[str, str]) -> Callable[[Any, Knowledge], Iterable[Line]]:
    return lambda entry, _: [Line(groups[entry.group])]


_Plan = tuple[tuple[str, str, Callable[[Any, Knowledge], Iterable[Line]]], ...]
_FIRST: _Plan = (
    ("person", "In plain words", _plain),
    ("person", "When to seek help", _warnings),
    ("person", "What you can do", _self_care),
    ("person", "What brings it on or eases it", _triggers),
    ("clinician", "Definition and mechanism", _exact),
)
_REST: _Plan = (
    ("clinician", "Who gets it", _who),
    ("clinician", "Course", _course),
    ("clinician", "Findings", _features),
    ("clinician", "Laboratory", _labs),
    ("clinician", "Drugs and other exposures", _exposures),
    ("clinician", "Argues against it", _against),
    ("clinician", "Questions, signs and tests", _investigations),
    ("clinician", "Treatment", _treatment),
    ("clinician", "Taken for", _confusions),
    ("clinician", "Codes", _codes),
)
_PLANS: dict[type, _Plan] = {
    PhenomenonEntry: (
        *_FIRST,
        ("clinician", "Group", _group(PHENOMENON_GROUPS)),
        ("clinician", "What tells it apart", _traits),
        *_REST,
    ),
    ConditionEntry: (
        *_FIRST,
        ("clinician", "Group", _group(CONDITION_GROUPS)),
        ("clinician", "Kinds of contraction", _phenomena),
        *_REST,
    ),
    SubstanceEntry: (("person", "What it can bring on", _brought_on), ("clinician", "Members", _members)),
    LabEntry: (("person", "What it means", _meanings), ("clinician", "Usual range and units", _ranges)),
    RedFlagEntry: (
        ("person", "Why and what to do", _flag),
        ("clinician", "Rule, our choice: every line must hold", _rule),
    ),
}
