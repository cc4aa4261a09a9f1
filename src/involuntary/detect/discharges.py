"""Discharges near a needle electrode: potentials with the steep rise that fibres close to the tip give."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from involuntary.detect.conditioned import amplitude_scale
from involuntary.detect.usable import Usable
from involuntary.dsp.bands import zero_phase
from involuntary.dsp.envelope import rms_envelope
from involuntary.dsp.runs import joined, true_runs
from involuntary.dsp.shape import measure
from involuntary.dsp.turns import glitches, mended
from involuntary.errors import ParameterError
from involuntary.model import Events, Intervals, Recording
from involuntary.model.recording import Block

__all__ = ["DischargeRule", "Discharges", "detect", "lost_time", "mended_blocks"]

Samples = NDArray[np.float64]
Spans = NDArray[np.intp]
_BLOCK = 1 << 18


@dataclass(frozen=True, slots=True)
class DischargeRule:
    """What counts as one discharge near the tip; engineering choices unless a source is named.

    Attributes
    ----------
    low_hz, high_hz : float
        Zero-phase band in which potentials are measured, 10 Hz to 10 kHz as needle EMG is recorded.
    steep_hz : float
        High-pass before potentials are sought: what lies far from the tip and what moves slowly falls away.
    window_ms : float
        Width of the triangle of the envelope.
    quiet_share : float
        Noise is what the quietest tenth of the recording holds: potentials may fill most of the rest.
    noise_factor : float
        An envelope peak exceeds the noise by this factor.
    smallest_uv : float
        Smaller potentials, peak to peak, are left out.
    apart_ms : float
        Peaks closer than this belong to one potential.
    reach_ms : float
        A potential ends at most so long before and after its peak.
    extent_factor : float
        Onset and end: beyond, the signal stays within so many noise levels
    extent_share : float
        or within this share of the potential's amplitude, whichever is more,
    calm_ms : float
        for at least so long.
    turn_factor : float
        Smallest turn within a potential in noise levels.
    glitch_uv : float
        A lone sample that leaves flat surroundings by more is no biological signal; it is mended and counted.
    margin_ms : float
        Discharges so close to an unusable stretch are left out.
    """

    low_hz: float = 10.0
    high_hz: float = 10_000.0
    steep_hz: float = 250.0
    window_ms: float = 1.0
    quiet_share: float = 0.1
    noise_factor: float = 6.0
    smallest_uv: float = 50.0
    apart_ms: float = 5.0
    reach_ms: float = 15.0
    extent_factor: float = 4.0
    extent_share: float = 0.03
    calm_ms: float = 1.5
    turn_factor: float = 6.0
    glitch_uv: float = 50.0
    margin_ms: float = 20.0


@dataclass(frozen=True, slots=True, eq=False)
class Discharges:
    """What a needle channel holds.

    Attributes
    ----------
    events : Events
        Kind ``potential``: ``amplitude_uv`` peak to peak, ``area_uv_ms`` rectified, ``phases``, ``turns``, ``peak_s``;
        ``_count`` in place of ``_uv`` where the gain is unknown.
    noise : float
        Root mean square of the quietest tenth above `DischargeRule.low_hz`, in µV or counts.
    glitches : int
        Lone samples that were mended.
    """

    events: Events
    noise: float
    glitches: int


def detect(recording: Recording, channel: int, rule: DischargeRule) -> Discharges:
    """Find the discharges of a needle channel.

    Parameters
    ----------
    recording : Recording
        Read block by block.
    channel : int
        Position of the channel.
    rule : DischargeRule
        What counts as one.

    Raises
    ------
    ParameterError
        If the channel is neither in volts nor in counts, or its rate is below eight times `steep_hz`.
    """
    meta = recording.channels[channel]
    suffix, scale = amplitude_scale(meta)
    if meta.rate_hz < 8 * rule.steep_hz:
        raise ParameterError(
            meta.name, f"needle potentials need at least {8 * rule.steep_hz:g} Hz", f"{meta.rate_hz:g} Hz"
        )
    found = list(mended_blocks(recording, channel, scale, rule))
    quiet = [_levels(block, meta.rate_hz, rule) for block, _ in found]
    steep_noise, noise = _quietest(np.concatenate([np.empty((0, 2)), *quiet]), rule.quiet_share)
    rows = [_in_block(block, meta.rate_hz, steep_noise, noise, rule) for block, _ in found] if noise > 0 else []
    table = np.concatenate([np.empty((0, len(_COLUMNS))), *rows])
    return Discharges(_as_events(recording, channel, table, suffix), noise, sum(lone for _, lone in found))


def mended_blocks(recording: Recording, channel: int, scale: float, rule: DischargeRule) -> Iterator[tuple[Block, int]]:
    """Give the channel's blocks times `scale` with lone samples mended, and how many there were in each."""
    overlap = round(0.5 * recording.channels[channel].rate_hz)
    for block in recording.blocks(channel, _BLOCK, overlap):
        samples = block.samples * scale
        # Without a gain, no size is too large for a lone sample.
        lone = glitches(samples, rule.glitch_uv) if recording.channels[channel].calibrated else np.empty(0, np.intp)
        inside = int(np.count_nonzero((lone >= block.start) & (lone < block.stop)))
        yield Block(mended(samples, lone), block.first, block.start, block.stop), inside


def lost_time(found: Usable) -> Intervals:
    """Give the time that does not serve, without that of lone samples: those are mended instead."""
    return Intervals.union_of([span for reason, spans in found.unusable if reason != "glitch" for span in spans])


# Onset, end and peak in samples of the channel; amplitude and area in µV or counts, and samples times it.
_COLUMNS = ("onset", "stop", "peak", "amplitude", "area", "phases", "turns")


def _bands(block: Block, rate_hz: float, rule: DischargeRule) -> tuple[Samples, Samples]:
    """Give the signal as it is measured, and the envelope of its steep part."""
    wave = zero_phase(block.samples, rate_hz, rule.low_hz, rule.high_hz)
    steep = zero_phase(block.samples, rate_hz, rule.steep_hz, rule.high_hz)
    return wave, rms_envelope(steep, rate_hz, rule.window_ms / 1e3)


def _levels(block: Block, rate_hz: float, rule: DischargeRule) -> Samples:
    """Give envelope and root mean square of every 10 ms, shape (k, 2)."""
    wave, envelope = _bands(block, rate_hz, rule)
    n = max(round(0.01 * rate_hz), 1)
    k = (block.stop - block.start) // n
    kept = slice(block.start, block.start + k * n)
    rows = np.sqrt(np.mean(np.square(np.stack([envelope[kept], wave[kept]])).reshape(2, k, n), axis=2))
    return np.asarray(rows.T)


def _quietest(levels: Samples, share: float) -> tuple[float, float]:
    """Give the typical levels of the quietest windows by their steep part; 0 where there are none."""
    if not len(levels):
        return 0.0, 0.0
    quiet = levels[levels[:, 0] <= np.quantile(levels[:, 0], share)]
    return float(np.median(quiet[:, 0])), float(np.median(quiet[:, 1]))


def _in_block(block: Block, rate_hz: float, steep_noise: float, noise: float, rule: DischargeRule) -> Samples:
    wave, envelope = _bands(block, rate_hz, rule)
    peaks = _peaks(envelope, rule.noise_factor * steep_noise, rule.apart_ms * rate_hz / 1e3)
    rows = []
    for peak, (low, high) in zip(peaks.tolist(), _bounds(envelope, peaks, rule.reach_ms * rate_hz / 1e3), strict=True):
        if not block.start <= peak < block.stop:
            continue
        size = float(np.ptp(wave[low:high]))
        level = max(rule.extent_factor * noise, rule.extent_share * size)
        onset, stop = _extent(wave, low, high, peak, level, rule.calm_ms * rate_hz / 1e3)
        shape = measure(wave[onset:stop], level, rule.turn_factor * noise)
        if shape.amplitude >= rule.smallest_uv:
            at = (block.first + onset, block.first + stop, block.first + onset + shape.peak)
            rows.append((*at, shape.amplitude, shape.area, shape.phases, shape.turns))
    return np.array(rows, dtype=np.float64).reshape(-1, len(_COLUMNS))


def _peaks(envelope: Samples, threshold: float, apart: float) -> Spans:
    """Give the peaks that are the highest within `apart` samples."""
    inner = envelope[1:-1]
    tops = np.flatnonzero((inner > threshold) & (inner > envelope[:-2]) & (inner >= envelope[2:])) + 1
    kept: list[int] = []
    for top in tops.tolist():
        if not kept or top - kept[-1] > apart:
            kept.append(top)
        elif envelope[top] > envelope[kept[-1]]:
            kept[-1] = top
    return np.array(kept, dtype=np.intp)


def _bounds(envelope: Samples, peaks: Spans, reach: float) -> list[tuple[int, int]]:
    """Give how far each potential may extend: to the quietest point between neighbours, at most `reach` samples."""
    low = np.maximum(peaks - round(reach), 0)
    high = np.minimum(peaks + round(reach), envelope.size)
    for i in np.flatnonzero(np.diff(peaks) < 2 * reach).tolist():
        valley = peaks[i] + int(np.argmin(envelope[peaks[i] : peaks[i + 1]]))
        high[i], low[i + 1] = min(high[i], valley), max(low[i + 1], valley)
    return list(zip(low.tolist(), high.tolist(), strict=True))


def _extent(wave: Samples, low: int, high: int, peak: int, level: float, calm: float) -> tuple[int, int]:
    """Give onset and end around a peak: beyond, the wave stays within the level for `calm` samples."""
    above = joined(true_runs(np.abs(wave[low:high] - np.median(wave[low:high])) > level), round(calm)) + low
    around = above[(above[:, 0] <= peak + calm) & (above[:, 1] >= peak - calm)]
    return (int(around[0, 0]), int(around[-1, 1])) if len(around) else (peak, peak + 1)


def _as_events(recording: Recording, channel: int, rows: Samples, suffix: str) -> Events:
    meta = recording.channels[channel]
    column = dict(zip(_COLUMNS, rows[np.argsort(rows[:, 0], kind="stable")].T, strict=True))
    return Events(
        "potential",
        (meta.name,) * len(rows),
        recording.time_s(channel, column["onset"].astype(np.intp)),
        (column["stop"] - column["onset"]) / meta.rate_hz,
        {
            f"amplitude_{suffix}": column["amplitude"],
            f"area_{suffix}_ms": column["area"] * 1e3 / meta.rate_hz,
            "phases": column["phases"],
            "turns": column["turns"],
            "peak_s": recording.time_s(channel, column["peak"].astype(np.intp)),
        },
    )
