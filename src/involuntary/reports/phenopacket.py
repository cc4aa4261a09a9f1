"""Phenopacket 2.0: what was found, taken and measured, in the exchange form of GA4GH.

A differential has no place in a Phenopacket: its diseases are diagnoses. Only findings, laboratory results and drugs
are written. The schema asks for a date of making; no clock is read, and the zero of the clock stands for *not told*.
"""

from __future__ import annotations

import json
from typing import Any

from involuntary._version import __version__
from involuntary.model import Assessment, Case, Exposure, Finding, LabResult, State
from involuntary.reports.base import Report, Subject

__all__ = ["REPORT"]

_NOT_TOLD = "1970-01-01T00:00:00Z"
_SEX = {"male": "MALE", "female": "FEMALE", "other": "OTHER_SEX", "unknown": "UNKNOWN_SEX"}
_SIDES = {"left": ("HP:0012835", "Left"), "right": ("HP:0012834", "Right"), "bilateral": ("HP:0012832", "Bilateral")}
_GRADED = {
    "high": ("PATO:0000470", "increased amount"),
    "low": ("PATO:0001997", "decreased amount"),
    "normal": ("PATO:0000461", "normal"),
    "positive": ("PATO:0000467", "present"),
    "negative": ("PATO:0000462", "absent"),
}


class PhenopacketReport(Report):
    """The case for exchange; the same subject gives the same bytes."""

    id = "phenopacket"
    name = "Phenopacket 2.0"
    media_type = "application/json"
    suffix = ".phenopacket.json"

    def compose(self, subject: Subject) -> bytes:
        """Write the Phenopacket."""
        case = subject.case or Case(findings=tuple(f for o in subject.observations for f in o.findings))
        packet: dict[str, Any] = {
            "id": "case",
            "subject": _subject(case),
            "phenotypicFeatures": [_feature(f) for f in case.findings if f.state is not State.NOT_ASSESSED],
        }
        packet |= {"measurements": [_measured(lab) for lab in case.labs]} if case.labs else {}
        taken = [_taken(exposure) for exposure in case.exposures if exposure.kind == "drug"]
        packet |= {"medicalActions": taken} if taken else {}
        packet["metaData"] = _meta(subject)
        text = json.dumps(packet, ensure_ascii=False, indent=2, allow_nan=False) + "\n"
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").encode()


def _subject(case: Case) -> dict[str, Any]:
    subject: dict[str, Any] = {"id": "subject", "sex": _SEX[case.sex]}
    if case.age_years is not None:
        years, months = divmod(round(case.age_years * 12), 12)
        age = f"P{years}Y" + (f"{months}M" if months else "")
        subject["timeAtLastEncounter"] = {"age": {"iso8601duration": age}}
    return subject


def _feature(finding: Finding) -> dict[str, Any]:
    feature: dict[str, Any] = {"type": _term(finding.term.id, finding.term.label)}
    if finding.note:
        feature["description"] = finding.note
    if finding.state is State.EXCLUDED:
        feature["excluded"] = True
    if finding.side in _SIDES:
        feature["modifiers"] = [_term(*_SIDES[finding.side])]
    return feature


def _measured(lab: LabResult) -> dict[str, Any]:
    assay = _term(f"LOINC:{lab.loinc}", lab.name) if lab.loinc else _term(lab.name, lab.name)
    if lab.value is not None:
        return {
            "assay": assay,
            "value": {"quantity": {"unit": _term(f"UCUM:{lab.unit}", lab.unit), "value": lab.value}},
        }
    return {"assay": assay, "value": {"ontologyClass": _term(*_GRADED[lab.flag])}}


def _taken(exposure: Exposure) -> dict[str, Any]:
    return {"treatment": {"agent": _term(exposure.substance, exposure.substance)}}


def _meta(subject: Subject) -> dict[str, Any]:
    versions = dict(subject.result.knowledge) if isinstance(subject.result, Assessment) else {}
    hpo = {
        "id": "hp",
        "name": "Human Phenotype Ontology",
        "url": "http://purl.obolibrary.org/obo/hp.owl",
        "version": versions.get("hpo", "unknown"),
        "namespacePrefix": "HP",
        "iriPrefix": "http://purl.obolibrary.org/obo/HP_",
    }
    return {
        "created": _NOT_TOLD,
        "createdBy": f"involuntary {__version__}",
        "resources": [hpo],
        "phenopacketSchemaVersion": "2.0",
    }


def _term(code: str, label: str) -> dict[str, str]:
    return {"id": code, "label": label}


REPORT = PhenopacketReport()
