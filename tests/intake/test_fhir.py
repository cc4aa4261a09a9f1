import json

import pytest

from involuntary.errors import CaseError
from involuntary.intake import read_case
from involuntary.knowledge import load
from involuntary.model import Exposure, LabResult, State

HPO = "http://human-phenotype-ontology.org"
LOINC = "http://loinc.org"


def concept(code="", display="", system=HPO, text=""):
    return {"coding": [{"system": system, "code": code, "display": display}] if code else [], "text": text}


def bundle(*resources, **more):
    return {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": r} for r in resources], **more}


PATIENT = {
    "resourceType": "Patient",
    "id": "p-77",
    "identifier": [{"value": "MRN-4711"}],
    "name": [{"family": "Roe", "given": ["Jane"]}],
    "birthDate": "1968-05-01",
    "gender": "female",
}


@pytest.fixture
def read(tmp_path):
    def read(*resources, **more):
        path = tmp_path / "bundle.json"
        path.write_text(json.dumps(bundle(*resources, **more)))
        return read_case(path, load())

    return read


def found(case):
    return {(f.term.label, f.state) for f in case.findings}


def test_a_patient_gives_sex_and_age_and_no_identity(read):
    case = read(PATIENT, timestamp="2026-05-01T10:00:00Z")
    assert (case.sex, case.age_years) == ("female", pytest.approx(58.0, abs=0.01))
    assert not [word for word in ("Roe", "Jane", "4711", "p-77", "1968") if word in repr(case)]


def test_without_a_date_there_is_no_age(read):
    assert read(PATIENT).age_years is None


def test_conditions_are_findings_by_code_name_or_words(read):
    refuted = {"coding": [{"code": "refuted"}]}
    past = {"coding": [{"code": "resolved"}]}
    case = read(
        {"resourceType": "Condition", "code": concept("HP:0002380")},
        {"resourceType": "Condition", "code": concept("HP:0001324"), "verificationStatus": refuted},
        {"resourceType": "Condition", "code": concept("26079004", "Tremor", "http://snomed.info/sct")},
        {"resourceType": "Condition", "code": concept(text="trouble swallowing")},
        {"resourceType": "Condition", "code": concept("HP:0001250"), "clinicalStatus": past},
    )
    assert found(case) == {
        ("Fasciculations", State.PRESENT),
        ("Muscle weakness", State.EXCLUDED),
        ("Tremor", State.PRESENT),
        ("Dysphagia", State.PRESENT),
    }


def test_observations_are_findings_or_laboratory_results(read):
    case = read(
        {"resourceType": "Observation", "code": concept("HP:0001337"), "valueBoolean": False},
        {
            "resourceType": "Observation",
            "code": concept("HP:0002169"),
            "valueCodeableConcept": concept("LA9633-4", "Present", LOINC),
        },
        {
            "resourceType": "Observation",
            "status": "final",
            "code": concept("2823-3", "Potassium", LOINC),
            "valueQuantity": {"value": 2.9, "unit": "mmol/L"},
        },
        {
            "resourceType": "Observation",
            "code": concept("2000-8", "Calcium", LOINC),
            "interpretation": [{"coding": [{"code": "LL"}]}],
        },
        {"resourceType": "Observation", "status": "entered-in-error", "code": concept("HP:0001250")},
    )
    assert found(case) == {("Tremor", State.EXCLUDED), ("Clonus", State.PRESENT)}
    assert case.labs == (
        LabResult("Potassium", 2.9, "mmol/L", loinc="2823-3"),
        LabResult("Calcium", flag="low", loinc="2000-8"),
    )


def test_medicines_are_exposures_unless_not_taken(read):
    case = read(
        {
            "resourceType": "MedicationStatement",
            "status": "active",
            "medicationCodeableConcept": {"text": "furosemide"},
        },
        {
            "resourceType": "MedicationStatement",
            "status": "not-taken",
            "medicationCodeableConcept": {"text": "lithium"},
        },
    )
    assert case.exposures == (Exposure("furosemide", "drug"),)


def test_two_patients_are_refused(read):
    with pytest.raises(CaseError, match=r"^bundle\.json: a case is one Patient; got 2; split the bundle$"):
        read(PATIENT, PATIENT)


def test_a_date_of_birth_that_is_none_is_refused_without_showing_it(read):
    with pytest.raises(CaseError) as refused:
        read({**PATIENT, "birthDate": "1 May 1968"}, timestamp="2026-05-01")
    assert "1968" not in str(refused.value)


def test_an_unknown_code_is_refused_with_its_place(read):
    with pytest.raises(CaseError, match=r"entry\[0\]\.resource\.code\.coding\[0\]\.code: HP:9999999: is no code"):
        read({"resourceType": "Condition", "code": concept("HP:9999999")})


def test_a_lone_resource_is_refused(tmp_path):
    path = tmp_path / "patient.json"
    path.write_text(json.dumps(PATIENT))
    with pytest.raises(CaseError, match=r"^patient\.json\.resourceType: must be Bundle; got 'Patient'$"):
        read_case(path, load())
