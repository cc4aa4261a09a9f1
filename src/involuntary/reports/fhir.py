"""FHIR R4: a bundle of DiagnosticReport, Observations and RiskAssessment (HL7 FHIR 4.0.1, https://hl7.org/fhir/R4/).

The Patient that the standard asks for holds the sex alone. Nothing in the bundle is dated, for no clock is read; its
status is *preliminary* throughout, for a clinician has yet to judge it.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable
from math import isfinite
from typing import Any

from involuntary.model import Assessment, ConditionResult, Finding, Measurement, State
from involuntary.reports.base import Report, Subject

__all__ = ["REPORT"]

Resource = dict[str, Any]

_SPACE = uuid.UUID("6ba7b811-9dad-11d1-80b4-00c04fd430c8")  # RFC 4122, appendix C: names that are URLs
_NAME = "https://involuntary.invalid/"  # RFC 2606: a name that leads nowhere
_HPO, _LOINC = "http://human-phenotype-ontology.org", "http://loinc.org"
_SYSTEMS = {
    "mondo": "http://purl.obolibrary.org/obo/mondo.owl",
    "omim": "http://www.omim.org",
    "orpha": "http://www.orpha.net",
    "icd10": "http://hl7.org/fhir/sid/icd-10",
}
_STATES = {State.PRESENT: ("LA9633-4", "Present"), State.EXCLUDED: ("LA9634-2", "Absent")}
_ABSENT_REASON = "http://terminology.hl7.org/CodeSystem/data-absent-reason"
_CATEGORY = "http://terminology.hl7.org/CodeSystem/observation-category"
_SEX = {"male": "male", "female": "female", "other": "other", "unknown": "unknown"}


class FhirReport(Report):
    """The result for a record system; the same subject gives the same bytes."""

    id = "fhir"
    name = "FHIR R4 bundle"
    media_type = "application/fhir+json"
    suffix = ".fhir.json"

    def compose(self, subject: Subject) -> bytes:
        """Write the bundle."""
        patient: Resource = {"resourceType": "Patient"}
        if subject.case:
            patient["gender"] = _SEX[subject.case.sex]
        about = {"reference": _url(0)}
        found = subject.case.findings if subject.case else [f for o in subject.observations for f in o.findings]
        measured = [m for o in subject.observations for m in o.measurements]
        seen = [_finding(f, about) for f in found] + [_measurement(m, about) for m in measured]
        results = [{"reference": _url(place)} for place in range(2, 2 + len(seen))]
        resources = [patient, _report(subject, about, results), *seen]
        if isinstance(subject.result, Assessment) and subject.result.conditions:
            resources.append(_risks(subject.result, about, results[: len(found)]))
        entries = [{"fullUrl": _url(place), "resource": resource} for place, resource in enumerate(resources)]
        bundle = {"resourceType": "Bundle", "type": "collection", "entry": entries}
        text = json.dumps(bundle, ensure_ascii=False, indent=2, allow_nan=False) + "\n"
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").encode()


def _url(place: int) -> str:
    """Give the same address for the same place in every bundle: references lead within it."""
    return f"urn:uuid:{uuid.uuid5(_SPACE, f'{_NAME}{place}')}"


def _report(subject: Subject, about: Resource, results: list[Resource]) -> Resource:
    result = subject.result
    report: Resource = {
        "resourceType": "DiagnosticReport",
        "status": "preliminary",
        "code": {"text": "Involuntary muscle contractions"},
        "subject": about,
    }
    if results:
        report["result"] = results
    if not isinstance(result, Assessment):
        return report | ({"conclusion": "\n".join(result.notes)} if result.notes else {})
    lines = [f"Urgency: {result.urgency.value}."]
    lines += [f"Warning: {flag.why} {flag.action} Source: {flag.source}" for flag in result.red_flags]
    lines += [f"Next: {step.what}" for step in result.next_steps[:3]]
    return report | {"conclusion": "\n".join([*lines, result.disclaimer])}


def _finding(finding: Finding, about: Resource) -> Resource:
    observation = _observation(_concept([(_HPO, finding.term.id)], finding.term.label), about, "exam")
    if finding.state is State.NOT_ASSESSED:
        observation["dataAbsentReason"] = _concept([(_ABSENT_REASON, "not-performed")], "Not assessed")
    else:
        code, word = _STATES[finding.state]
        observation["valueCodeableConcept"] = _concept([(_LOINC, code)], word)
    if finding.side:
        observation["bodySite"] = {"text": finding.side}
    return observation | _notes(finding.note, finding.rule, str(finding.source) if finding.source else "")


def _measurement(measured: Measurement, about: Resource) -> Resource:
    observation = _observation({"text": f"{measured.id} ({measured.channel})"}, about, "procedure")
    unit = {"unit": measured.unit} if measured.unit else {}
    if isfinite(measured.value):
        observation["valueQuantity"] = {"value": float(measured.value), **unit}
    else:
        observation["dataAbsentReason"] = _concept([(_ABSENT_REASON, "not-a-number")], "Not measured")
    if measured.method:
        observation["method"] = {"text": measured.method}
    if measured.interval and all(map(isfinite, measured.interval)):
        low, high = map(float, measured.interval)
        observation["component"] = [
            {"code": {"text": f"95 % interval, {end}"}, "valueQuantity": {"value": value, **unit}}
            for end, value in (("lower end", low), ("upper end", high))
        ]
    return observation | _notes(f"n = {measured.n}", f"quality: {measured.quality}", str(measured.source))


def _observation(code: Resource, about: Resource, category: str) -> Resource:
    return {
        "resourceType": "Observation",
        "status": "preliminary",
        "category": [{"coding": [{"system": _CATEGORY, "code": category}]}],
        "code": code,
        "subject": about,
    }


def _risks(result: Assessment, about: Resource, basis: list[Resource]) -> Resource:
    assessed: Resource = {
        "resourceType": "RiskAssessment",
        "status": "preliminary",
        "subject": about,
        "method": {"text": f"involuntary {result.version}"},
        "prediction": [_prediction(condition) for condition in result.conditions],
        "note": [{"text": result.disclaimer}],
    }
    return assessed | ({"basis": basis} if basis else {})


def _prediction(condition: ConditionResult) -> Resource:
    codings = [(_SYSTEMS[kind], code) for kind, code in condition.codes if kind in _SYSTEMS and code]
    reasons = [f"{'+' if c.bits >= 0 else '−'}{abs(c.bits):.2f} bits {c.finding}" for c in _contributions(condition)]
    prediction: Resource = {
        "outcome": _concept(codings, condition.name),
        "probabilityDecimal": round(float(condition.probability), 9),
    }
    return prediction | ({"rationale": "; ".join(reasons)} if reasons else {})


def _contributions(condition: ConditionResult) -> Iterable[Any]:
    return (*condition.supports, *condition.contradicts)


def _concept(codings: list[tuple[str, str]], text: str) -> Resource:
    concept: Resource = {"text": text}
    return ({"coding": [{"system": system, "code": code} for system, code in codings]} if codings else {}) | concept


def _notes(*lines: str) -> Resource:
    kept = [{"text": line} for line in lines if line.strip()]
    return {"note": kept} if kept else {}


REPORT = FhirReport()
