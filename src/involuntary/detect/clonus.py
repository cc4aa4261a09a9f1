"""Clonus: contractions that repeat themselves three to ten times a second, each told by its own energy.

After Mummidisetty, Bohórquez & Thomas 2012: an envelope of 74.8 to 193.9 Hz, one peak for each contraction by threshold
and time, the energy 50 ms to either side of it, start and end where 5 and 95 % of that energy have passed. What is
added here tells beats from other bursts: rest between them, strength and interval that hardly change, and more of that
than as many irregular bursts would show by chance.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from involuntary.detect.conditioned import FRAME_S, Conditioned, Conditioning, amplitude_scale
from involuntary.detect.sweep import Detector, sweep
from involuntary.dsp.bands import zero_phase
from involuntary.dsp.envelope import rms_envelope, smoothed
from involuntary.dsp.runs import joined, true_runs
from involuntary.model import Events, Recording, Reference

__all__ = ["CLONUS", "MUMMIDISETTY", "ClonusRule", "detect"]

Samples = NDArray[np.float64]
Numbers = NDArray[np.intp]

_DIP = 0.5  # a frame below this share of what comes before and after it may lie between two beats
_SKIPPED = 2  # intervals within a run that may be out of step, as around a beat that is missed

MUMMIDISETTY = Reference(
    "doi:10.1016/j.jneumeth.2011.10.017",
    "Mummidisetty CK, Bohórquez J, Thomas CK. Automatic analysis of EMG during clonus. J Neurosci Methods"
    " 2012;204:35-43",
    "abstract: envelope of 74.8 to 193.9 Hz; energy 50 ms either side of each peak; start and end at 5 and 95 %",
)


@dataclass(frozen=True, slots=True)
class ClonusRule:
    """What is clonus. Band, window and shares of the energy as published; the rest are engineering choices.

    Attributes
    ----------
    low_hz, high_hz : float
        Zero-phase band in which energy and root mean square are measured.
    remove_mains : bool
        Subtract 50 or 60 Hz and harmonics where they are there.
    envelope_low_hz, envelope_high_hz : float
        Band of the envelope in which contractions are sought.
    smooth_ms : float
        Width of the triangle under which the envelope is the root mean square.
    half_ms : float
        Energy is summed so far to either side of a contraction's middle.
    start_share, end_share : float
        Of that energy have passed where a contraction starts and ends.
    shortest_s, longest_s : float
        Interval from one contraction to the next. Peaks are sought in the envelope averaged over the shorter.
    steadiness : float
        Each interval lies within this share of the median of those around it.
    steady_share : float
        Share of a run's intervals that do, at least: a beat may be missed.
    trough_share, trough_max_share : float
        Between contractions the envelope, above rest, falls below the first share of the smaller one in the median,
        and always below the second. The first contraction has such a trough before it too: what goes on from tonic
        activity is no beat.
    rest_percentile, highest_rest_uv : float
        Rest is this percentile of the medians of all seconds around, and never more (not used for counts).
    active_factor : float
        Frames of 20 ms before and after a dip exceed so many times rest, or it is not looked at.
    rest_factor : float
        Contractions exceed so many times rest,
    peak_share : float
        and this share of the strongest within the longest interval.
    change_factor : float
        In the median, a contraction is at most so many times as strong as the one before, or the other way round.
    interval_max_cv : float
        Coefficient of variation of a run's intervals, at most.
    chance : float
        Runs as long and as steady that irregular bursts, as many as there are around, would show.
    irregular_cv : float
        Variation of those bursts: less than that of syllables in speech.
    potential_ms, single_max_share : float
        Within so much of a contraction's largest deflection lies less than this share of its energy in the median of a
        run: what has more is the potential of one unit that fires steadily.
    fewest : int
        Contractions of a run, at least.
    before_s : float
        So long before a run it is told whether the muscle was active throughout.
    """

    low_hz: float = 20.0
    high_hz: float = 450.0
    remove_mains: bool = True
    envelope_low_hz: float = 74.8
    envelope_high_hz: float = 193.9
    smooth_ms: float = 40.0
    half_ms: float = 50.0
    start_share: float = 0.05
    end_share: float = 0.95
    shortest_s: float = 0.1
    longest_s: float = 0.4
    steadiness: float = 0.3
    steady_share: float = 0.8
    trough_share: float = 0.12
    trough_max_share: float = 0.4
    rest_percentile: float = 10.0
    highest_rest_uv: float = 10.0
    active_factor: float = 2.0
    rest_factor: float = 2.0
    peak_share: float = 0.25
    change_factor: float = 1.4
    interval_max_cv: float = 0.12
    chance: float = 0.02
    irregular_cv: float = 0.25
    potential_ms: float = 8.0
    single_max_share: float = 0.55
    fewest: int = 5
    before_s: float = 0.7


# Of intervals that vary as `irregular_cv` says, this share lies within `steadiness`, and those vary so much less
# (2,000,000 simulated intervals; 0.73 and 0.71 where they vary by 0.3).
_STEADY_BY_CHANCE = 0.8
_SPREAD_BY_CHANCE = 0.76
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


def _conditioning(rule: ClonusRule) -> Conditioning:
    return Conditioning(rule.low_hz, rule.high_hz, rule.remove_mains)


def _in_block(part: Conditioned, rule: ClonusRule) -> Samples:
    """Give one row a contraction of clonus whose middle lies in the block proper: columns as in `_COLUMNS`."""
    if part.rate_hz < 2.2 * rule.envelope_high_hz:
        return np.empty((0, len(_COLUMNS)))
    rest, spans = _active(part, rule)
    seen = [_in_span(part, start, stop, rest, rule) for start, stop in spans.tolist()]
    steady = [_runs(beats, 0, part.rate_hz, rule) for *_, beats in seen]
    around = sum(_irregular(one[2], runs, part.rate_hz, rule) for one, runs in zip(seen, steady, strict=True))
    likely = [one for one, runs in zip(seen, steady, strict=True) if runs]
    rows = [row for one in likely for row in _in_runs(*one, around, rest, part.rate_hz, rule)]
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
    medians = np.median(level[: level.size - level.size % second].reshape(-1, second), axis=1)
    rest = float(np.percentile(medians, rule.rest_percentile))
    rest = min(rest, rule.highest_rest_uv) if part.calibrated else rest
    above = np.sqrt(np.maximum(level * level - rest * rest, 0.0))
    apart, beside = round(rule.longest_s / FRAME_S), round(rule.before_s / FRAME_S)
    padded = np.pad(above, apart)
    most = np.lib.stride_tricks.sliding_window_view(padded, apart + 1).max(axis=1)
    beats = np.minimum(
        most[: level.size], most[apart : apart + level.size]
    )  # the weaker of what comes before and after
    dips = true_runs((above < _DIP * beats) & (beats > rule.active_factor * rest))
    spans = joined(dips, apart)
    count = np.searchsorted(dips[:, 0], spans[:, 1]) - np.searchsorted(dips[:, 0], spans[:, 0])
    spans = spans[count >= rule.fewest - 1] + np.array([-apart - beside, apart])
    return rest, frame * joined(np.clip(spans, 0, level.size))


def _in_span(
    part: Conditioned, start: int, stop: int, rest: float, rule: ClonusRule
) -> tuple[Samples, Samples, _Beats]:
    """Give the envelope above rest and the energy of a stretch, and the contractions in it, counted from the block."""
    rate = part.rate_hz
    wave = np.asarray(part.wave[start:stop], dtype=np.float64)
    narrow = zero_phase(wave, rate, rule.envelope_low_hz, rule.envelope_high_hz)
    share = (rule.envelope_high_hz - rule.envelope_low_hz) / (min(rule.high_hz, rate / 2) - rule.low_hz)
    quiet = rest * np.sqrt(share)  # what white noise of the wide band leaves in the narrow one
    above = np.sqrt(np.maximum(rms_envelope(narrow, rate, rule.smooth_ms / 1e3) ** 2 - quiet**2, 0.0))
    energy = wave * wave
    return above, energy, _beats(start, _peaks(above, quiet, rate, rule), above, energy, rest, rate, rule)


def _in_runs(
    above: Samples, energy: Samples, beats: _Beats, around: int, rest: float, rate_hz: float, rule: ClonusRule
) -> list[tuple[float, ...]]:
    rows: list[tuple[float, ...]] = []
    for first, last in _runs(beats, around, rate_hz, rule):
        if not _of_many_units(beats, first, last, energy, rest, rate_hz, rule):
            continue
        held = _held(above, beats, first, rate_hz, rule)
        rows += [
            (float(n == first), beats.begin + beats.middle[n], beats.begin + beats.start[n],
             beats.begin + beats.stop[n], beats.power[n], held)
            for n in range(first, last)
        ]  # fmt: skip
    return rows


@dataclass(frozen=True, slots=True, eq=False)
class _Beats:
    """Contractions of a stretch that may be clonus.

    `middle`, `start`, `stop` in samples from `begin`, the stretch's first in its block; `power` mean square above rest;
    `height` of the envelope; `trough`, lowest envelope between each and the one before, as a share of the smaller; of
    the first, before it.
    """

    begin: int
    middle: Numbers
    start: Numbers
    stop: Numbers
    power: Samples
    height: Samples
    trough: Samples


def _peaks(above: Samples, quiet: float, rate_hz: float, rule: ClonusRule) -> Numbers:
    """Give one peak a contraction: of the envelope's power averaged over the shortest interval, those that stand out.

    Of peaks closer than the shortest interval the higher is kept.
    """
    apart, around = (round(s * rate_hz) for s in (rule.shortest_s, rule.longest_s))
    smooth = np.sqrt(smoothed(above * above, apart // 2))
    inner = smooth[1:-1]
    tops = np.flatnonzero((inner > smooth[:-2]) & (inner >= smooth[2:])) + 1
    height = _most(above, tops - apart // 2, tops + apart // 2 + 1)
    tops, height = tops[height > rule.rest_factor * quiet], height[height > rule.rest_factor * quiet]
    low, high = np.searchsorted(tops, tops - around), np.searchsorted(tops, tops + around, side="right")
    tops = tops[height > rule.peak_share * _most(height, low, high)]
    free = np.ones(smooth.size, dtype=np.bool_)
    kept = []
    for top in tops[np.argsort(-smooth[tops], kind="stable")].tolist():
        if free[top]:
            kept.append(top)
            free[max(top - apart + 1, 0) : top + apart] = False
    return np.array(sorted(kept), dtype=np.intp)


def _beats(
    begin: int, peaks: Numbers, above: Samples, energy: Samples, rest: float, rate_hz: float, rule: ClonusRule
) -> _Beats:
    """Measure the contraction around each peak by its energy above rest."""
    if not peaks.size:
        none = np.empty(0)
        return _Beats(begin, peaks, peaks, peaks, none, none, none)
    half = round(rule.half_ms * rate_hz / 1e3)
    peaks, trough = _centred(peaks, above, half, round(rule.longest_s * rate_hz))
    low, high = np.maximum(peaks - half, 0), np.minimum(peaks + half + 1, energy.size)
    passed = np.concatenate([[0.0], np.cumsum(np.maximum(energy - rest**2, 0.0))])
    total = passed[high] - passed[low]
    start, stop = (
        np.clip(np.searchsorted(passed, passed[low] + share * total), low + 1, high)
        for share in (rule.start_share, rule.end_share)
    )
    start = start - 1  # what has passed after a sample stands one place behind it
    whole = np.concatenate([[0.0], np.cumsum(energy)])
    power = np.maximum((whole[stop] - whole[start]) / (stop - start) - rest**2, 0.0)
    height = _most(above, low, high)
    return _Beats(begin, peaks, start, stop, power, height, trough / np.minimum(height, np.roll(height, 1)))


def _most(values: Samples, low: Numbers, high: Numbers) -> Samples:
    """Give the largest of the values in each stretch; ends beyond the values are cut."""
    if not low.size:
        return np.empty(0)
    padded = np.append(values, -np.inf)
    low, high = np.clip(low, 0, values.size), np.clip(high, 0, values.size)
    most: Samples = np.maximum.reduceat(padded, np.column_stack([low, high]).ravel())[::2]
    return most


def _centred(peaks: Numbers, above: Samples, half: int, longest: int) -> tuple[Numbers, Samples]:
    """Move each peak to the middle of the energy between the troughs beside it; give the trough before each too."""
    first = max(int(peaks[0]) - longest, 0)
    between = [a + int(np.argmin(above[a:b])) for a, b in pairwise([first, *peaks.tolist()]) if b > a]
    edges = np.array([first] * (peaks.size - len(between)) + between)
    trough = above[edges]
    edges[0] = first
    low = np.maximum(edges, peaks - 2 * half)
    high = np.minimum(np.append(edges[1:], above.size), peaks + 2 * half)
    power = above * above
    whole = np.concatenate([[0.0], np.cumsum(power)])
    moment = np.concatenate([[0.0], np.cumsum(power * np.arange(power.size))])
    middle = (moment[high] - moment[low]) / np.maximum(whole[high] - whole[low], np.finfo(np.float64).tiny)
    return np.clip(np.round(middle), low, high).astype(np.intp), trough


def _irregular(beats: _Beats, runs: list[tuple[int, int]], rate_hz: float, rule: ClonusRule) -> int:
    """Count the intervals that clonus could have, in length and with rest between contractions, outside steady runs."""
    interval = np.diff(beats.middle) / rate_hz
    possible = (interval >= rule.shortest_s) & (interval <= rule.longest_s) & (beats.trough[1:] <= rule.trough_share)
    for first, last in runs:
        possible[first : last - 1] = False
    return int(np.count_nonzero(possible))


def _runs(beats: _Beats, around: int, rate_hz: float, rule: ClonusRule) -> list[tuple[int, int]]:
    """Give first and last-plus-one contraction of the runs at steady intervals, with troughs between them.

    `around` is the number of irregular intervals among which they were found.
    """
    if beats.middle.size < rule.fewest:
        return []
    interval, trough = np.diff(beats.middle) / rate_hz, beats.trough[1:]
    usual = np.median(np.lib.stride_tricks.sliding_window_view(np.pad(interval, 2, mode="edge"), 5), axis=1)
    steady = (interval >= rule.shortest_s) & (interval <= rule.longest_s) & (trough <= rule.trough_max_share)
    steady &= np.abs(interval - usual) <= rule.steadiness * usual
    spans: list[tuple[int, int]] = []
    for first, last in true_runs(steady).tolist():
        if spans and _same_rhythm(spans[-1], (first, last), interval, rule):
            spans[-1] = (spans[-1][0], last)
        else:
            spans.append((first, last))
    found = []
    for first, last in spans:
        if last + 1 - first < rule.fewest:
            continue
        begin = first + _first_beat(beats.trough[first : last + 1], rule)
        if (
            last + 1 - begin >= rule.fewest
            and np.count_nonzero(steady[begin:last]) >= rule.steady_share * (last - begin)
            and np.median(trough[begin:last]) <= rule.trough_share
            and _is_regular(interval[begin:last], steady[begin:last], around, rule)
            and _alike(beats.power[begin : last + 1], rule)
        ):
            found.append((begin, last + 1))
    return found


def _first_beat(trough: Samples, rule: ClonusRule) -> int:
    """Say which contraction of a run has a trough before it as deep as those after it: what comes earlier is tonic."""
    usual = max(rule.trough_share, 2 * float(np.median(trough[1:])))
    return int(np.argmax(trough <= usual))


def _same_rhythm(one: tuple[int, int], other: tuple[int, int], interval: Samples, rule: ClonusRule) -> bool:
    """Whether two runs follow each other closely, at one rate."""
    between = interval[one[1] : other[0]]
    if between.size > _SKIPPED or np.sum(between) > 2.2 * rule.longest_s:
        return False
    first, second = (float(np.median(interval[slice(*run)])) for run in (one, other))
    return abs(first - second) <= rule.interval_max_cv * first


def _is_regular(interval: Samples, steady: NDArray[np.bool_], around: int, rule: ClonusRule) -> bool:
    """Whether a run is steady, and its longest stretch without a beat out of step more so than chance gives."""
    from scipy.special import gammainc

    if np.std(interval[steady]) > rule.interval_max_cv * np.mean(interval[steady]):
        return False
    longest = max(true_runs(steady).tolist(), key=lambda span: span[1] - span[0])
    unbroken = interval[slice(*longest)]
    n, cv = unbroken.size, float(np.std(unbroken) / np.mean(unbroken))
    if n + 1 < rule.fewest:
        return False
    # The chance that n normal values vary so little: the distribution of χ² with n - 1 degrees of freedom.
    so_even = float(gammainc((n - 1) / 2, n * (cv / (_SPREAD_BY_CHANCE * rule.irregular_cv)) ** 2 / 2))
    return (n + around) * (1 - _STEADY_BY_CHANCE) * _STEADY_BY_CHANCE**n * so_even <= rule.chance


def _alike(power: Samples, rule: ClonusRule) -> bool:
    """Whether each contraction is about as strong as the one before, as random bursts are not."""
    change = np.abs(np.diff(np.log(np.maximum(power, np.finfo(np.float64).tiny)))) / 2
    return bool(np.median(change) <= np.log(rule.change_factor))


def _of_many_units(
    beats: _Beats, first: int, last: int, energy: Samples, rest: float, rate_hz: float, rule: ClonusRule
) -> bool:
    half, narrow = round(rule.half_ms * rate_hz / 1e3), round(rule.potential_ms * rate_hz / 1e3)
    shares = []
    for at in beats.middle[first:last].tolist():
        part = energy[max(at - half, 0) : at + half + 1]
        top = int(np.argmax(part))
        near = part[max(top - narrow, 0) : top + narrow + 1]
        whole = float(np.sum(part)) - part.size * rest**2
        shares.append((float(np.sum(near)) - near.size * rest**2) / whole if whole > 0 else 1.0)
    strength = float(np.median(beats.power[first:last])) + rest**2
    return bool(np.median(shares) <= rule.single_max_share and strength >= (rule.rest_factor * rest) ** 2)


def _held(above: Samples, beats: _Beats, first: int, rate_hz: float, rule: ClonusRule) -> float:
    """Give the share of the time before a run, and before the trough that precedes it, in which the muscle is active.

    Rest for longer than the longest interval is no trough.
    """
    level = rule.trough_share * float(beats.height[first])
    lowest = max(int(beats.start[first]) - round(rule.longest_s * rate_hz), 0)
    rests = true_runs(above[lowest : beats.start[first]] <= level)
    end, n = int(beats.start[first]), round(rule.before_s * rate_hz)
    if len(rests):
        end = lowest + int(rests[np.argmax(rests[:, 1] - rests[:, 0]), 0])
    return float(np.count_nonzero(above[max(end - n, 0) : end] > level) / n)


def _as_events(recording: Recording, channel: int, parts: list[Samples], rule: ClonusRule) -> Events:
    meta = recording.channels[channel]
    suffix, _ = amplitude_scale(meta)
    rows = np.concatenate([np.empty((0, len(_COLUMNS))), *parts])
    time = np.column_stack([recording.time_s(channel, rows[:, k].astype(np.intp)) for k in (1, 2, 3)])
    # A run that goes on into the next block began in this one.
    new = (rows[:, 0] > 0) | (np.diff(time[:, 0], prepend=-np.inf) > _SKIPPED * rule.longest_s)
    edges = [*np.flatnonzero(new).tolist(), len(rows)]
    found = [(time[a:b], rows[a:b, 4], rows[a, 5]) for a, b in pairwise(edges) if b - a > 1]
    measured = [_measured(*run, rule) for run in found]
    onset, stop = np.array([(t[0, 1], t[-1, 2]) for t, *_ in found]).reshape(-1, 2).T
    names = ("frequency_hz", "contractions_n", f"rms_{suffix}", "contraction_ms", "steadiness", "held_before")
    columns = np.array(measured, dtype=np.float64).reshape(-1, len(names)).T
    return Events("clonus", (meta.name,) * len(found), onset, stop - onset, dict(zip(names, columns, strict=True)))


def _measured(time: Samples, power: Samples, held: float, rule: ClonusRule) -> tuple[float, ...]:
    interval = np.diff(time[:, 0])
    usual = np.median(interval)
    # A beat that was missed counts, so that the frequency is the slope of time over number.
    number = np.concatenate([[0.0], np.cumsum(np.maximum(np.round(interval / usual), 1.0))])
    period = float(np.polyfit(number, time[:, 0], 1)[0])
    steady = np.mean(np.abs(interval - usual) <= rule.steadiness * usual)
    length = float(np.mean(time[:, 2] - time[:, 1]))
    return 1 / period, float(len(time)), float(np.mean(np.sqrt(power))), 1000 * length, float(steady), held


CLONUS: Detector[ClonusRule, Samples] = Detector(_conditioning, _in_block, _as_events)
