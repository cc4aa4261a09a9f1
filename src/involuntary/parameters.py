"""Frozen parameters, set from text: what ``--set KEY=VALUE`` and keyword settings come to."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Mapping
from dataclasses import Field, fields, replace
from typing import Any, TypeVar

from involuntary.errors import ParameterError, nearest, printable

__all__ = ["as_text", "check_bounds", "number", "with_settings"]

P = TypeVar("P")

# What the end of a name allows; any other number must not be negative where its default is not.
_BOUNDS: Mapping[str, Mapping[str, float]] = {
    "factor": {"above": 0},
    "n": {"above": 0},
    "fraction": {"at_least": 0, "at_most": 1},
    "share": {"at_least": 0, "at_most": 1},
}
_RULES: Mapping[str, tuple[Callable[[float, float], bool], str]] = {
    "above": (operator.gt, "must be above"),
    "at_least": (operator.ge, "must be at least"),
    "at_most": (operator.le, "must be at most"),
}
_OF_ZERO = {"above": "must be above zero", "at_least": "must not be negative"}


def with_settings(owner: str, parameters: P, settings: Mapping[str, str]) -> P:
    """Give `parameters` (a frozen dataclass) with some fields set from text, checked against types and bounds."""
    known: dict[str, Any] = {f.name: getattr(parameters, f.name) for f in fields(parameters)}  # type: ignore[arg-type]
    changed: dict[str, Any] = {}
    for key, text in settings.items():
        if key not in known:
            raise ParameterError(
                f"{owner}.{key}", f"is no parameter{nearest(key, known)}", "", f"known: {', '.join(known)}"
            )
        changed[key] = _typed(f"{owner}.{key}", text, known[key])
    result = replace(parameters, **changed)  # type: ignore[type-var]
    check_bounds(owner, result)
    return result


def check_bounds(owner: str, parameters: object) -> None:
    """Hold that every number is one that its name, its default, or the ``metadata`` of its field allows.

    Parameters
    ----------
    owner : str
        What the parameters belong to, for the message.
    parameters : dataclass
        A field may state ``above``, ``at_least`` or ``at_most`` (``one_of`` for a text) in its ``metadata``, in place
        of the general rules: a factor and a least number are above zero, a fraction and a share lie between zero and
        one, and what is not negative by default never is.

    Raises
    ------
    ParameterError
        Naming the first that breaks a rule.
    """
    for field in fields(parameters):  # type: ignore[arg-type]
        value = getattr(parameters, field.name)
        if value and value not in field.metadata.get("one_of", (value,)):
            allowed = field.metadata["one_of"]
            rule = f"must be one of {', '.join(allowed)}{nearest(str(value), allowed)}"
            raise ParameterError(f"{owner}.{field.name}", rule, repr(printable(str(value))))
        if isinstance(value, bool) or not isinstance(value, int | float):
            continue
        for kind, bound in _bounds(field).items():
            fits, words = _RULES[kind]
            if not fits(value, bound):
                rule = f"{words} {bound:g}" if bound else _OF_ZERO.get(kind, f"{words} 0")
                raise ParameterError(f"{owner}.{field.name}", rule, f"{value}")


def _bounds(field: Field[Any]) -> Mapping[str, float]:
    if field.metadata:
        return field.metadata
    positive = isinstance(field.default, int | float) and field.default >= 0
    return _BOUNDS.get(field.name.rsplit("_", 1)[-1], {"at_least": 0} if positive else {})


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
