"""Units of recorded signals: parsed and converted once, at the edge; SI inside."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

from involuntary.errors import UnitError, nearest, printable

__all__ = ["LAB_UNITS", "STANDARD_GRAVITY", "Dimension", "Unit", "parse_unit"]


class Dimension(StrEnum):
    """What a unit measures."""

    VOLTAGE = "voltage"
    ACCELERATION = "acceleration"
    ANGULAR_VELOCITY = "angular velocity"
    ANGLE = "angle"
    LENGTH = "length"
    FORCE = "force"
    TORQUE = "torque"
    CURRENT = "current"
    TIME = "time"
    COUNT = "count"


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit.

    Attributes
    ----------
    symbol : str
        As it is printed.
    dimension : Dimension
        What it measures. Angles stay in degrees, as the field writes them.
    si : str
        Symbol of the unit that samples are held in.
    scale : float
        Value of one `symbol` in `si`.
    """

    symbol: str
    dimension: Dimension
    si: str
    scale: float


STANDARD_GRAVITY = 9.80665  # m/s², CGPM 1901

_BASES = (
    # (dimension, SI unit, {symbol: scale})
    (Dimension.VOLTAGE, "V", {"V": 1.0, "mV": 1e-3, "µV": 1e-6, "nV": 1e-9}),
    (
        Dimension.ACCELERATION,
        "m/s²",
        {"m/s²": 1.0, "g": STANDARD_GRAVITY, "mg": 1e-3 * STANDARD_GRAVITY, "cm/s²": 1e-2},
    ),
    (Dimension.ANGULAR_VELOCITY, "deg/s", {"deg/s": 1.0, "rad/s": 180.0 / math.pi}),
    (Dimension.ANGLE, "deg", {"deg": 1.0, "rad": 180.0 / math.pi}),
    (Dimension.LENGTH, "m", {"m": 1.0, "cm": 1e-2, "mm": 1e-3, "µm": 1e-6}),
    (Dimension.FORCE, "N", {"N": 1.0, "mN": 1e-3, "kN": 1e3}),
    (Dimension.TORQUE, "N·m", {"N·m": 1.0, "mN·m": 1e-3}),
    (Dimension.CURRENT, "A", {"A": 1.0, "mA": 1e-3, "µA": 1e-6}),
    (Dimension.TIME, "s", {"s": 1.0, "ms": 1e-3, "µs": 1e-6, "ns": 1e-9}),
    (Dimension.COUNT, "count", {"count": 1.0}),
)
_UNITS = {
    symbol: Unit(symbol, dimension, si, scale) for dimension, si, scales in _BASES for symbol, scale in scales.items()
}
# How amplifiers, EDF headers, BIDS sidecars and column names write them.
_SPELLINGS = {
    "uV": "µV", "μV": "µV", "microV": "µV", "uv": "µV", "mv": "mV", "v": "V", "volt": "V", "volts": "V",
    "microvolt": "µV", "microvolts": "µV", "millivolt": "mV", "millivolts": "mV",
    "m/s^2": "m/s²", "m/s2": "m/s²", "ms-2": "m/s²", "m_s2": "m/s²", "m.s-2": "m/s²", "m/s/s": "m/s²",
    "G": "g", "gn": "g", "cm/s2": "cm/s²", "cm/s^2": "cm/s²",
    "°/s": "deg/s", "dps": "deg/s", "deg_s": "deg/s", "rad_s": "rad/s", "°": "deg", "degree": "deg", "degrees": "deg",
    "um": "µm", "μm": "µm", "Nm": "N·m", "N*m": "N·m", "N m": "N·m", "mNm": "mN·m",
    "uA": "µA", "μA": "µA", "sec": "s", "us": "µs", "μs": "µs",
    "adc": "count", "ADC": "count", "counts": "count", "a.u.": "count", "au": "count", "bit": "count", "bits": "count",
}  # fmt: skip

# What laboratories print; converting between them needs the substance, which the knowledge base holds.
LAB_UNITS = frozenset(
    """
    mol/L mmol/L µmol/L umol/L nmol/L pmol/L mEq/L g/L g/dL mg/L mg/dL µg/L ug/L µg/dL ug/dL ng/L ng/mL ng/dL pg/mL
    IU/L IU/mL U/L U/mL kU/L mU/L mIU/L µIU/mL uIU/mL µkat/L ukat/L mm/h s min mL/min mL/min/1.73m2 mmHg kPa %
    10^9/L 10^12/L /µL /uL fL pg mOsm/kg mosmol/kg mmol/d mmol/24h mg/d mg/24h µg/d ug/d µg/24h ug/24h ratio 1
    °C Celsius
    """.split()  # noqa: SIM905  a table reads better than 60 quoted lines
) | {"mL/min/1.73 m2"}


def parse_unit(text: str, what: str = "unit") -> Unit:
    """Read a unit as written in a header or by a user.

    Parameters
    ----------
    text : str
        Such as ``"uV"``, ``"m/s^2"`` or ``"deg/s"``.
    what : str
        Whose unit it is, for the message.

    Raises
    ------
    UnitError
        If it is not a known spelling; nothing is guessed.

    Examples
    --------
    >>> parse_unit("uV")
    Unit(symbol='µV', dimension=<Dimension.VOLTAGE: 'voltage'>, si='V', scale=1e-06)
    """
    stripped = text.strip()
    symbol = _SPELLINGS.get(stripped, stripped)
    if symbol not in _UNITS:
        raise UnitError(
            what,
            f"the unit {printable(stripped)!r} is unknown{nearest(stripped, [*_UNITS, *_SPELLINGS])}",
            "",
            f"use one of {', '.join(_UNITS)}",
        )
    return _UNITS[symbol]
