"""Potentials: events of about ten milliseconds, the time scale of one motor unit's discharge."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from involuntary.detect.conditioned import Conditioned, Conditioning, amplitude_scale
from involuntary.detect.sweep import Detector, sweep
from involuntary.dsp.colour import LAG_S, flattened, foreseen
from involuntary.dsp.envelope import rms_envelope
from involuntary.dsp.noise import NOISE_STEP_S, NoiseTrack, row_medians, steps, track
from involuntary.dsp.runs import joined, true_runs
from involuntary.dsp.shape import measure
from involuntary.model import Events, Recording
from involuntary.model.labels import Labels
from involuntary.spool import Rows, aside

__all__ = ["POTENTIALS", "PotentialRule", "detect"]

Samples = NDArray[np.float64]
Floats = NDArray[np.floating]
Spans = NDArray[np.intp]

_JUMP_S = 0.0005
_JUMP_STRAYS = 3.0  # robust standard deviations of noise that are no jump
_JUMPS_SEEN = 400  # of each window, from which that deviation is told
_BESIDE_S = 0.008  # from a potential to where the line beside it is read, clear of what the threshold cuts off
_LINE_FRAMES = 3  # of 20 ms, from the line before a potential to the line after it
_LEAST_NOISE = 0.125  # of the lowest envelope, for signals without noise
_ROOM = 4096  # peaks of a block, before they must be counted first


@dataclass(frozen=True, slots=True)
class PotentialRule:
    """What counts as one potential. Defaults are for surface EMG at rest; engineering choices unless a source is named.

    Attributes
    ----------
    low_hz, high_hz : float
        Zero-phase band in which potentials are sought and measured (20 Hz: De Luca 2010,
        doi:10.1016/j.jbiomech.2010.01.027).
    remove_mains : bool
        Subtract 50 or 60 Hz and harmonics where they are there.
    window_ms : float
        Width of the triangle under which the envelope is the root mean square: about one potential.
    deviates : float
        An envelope peak must exceed what noise exceeds as rarely as a normal variate so many deviates: in an hour of
        noise about once, whatever its colour. Where the noise is mostly slow, its slow part is taken off first.
    near_deviates, near_s : float
        Peaks that come near that, above so many deviates, are counted in so much time around each potential.
    lowest_envelope_uv : float
        And so many µV (counts where the gain is unknown), for signals without noise.
    refractory_ms : float
        Two potentials lie further apart than this; of closer ones the larger stays.
    valley : float
        And the envelope falls between them to less than this share of the smaller.
    swing_share, swing_ms : float
        Around a large potential the filter swings: an envelope peak beside it counts when it exceeds this share of
        the larger one, a share that decays with this time constant.
    extent_factor : float
        Onset and end: where the signal leaves and re-enters so many noise levels,
    extent_share : float
        or this share of the envelope's peak, whichever is more: the filter's own swing around a large potential
        is not part of it.
    phase_factor : float
        A phase leaves the baseline by so many noise levels.
    quiet_ms : float
        Shorter returns to the baseline lie within the potential.
    turn_factor : float
        Smallest turn in noise levels.
    longest_ms : float
        A longer event is no single potential and is left to other detectors.
    """

    low_hz: float = 20.0
    high_hz: float = 450.0
    remove_mains: bool = True
    window_ms: float = 10.0
    deviates: float = 5.9
    near_deviates: float = 4.0
    near_s: float = 12.0
    lowest_envelope_uv: float = 1.0
    refractory_ms: float = 8.0
    valley: float = 0.7
    swing_share: float = 0.25
    swing_ms: float = 20.0
    extent_factor: float = 2.0
    phase_factor: float = 3.0
    extent_share: float = 0.25
    quiet_ms: float = 2.5
    turn_factor: float = 3.0
    longest_ms: float = 40.0


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
        20 ms each and beyond what it usually does, over the amplitude: a potential brings it back, a movement does
        not), ``near_per_s`` (peaks a second around it, with those that only come near to
        standing out). Where the amplifier's gain is unknown the names end in ``_count`` in place of ``_uv``.

    Raises
    ------
    ParameterError
        If the channel is neither in volts nor in counts, or its rate is too low for the band.
    """
    return sweep(recording, channel, [(POTENTIALS, rule)])[0]


# Onset, end and peak in samples of the channel; amplitudes in µV or counts, area in samples times it, jump as read.
_COLUMNS = ("onset", "stop", "peak", "amplitude", "area", "noise", "snr", "phases", "turns", "jump", "shift", "near")


def _conditioning(rule: PotentialRule) -> Conditioning:
    return Conditioning(rule.low_hz, rule.high_hz, rule.remove_mains, rule.window_ms)


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
    peaks, near = _peaks(part, noise, rule)
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
    return _usual(change, hop, at)


def _usual(change: Floats, hop: int, at: NDArray[np.intp]) -> Samples:
    """Give how large the changes of noise are at most, at samples of the block; those of one hop are a row."""
    around = np.concatenate([change[:-1], change[1:]], axis=1) if len(change) > 1 else change
    usual = _JUMP_STRAYS * 1.4826 * row_medians(around)
    level: Samples = np.interp(at, hop * np.arange(1, usual.size + 1), usual)
    return level


def _shifts(part: Conditioned, spans: Spans) -> Samples:
    """Give by how much the line as read lies elsewhere after each potential than before, beyond what is usual."""
    raw, frame, beside = part.block.samples, part.frame, round(_BESIDE_S * part.rate_hz)
    if not len(spans) or raw.size < part.hop:
        return np.zeros(len(spans))
    # A frame holds a whole period of 50 Hz and most of one of 60 Hz; drift and the rest of hum are in what is usual.
    before, after = (
        raw[np.clip(first[:, None] + np.arange(frame), 0, raw.size - 1)].mean(axis=1)
        for first in (spans[:, 0] - beside - frame, spans[:, 1] + beside)
    )
    lines = raw[: raw.size // part.hop * part.hop].reshape(-1, part.hop // frame, frame).mean(axis=2)
    usual = _usual(np.abs(lines[:, _LINE_FRAMES:] - lines[:, :-_LINE_FRAMES]), part.hop, spans[:, 0])
    beyond: Samples = np.sqrt(np.maximum((after - before) ** 2 - usual**2, 0.0))
    return beyond


def _peaks(part: Conditioned, noise: NoiseTrack, rule: PotentialRule) -> tuple[NDArray[np.intp], Samples]:
    """Give the peaks above the threshold that are potentials of their own, and how many peaks a second are near."""
    envelope, noise = _flat(part, noise, rule)
    # Few samples exceed even the lowest threshold; only they are looked at closely.
    high = _tops(envelope, max(noise.lowest_stray(rule.near_deviates), rule.lowest_envelope_uv), compiled=part.compiled)
    high = high[envelope[high] > np.maximum(noise.stray_at(high, rule.near_deviates), rule.lowest_envelope_uv)]
    order = _separate(part, envelope, high, rule)
    every = order[_lit(part, envelope, order, rule) & _lit(part, envelope, order[::-1], rule)[::-1]]
    peaks = every[envelope[every] > noise.stray_at(every, rule.deviates)]
    reach = rule.near_s / 2 * part.rate_hz
    near = np.searchsorted(every, peaks + reach) - np.searchsorted(every, peaks - reach)
    return peaks, near / rule.near_s


def _flat(part: Conditioned, noise: NoiseTrack, rule: PotentialRule) -> tuple[Floats, NoiseTrack]:
    """Give the envelope in which potentials are sought, and its noise: that of the signal without what is foreseen."""
    lag = max(round(LAG_S * part.rate_hz), 1)
    share = foreseen(part.wave, part.hop, lag, compiled=part.compiled)
    if not np.any(share):
        return part.envelope, noise
    envelope = _flat_envelope(part, share, lag, rule.window_ms / 1e3)
    calm = steps(envelope, part.hop, round(NOISE_STEP_S * part.rate_hz))
    return envelope, track(calm, compiled=part.compiled)


def _flat_envelope(part: Conditioned, share: Samples, lag: int, window_s: float) -> Floats:
    """Give the envelope of the signal without what is foreseen of it."""
    wave, half = part.wave, round(window_s * part.rate_hz / 2)
    if not part.compiled or half < 2 or wave.size < 8 * half:
        flat = flattened(wave, share, part.hop, lag)
        return rms_envelope(flat, part.rate_hz, window_s).astype(part.envelope.dtype)
    from involuntary.dsp import event_kernels as kernels

    envelope = np.empty_like(part.envelope)
    kernels.flat_envelope(wave, share, max(min(part.hop, wave.size // 2), 1), lag, half, envelope)
    # At the ends the envelope sees what there is.
    n, near = wave.size, 4 * half
    ends = (slice(0, near), slice(0, near // 2), share[:1]), (slice(n - near, n), slice(near // 2, near), share[-1:])
    for end, kept, own in ends:
        envelope[end][kept] = rms_envelope(flattened(wave[end], own, part.hop, lag), part.rate_hz, window_s)[kept]
    return envelope


def _tops(envelope: Floats, least: float, *, compiled: bool) -> NDArray[np.intp]:
    """Give the envelope's peaks above `least`, of level ones the first sample, but not the ends."""
    if compiled:
        from involuntary.dsp import event_kernels as kernels

        limit: Any = envelope.dtype.type(least)
        found = np.empty(_ROOM, dtype=np.intp)
        n = kernels.tops(envelope, limit, found)
        if n > found.size:
            found = np.empty(n, dtype=np.intp)
            kernels.tops(envelope, limit, found)
        return found[:n]
    high = np.flatnonzero(envelope > least)
    high = high[(high > 0) & (high < envelope.size - 1)]
    value = envelope[high]
    return high[(value > envelope[high - 1]) & (value >= envelope[high + 1])]


def _separate(part: Conditioned, envelope: Floats, peaks: NDArray[np.intp], rule: PotentialRule) -> NDArray[np.intp]:
    """Give the peaks that lie apart and have a valley between them; of others the larger."""
    refractory = rule.refractory_ms * part.rate_hz / 1e3
    if part.compiled:
        from involuntary.dsp import event_kernels as kernels

        order = np.empty_like(peaks)
        return order[: kernels.separate(envelope, peaks, refractory, rule.valley, order)]
    kept: list[int] = []
    for peak in peaks.tolist():
        if kept:
            last = kept[-1]
            smaller = min(envelope[last], envelope[peak])
            if peak - last <= refractory or envelope[last:peak].min() > rule.valley * smaller:
                if envelope[peak] > envelope[last]:
                    kept[-1] = peak
                continue
        kept.append(peak)
    return np.array(kept, dtype=np.intp)


def _lit(part: Conditioned, envelope: Floats, peaks: NDArray[np.intp], rule: PotentialRule) -> NDArray[np.bool_]:
    """Tell which peaks stand out of the swing of the filter that the peaks before them, in the order given, leave."""
    lit, swing, last = np.ones(peaks.size, dtype=np.bool_), 0.0, 0
    decay = rule.swing_ms * part.rate_hz / 1e3
    if part.compiled:
        from involuntary.dsp import event_kernels as kernels

        kernels.lit(envelope, np.ascontiguousarray(peaks), rule.swing_share, decay, lit)
        return lit
    for i, peak in enumerate(peaks.tolist()):
        swing *= math.exp(-abs(peak - last) / decay)
        lit[i] = envelope[peak] >= swing
        swing, last = max(swing, rule.swing_share * float(envelope[peak])), peak
    return lit


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
    _conditioning, _in_block, _as_events, partial(Rows, len(_COLUMNS))
)
