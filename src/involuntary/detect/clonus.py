"""Clonus: contractions that repeat themselves three to ten times a second, each told by its own energy.

After Mummidisetty, Bohórquez & Thomas 2012: an envelope of 74.8 to 193.9 Hz, one peak for each contraction by threshold
and time, the energy 50 ms to either side of it, start and end where 5 and 95 % of that energy have passed. What is
added here tells beats from other bursts: rest between them, strength and interval that hardly change, and more of that
than as many irregular bursts would show by chance.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from involuntary.detect._clonus.beats import Beats, beats
from involuntary.detect._clonus.rule import ClonusRule
from involuntary.detect._clonus.runs import SKIPPED, runs
from involuntary.detect.conditioned import FRAME_S, Conditioned, Conditioning, amplitude_scale
from involuntary.detect.sweep import Detector, sweep
from involuntary.dsp.noise import row_medians
from involuntary.dsp.runs import joined, running_most, true_runs
from involuntary.model import Events, Recording, Reference
from involuntary.model.labels import Labels

__all__ = ["CLONUS", "MUMMIDISETTY", "ClonusRule", "detect"]

Samples = NDArray[np.float64]
Numbers = NDArray[np.intp]

_DIP = 0.5  # a frame below this share of what comes before and after it may lie between two beats

MUMMIDISETTY = Reference(
    "doi:10.1016/j.jneumeth.2011.10.017",
    "Mummidisetty CK, Bohórquez J, Thomas CK. Automatic analysis of EMG during clonus. J Neurosci Methods"
    " 2012;204:35-43",
    "abstract: envelope of 74.8 to 193.9 Hz; energy 50 ms either side of each peak; start and end at 5 and 95 %",
)
_COLUMNS = ("run", "middle", "start", "stop", "power", "held")


def detect(recording: Recording, channel: int, rule: ClonusRule) -> Events:
    """Find the clonus of a channel.

    Parameters
    ----------
    recording : Recording
        Read block by block.
    channel : int
        Position of an EMG channel; one too slow for the envelope's band shows none.
    rule : ClonusRule
        What is clonus.

    Returns
    -------
    Events
        Kind ``clonus``. Features: ``frequency_hz``, ``contractions_n``, ``rms_uv`` (mean over the contractions, without
        the power of rest; ``rms_count`` where the gain is unknown), ``contraction_ms`` (mean length), ``steadiness``
        (share of the intervals within the rule's share of the median), ``held_before`` (share of ``before_s`` before
        the run in which the muscle was active).

    Raises
    ------
    ParameterError
        If the channel is neither in volts nor in counts, or its rate is too low for the band.
    """
    return sweep(recording, channel, [(CLONUS, rule)])[0]


def _in_block(part: Conditioned, rule: ClonusRule) -> Samples:
    """Give one row a contraction of clonus whose middle lies in the block proper: columns as in `_COLUMNS`."""
    rows: list[tuple[float, ...]] = []
    if part.rate_hz >= 2.2 * rule.envelope_high_hz:
        rest, spans = _active(part, rule)
        found = beats(part, spans, rest, rule)
        for first, last in runs(found, part.wave, rest, part.rate_hz, rule):
            held = _held(found, first, part.rate_hz, rule)
            inside = slice(first, last)
            columns = (found.middle[inside], found.start[inside], found.stop[inside], found.power[inside])
            rows += [(float(n == 0), *row, held) for n, row in enumerate(zip(*columns, strict=True))]
    table = np.array(rows, dtype=np.float64).reshape(-1, len(_COLUMNS))
    proper = (table[:, 1] >= part.block.start) & (table[:, 1] < part.block.stop)
    table[:, 1:4] += part.block.first
    return table[proper]


def _active(part: Conditioned, rule: ClonusRule) -> tuple[float, Numbers]:
    """Give the root mean square of rest, and first and last-plus-one sample of stretches that may hold clonus."""
    frame, second = part.frame, round(1 / FRAME_S)
    frames = np.asarray(part.wave[: part.wave.size - part.wave.size % frame]).reshape(-1, frame)
    level = np.sqrt(np.einsum("ij,ij->i", frames, frames) / frame).astype(np.float64)
    if level.size < second:
        return np.inf, np.empty((0, 2), dtype=np.intp)
    medians = row_medians(level[: level.size - level.size % second].reshape(-1, second))
    rest = float(np.percentile(medians, rule.rest_percentile))
    rest = min(rest, rule.highest_rest_uv) if part.calibrated else rest
    above = np.sqrt(np.maximum(level * level - rest * rest, 0.0))
    apart, beside = round(rule.longest_s / FRAME_S), round(rule.before_s / FRAME_S)
    most = running_most(np.pad(above, apart), apart + 1)
    beating = np.minimum(most[: level.size], most[apart:])  # the weaker of what comes before and after
    dips = true_runs((above < _DIP * beating) & (beating > rule.active_factor * rest))
    spans = joined(dips, apart)
    count = np.searchsorted(dips[:, 0], spans[:, 1]) - np.searchsorted(dips[:, 0], spans[:, 0])
    spans = spans[count >= rule.fewest - 1] + np.array([-apart - beside, apart])
    return rest, frame * joined(np.clip(spans, 0, level.size))


def _held(beats: Beats, first: int, rate_hz: float, rule: ClonusRule) -> float:
    """Give the share of the time before a run, and before the trough that precedes it, in which the muscle is active.

    Rest for longer than the longest interval is no trough.
    """
    level = rule.trough_share * float(beats.height[first])
    begin, end, n = int(beats.begin[first]), int(beats.start[first]), round(rule.before_s * rate_hz)
    lowest = max(end - round(rule.longest_s * rate_hz), begin)
    rests = true_runs(beats.above[lowest:end] <= level)
    if len(rests):
        end = lowest + int(rests[np.argmax(rests[:, 1] - rests[:, 0]), 0])
    return float(np.count_nonzero(beats.above[max(end - n, begin) : end] > level) / n)


def _as_events(recording: Recording, channel: int, parts: list[Samples], rule: ClonusRule) -> Events:
    meta = recording.channels[channel]
    suffix, _ = amplitude_scale(meta)
    rows = np.concatenate([np.empty((0, len(_COLUMNS))), *parts])
    time = np.column_stack([recording.time_s(channel, rows[:, k].astype(np.intp)) for k in (1, 2, 3)])
    # A run that goes on into the next block began in this one.
    new = (rows[:, 0] > 0) | (np.diff(time[:, 0], prepend=-np.inf) > SKIPPED * rule.longest_s)
    edges = [*np.flatnonzero(new).tolist(), len(rows)]
    found = [(time[a:b], rows[a:b, 4], rows[a, 5]) for a, b in pairwise(edges) if b - a > 1]
    measured = [_measured(*run, rule) for run in found]
    onset, stop = np.array([(t[0, 1], t[-1, 2]) for t, *_ in found]).reshape(-1, 2).T
    names = ("frequency_hz", "contractions_n", f"rms_{suffix}", "contraction_ms", "steadiness", "held_before")
    columns = np.array(measured, dtype=np.float64).reshape(-1, len(names)).T
    return Events(
        "clonus", Labels.all(meta.name, len(found)), onset, stop - onset, dict(zip(names, columns, strict=True))
    )


def _measured(time: Samples, power: Samples, held: float, rule: ClonusRule) -> tuple[float, ...]:
    interval = np.diff(time[:, 0])
    usual = np.median(interval)
    # A beat that was missed counts, so that the frequency is the slope of time over number.
    number = np.concatenate([[0.0], np.cumsum(np.maximum(np.round(interval / usual), 1.0))])
    apart = number - np.mean(number)
    period = float(np.sum(apart * time[:, 0]) / np.sum(apart**2))
    steady = np.mean(np.abs(interval - usual) <= rule.steadiness * usual)
    length = float(np.mean(time[:, 2] - time[:, 1]))
    return 1 / period, float(len(time)), float(np.mean(np.sqrt(power))), 1000 * length, float(steady), held


CLONUS: Detector[ClonusRule, Samples] = Detector(Conditioning.of, _in_block, _as_events)
