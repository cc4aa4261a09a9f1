"""Bursts: 20 to 300 ms of activity that rises from rest, the time scale of myoclonus, tremor and reflexes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from involuntary.detect.conditioned import Conditioned, Conditioning, amplitude_scale
from involuntary.detect.sweep import Detector, sweep
from involuntary.dsp.noise import NoiseTrack, rest_track
from involuntary.dsp.runs import inside, joined
from involuntary.model import Events, Recording
from involuntary.model.labels import Labels
from involuntary.spool import Rows

__all__ = ["BURSTS", "BurstRule", "detect", "runs"]

Samples = NDArray[np.float64]
Floats = NDArray[np.floating]
Spans = NDArray[np.intp]

_WIDTH = 6  # onset, stop, peak, amplitude, root mean square, rest


@dataclass(frozen=True, slots=True)
class BurstRule:
    """What counts as one burst; engineering choices unless a source is named.

    Attributes
    ----------
    low_hz, high_hz : float
        Zero-phase band (20 Hz: De Luca 2010, doi:10.1016/j.jbiomech.2010.01.027).
    remove_mains : bool
        Subtract 50 or 60 Hz and harmonics where they are there: fitted, so that no onset moves.
    window_ms : float
        Width of the triangle under which the envelope is the root mean square; its bandwidth of 64 Hz does not
        lengthen a burst of 30 ms.
    factor : float
        A burst's envelope must exceed so many times rest somewhere,
    held_factor : float
        and so many throughout, pauses left out,
    lowest_envelope_uv : float
        and so many µV (counts where the gain is unknown), for signals without noise.
    rest_percentile : float
        Rest is this percentile of the envelope in four seconds, so that rhythmic bursts do not hide themselves.
    edge_share : float
        Onset and end: where the envelope's square crosses this share of the burst's own mean square, above rest.
    merge_ms : float
        Shorter pauses lie within one burst.
    shortest_ms, longest_ms : float
        What is shorter is a potential, what is longer tonic activity.
    """

    low_hz: float = 20.0
    high_hz: float = 450.0
    remove_mains: bool = True
    window_ms: float = 10.0
    factor: float = 4.0
    held_factor: float = 2.5
    lowest_envelope_uv: float = 1.0
    rest_percentile: float = 20.0
    edge_share: float = 0.4
    merge_ms: float = 20.0
    shortest_ms: float = 20.0
    longest_ms: float = 300.0


def detect(recording: Recording, channel: int, rule: BurstRule) -> Events:
    """Find the bursts of a channel.

    Returns
    -------
    Events
        Kind ``burst``. Features: ``amplitude_uv`` (peak to peak), ``rms_uv``, ``rest_uv`` (envelope at rest; all
        three ``_count`` where the gain is unknown), ``snr`` (root mean square over rest), ``peak_s`` (time of the
        envelope's peak).

    Raises
    ------
    ParameterError
        If the channel is neither in volts nor in counts, or its rate is too low for the band.
    """
    return sweep(recording, channel, [(BURSTS, rule)])[0]


def _as_events(recording: Recording, channel: int, found: Rows, rule: BurstRule) -> Events:
    meta = recording.channels[channel]
    suffix, _ = amplitude_scale(meta)
    order = np.argsort(found.column(0), kind="stable")
    onset, stop, peak, amplitude, rms, rest = (found.column(k)[order] for k in range(_WIDTH))
    return Events(
        "burst",
        Labels.all(meta.name, order.size),
        recording.time_s(channel, onset.astype(np.intp)),
        (stop - onset) / meta.rate_hz,
        {
            f"amplitude_{suffix}": amplitude,
            f"rms_{suffix}": rms,
            f"rest_{suffix}": rest,
            "snr": rms / np.maximum(rest, rule.lowest_envelope_uv / rule.factor),
            "peak_s": recording.time_s(channel, peak.astype(np.intp)),
        },
    )


def _in_block(part: Conditioned, rule: BurstRule) -> Samples:
    """Measure the bursts that begin in the block proper: onset, stop, peak, amplitude, root mean square, rest."""
    block, rate_hz = part.block, part.rate_hz
    rest = rest_track(part.steps, rule.rest_percentile)
    gap = round(rule.merge_ms * rate_hz / 1e3)
    held = runs(part.envelope, rest, gap, rule)
    shortest, longest = rule.shortest_ms * rate_hz / 1e3, rule.longest_ms * rate_hz / 1e3
    spans = _edges(part, rest, held, gap, rule)
    onset, length = spans[:, 0], spans[:, 1] - spans[:, 0]
    spans = spans[(onset >= block.start) & (onset < block.stop) & (length >= shortest) & (length <= longest)]
    return _measured(part, spans, rest)


def _measured(part: Conditioned, spans: Spans, rest: NoiseTrack) -> Samples:
    if not len(spans):
        return np.empty((0, _WIDTH))
    index, owner = inside(spans)
    length = spans[:, 1] - spans[:, 0]
    first = np.cumsum(length) - length
    envelope, wave = part.envelope[index], part.wave[index]
    tops = np.flatnonzero(envelope == np.maximum.reduceat(envelope, first)[owner])
    top = index[tops[np.searchsorted(tops, first)]]
    amplitude = np.maximum.reduceat(wave, first) - np.minimum.reduceat(wave, first)
    rms = np.sqrt(np.add.reduceat(np.square(wave, dtype=np.float64), first) / length)
    return np.column_stack([part.block.first + spans, part.block.first + top, amplitude, rms, rest.level_at(top)])


def runs(envelope: Floats, rest: NoiseTrack, gap: int, rule: BurstRule) -> Spans:
    """Give the stretches that hold the lower threshold, pauses left out, and exceed the upper one somewhere."""
    # Few samples exceed even the lowest threshold; only they are looked at closely.
    lowest = float(rest.level.min())
    high = np.flatnonzero(envelope > max(rule.held_factor * lowest, rule.lowest_envelope_uv))
    value, level = envelope[high], rest.level_at(high)
    at = high[value > np.maximum(rule.held_factor * level, rule.lowest_envelope_uv)]
    risen = high[value > np.maximum(rule.factor * level, rule.lowest_envelope_uv)]
    last = np.append(np.flatnonzero(np.diff(at) > gap + 1), at.size - 1)
    held = np.column_stack([at[np.append(0, last[:-1] + 1)], at[last] + 1]) if at.size else np.empty((0, 2), np.intp)
    return held[np.searchsorted(risen, held[:, 0]) < np.searchsorted(risen, held[:, 1])]


def _edges(part: Conditioned, rest: NoiseTrack, held: Spans, gap: int, rule: BurstRule) -> Spans:
    """Move the ends of each run to where the envelope crosses a share of the burst's own strength above rest."""
    envelope, spans, floors = part.envelope, held.copy(), rest.level_at(held[:, 0]) ** 2
    if part.compiled:
        from involuntary.dsp import event_kernels as kernels

        kernels.edges(envelope, held, floors, rule.edge_share, gap, spans)
        return joined(spans, gap)
    for i, (start, stop) in enumerate(held.tolist()):
        floor = float(floors[i])
        level = floor + rule.edge_share * max(float(np.mean(envelope[start:stop] ** 2)) - floor, 0.0)
        above = np.flatnonzero(envelope[max(start - gap, 0) : stop + gap] ** 2 > level) + max(start - gap, 0)
        spans[i] = above[0], above[-1] + 1
    return joined(spans, gap)


BURSTS: Detector[BurstRule, Samples] = Detector(Conditioning.of, _in_block, _as_events, partial(Rows, _WIDTH))
