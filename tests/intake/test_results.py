import pytest

from involuntary.intake.results import labs_in
from involuntary.knowledge import load
from involuntary.model import LabResult


@pytest.fixture(scope="module")
def knowledge():
    return load()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("potassium was 2.9 mmol/L", [LabResult("Potassium", 2.9, "mmol/L", note="told")]),
        ("Sodium is 130.", [LabResult("Sodium", 130.0, "mmol/L", note="told")]),
        ("Magnesium 0.6 mg/dL", [LabResult("Magnesium", 0.6, "mg/dL", note="told")]),
        ("calcium 7.2", []),
        ("calcium 1.6", [LabResult("Calcium, adjusted for albumin", flag="low", note="told: 1.6")]),
        ("CK was 12,000 U/L", [LabResult("Creatine kinase", 12000.0, "U/L", note="told")]),
        ("calcium 1,75 mmol/l", [LabResult("Calcium, adjusted for albumin", 1.75, "mmol/L", note="told")]),
        ("magnesium only 0.3 mmol per litre", [LabResult("Magnesium", 0.3, "mmol/L", note="told")]),
        ("glucose > 30 mmol/L", [LabResult("Glucose", 30.0, "mmol/L", note="told")]),
        ("CK ten times normal", [LabResult("Creatine kinase", flag="high", note="told")]),
        ("a muscle test (CK) keeps coming back high", [LabResult("Creatine kinase", flag="high", note="told")]),
        (
            "low magnesium and calcium",
            [
                LabResult("Magnesium", flag="low", note="told"),
                LabResult("Calcium, adjusted for albumin", flag="low", note="told"),
            ],
        ),
        (
            "low magnesium and potassium was high",
            [
                LabResult("Potassium", flag="high", note="told"),
                LabResult("Magnesium", flag="low", note="told"),
            ],
        ),
        ("CK 5200 U/L", [LabResult("Creatine kinase", 5200.0, "U/L", note="told")]),
        ("very low potassium", [LabResult("Potassium", flag="low", note="told")]),
        ("the potassium is a little low", [LabResult("Potassium", flag="low", note="told")]),
        (
            "potassium and magnesium were normal",
            [LabResult("Magnesium", flag="normal", note="told"), LabResult("Potassium", flag="normal", note="told")],
        ),
        (
            "GAD antibodies positive",
            [LabResult("Glutamic acid decarboxylase antibodies", flag="positive", note="told")],
        ),
        ("My father had low potassium.", []),
        ("calcium with vitamin D", []),
    ],
)
def test_laboratory_results_are_read(knowledge, text, told):
    assert list(labs_in(text, knowledge)) == told
