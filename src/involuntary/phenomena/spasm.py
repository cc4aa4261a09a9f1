"""Spasm: sudden involuntary contractions of a limb over hours, sorted by type and by the muscles that they take.

Types as in Thomas 2014: unit, tonic, clonus, myoclonus, mixed. Whether it was willed the muscle does not say.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from involuntary.detect import bursts, clonus, tonic
from involuntary.detect.bench import Bench
from involuntary.model import ChannelKind, Events, Finding, Intervals, Measurement, Reference, State, Term
from involuntary.phenomena._contractions import (
    ONE_CONTRACTION,
    Episode,
    as_events,
    episodes,
    marked,
    muscle_of,
    shared_s,
    sustained,
    willed,
)
from involuntary.phenomena._counts import rate_interval
from involuntary.phenomena._unit.by_unit import ByUnit, by_unit
from involuntary.phenomena.base import Measured, Phenomenon

__all__ = ["PHENOMENON", "Spasm", "SpasmParameters"]

THOMAS = Reference(
    "title:Spasms after spinal cord injury over 48 hours",
    "Thomas CK, et al. J Electromyogr Kinesiol 2014:747-754",
    "types: unit, tonic, clonus, myoclonus, mixed; two raters agreed on the type of 89 %",
)
_TERM = Term("HP:0003394", "Muscle spasm")
_WORDS = ("spasm", "involuntary")
_SLEEP = ("lights off", "asleep", "sleep", "night")
_TYPES = ("unit", "tonic", "clonus", "mixed", "myoclonus")
_GROUPS = ("flexor", "extensor", "adductor")


@dataclass(frozen=True, slots=True)
class SpasmParameters:
    """What counts as a spasm; engineering choices unless a source is named.

    Attributes
    ----------
    shortest_s : float
        Shorter contractions are left out.
    merge_s : float
        Rests of all channels up to this lie within one spasm: where a spasm ends is what raters differ on most
        (Thomas 2014).
    mark_s : float
        A mark of a spasm belongs to a contraction that lies within so much of it.
    context : str
        What is known of every contraction of the recording, such as ``"paralysed"``; empty if nothing.
    clonic_share, mixed_share : float
        A spasm that beats for at least the first share of its length is clonus, for at least the second mixed.
    unit_share : float
        One whose muscles are active in less of it is of single units.
    grid : bool
        Read every spasm unit by unit, the channels taken apart together as a grid; takes longer than the spasms.
    """

    shortest_s: float = 0.5
    merge_s: float = 1.0
    mark_s: float = 10.0
    context: str = field(default="", metadata={"one_of": ("spasm", "involuntary", "paralysed")})
    clonic_share: float = 0.8
    mixed_share: float = 0.1
    unit_share: float = 0.5
    grid: bool = False


class Spasm(Phenomenon[SpasmParameters]):
    """Contractions across muscles with the context of spasms, their type, their load, by day and by night."""

    id = "spasm"
    name = "Muscle spasm"
    term = _TERM
    kinds = frozenset({ChannelKind.SURFACE_EMG, ChannelKind.EMG})
    references = (THOMAS,)
    swept = (tonic.TonicRule(), bursts.BurstRule(), clonus.ClonusRule())
    muscles_alone = True

    def measure(self, bench: Bench, channels: Sequence[int], parameters: SpasmParameters) -> Measured:
        """Join the contractions of all muscles, sort them, count them."""
        p = parameters
        muscle = bench.without_heart()
        beating = [muscle.detect(clonus.detect, channel, clonus.ClonusRule()) for channel in channels]
        tonic_parts = [sustained(muscle, channel, p.shortest_s) for channel in channels]
        at_will, told = willed(bench.recording), marked(bench.recording, _WORDS, p.mark_s)
        every = episodes(tonic_parts, p.merge_s)
        found = [e for e, willed_s in zip(every, shared_s(every, at_will), strict=True) if not willed_s]
        named = [e for e, told_s in zip(found, shared_s(found, told), strict=True) if p.context or told_s]
        muscles = {muscle_of(bench.recording.channels[channel].name) for channel in channels} - {""}
        looked_s = max((bench.usable(channel).stretches.total_s for channel in channels), default=0.0)
        state, rule = _decide(found, named, looked_s, p)
        shown = named or (found if len(muscles) > 1 else [])
        kinds = _types(shown, beating, tonic_parts, p)
        jerks = _jerks(muscle, channels, shown) if named else 0
        made = _measurements(self.id, bench, shown, kinds, jerks, looked_s) if shown else ()
        finding = Finding(_TERM, state, self.id, tuple(m.id for m in made[:3]), f"{self.id}: {rule}", THOMAS)
        events = as_events(shown, clonic=[float(kind in {"clonus", "mixed"}) for kind in kinds])
        spans = [(e.start_s, e.stop_s) for e in named]
        units = by_unit(self.id, muscle, channels, spans) if p.grid and named else ByUnit()
        same = (f"{self.id}: {ONE_CONTRACTION}",) if named else ()
        notes = (finding.rule, *_merging(shown, p), *same, *units.notes)
        together = (*((events,) if len(events) else ()), *units.events)
        return Measured(together, (*made, *units.measurements), (finding,), notes)


def _decide(found: list[Episode], named: list[Episode], looked_s: float, p: SpasmParameters) -> tuple[State, str]:
    if named:
        why = p.context or "a mark of a spasm"
        return State.PRESENT, f"present: {len(named)} contractions in {looked_s / 3600:.1f} h; context: {why}"
    if found:
        return State.NOT_ASSESSED, (
            f"not assessed: {len(found)} contractions, but nothing says that they were not willed; a mark of a spasm,"
            " or a limb that cannot be moved at will (--set spasm.context=paralysed), would decide"
        )
    return State.NOT_ASSESSED, (
        f"not assessed: no contraction of {p.shortest_s:g} s or more in {looked_s:.0f} s; spasms come and go over hours"
    )


def _types(found: list[Episode], beating: list[Events], active: list[Events], p: SpasmParameters) -> list[str]:
    """Give the type of each spasm: by how much of it beats, else by the muscle that is active in most of it."""
    clonic = Intervals.union_of(np.concatenate([np.column_stack([e.onset_s, e.stop_s]) for e in beating]))
    share = shared_s(found, clonic) / np.array([e.stop_s - e.start_s for e in found])
    filled = np.full(len(found), np.nan)
    stretches = Intervals.of(*((e.start_s, e.stop_s) for e in found))
    for part in active:
        onset = part.onset_s + 1e-6
        inside = stretches.contains(onset)
        number = np.searchsorted(stretches.start_s, onset[inside], side="right") - 1
        np.fmax.at(filled, number, part.features["occupied"][inside])
    kinds = np.where(filled < p.unit_share, "unit", "tonic")
    kinds = np.where(share >= p.mixed_share, np.where(share >= p.clonic_share, "clonus", "mixed"), kinds)
    return [str(kind) for kind in kinds]


def _group(episode: Episode) -> str:
    weight: dict[str, float] = {}
    for name, rms, active in zip(episode.channels, episode.rms, episode.active_s, strict=True):
        weight[muscle_of(name)] = weight.get(muscle_of(name), 0.0) + rms * active
    weight.pop("", None)
    return max(weight, key=lambda name: weight[name]) if weight else ""


def _jerks(muscle: Bench, channels: Sequence[int], found: list[Episode]) -> int:
    """Count bursts apart from spasms; those of several muscles within 50 ms are one."""
    apart = Intervals.union_of([(e.start_s, e.stop_s) for e in found]).widened(0.5, 0.5)
    onsets = [muscle.detect(bursts.detect, channel, bursts.BurstRule()).onset_s for channel in channels]
    ordered = np.sort(np.concatenate([onset[~apart.contains(onset)] for onset in onsets]))
    return int(np.count_nonzero(np.diff(ordered) > 0.05)) + int(ordered.size > 0)


def _merging(shown: list[Episode], p: SpasmParameters) -> tuple[str, ...]:
    if not shown:
        return ()
    return (f"spasm: contractions with rests of all muscles up to {p.merge_s:g} s between them count as one",)


def _measurements(
    owner: str, bench: Bench, found: list[Episode], kinds: list[str], jerks: int, looked_s: float
) -> tuple[Measurement, ...]:
    length = np.array([e.stop_s - e.start_s for e in found])
    hours = max(looked_s, 1e-9) / 3600

    def value(
        name: str, number: float, unit: str, n: int, how: str, interval: tuple[float, float] | None = None, at: str = ""
    ) -> Measurement:
        ident = f"{owner}.{name}@{at}" if at else f"{owner}.{name}"
        return Measurement(ident, owner, at, number, unit, n, looked_s, "good", how, THOMAS, interval)

    low, high = rate_interval(len(found), 60 * max(looked_s, 1e-9) / 3600)
    made = [
        value("rate", len(found) / hours, "1/h", len(found), "spasms an hour", (low, high)),
        value("duration_q50", float(np.median(length)), "s", len(found), "from onset to end, median"),
        value("load", 24.0 * 60 * float(length.sum()) / max(looked_s, 1e-9), "min/day", len(found),
              "time in spasm, as minutes of a day"),
        value("channels_q50", float(np.median([len(e.channels) for e in found])), "1", len(found),
              "muscles that took part"),
    ]  # fmt: skip
    count = Counter(kinds)
    count["myoclonus"] = jerks
    made += [value(f"count_{kind}", float(count[kind]), "1", count[kind], f"of type {kind}") for kind in _TYPES]
    groups = Counter(_group(e) for e in found)
    if set(groups) & set(_GROUPS):
        made += [value(f"count_{g}", float(groups[g]), "1", groups[g], f"led by {g} muscles") for g in _GROUPS]
    for channel in sorted({name for e in found for name in e.channels}):
        n = sum(channel in e.channels for e in found)
        made.append(value("rate", n / hours, "1/h", n, "spasms an hour in which this muscle took part", at=channel))
    return (*made, *_by_night(value, bench, found))


def _by_night(value: Callable[..., Measurement], bench: Bench, found: list[Episode]) -> list[Measurement]:
    """Count by day and by night, where marks say when the person slept."""
    night = marked(bench.recording, _SLEEP).intersection(bench.recording.segments)
    if night.total_s < 60:
        return []
    inside = [bool(night.contains(np.array([e.start_s]))[0]) for e in found]
    day_s = max(bench.recording.duration_s - night.total_s, 1e-9)
    n = sum(inside)
    return [
        value("rate_night", 3600 * n / night.total_s, "1/h", n, "spasms an hour of the time marked as sleep"),
        value("rate_day", 3600 * (len(found) - n) / day_s, "1/h", len(found) - n, "spasms an hour of the other time"),
    ]


PHENOMENON = Spasm(SpasmParameters())
