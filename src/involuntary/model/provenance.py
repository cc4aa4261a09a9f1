"""How a result came to be: what a second run needs to give the same bytes."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Provenance"]


@dataclass(frozen=True, slots=True)
class Provenance:
    """Method, version and parameters behind a set of measurements.

    Attributes
    ----------
    method : str
        Id of the phenomenon or generator.
    version : str
        Version of `involuntary`.
    parameters : tuple of (str, str)
        Every parameter by name with its value as text, sorted by name.
    """

    method: str
    version: str
    parameters: tuple[tuple[str, str], ...] = ()
