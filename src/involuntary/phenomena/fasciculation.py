"""Fasciculations: isolated, irregular potentials of single motor units in a muscle at rest.

Needle electrodes are left out on purpose: beside the needle, end-plate spikes and fibrillations last as long and need
other rules than a gate on amplitude and rhythm.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from involuntary.detect import background, heart, potentials, rhythms, stimuli, tonic, units
from involuntary.detect.bench import Bench
from involuntary.model import ChannelKind, Events, Finding, Intervals, Reference, State, Term
from involuntary.phenomena._company import large_enough, of_many_units, runs, without_company
from involuntary.phenomena._contractions import willed
from involuntary.phenomena._counts import fewer, merged_channels, per_min
from involuntary.phenomena._fasciculation import (
    AVID,
    KLEINE,
    MILLS,
    SPIQE,
    FasciculationParameters,
    Looked,
    measurements,
)
from involuntary.phenomena.base import Measured, Phenomenon

__all__ = ["PHENOMENON", "Fasciculation", "FasciculationParameters"]

_TERM = Term("HP:0002380", "Fasciculations")
_TIMES = ("fasciculation.rest_time", "fasciculation.active_fraction", "fasciculation.usable_fraction")

_Mask = NDArray[np.bool_]
# Intervals of a heart at 36 to 180 beats a minute, and of a motor unit that is driven at 4 to 25 discharges a second.
_HEART = rhythms.RhythmRule(shortest_s=0.33, longest_s=1.7, interval_tolerance=0.2)
_DRIVEN = rhythms.RhythmRule(shortest_s=0.04, longest_s=0.25, interval_tolerance=0.4)
_DRIVEN_UNITS = rhythms.DrivenRule()
_REST = tonic.TonicRule(broad_noise_rests=True)
_UNITS = units.UnitRule()
_OF_HEART = "in the rhythm of a heart beat"
_MOSTLY = 0.9
_QRS_S = 0.12
_MANY_CHANNELS = 3
_JUMPS_FROM_HZ = 2000.0
_MANY_UNITS = (
    "not assessed: {} brief bursts in rest, hardly one like another, and of many phases, in pairs or in several"
    " channels at once: several units together, as in jerks"
)
_CONTEXT = (
    "fasciculation: context, not a name: in 526 recordings strong biceps of people with ALS fasciculated about 10 times"
    " as often as those with benign fasciculations, gastrocnemius 5 times (Bashford 2020, PMC7425399); paired"
    " potentials come in both (Kleine 2012)"
)


class Fasciculation(Phenomenon[FasciculationParameters]):
    """Isolated potentials at rest that follow no rhythm; voluntary activity is excluded and its share reported."""

    id = "fasciculation"
    name = "Fasciculations"
    term = _TERM
    kinds = frozenset({ChannelKind.SURFACE_EMG, ChannelKind.EMG})
    references = (SPIQE, AVID, MILLS, KLEINE, units.MCGILL)
    swept = (_REST, background.BackgroundRule(), potentials.THOROUGH)

    def measure(self, bench: Bench, channels: Sequence[int], parameters: FasciculationParameters) -> Measured:
        """Look at every channel by itself, then join what several saw of one discharge."""
        least_hz = parameters.least_rate_hz
        channels = [i for i in channels if bench.recording.channels[i].rate_hz >= least_hz]
        if not channels:
            return self._not_assessed(f"{self.id}: not assessed: needs EMG sampled at {least_hz:g} Hz or faster")
        beats = {channel: _beats(bench, channel) for channel in channels if bench.heart(channel)}
        bench = bench.without_heart()
        tonic_s = _tonic(bench, channels, parameters)
        looked = [_look(bench, channel, tonic_s[channel], beats.get(channel), parameters) for channel in channels]
        looked = without_company(bench, channels, looked, parameters)
        events = merged_channels([one.events for one in looked], parameters.merge_ms / 1000)
        rest = Intervals.union_of([pair for one in looked for pair in one.rest])
        calm = merged_channels([one.events.within(one.calm) for one in looked], parameters.merge_ms / 1000)
        calm_s = Intervals.union_of([pair for one in looked for pair in one.calm]).total_s
        state, rule, source = _decide(looked, (len(events), rest.total_s), (len(calm), calm_s), parameters)
        if state is State.EXCLUDED:
            state, rule, source = _audible(bench, channels, rule, parameters)
        if state is State.NOT_ASSESSED:
            # What cannot be told from voluntary units or chance is not handed on as a fasciculation.
            events = events[:0]
        if state is State.PRESENT:
            events = events.with_features(unit_id=units.sort(bench.recording, channels, events, _UNITS))
            if of_many_units(events, rest.total_s, parameters):
                state, rule, source = State.NOT_ASSESSED, _MANY_UNITS.format(len(events)), AVID
                events = events[:0]
        found = measurements(self.id, looked, events, rest, parameters)
        if state is State.NOT_ASSESSED:
            found = tuple(m for m in found if m.id in _TIMES)
        because = tuple(m.id for m in found if m.id in {"fasciculation.rate", *_TIMES})
        finding = Finding(_TERM, state, self.id, because, f"{self.id}: {rule}", source)
        return Measured(
            (events,) if len(events) else (),
            found,
            (finding,),
            _notes(looked, events, finding, [bench.recording.channels[channel].name for channel in beats]),
        )


@dataclass(frozen=True, slots=True)
class _Beats:
    """When the heart beat, before it was subtracted, and how large its potentials are in the band, peak to peak."""

    near: Intervals
    size: float

    def left(self, found: Events) -> _Mask:
        """Mark what may be left of a beat: it lies within a QRS complex and is no larger than a beat was."""
        return self.near.contains(found.features["peak_s"]) & (_amplitude(found) <= self.size)


def _beats(bench: Bench, channel: int) -> _Beats:
    found = bench.detect(potentials.detect, channel, potentials.THOROUGH)
    at = bench.detect(heart.beats, channel, heart.HeartRule())
    near = np.column_stack([at - _QRS_S / 2, at + _QRS_S / 2])
    # A beat too small to stand out has no size.
    size, (first, last) = _amplitude(found), np.searchsorted(found.features["peak_s"], near.T)
    largest = [float(np.max(size[a:b], initial=0.0)) for a, b in zip(first.tolist(), last.tolist(), strict=True)]
    return _Beats(Intervals.union_of(near), float(np.median(largest)) if largest else 0.0)


def _look(bench: Bench, channel: int, tonic_s: Intervals, beats: _Beats | None, p: FasciculationParameters) -> Looked:
    meta = bench.recording.channels[channel]
    # A sample that lasts longer than half a millisecond holds more change; how much more is between none and all.
    p = replace(p, steep_max_ms=p.steep_max_ms * max(_JUMPS_FROM_HZ / meta.rate_hz, 1.0) ** 0.5)
    # What a stimulus evokes does not come by itself.
    usable = bench.usable(channel).stretches.without(stimuli.evoked_time(bench.recording))
    rest = usable.without(tonic_s).without(willed(bench.recording))
    every = bench.detect(potentials.detect, channel, potentials.THOROUGH).within(rest)
    large = every[large_enough(every, p)]
    dropped = [("too small for the noise", len(every) - len(large))]
    # Motor units that are driven steadily but sparsely leave the envelope at rest; their intervals tell.
    driven = rhythms.driven(large, _DRIVEN_UNITS)
    rest = rest.without(driven.widened(p.rest_margin_s, p.rest_margin_s))
    resting = large.within(rest)
    free = resting if beats is None else resting[~beats.left(resting)]
    kept, more = _gated(free, p)
    dropped += [
        ("from steadily driven motor units", len(large) - len(resting)),
        ("left of a beat that was subtracted", len(resting) - len(free)),
        *more,
    ]
    counted = tuple((reason, n) for reason, n in dropped if n)
    calm = rest.without(_raised(bench, channel).widened(p.calm_margin_s, p.calm_margin_s))
    return Looked(meta.name, meta.calibrated, usable.total_s, meta.duration_s, rest, calm, kept, counted)


def _raised(bench: Bench, channel: int) -> Intervals:
    found = bench.detect(background.detect, channel, background.BackgroundRule())
    return Intervals.union_of(zip(found.onset_s.tolist(), found.stop_s.tolist(), strict=True))


def _tonic(bench: Bench, channels: Sequence[int], p: FasciculationParameters) -> dict[int, Intervals]:
    """Give, by channel, when the person was not at rest: its own tonic activity and that of the others.

    A channel that is active nearly all the time tells nothing about the rest of the others.
    """
    own = {}
    bench.ahead(channels, _REST, background.BackgroundRule(), potentials.THOROUGH)
    for channel in channels:
        active = bench.detect(tonic.detect, channel, _REST)
        spans = Intervals.union_of(zip(active.onset_s.tolist(), active.stop_s.tolist(), strict=True))
        own[channel] = spans.widened(p.rest_margin_s, p.rest_margin_s)
    recorded = max(bench.recording.duration_s, 1e-9)
    telling = [spans for spans in own.values() if spans.total_s / recorded < _MOSTLY]
    shared = Intervals.union_of([pair for spans in telling for pair in spans])
    return {channel: spans.union(shared) for channel, spans in own.items()}


def _gated(found: Events, p: FasciculationParameters) -> tuple[Events, tuple[tuple[str, int], ...]]:
    """Keep what can be a fasciculation; count, by reason, what cannot."""
    dropped = []
    for reason, keep in (
        (_OF_HEART, lambda e, _: ~_in_rhythm(e, _HEART)),
        ("beside a movement that displaced the line", _where_it_was),
        ("shaped like an electrode artefact", _of_muscle),
        ("in bursts", _isolated),
        ("in the rhythm of a driven motor unit", lambda e, _: ~_in_rhythm(e, _DRIVEN)),
    ):
        kept = keep(found, p)
        if not np.all(kept):
            dropped.append((reason, int(np.count_nonzero(~kept))))
            if reason == _OF_HEART:
                # Where a heart beats, what is as broad as its waves may be one that the rhythm left out.
                p = replace(p, thickness_max_ms=min(p.thickness_max_ms, p.beat_thickness_max_ms))
        found = found[kept]
    return found, tuple(dropped)


def _amplitude(found: Events) -> NDArray[np.float64]:
    f = found.features
    return f["amplitude_uv"] if "amplitude_uv" in f else f["amplitude_count"]


def _where_it_was(found: Events, p: FasciculationParameters) -> _Mask:
    """Mark what brings the line back to where it was, and is not what the filter makes of a movement that does not."""
    peak, moved = found.features["peak_s"], ~(found.features["shift"] <= p.shift_max_fraction)
    return np.asarray(~_beside(peak, peak[moved], p.ring_ms / 1000))


def _of_muscle(found: Events, p: FasciculationParameters) -> _Mask:
    f = found.features
    unit = "uv" if "amplitude_uv" in f else "count"
    with np.errstate(divide="ignore", invalid="ignore"):
        thickness = f[f"area_{unit}_ms"] / f[f"amplitude_{unit}"]
    length = 1000 * found.duration_s
    contact = thickness * f["jump"] > p.steep_max_ms
    fits = (length >= p.duration_min_ms) & (length <= p.duration_max_ms) & ~contact
    fits &= thickness <= np.where(np.isnan(f["jump"]), p.beat_thickness_max_ms, p.thickness_max_ms)
    return np.asarray(fits & ~_beside(f["peak_s"], f["peak_s"][contact], p.ring_ms / 1000))


def _beside(time: NDArray[np.float64], others: NDArray[np.float64], within_s: float) -> _Mask:
    """Mark the times that lie so near to one of the others."""
    others = np.sort(others)
    return np.asarray(np.searchsorted(others, time + within_s) > np.searchsorted(others, time - within_s))


def _isolated(found: Events, p: FasciculationParameters) -> _Mask:
    """Mark what is in no run of `burst_n` or more potentials with small gaps."""
    if not len(found):
        return np.zeros(0, dtype=np.bool_)
    return np.asarray(runs(found, p) < p.burst_n, dtype=np.bool_)


def _in_rhythm(found: Events, rule: rhythms.RhythmRule) -> _Mask:
    mask = np.zeros(len(found), dtype=np.bool_)
    for rhythm in rhythms.find(found, rule):
        mask[rhythm.rows] = True
    return mask


def _decide(
    looked: list[Looked], all_seen: tuple[int, float], calm_seen: tuple[int, float], p: FasciculationParameters
) -> tuple[State, str, Reference]:
    """Weigh how many potentials were seen in how much rest, and in how much of it away from a raised background."""
    n, rest_s = all_seen
    p = replace(p, noise_per_h=p.noise_per_h * len(looked))
    usable_s = max((one.usable_s for one in looked), default=0.0)
    resting = rest_s / usable_s if usable_s else 0.0
    seen = f"{_potentials(n)} in {rest_s:.0f} s of rest"
    if not usable_s:
        return State.NOT_ASSESSED, "not assessed: no usable time", AVID
    if resting < p.rest_min_fraction:
        why = f"not assessed: {1 - resting:.0%} of the usable time is or borders on muscle activity; record it at rest"
        return State.NOT_ASSESSED, why, AVID
    if n >= _needed(rest_s, p):
        return _apart(seen, all_seen, calm_seen, usable_s, p)
    if rest_s < p.rest_min_s:
        why = f"not assessed: {seen}; less than {p.rest_min_s:.0f} s of rest excludes nothing"
        return State.NOT_ASSESSED, why, MILLS
    if n:
        return State.NOT_ASSESSED, f"not assessed: {seen}; at least {_needed(rest_s, p)} needed to call them so", SPIQE
    if not any(one.calibrated for one in looked):
        why = f"not assessed: {seen}, but without the amplifier's gain a small potential cannot be told from none"
        return State.NOT_ASSESSED, why, SPIQE
    return State.EXCLUDED, f"excluded: {seen}, at least {p.rest_min_s:.0f} s needed", MILLS


def _apart(
    seen: str, all_seen: tuple[int, float], calm_seen: tuple[int, float], usable_s: float, p: FasciculationParameters
) -> tuple[State, str, Reference]:
    """Tell potentials that come by themselves from the single units of weak or ending efforts, which keep near them."""
    n, rest_s = all_seen
    calm_n, calm_s = calm_seen
    if calm_s >= usable_s:
        return State.PRESENT, f"present: {seen}, at least {_needed(rest_s, p)} needed", SPIQE
    away = f"{_potentials(calm_n)} in {calm_s:.0f} s of rest away from any muscle activity"
    needed_s = p.calm_min_fraction * rest_s
    needed_n = _needed(calm_s, p) if calm_s >= p.rest_min_s else p.hurried_n
    if calm_n < needed_n or calm_s < needed_s:
        why = f"not assessed: {seen}, {away}; it takes {needed_n} in {needed_s:.0f} s there to tell them"
        return State.NOT_ASSESSED, why, AVID
    if fewer(calm_n, calm_s, n - calm_n, rest_s - calm_s):
        beside = f"{per_min(n - calm_n, rest_s - calm_s):.1f}/min beside it"
        why = f"not assessed: {away}, {per_min(calm_n, calm_s):.1f}/min, but {beside}: they go with it"
        return State.NOT_ASSESSED, why, AVID
    return State.PRESENT, f"present: {away}, at least {needed_n} needed", SPIQE


def _needed(rest_s: float, p: FasciculationParameters) -> int:
    """Give how many potentials are more than the noise of so much rest passes for, about once an hour."""
    from scipy.special import pdtrc

    n = p.present_n
    while pdtrc(n - 1, p.noise_per_h * rest_s / 3600) >= p.chance_fraction:
        n += 1
    return n


def _potentials(n: int) -> str:
    return f"{n} isolated potential{'' if n == 1 else 's'}"


def _audible(
    bench: Bench, channels: Sequence[int], rule: str, p: FasciculationParameters
) -> tuple[State, str, Reference]:
    """Exclude only where a potential above the published exclusion would have been seen."""
    levels = [bench.detect(tonic.quiet_level, c, _REST) for c in channels if bench.recording.channels[c].calibrated]
    smallest = p.sure_factor * min(levels)
    if smallest > p.exclusion_uv:
        why = f"not assessed: noise of {min(levels):.0f} µV hides potentials below {smallest:.0f} µV"
        return State.NOT_ASSESSED, why, SPIQE
    return State.EXCLUDED, f"{rule}; potentials of {smallest:.0f} µV or more would have been seen", MILLS


def _notes(looked: list[Looked], events: Events, finding: Finding, beating: list[str]) -> tuple[str, ...]:
    notes = [finding.rule, *(f"fasciculation: {name}: counted once the heart was subtracted" for name in beating)]
    wide = np.count_nonzero(events.features.get("channels_n", np.empty(0)) >= _MANY_CHANNELS)
    if 2 * wide > len(events):
        notes.append(
            f"fasciculation: {wide} of {len(events)} potentials reached {_MANY_CHANNELS} channels or more at once: one"
            " muscle under a grid, or a jerk of several muscles"
        )
    if finding.state is State.PRESENT:
        notes.append(_CONTEXT)
    for one in looked:
        notes += [f"fasciculation: {one.name}: {n} potentials not counted: {reason}" for reason, n in one.dropped]
        busy = one.usable_s - one.rest.total_s
        if busy > 0:
            notes.append(
                f"fasciculation: {one.name}: {busy:.0f} of {one.usable_s:.0f} s not counted: muscle activity,"
                " voluntary or other"
            )
        if not one.calibrated:
            notes.append(f"fasciculation: {one.name}: the gain is unknown, so amplitudes are not in µV")
    return tuple(notes)


PHENOMENON = Fasciculation(FasciculationParameters())
