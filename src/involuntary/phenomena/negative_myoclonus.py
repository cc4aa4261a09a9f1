"""Negative myoclonus and asterixis: silences in muscles that should hold, and the limb that falls with them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from involuntary.detect import jerks, silences, stimuli, tonic
from involuntary.detect.bench import Bench
from involuntary.detect.sensors import sensors
from involuntary.dsp.averaging import epochs
from involuntary.model import ChannelKind, Events, Finding, Intervals, Reference, State, Term
from involuntary.phenomena._counts import per_min, rate_interval
from involuntary.phenomena._face import of_face
from involuntary.phenomena._jerk import spike as spikes
from involuntary.phenomena._jerk.events import regularity
from involuntary.phenomena._rows import CHOICE, Row, measured, median, median_interval
from involuntary.phenomena.base import Measured, Phenomenon

__all__ = ["PHENOMENON", "NegativeMyoclonus", "NegativeMyoclonusParameters"]

Floats = NDArray[np.float64]

HOME = Reference(
    "doi:10.1016/j.clinph.2023.10.005",
    "Detecting negative myoclonus during long-term home measurements. Clin Neurophysiol 2023;156:166-174",
    "abstract: silent periods of 50-69, 70-100 and 101-500 ms, their number and length related to ratings",
)
_TERM = Term("HP:0012164", "Asterixis")
_SAME_S = 0.001
_SHORTEST_JERK_S = 0.015  # a single large unit is none


@dataclass(frozen=True, slots=True)
class NegativeMyoclonusParameters:
    """What is called negative myoclonus; engineering choices unless a source is named.

    Attributes
    ----------
    shortest_ms, longest_ms : float
        Length of a silence that all holding muscles share (HOME: 50 to 500 ms).
    brief_ms : float
        Shorter silences down to this are counted, and name nothing.
    chance_n : float
        A silence is longer than gaps between discharges are by chance: fewer than so many of its length are expected.
    seen_ms : float
        Where such gaps are longer than this, nothing is excluded.
    steady_cv : float
        The activity around silences must vary no more: what comes and goes, as in speech, is no posture.
    held_factor : float
        A muscle holds where its envelope is so many times that where it is quietest, or never rests.
    present_n : int
        Fewer silences are not enough.
    least_held_s, absent_s : float
        Less held time shows nothing; so much without a silence excludes it in this posture.
    rhythm_share, rhythm_s : float
        Silences whose successive intervals differ by less than this share of their sum, and are shorter than that, are
        the troughs of a tremor.
    jerk_ms, jerk_snr_factor : float
        A burst that ends so shortly before a silence, and is so many times as strong as the activity around, is a
        positive jerk before it.
    fall_s : float
        The limb falls within this time.
    fewest_n : int
        Silences below which no EEG is averaged.
    """

    shortest_ms: float = 50.0
    longest_ms: float = 500.0
    brief_ms: float = 30.0
    chance_n: float = 0.05
    seen_ms: float = 100.0
    steady_cv: float = 0.25
    held_factor: float = 3.0
    present_n: int = 3
    least_held_s: float = 10.0
    absent_s: float = 60.0
    rhythm_share: float = 0.15
    rhythm_s: float = 0.4
    jerk_ms: float = 50.0
    jerk_snr_factor: float = 2.5
    fall_s: float = 0.3
    fewest_n: int = 20


@dataclass(frozen=True, slots=True, eq=False)
class _Shared:
    """Silences of all muscles that hold: earliest onset and length in common; and how long chance makes gaps."""

    onset_s: Floats
    length_s: Floats
    chance_s: float

    def lasting(self, low_ms: float, high_ms: float) -> _Shared:
        """Keep those of a length that chance does not give."""
        ms = 1e3 * self.length_s
        kept = (ms >= max(low_ms, 1e3 * self.chance_s)) & (ms < high_ms)
        return _Shared(self.onset_s[kept], self.length_s[kept], self.chance_s)

    def __len__(self) -> int:
        return int(self.onset_s.size)


@dataclass(frozen=True, slots=True, eq=False)
class _Held:
    """One muscle: when it holds, how strongly on the average, how unevenly, and its gaps then."""

    name: str
    channel: int
    held: Intervals
    level: float
    cv: float
    silences: Events


class NegativeMyoclonus(Phenomenon[NegativeMyoclonusParameters]):
    """Silences that every holding muscle shares; with an accelerometer the fall, with EEG what leads."""

    id = "negative-myoclonus"
    name = "Asterixis and negative myoclonus"
    term = _TERM
    kinds = frozenset({ChannelKind.SURFACE_EMG, ChannelKind.EMG})
    references = (HOME,)
    swept = (tonic.TonicRule(), silences.SilenceRule())

    def measure(self, bench: Bench, channels: Sequence[int], parameters: NegativeMyoclonusParameters) -> Measured:
        """Find the silences of every muscle while it holds, and keep those that all share."""
        p = parameters
        channels = [channel for channel in channels if not of_face(bench.recording.channels[channel].name)]
        if not channels:
            return self._not_assessed(f"{self.id}: not assessed: muscles of the face hold no posture")
        muscles = [_look(bench, channel, p) for channel in channels]
        held = Intervals.union_of([pair for one in muscles for pair in one.held])
        gaps = _shared(muscles, p)
        shared, brief = gaps.lasting(p.shortest_ms, np.inf), gaps.lasting(p.brief_ms, p.shortest_ms)
        state, rule = _decide(shared, len(brief), held.total_s, p)
        if state is State.EXCLUDED and not all(bench.recording.channels[c].calibrated for c in channels):
            state, rule = State.NOT_ASSESSED, f"{rule.replace('excluded', 'not assessed', 1)}, and the gain is unknown"
        here = state is State.PRESENT
        rows = [*_rows(bench, muscles, shared, brief, held.total_s, p)] if held.total_s >= p.least_held_s else []
        if here and len(shared) >= p.fewest_n:
            rows += _cortex(bench, shared.onset_s)
        alone = muscles[0].name if len(muscles) == 1 else ""
        measurements = measured(self.id, rows, held.total_s, alone)
        because = tuple(m.id for m in measurements if m.id in {f"{self.id}.rate", f"{self.id}.silence_duration"})
        finding = Finding(_TERM, state, self.id, because, f"{self.id}: {rule}", HOME if here else CHOICE)
        events = Events.merged("silence", [_of(one.silences, shared, p) for one in muscles]) if here else None
        return Measured((events,) if events else (), measurements, (finding,), (finding.rule,))


def _look(bench: Bench, channel: int, p: NegativeMyoclonusParameters) -> _Held:
    usable = bench.usable(channel)
    active = bench.detect(tonic.detect, channel, tonic.TonicRule())
    spans = Intervals.union_of(zip(active.onset_s.tolist(), active.stop_s.tolist(), strict=True))
    # A silence splits a tonic epoch; what lies between two of them is held too.
    held = Intervals.union_of(spans, p.longest_ms / 1e3).intersection(usable.stretches)
    held = Intervals.union_of((a, b) for a, b in held if b - a >= 1.0)
    # After a stimulus every contracting muscle falls silent.
    held = held.without(stimuli.evoked_time(bench.recording))
    found = usable.clear(bench.detect(silences.detect, channel, silences.SilenceRule())).within(held)
    unit = "uv" if "around_uv" in found.features else "count"
    around, rest = (found.features[f"{what}_{unit}"] for what in ("around", "rest"))
    inside = found.features[f"inside_{unit}"]
    deep = (around >= p.held_factor * np.minimum(rest, inside)) & (1e3 * found.duration_s <= p.longest_ms)
    long = deep & (1e3 * found.duration_s >= p.shortest_ms)
    level = float(np.mean(around[long])) if np.any(long) else float("nan")
    cv = float(np.std(around[long])) / level if np.any(long) else float("nan")
    return _Held(bench.recording.channels[channel].name, channel, held, level, cv, found[deep])


def _shared(muscles: Sequence[_Held], p: NegativeMyoclonusParameters) -> _Shared:
    """Give the gaps that all muscles share that hold at the time, in muscles whose activity is steady."""
    parts = [
        _with_others(one, [other for other in muscles if other is not one])
        for one in muscles
        if not one.cv > p.steady_cv
    ]
    onset, length = (np.concatenate([np.empty(0), *column]) for column in zip(*parts, strict=True)) if parts else (
        np.empty(0), np.empty(0)
    )  # fmt: skip
    order = np.argsort(onset, kind="stable")
    onset, length = onset[order], length[order]
    first = np.diff(onset, prepend=-np.inf) > _SAME_S
    return _Shared(onset[first], length[first], silences.longest_by_chance(length[first], p.chance_n))


def _with_others(one: _Held, others: Sequence[_Held]) -> tuple[Floats, Floats]:
    """Give the gaps of a muscle in which every other that holds is silent for at least half: onset, common length."""
    start, stop = one.silences.onset_s, one.silences.stop_s
    middle = (start + stop) / 2
    kept, first, begin, end = np.ones(start.size, np.bool_), start.copy(), start.copy(), stop.copy()
    for other in others:
        holds = other.held.contains(middle)
        if not len(other.silences):
            kept &= ~holds
            continue
        at = np.maximum(np.searchsorted(other.silences.onset_s, middle, side="right") - 1, 0)
        onset, until = other.silences.onset_s[at], other.silences.stop_s[at]
        silent = np.minimum(stop, until) - np.maximum(start, onset) >= 0.5 * (stop - start)
        kept &= ~holds | silent
        both = holds & silent
        first[both] = np.minimum(first, onset)[both]
        begin[both], end[both] = np.maximum(begin, onset)[both], np.minimum(end, until)[both]
    return first[kept], (end - begin)[kept]


def _of(events: Events, shared: _Shared, p: NegativeMyoclonusParameters) -> Events:
    """Keep the silences of one muscle that are shared."""
    near = np.searchsorted(shared.onset_s, events.onset_s + 0.1) - 1
    kept = np.abs(events.onset_s - shared.onset_s[np.maximum(near, 0)]) <= 0.1 if len(shared) else near >= 0
    return events[kept & (near >= 0) & (1e3 * events.duration_s >= p.shortest_ms)]


def _decide(shared: _Shared, brief: int, held_s: float, p: NegativeMyoclonusParameters) -> tuple[State, str]:
    n = len(shared)
    if held_s < p.least_held_s:
        return State.NOT_ASSESSED, f"not assessed: {held_s:.0f} s of held posture, {p.least_held_s:.0f} s are needed"
    length = 1e3 * median(shared.length_s)
    seen = f"{n} silence{'' if n == 1 else 's'} in {held_s:.0f} s of held posture"
    if n >= p.present_n:
        interval_s, uneven = regularity(shared.onset_s)
        if interval_s <= p.rhythm_s and uneven < p.rhythm_share:
            why = f"regular at {1 / interval_s:.1f} Hz: the troughs of a tremor"
            return State.NOT_ASSESSED, f"not assessed: {seen}, {why}"
        return State.PRESENT, f"present: {seen}, of {length:.0f} ms, in all muscles that held"
    if n:
        return State.NOT_ASSESSED, f"not assessed: {seen}; at least {p.present_n} needed"
    if brief >= p.present_n:
        why = f"{brief} of {p.brief_ms:.0f} to {p.shortest_ms:.0f} ms, shorter than negative myoclonus is described"
        return State.NOT_ASSESSED, f"not assessed: {seen}; {why}"
    shortest_ms = max(p.brief_ms, 1e3 * shared.chance_s)
    if shortest_ms > p.seen_ms:
        why = "between discharges of so weak a contraction gaps as long come by chance: hold more strongly"
        return State.NOT_ASSESSED, f"not assessed: {seen}; {why}"
    if held_s < p.absent_s:
        return State.NOT_ASSESSED, f"not assessed: {seen}; less than {p.absent_s:.0f} s excludes nothing"
    limit = f"shorter ones than {shortest_ms:.0f} ms would not be seen"
    return State.EXCLUDED, f"excluded in this posture: {seen}, at least {p.absent_s:.0f} s needed; {limit}"


def _rows(
    bench: Bench,
    muscles: Sequence[_Held],
    shared: _Shared,
    brief: _Shared,
    held_s: float,
    p: NegativeMyoclonusParameters,
) -> Iterator[Row]:
    onset, length = shared.onset_s, shared.length_s
    n = onset.size
    yield Row("rate", per_min(n, held_s), "1/min", n, "silences over the time in which a muscle held", HOME,
              rate_interval(n, held_s), needs=0)  # fmt: skip
    ends = median_interval(1e3 * length)
    yield Row("silence_duration", 1e3 * median(length), "ms", n, "median, between half of the power around", HOME, ends,
              needs=3)  # fmt: skip
    for name, low, high in (("short", 50, 70), ("intermediate", 70, 101), ("long", 101, np.inf)):
        count = int(np.count_nonzero((1e3 * length >= low) & (1e3 * length < high)))
        method = (
            f"silences of {low:g} {'ms and more' if high == np.inf else f'to {high:g} ms'} a minute of held posture"
        )
        yield Row(f"rate_{name}", per_min(count, held_s), "1/min", count, method, HOME, needs=0)
    method = f"silences of {p.brief_ms:g} to {p.shortest_ms:g} ms a minute of held posture, which name nothing"
    yield Row("rate_brief", per_min(len(brief), held_s), "1/min", len(brief), method, CHOICE, needs=0)
    share = _after_jerk(bench, muscles, onset, p)
    yield Row("jerk_before", share, "1", n, "share of silences with a burst just before", needs=3)
    for name, fall, count in _falls(bench, onset, p):
        method = "largest mean change of acceleration after a silence begins, axes together"
        yield Row("fall", fall, "m/s²", count, method, at=name, needs=3)


def _after_jerk(bench: Bench, muscles: Sequence[_Held], onset: Floats, p: NegativeMyoclonusParameters) -> float:
    if not onset.size:
        return float("nan")
    seen = np.zeros(onset.size, dtype=np.bool_)
    for one in muscles:
        found = bench.detect(jerks.detect, one.channel, jerks.JerkRule())
        strength = found.features["rms_uv" if "rms_uv" in found.features else "rms_count"]
        end = found.stop_s[(strength >= p.jerk_snr_factor * one.level) & (found.duration_s >= _SHORTEST_JERK_S)]
        gap = onset[:, None] - end[None, :]
        seen |= np.any((gap >= -0.03) & (gap <= p.jerk_ms / 1e3), axis=1)
    return float(np.mean(seen))


def _falls(bench: Bench, onset: Floats, p: NegativeMyoclonusParameters) -> Iterator[tuple[str, float, int]]:
    """Give, for each accelerometer, the largest mean change after silences."""
    recording = bench.recording
    for axes in sensors(recording, recording.channels_of(ChannelKind.ACCELEROMETER)):
        rate = recording.channels[axes[0]].rate_hz
        before, after = round(0.1 * rate), round(p.fall_s * rate)
        total, count = np.zeros(after), 0
        for axis in axes:
            x = recording.samples(axis)
            at = np.rint(onset * rate).astype(np.intp)
            at = at[(at >= before) & (at + after <= x.size)]
            if not at.size:
                break
            cut = epochs(x, at, before, after)
            total += (cut[:, before:] - cut[:, :before].mean(axis=1, keepdims=True)).mean(axis=0) ** 2
            count = at.size
        yield " + ".join(recording.channels[a].name for a in axes), float(np.sqrt(total.max())), count


def _cortex(bench: Bench, onset: Floats) -> Iterator[Row]:
    """Average the EEG before silences, as for positive jerks."""
    rule = spikes.SpikeRule(5.0, 50.0, -0.06, -0.006, 1000)
    recording = bench.recording
    channels = [c for c in recording.channels_of(ChannelKind.EEG) if recording.channels[c].rate_hz >= 4 * rule.high_hz]
    found = spikes.find(recording, channels, onset, rule) if channels else None
    return spikes.rows(found, 0.01) if found else iter(())


PHENOMENON = NegativeMyoclonus(NegativeMyoclonusParameters())
