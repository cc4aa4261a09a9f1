"""What every generator asks of its parameters: quantities are not negative, and some must be above zero."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from involuntary.errors import ParameterError

__all__ = ["check", "check_order"]


def check(owner: str, parameters: Any, *above_zero: str) -> None:
    """Refuse a negative quantity, and a zero among `above_zero`.

    Raises
    ------
    ParameterError
        Naming the first that breaks the rule.
    """
    for name in (f.name for f in fields(parameters)):
        value = getattr(parameters, name)
        if isinstance(value, str | bool):
            continue
        if name in above_zero and not value > 0:
            raise ParameterError(f"{owner}.{name}", "must be above zero", str(value))
        if value < 0:
            raise ParameterError(f"{owner}.{name}", "must not be negative", str(value))


def check_order(owner: str, parameters: Any, *pairs: tuple[str, str]) -> None:
    """Refuse a pair of parameters whose first is above its second."""
    for low, high in pairs:
        if getattr(parameters, low) > getattr(parameters, high):
            raise ParameterError(
                f"{owner}.{low}", f"must not be above {high}", f"{getattr(parameters, low)}",
                f"{high} is {getattr(parameters, high)}",
            )  # fmt: skip
