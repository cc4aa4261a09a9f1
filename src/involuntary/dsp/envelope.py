"""Envelopes: how strong a signal is around each moment."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["rms_envelope", "smoothed"]

Samples = NDArray[np.float64]


def rms_envelope(samples: Samples, rate_hz: float, window_s: float) -> Samples:
    """Give the root mean square under a triangular window that slides along, shape (n,).

    Parameters
    ----------
    samples : ndarray, shape (n,)
        Without offset.
    rate_hz : float
    window_s : float
        Whole width of the triangle. Its −3 dB point lies at 0.64 / `window_s`: 10 ms give 64 Hz, above the 50 Hz
        below which durations come out too long.
    """
    return np.sqrt(smoothed(samples * samples, round(window_s * rate_hz / 2)))


def smoothed(positive: Samples, half_width: int) -> Samples:
    """Average under a triangle of `half_width` samples to either side, shape (n,); the ends see what there is."""
    if half_width < 2:
        return positive
    # Two running means of opposite lean make a triangle that is centred for even widths too.
    return np.maximum(_running_mean(_running_mean(positive, half_width, 0), half_width, 1), 0.0)


def _running_mean(values: Samples, width: int, lean: int) -> Samples:
    n = values.size
    total = np.concatenate([[0.0], np.cumsum(values)])
    before = (width - 1 + lean) // 2
    start, stop = -before, width - before
    index = np.arange(n)
    low, high = np.maximum(index + start, 0), np.minimum(index + stop, n)
    mean: Samples = (total[high] - total[low]) / (high - low)
    return mean
