"""Template matching, compiled: which units' potentials, laid where, explain a signal best.

All times are samples of the fine grid. A score is the energy that a potential laid there takes off the residual,
``2 <residual, potential> − |potential|²``; laying one changes the scores of all around it by table.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

__all__ = ["explain", "shift"]

Floats = NDArray[np.float64]
Indices = NDArray[np.intp]
Marks = NDArray[np.int16]
BLOCK = 256


@njit(cache=True)
def shift(score: Floats, cross: Floats, unit: int, at: int, sign: float) -> None:
    """Change all scores as a potential is laid (sign 1) or taken away (sign -1)."""
    units, n = score.shape
    reach = cross.shape[2] // 2
    low, high = max(at - reach, 0), min(at + reach + 1, n)
    for other in range(units):
        # Slices, and no sums of places: then several samples are computed at once.
        row, part = score[other, low:high], cross[other, unit, low - at + reach : high - at + reach]
        for i in range(row.size):
            row[i] -= sign * 2.0 * part[i]


@njit(cache=True)
def _renew(
    tops: Floats,
    units: Indices,
    places: Indices,
    score: Floats,
    held: Marks,
    least: Floats,
    most: Floats,
    low: int,
    high: int,
) -> None:
    """Find the best potential that may be laid in each block of the grid that touches a stretch."""
    n = score.shape[1]
    for block in range(max(low, 0) // BLOCK, min((high - 1) // BLOCK + 1, tops.size)):
        unit, place, top = -1, -1, 0.0
        for u in range(score.shape[0]):
            for i in range(block * BLOCK, min((block + 1) * BLOCK, n)):
                s = score[u, i]
                if s > top and s >= least[u] and s <= most[u] and held[u, i] == 0:
                    unit, place, top = u, i, s
        tops[block], units[block], places[block] = top, unit, place


@njit(cache=True)
def _hold(held: Marks, unit: int, at: int, apart: int, by: int) -> None:
    """Keep a unit from firing again around a discharge, or let it."""
    for i in range(max(at - apart + 1, 0), min(at + apart, held.shape[1])):
        held[unit, i] += by


@njit(cache=True)
def explain(
    score: Floats, cross: Floats, least: Floats, most: Floats, apart: int, slack: int
) -> tuple[Indices, Indices]:
    """Lay potentials one by one, the best of all first, and move those laid nearby to their best places.

    Parameters
    ----------
    score : ndarray of float64, shape (units, n)
        Changed in place: on return the scores of the residual.
    cross : ndarray of float64, shape (units, units, 2 reach + 1)
        ``cross[a, b, reach + lag]``: inner product of a laid `lag` after b with b.
    least, most : ndarray of float64, shape (units,)
        Bounds of a score.
    apart : int
        Least distance between two discharges of a unit.
    slack : int
        How far a laid potential may move when its neighbours are known.

    Returns
    -------
    time, unit : ndarray of intp, shape (m,)
        In the order in which they were laid.
    """
    n = score.shape[1]
    reach = cross.shape[2] // 2
    blocks = (n + BLOCK - 1) // BLOCK
    tops, units, places = np.zeros(blocks), np.zeros(blocks, np.intp), np.zeros(blocks, np.intp)
    held = np.zeros(score.shape, np.int16)
    _renew(tops, units, places, score, held, least, most, 0, n)
    most_laid = score.shape[0] * (n // apart + 1)
    time, unit = np.empty(most_laid, np.intp), np.empty(most_laid, np.intp)
    count = 0
    while count < most_laid:
        block = int(np.argmax(tops))
        if tops[block] <= 0.0:
            break
        at, u = places[block], units[block]
        time[count], unit[count] = at, u
        count += 1
        shift(score, cross, u, at, 1.0)
        _hold(held, u, at, apart, 1)
        low, high = _settle(score, cross, held, time, unit, count, slack, apart)
        wide = max(reach, apart)
        _renew(tops, units, places, score, held, least, most, low - wide, high + wide + 1)
    return time[:count].copy(), unit[:count].copy()


@njit(cache=True)
def _settle(
    score: Floats, cross: Floats, held: Marks, time: Indices, unit: Indices, count: int, slack: int, apart: int
) -> tuple[int, int]:
    """Move the potentials that the last laid one touches to where they score best; give the range of changed places."""
    reach = cross.shape[2] // 2
    last = time[count - 1]
    n = score.shape[1]
    low = high = last
    for _ in range(2):
        moved = False
        for j in range(count):
            u, was = unit[j], time[j]
            if abs(was - last) > reach:
                continue
            # The score of the residual with this one taken away, in a small neighbourhood.
            best, top = was, -1e300
            for i in range(max(was - slack, 0), min(was + slack + 1, n)):
                s = score[u, i] + 2.0 * cross[u, u, i - was + reach]
                if s > top:
                    best, top = i, s
            if best != was:
                shift(score, cross, u, was, -1.0)
                shift(score, cross, u, best, 1.0)
                _hold(held, u, was, apart, -1)
                _hold(held, u, best, apart, 1)
                time[j] = best
                low, high = min(low, was, best), max(high, was, best)
                moved = True
        if not moved:
            break
    return low, high
