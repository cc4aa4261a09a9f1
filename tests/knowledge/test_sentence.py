import copy

import pytest

from involuntary.knowledge.sentence import by_sentence
from knowledge.world import ENTRIES, SAID, world


@pytest.fixture(scope="module")
def knowledge(tmp_path_factory):
    entries = copy.deepcopy(ENTRIES)
    entries["conditions/disease"] |= {"name": "Benign twitch syndrome", "synonyms": []}
    entries["conditions/other"] |= {"name": "Hypocalcaemia", "cues": ["fingers curl while breathing fast"]}
    entries["conditions/other"]["definition"] = SAID | {"plain": "The blood is short of chalk after an operation."}
    return world(tmp_path_factory.mktemp("world"), entries)


@pytest.mark.parametrize(
    ("sentence", "found"),
    [
        ("her fingers curl when she is breathing fast", "other"),  # a cue
        ("is my twitch a benign one", "disease"),  # a name
        ("her fingers curll", "other"),  # misspelt
    ],
)
def test_a_sentence_leads_to_the_entry_that_it_tells(knowledge, sentence, found):
    assert by_sentence(sentence, knowledge).id == found


@pytest.mark.parametrize("sentence", ["", "xyzzy plugh", "the weather in Kenya is pleasant and blood is red"])
def test_a_sentence_that_tells_no_entry_leads_to_none(knowledge, sentence):
    assert by_sentence(sentence, knowledge) is None
