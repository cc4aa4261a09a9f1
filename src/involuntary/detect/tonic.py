"""Tonic activity: seconds to minutes in which a muscle is never long at rest, willed or not."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from involuntary.detect.conditioned import FRAME_S, Conditioning, amplitude_scale, conditioned
from involuntary.detect.frames import FrameLevels, Levels, Seconds, in_block
from involuntary.detect.sweep import Detector, sweep
from involuntary.dsp.noise import row_medians
from involuntary.dsp.runs import inside, joined, means, most, percentiles, true_runs
from involuntary.model import Events, Recording
from involuntary.model.labels import Labels

__all__ = ["TONIC", "TonicRule", "detect", "quiet_level"]

Samples = NDArray[np.float64]
Floats = NDArray[np.floating]
Mask = NDArray[np.bool_]
Spans = NDArray[np.intp]

# Hum beside an epoch: frames within this share of the median of so many before, at most at this share of the epoch's.
_HUM_FRAMES = 5
_HUM_SPREAD = 0.35
_HUM_LEVEL = 0.35
_ALONE_FRAMES = 5  # activity closer than this to other activity does not stand alone
# Potentials of a unit: one of up to 30 ms lies in so many frames at most, and so many follow each other
# sooner than the heart beats.
_BRIEF_FRAMES, _IN_A_ROW = 3, 3
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
    broad_noise_rests : bool
        Unless it is broad noise, where this says so: of a muscle that was asked to rest. Noise is broad where the
        frames of a quiet second stray
    least_stray, most_stray : float
        by more than the first, as hum does not, and by less than the second. Their mean squares hold twice the band
        times 20 ms independent values: white noise of this band strays by 0.15, and what strays by 0.25 fills 200 Hz.
        The power of a muscle under the skin fills half as much and strays by 0.3 and more.
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
        of the epoch's strength, is a beat of the heart (a QRS complex of up to 0.12 s, in frames of 0.02 s) or a swell
        of coloured noise: the epoch begins after it, or ends before. Three potentials that follow each other within
        ``silence_s`` are the last, or first, discharges of a unit.
    """

    low_hz: float = 20.0
    high_hz: float = 450.0
    remove_mains: bool = True
    factor: float = 2.0
    rest_percentile: float = 10.0
    highest_rest_uv: float = 10.0
    broad_noise_rests: bool = False
    least_stray: float = 0.1
    most_stray: float = 0.25
    sustained_s: float = 0.3
    pause_s: float = 0.02
    occupied: float = 0.4
    silence_s: float = 0.25
    merge_s: float = 1.0
    speck_s: float = 0.14
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
    levels = FrameLevels()
    for part in conditioned(recording, channel, Conditioning.of(rule)):
        levels.append(in_block(part))
    return _rest(levels.seconds(recording, channel), rule, calibrated=False)


def _as_events(recording: Recording, channel: int, levels: FrameLevels, rule: TonicRule) -> Events:
    meta = recording.channels[channel]
    suffix, _ = amplitude_scale(meta)
    rest = _rest(levels.seconds(recording, channel), rule, meta.calibrated)
    # Nothing below looks further than a second and the longest rest within an epoch.
    reach = round((1 + rule.merge_s) / FRAME_S)
    found = [
        _measured(piece, rest, rule)
        for piece in levels.pieces(recording, channel, lambda level: level > rule.factor * rest, reach)
    ]
    onset, length, strength, occupied = np.concatenate([np.empty((4, 0)), *found], axis=1)
    return Events(
        "tonic",
        Labels.all(meta.name, onset.size),
        recording.time_s(channel, onset.astype(np.intp)),
        length / meta.rate_hz,
        {f"rms_{suffix}": strength, f"rest_{suffix}": np.full(onset.size, rest), "occupied": occupied},
    )


def _measured(piece: Levels, rest: float, rule: TonicRule) -> Samples:
    """Give first sample, samples, root mean square and share of active frames of each epoch, shape (4, n)."""
    level = piece.level
    active = level > rule.factor * rest
    spans = _without_hum(level, _without_specks(level, active, _epochs(level, active, rule), rest, rule), rule)
    strength = np.sqrt(means(level**2, spans))
    first, length = piece.first + spans[:, 0] * piece.frame, (spans[:, 1] - spans[:, 0]) * piece.frame
    measured: Samples = np.vstack([first, length, strength, means(active, spans)])
    return measured


def _rest(seconds: Seconds, rule: TonicRule, calibrated: bool) -> float:
    if not seconds.level.size:
        return np.inf
    rest = float(np.percentile(seconds.level, rule.rest_percentile))
    if not calibrated or rest <= rule.highest_rest_uv:
        return rest
    stray = float(np.median(seconds.stray[seconds.level <= rest]))
    broad = rule.broad_noise_rests and rule.least_stray < stray < rule.most_stray
    return rest if broad else rule.highest_rest_uv


def _epochs(level: Floats, active: Mask, rule: TonicRule) -> Spans:
    """Give first and last-plus-one frame of each epoch: sustained runs and busy seconds, merged."""
    runs = joined(true_runs(active), round(rule.pause_s / FRAME_S))
    sustained = runs[runs[:, 1] - runs[:, 0] >= rule.sustained_s / FRAME_S]
    spans = np.concatenate([sustained, _busy(level, active, rule)])
    return joined(spans[np.argsort(spans[:, 0], kind="stable")], round(rule.merge_s / FRAME_S))


def _strength(level: Floats, spans: Spans) -> Samples:
    """Give what a tenth of the frames of each span exceeds."""
    index, owner = inside(spans)
    return percentiles(level[index], owner, len(spans), 90)


def _without_specks(level: Floats, active: Mask, spans: Spans, rest: float, rule: TonicRule) -> Spans:
    """Move each edge of an epoch inwards past brief activity that stands alone and is weak beside rest or the epoch."""
    runs = joined(true_runs(active), _ALONE_FRAMES)
    low = np.maximum(rule.speck_factor * rest, _SPECK_LEVEL * _strength(level, spans))
    mine, owner = _overlapping(runs, spans)
    long = runs[:, 1] - runs[:, 0] > round(rule.speck_s / FRAME_S)
    solid = long[mine] | (most(level, runs)[mine] > low[owner])
    solid |= _in_a_row(runs[mine], owner, ~solid, round(rule.silence_s / FRAME_S))
    return _between(runs[mine[solid]], owner[solid], spans)


def _in_a_row(runs: Spans, owner: Spans, weak: Mask, longest: int) -> Mask:
    """Tell which weak runs are potentials among others that follow each other sooner than the heart beats."""
    if not len(runs):
        return weak
    brief = weak & (runs[:, 1] - runs[:, 0] <= _BRIEF_FRAMES)
    follows = (runs[1:, 0] - runs[:-1, 1] <= longest) & (owner[1:] == owner[:-1]) & weak[1:] & weak[:-1]
    chain = np.concatenate([[0], np.cumsum(~follows)])
    return np.asarray(brief & (np.bincount(chain, brief)[chain] >= _IN_A_ROW))


def _overlapping(runs: Spans, spans: Spans) -> tuple[Spans, Spans]:
    """Give the runs that share time with each span, span after span, and the span of each."""
    first, last = np.searchsorted(runs[:, 1], spans[:, 0], side="right"), np.searchsorted(runs[:, 0], spans[:, 1])
    return inside(np.column_stack([first, last]))


def _between(runs: Spans, owner: Spans, spans: Spans) -> Spans:
    """Cut each span to the beginning of its first run and the end of its last; one that has none stays."""
    first, last = (np.searchsorted(owner, np.arange(len(spans)), side) for side in ("left", "right"))
    has = last > first
    kept = spans.copy()
    kept[has, 0] = np.maximum(spans[has, 0], runs[first[has], 0])
    kept[has, 1] = np.minimum(spans[has, 1], runs[last[has] - 1, 1])
    return kept


def _without_hum(level: Floats, spans: Spans, rule: TonicRule) -> Spans:
    """Cut off the hum beside an epoch: strong activity keeps mains from being told, and so from being subtracted.

    A frame of 20 ms holds whole periods of hum, so that its level is steady from frame to frame as no weak activity is.
    """
    low = _HUM_LEVEL * _strength(level, spans)
    longest = round(rule.speck_s / FRAME_S)
    first, last = (
        _steady(level, spans, low, longest),
        _steady(level[::-1], level.size - spans[:, ::-1], low, longest),
    )
    cut = first + last < spans[:, 1] - spans[:, 0]
    return spans + np.where(cut[:, None], np.column_stack([first, -last]), 0)


def _steady(level: Floats, spans: Spans, low: Samples, longest: int) -> Spans:
    """Give how many frames at the beginning of each span keep a low level from each to the next, beats left out."""
    steady = np.zeros(len(spans), dtype=np.intp)
    longer = np.flatnonzero(spans[:, 1] - spans[:, 0] > _HUM_FRAMES)
    head = level[spans[longer, :1] + np.arange(_HUM_FRAMES)]
    usual = row_medians(head)
    may = (np.ptp(head, axis=1) <= 2 * _HUM_SPREAD * usual) & (usual <= low[longer])
    for i in longer[may].tolist():
        steady[i] = _steady_frames(level[slice(*spans[i])], float(low[i]), longest)
    return steady


def _steady_frames(level: Floats, low: float, longest: int) -> int:
    # Hum may swell over a window of the mains' fit, hence each frame is held against the five before it.
    usual = np.median(np.lib.stride_tricks.sliding_window_view(level, _HUM_FRAMES)[:-1], axis=1)
    frame = level[_HUM_FRAMES:]
    off = joined(true_runs((np.abs(frame - usual) > _HUM_SPREAD * usual) | (frame > low)), _HUM_FRAMES)
    # A beat of the heart stands out of hum; then it takes some frames until the five before are hum again.
    ends = off[(off[:, 1] - off[:, 0] > longest + _HUM_FRAMES) | (most(frame, off) > low) | (off[:, 1] == frame.size)]
    return _HUM_FRAMES + (int(ends[0, 0]) if len(ends) else frame.size)


def _busy(level: Floats, active: Mask, rule: TonicRule) -> Spans:
    """Give the seconds of which enough is active, each stretch cut to where its activity begins and ends.

    A beat of the heart that the second beside a contraction holds too is no part of it.
    """
    second = round(1 / FRAME_S)
    count = np.concatenate([[0], np.cumsum(active)])
    busy: Spans = true_runs(count[second:] - count[:-second] >= rule.occupied * second) + np.array([0, second - 1])
    groups = joined(true_runs(active), round(rule.silence_s / FRAME_S))
    index, owner = inside(busy)
    low = _HUM_LEVEL * percentiles(level[index][active[index]], owner[active[index]], len(busy), 90)
    mine, owner = _overlapping(groups, busy)
    within = np.clip(groups[mine], busy[owner, :1], busy[owner, 1:])
    told = (most(level, within) > low[owner]) | (within[:, 1] - within[:, 0] >= rule.sustained_s / FRAME_S)
    return _between(within[told], owner[told], busy)


TONIC: Detector[TonicRule, Levels] = Detector(Conditioning.of, in_block, _as_events, FrameLevels)
