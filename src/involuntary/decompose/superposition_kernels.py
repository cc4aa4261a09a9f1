"""Superpositions, compiled: which set of units, laid where, explains a short window best.

All times are samples of the fine grid, from the start of the window. What is searched for is the set with the most
energy taken off the residual, less a penalty for each discharge, plus what its moment is worth.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

__all__ = ["best_set"]

Floats = NDArray[np.float64]
Indices = NDArray[np.intp]
Sets = tuple[Indices, Indices, Floats, Indices]
# How often the potentials of a set are moved in turn.
_TURNS = 3
# A potential that leaves over so much more, in its own energy, even where it fits best, is not tried there.
_HOPELESS = 0.5


@njit(cache=True)
def _lay(row: Floats, cross: Floats, at: int, sign: float) -> None:
    """Change a unit's scores as another's potential is laid (sign 1) or taken away (sign -1)."""
    reach = cross.size // 2
    # A slice, and no sums of places: then several samples are computed at once.
    part = cross[reach - at : reach - at + row.size]
    for i in range(row.size):
        row[i] -= sign * 2.0 * part[i]


@njit(cache=True)
def _alone(
    near: Floats, score: Floats, cross: Floats, unit: Indices, time: Indices, j: int, count: int, low: int
) -> None:
    """Give the scores of one of a set's units from `low` on, with the others laid where they are."""
    reach = cross.shape[2] // 2
    u = unit[j]
    near[:] = score[u, low : low + near.size]
    for k in range(count):
        if k != j:
            start = reach - time[k] + low
            part = cross[u, unit[k], start : start + near.size]
            for i in range(near.size):
                near[i] -= 2.0 * part[i]


@njit(cache=True)
def _settle(score: Floats, cross: Floats, unit: Indices, time: Indices, count: int, slack: int, near: Floats) -> float:
    """Move each laid potential to where it scores best with the others where they are; give what that gains."""
    gained = 0.0
    for _ in range(_TURNS):
        moved = False
        for j in range(count):
            was = time[j]
            low = max(was - slack, 0)
            here = near[: min(was + slack + 1, score.shape[1]) - low]
            _alone(here, score, cross, unit, time, j, count, low)
            best = 0
            for i in range(1, here.size):
                if here[i] > here[best]:
                    best = i
            if low + best != was:
                time[j] = low + best
                gained += here[best] - here[was - low]
                moved = True
        if not moved:
            break
    return gained


@njit(cache=True)
def _place(
    unit: Indices, time: Indices, value: float, depth: int, units: Indices, times: Indices, values: Floats, count: int,
    slack: int,
) -> int:  # fmt: skip
    """Give where a set goes among those kept: over its like, in a free place, over the worst; -1 where it is worse."""
    for k in range(count):
        same = 0
        for a in range(depth):
            for b in range(depth):
                same += units[k, b] == unit[a] and abs(times[k, b] - time[a]) <= slack
        if same == depth:
            return k if value > values[k] else -1
    if count < values.size:
        return count
    worst = int(np.argmin(values))
    return worst if value > values[worst] else -1


@njit(cache=True, fastmath={"nnan", "nsz"})
def _highest(row: Floats) -> int:
    """Give the place where a unit scores best; -1 where it may lie nowhere."""
    top = -1e300
    # Two passes: the first of them looks at several samples at once.
    for i in range(row.size):
        top = max(top, row[i])
    if top > -1e200:
        for i in range(row.size):
            if row[i] == top:
                return i
    return -1


@njit(cache=True)
def _room(most: int, units: int) -> Sets:
    """Give room for sets: their units, the places of these, what a set explains, and the set that it was made of."""
    return np.zeros((most, units), np.intp), np.zeros((most, units), np.intp), np.zeros(most), np.zeros(most, np.intp)


@njit(cache=True)
def _follow(tables: Floats, before: Floats, sets: Sets, old: Sets, count: int, depth: int, cross: Floats) -> None:
    """Bring the scores of all units outside each set from where those of the set it was made of are."""
    unit, time, _, parent = sets
    for k in range(count):
        was = old[1][parent[k]]
        for other in range(tables.shape[1]):
            if np.any(unit[k, :depth] == other):
                continue
            row = tables[k, other]
            row[:] = before[parent[k], other]
            _lay(row, cross[other, unit[k, depth - 1]], time[k, depth - 1], 1.0)
            for j in range(depth - 1):
                if time[k, j] != was[j]:
                    _lay(row, cross[other, unit[k, j]], was[j], -1.0)
                    _lay(row, cross[other, unit[k, j]], time[k, j], 1.0)


@njit(cache=True)
def _grown(
    tables: Floats, sets: Sets, kept: int, depth: int, grown: Sets, cross: Floats, penalty: float, slack: int,
    score: Floats,
) -> int:  # fmt: skip
    """Add each unit to each set where it scores best, keep the best of these in `grown`, and give how many."""
    unit, time, value, _ = sets
    reach = cross.shape[2] // 2
    near = np.empty(2 * slack + 1)
    count = 0
    for b in range(kept):
        for u in range(len(score)):
            at = -1 if np.any(unit[b, :depth] == u) else _highest(tables[b, u])
            if at < 0 or tables[b, u, at] < -_HOPELESS * cross[u, u, reach]:
                continue
            who, when = unit[b].copy(), time[b].copy()
            who[depth], when[depth] = u, at
            gain = value[b] + tables[b, u, at] - penalty
            gain += _settle(score, cross, who, when, depth + 1, slack, near)
            k = _place(who, when, gain, depth + 1, grown[0], grown[1], grown[2], count, slack)
            if k >= 0:
                grown[0][k], grown[1][k], grown[2][k], grown[3][k] = who, when, gain, b
                count = max(count, k + 1)
    return count


@njit(cache=True)
def best_set(score: Floats, cross: Floats, penalty: float, slack: int, most: int) -> tuple[Indices, Indices, float]:
    """Search for the best set of discharges in a window, each unit at most once, keeping the best few sets of a size.

    Parameters
    ----------
    score : ndarray of float64, shape (units, width)
        Energy that a potential laid there takes off the residual while none is laid in the window, and what a
        discharge at that moment is worth; below -1e200 where it may not lie.
    cross : ndarray of float64, shape (units, units, 2 reach + 1)
        ``cross[a, b, reach + lag]``: inner product of a laid `lag` after b with b.
    penalty : float
        A discharge costs so much.
    slack : int
        How far a laid potential moves as others are laid.
    most : int
        Sets that are kept of each size.

    Returns
    -------
    unit, time : ndarray of intp, shape (m,)
    value : float
        What the set explains, less penalties; 0 for the empty one.
    """
    units, width = score.shape
    # Scores of all units while each of the sets is laid.
    tables, before = np.empty((most, units, width)), np.empty((most, units, width))
    sets, grown = _room(most, units), _room(most, units)
    tables[0] = score
    best_unit, best_time, best = np.zeros(0, np.intp), np.zeros(0, np.intp), 0.0
    kept = 1
    for depth in range(units):
        kept = _grown(tables, sets, kept, depth, grown, cross, penalty, slack, score)
        sets, grown = grown, sets
        unit, time, value, _ = sets
        top = int(np.argmax(value[:kept])) if kept else 0
        if kept == 0 or value[top] <= best:
            break
        best = value[top]
        best_unit, best_time = unit[top, : depth + 1].copy(), time[top, : depth + 1].copy()
        tables, before = before, tables
        _follow(tables, before, sets, grown, kept, depth + 1, cross)
    return best_unit, best_time, best
