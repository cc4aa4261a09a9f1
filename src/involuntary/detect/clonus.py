"""Clonus: contractions that repeat themselves three to ten times a second, each told by its own energy.

After Mummidisetty, Bohórquez & Thomas 2012: an envelope of 74.8 to 193.9 Hz, one peak for each contraction by threshold
and time, the energy 50 ms to either side of it, start and end where 5 and 95 % of that energy have passed.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from involuntary.detect.conditioned import amplitude_scale
from involuntary.dsp.bands import zero_phase
from involuntary.dsp.envelope import rms_envelope
from involuntary.dsp.runs import true_runs
from involuntary.model import Channel, Events, Intervals, Recording, Reference

__all__ = ["MUMMIDISETTY", "ClonusRule", "find"]

Samples = NDArray[np.float64]
Numbers = NDArray[np.intp]

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
    envelope_low_hz, envelope_high_hz : float
        Band of the envelope in which contractions are sought.
    smooth_ms : float
        Width of the triangle under which the envelope is the root mean square.
    low_hz, high_hz : float
        Band in which energy and root mean square are measured.
    half_ms : float
        Energy is summed so far to either side of a contraction's peak.
    start_share, end_share : float
        Of that energy have passed where a contraction starts and ends.
    shortest_s, longest_s : float
        Interval from one contraction to the next.
    steadiness : float
        Each interval lies within this share of the median of those around it.
    steady_share : float
        Share of a run's intervals that do, at least: a beat may be missed.
    trough_share : float
        Between contractions the envelope, above rest, falls below this share of the smaller peak in the median,
        and never stays above twice as much.
    rest_factor : float
        A peak exceeds so many times the envelope of rest, and contractions so many times its root mean square,
    peak_share : float
        and this share of the usual peak of the stretch.
    change_factor : float
        In the median, a contraction is at most so many times as strong as the one before, or the other way round.
    interval_max_cv : float
        Coefficient of variation of a run's intervals, at most.
    potential_ms, single_max_share : float
        Within so much of a contraction's largest deflection lies less than this share of its energy in the median of a
        run: what has more is the potential of one unit that fires steadily.
    fewest : int
        Contractions of a run, at least.
    margin_s : float
        Time around a stretch that is looked at with it.
    """

    envelope_low_hz: float = 74.8
    envelope_high_hz: float = 193.9
    smooth_ms: float = 40.0
    low_hz: float = 20.0
    high_hz: float = 450.0
    half_ms: float = 50.0
    start_share: float = 0.05
    end_share: float = 0.95
    shortest_s: float = 0.1
    longest_s: float = 0.4
    steadiness: float = 0.3
    steady_share: float = 0.8
    trough_share: float = 0.2
    rest_factor: float = 2.0
    peak_share: float = 0.25
    change_factor: float = 1.4
    interval_max_cv: float = 0.15
    potential_ms: float = 8.0
    single_max_share: float = 0.55
    fewest: int = 5
    margin_s: float = 0.5


_COLUMNS = ("frequency_hz", "contractions_n", "rms", "contraction_ms", "steadiness")


def find(recording: Recording, channel: int, stretches: Intervals, rest: float, rule: ClonusRule) -> Events:
    """Find clonus within stretches of activity.

    Parameters
    ----------
    recording : Recording
        Only the stretches are read.
    channel : int
        Position of an EMG channel.
    stretches : Intervals
        Where the muscle is active, in seconds on the recording's clock.
    rest : float
        Root mean square of the channel at rest, in µV or counts.
    rule : ClonusRule
        What is clonus.

    Returns
    -------
    Events
        Kind ``clonus``. Features: ``frequency_hz``, ``contractions_n``, ``rms_uv`` (mean over the contractions;
        ``rms_count`` where the gain is unknown), ``contraction_ms`` (mean length), ``steadiness`` (share of the
        intervals within the rule's share of the median).
    """
    meta = recording.channels[channel]
    suffix, scale = amplitude_scale(meta)
    rows: list[tuple[float, ...]] = []
    if meta.rate_hz >= 2.2 * rule.envelope_high_hz:
        for start, stop in stretches.widened(rule.margin_s, rule.margin_s).intersection(recording.segments):
            rows += _in_stretch(recording, channel, (start, stop), scale, rest, rule)
    table = np.array(sorted(rows), dtype=np.float64).reshape(-1, 2 + len(_COLUMNS))
    names = [f"rms_{suffix}" if name == "rms" else name for name in _COLUMNS]
    features = dict(zip(names, table[:, 2:].T, strict=True))
    return Events("clonus", (meta.name,) * len(table), table[:, 0], table[:, 1] - table[:, 0], features)


def _in_stretch(
    recording: Recording, channel: int, span: tuple[float, float], scale: float, rest: float, rule: ClonusRule
) -> list[tuple[float, ...]]:
    meta = recording.channels[channel]
    before = float(np.sum(np.clip(span[0] - recording.segments.start_s, 0.0, _lengths(recording))))
    first = round(before * meta.rate_hz)
    last = min(first + round((span[1] - span[0]) * meta.rate_hz), meta.n_samples)
    if last - first < rule.fewest * rule.shortest_s * meta.rate_hz:
        return []
    x = scale * recording.samples(channel, first, last)
    band = zero_phase(x, meta.rate_hz, rule.envelope_low_hz, rule.envelope_high_hz)
    envelope = rms_envelope(band, meta.rate_hz, rule.smooth_ms / 1e3)
    peaks = _peaks(envelope, rest * _share_of_band(meta, rule), meta.rate_hz, rule)
    above = np.sqrt(np.maximum(envelope**2 - (rest * _share_of_band(meta, rule)) ** 2, 0.0))
    found = _runs(peaks, above, meta.rate_hz, rule)
    if not found:
        return []
    energy = zero_phase(x, meta.rate_hz, rule.low_hz, min(rule.high_hz, 0.45 * meta.rate_hz)) ** 2
    return [
        _measured(run, energy, span[0], meta.rate_hz, rest, rule)
        for run in found
        if _of_many_units(run, energy, meta.rate_hz, rest, rule)
    ]


def _of_many_units(run: Numbers, energy: Samples, rate_hz: float, rest: float, rule: ClonusRule) -> bool:
    half, narrow = round(rule.half_ms * rate_hz / 1e3), round(rule.potential_ms * rate_hz / 1e3)
    shares = []
    for peak in run.tolist():
        part = energy[max(peak - half, 0) : peak + half + 1]
        top = int(np.argmax(part))
        near = part[max(top - narrow, 0) : top + narrow + 1]
        whole = float(np.sum(part)) - part.size * rest**2
        shares.append((float(np.sum(near)) - near.size * rest**2) / whole if whole > 0 else 1.0)
    strength = float(np.median([np.mean(energy[max(p - half, 0) : p + half + 1]) for p in run.tolist()]))
    return float(np.median(shares)) <= rule.single_max_share and strength >= (rule.rest_factor * rest) ** 2


def _lengths(recording: Recording) -> Samples:
    lengths: Samples = recording.segments.stop_s - recording.segments.start_s
    return lengths


def _share_of_band(meta: Channel, rule: ClonusRule) -> float:
    """Give what white noise of the wide band leaves in the narrow one, as root mean square."""
    wide = min(rule.high_hz, meta.rate_hz / 2) - rule.low_hz
    return float(np.sqrt((rule.envelope_high_hz - rule.envelope_low_hz) / wide))


def _peaks(envelope: Samples, rest: float, rate_hz: float, rule: ClonusRule) -> Numbers:
    """Give the envelope's peaks that stand out, one a shortest interval: of closer ones the higher."""
    apart = round(rule.shortest_s * rate_hz)
    inner = envelope[1:-1]
    tops = np.flatnonzero((inner > envelope[:-2]) & (inner >= envelope[2:]) & (inner > rule.rest_factor * rest)) + 1
    if not tops.size:
        return tops
    tops = tops[envelope[tops] > rule.peak_share * np.percentile(envelope[tops], 90)]
    free = np.ones(envelope.size, dtype=np.bool_)
    kept = []
    for top in tops[np.argsort(-envelope[tops], kind="stable")].tolist():
        if free[top]:
            kept.append(top)
            free[max(top - apart + 1, 0) : top + apart] = False
    return np.array(sorted(kept), dtype=np.intp)


def _runs(peaks: Numbers, envelope: Samples, rate_hz: float, rule: ClonusRule) -> list[Numbers]:
    """Give the runs of contractions at steady intervals, with troughs between them."""
    if peaks.size < rule.fewest:
        return []
    interval = np.diff(peaks) / rate_hz
    trough = np.array([envelope[a:b].min() / min(envelope[a], envelope[b]) for a, b in pairwise(peaks.tolist())])
    around = np.pad(interval, 2, mode="edge")
    usual = np.median(np.lib.stride_tricks.sliding_window_view(around, 5), axis=1)
    steady = np.abs(interval - usual) <= rule.steadiness * usual
    steady &= (interval >= rule.shortest_s) & (interval <= rule.longest_s) & (trough <= 2 * rule.trough_share)
    joined_runs: list[tuple[int, int]] = []
    for first, last in true_runs(steady).tolist():
        if joined_runs and _same_rhythm(joined_runs[-1], (first, last), interval, rule):
            joined_runs[-1] = (joined_runs[-1][0], last)
        else:
            joined_runs.append((first, last))
    return [
        peaks[first : last + 1]
        for first, last in joined_runs
        if np.mean(steady[first:last]) >= rule.steady_share
        and _is_clonus(interval[first:last][steady[first:last]], trough[first:last], rule)
        and _alike(envelope[peaks[first : last + 1]], rule)
    ]


def _same_rhythm(one: tuple[int, int], other: tuple[int, int], interval: Samples, rule: ClonusRule) -> bool:
    """Whether two runs follow each other closely, at one rate."""
    between = interval[one[1] : other[0]]
    first, second = (float(np.median(interval[slice(*run)])) for run in (one, other))
    return bool(
        between.size <= _SKIPPED
        and np.sum(between) <= 2.2 * rule.longest_s
        and abs(first - second) <= rule.interval_max_cv * first
    )


def _alike(height: Samples, rule: ClonusRule) -> bool:
    """Whether each contraction is about as strong as the one before, as random bursts are not."""
    change = np.abs(np.diff(np.log(np.maximum(height, np.finfo(np.float64).tiny))))
    return bool(np.median(change) <= np.log(rule.change_factor))


def _is_clonus(interval: Samples, trough: Samples, rule: ClonusRule) -> bool:
    enough = interval.size + 1 >= rule.fewest
    return bool(
        enough
        and np.std(interval) <= rule.interval_max_cv * np.mean(interval)
        and np.median(trough) <= rule.trough_share
    )


def _measured(
    run: Numbers, energy: Samples, start_s: float, rate_hz: float, rest: float, rule: ClonusRule
) -> tuple[float, ...]:
    half = round(rule.half_ms * rate_hz / 1e3)
    spans, strength = [], []
    for peak in run.tolist():
        low = max(peak - half, 0)
        part = energy[low : peak + half + 1]
        passed = np.cumsum(np.maximum(part - rest**2, 0.0))
        a, b = np.searchsorted(passed, [rule.start_share * passed[-1], rule.end_share * passed[-1]])
        spans.append((low + a, low + b + 1))
        strength.append(float(np.sqrt(np.mean(part[a : b + 1]))))
    edges = np.array(spans) / rate_hz
    interval = np.diff(run) / rate_hz
    return (
        start_s + edges[0, 0],
        start_s + edges[-1, 1],
        1.0 / float(np.mean(interval[np.abs(interval - np.median(interval)) <= rule.steadiness * np.median(interval)])),
        float(run.size),
        float(np.mean(strength)),
        1000 * float(np.mean(edges[:, 1] - edges[:, 0])),
        float(np.mean(np.abs(interval - np.median(interval)) <= rule.steadiness * np.median(interval))),
    )
