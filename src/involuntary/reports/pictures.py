"""Which pictures an observation deserves: traces always, the others where there is something to see."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from involuntary.detect.usable import ANSWERS
from involuntary.model import Channel, ChannelKind, Events, Intervals, Observation, Recording
from involuntary.reports import figures, traces, trials
from involuntary.reports.figures import Closeup, Panel, Peak, Picture
from involuntary.reports.words import readable

__all__ = ["Key", "Pictures", "pictures"]

_MOST_CHANNELS, _MOST_LANES, _MOST_VIEWS, _MOST_SPECTRA = 12, 6, 6, 4
_MOST_SUPERIMPOSED = 60
# Answers to a stimulus or a stretch come as often as the examiner asks for them.
_COUNTED = {"potential", "burst", "silence", "train", "limb-movement"}
_BLANK_S, _AFTER_S = 0.0015, 0.02  # of what follows a stimulus: its artefact, and some rest behind the last answer
# Late answers that are smaller than this share of the early ones are drawn by themselves, from so long before them on.
_SMALL_SHARE, _BEFORE_LATE_S = 0.15, 0.005
_HIGHEST_HZ = 25.0
_OSCILLATING = {"tremor", "clonus"}
_SHORTEST_RATE_S, _FEWEST_COUNTED = 20.0, 5
_UNIT_REACH_S = 0.001  # by which a unit's discharges are moved onto each other: further, its neighbours are met
_FEWEST_SAMPLES = 5  # in a close view: fewer show no shape


@dataclass(frozen=True, slots=True)
class Key:
    """What a colour stands for."""

    colour: str
    label: str
    n: int


@dataclass(frozen=True, slots=True)
class Pictures:
    """The pictures of one observation, the key to their colours, why time was unusable, and channels left out."""

    shown: tuple[Picture, ...]
    keys: tuple[Key, ...]
    unusable: tuple[str, ...]
    left_out: int


@dataclass(frozen=True, slots=True)
class _Lane:
    """One channel of an observation; `position` is its place in the recording, None where that is not at hand."""

    channel: Channel
    position: int | None
    events: tuple[Events, ...]
    unusable: Intervals


def pictures(observation: Observation, recording: Recording | None, prefix: str) -> Pictures:
    """Draw what one recording shows; without the recording there is a time line of the events alone."""
    lanes, left_out = _lanes(observation, recording)
    colours = {kind: f"c{1 + i % 6}" for i, kind in enumerate(dict.fromkeys(e.kind for e in observation.events))}
    recorded = recording.segments if recording and len(recording.segments) else _whole(observation)
    span = (float(recorded.start_s[0]), float(recorded.stop_s[-1])) if len(recorded) else (0.0, 0.0)
    drawn: list[Picture] = []
    if lanes and span[1] > span[0]:
        panels = [_panel(lane, recording, colours) for lane in lanes]
        drawn.append(figures.overview(f"{prefix}t", panels, span))
        drawn += _closeups(lanes, observation, recording, colours, prefix)
        drawn += _points(observation, prefix)
        drawn += _rates(lanes, recorded, colours, span, prefix)
        drawn += _spectra(lanes, observation, recording, prefix)
    keys = tuple(
        Key(colour, readable(kind), sum(len(e) for e in observation.events if e.kind == kind))
        for kind, colour in colours.items()
    )
    held = (reason for c in observation.recording.channels for reason, s in c.unusable if len(s))
    reasons = dict.fromkeys(reason for reason in held if reason != ANSWERS)
    return Pictures(tuple(drawn), keys, tuple(reasons), left_out)


def _whole(observation: Observation) -> Intervals:
    length = observation.recording.duration_s
    return Intervals.of((0.0, length)) if length > 0 else Intervals.empty()


def _lanes(observation: Observation, recording: Recording | None) -> tuple[list[_Lane], int]:
    positions = {channel.name: i for i, channel in enumerate(recording.channels)} if recording else {}
    lanes = []
    for summary in observation.recording.channels:
        position = positions.get(summary.name)
        kind = ChannelKind(summary.kind) if summary.kind in set(ChannelKind) else ChannelKind.OTHER
        stated = Channel(summary.name, kind, summary.unit, summary.rate_hz, 0)
        channel = recording.channels[position] if recording and position is not None else stated
        events = tuple(some for e in observation.events if len(some := e.on(summary.name)))
        stretches = [pair for why, reason in summary.unusable if why != ANSWERS for pair in reason]
        lanes.append(_Lane(channel, position, events, Intervals.union_of(stretches)))
    # Those with events first, then in the order of the recording; shown in the order of the recording.
    busiest = sorted(range(len(lanes)), key=lambda i: (not lanes[i].events, i))[:_MOST_CHANNELS]
    return [lanes[i] for i in sorted(busiest)], len(lanes) - len(busiest)


def _panel(lane: _Lane, recording: Recording | None, colours: dict[str, str]) -> Panel:
    readable_trace = recording is not None and lane.position is not None and lane.channel.n_samples > 1
    envelope = traces.envelope(recording, lane.position) if readable_trace else None  # type: ignore[arg-type]
    events = tuple((colours[e.kind], e) for e in lane.events)
    return Panel(lane.channel, envelope, events, lane.unusable)


def _rates(
    lanes: Sequence[_Lane], recorded: Intervals, colours: dict[str, str], span: tuple[float, float], prefix: str
) -> list[Picture]:
    if span[1] - span[0] < _SHORTEST_RATE_S:
        return []
    counted = [
        (lane.channel.name, readable(e.kind), colours[e.kind],
         traces.rate(e, recorded.without(lane.unusable), *span), lane.unusable)
        for lane in lanes for e in lane.events
        if e.kind in _COUNTED and "interval_us" not in e.features and len(e) >= _FEWEST_COUNTED
    ]  # fmt: skip
    return [figures.rates(f"{prefix}r", counted[:_MOST_LANES], span)] if counted else []


def _closeups(
    lanes: Sequence[_Lane],
    observation: Observation,
    recording: Recording | None,
    colours: dict[str, str],
    prefix: str,
) -> list[Picture]:
    if recording is None:
        return []
    silent_s = {m.channel: m.value / 1e3 for m in observation.measurements if ".silent_period@" in m.id}
    found = [(lane, part) for lane in lanes if lane.position is not None for e in lane.events for part in _units(e)]
    found.sort(key=lambda pair: -len(pair[1]))
    # Two tests may have read the same answers: they are drawn once.
    found = list({(id(lane), _is_late(e) if e.kind == "response" else id(e)): (lane, e) for lane, e in found}.values())
    views = [
        _closeup(recording, lane, e, colours[e.kind], silent_s.get(lane.channel.name, 0.0))
        for lane, e in found[:_MOST_VIEWS]
    ]
    seen = [view for view in views if view.snippets.samples.size and view.snippets.time_s.size >= _FEWEST_SAMPLES]
    return [figures.closeups(f"{prefix}c", seen)] if seen else []


def _units(events: Events) -> list[Events]:
    """Give potentials unit by unit where they are told apart, late answers by themselves too where they are small.

    Other events are given as they are.
    """
    if events.kind == "response":
        late = events.features.get("late", np.zeros(len(events))) > 0
        size = next((column for name, column in events.features.items() if name.startswith("amplitude_")), late)
        small = late.any() and not late.all() and np.median(size[late]) < _SMALL_SHARE * np.median(size[~late])
        return [events, events[late]] if small else [events]
    if "interval_us" in events.features:
        return []  # pairs of a jitter study: their intervals are drawn, a sample is too coarse to show them
    unit = events.features.get("unit_id", np.empty(0))
    ids, count = np.unique(unit[np.isfinite(unit)], return_counts=True)
    often = ids[count >= _FEWEST_COUNTED]
    if events.kind != "potential" or often.size < 2:
        return [events]
    return [events[unit == one] for one in often]


def _is_late(events: Events) -> bool:
    return bool(np.all(events.features.get("late", np.zeros(1)) > 0))


def _points(observation: Observation, prefix: str) -> list[Picture]:
    found = trials.plots(observation)[:_MOST_VIEWS]
    return [figures.points(f"{prefix}p", found)] if found else []


def _answers(
    recording: Recording, lane: _Lane, events: Events, since_ms: np.ndarray, colour: str, silent_s: float
) -> Closeup:
    """Superimpose what follows each stimulus, with the silence behind it."""
    assert lane.position is not None
    stimuli_s = np.unique((events.onset_s - since_ms / 1e3).round(5))
    chosen = stimuli_s[np.linspace(0, stimuli_s.size - 1, min(stimuli_s.size, _MOST_SUPERIMPOSED)).round().astype(int)]
    last_s = 1e-3 * float(np.max(since_ms))
    quiet_until_s = last_s + silent_s + 3 * _AFTER_S if silent_s > 0 else 0.0
    length = max(1.6 * last_s + _AFTER_S, 2.0 * float(np.max(events.duration_s)), quiet_until_s)
    drawn = f"{chosen.size} of {stimuli_s.size}" if chosen.size < stimuli_s.size else str(stimuli_s.size)
    blank = max(_BLANK_S, 1e-3 * float(np.min(since_ms)) - _BEFORE_LATE_S) if _is_late(events) else _BLANK_S
    shown = traces.answers(recording, lane.position, chosen, length, blank)
    return Closeup(f"{'late ' if blank > _BLANK_S else ''}after {drawn} stimuli", lane.channel, shown, colour)


def _closeup(recording: Recording, lane: _Lane, events: Events, colour: str, silent_s: float) -> Closeup:
    assert lane.position is not None
    if events.kind == "potential":
        chosen = np.unique(np.linspace(0, len(events) - 1, min(len(events), _MOST_SUPERIMPOSED)).round().astype(int))
        typical = max(float(np.median(events.duration_s)), 0.008)
        # A unit at a needle or under a grid is timed by its largest deflection, what is alone on the skin by its start.
        is_unit = "unit_id" in events.features and (
            lane.channel.kind is ChannelKind.NEEDLE_EMG or not np.any(events.duration_s)
        )
        middle = events.onset_s[chosen] + (0.0 if is_unit else events.duration_s[chosen] / 2)
        reach = _UNIT_REACH_S if is_unit else typical
        raw = traces.snippets(recording, lane.position, middle, 1.5 * typical + reach)
        drawn = f"{chosen.size} of {len(events)}" if chosen.size < len(events) else str(len(events))
        unit = np.unique(events.features.get("unit_id", np.empty(0)))
        title = f"unit {unit[0]:.0f}, {drawn}" if unit.size == 1 else f"{drawn} potentials"
        return Closeup(title, lane.channel, traces.aligned(raw, reach), colour)
    since = next((events.features[name] for name in ("latency_ms", "delay_ms") if name in events.features), None)
    if events.kind == "response" and since is not None and np.any(np.isfinite(since)):
        known = np.isfinite(since)
        return _answers(recording, lane, events[known], since[known], colour, silent_s)
    longest = int(np.argmax(events.duration_s))
    length = float(events.duration_s[longest])
    half = 2.0 if events.kind in _OSCILLATING else min(max(0.75 * length, 0.15), 5.0)
    half = min(half, lane.channel.duration_s / 2.5)
    centre = events.onset_s[longest] + length / 2
    return Closeup(
        readable(events.kind), lane.channel, traces.snippets(recording, lane.position, np.array([centre]), half), colour
    )


def _spectra(
    lanes: Sequence[_Lane], observation: Observation, recording: Recording | None, prefix: str
) -> list[Picture]:
    if recording is None:
        return []
    measured = {
        m.channel: m.value
        for m in observation.measurements
        if m.phenomenon in _OSCILLATING and m.unit == "Hz" and "frequency" in m.id and math.isfinite(m.value)
    }
    oscillating = [
        lane for lane in lanes
        if lane.position is not None
        and (
            any(e.kind in _OSCILLATING for e in lane.events)
            # Of a limb that was measured the spectrum tells much; of a muscle without tremor it tells nothing.
            or (lane.channel.name in measured and not lane.channel.kind.is_emg)
        )
    ]  # fmt: skip
    peaks = [_peak(recording, lane, measured.get(lane.channel.name)) for lane in oscillating[:_MOST_SPECTRA]]
    seen = [peak for peak in peaks if peak.spectrum.density.size]
    return [figures.spectra(f"{prefix}s", seen)] if seen else []


def _peak(recording: Recording, lane: _Lane, measured_hz: float | None) -> Peak:
    """Give the spectrum of the marked epochs, of all time where they are too short for it."""
    assert lane.position is not None
    spans = [pair for e in lane.events if e.kind in _OSCILLATING for pair in zip(e.onset_s, e.stop_s, strict=True)]
    if spans:
        found = traces.spectrum(recording, lane.position, _HIGHEST_HZ, within=Intervals.union_of(spans))
        if found.density.size:
            return Peak(lane.channel, found, measured_hz, of_epochs=True)
    return Peak(lane.channel, traces.spectrum(recording, lane.position, _HIGHEST_HZ), measured_hz, of_epochs=False)
