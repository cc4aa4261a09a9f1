"""Compiled look at the seconds of long recordings; `involuntary.dsp.contacts` is its slow twin."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

__all__ = ["by_second"]

Samples = NDArray[np.float64]
Singles = NDArray[np.float32]


@njit(cache=True, nogil=True, error_model="numpy", fastmath={"reassoc", "contract"})
def by_second(
    samples: Samples, second: int, cosine: Singles, sine: Singles, level: Samples, bins: Samples, fast: Samples
) -> None:
    """Write what each second holds.

    Parameters
    ----------
    samples : ndarray, shape (n,)
    second : int
        Samples in a second.
    cosine, sine : ndarray, shape (k, frame)
        What the first samples of each second are multiplied by.
    level : ndarray, shape (seconds,)
        Written: mean.
    bins : ndarray, shape (seconds, k + 1)
        Written: sum of the squared products of these samples less their mean; and their summed squares.
    fast : ndarray, shape (seconds,)
        Written: median size of every other second difference of these samples.
    """
    width = cosine.shape[1]
    frame, sizes = np.empty(width, dtype=np.float32), np.empty((width - 1) // 2)
    for s in range(level.size):
        whole, total = samples[s * second : (s + 1) * second], 0.0
        for i in range(second):
            total += whole[i]
        level[s] = total / second
        middle = 0.0
        for i in range(width):
            middle += whole[i]
        middle /= width
        square = 0.0
        for i in range(width):
            x = whole[i] - middle
            frame[i] = x
            square += x * x
        bins[s, cosine.shape[0]] = square
        for k in range(cosine.shape[0]):
            c, z, across, along = np.float32(0.0), np.float32(0.0), cosine[k], sine[k]
            for i in range(width):
                c += frame[i] * across[i]
                z += frame[i] * along[i]
            bins[s, k] = np.float64(c) * c + np.float64(z) * z
        for i in range(sizes.size):
            sizes[i] = abs((whole[2 * i + 2] - whole[2 * i + 1]) - (whole[2 * i + 1] - whole[2 * i]))
        fast[s] = _smallest(sizes, sizes.size // 2)


@njit(cache=True, nogil=True, error_model="numpy")
def _smallest(values: Samples, k: int) -> float:
    """Give the value that would lie at place k if they were sorted; moves them."""
    low, high = 0, values.size - 1
    while low < high:
        pivot, i, j = values[(low + high) // 2], low, high
        while i <= j:
            while values[i] < pivot:
                i += 1
            while values[j] > pivot:
                j -= 1
            if i <= j:
                values[i], values[j] = values[j], values[i]
                i, j = i + 1, j - 1
        if k <= j:
            high = j
        elif k >= i:
            low = i
        else:
            break
    return float(values[k])
