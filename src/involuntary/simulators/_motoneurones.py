"""A pool of motoneurones after Fuglevand: recruitment by size, rate coding, and a time-rescaled renewal process.

The rate of a neurone follows its drive; intervals are drawn in the time of the neurone's own cumulated rate, so
that they keep their regularity while the drive changes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from involuntary.model import Reference
from involuntary.simulators._chunks import Floats
from involuntary.simulators._discharges import Discharges

__all__ = ["FUGLEVAND", "Drive", "Pool", "discharges", "pool"]

FUGLEVAND = Reference(
    "doi:10.1152/jn.1993.70.6.2470",
    "Fuglevand AJ, Winter DA, Patla AE. Models of recruitment and rate coding organization in motor-unit pools."
    " J Neurophysiol 1993;70:2470-2488",
    "Methods, recruitment and rate coding",
)
# Time in seconds, shape (n,) -> excitation from 0 (none) to 1 (all that the pool can take), same shape.
Drive = Callable[[Floats], Floats]

_STEP_S = 0.002
_STRETCH_S = 60.0


@dataclass(frozen=True, slots=True, eq=False)
class Pool:
    """Motoneurones in the order of their recruitment.

    Attributes
    ----------
    threshold : ndarray of float64, shape (units,)
        Excitation at which a neurone starts to fire, in units of the lowest.
    peak_hz : ndarray of float64, shape (units,)
        Highest rate.
    minimum_hz : float
        Rate at recruitment.
    largest : float
        Excitation at which the last neurone reaches its highest rate.
    """

    threshold: Floats
    peak_hz: Floats
    minimum_hz: float
    largest: float

    def rate_hz(self, excitation: Floats) -> Floats:
        """Give the rates at excitations from 0 to 1, shape (units, n)."""
        above = excitation[None, :] * self.largest - self.threshold[:, None]
        return np.where(above >= 0, np.minimum(above + self.minimum_hz, self.peak_hz[:, None]), 0.0)


def pool(
    units: int,
    recruitment_range: float = 30.0,
    minimum_hz: float = 8.0,
    first_peak_hz: float = 45.0,
    peak_fall_hz: float = 10.0,
) -> Pool:
    """Build a pool with the published defaults.

    Parameters
    ----------
    units : int
        Number of motoneurones.
    recruitment_range : float
        Threshold of the last in units of the first's.
    minimum_hz, first_peak_hz, peak_fall_hz : float
        Rate at recruitment, highest rate of the first unit, and how much lower that of the last is.

    Notes
    -----
    Excitation and rate are on one scale (gain 1 Hz per unit of excitation), as in the source.
    """
    threshold = np.exp(np.log(recruitment_range) * np.arange(1, units + 1) / max(units, 1))
    peak = first_peak_hz - peak_fall_hz * threshold / recruitment_range
    largest = float(threshold[-1] + peak[-1] - minimum_hz) if units else 1.0
    return Pool(threshold, peak, minimum_hz, largest)


def discharges(
    neurones: Pool, drive: Drive, duration_s: float, interval_cv: float, random: np.random.Generator
) -> Discharges:
    """Fire a pool.

    Parameters
    ----------
    neurones : Pool
        Who fires.
    drive : callable
        Time to excitation from 0 to 1.
    duration_s : float
        Until when.
    interval_cv : float
        Coefficient of variation of the intervals at constant drive; above 0.
    random : numpy.random.Generator
        Draws the intervals.
    """
    units = len(neurones.threshold)
    shape = 1.0 / interval_cv**2
    due = random.gamma(shape, 1.0 / shape, units) * random.uniform(size=units)
    found: list[list[Floats]] = [[] for _ in range(units)]
    for start in np.arange(0.0, duration_s, _STRETCH_S):
        stop = min(start + _STRETCH_S, duration_s)
        steps = max(2, int(np.ceil((stop - start) / _STEP_S)) + 1)
        edges = np.linspace(start, stop, steps)
        middles = 0.5 * (edges[1:] + edges[:-1])
        rate = neurones.rate_hz(np.clip(drive(middles), 0.0, 1.0))
        progress = np.concatenate([np.zeros((units, 1)), np.cumsum(rate, axis=1) * (edges[1] - edges[0])], axis=1)
        for unit in range(units):
            reached = _due(due[unit], progress[unit, -1], shape, random)
            found[unit].append(np.interp(reached[:-1], progress[unit], edges))
            due[unit] = reached[-1] - progress[unit, -1]
    return Discharges.by_unit([np.concatenate([np.empty(0), *parts]) for parts in found])


def _due(first: float, end: float, shape: float, random: np.random.Generator) -> Floats:
    """Give the cumulated rates at which a neurone fires up to `end`, and the first one after it."""
    reached = np.array([first])
    while reached[-1] <= end:
        more = int(end - reached[-1]) + 10
        reached = np.concatenate([reached, reached[-1] + np.cumsum(random.gamma(shape, 1.0 / shape, more))])
    return reached[: int(np.searchsorted(reached, end, side="right")) + 1]
