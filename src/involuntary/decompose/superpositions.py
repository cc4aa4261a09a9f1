"""Superpositions resolved: where much is left over or a rhythm is broken, discharges are laid anew together."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from involuntary.decompose.needle_rule import Grid, NeedleRule
from involuntary.decompose.trains import Rhythm, broken, rhythm

__all__ = ["resolved"]

Floats = NDArray[np.float64]
Indices = NDArray[np.intp]


def resolved(
    residual: Floats,
    score: Floats,
    cross: Floats,
    trains: list[Indices],
    noise: float,
    grid: Grid,
    rule: NeedleRule,
    steadied: bool = False,
) -> list[Indices]:
    """Lay discharges anew, window by window, the worst explained first.

    Parameters
    ----------
    residual : ndarray, shape (n,)
        What is left over.
    score : ndarray, shape (units, n)
        Of the residual; changed in place.
    cross : ndarray, shape (units, units, 2 reach + 1)
        Inner products of templates.
    trains : list of ndarray of intp
        Discharges of each unit.
    noise : float
        Standard deviation of a sample.
    grid, rule
        How the recording is taken apart.
    steadied : bool
        Whether units that fire at steady intervals are held to them.

    Returns
    -------
    list of ndarray of intp
    """
    held = [train.tolist() for train in trains]
    rhythms = [rhythm(train, rule) if steadied else None for train in trains]
    for at in _places(residual, trains, rhythms, noise, grid, rule):
        _anew(at, score, cross, held, rhythms, noise, grid, rule)
    return [np.array(times, dtype=np.intp) for times in held]


def _places(
    residual: Floats, trains: list[Indices], rhythms: list[Rhythm | None], noise: float, grid: Grid, rule: NeedleRule
) -> Iterator[int]:
    """Give the middles of windows: where the most energy is left over, then where a rhythm is broken."""
    width = 2 * grid.spike
    total = np.concatenate([[0.0], np.cumsum(residual**2)])
    low = np.maximum(np.arange(residual.size) - width // 2, 0)
    left = total[np.minimum(low + width, residual.size)] - total[low]
    places = np.flatnonzero(left > (rule.leftover_factor * width + rule.penalty) * noise**2)
    done = np.zeros(residual.size, dtype=np.bool_)
    for at in places[np.argsort(-left[places], kind="stable")].tolist():
        if not done[at]:
            done[max(at - grid.apart // 4, 0) : at + grid.apart // 4] = True
            yield at
    for train, beat in zip(trains, rhythms, strict=True):
        yield from broken(train, beat) if beat is not None else ()


def _anew(
    at: int,
    score: Floats,
    cross: Floats,
    held: list[list[int]],
    rhythms: list[Rhythm | None],
    noise: float,
    grid: Grid,
    rule: NeedleRule,
) -> None:
    """Take the discharges of a window away and lay the best set, or the same ones where no other is better."""
    from involuntary.decompose.matching_kernels import shift
    from involuntary.decompose.superposition_kernels import best_set

    # As wide as the least interval, so that each unit fires at most once in it.
    low, high = max(at - grid.apart // 2, 0), min(at + grid.apart // 2, score.shape[1])
    worth = np.zeros((len(held), high - low))
    own: list[tuple[int, int]] = []
    for unit, (times, beat) in enumerate(zip(held, rhythms, strict=True)):
        first = bisect_left(times, low)
        last = bisect_left(times, high, first)
        own += [(unit, t) for t in times[first:last]]
        del times[first:last]
        before, after = times[first - 1] if first else None, times[first] if first < len(times) else None
        _weigh(worth[unit], low, before, after, beat, noise, grid)
    penalty, value = rule.penalty * noise**2, 0.0
    for unit, t in own:
        shift(score, cross, unit, t, -1.0)
        value += float(score[unit, t] + worth[unit, t - low]) - penalty
    units, places, best = best_set(score[:, low:high] + worth, cross, penalty, grid.slack, rule.sets_n)
    if best > value + 1e-9 * abs(value):
        own = [(unit, low + t) for unit, t in zip(units.tolist(), places.tolist(), strict=True)]
    for unit, t in own:
        insort(held[unit], t)
        shift(score, cross, unit, t, 1.0)


def _weigh(
    worth: Floats, low: int, before: int | None, after: int | None, beat: Rhythm | None, noise: float, grid: Grid
) -> None:
    """Set what a discharge of a unit at each place of a window is worth, by its neighbours."""
    if beat is not None:
        worth[:] = 2 * noise**2 * beat.odds(np.arange(low, low + worth.size), before, after)
    if before is not None and before + grid.apart > low:
        worth[: before + grid.apart - low] = -1e250
    if after is not None and after - grid.apart + 1 < low + worth.size:
        worth[max(after - grid.apart + 1 - low, 0) :] = -1e250
