"""Trains of one unit's discharges: doublets to multiplets, and longer ones, from an axon that fires by itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np

from involuntary.model import Events
from involuntary.model.labels import Labels
from involuntary.simulators._chunks import Floats
from involuntary.simulators._discharges import Discharges, gathered
from involuntary.simulators._electrodes import SurfaceUnits
from involuntary.spool import Rows

__all__ = ["Train", "fire", "told", "train_truth"]

# Start in s, unit, number of discharges, first rate in Hz.
Train = tuple[float, int, int, float]


def fire(trains: Iterable[Train], growth: float, decrement: float, random: np.random.Generator) -> Discharges:
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


def told(fired: Iterable[tuple[Train, Discharges]]) -> tuple[Discharges, Floats]:
    """Join trains as they come, so that memory does not grow with them.

    Parameters
    ----------
    fired : iterable of (train, its discharges)
        In any order.

    Returns
    -------
    discharges : Discharges
        Of all of them.
    trains : ndarray of float64, shape (n, 4)
        Unit, number of discharges, and when the first and the last is, for `train_truth`.
    """
    rows = Rows(4)

    def noted() -> Iterator[Discharges]:
        for (_, unit, n, _), own in fired:
            rows.append(np.array([[unit, n, own.time_s[0], own.time_s[-1]]]))
            yield own

    discharges = gathered(noted())
    return discharges, np.column_stack([rows.column(k) for k in range(4)])


def train_truth(trains: Floats, units: SurfaceUnits, channel: str) -> Events:
    """Give one ``train`` a train, from its first potential's onset to its last one's end.

    Parameters
    ----------
    trains : ndarray of float64, shape (n, 4)
        As `told` gives them.
    units : SurfaceUnits
        For the length of the potentials.
    channel : str
        Name of the channel.
    """
    unit, n, first, last = trains.T
    which = unit.astype(np.intp)
    onset = first + units.onset_s[which]
    rate: Floats = np.where(n > 1, (n - 1) / np.maximum(last - first, 1e-9), np.nan)
    length = last - first + units.duration_s[which]
    order = np.argsort(onset, kind="stable")
    features = {"n": n[order], "rate_hz": rate[order], "unit_id": unit[order]}
    return Events("train", Labels.all(channel, len(trains)), onset[order], length[order], features)
