"""Phenopackets 2.0 as cases (GA4GH, ISO 4454:2022; Jacobsen et al. 2022, doi:10.1038/s41587-022-01357-4).

Plain JSON with checked fields: the schema's Python package would bring Protocol Buffers for six fields. Diseases and
interpretations hold the answer and are never read; neither are the subject's id and date of birth. The label beside a
code is for people to read, and follows the release in which it was written: the code alone counts.
"""

from __future__ import annotations

from pathlib import Path
from typing import cast

from involuntary.intake.base import CaseReader
from involuntary.intake.durations import days, iso_years
from involuntary.intake.fields import Fields
from involuntary.intake.json_text import is_exchange, is_json, parse_json
from involuntary.intake.nested import each, inside, term_of
from involuntary.intake.told import with_text
from involuntary.knowledge import Knowledge
from involuntary.model import Case, Exposure, Finding, LabResult, Onset, State
from involuntary.model.case import LabFlag, Sex
from involuntary.units import LAB_UNITS

__all__ = ["READER"]

_SEX: dict[str, Sex] = {"MALE": "male", "FEMALE": "female", "OTHER_SEX": "other"}
# Measurements graded in words, by the Phenotype And Trait Ontology: increased, decreased, normal, present, absent.
_GRADED: dict[str, LabFlag] = {
    "PATO:0000470": "high",
    "PATO:0001997": "low",
    "PATO:0000461": "normal",
    "PATO:0000467": "positive",
    "PATO:0000462": "negative",
}
_OLDEST_YEARS = 130.0


class Phenopacket(CaseReader):
    """Reads a Phenopacket."""

    id = "phenopacket"
    name = "Phenopacket 2.0 (JSON)"

    def sniff(self, path: Path, text: str) -> bool:
        """Tell whether the text is a Phenopacket."""
        return is_json(path) and is_exchange(text) and '"resourceType"' not in text

    def read(self, path: Path, text: str, knowledge: Knowledge) -> Case:
        """Read subject, features, measurements and treatments."""
        top = Fields(cast("dict[str, object]", parse_json(path, text)), path.name)
        subject = inside(top, "subject")
        age = _age(subject)
        features = list(each(top, "phenotypicFeatures"))
        case = Case(
            age_years=age,
            sex=_SEX.get(subject.text("sex").upper(), "unknown"),
            onset=_onset(top, age),
            text="\n".join(filter(None, (feature.text("description") for feature in features))),
            findings=tuple(_finding(feature, knowledge) for feature in features),
            exposures=tuple(_exposures(top)),
            labs=tuple(_labs(top)),
        )
        return with_text(case, knowledge)


def _age(subject: Fields) -> float | None:
    element = inside(subject, "timeAtLastEncounter")
    return _years(element)


def _years(element: Fields) -> float | None:
    """Give a time element's age in years; of a range its middle."""
    bounds = inside(element, "ageRange")
    ages = [inside(element, "age"), inside(bounds, "start"), inside(bounds, "end")]
    told = [(age, age.text("iso8601duration")) for age in ages if age.text("iso8601duration")]
    years = []
    for age, text in told:
        value = iso_years(text)
        if value is None or not 0 <= value <= _OLDEST_YEARS:
            age.refuse("iso8601duration", f"must be an ISO 8601 duration of 0 to {_OLDEST_YEARS:g} years", repr(text))
        years.append(value)
    return sum(years) / len(years) if years else None


def _onset(top: Fields, age: float | None) -> Onset:
    """Give since when, where every feature that states an age states it: the earliest counts."""
    begun = [
        years for feature in each(top, "phenotypicFeatures") if (years := _years(inside(feature, "onset"))) is not None
    ]
    if age is None or not begun or min(begun) > age:
        return Onset()
    text = f"P{age - min(begun):.3g}Y"
    return Onset("", text, days(text))


def _finding(feature: Fields, knowledge: Knowledge) -> Finding:
    kind = inside(feature, "type")
    if not kind.text("id"):
        kind.refuse("id", "is required")
    excluded = feature.values.get("excluded", False)
    if not isinstance(excluded, bool):
        feature.refuse("excluded", "must be true or false", repr(excluded))
    sides = [modifier.text("label") for modifier in each(feature, "modifiers")]
    onset = inside(feature, "onset")
    return Finding(
        term_of(kind.text("id"), kind, "id", knowledge),
        State.EXCLUDED if excluded else State.PRESENT,
        side=next((side.lower() for side in sides if side.lower() in {"left", "right", "bilateral"}), ""),
        note=feature.text("description"),
        onset=inside(onset, "ontologyClass").text("label") or inside(onset, "age").text("iso8601duration"),
    )


def _exposures(top: Fields) -> list[Exposure]:
    agents = (inside(inside(action, "treatment"), "agent") for action in each(top, "medicalActions"))
    return [Exposure(agent.text("label"), "drug") for agent in agents if agent.text("label")]


def _labs(top: Fields) -> list[LabResult]:
    found = []
    for measurement in each(top, "measurements"):
        assay, value = inside(measurement, "assay"), inside(measurement, "value")
        quantity, graded = inside(value, "quantity"), inside(value, "ontologyClass")
        unit = inside(quantity, "unit")
        number, symbol = quantity.number("value"), unit.text("label") or unit.text("id").removeprefix("UCUM:")
        flag = _GRADED.get(graded.text("id"), "")
        name, loinc = assay.text("label") or assay.text("id"), assay.text("id")
        # What says neither how much nor how it stands, or is in no laboratory unit, is no laboratory result.
        if name and (flag or (number is not None and symbol in LAB_UNITS)):
            found.append(LabResult(name, number, symbol, flag, loinc=loinc.removeprefix("LOINC:")))
    return found


READER = Phenopacket()
