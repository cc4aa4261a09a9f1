import pytest

from involuntary.intake.durations import days, iso_years

MONTH = 365.25 / 12


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("3 months", 3 * MONTH),
        ("about 7 months", 7 * MONTH),
        ("1 day after injection", 1.0),
        ("2 years, worse over 6 months", 730.5),
        ("5-7 days", 6.0),
        ("3 hours; recurrent since age 10", 0.125),
        ("a week", 7.0),
        ("two weeks", 14.0),
        ("P3M", 3 * MONTH),
        ("P1Y2M", 365.25 + 2 * MONTH),
        ("PT12H", 0.5),
    ],
)
def test_durations_are_read(text, expected):
    assert days(text) == pytest.approx(expected)


@pytest.mark.parametrize(
    "text", ["", "since childhood", "sudden", "speech first, 2 months later", "P", "PT", "3 monkeys"]
)
def test_what_begins_with_no_duration_is_none(text):
    assert days(text) is None


def test_ages_are_iso_only():
    assert iso_years("P58Y") == pytest.approx(58.0)
    assert iso_years("P6M") == pytest.approx(0.5)
    assert iso_years("58 years") is None
