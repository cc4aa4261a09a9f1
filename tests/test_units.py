import math

import pytest

from involuntary.errors import UnitError
from involuntary.units import parse_unit


@pytest.mark.parametrize(
    ("text", "si", "scale"),
    [
        ("uV", "V", 1e-6),
        ("µV", "V", 1e-6),
        ("μV", "V", 1e-6),
        (" mV ", "V", 1e-3),
        ("g", "m/s²", 9.80665),
        ("m/s^2", "m/s²", 1.0),
        ("rad/s", "deg/s", 180 / math.pi),
        ("°", "deg", 1.0),
        ("mm", "m", 1e-3),
        ("adc", "count", 1.0),
    ],
)
def test_units_come_to_si(text, si, scale):
    unit = parse_unit(text)
    assert (unit.si, unit.scale) == (si, pytest.approx(scale))


def test_an_unknown_unit_is_refused_with_the_nearest():
    with pytest.raises(UnitError, match=r"^EMG: the unit 'mVV' is unknown \(did you mean 'mV'\?\); use one of V, mV, "):
        parse_unit("mVV", "EMG")
