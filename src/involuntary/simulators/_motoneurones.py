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
from involuntary.simulators._discharges import Discharges, Firing, minute_by_minute

__all__ = ["AT_ONCE_S", "FUGLEVAND", "Drive", "Pool", "discharges", "fired", "firing", "pool"]

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
# Longer recordings do not keep their discharges.
AT_ONCE_S = 1800.0


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

    def rate_hz(self, excitation: Floats, units: slice = slice(None)) -> Floats:
        """Give the rates of some units at excitations from 0 to 1, shape (units, n)."""
        rate: Floats = excitation[None, :] * self.largest - self.threshold[units, None]
        silent = rate < 0
        rate += self.minimum_hz
        np.minimum(rate, self.peak_hz[units, None], out=rate)
        rate[silent] = 0.0
        return rate


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
    shape = 1.0 / interval_cv**2
    due = _first_due(neurones, shape, random)
    found: list[list[Floats]] = [[] for _ in due]
    for start in np.arange(0.0, duration_s, _STRETCH_S):
        times = _stretch(neurones, drive, (start, min(start + _STRETCH_S, duration_s)), due, shape, random)
        for parts, own in zip(found, times, strict=True):
            parts.append(own)
    return Discharges.by_unit([np.concatenate([np.empty(0), *parts]) for parts in found])


def firing(
    neurones: Pool, drive: Drive, duration_s: float, interval_cv: float, random: np.random.Generator
) -> Callable[[float, float], Discharges]:
    """Fire a pool for as long as one likes: what comes back gives the discharges between two times.

    Parameters are those of `discharges`; memory is that of `minute_by_minute`.
    """
    shape, seed = 1.0 / interval_cv**2, int(random.integers(2**63))

    def fire(number: int, ends: tuple[float, float], begun: Floats) -> tuple[list[Discharges], Floats]:
        due = begun.copy()
        times = _stretch(neurones, drive, ends, due, shape, np.random.default_rng([seed, 1 + number]))
        return [Discharges.by_unit(times)], due

    return minute_by_minute(_first_due(neurones, shape, np.random.default_rng([seed, 0])), fire, duration_s, 1)[0]


def fired(neurones: Pool, drive: Drive, duration_s: float, interval_cv: float, random: np.random.Generator) -> Firing:
    """Fire a pool: all at once, or in a long recording as it is needed. Parameters are those of `discharges`."""
    fire = discharges if duration_s <= AT_ONCE_S else firing
    return fire(neurones, drive, duration_s, interval_cv, random)


def _first_due(neurones: Pool, shape: float, random: np.random.Generator) -> Floats:
    units = len(neurones.threshold)
    due: Floats = random.gamma(shape, 1.0 / shape, units) * random.uniform(size=units)
    return due


def _stretch(
    neurones: Pool, drive: Drive, ends: tuple[float, float], due: Floats, shape: float, random: np.random.Generator
) -> list[Floats]:
    """Fire through one stretch of time; `due`, the cumulated rate at which each fires next, is moved on."""
    start, stop = ends
    steps = max(2, int(np.ceil((stop - start) / _STEP_S)) + 1)
    edges = np.linspace(start, stop, steps)
    middles = 0.5 * (edges[1:] + edges[:-1])
    wanted = np.clip(drive(middles), 0.0, 1.0)
    highest, reach = wanted.max(keepdims=True), edges[1] - edges[0]
    progress = np.zeros(steps)
    times = []
    for unit, active in enumerate(neurones.rate_hz(highest)[:, 0] > 0):
        if not active:
            times.append(np.empty(0))
            continue
        # One unit after the other: what is written stays near the processor.
        np.cumsum(neurones.rate_hz(wanted, slice(unit, unit + 1))[0], out=progress[1:])
        progress[1:] *= reach
        reached = _due(due[unit], progress[-1], shape, random)
        times.append(np.interp(reached[:-1], progress, edges))
        due[unit] = reached[-1] - progress[-1]
    return times


def _due(first: float, end: float, shape: float, random: np.random.Generator) -> Floats:
    """Give the cumulated rates at which a neurone fires up to `end`, and the first one after it."""
    reached = np.array([first])
    while reached[-1] <= end:
        more = int(end - reached[-1]) + 10
        reached = np.concatenate([reached, reached[-1] + np.cumsum(random.gamma(shape, 1.0 / shape, more))])
    return reached[: int(np.searchsorted(reached, end, side="right")) + 1]
