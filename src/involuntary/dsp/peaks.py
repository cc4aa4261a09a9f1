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
    if not at.size:
        return np.empty(0, dtype=np.intp)
    # A byte a sample that may still be chosen, with a margin: slices of bytes are quicker than those of arrays.
    place = (at - at[0] + apart).tolist()
    free, taken = bytearray(b"\1" * (place[-1] + apart)), bytes(2 * apart - 1)
    chosen = []
    for i in np.argsort(-height, kind="stable").tolist():
        middle = place[i]
        if free[middle]:
            chosen.append(i)
            free[middle - apart + 1 : middle + apart] = taken
    return np.array(sorted(chosen), dtype=np.intp)
