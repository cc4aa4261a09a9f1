"""The heart in surface EMG: found, described, and, where asked for, subtracted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from involuntary.detect import stimuli
from involuntary.detect.conditioned import amplitude_scale
from involuntary.dsp import mains
from involuntary.dsp.heart import average_beat, find_beats, reach_s, slowed
from involuntary.model import Channel, ChannelKind, HeartSummary, Recording, Reference

__all__ = ["COSTA", "DRAKE", "HeartRule", "beats", "detect", "note", "without_heart"]

Samples = NDArray[np.float64]

DRAKE = Reference(
    "doi:10.1016/j.jelekin.2005.07.003",
    "Drake JDM, Callaghan JP. Elimination of electrocardiogram contamination from electromyogram signals: an evaluation"
    " of currently used removal techniques. J Electromyogr Kinesiol 2006;16:175-187",
    "abstract: template subtraction and a 30 Hz Butterworth high-pass were best at 10 to 25 % of maximum",
)
COSTA = Reference(
    "title:A template subtraction method for reducing electrocardiographic artifacts in EMG signals of low intensity",
    "Costa Junior JD, de Seixas JM, Miranda de Sá AMFL. Biomed Signal Process Control 2019",
    "abstract: the template comes from the contaminated signal itself; what lies below 30 Hz is kept",
)
_KINDS = {ChannelKind.SURFACE_EMG, ChannelKind.EMG}
_UNITS = {"uv": "µV", "count": "count"}
_OVERLAP_S = 10.0
_TAPER_S = 0.03
_SAME_S = 0.2  # beats of two epochs that lie closer are one
_KEPT = 64  # average beats at hand
_STEP_S, _IN_STEP = 0.01, 0.8  # so many beats at one distance from a marked stimulus: answers to it


@dataclass(frozen=True, slots=True)
class HeartRule:
    """What is the heart; engineering choices, set so that no simulated muscle activity is taken for it.

    Attributes
    ----------
    epoch_s : float
        The heart is there, or not, in stretches of this length; one average beat is made for each.
    most_epochs : int
        Of a long recording so many stretches, evenly spread, are looked at.
    shortest_s, longest_s : float
        Interval from beat to beat.
    steadiness : float
        Share of the intervals within 15 % of those around them, at least.
    likeness : float
        Share of the beats within 30 % of their median height, at least.
    resemblance : float
        Median correlation of a beat with the median shape, at least.
    prominence : float
        Height of a beat over the spread between the beats, at least.
    coverage : float
        Share of the stretch that beats at their median interval would fill, at least.
    """

    epoch_s: float = 60.0
    most_epochs: int = 120
    shortest_s: float = 0.4
    longest_s: float = 1.7
    steadiness: float = 0.7
    likeness: float = 0.7
    resemblance: float = 0.85
    prominence: float = 6.0
    coverage: float = 0.7


@dataclass(frozen=True, slots=True, eq=False)
class _Epoch:
    """Beats of one stretch, as samples of the channel."""

    own: NDArray[np.intp]
    averaged: NDArray[np.intp]
    interval_s: float
    segment: tuple[int, int]


def detect(recording: Recording, channel: int, rule: HeartRule) -> HeartSummary | None:
    """Say how the heart shows in a channel; None where it does not, and where there is no surface EMG to look at.

    Parameters
    ----------
    recording : Recording
        Read stretch by stretch.
    channel : int
        Its position.
    rule : HeartRule
        What is the heart.
    """
    meta = recording.channels[channel]
    looked, lasted, intervals, sizes = 0.0, 0.0, [], []
    for seconds, epoch in _epochs(recording, channel, rule, rule.most_epochs):
        looked += seconds
        if epoch is not None:
            lasted += seconds
            intervals.append(epoch.interval_s)
            sizes.append(float(np.ptp(_average(recording, channel, epoch, meta.rate_hz))))
    if not intervals:
        return None
    unit, scale = amplitude_scale(meta)
    return HeartSummary(
        lasted / looked, 60.0 / float(np.median(intervals)), scale * float(np.median(sizes)), _UNITS[unit]
    )


def beats(recording: Recording, channel: int, rule: HeartRule) -> Samples:
    """Give the middle of each QRS complex in seconds, shape (n,), where the heart shows in a channel.

    Parameters as of `detect`; every stretch is looked at.
    """
    found = [epoch.own for _, epoch in _epochs(recording, channel, rule, None) if epoch is not None]
    return recording.time_s(channel, np.concatenate([np.empty(0, dtype=np.intp), *found]))


def note(name: str, heart: HeartSummary) -> str:
    """Put the heart in a channel of that name into one line."""
    return (
        f"{name}: the heart shows in {heart.share:.0%} of the time, {heart.rate_per_min:.0f}/min,"
        f" {heart.amplitude:.0f} {heart.unit} peak to peak; observe --without-heart subtracts it"
    )


def without_heart(
    recording: Recording, rule: HeartRule | None = None, channels: Sequence[int] | None = None
) -> Recording:
    """Subtract the heart from every channel of surface EMG in which it is found.

    Template subtraction: the average beat of each minute, from the contaminated signal itself (Costa Junior 2019),
    is subtracted at every beat (Drake & Callaghan 2006). Length and ends of the template and the weights of the average
    are engineering choices. What it costs is measured in ``docs/quality.md``.

    Parameters
    ----------
    recording : Recording
        Stays as it is.
    rule : HeartRule, optional
        What is the heart.
    channels : sequence of int, optional
        Where to look for it; in every channel of surface EMG if None.

    Returns
    -------
    Recording
        Samples are repaired when they are read; the notes say in which channels, and how many beats.
    """
    rule = rule or HeartRule()
    found = {
        channel: [epoch for _, epoch in _epochs(recording, channel, rule, None) if epoch is not None]
        for channel in (recording.channels_of(*_KINDS) if channels is None else channels)
    }
    notes = tuple(
        f"{recording.channels[channel].name}: the heart was removed: the average beat of each minute was subtracted at"
        f" {sum(len(epoch.own) for epoch in epochs)} beats"
        for channel, epochs in found.items()
        if epochs
    )
    return replace(recording, source=_WithoutHeart(recording, found), notes=recording.notes + notes)


class _WithoutHeart:
    """A sample source that subtracts beats as it reads; whatever is read first, the samples are the same."""

    def __init__(self, recording: Recording, found: dict[int, list[_Epoch]]) -> None:
        self._recording, self._found = recording, found
        self._shape = lru_cache(maxsize=_KEPT)(self._average)

    def read(self, channel: int, start: int, stop: int) -> Samples:
        """Give samples ``start`` to ``stop`` of a channel."""
        samples = self._recording.source.read(channel, start, stop)
        reach = round(self._recording.channels[channel].rate_hz)
        copied = False
        for number, epoch in enumerate(self._found.get(channel, ())):
            if not len(epoch.own) or epoch.own[-1] + reach < start or epoch.own[0] - reach > stop:
                continue
            if not copied:
                samples, copied = samples.copy(), True
            before, shape = self._shape(channel, number)
            low, high = max(start, epoch.segment[0]), min(stop, epoch.segment[1])
            for first in (epoch.own - before).tolist():
                a, b = max(first, low), min(first + shape.size, high)
                if a < b:
                    samples[a - start : b - start] -= shape[a - first : b - first]
        return samples

    def _average(self, channel: int, number: int) -> tuple[int, Samples]:
        epoch, rate = self._found[channel][number], self._recording.channels[channel].rate_hz
        return round(reach_s(epoch.interval_s)[0] * rate), _average(self._recording, channel, epoch, rate)


def _average(recording: Recording, channel: int, epoch: _Epoch, rate_hz: float) -> Samples:
    before, after = (round(s * rate_hz) for s in reach_s(epoch.interval_s))
    at = epoch.averaged
    at = at[(at - before >= epoch.segment[0]) & (at + after <= epoch.segment[1])]
    first = int(at[0]) - before
    # What is left of mains in the average would start anew with every beat, and be no sinusoid any more.
    x = mains.remove(recording.samples(channel, first, int(at[-1]) + after), rate_hz)
    return average_beat(x[(at - before - first)[:, None] + np.arange(before + after)], round(_TAPER_S * rate_hz))


def _epochs(
    recording: Recording, channel: int, rule: HeartRule, most: int | None
) -> Iterator[tuple[float, _Epoch | None]]:
    """Give stretches with their length in seconds and their beats, None where the heart is not there."""
    meta = recording.channels[channel]
    if meta.kind not in _KINDS:
        return
    length, overlap = round(rule.epoch_s * meta.rate_hz), round(_OVERLAP_S * meta.rate_hz)
    last = -overlap
    given = stimuli.marked(recording).time_s
    for segment, start, stop in _stretches(recording, channel, length, most):
        first, end = max(segment[0], start - overlap), min(segment[1], stop + overlap)
        epoch = _look(recording.samples(channel, first, end), meta, rule, first, segment)
        if epoch is not None and _answers(recording.time_s(channel, epoch.averaged), given):
            epoch = None
        if epoch is not None:
            own = epoch.averaged
            own = own[(own >= max(start, last + round(_SAME_S * meta.rate_hz))) & (own < stop)]
            last = int(own[-1]) if len(own) else last
            epoch = replace(epoch, own=own)
        yield (stop - start) / meta.rate_hz, epoch


def _answers(time_s: Samples, stimuli_s: Samples) -> bool:
    """Say whether beats keep step with marked stimuli: responses once a second look like a heart."""
    before = np.searchsorted(stimuli_s, time_s + _STEP_S, side="right") - 1
    if not stimuli_s.size or not np.any(before >= 0):
        return False
    since = time_s[before >= 0] - stimuli_s[before[before >= 0]]
    return bool(np.sum(np.abs(since - np.median(since)) <= _STEP_S) >= _IN_STEP * time_s.size)


def _stretches(
    recording: Recording, channel: int, length: int, most: int | None
) -> list[tuple[tuple[int, int], int, int]]:
    every = [
        (segment, start, min(start + length, segment[1]))
        for segment in recording.segment_samples(channel)
        for start in range(segment[0], segment[1], length)
    ]
    if most is None or len(every) <= most:
        return every
    return [every[k] for k in np.unique(np.linspace(0, len(every) - 1, most).astype(int)).tolist()]


def _look(samples: Samples, meta: Channel, rule: HeartRule, first: int, segment: tuple[int, int]) -> _Epoch | None:
    slow, rate_hz = slowed(samples, meta.rate_hz)
    beats = find_beats(slow, rate_hz)
    if beats is None:
        return None
    interval_s = float(np.median(np.diff(beats.position))) / rate_hz
    told = (
        rule.shortest_s <= interval_s <= rule.longest_s,
        beats.steadiness >= rule.steadiness,
        beats.likeness >= rule.likeness,
        beats.resemblance >= rule.resemblance,
        beats.prominence >= rule.prominence,
        beats.position.size * interval_s >= rule.coverage * slow.size / rate_hz,
    )
    if not all(told):
        return None
    step = round(meta.rate_hz / rate_hz)
    at = first + np.rint(beats.position * step + (step - 1) / 2).astype(np.intp)
    return _Epoch(at, at, interval_s, segment)
