"""Fasciculations: isolated, irregular potentials of single motor units in a muscle at rest.

Needle electrodes are left out on purpose: beside the needle, end-plate spikes and fibrillations last as long and need
other rules than a gate on amplitude and rhythm.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from involuntary.detect import background, potentials, tonic, units
from involuntary.detect.bench import Bench
from involuntary.model import ChannelKind, Events, Finding, Intervals, Reference, State, Term
from involuntary.phenomena._counts import fewer, merged_channels, per_min
from involuntary.phenomena._fasciculation.company import of_many_units
from involuntary.phenomena._fasciculation.look import REST, closer, look, measure_beats
from involuntary.phenomena._fasciculation.measures import (
    AVID,
    KLEINE,
    MILLS,
    SPIQE,
    FasciculationParameters,
    Looked,
    measurements,
)
from involuntary.phenomena.base import BRIEF_EMG_HZ, Measured, Phenomenon

__all__ = ["PHENOMENON", "Fasciculation", "FasciculationParameters"]

_TERM = Term("HP:0002380", "Fasciculations")
_TIMES = ("fasciculation.rest_time", "fasciculation.active_fraction", "fasciculation.usable_fraction")

_MANY_CHANNELS = 3
_CHANCE = 0.001  # that the rate beside an effort seems twice that of rest; units of one come ten times as often
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
    swept = (REST, background.BackgroundRule(), potentials.THOROUGH)
    least_rate_hz = BRIEF_EMG_HZ

    def measure(self, bench: Bench, channels: Sequence[int], parameters: FasciculationParameters) -> Measured:
        """Look at every channel by itself, then join what several saw of one discharge."""
        beats = {channel: measure_beats(bench, channel) for channel in channels if bench.heart(channel)}
        bench = bench.without_heart()
        looked = look(bench, channels, beats, potentials.THOROUGH, parameters)
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
            looked, events, rest = closer(bench, channels, beats, looked, events, parameters)
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
    if fewer(calm_n, calm_s, n - calm_n, rest_s - calm_s, _CHANCE):
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
    levels = [bench.detect(tonic.quiet_level, c, REST) for c in channels if bench.recording.channels[c].calibrated]
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
