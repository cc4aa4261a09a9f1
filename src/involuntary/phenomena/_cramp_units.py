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
_MOST_APART = 0.8  # of the potentials belong to units, or they are not told apart
_MOST_UNITS = 2  # of more, too many potentials fall upon each other
_PLAUSIBLE_HZ = (3.0, 50.0)


def unit_intervals(bench: Bench, channel: int, cramps: Events, occupied: float, fewest: int) -> list[Floats]:
    """Give the intervals of each unit that stands apart in one of a channel's contractions, pauses left out.

    Parameters
    ----------
    bench : Bench
        Of the muscles alone.
    channel : int
        Where.
    cramps : Events
        Tonic activity of that channel.
    occupied : float
        Contractions that fill more of their time are an interference pattern.
    fewest : int
        Discharges of a unit, at least.
    """
    found: list[Floats] = []
    every = bench.detect(potentials.detect, channel, potentials.PotentialRule())
    for row in np.flatnonzero(cramps.features["occupied"] <= occupied).tolist():
        span = Intervals.of((float(cramps.onset_s[row]), float(cramps.stop_s[row])))
        inside = every.within(span)
        unit = units.sort(bench.recording, [channel], inside, units.UnitRule(fewest=fewest))
        told = np.isfinite(unit)
        if not len(inside) or np.mean(told) < _MOST_APART or len(np.unique(unit[told])) > _MOST_UNITS:
            continue
        for number in np.unique(unit[np.isfinite(unit)]):
            interval = np.diff(np.sort(inside.features["peak_s"][unit == number]))
            interval = interval[interval < _PAUSE * np.median(interval)]
            if _PLAUSIBLE_HZ[0] <= 1.0 / float(np.mean(interval)) <= _PLAUSIBLE_HZ[1]:
                found.append(interval)
    return found
