import json
from dataclasses import replace

import pytest

from involuntary.intake import read_case
from involuntary.knowledge import load
from involuntary.model import Case, Exposure, Finding, LabResult, State, Term
from involuntary.reports import Subject, write_report
from involuntary.reports.phenopacket import REPORT

CASE = Case(
    age_years=58.5,
    sex="male",
    text="Jane Roe told this.",
    findings=(
        Finding(Term("HP:0002380", "Fasciculations"), State.PRESENT, side="left"),
        Finding(Term("HP:0001324", "Muscle weakness"), State.EXCLUDED),
        Finding(Term("HP:0001337", "Tremor"), State.NOT_ASSESSED),
    ),
    exposures=(Exposure("furosemide", "drug"), Exposure("marathon", "activity")),
    labs=(LabResult("Potassium", 2.9, "mmol/L", loinc="2823-3"), LabResult("Calcium", flag="low", loinc="2000-8")),
    id="MRN-4711",
)


def packet(assessment, case):
    return json.loads(REPORT.render(Subject(assessment, case=case)))


def test_required_fields_are_there(assessment):
    written = packet(assessment, CASE)
    assert written["id"]
    assert written["subject"]["id"]
    assert {"created", "createdBy", "resources", "phenopacketSchemaVersion"} <= written["metaData"].keys()
    assert all({"id", "label"} <= feature["type"].keys() for feature in written["phenotypicFeatures"])
    assert written["metaData"]["resources"][0]["version"] == dict(assessment.knowledge).get("hpo", "unknown")


def test_what_was_not_assessed_is_left_out_and_identity_never_enters(assessment):
    text = REPORT.render(Subject(assessment, case=CASE)).decode()
    assert not [word for word in ("HP:0001337", "Jane", "4711") if word in text]


def test_no_hypothesis_is_written_as_a_disease(assessment):
    assert not {"diseases", "interpretations"} & packet(assessment, CASE).keys()


def test_an_observation_alone_gives_its_findings(observation):
    features = json.loads(REPORT.render(Subject(observation)))["phenotypicFeatures"]
    assert [f["type"]["id"] for f in features] == [
        f.term.id for f in observation.findings if f.state is not State.NOT_ASSESSED
    ]


def test_what_is_written_is_read_again(tmp_path, assessment):
    path = tmp_path / "out.phenopacket.json"
    write_report(Subject(assessment, case=CASE), path)
    again = read_case(path, load())
    assert again.age_years == pytest.approx(58.5)
    assert (again.sex, again.labs, again.exposures) == ("male", CASE.labs, CASE.exposures[:1])
    assert again.findings == tuple(replace(f, likelihood_ratio=None) for f in CASE.findings[:2])
