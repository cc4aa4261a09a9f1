import json

import pytest

from involuntary.errors import CaseError
from involuntary.intake import read_case
from involuntary.knowledge import load
from involuntary.model import Exposure, LabResult, State

WHOLE = {
    "id": "seven",
    "subject": {
        "id": "Jane Roe",
        "dateOfBirth": "1980-02-03T00:00:00Z",
        "sex": "FEMALE",
        "timeAtLastEncounter": {"age": {"iso8601duration": "P34Y"}},
    },
    "phenotypicFeatures": [
        {"type": {"id": "HP:0002380", "label": "Fasciculations"}, "onset": {"age": {"iso8601duration": "P32Y"}}},
        {"type": {"id": "HP:0001324", "label": "an older label"}, "excluded": True},
        {"type": {"id": "HP:0001337"}, "modifiers": [{"id": "HP:0012835", "label": "Left"}], "description": "at rest"},
    ],
    "measurements": [
        {
            "assay": {"id": "LOINC:2823-3", "label": "Potassium"},
            "value": {"quantity": {"unit": {"id": "UCUM:mmol/L", "label": "mmol/L"}, "value": 2.9}},
        },
        {"assay": {"id": "LOINC:2000-8", "label": "Calcium"}, "value": {"ontologyClass": {"id": "PATO:0001997"}}},
    ],
    "medicalActions": [{"treatment": {"agent": {"id": "DrugCentral:1256", "label": "furosemide"}}}],
    "diseases": [{"term": {"id": "OMIM:105400", "label": "never read"}}],
    "metaData": {"phenopacketSchemaVersion": "2.0"},
}


@pytest.fixture
def read(tmp_path):
    def read(packet):
        path = tmp_path / "packet.json"
        path.write_text(json.dumps(packet))
        return read_case(path, load())

    return read


def test_a_whole_phenopacket_is_read(read):
    case = read(WHOLE)
    assert (case.age_years, case.sex, case.id) == (34.0, "female", "")
    assert case.onset.duration_days == pytest.approx(730.5)
    assert [(f.term.label, f.state, f.side, f.onset) for f in case.findings] == [
        ("Fasciculations", State.PRESENT, "", "P32Y"),
        ("Muscle weakness", State.EXCLUDED, "", ""),
        ("Tremor", State.PRESENT, "left", ""),
    ]
    assert case.labs == (
        LabResult("Potassium", 2.9, "mmol/L", loinc="2823-3"),
        LabResult("Calcium", flag="low", loinc="2000-8"),
    )
    assert case.exposures == (Exposure("furosemide", "drug"),)


def test_neither_identity_nor_the_answer_enters(read):
    kept = repr(read(WHOLE))
    assert not [word for word in ("Jane", "Roe", "1980", "OMIM", "never read", "seven") if word in kept]


def test_one_of_no_features_is_read(read):
    assert read({"id": "x", "metaData": {"phenopacketSchemaVersion": "2.0"}}).findings == ()


@pytest.mark.parametrize(
    ("feature", "message"),
    [
        ({"type": {"id": "HP:9999999"}}, "packet.json.phenotypicFeatures[0].type.id: HP:9999999: is no code of HPO"),
        ({"type": {"label": "Tremor"}}, "packet.json.phenotypicFeatures[0].type.id: is required"),
        (
            {"type": {"id": "HP:0001337"}, "excluded": "no"},
            "packet.json.phenotypicFeatures[0].excluded: must be true or false; got 'no'",
        ),
        ("HP:0001337", "packet.json.phenotypicFeatures[0]: must be a mapping; got str"),
    ],
)
def test_what_breaks_the_form_is_refused_in_one_line(read, feature, message):
    with pytest.raises(CaseError) as refused:
        read({"phenotypicFeatures": [feature]})
    assert str(refused.value).replace("packet.json: ", "packet.json.").startswith(message)
    assert "\n" not in str(refused.value)


def test_an_age_that_is_none_is_refused(read):
    with pytest.raises(CaseError, match="must be an ISO 8601 duration of 0 to 130 years; got 'old'"):
        read({"subject": {"timeAtLastEncounter": {"age": {"iso8601duration": "old"}}}, "phenotypicFeatures": []})
