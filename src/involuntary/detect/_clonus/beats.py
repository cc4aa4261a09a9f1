"""The contractions of a stretch that may be clonus: where each lies, and what it measures."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from involuntary.detect._clonus.rule import ClonusRule
from involuntary.detect.conditioned import Conditioned
from involuntary.dsp.bands import settling_s, zero_phase
from involuntary.dsp.envelope import smoothed
from involuntary.dsp.fused import sections
from involuntary.dsp.peaks import highest_apart
from involuntary.dsp.runs import means, most

__all__ = ["Beats", "beats"]

Floats = NDArray[np.floating]
Samples = NDArray[np.float64]
Numbers = NDArray[np.intp]


@dataclass(frozen=True, slots=True, eq=False)
class Beats:
    """Contractions of some stretches of a block, one after the other; all positions in samples of the block.

    Attributes
    ----------
    begin, middle, start, stop : ndarray of int, shape (n,)
        First sample of the stretch that it lies in; its middle; where it starts and stops.
    power : ndarray, shape (n,)
        Mean square above rest.
    height : ndarray, shape (n,)
        Of the envelope.
    trough : ndarray, shape (n,)
        Lowest envelope between it and the one before, as a share of the smaller; of a stretch's first, before it.
    single : ndarray, shape (n,)
        Share of its energy near its largest deflection.
    above : ndarray, shape (samples of the block,)
        The envelope above rest; only what lies in a stretch is to be used.
    """

    begin: Numbers
    middle: Numbers
    start: Numbers
    stop: Numbers
    power: Samples
    height: Samples
    trough: Samples
    single: Samples
    above: Floats


def beats(part: Conditioned, spans: Numbers, rest: float, rule: ClonusRule) -> Beats:
    """Find and measure the contractions in stretches of a block.

    Parameters
    ----------
    part : Conditioned
    spans : ndarray of int, shape (s, 2)
        First and last-plus-one sample of each stretch.
    rest : float
        Root mean square of rest.
    rule : ClonusRule
    """
    # What white noise of the wide band leaves in the narrow one.
    share = (rule.envelope_high_hz - rule.envelope_low_hz) / (min(rule.high_hz, part.rate_hz / 2) - rule.low_hz)
    quiet = rest * math.sqrt(share)
    table, above = (_compiled if part.compiled else _plain)(part, spans, rest, quiet, rule)
    number, middle, start, stop = table[:, :4].astype(np.intp).T
    power, height, trough, single = table[:, 4:].T
    first = np.diff(number, prepend=-1) > 0
    smaller = np.where(first, height, np.minimum(height, np.roll(height, 1)))
    return Beats(spans[number, 0], middle, start, stop, power, height, trough / smaller, single, above)


def _compiled(part: Conditioned, spans: Numbers, rest: float, quiet: float, rule: ClonusRule) -> tuple[Samples, Floats]:
    from involuntary.dsp.beat_kernels import beats as kernel

    rate = part.rate_hz
    apart, longest = round(rule.shortest_s * rate), round(rule.longest_s * rate)
    widths = np.array([_triangle(rate, rule), apart, longest, *_reach(rate, rule)])
    shares = np.array([rule.start_share, rule.end_share, rule.rest_factor, rule.peak_share])
    band = sections(rate, rule.envelope_low_hz, rule.envelope_high_hz)
    pad = math.ceil(settling_s(rule.envelope_low_hz) * rate)
    above = np.empty_like(part.wave)
    table = np.empty((int(np.sum(spans[:, 1] - spans[:, 0])) // apart + 2 * len(spans), 8))
    return table[: kernel(part.wave, spans, rest, quiet, *band, pad, widths, shares, above, table)], above


def _plain(part: Conditioned, spans: Numbers, rest: float, quiet: float, rule: ClonusRule) -> tuple[Samples, Floats]:
    above, tables = np.empty_like(part.wave), [np.empty((0, 8))]
    for number, (first, stop) in enumerate(spans.tolist()):
        wave = np.asarray(part.wave[first:stop], dtype=np.float64)
        narrow = zero_phase(wave, part.rate_hz, rule.envelope_low_hz, rule.envelope_high_hz)
        square = smoothed(narrow * narrow, _triangle(part.rate_hz, rule))
        envelope = np.sqrt(np.maximum(square - quiet**2, 0.0))
        above[first:stop] = envelope
        peaks = _peaks(envelope, quiet, part.rate_hz, rule)
        if peaks.size:
            measured = _measured(peaks, envelope, wave * wave, rest, part.rate_hz, rule)
            measured[:, :3] += first
            tables.append(np.column_stack([np.full(peaks.size, number), measured]))
    return np.concatenate(tables), above


def _triangle(rate_hz: float, rule: ClonusRule) -> int:
    return round(rule.smooth_ms / 1e3 * rate_hz / 2)


def _reach(rate_hz: float, rule: ClonusRule) -> tuple[int, int]:
    return round(rule.half_ms * rate_hz / 1e3), round(rule.potential_ms * rate_hz / 1e3)


def _peaks(above: Samples, quiet: float, rate_hz: float, rule: ClonusRule) -> Numbers:
    """Give one peak a contraction: of the envelope's power averaged over the shortest interval, those that stand out.

    Of peaks closer than the shortest interval the higher is kept.
    """
    apart, around = (round(s * rate_hz) for s in (rule.shortest_s, rule.longest_s))
    smooth = np.sqrt(smoothed(above * above, apart // 2))
    inner = smooth[1:-1]
    tops = np.flatnonzero((inner > smooth[:-2]) & (inner >= smooth[2:])) + 1
    height = most(above, np.column_stack([tops - apart // 2, tops + apart // 2 + 1]))
    tops, height = tops[height > rule.rest_factor * quiet], height[height > rule.rest_factor * quiet]
    low, high = np.searchsorted(tops, tops - around), np.searchsorted(tops, tops + around, side="right")
    tops = tops[height > rule.peak_share * most(height, np.column_stack([low, high]))]
    return tops[highest_apart(tops, smooth[tops], apart)]


def _centred(peaks: Numbers, above: Samples, half: int, longest: int) -> tuple[Numbers, Samples]:
    """Move each peak to the middle of the energy between the troughs beside it; give the trough before each too."""
    before = np.concatenate([[max(int(peaks[0]) - longest, 0)], peaks])
    edges = np.array([a + int(np.argmin(above[a:b])) for a, b in pairwise(before.tolist())])
    trough = above[edges]
    edges[0] = before[0]
    low = np.maximum(edges, peaks - 2 * half)
    high = np.minimum(np.append(edges[1:], above.size), peaks + 2 * half)
    power = above * above
    whole = np.concatenate([[0.0], np.cumsum(power)])
    moment = np.concatenate([[0.0], np.cumsum(power * np.arange(power.size))])
    middle = (moment[high] - moment[low]) / np.maximum(whole[high] - whole[low], np.finfo(np.float64).tiny)
    return np.clip(np.round(middle), low, high).astype(np.intp), trough


def _measured(
    peaks: Numbers, above: Samples, energy: Samples, rest: float, rate_hz: float, rule: ClonusRule
) -> Samples:
    """Measure the contraction around each peak by its energy above rest: the columns of `Beats` from the middle on."""
    half, narrow = _reach(rate_hz, rule)
    peaks, trough = _centred(peaks, above, half, round(rule.longest_s * rate_hz))
    low, high = np.maximum(peaks - half, 0), np.minimum(peaks + half + 1, energy.size)
    passed = np.concatenate([[0.0], np.cumsum(np.maximum(energy - rest**2, 0.0))])
    total = passed[high] - passed[low]
    start, stop = (
        np.clip(np.searchsorted(passed, passed[low] + share * total), low + 1, high)
        for share in (rule.start_share, rule.end_share)
    )
    start = start - 1  # what has passed after a sample stands one place behind it
    power = np.maximum(means(energy, np.column_stack([start, stop])) - rest**2, 0.0)
    around = np.column_stack([low, high])
    single = _single(energy, around, narrow, rest)
    return np.column_stack([peaks, start, stop, power, most(above, around), trough, single])


def _single(energy: Samples, around: Numbers, narrow: int, rest: float) -> Samples:
    """Give the share of each contraction's energy above rest that lies near its largest deflection."""
    whole = means(energy, around) - rest**2
    shares = np.ones(len(around))
    for i in np.flatnonzero(whole > 0).tolist():
        part = energy[slice(*around[i])]
        top = int(np.argmax(part))
        near = part[max(top - narrow, 0) : top + narrow + 1]
        shares[i] = (float(np.sum(near)) - near.size * rest**2) / (whole[i] * part.size)
    return shares
