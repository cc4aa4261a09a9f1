"""Failure of nerve-muscle transmission: decrement and increment on repetitive stimulation, jitter and blocking."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from involuntary.detect import responses, stimuli
from involuntary.detect.bench import Bench
from involuntary.detect.clipped import clipped_after
from involuntary.detect.drift import without_drift
from involuntary.detect.spike_pairs import PairRule
from involuntary.detect.sweeps import cut
from involuntary.model import (
    ChannelKind,
    Events,
    Finding,
    LikelihoodRatio,
    Measurement,
    Recording,
    Reference,
    State,
    Term,
)
from involuntary.norms import Norm, Norms, Person, norms
from involuntary.phenomena._evoked import Desk, amount, muscle_of, without_limits
from involuntary.phenomena._unit import jitter
from involuntary.phenomena.base import Measured, Phenomenon

__all__ = ["PHENOMENON", "TransmissionFailure", "TransmissionFailureParameters", "change"]

TECHNIQUE = Reference(
    "url:https://discovery.researcher.life/topic/store-of-acetylcholine/10290631",
    "Review of the technique of repetitive nerve stimulation, read as an abstract that shows no authors",
    "decrement of the 4th or 5th response, facilitation after 10 s of effort",
)
ABRAHAM = Reference(
    "doi:10.1002/mus.25214",
    "Abraham A, Alabdali M, Alsulaiman A, et al. Repetitive nerve stimulation cutoff values for the diagnosis of"
    " myasthenia gravis. Muscle Nerve 2017;55:166-170",
)
_DECREMENT = Term(
    "HP:0003403", "EMG: decremental response of compound muscle action potential to repetitive nerve stimulation"
)
_INCREMENT = Term(
    "HP:0030206", "EMG: incremental response of compound muscle action potential to repetitive nerve stimulation"
)
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class TransmissionFailureParameters:
    """How trains are read; engineering choices unless a source is named.

    Attributes
    ----------
    train_n : int
        Stimuli that make a train.
    slowest_hz, fastest_hz : float
        Rates at which a decrement is read; faster trains are read for an increment.
    after_s : float
        Length of a sweep.
    blank_ms, from_ms : float
        The artefact, and where the response may begin.
    smallest_mv : float
        Smaller responses are not read: a tenth of them is noise and movement.
    alike_share : float
        Responses correlate at least so with each other: pulses of a clock beside a contraction evoke nothing.
    facilitated_s : float
        The response that is compared with that at rest comes so soon after the effort.
    uneven_percent : float
        A train whose course turns back by more is uneven, and calls no decrement unless another train agrees with it.
    muscle, electrode : str
        Muscle and needle (``"concentric"`` or ``"single-fibre"``), where the channel's name does not say.
    age_years : float
        Of the person; 0 where not stated, and then no limit of an age holds.
    filter : str
        Of a jitter study, as the norms name it: ``"2 kHz"`` of those shipped; the others name none.
    fewest_pairs_n : int
        Pairs that a jitter study needs before it is called normal or not (Stålberg 2016: 15 to 20).
    norms : str
        A table of norms of one's own.
    """

    train_n: int = 4
    slowest_hz: float = 1.5
    fastest_hz: float = 7.0
    after_s: float = 0.04
    blank_ms: float = 1.0
    from_ms: float = 1.5
    smallest_mv: float = 0.3
    alike_share: float = 0.9
    facilitated_s: float = 15.0
    uneven_percent: float = 8.0
    muscle: str = ""
    electrode: str = ""
    age_years: float = 0.0
    filter: str = ""
    fewest_pairs_n: int = 15
    norms: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class _Train:
    """Responses of one train; `after_s` is the time since the last effort, infinite at rest."""

    start_s: float
    rate_hz: float
    negative: Floats
    area: Floats
    after_s: float


class TransmissionFailure(Phenomenon[TransmissionFailureParameters]):
    """Trains on surface channels, fibre pairs on needle channels, each held against its limits."""

    id = "transmission-failure"
    name = "Failure of nerve-muscle transmission"
    term = _DECREMENT
    kinds = frozenset({ChannelKind.SURFACE_EMG, ChannelKind.EMG, ChannelKind.NEEDLE_EMG})
    references = (TECHNIQUE, ABRAHAM, jitter.GUIDELINE)

    def concerns(self, recording: Recording) -> bool:
        """Only with trains of stimuli, or a needle study that is marked as one of jitter."""
        p = self.parameters
        trains = stimuli.trains(stimuli.find(recording), 1 / p.slowest_hz, p.train_n)
        return bool(trains) or bool(jitter.needles(recording))

    def measure(self, bench: Bench, channels: Sequence[int], parameters: TransmissionFailureParameters) -> Measured:
        """Read trains where the skin was stimulated over a nerve, and pairs where a needle lay in the muscle."""
        recording, p = bench.recording, parameters
        table = norms(p.norms)
        jitter.check_electrode(self.id, p.electrode, table)
        needles = jitter.needles(recording, asked=not self.concerns(recording))
        parts = [
            _surface(self, bench, c, table, p)
            for c in channels
            if recording.channels[c].kind is not ChannelKind.NEEDLE_EMG
        ]
        for channel in needles:
            one = jitter.study(recording, channel, table, p.muscle, p.electrode, PairRule())
            person = Person(p.age_years or math.nan)
            finding = jitter.judge(one, self.id, table, person, p.filter, p.fewest_pairs_n)
            events = jitter.drawn(one, table, person, p.filter)
            parts.append(Measured((events,), tuple(jitter.written(one, self.id)), (finding,)))
        known = [part for part in parts if part.findings]
        unread = tuple(note for part in parts for note in part.notes)
        if not known:
            given = len(stimuli.find(recording))
            return self._not_assessed(
                f"{self.id}: not assessed: no train of {p.train_n} stimuli or more with responses that can be read"
                f" ({given} stimuli are marked), and no needle study of jitter"
                f"{': ' if unread else ''}{'; '.join(unread)}"
            )
        findings = tuple(f for part in known for f in part.findings)
        every = [e for part in known for e in part.events]
        kinds = [Events.merged(kind, [e for e in every if e.kind == kind]) for kind in ("response", "potential")]
        muscles = sorted({*table.values("rns", "muscle"), *table.values("jitter", "muscle")})
        unknown = without_limits("muscle", p.muscle, muscles)
        notes = (f"{self.id}: {unknown}",) if unknown else ()
        return Measured(
            tuple(events for events in kinds if len(events)),
            tuple(m for part in known for m in part.measurements),
            findings,
            (*notes, *(f"{self.id}: {note}" for note in unread), *(f.rule for f in findings)),
        )


def change(first: float, other: float) -> float:
    """Give by how many per cent the other is smaller: the decrement, negative where it is larger.

    Examples
    --------
    >>> change(10.0, 8.5)
    15.0
    """
    return 100 * (first - other) / first if first else float("nan")


def _surface(
    owner: TransmissionFailure, bench: Bench, channel: int, table: Norms, p: TransmissionFailureParameters
) -> Measured:
    meta = bench.recording.channels[channel]
    trains, events, unread = _trains(bench, channel, p)
    notes = tuple(f"{meta.name}: {why}" for why in dict.fromkeys(unread))
    if not trains:
        return Measured(notes=notes)
    muscle, person = muscle_of(meta.name, p.muscle, table.values("rns", "muscle")), Person(p.age_years or math.nan)
    desk = Desk(owner.id, meta.name, meta.name, meta.duration_s)
    slow = [t for t in trains if p.slowest_hz * 0.99 <= t.rate_hz <= p.fastest_hz]
    found = _decrements(slow, desk, p)
    findings = [_judge_decrement(owner.id, meta.name, muscle, found, table, person)] if slow else []
    increments = _increments(trains, bench, channel, desk, p)
    if increments:
        findings.append(_judge_increment(owner.id, meta.name, muscle, increments, table, person))
    return Measured((events,), (*found, *increments), tuple(findings), notes)


def _trains(bench: Bench, channel: int, p: TransmissionFailureParameters) -> tuple[list[_Train], Events, list[str]]:
    """Read every train of a channel; one with a response too small or clipped is left out, with the reason."""
    recording = bench.recording
    given = stimuli.find(recording)
    efforts = stimuli.efforts(recording)
    meta = recording.channels[channel]
    factor, unit = amount(meta)
    smallest = p.smallest_mv / 1e3 if meta.calibrated else 0.0
    trains, events, unread = [], [], []
    for run in stimuli.trains(given, 1 / p.slowest_hz, p.train_n):
        sweeps = without_drift(cut(recording, channel, given[run], p.after_s, p.blank_ms / 1e3))
        if sweeps.rows.size < p.train_n or sweeps.rows[0] != 0:
            continue
        wave = responses.waves(sweeps, p.from_ms / 1e3, p.after_s, smallest)
        alike = responses.alikeness(sweeps, p.from_ms / 1e3, p.after_s)
        start = float(given.time_s[run[0]])
        if clipped_after(bench, channel, given.time_s[run][: p.train_n + 1], p.from_ms / 1e3, p.after_s).any():
            unread.append("a train of responses beyond the recorder's range is left out: record with less gain")
            continue
        if not wave.present[: p.train_n].all():
            least = (
                f" (the usual one has {factor * float(np.median(wave.amplitude)):.2g} {unit})"
                if meta.calibrated
                else ""
            )
            unread.append(f"a train with a response below {p.smallest_mv:g} mV or in the noise is left out{least}")
            continue
        if alike < p.alike_share:
            unread.append("a train whose responses are not alike is left out")
            continue
        wave = responses.steadied(wave, sweeps, p.from_ms / 1e3, p.after_s)
        ended = efforts.stop_s[efforts.stop_s <= start]
        rate = 1 / float(np.median(np.diff(given.time_s[run])))
        since = start - float(ended[-1]) if ended.size else np.inf
        trains.append(_Train(start, rate, factor * wave.negative, factor * wave.area, since))
        onset = given.time_s[run][sweeps.rows] + np.nan_to_num(wave.latency_s)
        columns = {
            f"amplitude_{unit.lower()}": factor * wave.negative,
            f"area_{unit.lower()}_ms": 1e3 * factor * wave.area,
            "latency_ms": 1e3 * wave.latency_s,
        }
        events.append(Events("response", (meta.name,) * onset.size, onset, np.zeros(onset.size), columns))
    return trains, Events.merged("response", events), unread


def _decrements(trains: list[_Train], desk: Desk, p: TransmissionFailureParameters) -> list[Measurement]:
    """Give the decrement at rest, as the median over trains, and after effort, train by train."""
    rest = [t for t in trains if t.after_s == np.inf]
    found = _decrement("", rest, desk, p) if rest else []
    for train in trains:
        if train.after_s < np.inf:
            found += _decrement(f"_after_{train.after_s:.0f}s", [train], desk, p)
    return found


def _decrement(suffix: str, trains: list[_Train], desk: Desk, p: TransmissionFailureParameters) -> list[Measurement]:
    worst = max(_uneven(train.negative) for train in trains)
    fourth = [change(t.negative[0], t.negative[3]) for t in trains]
    # Movement does not come back alike in another train.
    doubtful = worst > p.uneven_percent and (len(trains) == 1 or np.ptp(fourth) > p.uneven_percent)
    quality = f"uneven by {worst:.0f} %: look for movement" if doubtful else "good"
    rate = float(np.median([train.rate_hz for train in trains]))
    n = len(trains)
    rows = (
        ("decrement_amplitude", fourth, "4th against 1st, baseline to peak"),
        ("decrement_lowest", [change(t.negative[0], float(t.negative[1:5].min())) for t in trains],
         "smallest of 2nd to 5th against 1st, baseline to peak"),
        ("decrement_area", [change(t.area[0], t.area[3]) for t in trains], "4th against 1st, area of the first phase"),
    )  # fmt: skip
    return [
        desk.write(f"{name}{suffix}", float(np.median(values)), "%", n,
                   f"{method}, at {rate:.1f} Hz, median over trains", TECHNIQUE, quality=quality)
        for name, values, method in rows
    ]  # fmt: skip


def _uneven(sizes: Floats) -> float:
    """Give by how many per cent of the first the course turns back on itself, as it does when the limb moves.

    A junction that tires and recovers turns once, and slowly.
    """
    step = np.diff(sizes)
    turns = np.where(step[:-1] * step[1:] < 0, np.minimum(np.abs(step[:-1]), np.abs(step[1:])), 0.0)
    return 100 * float(turns.max(initial=0.0)) / float(sizes[0])


def _increments(
    trains: list[_Train], bench: Bench, channel: int, desk: Desk, p: TransmissionFailureParameters
) -> list[Measurement]:
    """Give the growth of the response over effort, and within fast trains."""
    found = []
    rest = [t.negative[0] for t in trains if t.after_s == np.inf]
    soon = [t.negative[0] for t in trains if t.after_s <= p.facilitated_s]
    singles = _single_responses(bench, channel, p)
    rest += [size for size, after in singles if after == np.inf]
    soon += [size for size, after in singles if after <= p.facilitated_s]
    if rest and soon:
        value = -change(float(np.median(rest)), float(np.max(soon)))
        found.append(
            desk.write("increment_amplitude", value, "%", len(soon),
                       f"largest first response within {p.facilitated_s:g} s after effort against rest", TECHNIQUE)
        )  # fmt: skip
    for train in trains:
        if train.rate_hz > p.fastest_hz:
            value = -change(float(train.negative[0]), float(train.negative.max()))
            found.append(
                desk.write(f"increment_at_{train.rate_hz:.0f}hz", value, "%", train.negative.size,
                           "largest against first response of a fast train", TECHNIQUE)
            )  # fmt: skip
            break
    return found


def _single_responses(bench: Bench, channel: int, p: TransmissionFailureParameters) -> list[tuple[float, float]]:
    """Give the size of responses outside trains and the time since the last effort."""
    recording = bench.recording
    given = stimuli.find(recording)
    alone = [run for run in stimuli.runs(given.time_s, 1 / p.slowest_hz) if run.size < p.train_n]
    if not alone:
        return []
    kept = given[np.concatenate(alone)]
    kept = kept[~clipped_after(bench, channel, kept.time_s, p.from_ms / 1e3, p.after_s)]
    if not len(kept):
        return []
    sweeps = without_drift(cut(recording, channel, kept, p.after_s, p.blank_ms / 1e3))
    wave = responses.waves(sweeps, p.from_ms / 1e3, p.after_s, p.smallest_mv / 1e3)
    ends = stimuli.efforts(recording).stop_s
    factor, _ = amount(recording.channels[channel])
    times = kept.time_s[sweeps.rows]
    since = [float(t - ends[ends <= t][-1]) if np.any(ends <= t) else np.inf for t in times]
    return [(factor * float(s), t) for s, t, there in zip(wave.negative, since, wave.present, strict=True) if there]


def _judge_decrement(
    owner: str, channel: str, muscle: str, found: list[Measurement], table: Norms, person: Person
) -> Finding:
    """Hold the largest decrement against every limit for this muscle; all limits are named."""
    of_amplitude = [m for m in found if m.id.split(".")[1].startswith("decrement_amplitude")]
    of_area = [m for m in found if m.id.split(".")[1].startswith("decrement_area")]
    rows = table.find("rns", "decrement_amplitude", person, muscle=muscle)
    # Trains that can be trusted come first, if they lie beyond a limit.
    trusted = [m for m in of_amplitude if m.quality == "good" and any(row.abnormal(m.value, person) for row in rows)]
    largest = max(trusted or of_amplitude, key=lambda m: m.value)
    if not rows:
        why = f"{owner}: {channel}: decrement not assessed: the norms have no limit"
        return Finding(_DECREMENT, State.NOT_ASSESSED, owner, (), why)
    beyond = [row for row in rows if row.abnormal(largest.value, person)]
    said = "; ".join(f"{'beyond' if row in beyond else 'within'} {row.told(person)}" for row in rows)
    area = max(m.value for m in of_area)
    limits = table.find("rns", "decrement_area", person, muscle=muscle)
    held = "; ".join(f"{'beyond' if row.abnormal(area, person) else 'within'} {row.told(person)}" for row in limits)
    # The area tells the same story a second time and calls nothing by itself.
    rule = f"{owner}: {channel}: decrement {largest.value:.1f} %{_when(largest)}: {said}; of the area {area:.1f} %"
    rule = f"{rule}: {held}" if held else rule
    rule = f"{rule}; a single train: repeat it" if sum(m.n for m in of_amplitude) < 2 else rule
    if beyond and largest.quality != "good":
        return Finding(_DECREMENT, State.NOT_ASSESSED, owner, (largest.id,), f"{rule}; not assessed: {largest.quality}")
    # The one that decides comes first: a page shows no more than a few.
    because = tuple(dict.fromkeys(m.id for m in (largest, *of_amplitude, *of_area)))
    state = State.PRESENT if beyond else State.EXCLUDED
    row = (beyond or list(rows))[0]
    return Finding(_DECREMENT, state, owner, because, rule, row.reference, _weight(rows, beyond=bool(beyond)))


def _weight(rows: Sequence[Norm], *, beyond: bool) -> LikelihoodRatio | None:
    known = [row for row in rows if np.isfinite(row.weight(beyond=beyond))]
    return LikelihoodRatio(known[0].weight(beyond=beyond), known[0].reference) if known else None


def _when(of: Measurement) -> str:
    """Say how long after effort, where it was."""
    after = of.id.split("@")[0].partition("_after_")[2]
    return f" ({after.removesuffix('s')} s after effort)" if after else ""


def _judge_increment(
    owner: str, channel: str, muscle: str, found: list[Measurement], table: Norms, person: Person
) -> Finding:
    largest = max(found, key=lambda m: m.value)
    rows = table.find("rns", "increment_amplitude", person, muscle=muscle)
    if not rows:
        why = f"{owner}: {channel}: increment not assessed: the norms have no limit"
        return Finding(_INCREMENT, State.NOT_ASSESSED, owner, (), why)
    beyond = [row for row in rows if row.abnormal(largest.value, person)]
    said = "; ".join(f"{'beyond' if row in beyond else 'within'} {row.told(person)}" for row in rows)
    state = State.PRESENT if beyond else State.EXCLUDED
    rule = f"{owner}: {channel}: increment {largest.value:.0f} %: {said}"
    return Finding(_INCREMENT, state, owner, tuple(m.id for m in found), rule, (beyond or list(rows))[0].reference)


PHENOMENON = TransmissionFailure(TransmissionFailureParameters())
