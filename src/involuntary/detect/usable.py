"""Usable time: which stretches of a channel an analysis may trust, and why the others not."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from involuntary.detect.artefacts import ArtefactRule, Scan
from involuntary.detect.conditioned import worth_compiling
from involuntary.detect.contacts import ContactRule, ContactScan
from involuntary.detect.stimuli import evoked_time
from involuntary.dsp.runs import equal_runs, joined, true_runs
from involuntary.model import ChannelKind, ChannelSummary, Events, HeartSummary, Intervals, Recording
from involuntary.model.recording import Block

__all__ = ["ANSWERS", "Usable", "UsableRule", "detect", "summarise"]

Spans = NDArray[np.intp]
_BLOCK = 1 << 18  # samples
# Why time does not serve where a pop is what follows a marked stimulus: responses are read there, rest is not.
ANSWERS = "answers to stimuli"
_POP = "electrode pop"
_ROOM = 1024  # runs of a block, before they must be counted first


@dataclass(frozen=True, slots=True)
class UsableRule:
    """What makes a stretch unusable; engineering choices, no cut-off is published (methods §0.2).

    Attributes
    ----------
    range_samples : int
        A run of so many samples at an end of the recorder's range is clipped; a lone one is what a writer
        leaves that scales the range to the extremes of the signal.
    clipped_samples : int
        A run of so many equal samples at the own extreme of its recorded stretch, entered by a jump, is clipped,
        whatever range the header states.
    clipped_jump_steps : float
        The jump into such a run, in steps of the quantiser: a slow signal rests on its crest without being clipped.
    clipped_margin_s : float
        Time around a clipped run that goes with it: what the signal did there is not known.
    flat_s : float
        Shortest run of equal samples that is a dropped or detached electrode.
    flat_samples : int
        Fewest samples of such a run, for slow channels.
    artefacts : ArtefactRule
        What makes an artefact.
    contacts : ContactRule
        What makes an electrode without contact.
    """

    range_samples: int = 2
    clipped_samples: int = 3
    clipped_jump_steps: float = 4.0
    clipped_margin_s: float = 0.005
    flat_s: float = 0.25
    flat_samples: int = 25
    artefacts: ArtefactRule = field(default_factory=ArtefactRule)
    contacts: ContactRule = field(default_factory=ContactRule)


@dataclass(frozen=True, slots=True)
class Usable:
    """Which time of a channel serves.

    Attributes
    ----------
    stretches : Intervals
        Usable time in seconds on the recording's clock.
    unusable : tuple of (str, Intervals)
        By reason, the stretches that do not serve; they may overlap.
    fraction : float
        Usable share of the channel's recorded time.
    """

    stretches: Intervals
    unusable: tuple[tuple[str, Intervals], ...]
    fraction: float

    def without(self, unusable: tuple[tuple[str, Intervals], ...]) -> Usable:
        """Take more stretches out, by reason."""
        if not unusable or not self.fraction:
            return self
        kept = self.stretches.without(Intervals.union_of([pair for _, stretches in unusable for pair in stretches]))
        fraction = self.fraction * kept.total_s / self.stretches.total_s
        return Usable(kept, tuple(sorted((*self.unusable, *unusable), key=lambda reason: reason[0])), fraction)

    def clear(self, events: Events) -> Events:
        """Give the events that touch no unusable stretch."""
        starts, stops = self.stretches.start_s, self.stretches.stop_s
        index = np.searchsorted(starts, events.onset_s, side="right") - 1
        if not len(starts):
            return events[np.zeros(len(events), dtype=np.bool_)]
        return events[(index >= 0) & (events.stop_s <= stops[np.maximum(index, 0)])]


def detect(recording: Recording, channel: int, rule: UsableRule) -> Usable:
    """Find the usable time of a channel in one pass.

    Parameters
    ----------
    recording : Recording
        Read block by block.
    channel : int
        Its position.
    rule : UsableRule
        What makes a stretch unusable.
    """
    spans = _spans(recording, channel, rule)
    unusable = tuple(
        (reason, _intervals(recording, channel, found)) for reason, found in sorted(spans.items()) if len(found)
    )
    lost = Intervals.empty()
    for _, stretches in unusable:
        lost = lost.union(stretches)
    recorded = _intervals(recording, channel, np.array(recording.segment_samples(channel), dtype=np.intp))
    kept = recorded.without(lost) if len(recorded) else recorded
    return Usable(kept, unusable, kept.total_s / recorded.total_s if len(recorded) else 0.0)


def summarise(recording: Recording, channel: int, usable: Usable, heart: HeartSummary | None = None) -> ChannelSummary:
    """Put a channel, its usable time and the heart in it into the form that results show."""
    meta = recording.channels[channel]
    if meta.kind is ChannelKind.STIMULUS:
        # The pulses of a stimulator are flat and clipped by nature.
        return ChannelSummary(meta.name, meta.kind.value, meta.recorded_unit, meta.rate_hz, 1.0)
    unusable = _answers_apart(recording, usable.unusable)
    return ChannelSummary(
        meta.name, meta.kind.value, meta.recorded_unit, meta.rate_hz, usable.fraction, unusable, heart
    )  # fmt: skip


def _answers_apart(
    recording: Recording, unusable: tuple[tuple[str, Intervals], ...]
) -> tuple[tuple[str, Intervals], ...]:
    """Tell pops that touch the time after a marked stimulus from those of an electrode."""
    evoked = evoked_time(recording)
    parts: dict[str, Intervals] = {}
    for reason, stretches in unusable:
        if reason == _POP and len(evoked):
            answers = evoked.seconds_within(stretches.start_s, stretches.stop_s) > 0
            parts[ANSWERS] = Intervals(stretches.start_s[answers], stretches.stop_s[answers])
            stretches = Intervals(stretches.start_s[~answers], stretches.stop_s[~answers])
        parts[reason] = stretches
    return tuple((reason, stretches) for reason, stretches in sorted(parts.items()) if len(stretches))


def _spans(recording: Recording, channel: int, rule: UsableRule) -> dict[str, Spans]:
    """Give, by reason, the spans in samples that do not serve, in one pass."""
    meta = recording.channels[channel]
    second = max(round(meta.rate_hz), 1)
    shortest_flat = max(round(rule.flat_s * meta.rate_hz), rule.flat_samples)
    compiled = worth_compiling(recording)
    scans = Scan(meta, rule.artefacts, compiled=compiled), ContactScan(meta, rule.contacts, compiled=compiled)
    flat, at_range, at_extreme = [], [], []
    segments = recording.segment_samples(channel)
    begins = np.array([begin for begin, _ in segments])
    extremes = np.tile([np.inf, -np.inf], (len(segments), 1))
    # Enough overlap that a run which meets the rule is seen whole in the block where it starts; whole seconds, so
    # that every block sees the same ones.
    overlap = second * -(-max(shortest_flat, rule.clipped_samples) // second)
    for block in recording.blocks(channel, second * max(_BLOCK // second, 1), overlap):
        x = block.samples
        equal, lowest, highest = _rests(x, min(shortest_flat, rule.clipped_samples), compiled=compiled)
        # A stretch may have been recorded with another gain.
        own = extremes[np.searchsorted(begins, block.first, side="right") - 1]
        own[:] = min(own[0], lowest), max(own[1], highest)
        flat.append(_long(equal, shortest_flat) + block.first)
        if lowest <= meta.lowest or highest >= meta.highest:
            ends = true_runs((x <= meta.lowest) | (x >= meta.highest))
            at_range.append(_long(ends, rule.range_samples) + block.first)
        at_extreme.append(_extreme_runs(block, _long(equal, rule.clipped_samples), lowest, highest, rule))
        for scan in scans:
            scan.look_at(block)
    clipped = joined(_sorted(at_range + [_at(runs, extremes, begins) for runs in at_extreme]))
    found = {"clipped": (clipped, rule.clipped_margin_s), "flat line": (joined(_sorted(flat)), 0.0)}
    for scan in scans:
        found |= scan.found()
    return {
        reason: _widened(spans, round(margin_s * meta.rate_hz), segments) for reason, (spans, margin_s) in found.items()
    }


def _rests(x: NDArray[np.float64], shortest: int, *, compiled: bool) -> tuple[Spans, float, float]:
    """Give the runs of so many equal samples, the lowest and the highest sample."""
    if not compiled:
        return equal_runs(x, shortest), float(x.min()), float(x.max())
    from involuntary.dsp import quality_kernels as kernels

    runs = np.empty((_ROOM, 2), dtype=np.intp)
    n, lowest, highest = kernels.rests(x, shortest, runs)
    if n > len(runs):
        runs = np.empty((n, 2), dtype=np.intp)
        kernels.rests(x, shortest, runs)
    return runs[:n], lowest, highest


def _long(runs: Spans, shortest: int) -> Spans:
    return runs[runs[:, 1] - runs[:, 0] >= shortest]


def _extreme_runs(block: Block, runs: Spans, lowest: float, highest: float, rule: UsableRule) -> NDArray[np.float64]:
    """Give (start, stop, value) of the runs at this block's extremes; whether they are the stretch's shows later."""
    x = block.samples
    value = x[runs[:, 0]]
    runs = runs[(value == lowest) | (value == highest)]
    if not len(runs):
        return np.empty((0, 3))
    steps = np.abs(np.diff(x))
    quantum = float(np.min(steps[steps > 0])) if np.any(steps > 0) else np.inf
    # A run cut by the block's border shows only one of its flanks; the neighbouring block shows the other.
    before = np.where(runs[:, 0] > 0, steps[np.maximum(runs[:, 0] - 1, 0)], 0.0)
    after = np.where(runs[:, 1] < x.size, steps[np.minimum(runs[:, 1] - 1, steps.size - 1)], 0.0)
    jumped = np.maximum(before, after) > rule.clipped_jump_steps * quantum
    return np.column_stack([runs + block.first, x[runs[:, 0]]])[jumped]


def _at(runs: NDArray[np.float64], extremes: NDArray[np.float64], begins: NDArray[np.intp]) -> Spans:
    """Give those of (start, stop, value) at an extreme of the stretch that they lie in."""
    own = extremes[np.searchsorted(begins, runs[:, 0], side="right") - 1]
    return runs[np.any(runs[:, 2:] == own, axis=1), :2].astype(np.intp)


def _sorted(parts: list[Spans]) -> Spans:
    spans = np.concatenate([np.empty((0, 2), dtype=np.intp), *parts])
    return spans[np.argsort(spans[:, 0], kind="stable")]


def _widened(spans: Spans, margin: int, segments: tuple[tuple[int, int], ...]) -> Spans:
    """Lengthen spans on both sides, but never into another recorded stretch."""
    if not (margin and len(spans)):
        return spans
    starts = np.array([a for a, _ in segments])
    begin, end = np.array(segments, dtype=np.intp)[np.searchsorted(starts, spans[:, 0], side="right") - 1].T
    return joined(np.column_stack([np.maximum(spans[:, 0] - margin, begin), np.minimum(spans[:, 1] + margin, end)]))


def _intervals(recording: Recording, channel: int, spans: Spans) -> Intervals:
    start = recording.time_s(channel, spans[:, 0])
    stop = start + (spans[:, 1] - spans[:, 0]) / recording.channels[channel].rate_hz
    # Rounding must not make neighbours overlap.
    stop[:-1] = np.minimum(stop[:-1], start[1:])
    return Intervals(start, stop)
