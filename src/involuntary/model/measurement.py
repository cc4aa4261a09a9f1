"""A number with all it needs to be trusted."""

from __future__ import annotations

from dataclasses import dataclass

from involuntary.model.provenance import Provenance
from involuntary.model.terms import Reference

__all__ = ["Measurement"]


@dataclass(frozen=True, slots=True)
class Measurement:
    """One measured value.

    Attributes
    ----------
    id : str
        ``phenomenon.measure`` or ``phenomenon.measure@channel``: unique within an observation.
    phenomenon : str
        Id of the phenomenon that it describes.
    channel : str
        The recording's own channel name; empty where it joins several.
    value : float
        In `unit`; not-a-number where it could not be measured, and `quality` says why.
    unit : str
        Such as ``"Hz"``, ``"µV"``, ``"1/min"``; ``"1"`` for a pure number.
    n : int
        How many events, windows or cycles stand behind it.
    recording_time_s : float
        How much usable time stands behind it.
    quality : str
        ``"good"``, or what limits it, in words.
    method : str
        How it was measured, in one line.
    source : Reference
        Where the method is published.
    interval : tuple of float, optional
        95 % interval in `unit`.
    provenance : Provenance, optional
        Version and parameters; set by the wing.
    """

    id: str
    phenomenon: str
    channel: str
    value: float
    unit: str
    n: int
    recording_time_s: float
    quality: str
    method: str
    source: Reference
    interval: tuple[float, float] | None = None
    provenance: Provenance | None = None
