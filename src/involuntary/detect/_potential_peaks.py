"""Where potentials stand out of the noise: peaks of envelopes that lie apart and are no swing of the filter."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from involuntary.detect._potential_rule import PotentialRule
from involuntary.detect.conditioned import Conditioned
from involuntary.dsp.colour import LAG_S, flattened, foreseen
from involuntary.dsp.envelope import rms_envelope
from involuntary.dsp.noise import NOISE_STEP_S, NoiseTrack, steps, track
from involuntary.dsp.scales import RAYLEIGH_MEDIAN, magnitudes

__all__ = ["lit", "peaks", "separate", "tops"]

Samples = NDArray[np.float64]
Floats = NDArray[np.floating]
Standing = tuple[NDArray[np.intp], NDArray[np.bool_]]  # peaks in order, and which exceed the threshold

_SCALES_S = (0.0004, 0.0008, 0.0016, 0.0032)  # middle of 400, 200, 100 and 50 Hz: waves of about 2 to 20 ms
_SCALE_STEP_S = 0.005  # of which the noise at a scale is told
_SAME = 4.0  # widths of a wavelet, within which its peak is that of the same potential
_ROOM = 4096  # peaks of a block, before they must be counted first


def peaks(part: Conditioned, noise: NoiseTrack, rule: PotentialRule) -> tuple[NDArray[np.intp], Samples]:
    """Give the peaks above the threshold that are potentials of their own, and how many peaks a second are near."""
    lag = max(round(LAG_S * part.rate_hz), 1)
    share = foreseen(part.wave, part.hop, lag, compiled=part.compiled)
    # Of noise that is mostly slow, its slow part is taken off.
    view = _view(part, part.wave, share, lag, rule) if np.any(share) else (part.envelope, noise)
    every, clear = _standing(part, *view, rule)
    found = every[clear]
    if rule.scale_deviates:
        standing = every, clear
        for within, more in _at_scales(part, rule):
            standing = _joined(standing, more, within)
        found = standing[0][standing[1]]
    reach = rule.near_s / 2 * part.rate_hz
    near = np.searchsorted(every, found + reach) - np.searchsorted(every, found - reach)
    return found, near / rule.near_s


def _at_scales(part: Conditioned, rule: PotentialRule) -> Iterator[tuple[float, NDArray[np.intp]]]:
    """Give the peaks that stand out at each scale, and how far around them others are the same potential's."""
    for width_s, scale in zip(_SCALES_S, magnitudes(part.wave, part.frame, _SCALES_S, rule.high_hz), strict=True):
        values, hop = scale.values, round(part.hop / scale.step)
        if not values.size:  # a part of a few samples
            continue
        calm = track(steps(values, hop, round(_SCALE_STEP_S * hop / part.hop * part.rate_hz)), compiled=part.compiled)
        # Rayleigh's law has one number, which the median tells.
        factor = rule.scale_deviates / RAYLEIGH_MEDIAN
        high = tops(values, max(factor * float(calm.level.min()), rule.lowest_envelope_uv), compiled=part.compiled)
        high = high[values[high] > factor * calm.level_at(high)]
        coarse = replace(part, rate_hz=part.rate_hz / scale.step)
        order = separate(coarse, values, high, rule)
        order = order[lit(coarse, values, order, rule) & lit(coarse, values, order[::-1], rule)[::-1]]
        within = max(rule.refractory_ms / 1e3, _SAME * width_s) * part.rate_hz
        yield within, np.rint(order * scale.step).astype(np.intp)


def _joined(first: Standing, bright: NDArray[np.intp], within: float) -> Standing:
    """Add to the peaks of a view those that stand out in another; what either lets stand out does."""
    every, clear = first
    alone = bright[~_near(bright, every, within)]
    both = np.concatenate([every, alone])
    order = np.argsort(both)
    stands = np.concatenate([clear | _near(every, bright, within), np.ones(alone.size, dtype=np.bool_)])
    return both[order], stands[order]


def _near(at: NDArray[np.intp], others: NDArray[np.intp], within: float) -> NDArray[np.bool_]:
    return np.searchsorted(others, at + within) > np.searchsorted(others, at - within)


def _standing(part: Conditioned, envelope: Floats, noise: NoiseTrack, rule: PotentialRule) -> Standing:
    """Give the peaks that come near the threshold, lie apart and are no swing of the filter, and which exceed it."""
    # Few samples exceed even the lowest threshold; only they are looked at closely.
    high = tops(envelope, max(noise.lowest_stray(rule.near_deviates), rule.lowest_envelope_uv), compiled=part.compiled)
    high = high[envelope[high] > np.maximum(noise.stray_at(high, rule.near_deviates), rule.lowest_envelope_uv)]
    order = separate(part, envelope, high, rule)
    every = order[lit(part, envelope, order, rule) & lit(part, envelope, order[::-1], rule)[::-1]]
    return every, envelope[every] > noise.stray_at(every, rule.deviates)


def _view(part: Conditioned, wave: Floats, share: Samples, lag: int, rule: PotentialRule) -> tuple[Floats, NoiseTrack]:
    """Give the envelope of a wave without what is foreseen of it, and its noise."""
    envelope = _flat_envelope(part, wave, share, lag, rule.window_ms / 1e3)
    calm = steps(envelope, part.hop, round(NOISE_STEP_S * part.rate_hz))
    return envelope, track(calm, compiled=part.compiled)


def _flat_envelope(part: Conditioned, wave: Floats, share: Samples, lag: int, window_s: float) -> Floats:
    """Give the envelope of a wave without a share of what was a moment before."""
    half = round(window_s * part.rate_hz / 2)
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


def tops(envelope: Floats, least: float, *, compiled: bool) -> NDArray[np.intp]:
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


def separate(part: Conditioned, envelope: Floats, peaks: NDArray[np.intp], rule: PotentialRule) -> NDArray[np.intp]:
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


def lit(part: Conditioned, envelope: Floats, peaks: NDArray[np.intp], rule: PotentialRule) -> NDArray[np.bool_]:
    """Tell which peaks stand out of the swing of the filter that the peaks before them, in the order given, leave."""
    clear, swing, last = np.ones(peaks.size, dtype=np.bool_), 0.0, 0
    decay = rule.swing_ms * part.rate_hz / 1e3
    if part.compiled:
        from involuntary.dsp import event_kernels as kernels

        kernels.lit(envelope, np.ascontiguousarray(peaks), rule.swing_share, decay, clear)
        return clear
    for i, peak in enumerate(peaks.tolist()):
        swing *= math.exp(-abs(peak - last) / decay)
        clear[i] = envelope[peak] >= swing
        swing, last = max(swing, rule.swing_share * float(envelope[peak])), peak
    return clear
