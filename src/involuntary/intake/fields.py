"""Checked access to a parsed case file: a refusal names place, rule, what was got and the nearest choice."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import NoReturn

from involuntary.errors import CaseError, nearest, printable

__all__ = ["Fields", "items", "shown"]


@dataclass(frozen=True, slots=True)
class Fields:
    """One mapping of a case file and where it stands.

    Attributes
    ----------
    values : mapping
        As parsed; keys are text.
    place : str
        File and path within it, such as ``"case.yaml: labs[0]"``.
    """

    values: Mapping[str, object]
    place: str

    @classmethod
    def of(cls, value: object, place: str, known: Collection[str], required: Collection[str] = ()) -> Fields:
        """Take a mapping, refusing keys that are not known and missing ones that are required."""
        if not isinstance(value, Mapping):
            raise CaseError(place, f"must be a mapping with the keys {', '.join(known)}", _kind(value))
        for key in value:
            if key not in known:
                raise CaseError(
                    place, f"unknown key {printable(key)!r}{nearest(key, known)}", "", f"known keys: {', '.join(known)}"
                )
        fields = cls(value, place)
        for key in required:
            if value.get(key) in (None, ""):
                fields.refuse(key, "is required")
        return fields

    def refuse(self, key: str, rule: str, got: str = "", advice: str = "") -> NoReturn:
        """Raise the error for one key."""
        raise CaseError(f"{self.place}.{key}", rule, got, advice)

    def text(self, key: str, longest: int = 100_000) -> str:
        """Give text, empty where the key is absent; numbers are taken as they are written."""
        value = self.values.get(key)
        if value is None:
            return ""
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            self.refuse(key, "must be text", _kind(value))
        if len(str(value)) > longest:
            self.refuse(key, f"holds at most {longest} characters", f"{len(str(value))}")
        return str(value).strip()

    def number(self, key: str) -> float | None:
        """Give a finite number, or None where the key is absent."""
        value = self.values.get(key)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float):
            self.refuse(key, "must be a number", shown(value))
        try:
            number = float(value)
        except OverflowError:
            number = math.inf
        if not math.isfinite(number):
            self.refuse(key, "must be finite", shown(number))
        return number

    def choice(self, key: str, choices: Collection[str], default: str) -> str:
        """Give one of the choices, `default` where the key is absent."""
        value = self.values.get(key)
        if value is None:
            return default
        if not isinstance(value, str) or value not in choices:
            self.refuse(
                key, f"must be one of {', '.join(c for c in choices if c)}{nearest(str(value), choices)}", shown(value)
            )
        return value


def items(parent: Fields, key: str) -> Sequence[tuple[object, str]]:
    """Give the entries of a list with the place of each; none where the key is absent."""
    value = parent.values.get(key)
    if value is None:
        return []
    if isinstance(value, str) or not isinstance(value, Sequence):
        parent.refuse(key, "must be a list", _kind(value))
    return [(item, f"{parent.place}.{key}[{index}]") for index, item in enumerate(value)]


def shown(value: object) -> str:
    """Give a value as a message shows it."""
    return repr(printable(value)) if isinstance(value, str) else printable(value)


def _kind(value: object) -> str:
    names = {dict: "a mapping", list: "a list", str: "text", bool: "true or false", type(None): "nothing"}
    return names.get(type(value), f"a {type(value).__name__}")
