import pytest

from involuntary.errors import KnowledgeError
from involuntary.knowledge.obo import read_obo
from involuntary.model import Term
from knowledge.small import OBO

GONE = "is no longer in HPO 2001-02-03"


@pytest.fixture(scope="module")
def ontology():
    return read_obo(OBO.splitlines())


def test_a_merged_code_is_the_term_that_it_became(ontology):
    assert ontology.term("HP:0007092") == ontology.term("HP:0002380") == Term("HP:0002380", "Fasciculations")


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("HP:0000057", f"HP:0000057: 'obsolete Twitching' {GONE}; use HP:0002380 'Fasciculations'"),
        (
            "HP:0000058",
            f"HP:0000058: 'obsolete Unrest' {GONE}; use HP:0002380 'Fasciculations' or HP:0003394 'Muscle spasm'",
        ),
        ("HP:0000059", f"HP:0000059: 'obsolete Nothing' {GONE}; nothing replaces it"),
        ("HP:2380", "HP:2380: is no code of HPO 2001-02-03; the nearest is HP:0002380 'Fasciculations'"),
        ("HP:0003392", "HP:0003392: is no code of HPO 2001-02-03; the nearest is HP:0003394 'Muscle spasm'"),
        ("fasiculation", "fasiculation: is no code of HPO 2001-02-03; the nearest is HP:0002380 'Fasciculations'"),
    ],
)
def test_a_code_that_is_not_current_is_refused_with_a_better_one(ontology, code, message):
    with pytest.raises(KnowledgeError) as error:
        ontology.term(code)
    assert str(error.value) == message


def test_find_follows_every_trail_and_never_raises(ontology):
    at = ontology.index("HP:0002380")
    assert [ontology.find(c) for c in ("HP:0002380", "HP:0007092", "HP:0000057")] == [at] * 3
    assert [ontology.find(c) for c in ("HP:0000058", "HP:0000059", "HP:9999999", "", "HP:00023800")] == [-1] * 5


@pytest.mark.parametrize(
    ("label", "matches"),
    [("Fasciculations", True), ("muscle  TWITCH", True), ("Flicker", False), ("Muscle spasm", False), ("", False)],
)
def test_a_label_matches_as_label_or_exact_synonym(ontology, label, matches):
    assert ontology.label_matches("HP:0002380", label) is matches


def test_names_lead_to_terms(ontology):
    assert ontology.named("muscle twitch") == (ontology.index("HP:0002380"),)
    assert ontology.named("Flicker") == ()
    assert ontology.nearest("mucsle crampps").id == "HP:0003394"


def test_what_is_no_longer_current_says_what_replaces_it(ontology):
    assert [ontology.is_obsolete(c) for c in ("HP:0002380", "HP:0007092", "HP:0000057", "HP:1")] == [
        False,
        True,
        True,
        False,
    ]
    assert ontology.replacement("HP:0000058") == "HP:0002380 or HP:0003394"
    assert ontology.replacement("HP:0002380") == ""


def test_descent_is_told(ontology):
    assert ontology.is_a("HP:0003394", "HP:0002380")
    assert ontology.is_a("HP:0003394", "HP:0003394")
    assert not ontology.is_a("HP:0002380", "HP:0003394")
    assert not ontology.is_a("HP:0002380", "HP:9999999")
