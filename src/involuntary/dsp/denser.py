"""Samples between samples: the band-limited signal on a finer grid."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from involuntary.dsp.bands import fast_length

__all__ = ["denser"]

Samples = NDArray[np.float64]

_BESIDE = 64  # zeros beside the samples, in which what rings at their ends dies away


def denser(samples: Samples, factor: int) -> Samples:
    """Give a signal `factor` times as dense; every so manieth sample is one that was there.

    Parameters
    ----------
    samples : ndarray, shape (n,)
    factor : int
        1 gives the samples themselves.

    Returns
    -------
    ndarray, shape (n * factor,)
    """
    if factor == 1:
        return samples
    n = fast_length(samples.size + _BESIDE)
    n += n % 2
    lines = np.zeros(n * factor // 2 + 1, dtype=np.complex128)
    lines[: n // 2 + 1] = np.fft.rfft(samples, n)
    lines[n // 2] /= 2  # half of the line at half the rate belongs to its mirror image
    return np.fft.irfft(lines, n * factor)[: samples.size * factor] * factor
