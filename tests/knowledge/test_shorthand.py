import copy

import pytest

from involuntary.knowledge.shorthand import by_category, by_initials, by_result
from knowledge.world import ENTRIES, world


@pytest.fixture(scope="module")
def knowledge(tmp_path_factory):
    entries = copy.deepcopy(ENTRIES)
    entries["phenomena/twitch"]["codes"]["icd10"] = ["R25.3"]
    entries["conditions/disease"] |= {"name": "Benign twitch syndrome", "synonyms": []}
    entries["conditions/disease"]["codes"]["icd10"] = ["G12.2", "R25.8"]
    entries["conditions/other"] |= {"name": "Hypocalcaemia", "synonyms": ["low calcium"]}
    entries["conditions/other"]["codes"] = {"icd10": ["E83.5"]}
    entries["conditions/other"]["cues"] = ["fingers curl while breathing fast"]
    entries["conditions/third"] = copy.deepcopy(ENTRIES["conditions/other"]) | {"id": "third", "name": "Third"}
    del entries["conditions/third"]["confused_with"]
    entries["labs/calcium"] = {
        "id": "calcium",
        "name": "Calcium",
        "synonyms": ["Ca"],
        "unit": "mmol/L",
        "units": {"mg/dL": 0.25},
        "reference": [{"low": 2.2, "high": 2.6, "source": "k"}],
    }
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("INVOLUNTARY_CACHE", str(tmp_path_factory.mktemp("cache")))
        yield world(tmp_path_factory.mktemp("world"), entries)


def _id(entry):
    return entry.id if entry else None


@pytest.mark.parametrize(("text", "found"), [("BTS", "disease"), ("bts", None), ("XYZ", None), ("a BTS", None)])
def test_initials_in_capitals_lead_to_the_only_name_that_has_them(knowledge, text, found):
    assert _id(by_initials(text, knowledge)) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("calcium 1.7", "other"),
        ("Ca2+ 1.7 mmol/L", None),
        ("Ca 1,7 mmol/l", "other"),
        ("calcium 7 mg/dL", "other"),  # 1.75 mmol/L
        ("calcium = 2.4", "calcium"),  # in the range: the test itself
        ("calcium 3.4", "calcium"),  # no entry is about a high one
        ("low calcium 2.1", "other"),
        ("low calcium 2.4", "other"),  # what is told counts, not the range
        ("nettles 3", None),
        ("calcium", None),
    ],
)
def test_a_result_leads_to_what_it_is_a_sign_of(knowledge, text, found):
    assert _id(by_result(text, knowledge)) == found


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("G12", "disease"),
        ("g12.21", "disease"),
        ("R25", "twitch"),  # a kind of contraction before a condition that shares the category
        ("R25.80", "disease"),  # but the nearest code first
        ("G99", None),
        ("tic", None),
    ],
)
def test_a_code_leads_to_the_nearest_of_its_category(knowledge, code, found):
    assert _id(by_category(code, knowledge)) == found
