"""Numbers, times and names as a clinician reads them."""

import doctest

import pytest

from involuntary.reports import words


def test_the_examples_in_the_docstrings_hold():
    assert doctest.testmod(words).failed == 0


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "0"), (-0.04, "−0.04"), (99.96, "100"), (1234567.0, "1234567"), (2e-5, "2.00e−05"), (None, "–")],
)
def test_three_significant_digits(value, text):
    assert words.number(value) == text


@pytest.mark.parametrize(
    ("largest", "expected"), [(5e-4, (1e6, "µV")), (2e-3, (1e3, "mV")), (2.0, (1.0, "V")), (0.0, (1.0, "V"))]
)
def test_volts_are_shown_as_the_field_writes_them(largest, expected):
    assert words.scaled(largest, "V") == expected


def test_units_without_prefix_stay():
    assert words.scaled(1e-3, "m/s²") == (1.0, "m/s²")


def test_text_from_outside_cannot_steer_the_page():
    assert words.clean("a\u202eb\x1b[31m\r\nc\ud800") == "a\ufffdb\ufffd[31m  c\ufffd"
    assert words.clean("x" * 100, 10) == "x" * 9 + "…"


@pytest.mark.parametrize("probability", [0.0, 1.0])
def test_no_probability_is_certain(probability):
    assert words.percent(probability)[0] in "<>"
