"""The rhythm of a train: whether one unit can have fired it, and where it was missed."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from involuntary.decompose.needle_rule import Grid, NeedleRule

__all__ = ["alone", "by_chance", "gaps", "hurried", "steady", "too_close"]

Floats = NDArray[np.float64]
Indices = NDArray[np.intp]


def by_chance(train: Indices, trains: list[Indices], grid: Grid, rule: NeedleRule) -> bool:
    """Tell whether a train's intervals are those of chance, and it does not stand alone."""
    everyone = np.sort(np.concatenate([np.empty(0, np.intp), *trains]))
    fast = train.size > 1 and float(np.median(np.diff(train))) * rule.most_rate_hz < grid.rate_hz
    unsteady = fast or hurried(train) > rule.hurried_share or steady(train) < rule.steady_share
    return unsteady and alone(train, everyone, grid.half) < rule.alone_share


def hurried(train: Indices | Floats) -> float:
    """Give the share of intervals shorter than half the median one: none where one unit fires, 0.29 by chance."""
    intervals = np.diff(train)
    return float(np.mean(intervals < 0.5 * np.median(intervals))) if intervals.size else 0.0


def steady(train: Indices | Floats) -> float:
    """Give the share of intervals within 30 % of the median one: 0.21 by chance, 0.95 at a variation of 15 %."""
    intervals = np.diff(train)
    middle = np.median(intervals) if intervals.size else 0.0
    return float(np.mean(np.abs(intervals - middle) <= 0.3 * middle)) if intervals.size else 0.0


def alone(train: Indices, everyone: Indices, reach: int) -> float:
    """Give the share of discharges with no other unit's within reach."""
    near = np.searchsorted(everyone, train + reach, "right") - np.searchsorted(everyone, train - reach, "left")
    return float(np.mean(near <= 1)) if train.size else 0.0


def too_close(times: list[int], least: float, score: Floats) -> list[int]:
    """Give the worse one of every two discharges closer than the least interval; the better explains more."""
    dropped: list[int] = []
    last = -(1 << 60)
    for at in times:
        if at - last < least:
            worse = at if score[at] < score[last] else last
            dropped.append(worse)
            last = at if worse == last else last
        else:
            last = at
    return dropped


def gaps(times: list[int], usual: float) -> list[tuple[int, int]]:
    """Give where a discharge was missed: about one usual interval after the one before an interval too long."""
    found = []
    for before, after in pairwise(times):
        missing = round((after - before) / usual) - 1
        if 1 <= missing <= 4:
            step = (after - before) / (missing + 1)
            found += [
                (round(before + (i + 1) * step - 0.3 * usual), round(before + (i + 1) * step + 0.3 * usual))
                for i in range(missing)
            ]
    return found
