"""Potentials: events of about ten milliseconds, the time scale of one motor unit's discharge."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial

import numpy as np
from numpy.typing import NDArray

from involuntary.detect._potential_peaks import peaks as standing_peaks
from involuntary.detect._potential_rule import THOROUGH, PotentialRule
from involuntary.detect.conditioned import Conditioned, Conditioning, amplitude_scale
from involuntary.detect.sweep import Detector, sweep
from involuntary.dsp.noise import NoiseTrack, row_medians, track
from involuntary.dsp.runs import joined, true_runs
from involuntary.dsp.shape import measure
from involuntary.model import Events, Recording
from involuntary.model.labels import Labels
from involuntary.spool import Rows, aside

__all__ = ["POTENTIALS", "THOROUGH", "PotentialRule", "detect"]

Samples = NDArray[np.float64]
Floats = NDArray[np.floating]
Spans = NDArray[np.intp]

_JUMP_S = 0.0005
_STRAYS = 3.0  # robust standard deviations that a change of noise seldom exceeds,
_LARGEST_STRAYS = 4.0  # and the largest change of it in the hundred samples of a potential
_JUMPS_SEEN = 400  # of each window, from which that deviation is told
_BESIDE_S = 0.008  # from a potential to where the line beside it is read, clear of what the threshold cuts off
_LINE_FRAMES = 3  # of 20 ms, from the line before a potential to the line after it
_LEAKS = np.array([0.05, 1.0, 0.05])  # of what the line moves before, at and after it, as much may be in the band
_LEAST_NOISE = 0.125  # of the lowest envelope, for signals without noise


def detect(recording: Recording, channel: int, rule: PotentialRule) -> Events:
    """Find the potentials of a channel.

    Parameters
    ----------
    recording : Recording
        Read block by block; the blocks overlap by all that a decision looks at, so their length does not matter.
    channel : int
        Position of an EMG channel.
    rule : PotentialRule
        What counts as one.

    Returns
    -------
    Events
        Kind ``potential``, sorted; onset to end by the noise threshold. Features, measured in the band of the rule:
        ``amplitude_uv`` (peak to peak), ``area_uv_ms`` (rectified), ``noise_uv`` (running median of the envelope),
        ``snr`` (largest deflection over noise), ``phases``, ``turns``, ``peak_s`` (time of the largest
        deflection), ``jump`` (largest change of the signal as read within half a millisecond, a sample at rates below,
        less what its noise changes by, over the amplitude; a contact that breaks changes at once, a muscle does not;
        not-a-number below 1000 Hz), ``shift`` (by how much the line as read lies elsewhere after than before, over
        20 ms each and beyond what it usually does, or a twentieth of what it moves just before and just after, over the
        amplitude: a potential brings it back, a movement does not; not-a-number at the ends of what was recorded),
        ``near_per_s`` (peaks a second around it, with those that
        only come near to
        standing out). Where the amplifier's gain is unknown the names end in ``_count`` in place of ``_uv``.

    Raises
    ------
    ParameterError
        If the channel is neither in volts nor in counts, or its rate is too low for the band.
    """
    return sweep(recording, channel, [(POTENTIALS, rule)])[0]


# Onset, end and peak in samples of the channel; amplitudes in µV or counts, area in samples times it, jump as read.
_COLUMNS = ("onset", "stop", "peak", "amplitude", "area", "noise", "snr", "phases", "turns", "jump", "shift", "near")


def _as_events(recording: Recording, channel: int, found: Rows, rule: PotentialRule) -> Events:
    meta = recording.channels[channel]
    suffix, scale = amplitude_scale(meta)
    order = np.argsort(found.column(0), kind="stable")

    def column(name: str) -> Samples:
        return found.column(_COLUMNS.index(name))[order]

    def time_s(name: str) -> Samples:
        return recording.time_s(channel, column(name).astype(np.intp))

    # Column by column, each put aside before the next: no copy of all that was found is made on the way.
    smallest = np.finfo(np.float64).tiny
    features: dict[str, Callable[[], Samples]] = {
        f"amplitude_{suffix}": lambda: column("amplitude"),
        f"area_{suffix}_ms": lambda: column("area") * 1e3 / meta.rate_hz,
        f"noise_{suffix}": lambda: column("noise"),
        "snr": lambda: column("snr"),
        "phases": lambda: column("phases"),
        "turns": lambda: column("turns"),
        "jump": lambda: scale * column("jump") / np.maximum(column("amplitude"), smallest),
        "shift": lambda: scale * column("shift") / np.maximum(column("amplitude"), smallest),
        "near_per_s": lambda: column("near"),
        "peak_s": lambda: time_s("peak"),
    }
    return Events(
        "potential",
        Labels.all(meta.name, order.size),
        aside(time_s("onset")),
        aside((column("stop") - column("onset")) / meta.rate_hz),
        {name: aside(make()) for name, make in features.items()},
    )


def _in_block(part: Conditioned, rule: PotentialRule) -> Samples:
    """Measure the potentials whose envelope peaks in the block proper, one a row of `_COLUMNS`."""
    block, wave, rate_hz = part.block, part.wave, part.rate_hz
    noise = track(part.steps, compiled=part.compiled)
    peaks, near = standing_peaks(part, noise, rule)
    spans = _extents(part, peaks, noise, rule)
    mine = (peaks >= block.start) & (peaks < block.stop)
    mine &= spans[:, 1] - spans[:, 0] <= rule.longest_ms * rate_hz / 1e3
    peaks, spans, near = peaks[mine], spans[mine], near[mine]
    level = noise.level_at(peaks)
    base = np.maximum(level, _LEAST_NOISE * rule.lowest_envelope_uv)
    shape = _shapes(part, spans, rule.phase_factor * base, rule.turn_factor * base)
    top = spans[:, 0] + shape[:, 4].astype(np.intp)
    beyond = np.column_stack([_jumps(part, spans), _shifts(part, spans)])
    at = block.first + np.column_stack([spans, top])
    return np.column_stack([at, shape[:, :2], level, np.abs(wave[top]) / base, shape[:, 2:4], beyond, near])


def _shapes(part: Conditioned, spans: Spans, threshold: Samples, turn: Samples) -> Samples:
    """Give amplitude, area, phases, turns and position of the largest deflection of each potential, shape (n, 5)."""
    out = np.empty((len(spans), 5))
    if part.compiled:
        from involuntary.dsp import event_kernels as kernels

        kernels.shapes(part.wave, spans, threshold, turn, out)
        return out
    for i, (onset, stop) in enumerate(spans.tolist()):
        shape = measure(part.wave[onset:stop].astype(np.float64), float(threshold[i]), float(turn[i]))
        out[i] = shape.amplitude, shape.area, shape.phases, shape.turns, shape.peak
    return out


def _jumps(part: Conditioned, spans: Spans) -> Samples:
    """Give the largest change within half a millisecond in and around each potential, as read, beyond its noise."""
    raw, lag = part.block.samples, max(round(_JUMP_S * part.rate_hz), 1)
    out = np.full(len(spans), math.nan)
    if lag > 2 * _JUMP_S * part.rate_hz or not len(spans):
        return out
    if part.compiled:
        from involuntary.dsp import event_kernels as kernels

        kernels.jumps(raw, spans, lag, out)
    else:
        for i, (onset, stop) in enumerate(spans.tolist()):
            piece = raw[max(onset - 2 * lag, 0) : stop + 2 * lag]
            out[i] = np.max(np.abs(piece[lag:] - piece[:-lag]), initial=0.0)
    return np.sqrt(np.maximum(out**2 - _usual_jump(part, spans[:, 0], lag) ** 2, 0.0))


def _usual_jump(part: Conditioned, at: NDArray[np.intp], lag: int) -> Samples:
    """Give what noise as read changes by over so many samples at most, at samples of the block."""
    raw = part.block.samples
    hop = max(min(part.hop, raw.size // 2), 1)
    if hop <= lag:
        return np.zeros(at.size)
    hops = raw[: raw.size // hop * hop].reshape(-1, hop)
    step = max(2 * hop // _JUMPS_SEEN, 1)
    change = np.abs(hops[:, lag::step] - hops[:, : hop - lag : step]).astype(np.float32)  # sorts faster
    return _LARGEST_STRAYS / _STRAYS * _usual(change, hop, at)


def _usual(change: Floats, hop: int, at: NDArray[np.intp]) -> Samples:
    """Give how large the changes of noise are at most, at samples of the block; those of one hop are a row."""
    around = np.concatenate([change[:-1], change[1:]], axis=1) if len(change) > 1 else change
    usual = _STRAYS * 1.4826 * row_medians(around)
    level: Samples = np.interp(at, hop * np.arange(1, usual.size + 1), usual)
    return level


def _shifts(part: Conditioned, spans: Spans) -> Samples:
    """Give by how much the line as read is displaced at each potential, or may be by what it moves beside it."""
    raw, frame, beside = part.block.samples, part.frame, round(_BESIDE_S * part.rate_hz)
    if not len(spans) or raw.size < part.hop:
        return np.zeros(len(spans))
    # A frame holds a whole period of 50 Hz and most of one of 60 Hz; drift and the rest of hum are in what is usual.
    first, last = spans[:, 0] - beside - frame, spans[:, 1] + beside
    at = first[:, None] + (last - first)[:, None] * np.arange(-1, 3)
    moved = np.diff(_lines(part, at), axis=1)
    lines = _lines(part, np.arange(0, raw.size // part.hop * part.hop, frame).reshape(-1, part.hop // frame))
    usual = _usual(np.abs(lines[:, _LINE_FRAMES:] - lines[:, :-_LINE_FRAMES]), part.hop, spans[:, 0])
    beyond = np.max(_LEAKS * np.sqrt(np.maximum(moved**2 - usual[:, None] ** 2, 0.0)), axis=1)
    return np.where((first >= 0) & (last + frame <= raw.size), beyond, math.nan)


def _lines(part: Conditioned, first: NDArray[np.intp]) -> Samples:
    """Give where the line as read lies in the frame from each sample on, shape as `first`."""
    raw, frame, at = part.block.samples, part.frame, first.ravel()
    middle, slowly = np.empty(at.size), np.arange(at.size)
    if part.compiled:
        from involuntary.dsp import event_kernels as kernels

        if frame <= kernels.ADDED_ALIKE:
            whole = kernels.means(raw, at, frame, middle)
            slowly = slowly[:0] if whole == at.size else np.flatnonzero((at < 0) | (at + frame > raw.size))
    if slowly.size:
        middle[slowly] = raw[np.clip(at[slowly, None] + np.arange(frame), 0, raw.size - 1)].mean(axis=1)
    return middle.reshape(first.shape)


def _extents(part: Conditioned, peaks: NDArray[np.intp], noise: NoiseTrack, rule: PotentialRule) -> Spans:
    """Give onset and end of each potential: the stretch above the noise around its peak, cut at the valleys."""
    wave, envelope, rate_hz = part.wave, part.envelope, part.rate_hz
    floor = rule.extent_factor * np.maximum(noise.level_at(peaks), _LEAST_NOISE * rule.lowest_envelope_uv)
    threshold = np.maximum(floor, rule.extent_share * envelope[peaks])
    gap, core = (round(ms * rate_hz / 1e3) for ms in (rule.quiet_ms, rule.window_ms / 2))
    reach = round(rule.longest_ms * rate_hz / 1e3)
    spans = np.empty((peaks.size, 2), dtype=np.intp)
    if part.compiled:
        from involuntary.dsp import event_kernels as kernels

        bounds = np.empty_like(spans)
        kernels.valleys(envelope, peaks, reach, bounds)
        kernels.extents(wave, peaks, bounds, threshold, gap, core, spans)
        return spans
    bounds = _valleys(envelope, peaks, reach)
    for i, peak in enumerate(peaks.tolist()):
        low, high = bounds[i]
        above = joined(true_runs(np.abs(wave[low:high]) > threshold[i]), gap) + low
        near = above[np.searchsorted(above[:, 1], peak - core) : np.searchsorted(above[:, 0], peak + core)]
        spans[i] = (near[0, 0], near[-1, 1]) if len(near) else (peak, peak + 1)
    return spans


def _valleys(envelope: Floats, peaks: NDArray[np.intp], reach: int) -> Spans:
    """Give how far each potential may extend: to the valleys beside it, at most `reach`."""
    low, high = np.maximum(peaks - reach, 0), np.minimum(peaks + reach, envelope.size)
    for i in np.flatnonzero(np.diff(peaks) < 2 * reach).tolist():
        valley = peaks[i] + int(np.argmin(envelope[peaks[i] : peaks[i + 1]]))
        high[i], low[i + 1] = min(high[i], valley), max(low[i + 1], valley)
    return np.column_stack([low, high])


POTENTIALS: Detector[PotentialRule, Samples] = Detector(
    Conditioning.of, _in_block, _as_events, partial(Rows, len(_COLUMNS))
)
