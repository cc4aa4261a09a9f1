"""Smoothing that keeps the height of a peak: a parabola through the neighbours of every sample."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["parabolic"]

Floats = NDArray[np.float64]


def parabolic(samples: Floats, rate_hz: float, length_s: float) -> Floats:
    """Replace every sample by the parabola fitted to those around it (Savitzky & Golay 1964, Anal Chem 36:1627).

    Parameters
    ----------
    samples : ndarray, shape (n,)
    rate_hz : float
        Samples a second.
    length_s : float
        Length of the neighbourhood; where it holds fewer than five samples nothing is changed.

    Returns
    -------
    ndarray, shape (n,)
        The first and last half neighbourhood are left as they are.
    """
    m = int(length_s * rate_hz / 2)
    if m < 2 or samples.size < 2 * m + 1:
        return samples.copy()
    j = np.arange(-m, m + 1)
    weights = 3.0 * (3 * m * m + 3 * m - 1 - 5 * j * j) / ((2 * m - 1) * (2 * m + 1) * (2 * m + 3))
    smooth = samples.copy()
    smooth[m : samples.size - m] = np.convolve(samples, weights, mode="valid")
    return smooth
