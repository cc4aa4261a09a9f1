import pytest

from involuntary.intake.vital_signs import vital_signs

FEVER, HIGH, LOW, FAST, SLOW = "HP:0001945", "HP:0000822", "HP:0002615", "HP:0001649", "HP:0001662"
BREATHS, OXYGEN = "HP:0002789", "HP:0012418"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("temperature 39.2", [(FEVER, "present")]),
        ("a fever of 38", [(FEVER, "present")]),
        ("temp 37.1", [(FEVER, "absent")]),
        ("101.3 degrees Fahrenheit", [(FEVER, "present")]),
        ("99.1 °F", [(FEVER, "absent")]),
        ("BP 172/104", [(HIGH, "present")]),
        ("a pressure of 80/30", [(LOW, "present")]),
        ("93/54 mmHg", [(LOW, "present")]),
        ("blood pressure 122/78", [(HIGH, "absent"), (LOW, "absent")]),
        ("heart rate up to 139", [(FAST, "present")]),
        ("pulse 72", [(FAST, "absent")]),
        ("HR 38", [(SLOW, "present")]),
        ("respiratory rate 28", [(BREATHS, "present")]),
        ("SpO2 84 %", [(OXYGEN, "present")]),
        ("sats 98%", [(OXYGEN, "absent")]),
        ("he is 39 and took 100/25 mg", []),
        ("12/80", []),
        ("temperature 12", []),
    ],
)
def test_numbers_are_read_against_their_limits(text, said):
    assert [(sign.code, sign.about) for sign in vital_signs(text)] == said


def test_of_a_child_only_the_temperature_is_read():
    assert [sign.code for sign in vital_signs("temperature 39, pulse 140, BP 85/50", age_years=3)] == [FEVER]
