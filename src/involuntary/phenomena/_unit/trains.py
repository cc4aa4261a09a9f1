"""Trains of single units, as tetany and neuromyotonia read them: which series of a unit, how regular, how fast."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from involuntary.detect import potentials, tonic, trains
from involuntary.detect.bench import Bench
from involuntary.model import Events, Intervals

__all__ = ["Series", "certain", "regularity", "resting", "series_of", "trains_of", "uncertain_note"]

Floats = NDArray[np.float64]

_CERTAIN = 0.9  # probability that the number of discharges is right, and their rate within 5 %


@dataclass(frozen=True, slots=True, eq=False)
class Series:
    """Trains of one unit that follow each other without a long pause."""

    channel: str
    trains: Events

    @property
    def onset_s(self) -> float:
        """Start of the first train."""
        return float(self.trains.onset_s[0])

    @property
    def stop_s(self) -> float:
        """End of the last train."""
        return float(self.trains.stop_s[-1])

    @property
    def length_s(self) -> float:
        """From the first train to the end of the last."""
        return self.stop_s - self.onset_s


def trains_of(bench: Bench, channel: int) -> Events:
    """Give the trains of a channel in its usable time, the heart subtracted; none where nothing stands out."""
    bench = bench.without_heart()
    found = bench.detect(potentials.detect, channel, potentials.THOROUGH)
    if not len(found) and not len(bench.detect(tonic.detect, channel, tonic.TonicRule())):
        return Events.none("train")
    return bench.detect(trains.detect, channel, trains.TrainRule()).within(bench.usable(channel).stretches)


def certain(found: Events) -> NDArray[np.bool_]:
    """Mark trains whose number and rate are certain, and those of which that was not weighed (not-a-number).

    The latter are kept on purpose: where several units are active none is weighed, and nothing would be named.
    """
    certainty = found.features.get("certainty", np.empty(0))
    return np.asarray(np.isnan(certainty) | (certainty >= _CERTAIN), dtype=np.bool_)


def uncertain_note(found: Events) -> str:
    """Say of how many trains number or rate of the discharges was weighed and is not certain; nothing where of none."""
    unsure = len(found) - int(np.count_nonzero(certain(found)))
    return f"; of {unsure} of {len(found)} number or rate of the discharges is not certain" if unsure else ""


def series_of(found: Events, pause_s: float) -> tuple[Series, ...]:
    """Give the series of each known unit of one channel; a longer pause ends one."""
    unit = found.features.get("unit_id", np.empty(0))
    series = []
    for key in np.unique(unit[np.isfinite(unit)]).tolist():
        own = found[unit == key]
        cuts = np.flatnonzero(np.diff(own.onset_s) > pause_s) + 1
        edges = [0, *cuts.tolist(), len(own)]
        series += [Series(own.channel[0], own[slice(a, b)]) for a, b in pairwise(edges)]
    return tuple(series)


def regularity(onset_s: Floats) -> float:
    """Give the robust coefficient of variation of intervals: 1.4826 times the median deviation, over the median.

    A train that is missed now and then makes an interval twice as long, and leaves this where it is.
    """
    between = np.diff(onset_s)
    if between.size < 3:
        return float("nan")
    middle = float(np.median(between))
    return 1.4826 * float(np.median(np.abs(between - middle))) / middle


def resting(bench: Bench, channels: Sequence[int]) -> Intervals:
    """Give the usable time of any of the channels."""
    return Intervals.union_of([pair for channel in channels for pair in bench.usable(channel).stretches])
