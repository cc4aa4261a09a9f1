"""Tetany: multiplets of motor axons that are rhythmic, grouped and last after ischaemia, all of it or nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from involuntary.detect.bench import Bench
from involuntary.detect.marks import between
from involuntary.model import ChannelKind, Events, Finding, Intervals, Measurement, Recording, Reference, State, Term
from involuntary.phenomena._counts import per_min, rate_interval
from involuntary.phenomena._unit.trains import (
    Series,
    certain,
    regularity,
    resting,
    series_of,
    trains_of,
    uncertain_note,
)
from involuntary.phenomena.base import Measured, Phenomenon

__all__ = ["PHENOMENON", "Tetany", "TetanyParameters"]

DEECKE = Reference(
    "doi:10.1007/BF00540035",
    "Deecke L, Müller B, Conrad B. Standardization of the electromyographic tetany test. Arch Psychiatr Nervenkr"
    " 1983;233:23-37",
    "abstract: repetitive discharges in 88.8 % of the healthy, mostly doublets and triplets; tetany is probable where"
    " multiplets of four or more appear after ischaemia, last two minutes or more, are rhythmic and grouped",
)
_TERM = Term("HP:0001281", "Tetany")
_CUFF = ("ischaemia", "ischemia", "cuff on", "cuff inflated", "cuff", "tourniquet on", "tourniquet", "trousseau")
_RELEASE = ("cuff off", "cuff released", "cuff deflated", "release", "tourniquet off", "end of ischaemia")


@dataclass(frozen=True, slots=True)
class TetanyParameters:
    """The conjunction of Deecke 1983; engineering choices unless that source is named.

    Attributes
    ----------
    multiplet_n : int
        Discharges of a multiplet (Deecke 1983: four or more).
    persist_s : float
        How long multiplets go on (Deecke 1983: two minutes).
    slowest_hz : float
        Slower discharges within a train are those of a driven unit.
    pause_s : float
        A longer pause between multiplets of a unit ends its series: they are no longer grouped.
    multiplet_share : float
        Of a unit's trains, that multiplets make up at least.
    rhythm_cv : float
        Robust coefficient of variation of the time from one multiplet to the next, above which they are not rhythmic.
    sparse_per_min : float
        More multiplets than this, without a unit whose rhythm can be told, exclude nothing.
    provoked : bool
        Whether ischaemia must be marked, and only what comes after its end counts; false takes the whole recording.
    """

    multiplet_n: int = 4
    persist_s: float = 120.0
    slowest_hz: float = 30.0
    pause_s: float = 5.0
    multiplet_share: float = 0.5
    rhythm_cv: float = 0.35
    sparse_per_min: float = 6.0
    provoked: bool = True


class Tetany(Phenomenon[TetanyParameters]):
    """Doublets to multiplets of single units by size; tetany by the conjunction of Deecke and nothing weaker."""

    id = "tetany"
    name = "Tetany"
    term = _TERM
    kinds = frozenset({ChannelKind.SURFACE_EMG, ChannelKind.EMG})
    references = (DEECKE,)

    def concerns(self, recording: Recording) -> bool:
        """Say whether an ischaemia is marked."""
        return bool(len(between(recording, _CUFF, _RELEASE)))

    def measure(self, bench: Bench, channels: Sequence[int], parameters: TetanyParameters) -> Measured:
        """Count trains by size, then ask for the four conditions in one unit."""
        p = parameters
        cuff = between(bench.recording, _CUFF, _RELEASE)
        found = [trains_of(bench, channel) for channel in channels]
        fast = [events[events.features["rate_hz"] >= p.slowest_hz] if len(events) else events for events in found]
        every = Events.merged("train", fast)
        time = resting(bench, channels)
        best = max((s for events in fast for s in _series(events, p)), key=lambda s: s.length_s, default=None)
        measurements = _measurements(every, best, cuff, time, p)
        state, rule = _decide(best, cuff, time, every, p)
        because = tuple(m.id for m in measurements) if state is State.PRESENT else ()
        finding = Finding(_TERM, state, self.id, because, f"{self.id}: {rule}", DEECKE)
        return Measured((every,) if len(every) else (), measurements, (finding,), (finding.rule,))


def _series(events: Events, p: TetanyParameters) -> list[Series]:
    """Give the rhythmic series of multiplets of one unit each."""
    series = []
    for one in series_of(events, p.pause_s):
        large = one.trains.features["n"] >= p.multiplet_n
        if np.count_nonzero(large) < 3 or np.mean(large) < p.multiplet_share:
            continue
        if regularity(one.trains.onset_s) <= p.rhythm_cv:
            series.append(Series(one.channel, one.trains[large]))
    return series


def _decide(
    best: Series | None, cuff: Intervals, time: Intervals, every: Events, p: TetanyParameters
) -> tuple[State, str]:
    seen = _seen(every)
    after = time.without(Intervals.of((-1e9, float(cuff.stop_s[-1])))) if len(cuff) else time
    if p.provoked and not len(cuff):
        if best is not None and best.length_s >= p.persist_s:
            seen += (
                f"; a unit's rhythmic multiplets last {best.length_s:.0f} s, but whether after ischaemia is not marked"
            )
        return State.NOT_ASSESSED, f'not assessed: {seen}; mark the ischaemia ("cuff on", "cuff off")'
    if after.total_s < p.persist_s:
        return (
            State.NOT_ASSESSED,
            f"not assessed: {after.total_s:.0f} s after the ischaemia, {p.persist_s:.0f} s needed",
        )
    start = float(cuff.stop_s[-1]) if len(cuff) else -np.inf
    lasts = best.stop_s - max(best.onset_s, start) if best is not None else 0.0
    if best is not None and lasts >= p.persist_s:
        rule = f"present: multiplets of {p.multiplet_n} or more, rhythmic and grouped, for {lasts:.0f} s"
        return State.PRESENT, rule + uncertain_note(every)
    held = f"rhythmic multiplets of one unit for {lasts:.0f} s" if best is not None else "no rhythmic multiplets"
    multiplets = int(np.count_nonzero(every.features["n"] >= p.multiplet_n)) if len(every) else 0
    if per_min(multiplets, time.total_s) > p.sparse_per_min and best is None:
        return State.NOT_ASSESSED, f"not assessed: {seen}; no unit's rhythm can be told: record fewer units at once"
    return State.EXCLUDED, f"excluded by this test: {seen}; {held}, {p.persist_s:.0f} s needed"


def _seen(every: Events) -> str:
    """Say how many trains there are, how large the largest is, and of how many that is not certain."""
    if not len(every):
        return "no repetitive discharges"
    return f"{len(every)} repetitive discharges, the largest of {_largest(every)[0]}{uncertain_note(every)}"


def _largest(every: Events) -> tuple[int, bool]:
    """Give the size of the largest train of those that `certain` keeps, if it keeps any, and whether it does."""
    n, sure = every.features["n"], certain(every)
    return int(np.max(n[sure] if np.any(sure) else n)), bool(np.any(sure))


def _measurements(
    every: Events, best: Series | None, cuff: Intervals, time: Intervals, p: TetanyParameters
) -> tuple[Measurement, ...]:
    seconds = time.total_s
    if not seconds or not len(every):
        return ()
    n, rate = every.features["n"], every.features["rate_hz"]

    def value(name: str, number: float, unit: str, count: int, method: str) -> Measurement:
        interval = rate_interval(count, seconds) if unit == "1/min" else None
        quality = "good" if count >= 5 else "fewer than 5"
        return Measurement(
            f"tetany.{name}", "tetany", "", number, unit, count, seconds, quality, method, DEECKE, interval
        )

    sizes = {
        "doublets": n == 2,
        "triplets": n == 3,
        "multiplets": n >= p.multiplet_n,
    }
    found = [
        value(
            f"{name}_rate",
            per_min(int(rows.sum()), seconds),
            "1/min",
            int(rows.sum()),
            f"trains of single units, {name}",
        )
        for name, rows in sizes.items()
    ]
    largest, sure = _largest(every)
    which = "the largest train whose number is not in doubt" if sure else "the largest train, its number in doubt"
    found.append(value("largest", float(largest), "1", len(every), f"discharges of {which}"))
    found.append(value("train_rate", float(np.median(rate)), "Hz", len(every), "median rate within trains"))
    if best is not None:
        between_s = np.diff(best.trains.onset_s)
        count = len(best.trains)
        found += [
            value("persistence", best.length_s, "s", count, "longest series of rhythmic multiplets of one unit"),
            value("rhythm", 1 / float(np.median(between_s)), "Hz", count, "multiplets a second of that unit, median"),
            value("rhythm_cv", regularity(best.trains.onset_s), "1", count, "robust variation of that interval"),
        ]
        if len(cuff):
            found.append(
                value("after_ischaemia", best.onset_s - float(cuff.stop_s[-1]), "s", count, "start after the release")
            )
    return tuple(found)


PHENOMENON = Tetany(TetanyParameters())
