"""Durations as people and ISO 8601 write them."""

from __future__ import annotations

import re

__all__ = ["days", "iso_years"]

_DAYS_PER_YEAR = 365.25
_UNIT_DAYS = {
    "second": 1 / 86_400,
    "minute": 1 / 1_440,
    "hour": 1 / 24,
    "day": 1.0,
    "week": 7.0,
    "month": _DAYS_PER_YEAR / 12,
    "year": _DAYS_PER_YEAR,
}
_NUMBERS = {
    "one": 1.0,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
    "nine": 9,
    "ten": 10,
}
_NUMBERS |= {"a": 1, "an": 1, "eleven": 11, "twelve": 12, "several": 3, "few": 3, "a few": 3, "half a": 0.5}
_WORDS = re.compile(
    rf"^(?:about |over |nearly |for )*(?P<n>\d+(?:\.\d+)?|{'|'.join(sorted(_NUMBERS, key=len, reverse=True))})"
    rf"(?:\s*[-–]\s*(?P<m>\d+(?:\.\d+)?))?\s*(?P<unit>{'|'.join(_UNIT_DAYS)})s?\b",
    re.IGNORECASE,
)
_ISO = re.compile(
    r"^P(?=\d|T\d)(?:(?P<year>\d+(?:\.\d+)?)Y)?(?:(?P<month>\d+(?:\.\d+)?)M)?(?:(?P<week>\d+(?:\.\d+)?)W)?"
    r"(?:(?P<day>\d+(?:\.\d+)?)D)?"
    r"(?:T(?:(?P<hour>\d+(?:\.\d+)?)H)?(?:(?P<minute>\d+(?:\.\d+)?)M)?(?:(?P<second>\d+(?:\.\d+)?)S)?)?$"
)


def days(text: str) -> float | None:
    """Read a duration in words or ISO 8601, in days; None where it does not begin with one.

    Examples
    --------
    >>> days("3 weeks")
    21.0
    >>> days("P1W")
    7.0
    >>> days("since childhood") is None
    True
    """
    iso = _ISO.match(text.strip())
    if iso:
        return sum(float(n) * _UNIT_DAYS[unit] for unit, n in iso.groupdict().items() if n)
    words = _WORDS.match(text.strip())
    if not words:
        return None
    bounds = [words["n"], words["m"]] if words["m"] else [words["n"]]
    numbers = [_NUMBERS.get(n.lower(), 0.0) if not n[0].isdigit() else float(n) for n in bounds]
    return sum(numbers) / len(numbers) * _UNIT_DAYS[words["unit"].lower()]


def iso_years(text: str) -> float | None:
    """Read an ISO 8601 duration such as ``P58Y6M``, in years; None where it is none."""
    found = days(text) if _ISO.match(text.strip()) else None
    return None if found is None else found / _DAYS_PER_YEAR
