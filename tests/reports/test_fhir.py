"""Invariants of FHIR R4 that the bundle must hold; `fhir.resources` 7.1.0 (R4B), 53 MB with what it needs, agreed."""

import json
from dataclasses import replace

import pytest

from involuntary.intake import read_case
from involuntary.knowledge import load
from involuntary.model import Finding, State, Term
from involuntary.reports import Subject, write_report
from involuntary.reports.fhir import REPORT

REQUIRED = {
    "Patient": set(),
    "DiagnosticReport": {"status", "code"},
    "Observation": {"status", "code"},
    "RiskAssessment": {"status", "subject"},
}


FINDINGS = (
    Finding(Term("HP:0002380", "Fasciculations"), State.PRESENT, side="left", note="calf"),
    Finding(Term("HP:0001324", "Muscle weakness"), State.EXCLUDED),
    Finding(Term("HP:0001336", "Myoclonus"), State.NOT_ASSESSED, rule="no channel of kind eeg"),
)


@pytest.fixture(scope="module")
def case(case):
    return replace(case, findings=FINDINGS)


@pytest.fixture(scope="module")
def bundle(assessment, case):
    return json.loads(REPORT.render(Subject(assessment, case=case)))


def resources(bundle, kind):
    return [e["resource"] for e in bundle["entry"] if e["resource"]["resourceType"] == kind]


def values(tree):
    if isinstance(tree, dict):
        yield from (v for value in tree.values() for v in values(value))
    elif isinstance(tree, list):
        yield from (v for value in tree for v in values(value))
    yield tree


def test_every_resource_has_what_the_standard_requires(bundle):
    assert (bundle["resourceType"], bundle["type"]) == ("Bundle", "collection")
    for entry in bundle["entry"]:
        resource = entry["resource"]
        assert REQUIRED[resource["resourceType"]] <= resource.keys()
        assert resource.get("status", "preliminary") == "preliminary"


def test_references_lead_within_the_bundle(bundle):
    urls = [entry["fullUrl"] for entry in bundle["entry"]]
    assert len(set(urls)) == len(urls)
    led = [v["reference"] for v in values(bundle) if isinstance(v, dict) and "reference" in v]
    assert led
    assert set(led) <= set(urls)


def test_nothing_is_empty(bundle):
    assert not [v for v in values(bundle) if v in ("", [], {}, None)]


def test_an_observation_has_a_value_or_the_reason_why_not(bundle):
    for observation in resources(bundle, "Observation"):
        told = {"valueCodeableConcept", "valueQuantity", "dataAbsentReason"} & observation.keys()
        assert len(told) == 1


def test_findings_and_measurements_are_all_there(bundle, assessment, case):
    measured = sum(len(o.measurements) for o in assessment.observations)
    assert len(resources(bundle, "Observation")) == len(case.findings) + measured


def test_the_ranking_is_a_risk_assessment(bundle, assessment):
    (risks,) = resources(bundle, "RiskAssessment")
    told = [(p["outcome"]["text"], p["probabilityDecimal"]) for p in risks["prediction"]]
    assert told == [(c.name, pytest.approx(c.probability, abs=1e-9)) for c in assessment.conditions]
    assert risks["note"] == [{"text": assessment.disclaimer}]


def test_warnings_come_first_in_the_conclusion(bundle, assessment):
    (report,) = resources(bundle, "DiagnosticReport")
    lines = report["conclusion"].splitlines()
    assert lines[0] == f"Urgency: {assessment.urgency.value}."
    assert lines[1].startswith(f"Warning: {assessment.red_flags[0].why}")


def test_the_patient_is_a_sex_alone(bundle):
    (patient,) = resources(bundle, "Patient")
    assert patient.keys() <= {"resourceType", "gender"}


def test_an_observation_alone_gives_no_risks(observation):
    bundle = json.loads(REPORT.render(Subject(observation)))
    assert not resources(bundle, "RiskAssessment")
    assert len(resources(bundle, "DiagnosticReport")) == 1


def test_the_same_subject_gives_the_same_bytes(assessment, case):
    assert REPORT.render(Subject(assessment, case=case)) == REPORT.render(Subject(assessment, case=case))


def test_what_is_written_is_read_again_with_the_same_findings(tmp_path, assessment, case):
    path = tmp_path / "out.fhir.json"
    write_report(Subject(assessment, case=case), path)
    again = read_case(path, load())
    told = {(f.term.id, f.state) for f in case.findings if f.state is not State.NOT_ASSESSED}
    assert {(f.term.id, f.state) for f in again.findings} == told
    assert again.sex == case.sex
    assert again.labs == ()
