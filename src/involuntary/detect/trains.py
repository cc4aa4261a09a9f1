"""Trains: discharges of one motor unit in quick succession, the time scale of doublets, multiplets and longer ones.

Potentials of a surface electrode outlast the intervals of a fast train. Their number and times are read from the
signal all the same, once the waveform of the unit is known: a stretch is explained as a sum of copies of it
(`involuntary.dsp.succession`). Waveforms are learnt while a channel is read once, and it is read again by those that
were learnt. Where no unit stands alone, the peaks of a stretch are counted.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from involuntary.detect._trains.groups import grouped
from involuntary.detect._trains.learning import Windows
from involuntary.detect._trains.reading import Reader
from involuntary.detect._trains.rule import TrainRule
from involuntary.detect._trains.shapes import Shapes, linked
from involuntary.detect._trains.stretches import Seen, seen
from involuntary.detect.conditioned import Conditioning, amplitude_scale, conditioned
from involuntary.detect.sweep import Detector, sweep
from involuntary.dsp.succession import Wave
from involuntary.model import Events, Recording

__all__ = ["TRAINS", "TrainRule", "detect", "grouped"]

Samples = NDArray[np.float64]

# Time in samples of the channel, amplitude, unit, share of the energy that was explained, certainty, stretch.
_COLUMNS = 6


def detect(recording: Recording, channel: int, rule: TrainRule) -> Events:
    """Find the trains of a channel.

    Returns
    -------
    Events
        Kind ``train``, from the first discharge's peak to the last one's. Features: ``n`` discharges; ``rate_hz``,
        intervals over the time that they take; ``first_hz`` and ``last_hz``, of the first and the last interval;
        ``amplitude_uv`` (``_count`` where the gain is unknown), peak to peak, of the first; ``decrement``, the share of
        it that the last has lost; ``unevenness``, root mean square of the logarithms of the ratios of successive
        intervals (not-a-number for doublets); ``unit_id``, not-a-number where no unit's waveform is known;
        ``explained``, the share of the energy that copies of one unit explain; ``certainty``, the probability
        that in the least certain stretch of the train the number of discharges is right and the rate within 5 % of the
        true one, and that none was missed before, after or between; not-a-number where that was *not
        weighed* in some part of the train, as where several units are explained at once or fill a block: that says
        neither yes nor no.

    Raises
    ------
    ParameterError
        If the channel is neither in volts nor in counts, or its rate is too low for the band.
    """
    return sweep(recording, channel, [(TRAINS, rule)])[0]


def _as_events(recording: Recording, channel: int, windows: Windows, rule: TrainRule) -> Events:
    windows.close()
    table = np.concatenate([np.empty((0, _COLUMNS)), *_named(windows.told)])
    if windows.units:
        table = _read_again(recording, channel, windows.units, table, rule)
    meta = recording.channels[channel]
    suffix, _ = amplitude_scale(meta)
    segment = _segment_of(recording, channel, table[:, 0])
    time_s = recording.time_s(channel, table[:, 0]) if len(table) else np.empty(0)
    found = grouped(np.column_stack([time_s, table[:, 1:], segment]), rule)
    found = found[np.argsort(found[:, 0], kind="stable")]
    columns = (
        "n", "rate_hz", "first_hz", "last_hz", f"amplitude_{suffix}", "decrement", "unevenness", "unit_id", "explained",
        "certainty",
    )  # fmt: skip
    features = dict(zip(columns, found[:, 2:].T, strict=True))
    return Events("train", (meta.name,) * len(found), found[:, 0], found[:, 1], features)


def _read_again(recording: Recording, channel: int, units: list[Wave], told: Samples, rule: TrainRule) -> Samples:
    """Read a channel by the waveforms of its units; a block that they fill keeps what was told of it before."""
    reader, tables = Reader(units, rule), [np.empty((0, _COLUMNS))]
    for part in conditioned(recording, channel, Conditioning.of(rule)):
        rows = reader.read(part)
        if rows is None:
            first, last = part.block.first + part.block.start, part.block.first + part.block.stop
            rows = told[(told[:, 5] >= first) & (told[:, 5] < last)]
            rows = np.column_stack([rows[:, :2], np.where(rows[:, 2] < 0, -1, rows[:, 2] + len(units)), rows[:, 3:]])
        tables.append(rows)
    return np.concatenate(tables)


def _named(told: list[tuple[Shapes, Samples]]) -> list[Samples]:
    """Give what windows tell, units named alike in all of them."""
    tables = []
    for (_, rows), names in zip(told, linked([shapes for shapes, _ in told]), strict=True):
        renamed = rows.copy()
        known = rows[:, 2] >= 0
        renamed[known, 2] = names[rows[known, 2].astype(np.intp)]
        tables.append(renamed)
    return tables


def _segment_of(recording: Recording, channel: int, sample: Samples) -> NDArray[np.intp]:
    starts = np.array([first for first, _ in recording.segment_samples(channel)])
    return np.searchsorted(starts, sample, side="right")


TRAINS: Detector[TrainRule, Seen] = Detector(Conditioning.of, seen, _as_events, Windows)
