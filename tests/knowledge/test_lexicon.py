import pytest

from involuntary.knowledge.lexicon import NOTHING, build_lexicon
from involuntary.knowledge.words import words_of

PHRASES = [
    ("weak legs", 0, False),
    ("weak arms", 1, False),
    ("weakness", 2, False),
    ("normal reflexes", 3, True),
    ("normal strength", 4, True),
    ("chronic kidney disease", 5, False),
    ("knee jerk", NOTHING, False),
    ("jerks", 6, False),
    ("cannot swallow", 7, False),
    ("cannot", 8, False),
]


@pytest.fixture(scope="module")
def lexicon():
    return build_lexicon(PHRASES)


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("My legs feel weak.", [0]),
        ("weakness of the left leg", [0]),
        ("weak arms and legs", [0, 1]),
        ("arms or legs are weak", [0, 1]),
        ("Legs hurt. Weak coffee.", [2]),
        ("My legs hurt when I tire, I am weak", [2]),
        ("weakness in both lower limbs", [0]),
        ("my strength, feeling and reflexes are normal", [3, 4]),
        ("knee jerks and jerks", [6]),
        ("unable to swallow", [7]),
        ("he can't swallow", [7]),
        ("she cannot", []),
        ("chronic disease", []),
    ],
)
def test_phrases_are_found_whole_within_a_clause(lexicon, text, terms):
    assert sorted(match.term for match in lexicon.find(words_of(text))) == terms


def test_a_phrase_that_excludes_says_so(lexicon):
    (match,) = lexicon.find(words_of("normal reflexes"))
    assert (match.term, match.excluded, match.first, match.last) == (3, True, 0, 2)


def test_the_first_to_claim_a_phrase_keeps_it():
    (match,) = build_lexicon([("twitch", 1, False), ("twitches", 2, False)]).find(words_of("twitching"))
    assert match.term == 1


def test_nothing_is_found_in_nothing(lexicon):
    assert lexicon.find([]) == []
