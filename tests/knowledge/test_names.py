"""Names are found as whole words, the longest first."""

import pytest

from involuntary.knowledge.names import Names, essence

NAMES = Names([("Tetanus-prone wound", 1), ("wound", 2), ("puncture wound", 3), ("PPI", 4), ("", 5)])


@pytest.mark.parametrize(
    ("text", "bearer"),
    [
        ("nail puncture wound of the foot", 3),
        ("a wound", 2),
        ("tetanus prone wound!", 1),
        ("wounded", None),
        ("hippies", None),
        ("PPI, 20 mg", 4),
        ("", None),
        ("...", None),
    ],
)
def test_the_longest_name_in_a_text_counts(text, bearer):
    assert NAMES.longest(text) == bearer


def test_the_first_bearer_of_a_name_keeps_it():
    assert Names([("a b", "first"), ("A-B", "second")]).longest("an a b c") == "first"


@pytest.mark.parametrize(
    ("one", "other"),
    [("Serum calcium", "calcium"), ("anti-AChR antibodies (serum)", "AChR antibody"), ("CK level", "ck")],
)
def test_what_tells_no_tests_apart_is_left_out(one, other):
    assert essence(one) == essence(other)
