"""How a value runs with time: a straight line, its beginning, and its slope as a share of the beginning."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from involuntary.dsp.spectrum import jackknife

__all__ = ["Trend", "trend"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Trend:
    """A line by least squares; intervals of 95 % by the jackknife over windows.

    Attributes
    ----------
    start : float
        Its value at the first time.
    slope_percent : float
        Change a second, in per cent of `start`.
    """

    start: float
    start_interval: tuple[float, float] | None
    slope_percent: float
    slope_interval: tuple[float, float] | None


def trend(time_s: Floats, values: Floats) -> Trend:
    """Fit a line to values at times, both of shape (n,), n from 3 on."""
    since = time_s - time_s[0]
    sums = np.array([np.ones(since.size), since, values, since**2, since * values])
    start, slope = _line(sums.sum(axis=1))
    starts, slopes = _line(sums.sum(axis=1, keepdims=True) - sums)
    return Trend(float(start), jackknife(starts, float(start)), float(slope), jackknife(slopes, float(slope)))


def _line(sums: Floats) -> tuple[Floats, Floats]:
    """Give start and slope in per cent a second from n and the sums of x, y, x² and xy, shape (5, ...)."""
    n, x, y, xx, xy = sums
    slope = (n * xy - x * y) / (n * xx - x * x)
    start = (y - slope * x) / n
    return start, 100 * slope / start
