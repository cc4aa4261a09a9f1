"""Rhythms: potentials that follow each other at steady intervals, as of the heart or of driven motor units.

A rhythm is told from chance: a chain of potentials, each where the ones before predict it, counts when it is longer
than independent potentials of that rate would ever make; and driven units keep intervals that chance does not.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from involuntary.model import Events, Intervals

__all__ = ["DrivenRule", "Rhythm", "RhythmRule", "driven", "find"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class RhythmRule:
    """What makes a rhythm; engineering choices.

    Attributes
    ----------
    shortest_s, longest_s : float
        Interval from one potential to the next.
    interval_tolerance : float
        How far a potential may lie from where it is expected, as a share of the interval.
    size_tolerance : float
        How much amplitude and area may change from one to the next, as a share.
    chance : float
        Expected number of chains in a recording, were its potentials independent.
    fewest : int
        A chain has at least so many potentials, however few there are by chance.
    """

    shortest_s: float
    longest_s: float
    interval_tolerance: float
    size_tolerance: float = 0.3
    chance: float = 0.01
    fewest: int = 8


@dataclass(frozen=True, slots=True, eq=False)
class Rhythm:
    """One chain: the rows of its potentials and their median interval in seconds."""

    rows: NDArray[np.intp]
    interval_s: float


def find(events: Events, rule: RhythmRule) -> tuple[Rhythm, ...]:
    """Find the rhythms among potentials.

    Parameters
    ----------
    events : Events
        Potentials of one channel with an amplitude, an area and ``peak_s``.
    rule : RhythmRule
        What makes one.

    Returns
    -------
    tuple of Rhythm
        The longest first; a potential may be in several.
    """
    if len(events) < rule.fewest:
        return ()
    time = events.features["peak_s"]
    order = np.argsort(time, kind="stable")
    time, size = time[order], _sizes(events)[order]
    found = []
    for chain in _chains(time, size, rule):
        rows = np.array(chain, dtype=np.intp)
        interval = float(np.median(np.diff(time[rows])))
        if len(chain) >= _needed(time, size, rows, interval, rule):
            found.append(Rhythm(order[rows], interval))
    return tuple(sorted(found, key=lambda rhythm: -len(rhythm.rows)))


def _sizes(events: Events) -> Floats:
    """Give logarithms of amplitude and area, shape (n, 2)."""
    names = [name for name in events.features if name.startswith(("amplitude", "area"))]
    columns = [np.maximum(events.features[name], np.finfo(np.float64).tiny) for name in names]
    sizes: Floats = np.log(np.column_stack(columns))
    return sizes


def _alike(size: Floats, row: int, others: NDArray[np.intp], rule: RhythmRule) -> NDArray[np.bool_]:
    near: NDArray[np.bool_] = np.all(np.abs(size[others] - size[row]) <= np.log1p(rule.size_tolerance), axis=1)
    return near


def _chains(time: Floats, size: Floats, rule: RhythmRule) -> Iterator[list[int]]:
    """Follow every pair of potentials to where the next is expected; no pair belongs to two chains."""
    followed: set[tuple[int, int]] = set()
    for first in range(time.size):
        low, high = np.searchsorted(time, [time[first] + rule.shortest_s, time[first] + rule.longest_s])
        seconds = np.arange(low, high)
        for second in seconds[_alike(size, first, seconds, rule)].tolist():
            chain = _follow(first, second, time, size, rule, followed)
            if len(chain) >= rule.fewest:
                yield chain


def _follow(
    first: int, second: int, time: Floats, size: Floats, rule: RhythmRule, followed: set[tuple[int, int]]
) -> list[int]:
    """Give the chain from a pair up to where nothing lies as expected, or where it runs into an earlier chain."""
    chain, interval = [first], float(time[second] - time[first])
    following = second
    while (chain[-1], following) not in followed:
        followed.add((chain[-1], following))
        # The interval is followed slowly: one early beat does not turn the chain.
        interval += 0.3 * (float(time[following] - time[chain[-1]]) - interval)
        interval = min(max(interval, rule.shortest_s), rule.longest_s)
        chain.append(following)
        expected, reach = time[following] + interval, rule.interval_tolerance * interval
        low, high = np.searchsorted(time, [expected - reach, expected + reach])
        near = np.arange(max(low, following + 1), high)
        near = near[_alike(size, following, near, rule)]
        if not near.size:
            break
        following = int(near[np.argmin(np.abs(time[near] - expected))])
    return chain


def _needed(time: Floats, size: Floats, rows: NDArray[np.intp], interval: float, rule: RhythmRule) -> float:
    """Give how long a chain must be to lie beyond chance among potentials of this size at their local rate."""
    low, high = np.searchsorted(time, [time[rows[0]], time[rows[-1]]])
    beside = np.arange(low, high + 1)
    middle = int(rows[len(rows) // 2])
    alike = int(np.count_nonzero(_alike(size, middle, beside, rule)))
    span = max(float(time[rows[-1]] - time[rows[0]]), interval)
    hit = 1.0 - np.exp(-alike / span * 2 * rule.interval_tolerance * interval)
    return max(float(rule.fewest), 2.0 + float(np.log(rule.chance / time.size) / np.log(min(hit, 0.99))))


@dataclass(frozen=True, slots=True)
class DrivenRule:
    """What tells motor units that are driven, by will or by reflex, from potentials that come by themselves.

    Engineering choices: a motoneurone that is driven lightly fires at 5 to 15 Hz and rests at least 70 ms between
    discharges; potentials that come by themselves know no such rest. That potentials of different units keep apart
    tells nothing, hence only intervals between potentials alike in size count, however many there are in all.

    Attributes
    ----------
    rest_s : float
        Driven units leave out intervals shorter than this.
    size_tolerance : float
        How much amplitude and area may change from one discharge of a unit to the next, as a share.
    window_s : float
        Stretch in which intervals are counted.
    chance : float
        Probability that independent potentials of the same rate would have so few short intervals.
    most_per_s, crowd_s : float
        More potentials a second over so long are driven in any case, also those that come only near to standing out:
        the units of an effort grow ever smaller and more, down into the noise.
    """

    rest_s: float = 0.07
    size_tolerance: float = 0.3
    window_s: float = 60.0
    chance: float = 1e-4
    most_per_s: float = 4.5
    crowd_s: float = 20.0


def driven(events: Events, rule: DrivenRule) -> Intervals:
    """Find the stretches in which potentials come from driven units.

    Parameters
    ----------
    events : Events
        Potentials of one channel, with ``peak_s`` and, where it was counted, ``near_per_s``.
    rule : DrivenRule
        What tells them.
    """
    if not len(events):
        return Intervals.empty()
    order = np.argsort(events.features["peak_s"], kind="stable")
    time = events.features["peak_s"][order]
    steps = np.abs(np.diff(_sizes(events)[order], axis=0))
    alike = np.all(steps <= np.log1p(rule.size_tolerance), axis=1)
    near = events.features.get("near_per_s", np.zeros(len(events)))[order] > rule.most_per_s
    half = rule.crowd_s / 2
    spans = [
        *_crowded(time, rule),
        *((at - half, at + half) for at in time[near].tolist()),
        *_without_short_intervals(time, alike, rule),
    ]
    return Intervals.union_of(spans, merge_gap_s=rule.crowd_s)


def _crowded(time: Floats, rule: DrivenRule) -> Iterator[tuple[float, float]]:
    most = int(rule.most_per_s * rule.crowd_s)
    for first in np.flatnonzero(time[most:] - time[:-most] <= rule.crowd_s).tolist() if time.size > most else []:
        yield float(time[first]), float(time[first + most])


def _without_short_intervals(time: Floats, alike: NDArray[np.bool_], rule: DrivenRule) -> Iterator[tuple[float, float]]:
    from scipy.special import pdtr

    gaps = np.diff(time)
    for start in np.arange(time[0], time[-1], rule.window_s / 2) if time.size > 1 else []:
        low, high = np.searchsorted(time, [start, start + rule.window_s])
        inside, one_unit = gaps[low : high - 1], alike[low : high - 1]
        if inside.size:
            expected = np.count_nonzero(one_unit) * (1.0 - np.exp(-rule.rest_s / float(np.mean(inside))))
            if pdtr(np.count_nonzero(inside[one_unit] < rule.rest_s), expected) < rule.chance:
                yield float(time[low]), float(time[high - 1])
