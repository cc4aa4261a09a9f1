"""Frozen parameters, set from text: what ``--set KEY=VALUE`` and keyword settings come to."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any, TypeVar

from involuntary.errors import ParameterError, nearest, printable

__all__ = ["as_text", "number", "with_settings"]

P = TypeVar("P")


def with_settings(owner: str, parameters: P, settings: Mapping[str, str]) -> P:
    """Give `parameters` (a frozen dataclass) with some fields set from text, each checked against its type."""
    known: dict[str, Any] = {f.name: getattr(parameters, f.name) for f in fields(parameters)}  # type: ignore[arg-type]
    changed: dict[str, Any] = {}
    for key, text in settings.items():
        if key not in known:
            raise ParameterError(
                f"{owner}.{key}", f"is no parameter{nearest(key, known)}", "", f"known: {', '.join(known)}"
            )
        changed[key] = _typed(f"{owner}.{key}", text, known[key])
    return replace(parameters, **changed)  # type: ignore[type-var]


def _typed(what: str, text: str, default: object) -> object:
    if isinstance(default, bool):
        if text.lower() not in {"true", "false"}:
            raise ParameterError(what, "must be true or false", repr(text))
        return text.lower() == "true"
    if isinstance(default, int | float):
        return number(what, text, type(default))
    return text


def number(what: str, text: str, kind: type[int] | type[float] = float) -> float:
    """Read a finite number from text.

    Raises
    ------
    ParameterError
        If it is none, is not finite, or has a fraction where `kind` is ``int``.
    """
    try:
        value = kind(text)
    except ValueError:
        rule = "must be a whole number" if kind is int else "must be a number"
        raise ParameterError(what, rule, repr(printable(text))) from None
    if not math.isfinite(value):
        raise ParameterError(what, "must be finite", repr(text))
    return value


def as_text(parameters: object) -> tuple[tuple[str, str], ...]:
    """Give every field of a frozen dataclass as ``(name, value as text)``, sorted by name."""
    return tuple(sorted((f.name, str(getattr(parameters, f.name))) for f in fields(parameters)))  # type: ignore[arg-type]
