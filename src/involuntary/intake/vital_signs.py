"""Vital signs in numbers: temperature, blood pressure, pulse, breaths and oxygen, read against adult limits.

Limits: fever 38 °C (100.4 °F); blood pressure high from 140/90 (2018 ESC/ESH guideline, doi:10.1093/eurheartj/ehy339)
and low below 90/60; pulse 60 to 100 and breaths 12 to 20 a minute at rest, oxygen saturation from 95 %: the usual
limits of clinical teaching, by judgement. Between clearly normal and clearly off nothing is said.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

__all__ = ["VitalSign", "vital_signs"]

_FEVER, _TACHYCARDIA, _BRADYCARDIA = "HP:0001945", "HP:0001649", "HP:0001662"
_TACHYPNEA, _HYPERTENSION, _HYPOTENSION, _HYPOXEMIA = "HP:0002789", "HP:0000822", "HP:0002615", "HP:0012418"
_ADULT_YEARS = 16.0
_NUMBER = r"(?P<n>\d{2,3}(?:\.\d+)?)"
_UNTIL = (
    r"(?:\s+(?:of|is|was|at|to|up to|around|about|over|above|nearly|reached|rate|reading|went up to|between))*\s*:?\s*"
)
_TEMPERATURE = re.compile(
    rf"\b(?:fever|temperature|temp|febrile|pyrexia|t)\b{_UNTIL}{_NUMBER}"
    r"(?:\s*(?:°|degrees?|deg)?\s*(?P<unit>[CF]\b|Celsius|Fahrenheit)?)"
    r"|(?P<m>\d{2,3}(?:\.\d+)?)\s*(?:°|degrees?|deg)\s*(?P<unit2>[CF]\b|Celsius|Fahrenheit)",
    re.IGNORECASE,
)
_PRESSURE = re.compile(
    r"\b(?P<systolic>[6-9]\d|1\d\d|2[0-7]\d)\s*/\s*(?P<diastolic>[2-9]\d|1[0-6]\d)\b(?!\s*(?:/|mg|mcg|µg|g\b|units|tab))"
)
_PULSE = re.compile(
    rf"\b(?:heart rate|heart beats|pulse(?: rate)?|hr|heartbeat)\b{_UNTIL}{_NUMBER}\b(?!\s*[/%])"
    r"|\b(?P<m>\d{2,3}) (?:beats|bpm)\b",
    re.IGNORECASE,
)
_BREATHS = re.compile(
    rf"\b(?:respiratory rate|breathing rate|rr|respirations?|breathes)\b{_UNTIL}{_NUMBER}\b|\b(?P<m>\d\d) breaths\b",
    re.IGNORECASE,
)
_OXYGEN = re.compile(
    r"\b(?:spo2|sao2|oxygen(?: saturations?| level)?|o2 sats?|sats?|saturations?)\b"
    rf"{_UNTIL}(?P<n>[4-9]\d|100)\s*%?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class VitalSign:
    """What a number says: code, whether it is there, and where it stands in the text."""

    code: str
    about: Literal["present", "absent"]
    start: int
    stop: int


def vital_signs(text: str, age_years: float | None = None) -> Iterator[VitalSign]:
    """Read the vital signs of a text; a child's only for temperature, whose limit holds at every age.

    Examples
    --------
    >>> [(sign.code, sign.about) for sign in vital_signs("Temperature 39.2, BP 85/50.")]
    [('HP:0001945', 'present'), ('HP:0002615', 'present')]
    """
    readers: tuple[tuple[re.Pattern[str], _Reader], ...] = ((_TEMPERATURE, _temperature),)
    if age_years is None or age_years >= _ADULT_YEARS:
        readers += ((_PRESSURE, _pressure), (_PULSE, _pulse), (_BREATHS, _breaths), (_OXYGEN, _oxygen))
    for pattern, reader in readers:
        for match in pattern.finditer(text):
            for code, there in reader(match):
                yield VitalSign(code, "present" if there else "absent", match.start(), match.end())


_Said = Iterator[tuple[str, bool]]
_Reader = Callable[[re.Match[str]], _Said]


def _value(match: re.Match[str]) -> float:
    groups = match.groupdict()
    return float(groups.get("n") or groups.get("m") or 0)


def _temperature(match: re.Match[str]) -> _Said:
    value, unit = _value(match), (match["unit"] or match["unit2"] or "")[:1].upper()
    if unit == "F" or (not unit and 90 <= value <= 110):
        value = (value - 32) / 1.8
    if 30 <= value <= 43:
        yield _FEVER, value >= 37.95


def _pressure(match: re.Match[str]) -> _Said:
    systolic, diastolic = float(match["systolic"]), float(match["diastolic"])
    if diastolic >= systolic:
        return
    if systolic >= 140 or diastolic >= 90:
        yield _HYPERTENSION, True
    elif systolic < 90 or diastolic < 60:
        yield _HYPOTENSION, True
    else:
        yield _HYPERTENSION, False
        yield _HYPOTENSION, False


def _pulse(match: re.Match[str]) -> _Said:
    value = _value(match)
    if value > 100:
        yield _TACHYCARDIA, True
    elif 20 <= value < 50:
        yield _BRADYCARDIA, True
    elif 60 <= value <= 90:
        yield _TACHYCARDIA, False


def _breaths(match: re.Match[str]) -> _Said:
    value = _value(match)
    if 20 < value < 80:
        yield _TACHYPNEA, True
    elif 12 <= value <= 18:
        yield _TACHYPNEA, False


def _oxygen(match: re.Match[str]) -> _Said:
    value = _value(match)
    if value <= 92:
        yield _HYPOXEMIA, True
    elif value >= 95:
        yield _HYPOXEMIA, False
