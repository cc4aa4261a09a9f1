"""Noise level that follows the signal and does not see events."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["NOISE_STEP_S", "NoiseTrack", "rest_track", "track"]

Samples = NDArray[np.float64]

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

    def level_at(self, index: NDArray[np.intp]) -> Samples:
        """Give the noise level at samples."""
        level: Samples = np.interp(index, self.centre, self.level)
        return level


def track(envelope: Samples, hop: int, step: int) -> NoiseTrack:
    """Measure an envelope in windows of two hops, one every hop.

    The median and the median absolute deviation hardly move while events fill less than a tenth of a window.

    Parameters
    ----------
    envelope : ndarray, shape (n,)
    hop : int
        Samples from window to window.
    step : int
        Every so many samples are looked at.
    """
    hop, windows = _windows(envelope, hop, step)
    level: Samples = np.median(windows, axis=1)
    spread: Samples = 1.4826 * np.median(np.abs(windows - level[:, None]), axis=1)
    return NoiseTrack(_centres(hop, len(windows)), level, spread)


def rest_track(envelope: Samples, hop: int, step: int, percentile: float) -> NoiseTrack:
    """Measure a low percentile of an envelope as `track` does its median: rest between events that fill a window.

    The spread is zero.
    """
    hop, windows = _windows(envelope, hop, step)
    level: Samples = np.percentile(windows, percentile, axis=1)
    return NoiseTrack(_centres(hop, len(windows)), level, np.zeros_like(level))


def _windows(envelope: Samples, hop: int, step: int) -> tuple[int, Samples]:
    n, step = envelope.size, max(step, 1)
    hop = max(min(hop, n // 2), 1)
    return hop, np.lib.stride_tricks.sliding_window_view(envelope, min(2 * hop, n))[::hop, ::step]


def _centres(hop: int, n: int) -> NDArray[np.float64]:
    return hop * np.arange(1, n + 1, dtype=np.float64)
