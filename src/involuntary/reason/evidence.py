"""What is known of a case, each thing once: the witnesses' findings in one list, ready to be weighed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from involuntary.knowledge import Knowledge
from involuntary.knowledge.schema import LabEntry, ReferenceRange
from involuntary.model import Case, Exposure, Finding, LabResult, LikelihoodRatio, Onset, State

__all__ = ["BEFORE", "Evidence", "collect", "unweighed"]

# Value of an age at onset that is only bounded from above.
BEFORE = "before"


@dataclass(frozen=True, slots=True)
class Evidence:
    """One thing known.

    Attributes
    ----------
    kind : str
        ``finding``, ``lab``, ``exposure``, ``exposures`` (all that were told, for what is not among them), ``age``,
        ``sex``, ``onset`` or ``words`` (those of the history, for what no code holds).
    name : str
        As a report prints it.
    present : bool
        False for an excluded finding.
    term : str
        HPO code, where there is one; a laboratory result has one where the knowledge base links it.
    entry : str
        Id of the laboratory test or the substance in the knowledge base; empty where it holds none.
    value : str
        Flag of a laboratory result, kind of onset, sex, the ids of all exposures, or the stems of all words.
    number : float
        Age at onset in years.
    weight : LikelihoodRatio or None
        How much a recording's finding is worth, where it is less than certain.
    surer : tuple of Evidence
        What was told in broader words and is surer than this: implied, so not counted beside it, and yet not as
        doubtful as this is. Kinds and conditions keep its certainty.
    """

    kind: Literal["finding", "lab", "exposure", "exposures", "age", "sex", "onset", "words"]
    name: str
    present: bool = True
    term: str = ""
    entry: str = ""
    value: str = ""
    number: float = 0.0
    weight: LikelihoodRatio | None = None
    surer: tuple[Evidence, ...] = ()


def collect(case: Case, knowledge: Knowledge) -> tuple[Evidence, ...]:
    """List what is known of a case, sorted, so that the order in which it was told does not matter.

    A finding that another one implies is not counted beside it; the same finding from two witnesses counts
    once; what was not assessed is no evidence.
    """
    labs = [_lab(result, case, knowledge) for result in case.labs]
    findings = [_finding(f) for f in case.findings if f.state is not State.NOT_ASSESSED]
    told = _once([*labs, *findings], knowledge)
    exposures = {e.entry or e.name.lower(): e for e in (_exposure(x, knowledge) for x in case.exposures)}
    rest = [*exposures.values(), *_person(case)]
    if exposures:
        ids = " ".join(sorted(e.entry for e in exposures.values() if e.entry))
        rest.append(Evidence("exposures", "no other exposure told", value=ids))
    if case.words:
        rest.append(Evidence("words", "the words of the history", value=" ".join(case.words)))
    return tuple(sorted([*told, *rest], key=lambda e: (e.kind, e.name, e.term, not e.present)))


def _finding(finding: Finding) -> Evidence:
    present = finding.state is State.PRESENT
    return Evidence("finding", finding.term.label, present, finding.term.id, weight=finding.likelihood_ratio)


def _once(told: list[Evidence], knowledge: Knowledge) -> list[Evidence]:
    """Drop what another piece of evidence already says."""
    ontology = knowledge.ontology
    present = {e.term for e in told if e.term and e.present}
    # What a signal shows that tells nothing implies nothing.
    implied = {a for e in told if e.term and e.present and _tells(e) for a in ontology.ancestors(e.term) if a != e.term}
    excluded = {e.term for e in told if e.term and not e.present}
    kept: dict[tuple[str, str, bool], Evidence] = {}
    for e in told:
        if e.term and e.present and e.term in implied:
            continue
        if not e.present:
            above = set(ontology.ancestors(e.term))
            # Seen by one witness and not by the other: it was there; a broader exclusion says it already.
            if e.term in present or e.term in implied or (above - {e.term}) & excluded:
                continue
        key = (e.term or e.entry or e.name, e.value if not e.term else "", e.present)
        if key not in kept or _certainty(e) > _certainty(kept[key]):
            kept[key] = e
    broader = sorted(
        (e for e in told if e.present and e.term in implied and _tells(e)),
        key=lambda e: (e.term, _certainty(e), e.name),
    )
    return [_with_surer(e, broader, knowledge) for e in kept.values()]


def _with_surer(e: Evidence, broader: Sequence[Evidence], knowledge: Knowledge) -> Evidence:
    """Keep what was told in broader words where it is surer: a doubtful detail makes no doubt of the rest.

    `broader` is sorted: of what is told twice in the same term the surest stays.
    """
    if not (broader and e.term and e.present and e.weight):
        return e
    above = set(knowledge.ontology.ancestors(e.term)) - {e.term}
    surer = {x.term: x for x in broader if x.term in above and _certainty(x) > _certainty(e)}
    return replace(e, surer=tuple(surer.values()))


def _tells(e: Evidence) -> bool:
    return e.weight is None or e.weight.value > 1.0


def _certainty(e: Evidence) -> tuple[int, float]:
    # A laboratory result says more than its bare code; an unweighted finding is taken as seen.
    ratio = e.weight.value if e.weight else float("inf")
    return (e.kind == "lab", max(ratio, 1 / ratio) if ratio else float("inf"))


def _person(case: Case) -> list[Evidence]:
    found = []
    if case.age_years is not None:
        found.append(_age(case.age_years, case.onset))
    if case.sex in {"male", "female"}:
        found.append(Evidence("sex", case.sex, value=case.sex))
    if case.onset.kind:
        found.append(Evidence("onset", f"{case.onset.kind} onset", value=case.onset.kind))
    return found


def _age(years: float, onset: Onset) -> Evidence:
    """Give the age at which it began; of something chronic whose duration nobody told, the latest that it can be."""
    if onset.duration_days is not None:
        began = max(0.0, years - onset.duration_days / 365.25)
        return Evidence("age", f"age {years:g}, begun at {began:.3g}", number=began)
    latest = onset.kind == "chronic"
    return Evidence("age", f"age {years:g}" + (", begun before" if latest else ""), value=BEFORE * latest, number=years)


def unweighed(evidence: Sequence[Evidence]) -> tuple[str, ...]:
    """Say what was told and could not be weighed, and why: nothing is lost silently."""
    said = []
    for e in evidence:
        if e.kind == "exposure" and not e.entry:
            said.append(f"{e.name}: no such substance or activity in the knowledge base; it was not weighed")
        elif e.kind == "lab" and not e.entry:
            said.append(f"{e.name}: no such test in the knowledge base; it was not weighed")
        elif e.kind == "lab" and not e.value:
            said.append(f"{e.name}: no usual range is known in this unit; it was not weighed: give a flag beside it")
    return tuple(said)


def _exposure(exposure: Exposure, knowledge: Knowledge) -> Evidence:
    entry = knowledge.substance(exposure.substance)
    return Evidence("exposure", exposure.substance, entry=entry.id if entry else "")


def _lab(result: LabResult, case: Case, knowledge: Knowledge) -> Evidence:
    entry = knowledge.lab(result.name, result.loinc)
    flag = result.flag or (flag_of(result, entry, case) if entry else "")
    shown = f"{result.name} {flag}".strip() if result.value is None else f"{result.name} {result.value:g} {result.unit}"
    shown = f"{shown} ({flag})" if result.value is not None and flag else shown
    links = [link for link in entry.links if link.flag == flag and link.hpo] if entry else []
    return Evidence(
        "lab", shown.strip(), term=links[0].hpo if links else "", entry=entry.id if entry else "", value=flag
    )


def flag_of(result: LabResult, entry: LabEntry, case: Case) -> str:
    """Read a value against the usual range of the person's sex and age; empty where none applies."""
    factor = 1.0 if result.unit == entry.unit else entry.units.get(result.unit)
    if result.value is None or factor is None:
        return ""
    value = result.value * factor
    usual = [r for r in entry.reference if _applies(r, case)]
    if not usual:
        return ""
    if usual[0].low is not None and value < usual[0].low:
        return "low"
    return "high" if usual[0].high is not None and value > usual[0].high else "normal"


def _applies(usual: ReferenceRange, case: Case) -> bool:
    age = 40.0 if case.age_years is None else case.age_years
    return usual.sex in (None, case.sex) and usual.age_from <= age < usual.age_to
