"""Clonus: a muscle that beats three to ten times a second by itself, once stretched or out of a spasm."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from involuntary.detect import clonus as beats
from involuntary.detect.bench import Bench
from involuntary.model import ChannelKind, Events, Finding, Intervals, Measurement, State, Term
from involuntary.phenomena._contractions import marked
from involuntary.phenomena._face import of_face
from involuntary.phenomena.base import Measured, Phenomenon

__all__ = ["PHENOMENON", "Clonus", "ClonusParameters"]

Mask = NDArray[np.bool_]

_TERM = Term("HP:0002169", "Clonus")
_WORDS = ("clonus", "stretch", "dorsiflex", "spasm")


@dataclass(frozen=True, slots=True)
class ClonusParameters:
    """What counts as clonus, besides `involuntary.detect.clonus.ClonusRule`; engineering choices.

    Attributes
    ----------
    mark_s : float
        A mark of a stretch, a spasm or clonus belongs to beats that lie within so much of it.
    context : str
        What the person says of all of them, such as ``"stretch"``; empty if nothing.
    held_share : float
        Clonus comes out of a spasm where the muscle was active for this share of the time before its first trough.
    most_share : float
        What beats for more of the recording is tremor, not clonus.
    """

    mark_s: float = 10.0
    context: str = field(default="", metadata={"one_of": ("clonus", "stretch", "spasm")})
    held_share: float = 0.9
    most_share: float = 0.5


class Clonus(Phenomenon[ClonusParameters]):
    """Runs of contractions at steady intervals with rest between them, that begin and end."""

    id = "clonus"
    name = "Clonus"
    term = _TERM
    kinds = frozenset({ChannelKind.SURFACE_EMG, ChannelKind.EMG})
    references = (beats.MUMMIDISETTY,)
    swept = (beats.ClonusRule(),)
    muscles_alone = True

    def measure(self, bench: Bench, channels: Sequence[int], parameters: ClonusParameters) -> Measured:
        """Look for it on every channel and join what several show at one time."""
        p = parameters
        muscle = bench.without_heart()
        # Muscles of the face hold no spindles, hence know no stretch reflex; those that close the jaw do.
        limbs = [channel for channel in channels if not of_face(bench.recording.channels[channel].name)]
        if not limbs:
            return self._not_assessed(f"{self.id}: not assessed: muscles of the face have no stretch reflex")
        parts = [_in_usable_time(muscle, channel) for channel in limbs]
        looked_s = max(bench.usable(channel).stretches.total_s for channel in limbs)
        bounded = [part for part in parts if float(np.sum(part.duration_s)) <= p.most_share * max(looked_s, 1e-9)]
        found = _joined(bounded)
        told = marked(bench.recording, _WORDS, p.mark_s)
        named = _named(found, told, p)
        state, rule = _decide(found, named, parts, bounded, looked_s, p)
        events = found[named] if np.any(named) else found
        measurements = _measurements(self.id, events, looked_s) if len(events) else ()
        finding = Finding(
            _TERM, state, self.id, tuple(m.id for m in measurements[:3]), f"{self.id}: {rule}", beats.MUMMIDISETTY
        )
        return Measured((events,) if len(events) else (), measurements, (finding,), (finding.rule,))


def _in_usable_time(bench: Bench, channel: int) -> Events:
    found = bench.detect(beats.detect, channel, beats.ClonusRule())
    return found[bench.usable(channel).stretches.contains(found.onset_s + found.duration_s / 2)]


def _joined(parts: Sequence[Events]) -> Events:
    """Give one event where several channels beat at one time: that of the strongest, with how many they are."""
    every = Events.merged("clonus", list(parts))
    if not len(every):
        return every
    strength = next(every.features[name] for name in ("rms_uv", "rms_count") if name in every.features)
    spans = Intervals.union_of(np.column_stack([every.onset_s, every.stop_s]))
    edges = [*np.searchsorted(every.onset_s, spans.start_s).tolist(), len(every)]
    best, count = [], []
    for first, last in pairwise(edges):
        rows, channels = range(first, last), every.channel[first:last]
        energy = dict.fromkeys(channels, 0.0)
        for i, name in zip(rows, channels, strict=True):
            energy[name] += float(strength[i] ** 2 * every.duration_s[i])
        leading = max(energy, key=lambda name: energy[name])
        own = [i for i, name in zip(rows, channels, strict=True) if name == leading]
        best += own
        count += [float(len(set(channels)))] * len(own)
    return every[np.array(best, dtype=np.intp)].with_features(channels_n=np.array(count))


def _named(found: Events, told: Intervals, p: ClonusParameters) -> Mask:
    """Mark what a stretch, a spasm or a mark makes clonus."""
    if p.context or not len(found):
        return np.full(len(found), bool(p.context))
    touched = told.seconds_within(found.onset_s, found.stop_s) > 0
    named: Mask = touched | (found.features["held_before"] >= p.held_share)
    return named


def _decide(
    found: Events, named: Mask, parts: list[Events], bounded: list[Events], looked_s: float, p: ClonusParameters
) -> tuple[State, str]:
    if np.any(named):
        rates = found.features["frequency_hz"][named]
        why = p.context or "out of a tonic contraction, or at a mark of a stretch or spasm"
        n = int(np.count_nonzero(named))
        return State.PRESENT, f"present: {n} runs of beats at {np.median(rates):.1f} Hz; context: {why}"
    if len(found):
        return State.NOT_ASSESSED, (
            f"not assessed: {len(found)} runs of beats at {np.median(found.features['frequency_hz']):.1f} Hz that begin"
            " by themselves: clonus, a tremor that comes and goes, or tapping at will. A mark of the stretch (or --set"
            " clonus.context=stretch) would decide"
        )
    if len(bounded) < len(parts):
        return State.NOT_ASSESSED, "not assessed: it beats for most of the recording, as a tremor does"
    return State.NOT_ASSESSED, f"not assessed: no run of beats in {looked_s:.0f} s; clonus needs a stretch to show"


def _measurements(owner: str, events: Events, looked_s: float) -> tuple[Measurement, ...]:
    n = len(events)
    suffix, unit = ("uv", "µV") if "rms_uv" in events.features else ("count", "count")
    columns = (
        ("frequency_q50", events.features["frequency_hz"], "Hz", "contractions a second of a run, median"),
        ("rms_q50", events.features[f"rms_{suffix}"], unit, "root mean square of contractions, median of runs"),
        ("duration_q50", events.duration_s, "s", "first contraction's start to last one's end, median"),
        ("contraction_q50", events.features["contraction_ms"], "ms", "5 to 95 % of a contraction's energy, median"),
        ("contractions_q50", events.features["contractions_n"], "1", "contractions of a run, median"),
    )
    made = [
        Measurement(
            f"{owner}.{name}", owner, "", float(np.median(values)), unit_of, n, looked_s, "good", how,
            beats.MUMMIDISETTY,
        )
        for name, values, unit_of, how in columns
    ]  # fmt: skip
    load = float(np.sum(events.duration_s))
    hours = max(looked_s, 1e-9) / 3600
    made.append(
        Measurement(
            f"{owner}.rate", owner, "", n / hours, "1/h", n, looked_s, "good", "runs an hour", beats.MUMMIDISETTY
        )
    )
    made.append(
        Measurement(
            f"{owner}.load", owner, "", load / max(looked_s, 1e-9), "1", n, looked_s, "good",
            "share of the time with clonus", beats.MUMMIDISETTY,
        )
    )  # fmt: skip
    return tuple(made)


PHENOMENON = Clonus(ClonusParameters())
