"""Discharges of units, and the sum of their potentials: two that overlap add, none is silence."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from involuntary.simulators._chunks import Floats, Layer

__all__ = ["Discharges", "Shapes", "Templates", "summed", "tabulate"]

# Time from the discharge in seconds, shape (n,) -> potentials, shape (units, channels, n).
Shapes = Callable[[Floats], Floats]
_PHASES = 16


@dataclass(frozen=True, slots=True, eq=False)
class Discharges:
    """When which unit fired.

    Attributes
    ----------
    time_s : ndarray of float64, shape (n,)
        Sorted.
    unit : ndarray of intp, shape (n,)
        Number of the unit, from 0.
    gain : ndarray of float64, shape (n,)
        Factor on the unit's potential at this discharge.
    """

    time_s: Floats
    unit: NDArray[np.intp]
    gain: Floats

    @classmethod
    def of(cls, time_s: Floats, unit: NDArray[np.intp], gain: Floats | None = None) -> Discharges:
        """Build from columns in any order."""
        order = np.argsort(time_s, kind="stable")
        factor = np.ones(len(time_s)) if gain is None else gain
        return cls(np.asarray(time_s, dtype=np.float64)[order], np.asarray(unit, dtype=np.intp)[order], factor[order])

    @classmethod
    def by_unit(cls, times_s: Sequence[Floats]) -> Discharges:
        """Build from one array of times a unit."""
        units = np.repeat(np.arange(len(times_s)), [len(times) for times in times_s])
        return cls.of(np.concatenate([np.empty(0), *times_s]), units)

    @classmethod
    def joined(cls, parts: Sequence[Discharges]) -> Discharges:
        """Join the discharges of several stretches or sources."""
        return cls.of(
            np.concatenate([np.empty(0), *(part.time_s for part in parts)]),
            np.concatenate([np.empty(0, dtype=np.intp), *(part.unit for part in parts)]),
            np.concatenate([np.empty(0), *(part.gain for part in parts)]),
        )

    def __len__(self) -> int:
        return int(self.time_s.size)


@dataclass(frozen=True, slots=True, eq=False)
class Templates:
    """Potentials of all units on the sampling grid.

    Attributes
    ----------
    values : ndarray of float64, shape (units, phases, channels, samples)
        Each shifted by ``phase / phases`` of a sample, so that a discharge keeps its time between two samples.
    before : int
        Samples before the discharge.
    rate_hz : float
        Sampling rate.
    """

    values: Floats
    before: int
    rate_hz: float


def tabulate(shapes: Shapes, rate_hz: float, before_s: float, after_s: float) -> Templates:
    """Sample potentials around the discharge.

    Parameters
    ----------
    shapes : callable
        Time from the discharge in seconds to potentials, shape (units, channels, n).
    rate_hz : float
        Sampling rate.
    before_s, after_s : float
        What the table spans; the potentials are zero beyond.
    """
    before = int(np.ceil(before_s * rate_hz))
    time = np.arange(-before, int(np.ceil(after_s * rate_hz)) + 2) / rate_hz
    values = np.stack([shapes(time - phase / (_PHASES * rate_hz)) for phase in range(_PHASES)], axis=1)
    return Templates(values, before, rate_hz)


def summed(discharges: Discharges, templates: Templates) -> Layer:
    """Give the layer in which every discharge adds its unit's potential."""
    _, phases, channels, length = templates.values.shape
    # Time before channel, so that one discharge is one block of memory.
    values = np.ascontiguousarray(np.swapaxes(templates.values, 2, 3))
    position = np.floor(discharges.time_s * templates.rate_hz * phases + 0.5).astype(np.intp)
    begin, phase = position // phases - templates.before, position % phases

    def layer(first: int, stop: int, _: np.random.Generator) -> Floats:
        out = np.zeros((stop - first, channels))
        low, high = np.searchsorted(begin, [first - length + 1, stop])
        for i in range(low, high):
            start = int(begin[i]) - first
            a, b = max(start, 0), min(start + length, stop - first)
            potential = values[discharges.unit[i], phase[i], a - start : b - start]
            out[a:b] += potential if discharges.gain[i] == 1.0 else discharges.gain[i] * potential
        return out.T

    return layer
