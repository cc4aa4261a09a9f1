"""Trains of one unit's discharges: doublets to multiplets, and longer ones, from an axon that fires by itself."""

from __future__ import annotations

import numpy as np

from involuntary.model import Events
from involuntary.simulators._chunks import Floats
from involuntary.simulators._discharges import Discharges
from involuntary.simulators._electrodes import SurfaceUnits

__all__ = ["Trains", "fire", "train_truth"]

# (start s, unit, number of discharges, first rate in Hz) of each train.
Trains = list[tuple[float, int, int, float]]


def fire(trains: Trains, growth: float, decrement: float, random: np.random.Generator) -> Discharges:
    """Give the discharges of trains whose intervals grow and whose potentials shrink.

    Parameters
    ----------
    trains : list of (start, unit, n, rate)
        In seconds and hertz.
    growth : float
        Factor from one interval to the next.
    decrement : float
        Share of the potential that is lost from one discharge to the next.
    random : numpy.random.Generator
        Draws the jitter of the intervals, 5 %.
    """
    time: list[Floats] = [np.empty(0)]
    gain: list[Floats] = [np.empty(0)]
    unit = [np.empty(0, dtype=np.intp)]
    for start, number, n, rate in trains:
        steps = growth ** np.arange(n - 1) / rate * (1 + 0.05 * random.standard_normal(n - 1))
        time.append(np.asarray(start + np.concatenate([[0.0], np.cumsum(steps)]), dtype=np.float64))
        unit.append(np.full(n, number))
        gain.append(np.asarray((1 - decrement) ** np.arange(n), dtype=np.float64))
    return Discharges.of(np.concatenate(time), np.concatenate(unit), np.concatenate(gain))


def train_truth(trains: Trains, fired: list[Discharges], units: SurfaceUnits, channel: str) -> Events:
    """Give one ``train`` a train, from its first potential's onset to its last one's end.

    Parameters
    ----------
    trains : list of (start, unit, n, rate)
        Sorted by start.
    fired : list of Discharges
        One a train.
    units : SurfaceUnits
        For the length of the potentials.
    channel : str
        Name of the channel.
    """
    which = np.array([unit for _, unit, _, _ in trains], dtype=np.intp)
    first = np.array([one.time_s[0] for one in fired])
    last = np.array([one.time_s[-1] for one in fired])
    onset = first + units.onset_s[which]
    n = np.array([float(count) for _, _, count, _ in trains])
    rate: Floats = np.where(n > 1, (n - 1) / np.maximum(last - first, 1e-9), np.nan)
    order = np.argsort(onset, kind="stable")
    features = {"n": n[order], "rate_hz": rate[order], "unit_id": which[order].astype(np.float64)}
    length = last - first + units.duration_s[which]
    return Events("train", (channel,) * len(trains), onset[order], length[order], features)
