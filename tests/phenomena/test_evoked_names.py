"""Muscles by their abbreviations."""

import pytest

from involuntary.phenomena._evoked import muscle_of, named

KNOWN = ("biceps", "extensor digitorum", "first dorsal interosseous", "frontalis", "tibialis anterior")


@pytest.mark.parametrize(
    ("name", "muscle"),
    [
        ("EMG Tib Ant", "tibialis anterior"), ("TA-left", "tibialis anterior"), ("R FDI", "first dorsal interosseous"),
        ("Ext_Dig R", "extensor digitorum"), ("Biceps", "biceps"), ("tibia", ""), ("EMG 1", ""),
    ],
)  # fmt: skip
def test_a_muscle_is_known_by_its_name_or_abbreviation(name, muscle):
    assert named(name, KNOWN) == muscle


def test_what_is_stated_holds_where_the_name_tells_of_no_muscle():
    assert muscle_of("EMG 1", "frontalis", KNOWN) == "frontalis"
    assert muscle_of("ADM", "frontalis", KNOWN) == ""
