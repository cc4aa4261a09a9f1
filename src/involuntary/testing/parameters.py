"""What holds for the parameters of every plugin."""

from __future__ import annotations

import re
from dataclasses import fields, is_dataclass
from typing import Any

__all__ = ["assert_documented", "assert_frozen_with_units"]

# A quantity ends in its unit, or in what makes it a pure number.
_ENDING = re.compile(
    r"_(hz|s|ms|us|min|per_min|per_h|per_s|uv|mv|v|mm|m|um|deg|deg_s|percent|m_s2|m_s|kg_m2|n|db|years|c|mmol_l|kpa"
    r"|cv|fraction|share|ratio|factor|sd|rank|samples|steps|events|cycles|windows|bins|order|count|units)$"
)
_COUNTS = {"units", "channels", "fibres", "cycles", "events", "windows"}
_PLAIN = re.compile(r"^(harmonic_\d|.*_(factor|fraction|share|ratio)(_.*)?)$")


def assert_frozen_with_units(parameters: Any) -> None:
    """Hold that parameters are a frozen dataclass and that every number says its unit in its name."""
    assert is_dataclass(parameters), "parameters are a dataclass"
    assert getattr(parameters, "__dataclass_params__").frozen, "parameters are frozen"  # noqa: B009
    for name in (f.name for f in fields(parameters)):
        value = getattr(parameters, name)
        if isinstance(value, str | bool | tuple) or name in _COUNTS:
            continue
        assert _ENDING.search(name) or _PLAIN.match(name), f"{name}: the unit belongs in the name"


def assert_documented(parameters: Any) -> None:
    """Hold that the class, or one that it builds on, says what every parameter is."""
    text = "\n".join(kind.__doc__ or "" for kind in type(parameters).__mro__)
    for name in (f.name for f in fields(parameters)):
        assert re.search(rf"\b{name}\b", text), f"{name}: is not in the docstring"
