"""Envelopes: how strong a signal is around each moment."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["rms_envelope", "running_mean", "smoothed"]

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


def running_mean(values: NDArray[np.floating], width: int) -> Samples:
    """Average over so many samples around each, shape (n,); the ends see what there is."""
    return _running_mean(values, width, 0)


def _running_mean(values: NDArray[np.floating], width: int, lean: int) -> Samples:
    n, before = values.size, (width - 1 + lean) // 2
    after = width - before  # the window of sample i is i - before to i + after
    total = np.empty(n + 1)
    total[0] = 0.0
    np.cumsum(values, out=total[1:])
    if n < 2 * width:
        index = np.arange(n)
        low, high = np.maximum(index - before, 0), np.minimum(index + after, n)
        short: Samples = (total[high] - total[low]) / (high - low)
        return short
    mean = np.empty(n)
    inner = mean[before : n - after + 1]
    np.subtract(total[width:], total[: n - width + 1], out=inner)
    inner /= width
    mean[:before] = (total[after : after + before] - total[0]) / np.arange(after, after + before)
    late = np.arange(n - after + 1, n)
    mean[late] = (total[n] - total[late - before]) / (n - late + before)
    return mean
