"""Rates in a cramp: of a unit while it fires alone, and of all together, never one for the other."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from involuntary.detect.interference import discharges
from involuntary.model import Intervals, Recording

__all__ = ["unit_intervals"]

Floats = NDArray[np.float64]
_WINDOW_S = 2.0
_ALIKE = 0.3  # potentials of one unit differ by this share in size
_ONE = 0.9  # of a window's potentials, at least, are alike, or several units fire
_FEWEST_HZ, _MOST_HZ = 4.0, 25.0  # of a unit in a cramp: 6 to 25 (Minetto 2009)
_SHORT = 0.3  # of the mean interval: units of one size fall so close upon each other, one unit in doublets alone
_MOST_SHORT = 0.1
_MOST_CV = 0.6  # of a unit's intervals: 0.45 ± 0.10 in a cramp
_PAUSE = 3.0  # times the median interval: a pause


def unit_intervals(
    recording: Recording, channel: int, spans: list[tuple[float, float]], rest: float, fewest: int
) -> list[Floats]:
    """Give the intervals of a unit in the parts of a channel's contractions where it is alone.

    Most often these are the first and the last seconds, when few are active. Where two fire, potentials fall upon each
    other, and no rate of either is true within one a second.

    Parameters
    ----------
    recording : Recording
        Of the muscles alone.
    channel : int
        Where.
    spans : list of tuple
        Contractions of that channel, in seconds.
    rest : float
        Root mean square of the channel at rest, in µV or counts.
    fewest : int
        Discharges of a unit, at least.

    Returns
    -------
    list of ndarray
        In seconds, pauses left out; one array for each part.
    """
    found: list[Floats] = []
    for start, stop in spans:
        time, size = discharges(recording, channel, start, stop, rest)
        for a, b in _alone(time, size, start, stop):
            interval = np.diff(time[(time >= a) & (time < b)])
            interval = interval[interval < _PAUSE * np.median(interval)]
            if interval.size + 1 >= fewest and np.std(interval) <= _MOST_CV * np.mean(interval):
                found.append(interval)
    return found


def _alone(time: Floats, size: Floats, start: float, stop: float) -> Intervals:
    """Give the windows whose potentials are alike, and neither too many nor too close for one unit."""
    spans = []
    for first in np.arange(start, stop - _WINDOW_S, _WINDOW_S / 2).tolist():
        inside = (time >= first) & (time < first + _WINDOW_S)
        n = np.count_nonzero(inside)
        if not _FEWEST_HZ * _WINDOW_S <= n <= _MOST_HZ * _WINDOW_S:
            continue
        alike = np.abs(size[inside] / np.median(size[inside]) - 1) <= _ALIKE
        interval = np.diff(time[inside])
        if np.mean(alike) >= _ONE and np.mean(interval < _SHORT * np.mean(interval)) <= _MOST_SHORT:
            spans.append((first, first + _WINDOW_S))
    return Intervals.union_of(spans)
