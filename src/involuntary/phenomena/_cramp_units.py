"""Rates in a cramp: of each unit where units stand apart, and of all together, never one for the other."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from involuntary.detect import potentials, units
from involuntary.detect.bench import Bench
from involuntary.model import Events, Intervals

__all__ = ["unit_intervals"]

Floats = NDArray[np.float64]
_PAUSE = 3.0  # a unit's interval so many times its median is a pause, or a discharge that another potential hid
_WINDOW_S = 2.0
_ONE = 0.9  # of a window's potentials are of one unit, or others fall among them and hide some
_MOST_HZ = 25.0  # the fastest unit of a cramp (Minetto 2009): more potentials are of several
_PLAUSIBLE_HZ = (3.0, 50.0)


def unit_intervals(bench: Bench, channel: int, cramps: Events, fewest: int) -> list[Floats]:
    """Give the intervals of a unit in the parts of a channel's contractions where it is alone.

    Most often these are the first and the last seconds, when few are active. Where two fire, potentials that fall
    upon each other are missed or taken for a third, and no rate of either is true within one a second.

    Parameters
    ----------
    bench : Bench
        Of the muscles alone.
    channel : int
        Where.
    cramps : Events
        Tonic activity of that channel.
    fewest : int
        Discharges of a unit, at least.

    Returns
    -------
    list of ndarray
        In seconds, pauses left out; one array a unit and contraction.
    """
    found: list[Floats] = []
    every = bench.detect(potentials.detect, channel, potentials.PotentialRule())
    for start, stop in zip(cramps.onset_s.tolist(), cramps.stop_s.tolist(), strict=True):
        inside = every.within(Intervals.of((start, stop)))
        apart = _apart(inside.features["peak_s"], None, start, stop)
        inside = inside[apart.contains(inside.features["peak_s"])]
        if len(inside) < fewest:
            continue
        unit = units.sort(bench.recording, [channel], inside, units.UnitRule(fewest=fewest))
        apart = _apart(inside.features["peak_s"], unit, start, stop)
        found += [one for one in _intervals(inside.features["peak_s"], unit, apart) if one.size + 1 >= fewest]
    return found


def _apart(time: Floats, unit: Floats | None, start: float, stop: float) -> Intervals:
    """Give the windows with no more potentials than one unit gives, and of one unit as far as units are known."""
    spans = []
    for first in np.arange(start, max(stop - _WINDOW_S / 2, start + 1e-9), _WINDOW_S / 2).tolist():
        last = min(first + _WINDOW_S, stop)
        inside = (time >= first) & (time < last)
        if not 0 < np.count_nonzero(inside) <= _MOST_HZ * (last - first):
            continue
        if unit is not None:
            counts = np.unique(unit[inside & np.isfinite(unit)], return_counts=True)[1]
            if counts.max(initial=0) < _ONE * np.count_nonzero(inside):
                continue
        spans.append((first, last))
    return Intervals.union_of(spans)


def _intervals(time: Floats, unit: Floats, apart: Intervals) -> list[Floats]:
    found = []
    for number in np.unique(unit[np.isfinite(unit)]):
        own = np.sort(time[unit == number])
        interval = np.concatenate([np.empty(0), *(np.diff(own[(own >= a) & (own < b)]) for a, b in apart)])
        interval = interval[interval < _PAUSE * np.median(interval)] if interval.size else interval
        if interval.size and _PLAUSIBLE_HZ[0] <= 1.0 / float(np.mean(interval)) <= _PLAUSIBLE_HZ[1]:
            found.append(interval)
    return found
