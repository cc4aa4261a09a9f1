"""Noise level that follows the signal and does not see events."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["NOISE_STEP_S", "NoiseTrack", "Steps", "rest_track", "row_medians", "steps", "track"]

Samples = NDArray[np.float64]
Floats = NDArray[np.floating]

_MOST_SPREAD = 0.5  # of the level: two degrees of freedom; in a window where it is more, events fill much of the time
NOISE_STEP_S = 0.0025  # an envelope of 10 ms holds little between


@dataclass(frozen=True, slots=True)
class NoiseTrack:
    """Middle and spread of an envelope, window by window.

    Attributes
    ----------
    centre : ndarray of float64, shape (w,)
        Middle of each window, in samples.
    level : ndarray, shape (w,)
        Median of the envelope: the noise, in the unit of the envelope.
    spread : ndarray, shape (w,)
        1.4826 times the median absolute deviation: the standard deviation of the envelope in noise.
    """

    centre: NDArray[np.float64]
    level: Samples
    spread: Samples

    def lowest_threshold(self, factor: float) -> float:
        """Give the lowest value that `threshold_at` can give."""
        return float(np.min(self.level + factor * self.spread))

    def threshold_at(self, index: NDArray[np.intp], factor: float) -> Samples:
        """Give level + factor · spread at samples, straight between the centres."""
        threshold: Samples = np.interp(index, self.centre, self.level + factor * self.spread)
        return threshold

    def lowest_stray(self, deviates: float) -> float:
        """Give the lowest value that `stray_at` can give."""
        return float(np.min(_strayed(self.level, self.spread, deviates)))

    def stray_at(self, index: NDArray[np.intp], deviates: float) -> Samples:
        """Give what noise exceeds at samples as rarely as a normal variate so many deviates, straight between centres.

        The mean square of noise under a window follows a chi-square law with as many degrees of freedom as the window
        holds independent samples, few of them where the noise has a colour. Its cube root is near to normal
        (Wilson & Hilferty 1931, Proc Natl Acad Sci 17:684), whatever they are, and median and spread tell the rest.
        """
        stray: Samples = np.interp(index, self.centre, _strayed(self.level, self.spread, deviates))
        return stray

    def level_at(self, index: NDArray[np.intp]) -> Samples:
        """Give the noise level at samples."""
        level: Samples = np.interp(index, self.centre, self.level)
        return level


def _strayed(level: Samples, spread: Samples, deviates: float) -> Samples:
    some = level > 0
    relative = np.where(some, np.minimum(spread / np.where(some, level, 1.0), _MOST_SPREAD), 0.0)
    strayed: Samples = level * (1 + 2 / 3 * deviates * relative) ** 1.5
    return strayed


class Steps(NamedTuple):
    """Values of an envelope in windows of two hops, one every hop: samples in a hop; values, sorted, shape (w, k)."""

    hop: int
    values: Floats


def steps(envelope: Floats, hop: int, step: int) -> Steps:
    """Take every so many samples of an envelope, window by window.

    Parameters
    ----------
    envelope : ndarray, shape (n,)
    hop : int
        Samples from window to window.
    step : int
        Every so many samples are looked at.
    """
    n, step = envelope.size, max(step, 1)
    hop = max(min(hop, n // 2), 1)
    windows = np.lib.stride_tricks.sliding_window_view(envelope, min(2 * hop, n))[::hop, ::step]
    return Steps(hop, np.sort(windows, axis=1))


def track(steps: Steps, *, compiled: bool = False) -> NoiseTrack:
    """Measure middle and spread of the envelope in each window.

    The median and the median absolute deviation hardly move while events fill less than a tenth of a window.
    `compiled`: whether a kernel is worth loading; it gives the same.
    """
    level = _at(steps.values, 0.5)
    count = steps.values.shape[1]
    nearest = _nearest_compiled if compiled else _nearest
    low, high = (nearest(steps.values, level, near) for near in ((count + 1) // 2, count // 2 + 1))
    spread: Samples = 1.4826 * 0.5 * (low + high)
    return NoiseTrack(_centres(steps.hop, len(level)), level, spread)


def rest_track(steps: Steps, percentile: float) -> NoiseTrack:
    """Measure a low percentile of an envelope as `track` does its median: rest between events that fill a window.

    The spread is zero.
    """
    level = _at(steps.values, percentile / 100)
    return NoiseTrack(_centres(steps.hop, len(level)), level, np.zeros_like(level))


def _nearest(values: Floats, level: Samples, count: int) -> Samples:
    """Give, for each row of sorted values, the distance from its level within which so many values lie.

    Sorted, the nearest values follow each other: of all such stretches it is the one that reaches least far.
    """
    centre = level[:, None].astype(values.dtype)
    below = centre - values[:, : values.shape[1] - count + 1]
    above = values[:, count - 1 :] - centre
    least: Samples = np.maximum(below, above, out=below).min(axis=1).astype(np.float64)
    return least


def _nearest_compiled(values: Floats, level: Samples, count: int) -> Samples:
    from involuntary.dsp import event_kernels as kernels

    centre = level.astype(values.dtype)
    least = np.empty_like(centre)
    kernels.nearest(values, centre, count, least)
    return least.astype(np.float64)


def _at(values: Floats, share: float) -> Samples:
    """Give what lies at a share of each row of sorted values, straight between neighbours."""
    place = share * (values.shape[1] - 1)
    below = int(place)
    low, high = (values[:, min(i, values.shape[1] - 1)].astype(np.float64) for i in (below, below + 1))
    at: Samples = low + (place - below) * (high - low)
    return at


def row_medians(values: Floats) -> Samples:
    """Give the median of each row, by sorting: for short rows that takes a fraction of the time of `numpy.median`."""
    return _at(np.sort(values, axis=1), 0.5)


def _centres(hop: int, n: int) -> NDArray[np.float64]:
    return hop * np.arange(1, n + 1, dtype=np.float64)
