"""Paroxysmal dyskinesia: the log of attacks joined with the signal, how long, how often, how soon after a trigger."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from involuntary.detect import elements, levels
from involuntary.detect.bench import Bench
from involuntary.detect.marks import Mark, marks
from involuntary.detect.sensors import sensors
from involuntary.model import (
    ChannelKind,
    Events,
    Finding,
    Intervals,
    LikelihoodRatio,
    Recording,
    Reference,
    State,
    Term,
)
from involuntary.phenomena._counts import rate_interval
from involuntary.phenomena._rows import CHOICE, Row, measured, median, median_interval
from involuntary.phenomena.base import Measured, Phenomenon

__all__ = ["PHENOMENON", "ParoxysmalDyskinesia", "ParoxysmalDyskinesiaParameters"]

Floats = NDArray[np.float64]

BRUNO = Reference(
    "title:Bruno 2004, clinical evaluation of idiopathic paroxysmal kinesigenic dyskinesia",
    "Bruno MK, et al. Neurology 2004",
    "121 people: sudden movement, below a minute, no loss of consciousness or pain",
)
EXPERTS = Reference(
    "doi:10.1186/s40035-021-00231-8",
    "Transl Neurodegener 2021",
    "Table 1: red flags: attacks above a minute, onset above 20 years, abnormal between attacks",
)
_TERM = Term("HP:0007166", "Paroxysmal dyskinesia")
_JUDGED = LikelihoodRatio(5.0, Reference("expert-judgement", "log, signal, duration and awareness together"))
_MARKS = {
    "attack": ("attack", "episode", "dyskinesia"),
    "trigger": ("trigger", "sudden movement", "startle", "exercise", "coffee", "alcohol"),
    "aware": ("aware", "awareness kept", "conscious"),
    "unaware": ("unaware", "awareness lost", "unconscious", "seizure"),
}
_DAY_S = 86400.0
_GAP_S, _BURST_S = 0.1, 0.25


@dataclass(frozen=True, slots=True)
class ParoxysmalDyskinesiaParameters:
    """How a log is joined with the signal; engineering choices unless a source is named.

    Attributes
    ----------
    aware : bool
        Whether the person told that awareness is kept in attacks (otherwise marks *aware* are read).
    before_s, after_s : float
        The signal's activity belongs to a logged attack if it lies within so long before and after the mark.
    pause_s : float
        Shorter pauses lie within an attack.
    shortest_s : float
        Shorter activity is none.
    trigger_s : float
        A trigger is marked within this time before the attack.
    longest_s : float
        Kinesigenic attacks are shorter than this (Bruno 2004); longer ones are a red flag.
    confirmed_n : int
        Attacks that the signal must show to name anything.
    """

    aware: bool = False
    before_s: float = 10.0
    after_s: float = 5.0
    pause_s: float = 2.0
    shortest_s: float = 1.0
    trigger_s: float = 30.0
    longest_s: float = 60.0
    confirmed_n: int = 2


@dataclass(frozen=True, slots=True, eq=False)
class _Joined:
    """The logged attacks: those that the signal shows with start and stop, shape (k, 2), and of each the lag."""

    logged_n: int
    spans: Floats
    lag_s: Floats
    triggers_n: int
    unlogged_n: int


class ParoxysmalDyskinesia(Phenomenon[ParoxysmalDyskinesiaParameters]):
    """Attacks that a person logged, as EMG and motion sensors show them."""

    id = "paroxysmal-dyskinesia"
    name = "Paroxysmal dyskinesia"
    term = _TERM
    kinds = frozenset({ChannelKind.SURFACE_EMG, ChannelKind.EMG, ChannelKind.ACCELEROMETER, ChannelKind.GYROSCOPE})
    references = (BRUNO, EXPERTS)

    def concerns(self, recording: Recording) -> bool:
        """Say whether an attack is logged."""
        return any(mark.name == "attack" for mark in marks(recording, _MARKS))

    def measure(self, bench: Bench, channels: Sequence[int], parameters: ParoxysmalDyskinesiaParameters) -> Measured:
        """Join the log with what the sensors show."""
        p = parameters
        noted = marks(bench.recording, _MARKS)
        if not any(mark.name == "attack" for mark in noted):
            return self._not_assessed("paroxysmal-dyskinesia: not assessed: no attack is logged; mark each as attack")
        muscles, moving = _activity(bench, channels, p)
        active = Intervals.union_of([*muscles, *moving], merge_gap_s=p.pause_s)
        active = Intervals.union_of((a, b) for a, b in active if b - a >= p.shortest_s)
        joined = _join(noted, active, p)
        time_s = bench.recording.duration_s
        rows = [*_rows(joined, muscles, moving, time_s, p)]
        measurements = measured(self.id, rows, time_s)
        state, why = _decide(joined, noted, p)
        here = state is State.PRESENT
        because = tuple(m.id for m in measurements if m.id == f"{self.id}.duration") if here else ()
        rule = f"{self.id}: {why}"
        finding = Finding(_TERM, state, self.id, because, rule, BRUNO, _JUDGED if here else None)
        events = _events(bench.recording.channels[channels[0]].name, joined) if here else Events.none("tonic")
        return Measured((events,) if len(events) else (), measurements, (finding,), (rule, *_flags(joined, p)))


def _activity(bench: Bench, channels: Sequence[int], p: ParoxysmalDyskinesiaParameters) -> tuple[Intervals, Intervals]:
    """Give when a muscle is active and when a sensor moves, by the usable time of each."""
    muscles, moving = Intervals.empty(), Intervals.empty()
    for channel in channels:
        if bench.recording.channels[channel].kind.is_emg:
            found = bench.detect(levels.detect, channel, levels.LevelRule())
            # What is shorter is a heart beat or a jerk; beats in a row are no attack.
            runs = levels.runs_s(found.time_s, found.active, _GAP_S, _BURST_S)
            own = Intervals.union_of((a, b) for a, b in runs.tolist())
            muscles = Intervals.union_of([*muscles, *own.intersection(bench.usable(channel).stretches)])
    motion = [c for c in channels if not bench.recording.channels[c].kind.is_emg]
    for axes in sensors(bench.recording, motion):
        made = bench.detect(elements.detect, axes[0], elements.ElementRule())
        pairs = zip(made.onset_s.tolist(), (made.onset_s + made.duration_s).tolist(), strict=True)
        moving = Intervals.union_of([*moving, *pairs], merge_gap_s=p.pause_s)
    return muscles, moving


def _join(noted: Sequence[Mark], active: Intervals, p: ParoxysmalDyskinesiaParameters) -> _Joined:
    spans: list[tuple[float, float]] = []
    logged = [m for m in noted if m.name == "attack"]
    for mark in logged:
        low, high = mark.onset_s - p.before_s, mark.onset_s + mark.duration_s + p.after_s
        near = [(a, b) for a, b in active if b > low and a < high]
        # Of several the one that holds the mark, or the longest.
        near.sort(key=lambda s: (not s[0] <= mark.onset_s <= s[1], s[0] - s[1]))
        if near and near[0] not in spans:
            spans.append(near[0])
    spans.sort()
    triggers = np.array([m.onset_s for m in noted if m.name == "trigger"])
    lag = []
    for start, _ in spans:
        before = triggers[(triggers <= start + 0.5) & (triggers > start - p.trigger_s)]
        lag.append(max(start - float(before[-1]), 0.0) if before.size else np.nan)
    unlogged = sum(b - a >= 3 for a, b in active if (a, b) not in spans)
    return _Joined(len(logged), np.array(spans).reshape(-1, 2), np.array(lag), triggers.size, unlogged)


def _rows(
    found: _Joined, muscles: Intervals, moving: Intervals, time_s: float, p: ParoxysmalDyskinesiaParameters
) -> Iterator[Row]:
    length, n = found.spans[:, 1] - found.spans[:, 0], len(found.spans)
    daily = rate_interval(found.logged_n, time_s)
    log = found.logged_n
    yield Row("attacks", log * _DAY_S / time_s, "1/d", log, "logged attacks over recorded time", CHOICE,
              (daily[0] * 1440, daily[1] * 1440), needs=1,
              quality="good" if time_s > _DAY_S else "less than a day")  # fmt: skip
    yield Row("confirmed_share", n / log, "1", log, "logged attacks that the signal shows", CHOICE, needs=1)
    yield Row("duration", median(length), "s", n, f"median, pauses below {p.pause_s:g} s left out", BRUNO,
              median_interval(length), needs=1)  # fmt: skip
    yield Row("longest", float(np.max(length, initial=0.0)), "s", n, "longest attack", EXPERTS, needs=1)
    lag = found.lag_s[np.isfinite(found.lag_s)]
    yield Row("trigger_lag", median(lag), "s", lag.size,
              f"median from the last trigger within {p.trigger_s:g} s", BRUNO, median_interval(lag), needs=1,
              why="" if found.triggers_n else "no trigger is marked")  # fmt: skip
    spans = Intervals.union_of((a, b) for a, b in found.spans.tolist())
    if spans.total_s:
        for name, those, what in (
            ("muscle_share", muscles, "a muscle is active"),
            ("movement_share", moving, "it moves"),
        ):
            share = those.intersection(spans).total_s / spans.total_s
            yield Row(name, share, "1", n, f"part of the attacks in which {what}: posture or movement", CHOICE, needs=1)
    yield Row("unlogged", float(found.unlogged_n), "1", found.unlogged_n,
              "stretches of 3 s or more of activity that nobody logged", CHOICE, needs=0)  # fmt: skip


def _flags(found: _Joined, p: ParoxysmalDyskinesiaParameters) -> Iterator[str]:
    length = found.spans[:, 1] - found.spans[:, 0]
    longer = int(np.count_nonzero(length > p.longest_s))
    if longer:
        yield (
            f"paroxysmal-dyskinesia: red flag: {longer} of {length.size} attacks last longer than {p.longest_s:g} s, "
            f"which speaks against the kinesigenic kind and for another cause ({EXPERTS.text}, Table 1)"
        )
    if found.triggers_n and len(found.spans) and not np.isfinite(found.lag_s).any():
        yield "paroxysmal-dyskinesia: no attack follows a marked trigger: not the kinesigenic kind, or not marked"


def _decide(found: _Joined, noted: Sequence[Mark], p: ParoxysmalDyskinesiaParameters) -> tuple[State, str]:
    said = f"{found.logged_n} attacks logged, {len(found.spans)} shown by the signal"
    if any(mark.name == "unaware" for mark in noted):
        return State.NOT_ASSESSED, f"not assessed: {said}; awareness was lost: a seizure must be excluded by EEG"
    if len(found.spans) < p.confirmed_n:
        return State.NOT_ASSESSED, f"not assessed: {said}, {p.confirmed_n} are needed"
    if not (p.aware or any(mark.name == "aware" for mark in noted)):
        return State.NOT_ASSESSED, f"not assessed: {said}; whether awareness is kept is not told: a seizure looks alike"
    return State.PRESENT, f"present: {said}, awareness kept; functional attacks look alike"


def _events(channel: str, found: _Joined) -> Events:
    start, stop = found.spans.T
    return Events("tonic", (channel,) * start.size, start, stop - start, {"lag_s": found.lag_s})


PHENOMENON = ParoxysmalDyskinesia(ParoxysmalDyskinesiaParameters())
