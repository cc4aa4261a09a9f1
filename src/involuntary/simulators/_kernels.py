"""Compiled loops of the simulator, imported only when there is much to do; each has a slow twin where it is called."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

__all__ = ["add_potentials"]

Singles = NDArray[np.float32]
Indices = NDArray[np.intp]


@njit(cache=True, nogil=True, error_model="numpy")
def add_potentials(out: Singles, lanes: Singles, reach: Indices, begin: Indices, row: Indices, gain: Singles) -> None:
    """Add the potential of every discharge, lane by lane, so that what is written stays near the processor.

    Parameters
    ----------
    out : ndarray, shape (channels, n)
        Added to.
    lanes : ndarray, shape (channels, rows, length)
        Potentials; a row is one phase of one unit.
    reach : ndarray, shape (channels, rows, 2)
        First sample and last plus one that are worth adding.
    begin, row : ndarray, shape (discharges,)
        Sample of `out` at which a potential's first sample lies, before 0 or beyond `n` too; and its row.
    gain : ndarray, shape (discharges,)
        Factor of each.
    """
    n = out.shape[1]
    for lane in range(out.shape[0]):
        target = out[lane]
        for i in range(begin.size):
            r, start, factor = row[i], begin[i], gain[i]
            potential = lanes[lane, r]
            a, b = max(start + reach[lane, r, 0], 0), min(start + reach[lane, r, 1], n)
            for k in range(a, b):
                target[k] += factor * potential[k - start]
