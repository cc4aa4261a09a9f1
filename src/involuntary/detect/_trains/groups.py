"""Discharges grouped to trains, and each train measured."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from involuntary.detect._trains.rule import TrainRule

__all__ = ["boundaries", "grouped"]

Samples = NDArray[np.float64]


def grouped(rows: Samples, rule: TrainRule) -> Samples:
    """Group discharges to trains.

    Parameters
    ----------
    rows : ndarray, shape (n, 7)
        Time in seconds, amplitude, unit (-1 where unknown), explained share, certainty, stretch, recorded segment.
    rule : TrainRule
        Where one train ends and the next begins.

    Returns
    -------
    ndarray, shape (trains, 12)
        Onset, duration, n, rate, first rate, last rate, amplitude, decrement, unevenness, unit, explained share,
        certainty: the least of its discharges, not-a-number where that of any was not weighed.
    """
    found = []
    for _, member in _families(rows):
        own = member[np.argsort(member[:, 0], kind="stable")]
        between = np.diff(own[:, 0])
        ends = boundaries(between, rule) | (np.diff(own[:, 6]) != 0)
        parts = np.split(own, np.flatnonzero(ends) + 1)
        found += [_measured(train) for train in parts if len(train) >= 2]
    return np.array(found, dtype=np.float64).reshape(-1, 12)


def _families(rows: Samples) -> list[tuple[float, Samples]]:
    """Give the discharges of each unit, and those of no known unit by their stretch."""
    known = rows[rows[:, 2] >= 0]
    other = rows[rows[:, 2] < 0]
    return [
        *((key, known[known[:, 2] == key]) for key in np.unique(known[:, 2]).tolist()),
        *((key, other[other[:, 5] == key]) for key in np.unique(other[:, 5]).tolist()),
    ]


def boundaries(between: Samples, rule: TrainRule) -> NDArray[np.bool_]:
    """Mark the intervals that part two trains."""
    if not between.size:
        return np.zeros(0, dtype=np.bool_)
    least = np.minimum(np.append(between[1:], np.inf), np.insert(between[:-1], 0, np.inf))
    return np.asarray((between > rule.longest_interval_ms / 1e3) | (between > rule.interval_factor * least))


def _measured(train: Samples) -> tuple[float, ...]:
    between = np.diff(train[:, 0])
    length = float(train[-1, 0] - train[0, 0])
    unit = float(train[0, 2])
    steps = np.diff(np.log(between))
    uneven = float(np.sqrt(np.mean(steps**2))) if steps.size else np.nan
    return (
        float(train[0, 0]), length, float(len(train)), (len(train) - 1) / length, 1 / float(between[0]),
        1 / float(between[-1]), float(train[0, 1]), 1 - float(train[-1, 1] / train[0, 1]), uneven,
        unit if unit >= 0 else np.nan, float(np.mean(train[:, 3])), float(np.min(train[:, 4])),
    )  # fmt: skip
