"""Cramp: a sustained contraction that nobody willed; the muscle alone does not say whether it was willed.

The rate of each unit and that of the whole interference pattern are kept apart: "20 to 150 Hz" is the sum of many units
that fire at 6 to 25 a second (Minetto 2009).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from involuntary.detect import potentials, stimuli, tonic
from involuntary.detect.bench import Bench
from involuntary.detect.interference import peaks_hz
from involuntary.model import ChannelKind, Finding, Intervals, Measurement, Reference, State, Term
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
from involuntary.phenomena._unit.by_unit import ByUnit, by_unit
from involuntary.phenomena._unit.cramp import unit_intervals
from involuntary.phenomena.base import Measured, Phenomenon

__all__ = ["PHENOMENON", "Cramp", "CrampParameters"]

MINETTO = Reference(
    "title:Motor unit discharge properties of electrically elicited cramps",
    "Minetto MA, Holobar A, Botter A, Farina D. J Neurophysiol 2009;102:1890",
    "abstract: 14.5 ± 5.1 discharges a second, 6.0 to 25.0; interval CV 44.6 ± 9.7 %",
)
MILLER = Reference(
    "doi:10.1002/mus.21170",
    "Threshold frequency of electrically induced cramp. Muscle Nerve 2009;39:364",
    "abstract: 14.9 ± 1.3 Hz with a history of cramps, 25.5 ± 1.6 Hz without; from 4 Hz in steps of 2 Hz",
)
_TERM = Term("HP:0003394", "Muscle spasm")
_CONTEXTS = {
    "night": ("night", "nocturnal", "asleep", "woke", "lights off"),
    "exercise": ("after exercise", "run", "marathon", "exertion"),
    "heat": ("heat", "hot", "sauna"),
}
_WORDS = ("cramp", "pain", "charley", "knot", "involuntary")


@dataclass(frozen=True, slots=True)
class CrampParameters:
    """What counts as a cramp; engineering choices unless a source is named.

    Attributes
    ----------
    shortest_s : float
        Shorter contractions are left out.
    merge_s : float
        Rests of all channels up to this lie within one cramp.
    mark_s : float
        A mark of a cramp or of pain belongs to a contraction that lies within so much of it.
    context : str
        What the person says of every contraction of the recording: empty, ``"cramp"``, ``"pain"``, ``"night"``,
        ``"exercise"`` or ``"heat"``.
    train_gap_s : float
        Stimuli closer than this are one train; a cramp outlasts it.
    outlasting_s : float
        By at least so much.
    unit_n : int
        Fewest discharges from which a unit's rate is given.
    beside_s : float
        Potentials are counted so long before and after cramps.
    grid : bool
        Read every cramp unit by unit, the channels taken apart together as a grid; takes longer than the cramps.
    """

    shortest_s: float = 1.0
    merge_s: float = 1.0
    mark_s: float = 10.0
    context: str = field(default="", metadata={"one_of": ("cramp", "pain", "night", "exercise", "heat")})
    train_gap_s: float = 0.3
    outlasting_s: float = 1.0
    unit_n: int = 25
    beside_s: float = 60.0
    grid: bool = False


class Cramp(Phenomenon[CrampParameters]):
    """Sustained contractions with the context of a cramp: marked, told, or outlasting a train of stimuli."""

    id = "cramp"
    name = "Muscle cramp"
    term = _TERM
    kinds = frozenset({ChannelKind.SURFACE_EMG, ChannelKind.EMG})
    references = (MINETTO, MILLER)
    swept = (tonic.TonicRule(),)
    muscles_alone = True

    def measure(self, bench: Bench, channels: Sequence[int], parameters: CrampParameters) -> Measured:
        """Join the contractions of all channels, keep those that have the context, and measure them."""
        p = parameters
        recording = bench.recording
        muscle = bench.without_heart()
        parts = [sustained(muscle, channel, p.shortest_s) for channel in channels]
        at_will, trains = willed(recording), _trains(bench, p)
        every = episodes(parts, p.merge_s)
        share = zip(every, shared_s(every, at_will), strict=True)
        found = [e for e, willed_s in share if 2 * willed_s <= e.stop_s - e.start_s]
        told = shared_s(found, marked(recording, _WORDS, p.mark_s))
        named = [e for e, told_s in zip(found, told, strict=True) if p.context or told_s or _outlasts(e, trains, p)]
        state, rule = _decide(found, named, channels, bench, p)
        spans = [(e.start_s, e.stop_s) for e in named]
        units = by_unit(self.id, muscle, channels, spans) if p.grid and named else ByUnit()
        made = (
            [*_measure(self.id, muscle, channels, named, units, p), *_after(self.id, muscle, channels, named, p)]
            if named
            else []
        )
        measurements = (*made, *_threshold(self.id, named, trains, p), *units.measurements)
        because = tuple(m.id for m in made[:2])
        finding = Finding(_TERM, state, self.id, because, f"{self.id}: {rule}", MINETTO)
        # What nobody told of lies with the spasms where several muscles were recorded.
        shown = named or (found if _few_muscles(bench, channels) else [])
        events = as_events(shown)
        same = (f"{self.id}: {ONE_CONTRACTION}",) if named else ()
        notes = (finding.rule, *_context(bench, named, p), *same, *units.notes)
        return Measured((*((events,) if len(events) else ()), *units.events), measurements, (finding,), notes)


def _few_muscles(bench: Bench, channels: Sequence[int]) -> bool:
    return len({muscle_of(bench.recording.channels[channel].name) for channel in channels} - {""}) < 2


def _trains(bench: Bench, p: CrampParameters) -> list[tuple[float, float, float]]:
    """Give the trains of stimuli: first, last, and frequency."""
    time = stimuli.find(bench.recording).time_s
    return [
        (float(time[run[0]]), float(time[run[-1]]), 1.0 / float(np.median(np.diff(time[run]))))
        for run in stimuli.runs(time, p.train_gap_s)
        if len(run) > 2
    ]


def _outlasts(episode: Episode, trains: list[tuple[float, float, float]], p: CrampParameters) -> bool:
    return any(
        episode.start_s <= last + p.outlasting_s and episode.stop_s >= last + p.outlasting_s and episode.stop_s > first
        for first, last, _ in trains
        if episode.start_s >= first - p.outlasting_s
    )


def _decide(
    found: list[Episode], named: list[Episode], channels: Sequence[int], bench: Bench, p: CrampParameters
) -> tuple[State, str]:
    looked = max(bench.usable(channel).stretches.total_s for channel in channels)
    if named:
        longest = max(e.stop_s - e.start_s for e in named)
        why = p.context or "a mark of cramp or pain, or a train of stimuli that it outlasts"
        return (
            State.PRESENT,
            f"present: {len(named)} sustained contractions, up to {longest:.1f} s long; context: {why}",
        )
    if found:
        return State.NOT_ASSESSED, (
            f"not assessed: {len(found)} contractions of {p.shortest_s:g} s or more, but nothing says that they were"
            " not willed: on the skin a willed contraction of the same strength looks alike. A mark of cramp or pain"
            " (or --set cramp.context=pain), relief by stretch, or the intervals of single units (variation 45 % in a"
            " cramp) would decide"
        )
    return (
        State.NOT_ASSESSED,
        f"not assessed: no contraction of {p.shortest_s:g} s or more in {looked:.0f} s; cramps come and go",
    )


def _context(bench: Bench, named: list[Episode], p: CrampParameters) -> tuple[str, ...]:
    """Say when and after what they came, as marked or told; the signal is the same."""
    if not named:
        return ()
    told = [
        word
        for word, words in _CONTEXTS.items()
        if p.context == word or np.any(shared_s(named, marked(bench.recording, words, 3600.0)))
    ]
    return (f"cramp: context: {', '.join(told)}: the signal is the same, the causes differ",) if told else ()


def _measure(
    owner: str, muscle: Bench, channels: Sequence[int], named: list[Episode], units: ByUnit, p: CrampParameters
) -> list[Measurement]:
    seconds = float(sum(e.stop_s - e.start_s for e in named))
    length = np.array([e.stop_s - e.start_s for e in named])

    def value(
        name: str, number: float, unit: str, n: int, how: str, quality: str = "good", at: str = ""
    ) -> Measurement:
        ident = f"{owner}.{name}@{at}" if at else f"{owner}.{name}"
        return Measurement(ident, owner, at, number, unit, n, seconds, quality, how, MINETTO)

    made = [
        value("count", float(len(named)), "1", len(named), "sustained contractions with the context of a cramp"),
        value("duration_q50", float(np.median(length)), "s", len(named), "from onset to end, median"),
        value(
            "channels_q50",
            float(np.median([len(e.channels) for e in named])),
            "1",
            len(named),
            "channels that took part",
        ),
        value(
            "spread_q50",
            float(np.median([e.spread_s for e in named])),
            "s",
            len(named),
            "first channel's onset to last's",
        ),
    ]
    return made + _rates(muscle, channels, named, units, p, value)


def _rates(
    muscle: Bench,
    channels: Sequence[int],
    named: list[Episode],
    units: ByUnit,
    p: CrampParameters,
    value: Callable[..., Measurement],
) -> list[Measurement]:
    """Measure every channel's interference, and units where few enough fire to be told apart."""
    spans = Intervals.union_of([(e.start_s, e.stop_s) for e in named])
    made, intervals = [], list(units.intervals)
    for channel in channels:
        own = sustained(muscle, channel, p.shortest_s)
        own = own[spans.contains(own.onset_s + own.duration_s / 2)]
        rest = next((own.features[name] for name in ("rest_uv", "rest_count") if name in own.features), None)
        if not len(own) or rest is None:
            continue
        ends = list(zip(own.onset_s.tolist(), own.stop_s.tolist(), strict=True))
        peaks = [peaks_hz(muscle.recording, channel, *end, float(rest[0])) for end in ends]
        name = muscle.recording.channels[channel].name
        how = "peaks of the pattern a second, whatever unit they come from; no unit's rate"
        made.append(value("interference_rate", _median(peaks), "1/s", len(own), how, at=name))
        taken = [(e.start_s, e.stop_s) for e in named if name in e.channels and not p.grid]
        intervals += unit_intervals(muscle.recording, channel, taken, p.unit_n)
    why = (
        "good"
        if intervals
        else "not measured: an interference pattern that cannot be taken apart; a grid of electrodes or a needle tells"
    )
    rates = [1.0 / float(np.mean(one)) for one in intervals]
    variation = [float(np.std(one) / np.mean(one)) for one in intervals]
    return [
        *made,
        value(
            "unit_rate",
            _median(rates),
            "1/s",
            len(rates),
            "discharges a second, pauses left out, of units told apart by shape; median of units",
            why,
        ),
        value("unit_rate_lowest", min(rates, default=math.nan), "1/s", len(rates), "slowest unit", why),
        value("unit_rate_highest", max(rates, default=math.nan), "1/s", len(rates), "fastest unit", why),
        value("unit_interval_cv", _median(variation), "1", len(rates), "variation of a unit's intervals, median", why),
    ]


def _median(values: list[float]) -> float:
    return float(np.median(values)) if values else math.nan


def _after(
    owner: str, muscle: Bench, channels: Sequence[int], named: list[Episode], p: CrampParameters
) -> list[Measurement]:
    """Measure potentials in the minute after cramps against the minute before."""
    every = Intervals.union_of([(e.start_s, e.stop_s) for e in named])
    made = []
    for what, spans in (
        ("before", [(e.start_s - p.beside_s, e.start_s) for e in named]),
        ("after", [(e.stop_s, e.stop_s + p.beside_s) for e in named]),
    ):
        beside = Intervals.union_of(spans).intersection(muscle.recording.segments).without(every.widened(0.2, 0.2))
        n = sum(
            len(muscle.detect(potentials.detect, channel, potentials.THOROUGH).within(beside)) for channel in channels
        )
        rate = 60.0 * n / beside.total_s if beside.total_s else math.nan
        made.append(
            Measurement(
                f"{owner}.potentials_{what}", owner, "", rate, "1/min", n, beside.total_s,
                "good" if beside.total_s else "not measured: no time beside the cramps",
                f"potentials within {p.beside_s:g} s {what} a cramp", MINETTO,
            )
        )  # fmt: skip
    return made


def _threshold(
    owner: str, named: list[Episode], trains: list[tuple[float, float, float]], p: CrampParameters
) -> list[Measurement]:
    """Give the frequency of the first train that a cramp outlasted."""
    if not trains:
        return []
    brought = [rate for first, last, rate in trains if any(_outlasts(e, [(first, last, rate)], p) for e in named)]
    below = [rate for *_, rate in trains if not brought or rate < min(brought)]
    quality = "good" if brought and below else "no train below it was tried" if brought else "no train brought a cramp"
    seconds = float(sum(last - first for first, last, _ in trains))
    return [
        Measurement(
            f"{owner}.threshold_frequency", owner, "", min(brought, default=math.nan), "Hz", len(trains), seconds,
            quality, "lowest frequency of a train of stimuli that a contraction outlasted", MILLER,
        )
    ]  # fmt: skip


PHENOMENON = Cramp(CrampParameters())
