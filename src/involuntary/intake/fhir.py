"""FHIR R4 bundles as cases (HL7 FHIR 4.0.1, https://hl7.org/fhir/R4/).

Read are Patient (sex; age only against the bundle's own date), Condition and Observation (coded in HPO, or by a name
that the ontology or the lexicon knows; laboratory values by LOINC), and MedicationStatement, MedicationRequest and
MedicationAdministration. Names, identifiers, addresses and the date of birth itself never enter. Other resources are
passed over. Plain JSON with checked fields: a model of the whole standard would be loaded for a dozen fields.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path
from typing import cast

from involuntary.errors import CaseError
from involuntary.intake.base import CaseReader
from involuntary.intake.fields import Fields
from involuntary.intake.json_text import is_exchange, is_json, parse_json
from involuntary.intake.nested import each, inside, term_of
from involuntary.intake.told import with_text
from involuntary.knowledge import Knowledge
from involuntary.model import Case, Exposure, Finding, LabResult, State
from involuntary.model.case import LabFlag, Sex
from involuntary.units import LAB_UNITS

__all__ = ["READER"]

_SEX: dict[str, Sex] = {"male": "male", "female": "female", "other": "other"}
# http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation
_FLAGS: dict[str, LabFlag] = {
    **dict.fromkeys(("L", "LL", "LX"), "low"),
    **dict.fromkeys(("H", "HH", "HX", "HU"), "high"),
    **dict.fromkeys(("N",), "normal"),
    **dict.fromkeys(("POS", "DET", "R", "RR"), "positive"),
    **dict.fromkeys(("NEG", "ND", "NR"), "negative"),
}
_PRESENT = frozenset({"LA9633-4", "LA33-6", "52101004", "373066001", "POS"})  # LOINC and SNOMED: present, yes
_ABSENT = frozenset({"LA9634-2", "LA32-8", "2667000", "373067005", "NEG"})  # absent, no
_VOID = frozenset({"entered-in-error", "cancelled", "not-taken", "not-done"})
_DAYS_PER_YEAR = 365.25


class FhirBundle(CaseReader):
    """Reads a bundle about one person."""

    id = "fhir"
    name = "FHIR R4 bundle (JSON)"

    def sniff(self, path: Path, text: str) -> bool:
        """Tell whether the text is a FHIR resource."""
        return is_json(path) and is_exchange(text) and '"resourceType"' in text

    def read(self, path: Path, text: str, knowledge: Knowledge) -> Case:
        """Read a bundle's resources; more than one Patient is refused."""
        top = Fields(cast("dict[str, object]", parse_json(path, text)), path.name)
        if top.text("resourceType") != "Bundle":
            top.refuse("resourceType", "must be Bundle", repr(top.text("resourceType")))
        resources = [inside(entry, "resource") for entry in each(top, "entry")]
        kinds = [resource.text("resourceType") for resource in resources]
        if kinds.count("Patient") > 1:
            raise CaseError(path.name, "a case is one Patient", f"{kinds.count('Patient')}", "split the bundle")
        parts = _Parts(knowledge)
        for kind, resource in zip(kinds, resources, strict=True):
            if kind in _READ and not _void(resource):
                _READ[kind](parts, resource)
        patient = next((r for r in resources if r.text("resourceType") == "Patient"), Fields({}, path.name))
        case = Case(
            age_years=_age(patient, top.text("timestamp")),
            sex=_SEX.get(patient.text("gender"), "unknown"),
            text="\n".join(parts.words),
            findings=tuple({finding.term.id: finding for finding in parts.findings}.values()),
            exposures=tuple(parts.exposures),
            labs=tuple(parts.labs),
        )
        return with_text(case, knowledge)


class _Parts:
    """What the resources add, one after the other."""

    def __init__(self, knowledge: Knowledge) -> None:
        self.knowledge = knowledge
        self.findings: list[Finding] = []
        self.exposures: list[Exposure] = []
        self.labs: list[LabResult] = []
        self.words: list[str] = []

    def found(self, concept: Fields, state: State) -> None:
        """Add a finding by HPO code or exact name; else its words, to be read as free text is."""
        for coding in each(concept, "coding"):
            if coding.text("code").startswith("HP:"):
                term = term_of(coding.text("code"), coding, "code", self.knowledge)
                self.findings.append(Finding(term, state))
                return
        ontology = self.knowledge.ontology
        for name in _names(concept):
            if named := ontology.named(name):
                self.findings.append(Finding(ontology.term(ontology.ids[named[0]]), state))
                return
        self.words += [f"{'No ' if state is State.EXCLUDED else ''}{name}." for name in _names(concept)[:1]]


def _condition(parts: _Parts, resource: Fields) -> None:
    refuted = "refuted" in _codes(inside(resource, "verificationStatus"))
    past = {"inactive", "resolved", "remission"} & set(_codes(inside(resource, "clinicalStatus")))
    if not past:
        parts.found(inside(resource, "code"), State.EXCLUDED if refuted else State.PRESENT)


def _observation(parts: _Parts, resource: Fields) -> None:
    if "dataAbsentReason" in resource.values:
        return  # not assessed is never present
    concept, quantity = inside(resource, "code"), inside(resource, "valueQuantity")
    told = {*_codes(inside(resource, "valueCodeableConcept"))}
    flags = [_FLAGS[c] for i in each(resource, "interpretation") for c in _codes(i) if c in _FLAGS]
    number, unit = quantity.number("value"), quantity.text("unit") or quantity.text("code")
    loinc = next((c.text("code") for c in each(concept, "coding") if "loinc" in c.text("system")), "")
    if number is not None or (flags and loinc):
        # A number without a LOINC code, such as a rate from a recording, is no laboratory result.
        if loinc and _names(concept) and (flags or unit in LAB_UNITS):
            parts.labs.append(LabResult(_names(concept)[0], number, unit, flags[0] if flags else "", loinc=loinc))
        return
    yes = resource.values.get("valueBoolean")
    if yes is False or told & _ABSENT:
        parts.found(concept, State.EXCLUDED)
    elif yes is True or told & _PRESENT or not any(key.startswith("value") for key in resource.values):
        parts.found(concept, State.PRESENT)
    elif words := resource.text("valueString") or next(iter(_names(inside(resource, "valueCodeableConcept"))), ""):
        parts.words.append(f"{next(iter(_names(concept)), '')}: {words}.")


def _medication(parts: _Parts, resource: Fields) -> None:
    names = _names(inside(resource, "medicationCodeableConcept"))
    parts.exposures += [Exposure(name, "drug") for name in names[:1]]


_READ: dict[str, Callable[[_Parts, Fields], None]] = {
    "Condition": _condition,
    "Observation": _observation,
    "MedicationStatement": _medication,
    "MedicationRequest": _medication,
    "MedicationAdministration": _medication,
}


def _void(resource: Fields) -> bool:
    status = resource.values.get("status")
    return status in _VOID or "entered-in-error" in _codes(inside(resource, "verificationStatus"))


def _codes(concept: Fields) -> list[str]:
    return [coding.text("code") for coding in each(concept, "coding")]


def _names(concept: Fields) -> list[str]:
    """Give a concept's own words first, then those of its codings."""
    displays: Iterable[str] = (coding.text("display") for coding in each(concept, "coding"))
    return [name for name in (concept.text("text"), *displays) if name]


def _age(patient: Fields, timestamp: str) -> float | None:
    """Give the age at the bundle's date; without one there is none, for no clock is read."""
    born = patient.text("birthDate")
    if not born or not timestamp:
        return None
    whole = f"{born}-07-01"[:10] if len(born) == 4 else f"{born}-15"[:10]
    try:
        years = (date.fromisoformat(timestamp[:10]) - date.fromisoformat(whole)).days / _DAYS_PER_YEAR
    except ValueError:
        # The date itself is identity: it stands in no message.
        patient.refuse("birthDate", "and the bundle's timestamp must be dates as ISO 8601 writes them")
    if years < 0:
        patient.refuse("birthDate", "must lie before the bundle's timestamp")
    return years


READER = FhirBundle()
