"""Peaks that keep their distance."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["highest_apart"]

Samples = NDArray[np.float64]
Indices = NDArray[np.intp]


def highest_apart(at: Indices, height: Samples, apart: int) -> Indices:
    """Choose peaks from the highest on, none closer than so many samples to one that was chosen before.

    Parameters
    ----------
    at : ndarray of int, shape (n,)
        Position of each peak, rising.
    height : ndarray, shape (n,)
        Of equal ones the first comes first.
    apart : int
        Samples.

    Returns
    -------
    ndarray of int
        Which are chosen, rising.
    """
    rank = np.empty(at.size, dtype=np.intp)
    rank[np.argsort(-height, kind="stable")] = np.arange(at.size)
    chosen: list[Indices] = []
    left = np.arange(at.size)
    while left.size:
        low = np.searchsorted(at[left], at[left] - apart + 1)
        high = np.searchsorted(at[left], at[left] + apart - 1, side="right")
        best = np.minimum.reduceat(np.append(rank[left], at.size), np.column_stack([low, high]).ravel())[::2]
        highest = best == rank[left]
        chosen.append(left[highest])
        # Whoever is nearest on either side decides.
        taken = at[left[highest]]
        after = np.searchsorted(taken, at[left])
        near = at[left] - np.append(-apart, taken)[after] < apart
        near |= np.append(taken, at[-1] + apart)[after] - at[left] < apart
        left = left[~near]
    return np.sort(np.concatenate([np.empty(0, dtype=np.intp), *chosen]))
