"""Tonic activity: seconds to minutes in which a muscle is never long at rest, willed or not."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from involuntary.detect.conditioned import FRAME_S, Conditioned, Conditioning, amplitude_scale, conditioned
from involuntary.detect.sweep import Detector, sweep
from involuntary.dsp.runs import joined, true_runs
from involuntary.model import Events, Recording

__all__ = ["TONIC", "Levels", "TonicRule", "by_stretch", "detect", "frame_levels", "quiet_level"]

Samples = NDArray[np.float64]
Spans = NDArray[np.intp]

# Hum beside an epoch: frames within this share of the median of so many before, at most at this share of the epoch's.
_HUM_FRAMES = 5
_HUM_SPREAD = 0.35
_HUM_LEVEL = 0.35
_SPECK_LEVEL = 0.35  # of an epoch's strength: a beat of the heart stands out of rest, hardly out of a contraction


@dataclass(frozen=True, slots=True)
class TonicRule:
    """What counts as tonic activity; engineering choices in the manner of an energy test for voluntary epochs.

    Attributes
    ----------
    low_hz, high_hz : float
        Zero-phase band.
    remove_mains : bool
        Subtract 50 or 60 Hz and harmonics where they are there.
    factor : float
        A frame of 20 ms is active when its root mean square exceeds so many times that of rest.
    rest_percentile : float
        Rest is this percentile of the medians of all seconds of the recording.
    highest_rest_uv : float
        And never more: what exceeds it in every second is a contraction without rest (not used for counts).
    sustained_s, pause_s : float
        Activity that lasts so long without a pause longer than this is tonic (shorter activity is a burst);
    occupied : float
        and so is a second of which this share of the frames is active. Brief potentials, even five a second, fill
        less.
    silence_s : float
        What comes longer before, or after, the activity of such a second, is much weaker and does not itself last is
        no part of it; units that sustain a contraction fire faster.
    merge_s : float
        Shorter rests lie within one epoch.
    speck_s, speck_factor : float
        What stands alone at an epoch's edge, is no longer than this and nowhere exceeds so many times rest, or a third
        of the epoch's strength, is a beat of the heart or a swell of coloured noise: the epoch begins after it, or ends
        before.
    """

    low_hz: float = 20.0
    high_hz: float = 450.0
    remove_mains: bool = True
    factor: float = 2.0
    rest_percentile: float = 10.0
    highest_rest_uv: float = 10.0
    sustained_s: float = 0.3
    pause_s: float = 0.02
    occupied: float = 0.4
    silence_s: float = 0.25
    merge_s: float = 1.0
    speck_s: float = 0.1
    speck_factor: float = 4.0


def detect(recording: Recording, channel: int, rule: TonicRule) -> Events:
    """Find the tonic epochs of a channel.

    Returns
    -------
    Events
        Kind ``tonic``. Features: ``rms_uv`` and ``rest_uv`` (``_count`` where the gain is unknown), root mean square
        of the epoch and of rest; ``occupied``, share of active frames.

    Raises
    ------
    ParameterError
        If the channel is neither in volts nor in counts, or its rate is too low for the band.
    """
    return sweep(recording, channel, [(TONIC, rule)])[0]


def quiet_level(recording: Recording, channel: int, rule: TonicRule) -> float:
    """Give the root mean square of the channel in the band where it is quietest, in µV or counts; infinite if empty.

    Parameters
    ----------
    recording : Recording
        Read block by block.
    channel : int
        Position of an EMG channel.
    rule : TonicRule
        Band, and what share of the seconds is quiet; nothing caps the level here.
    """
    parts = [frame_levels(part) for part in conditioned(recording, channel, _conditioning(rule))]
    return _rest(by_stretch(recording, channel, parts), rule, calibrated=False)


Levels = list[tuple[int, int, Samples]]  # of one recorded stretch: first sample, samples in a frame, level of each


def _conditioning(rule: TonicRule) -> Conditioning:
    return Conditioning(rule.low_hz, rule.high_hz, rule.remove_mains)


def _in_block(part: Conditioned, _rule: TonicRule) -> tuple[int, int, Samples]:
    return frame_levels(part)


def frame_levels(part: Conditioned) -> tuple[int, int, Samples]:
    """Give the first sample of the block proper, the samples in a frame, and each frame's root mean square."""
    proper = part.wave[part.block.start : part.block.stop]
    frames = proper[: proper.size - proper.size % part.frame].reshape(-1, part.frame)
    return part.block.first + part.block.start, part.frame, np.sqrt(np.einsum("ij,ij->i", frames, frames) / part.frame)


def _as_events(recording: Recording, channel: int, parts: Levels, rule: TonicRule) -> Events:
    meta = recording.channels[channel]
    suffix, _ = amplitude_scale(meta)
    levels = by_stretch(recording, channel, parts)
    rest = _rest(levels, rule, meta.calibrated)
    rows = []
    for first, frame, level in levels:
        active = level > rule.factor * rest
        spans = _without_specks(level, active, _epochs(level, active, rule), rest, rule)
        for a, b in _without_hum(level, spans).tolist():
            rms = np.sqrt(np.mean(level[a:b] ** 2))
            rows.append((first + a * frame, (b - a) * frame, rms, np.mean(active[a:b])))
    onset, length, strength, occupied = np.array(rows, dtype=np.float64).reshape(-1, 4).T
    return Events(
        "tonic",
        (meta.name,) * len(rows),
        recording.time_s(channel, onset.astype(np.intp)),
        length / meta.rate_hz,
        {f"rms_{suffix}": strength, f"rest_{suffix}": np.full(len(rows), rest), "occupied": occupied},
    )


def by_stretch(recording: Recording, channel: int, parts: Levels) -> Levels:
    """Join the blocks of each recorded stretch."""
    starts = {begin for begin, _ in recording.segment_samples(channel)}
    stretches: list[tuple[int, int, list[Samples]]] = []
    for first, frame, level in parts:
        if first in starts:
            stretches.append((first, frame, []))
        stretches[-1][2].append(level)
    return [(first, frame, np.concatenate(levels)) for first, frame, levels in stretches]


def _rest(levels: Levels, rule: TonicRule, calibrated: bool) -> float:
    second = round(1 / FRAME_S)
    medians = [
        np.median(level[: level.size - level.size % second].reshape(-1, second), axis=1)
        if level.size >= second
        else np.array([np.median(level)])
        for _, _, level in levels
        if level.size
    ]
    if not medians:
        return np.inf
    rest = float(np.percentile(np.concatenate(medians), rule.rest_percentile))
    return min(rest, rule.highest_rest_uv) if calibrated else rest


def _epochs(level: Samples, active: NDArray[np.bool_], rule: TonicRule) -> Spans:
    """Give first and last-plus-one frame of each epoch: sustained runs and busy seconds, merged."""
    runs = joined(true_runs(active), round(rule.pause_s / FRAME_S))
    sustained = runs[runs[:, 1] - runs[:, 0] >= rule.sustained_s / FRAME_S]
    spans = np.concatenate([sustained, _busy(level, active, rule)])
    return joined(spans[np.argsort(spans[:, 0], kind="stable")], round(rule.merge_s / FRAME_S))


def _without_specks(level: Samples, active: NDArray[np.bool_], spans: Spans, rest: float, rule: TonicRule) -> Spans:
    """Move each edge of an epoch inwards past brief activity that stands alone and is weak beside rest or the epoch."""
    kept = spans.copy()
    runs = joined(true_runs(active), round(rule.pause_s / FRAME_S))
    long = runs[:, 1] - runs[:, 0] > round(rule.speck_s / FRAME_S)
    top = np.maximum.reduceat(np.append(level, 0.0), runs.ravel())[::2] if len(runs) else np.empty(0)
    first, last = np.searchsorted(runs[:, 1], spans[:, 0], side="right"), np.searchsorted(runs[:, 0], spans[:, 1])
    for i, (start, stop) in enumerate(spans.tolist()):
        own = slice(first[i], last[i])
        low = max(rule.speck_factor * rest, _SPECK_LEVEL * float(np.percentile(level[start:stop], 90)))
        solid = runs[own][long[own] | (top[own] > low)]
        if len(solid):
            kept[i] = max(start, int(solid[0, 0])), min(stop, int(solid[-1, 1]))
    return kept


def _without_hum(level: Samples, spans: Spans) -> Spans:
    """Cut off the hum beside an epoch: strong activity keeps mains from being told, and so from being subtracted.

    A frame of 20 ms holds whole periods of hum, so that its level is steady from frame to frame as no weak activity is.
    """
    kept = spans.copy()
    for i, (start, stop) in enumerate(spans.tolist()):
        inside = level[start:stop]
        low = _HUM_LEVEL * np.percentile(inside, 90)
        first, last = _steady(inside, low), _steady(inside[::-1], low)
        if first + last < inside.size:
            kept[i] = start + first, stop - last
    return kept


def _steady(level: Samples, low: float) -> int:
    """Give how many frames at the beginning keep a low level from each to the next."""
    if level.size <= _HUM_FRAMES:
        return 0
    # Hum may swell over a window of the mains' fit, hence each frame is held against the five before it.
    usual = np.median(np.lib.stride_tricks.sliding_window_view(level, _HUM_FRAMES)[:-1], axis=1)
    frame = level[_HUM_FRAMES:]
    off = np.flatnonzero((np.abs(frame - usual) > _HUM_SPREAD * usual) | (frame > low))
    steady = _HUM_FRAMES + (int(off[0]) if off.size else frame.size)
    return steady if np.ptp(level[:_HUM_FRAMES]) <= 2 * _HUM_SPREAD * usual[0] and usual[0] <= low else 0


def _busy(level: Samples, active: NDArray[np.bool_], rule: TonicRule) -> Spans:
    """Give the seconds of which enough is active, each stretch cut to where its activity begins and ends.

    A beat of the heart that the second beside a contraction holds too is no part of it.
    """
    second = round(1 / FRAME_S)
    count = np.concatenate([[0], np.cumsum(active)])
    busy: Spans = true_runs(count[second:] - count[:-second] >= rule.occupied * second) + np.array([0, second - 1])
    groups = joined(true_runs(active), round(rule.silence_s / FRAME_S))
    first = np.searchsorted(groups[:, 1], busy[:, 0], side="right")
    last = np.searchsorted(groups[:, 0], busy[:, 1])
    for i, (start, stop) in enumerate(busy.tolist()):
        inside = np.clip(groups[first[i] : last[i]], start, stop)
        low = _HUM_LEVEL * np.percentile(level[start:stop][active[start:stop]], 90)
        strong = np.array([level[a:b].max() > low for a, b in inside.tolist()])
        told = inside[strong | (inside[:, 1] - inside[:, 0] >= rule.sustained_s / FRAME_S)]
        busy[i] = told[0, 0], told[-1, 1]
    return busy


TONIC: Detector[TonicRule, tuple[int, int, Samples]] = Detector(_conditioning, _in_block, _as_events)
