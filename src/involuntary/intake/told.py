"""A case with what its free text and its results in words add; what is coded stands over what a text says."""

from __future__ import annotations

from dataclasses import replace

from involuntary.intake.circumstances import age_in, exposures_in, onset_in, sex_in
from involuntary.intake.free_text import findings_in, signs_of, words_in
from involuntary.intake.results import labs_in
from involuntary.knowledge import Knowledge
from involuntary.knowledge.schema import LabEntry, SubstanceEntry
from involuntary.model import Case, Onset

__all__ = ["with_text"]

_VAGUE = "kind not told"  # in the name of an entry for a class whose member was not named


def with_text(case: Case, knowledge: Knowledge) -> Case:
    """Give the case with the findings, exposures, laboratory results, onset, age and sex that its words tell.

    A finding, substance or test that the case holds already stays as coded; onset, age and sex are read only
    where the case states none.
    """
    if not (case.text or case.signals):
        return case
    words = "\n".join((case.text, *case.signals)).replace("’", "'")  # one text, read once by all below
    age = age_in(case.text) if case.age_years is None else case.age_years
    coded = {finding.term.id for finding in case.findings}
    known = {_id(knowledge.substance(exposure.substance)) for exposure in case.exposures}
    tested = {_id(knowledge.lab(result.name, result.loinc)) for result in case.labs}
    told = ((exposure, knowledge.substance(exposure.substance)) for exposure in exposures_in(words, knowledge))
    # A class of drugs by its everyday name (a water tablet) is one of those listed, where some are.
    exposures = (e for e, entry in told if _id(entry) not in known and not (known and entry and _VAGUE in entry.name))
    labs = tuple(result for result in labs_in(words, knowledge) if _id(knowledge.lab(result.name)) not in tested)
    findings = {f.term.id: f for f in (*findings_in(words, knowledge, age), *signs_of(labs, knowledge))}
    return replace(
        case,
        age_years=age,
        sex=sex_in(case.text) if case.sex == "unknown" else case.sex,
        onset=onset_in(case.text) if case.onset == Onset() else case.onset,
        findings=case.findings + tuple(finding for code, finding in findings.items() if code not in coded),
        exposures=(*case.exposures, *exposures),
        labs=(*case.labs, *labs),
        words=words_in(words),
    )


def _id(entry: SubstanceEntry | LabEntry | None) -> str:
    return entry.id if entry else ""
