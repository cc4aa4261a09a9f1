import pytest

from involuntary.knowledge.frequency import WORDS, Frequency


@pytest.mark.parametrize(
    ("text", "low", "high", "n", "of"),
    [
        ("12/40", 0.3, 0.3, 12, 40),
        ("30%", 0.3, 0.3, 0, 0),
        ("30-60%", 0.3, 0.6, 0, 0),
        ("7.5 %", 0.075, 0.075, 0, 0),
        ("Very frequent", 0.8, 0.99, 0, 0),
        ("HP:0040283", 0.05, 0.29, 0, 0),
    ],
)
def test_a_frequency_is_read(text, low, high, n, of):
    frequency = Frequency.parse(text)
    assert (frequency.low, frequency.high, frequency.n, frequency.of) == (low, high, n, of)
    assert low <= frequency.middle <= high


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("13/12", "frequency '13/12' is over its denominator"),
        ("0/0", "frequency '0/0' is over its denominator"),
        ("60-30%", "frequency '60-30%' is no range within 0 to 100 %"),
        ("130%", "frequency '130%' is no range within 0 to 100 %"),
        (
            "often",
            f"frequency 'often' is none of 12/40, 30%, 30-60%, {', '.join(WORDS)}",
        ),
    ],
)
def test_what_is_no_frequency_is_refused(text, message):
    with pytest.raises(ValueError) as error:
        Frequency.parse(text)
    assert str(error.value) == message
