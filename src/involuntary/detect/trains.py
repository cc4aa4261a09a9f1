"""Trains: discharges of one motor unit in quick succession, the time scale of doublets, multiplets and longer ones.

Potentials of a surface electrode outlast the intervals of a fast train. Their number and times are read from the
signal all the same, once the waveform of the unit is known from where it stands alone: a stretch is explained as a sum
of copies of it (`involuntary.dsp.unmix`). Where no unit stands alone, the peaks of the stretch are counted.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from involuntary.detect._train_fits import Piece
from involuntary.detect._train_search import repeats, rows_of, units_of
from involuntary.detect._train_shapes import Shapes, discharges_of, learnt, linked
from involuntary.detect.conditioned import Conditioned, Conditioning, amplitude_scale
from involuntary.detect.sweep import Detector, sweep
from involuntary.dsp.noise import track
from involuntary.dsp.runs import joined
from involuntary.dsp.succession import Sampling, Stretch
from involuntary.model import Events, Recording

__all__ = ["TRAINS", "TrainRule", "detect", "grouped"]

Samples = NDArray[np.float64]
Spans = NDArray[np.intp]

# Time in samples of the channel, amplitude, unit, share of the energy that was explained, certainty, stretch.
_COLUMNS = 6
_FEW = 0.5  # of the stretches
_AROUND_S = 0.025  # a filtered potential reaches so much further than what stands out


@dataclass(frozen=True, slots=True)
class TrainRule:
    """What counts as one train; engineering choices unless a source is named.

    Attributes
    ----------
    low_hz, high_hz : float
        Zero-phase band.
    remove_mains : bool
        Subtract 50 or 60 Hz and harmonics where they are there.
    window_ms : float
        Width of the triangle under which the envelope is the root mean square.
    noise_factor : float
        A stretch begins where the envelope exceeds the running median by so many robust standard deviations,
    lowest_envelope_uv : float
        and so many µV (counts where the gain is unknown), for signals without noise;
    clear_factor : float
        and it counts if it exceeds so many medians somewhere.
    pause_ms, margin_ms : float
        Shorter pauses lie within a stretch, and so much around it belongs to it.
    longest_ms : float
        A longer stretch is no train that stands alone: an interference pattern, which is left to other detectors.
    crowded_share : float
        Where stretches fill more of a block of minutes, nothing stands alone.
    explained_share : float
        Copies of one unit explain at least this share of a stretch's energy.
    longest_interval_ms : float
        Discharges further apart are of two trains (5 Hz: 200 ms), and so are those
    interval_factor : float
        whose interval exceeds one of the intervals beside it by this factor.
    """

    low_hz: float = 20.0
    high_hz: float = 450.0
    remove_mains: bool = True
    window_ms: float = 10.0
    noise_factor: float = 8.0
    lowest_envelope_uv: float = 1.0
    clear_factor: float = 3.0
    pause_ms: float = 5.0
    margin_ms: float = 8.0
    longest_ms: float = 1000.0
    crowded_share: float = 0.85
    explained_share: float = 0.85
    longest_interval_ms: float = 250.0
    interval_factor: float = 2.5


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
        ``explained``, the share of the energy that copies of one unit explain; ``certainty``, the probability of the
        number of discharges in the least certain stretch of the train, not-a-number where it was not reckoned.

    Raises
    ------
    ParameterError
        If the channel is neither in volts nor in counts, or its rate is too low for the band.
    """
    return sweep(recording, channel, [(TRAINS, rule)])[0]


def _conditioning(rule: TrainRule) -> Conditioning:
    return Conditioning(rule.low_hz, rule.high_hz, rule.remove_mains, rule.window_ms)


def _in_block(part: Conditioned, rule: TrainRule) -> tuple[Shapes, Samples]:
    """Give the units of a block and its discharges, shape (n, 5)."""
    empty = Shapes.none(), np.empty((0, _COLUMNS))
    spans, level = _stretches(part, rule)
    proper = part.block.stop - part.block.start
    if not len(spans) or np.sum(spans[:, 1] - spans[:, 0]) > rule.crowded_share * proper:
        return empty
    step = max(round(part.rate_hz / 2500), 1)
    pieces = [
        Piece(int(start), np.asarray(part.wave[start:stop:step], dtype=np.float64), noise)
        for (start, stop), noise in zip(spans.tolist(), level.tolist(), strict=True)
    ]
    sampling = Sampling(part.rate_hz / step, rule.low_hz, rule.high_hz)
    first = learnt(pieces, sampling.rate_hz)
    shapes, rows = _explained(pieces, first, sampling.rate_hz, rule)
    rows = _placed(rows, pieces, step)
    guesses = list(first.waves)
    shapes, rows = _in_succession(part, spans, pieces, guesses, sampling, rule, step, rows) or (shapes, rows)
    rows[:, 0] += part.block.first
    rows[:, 5] += part.block.first + part.block.start
    return shapes, rows


def _placed(rows: Samples, pieces: list[Piece], step: int) -> Samples:
    """Count times from the beginning of the block."""
    start = np.array([one.start for one in pieces], dtype=np.float64)
    return np.column_stack([rows[:, 0] * step + start[rows[:, 5].astype(np.intp)], rows[:, 1:]])


def _in_succession(
    part: Conditioned,
    spans: Spans,
    pieces: list[Piece],
    guesses: list[Samples],
    sampling: Sampling,
    rule: TrainRule,
    step: int,
    rows: Samples,
) -> tuple[Shapes, Samples] | None:
    """Give units and discharges where waveforms of units are found whose copies may overlap; nothing where none is."""
    whole = joined(spans, round(_AROUND_S * part.rate_hz))
    member = np.searchsorted(whole[:, 0], spans[:, 0], side="right") - 1
    first = np.searchsorted(member, np.arange(len(whole)))
    around = _around(part, whole, [pieces[i].noise for i in first.tolist()], step)
    stretches = [Stretch(one.wave, one.noise) for one in around]
    several = np.count_nonzero(np.bincount(member[rows[:, 5].astype(np.intp)]) > 1)
    if len(stretches) < 2 or (several < 2 and not repeats(stretches, guesses, sampling)):
        return None
    units = units_of(stretches, guesses, sampling, rule.explained_share)
    if not units:
        return None
    told = [number for unit in units for number in unit.trains]
    rest = np.flatnonzero(~np.isin(member, told))
    left = [pieces[number] for number in rest.tolist()]
    shapes = Shapes.of([unit.wave for unit in units], learnt(left, sampling.rate_hz), sampling.rate_hz)
    others = _placed(discharges_of(left, shapes, sampling.rate_hz, rule.explained_share), left, step)
    others[:, 5] = rest[others[:, 5].astype(np.intp)]
    own = _placed(rows_of(units), around, step)
    own[:, 5] = first[own[:, 5].astype(np.intp)]
    return shapes, np.concatenate([own, others])


def _around(part: Conditioned, spans: Spans, noise: list[float], step: int) -> list[Piece]:
    """Give stretches with what lies around them, as far as half-way to the next."""
    reach = round(_AROUND_S * part.rate_hz)
    half = (spans[1:, 0] + spans[:-1, 1]) // 2
    first = np.maximum(spans[:, 0] - reach, np.concatenate([[0], half]))
    last = np.minimum(spans[:, 1] + reach, np.concatenate([half, [part.wave.size]]))
    return [
        Piece(start, np.asarray(part.wave[start:stop:step], dtype=np.float64), level)
        for start, stop, level in zip(first.tolist(), last.tolist(), noise, strict=True)
    ]


def _explained(pieces: list[Piece], shapes: Shapes, rate_hz: float, rule: TrainRule) -> tuple[Shapes, Samples]:
    """Give the units of a block and its discharges; where they explain few stretches, of units with several peaks."""
    rows = discharges_of(pieces, shapes, rate_hz, rule.explained_share)
    known = len(np.unique(rows[rows[:, 2] >= 0, 5]))
    if known >= _FEW * len(pieces):
        return shapes, rows
    others = learnt(pieces, rate_hz, several_peaks=True)
    if not len(others):
        return shapes, rows
    more = discharges_of(pieces, others, rate_hz, rule.explained_share)
    better = len(np.unique(more[more[:, 2] >= 0, 5])) > known
    return (others, more) if better else (shapes, rows)


def _stretches(part: Conditioned, rule: TrainRule) -> tuple[Spans, Samples]:
    """Give the stretches that stand out and begin in the block proper, and the noise at each."""
    envelope, noise = part.envelope, track(part.steps)
    high = envelope > max(noise.lowest_threshold(rule.noise_factor), rule.lowest_envelope_uv)
    at = np.flatnonzero(high)
    at = at[envelope[at] > np.maximum(noise.threshold_at(at, rule.noise_factor), rule.lowest_envelope_uv)]
    gap, margin = (round(ms * part.rate_hz / 1e3) for ms in (rule.pause_ms, rule.margin_ms))
    spans = joined(np.column_stack([at, at + 1]), gap)
    spans = joined(np.column_stack([spans[:, 0] - margin, spans[:, 1] + margin]))
    spans = np.clip(spans, 0, envelope.size)
    spans = spans[(spans[:, 0] >= part.block.start) & (spans[:, 0] < part.block.stop)]
    spans = spans[spans[:, 1] - spans[:, 0] <= rule.longest_ms * part.rate_hz / 1e3]
    level = noise.level_at(spans[:, 0]) if len(spans) else np.empty(0)
    top = np.array([envelope[a:b].max() for a, b in spans.tolist()])
    clear = top > rule.clear_factor * level
    return spans[clear], level[clear]


def _as_events(recording: Recording, channel: int, parts: list[tuple[Shapes, Samples]], rule: TrainRule) -> Events:
    meta = recording.channels[channel]
    suffix, _ = amplitude_scale(meta)
    tables = []
    for (_, rows), names in zip(parts, linked([shapes for shapes, _ in parts]), strict=True):
        renamed = rows.copy()
        known = rows[:, 2] >= 0
        renamed[known, 2] = names[rows[known, 2].astype(np.intp)]
        tables.append(renamed)
    table = np.concatenate([np.empty((0, _COLUMNS)), *tables])
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


def _segment_of(recording: Recording, channel: int, sample: Samples) -> NDArray[np.intp]:
    starts = np.array([first for first, _ in recording.segment_samples(channel)])
    return np.searchsorted(starts, sample, side="right")


def grouped(rows: Samples, rule: TrainRule) -> Samples:
    """Group discharges to trains.

    Parameters
    ----------
    rows : ndarray, shape (n, 7)
        Time in seconds, amplitude, unit (-1 where unknown), explained share, certainty of the count, stretch, recorded
        segment.
    rule : TrainRule
        Where one train ends and the next begins.

    Returns
    -------
    ndarray, shape (trains, 12)
        Onset, duration, n, rate, first rate, last rate, amplitude, decrement, unevenness, unit, explained share,
        certainty.
    """
    found = []
    for _, member in _families(rows):
        own = member[np.argsort(member[:, 0], kind="stable")]
        between = np.diff(own[:, 0])
        ends = _boundaries(between, rule) | (np.diff(own[:, 6]) != 0)
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


def _boundaries(between: Samples, rule: TrainRule) -> NDArray[np.bool_]:
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


TRAINS: Detector[TrainRule, tuple[Shapes, Samples]] = Detector(_conditioning, _in_block, _as_events)
