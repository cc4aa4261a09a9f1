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
Sets = tuple[Floats, Indices, Indices, Floats]
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
def _settle(
    score: Floats, worth: Floats, cross: Floats, unit: Indices, time: Indices, count: int, slack: int, steps: Indices
) -> tuple[float, int]:
    """Move each laid potential to where it scores best with the others where they are; give what that gains.

    Only scores of the laid units are kept up; `steps` takes down who was moved from where to where.
    """
    reach = cross.shape[2] // 2
    gained, n = 0.0, 0
    for _ in range(_TURNS):
        moved = False
        for j in range(count):
            u, was = unit[j], time[j]
            best, top, old = was, -1e300, 0.0
            for i in range(max(was - slack, 0), min(was + slack + 1, score.shape[1])):
                s = score[u, i] + 2.0 * cross[u, u, i - was + reach] + worth[u, i]
                if i == was:
                    old = s
                if s > top:
                    best, top = i, s
            if best != was:
                for k in range(count):
                    _lay(score[unit[k]], cross[unit[k], u], was, -1.0)
                    _lay(score[unit[k]], cross[unit[k], u], best, 1.0)
                time[j] = best
                gained += top - old
                moved = True
                steps[n, 0], steps[n, 1], steps[n, 2] = u, was, best
                n += 1
        if not moved:
            break
    return gained, n


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


@njit(cache=True)
def _highest(score: Floats, worth: Floats) -> int:
    """Give the place where a unit scores best; -1 where it may lie nowhere."""
    top = -1e200
    for i in range(score.size):
        top = max(top, score[i] + worth[i])
    if top > -1e200:
        for i in range(score.size):
            if score[i] + worth[i] == top:
                return i
    return -1


@njit(cache=True)
def _follow(table: Floats, before: Floats, cross: Floats, members: Indices, unit: int, at: int, steps: Indices) -> None:
    """Bring the scores of all other units to where those of the set are."""
    for other in range(len(table)):
        if not np.any(members == other):
            table[other] = before[other]
            _lay(table[other], cross[other, unit], at, 1.0)
            for u, was, now in steps:
                _lay(table[other], cross[other, u], was, -1.0)
                _lay(table[other], cross[other, u], now, 1.0)


@njit(cache=True)
def _room(most: int, units: int, width: int) -> Sets:
    """Give room for sets: the scores of all units while each is laid, its units, their places, what it explains."""
    shape = (most, units)
    scores = np.empty((most, units, width))
    return scores, np.zeros(shape, np.intp), np.zeros(shape, np.intp), np.zeros(most)


@njit(cache=True)
def _grown(
    sets: Sets, kept: int, depth: int, grown: Sets, worth: Floats, cross: Floats, penalty: float, slack: int
) -> int:
    """Add each unit to each set where it scores best, keep the best of these in `grown`, and give how many."""
    tables, unit, time, value = sets
    units, width = worth.shape
    reach = cross.shape[2] // 2
    table, steps = np.empty((units, width)), np.zeros((_TURNS * units, 3), np.intp)
    count = 0
    for b in range(kept):
        for u in range(units):
            at = -1 if np.any(unit[b, :depth] == u) else _highest(tables[b, u], worth[u])
            if at < 0 or tables[b, u, at] + worth[u, at] < -_HOPELESS * cross[u, u, reach]:
                continue
            who, when = unit[b].copy(), time[b].copy()
            who[depth], when[depth] = u, at
            gain = tables[b, u, at] + worth[u, at] - penalty
            # Scores of the units in the set alone, until it is known whether the set is kept.
            for member in who[: depth + 1]:
                table[member] = tables[b, member]
                _lay(table[member], cross[member, u], at, 1.0)
            more, n = _settle(table, worth, cross, who, when, depth + 1, slack, steps)
            gain += value[b] + more
            k = _place(who, when, gain, depth + 1, grown[1], grown[2], grown[3], count, slack)
            if k >= 0:
                _follow(table, tables[b], cross, who[: depth + 1], u, at, steps[:n])
                grown[0][k], grown[1][k], grown[2][k], grown[3][k] = table, who, when, gain
                count = max(count, k + 1)
    return count


@njit(cache=True)
def best_set(
    score: Floats, worth: Floats, cross: Floats, penalty: float, slack: int, most: int
) -> tuple[Indices, Indices, float]:
    """Search for the best set of discharges in a window, each unit at most once, keeping the best few sets of a size.

    Parameters
    ----------
    score : ndarray of float64, shape (units, width)
        Energy that a potential laid there takes off the residual while none is laid in the window.
    worth : ndarray of float64, shape (units, width)
        What a discharge at that moment is worth; below -1e200 where it may not lie.
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
    sets, grown = _room(most, units, width), _room(most, units, width)
    sets[0][0] = score
    best_unit, best_time, best = np.zeros(0, np.intp), np.zeros(0, np.intp), 0.0
    kept = 1
    for depth in range(units):
        kept = _grown(sets, kept, depth, grown, worth, cross, penalty, slack)
        sets, grown = grown, sets
        _, unit, time, value = sets
        top = int(np.argmax(value[:kept])) if kept else 0
        if kept == 0 or value[top] <= best:
            break
        best = value[top]
        best_unit, best_time = unit[top, : depth + 1].copy(), time[top, : depth + 1].copy()
    return best_unit, best_time, best
