"""Dystonia: antagonists that contract together, bursts, the drive that they share, and muscles that nobody asked."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from involuntary.detect import levels, oscillation
from involuntary.detect.bench import Bench
from involuntary.detect.conditioned import FRAME_S
from involuntary.detect.marks import Mark, marks, spans
from involuntary.dsp.coherence import coherence
from involuntary.dsp.spectrum import band_power
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
from involuntary.phenomena._cocontraction import by_amplitude, by_shape, by_time, named_pairs
from involuntary.phenomena._rows import CHOICE, Row, measured, median, median_interval
from involuntary.phenomena.base import Measured, Phenomenon

__all__ = ["PHENOMENON", "Dystonia", "DystoniaParameters"]

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

CAREY = Reference(
    "doi:10.1371/journal.pone.0343081",
    "Carey HD, De Groote F, Sawers A. A comparative analysis of co-contraction indices using synthetic EMG data"
    " (PLoS ONE)",
    "abstract: shape-based, amplitude-driven and temporal indices answer different questions",
)
TIJSSEN = Reference(
    "doi:10.1093/brain/123.4.677",
    "Tijssen MAJ, Marsden JF, Brown P. Brain 2000;123:677",
    "neck: a drive of 4 to 7 Hz in 8 patients and no control; controls have a peak at 10 to 12 Hz",
)
NIJMEIJER = Reference(
    "title:Nijmeijer 2014, EMG coherence and spectral analysis in cervical dystonia",
    "Nijmeijer SWR, et al. J Neurol Sci 2014;347:167",
    "10 patients, 10 controls: no difference at 4 to 7 Hz, low accuracy for a single muscle",
)
SPECTRUM = Reference("doi:10.3390/toxins9090256", "Toxins 2017;9:256", "power of 3 to 10 over that of 3 to 32 Hz")
OVERFLOW = Reference(
    "url:https://pmc.ncbi.nlm.nih.gov/articles/PMC3119776",
    "activity in muscles that the task does not need, children with dystonia",
    "it correlates with the Barry-Albright rating",
)
JUDGED = LikelihoodRatio(
    3.0, Reference("expert-judgement", "no EMG test of dystonia is validated (10.1016/j.cnp.2023.12.006)")
)

_TERM = Term("HP:0001332", "Dystonia")
_MARKS = {"rest": ("rest", "resting"), "mvc": ("mvc", "mvic", "maximum", "maximal"), "task": ("task",)}
_BANDS_HZ = {"4_7": (4.0, 7.0), "8_14": (8.0, 14.0)}
_SEGMENT_S, _FEWEST_SEGMENTS = 1.0, 12
_BOTH_SIDES = (
    "dystonia: a shared drive of 4 to 7 Hz was found in patients only (Tijssen 2000, 8 and 8), and in patients and "
    "controls alike (Nijmeijer 2014, 10 and 10); by itself it names nothing"
)


@dataclass(frozen=True, slots=True)
class DystoniaParameters:
    """How co-contraction is measured, and when it is called dystonia; expert judgement.

    Attributes
    ----------
    pairs : str
        Antagonists, as ``biceps=triceps, FCR=ECR``; read from the channels' names when empty.
    shortest_ms, merge_ms : float
        A burst is at least so long (200 to 500 ms or longer in dystonia), and shorter pauses lie within it.
    rest_s : float
        Marked rest that is needed to name anything.
    rest_share : float
        Antagonists that contract together in such bursts for this share of marked rest are called dystonia.
    overflow_percent : float
        So much of its maximal effort in a muscle that neither the task nor its antagonist needs is called overflow.
    fewest_s : float
        Activity that indices and spectra need.
    """

    pairs: str = ""
    shortest_ms: float = 200.0
    merge_ms: float = 60.0
    rest_s: float = 10.0
    rest_share: float = 0.1
    overflow_percent: float = 3.0
    fewest_s: float = 3.0


@dataclass(frozen=True, slots=True, eq=False)
class _Muscle:
    """One muscle: level in parts of its reference, over usable time; bursts as start and stop."""

    channel: int
    name: str
    time_s: Floats
    level: Floats
    active: Mask
    bursts: Floats
    reference: str
    effort: bool
    usable_s: float


class Dystonia(Phenomenon[DystoniaParameters]):
    """Co-contraction and overflow by surface EMG of named antagonists; named only where rest or the task is marked."""

    id = "dystonia"
    name = "Dystonia"
    term = _TERM
    kinds = frozenset({ChannelKind.SURFACE_EMG, ChannelKind.EMG})
    references = (CAREY, TIJSSEN, NIJMEIJER, SPECTRUM, OVERFLOW)

    def concerns(self, recording: Recording) -> bool:
        """Say whether two channels are named as antagonists."""
        channels = recording.channels_of(*self.kinds)
        return bool(named_pairs([recording.channels[c].name for c in channels]))

    def measure(self, bench: Bench, channels: Sequence[int], parameters: DystoniaParameters) -> Measured:
        """Measure every pair and every muscle, and name only what was not asked for."""
        p = parameters
        pairs = named_pairs([bench.recording.channels[c].name for c in channels], p.pairs)
        if not pairs:
            return self._not_assessed(
                "dystonia: not assessed: no antagonists are named; state them as dystonia.pairs=biceps=triceps"
            )
        names = [bench.recording.channels[c].name for c in channels]
        noted = [m for m in marks(bench.recording, _MARKS) if m.name != "task" or any(_names(m, n) for n in names)]
        muscles = [_look(bench, channel, noted, p) for channel in channels]
        if min(one.time_s.size for one in muscles) == 0:
            return self._not_assessed("dystonia: not assessed: no usable time")
        rest = spans(noted, "rest", bench.recording.duration_s)
        rows = [row for i, j in pairs for row in _pair_rows(bench, muscles[i], muscles[j], noted, p)]
        rows += [row for one in muscles for row in _muscle_rows(bench, one, noted, p)]
        state, why, because = _decide(muscles, pairs, rest, rows, p)
        measurements = measured(self.id, rows, max(one.usable_s for one in muscles))
        chosen = tuple(m.id for m in measurements if m.id.removeprefix(f"{self.id}.") in because)
        here = state is State.PRESENT
        finding = Finding(_TERM, state, self.id, chosen, f"dystonia: {why}", CHOICE, JUDGED if here else None)
        events = [_events(one, rest, noted) for one in muscles] if here else []
        return Measured(
            (Events.merged("tonic", events),) if here else (), measurements, (finding,), (finding.rule, _BOTH_SIDES)
        )


def _look(bench: Bench, channel: int, noted: Sequence[Mark], p: DystoniaParameters) -> _Muscle:
    found = bench.detect(levels.detect, channel, levels.LevelRule())
    usable = bench.usable(channel).stretches
    kept = usable.contains(found.time_s)
    time, level, active = found.time_s[kept], found.level[kept], found.active[kept]
    name = bench.recording.channels[channel].name
    effort = _efforts(noted, name).contains(time)
    top = float(np.max(level[effort if effort.any() else slice(None)], initial=0.0))
    reference = "marked maximal effort" if effort.any() else "its highest level in the recording"
    bursts = levels.runs_s(time, active & ~effort, p.merge_ms / 1e3, p.shortest_ms / 1e3)
    return _Muscle(channel, name, time, level / top if top else level, active, bursts, reference, bool(effort.any()),
                   usable.total_s)  # fmt: skip


def _efforts(noted: Sequence[Mark], name: str) -> Intervals:
    """Give the marked maximal efforts of a muscle: those that name it."""
    return Intervals.union_of(
        (m.onset_s, m.onset_s + m.duration_s) for m in noted if m.name == "mvc" and _names(m, name)
    )


def _names(mark: Mark, channel: str) -> bool:
    """Tell whether a mark ends with the name of a channel, in any case and with any separator."""
    return f" {mark.text}".endswith(" " + re.sub(r"[\s_:,;/-]+", " ", channel.strip().lower()))


def _all_efforts(noted: Sequence[Mark]) -> Intervals:
    return Intervals.union_of((m.onset_s, m.onset_s + m.duration_s) for m in noted if m.name == "mvc")


def _pair_rows(
    bench: Bench, one: _Muscle, other: _Muscle, noted: Sequence[Mark], p: DystoniaParameters
) -> Iterator[Row]:
    at = f"{one.name} × {other.name}"
    _, i, j = np.intersect1d(np.round(one.time_s, 4), np.round(other.time_s, 4), return_indices=True)
    counted = ~_all_efforts(noted).contains(one.time_s[i])
    i, j = i[counted], j[counted]
    either = one.active[i] | other.active[j]
    first, second = one.level[i][either], other.level[j][either]
    n, needs = first.size, round(p.fewest_s / FRAME_S)
    by = one.reference if one.effort == other.effort else "what each has: maximal effort, or its highest level"
    said = "good" if one.effort and other.effort else "no maximal effort is marked for both"
    while_active = f"envelopes as parts of {by}, while either is active"
    yield Row("cocontraction_shape", by_shape(first, second), "%", n,
              f"twice the common area over the sum; {while_active}", CAREY, at=at, needs=needs,
              quality=said)  # fmt: skip
    yield Row("cocontraction_amplitude", by_amplitude(first, second), "1", n,
              f"mean of lower over higher times their sum; {while_active}", CAREY, at=at, needs=needs,
              quality=said)  # fmt: skip
    yield Row("cocontraction_temporal", by_time(one.active[i], other.active[j]), "%", n,
              "time in which both are active over that in which either is", CAREY, at=at, needs=needs)  # fmt: skip
    yield from _coherence_rows(bench, one, other, at)


def _coherence_rows(bench: Bench, one: _Muscle, other: _Muscle, at: str) -> Iterator[Row]:
    """Give the coherence over seconds in which both are active: beginnings and ends are shared by any two."""
    rule = oscillation.OscillationRule()
    first, second = (bench.detect(oscillation.detect, m.channel, rule) for m in (one, other))
    rate = first.rate_hz
    parts = [(a, b) for a in first.stretches for b in second.stretches] if rate == second.rate_hz else []
    whole = [part for a, b in parts for part in _segments(a, b, rate, one, other)]
    if len(whole) < _FEWEST_SEGMENTS:
        return
    joined = np.concatenate(whole, axis=1)
    found = coherence(joined[0], joined[1], rate, _SEGMENT_S)
    runs = found.significant(0.99, 2)
    for name, (low, high) in _BANDS_HZ.items():
        inside = (found.frequency_hz >= low) & (found.frequency_hz <= high)
        said = "significant" if runs[inside].any() else "not significant"
        yield Row(
            f"coherence_{name}_hz", float(found.squared[inside].max()), "1", found.segments,
            f"highest of {low:g} to {high:g} Hz, rectified EMG, disjoint segments of {_SEGMENT_S:g} s in which both "
            f"are active; 99 % limit {found.limit(0.99):.2f} in two neighbouring bins", TIJSSEN, at=at,
            quality=f"{said}; patients and controls alike in Nijmeijer 2014",
        )  # fmt: skip


def _segments(
    a: oscillation.Stretch, b: oscillation.Stretch, rate: float, one: _Muscle, other: _Muscle
) -> Iterator[Floats]:
    """Cut the samples of both, where both muscles are active, into whole segments, shape (2, n)."""
    n, both = round(_SEGMENT_S * rate), _runs(one).intersection(_runs(other))
    for start, stop in both.intersection(_span(a, rate)).intersection(_span(b, rate)):
        i, j = round((start - a.start_s) * rate), round((start - b.start_s) * rate)
        for k in range(0, int((stop - start) * rate) // n * n, n):
            parts = a.samples[0, i + k : i + k + n], b.samples[0, j + k : j + k + n]
            if parts[0].size == parts[1].size == n:
                yield np.stack(parts)


def _runs(one: _Muscle) -> Intervals:
    return _spans(levels.runs_s(one.time_s, one.active, 0.1, _SEGMENT_S))


def _span(stretch: oscillation.Stretch, rate: float) -> Intervals:
    return Intervals.of((stretch.start_s, stretch.start_s + stretch.samples.shape[1] / rate))


def _muscle_rows(bench: Bench, one: _Muscle, noted: Sequence[Mark], p: DystoniaParameters) -> Iterator[Row]:
    length = one.bursts[:, 1] - one.bursts[:, 0]
    at, n = one.name, length.size
    bursts = f"active for at least {p.shortest_ms:g} ms, pauses below {p.merge_ms:g} ms left out"
    yield Row("burst_duration", median(length), "s", n, f"median; {bursts}", CHOICE, median_interval(length), at)
    yield Row("burst_rate", 60 * n / one.usable_s, "1/min", n, bursts, CHOICE, at=at, needs=1)
    yield Row("active_share", float(np.mean(one.active)), "1", one.active.size, "time above three times rest", at=at)
    found = bench.detect(oscillation.detect, one.channel, oscillation.OscillationRule())
    busy = _held(one, found.start_s, found.window_s, 0.5)
    if busy.any():
        spectrum = found.spectrum(busy)
        share = band_power(spectrum, 3.0, 10.0) / max(band_power(spectrum, 3.0, 32.0), np.finfo(np.float64).tiny)
        yield Row("low_power_share", share, "1", int(busy.sum()), "power of 3 to 10 over 3 to 32 Hz, rectified EMG, "
                  "windows of 3 s in which the muscle is mostly active", SPECTRUM, at=at, needs=1)  # fmt: skip
    yield from _overflow_rows(one, noted)


def _held(one: _Muscle, begin_s: Floats, length_s: float, share: float) -> Mask:
    """Mark the windows in which the muscle is active for more than a share of the time."""
    edges = np.searchsorted(one.time_s, np.stack([begin_s, begin_s + length_s]))
    total = np.concatenate([[0], np.cumsum(one.active)])
    held = total[edges[1]] - total[edges[0]]
    return np.asarray(held > share * length_s / FRAME_S, dtype=np.bool_)


def _overflow_rows(one: _Muscle, noted: Sequence[Mark]) -> Iterator[Row]:
    """Give the level of a muscle while another was asked for."""
    others = Intervals.union_of(
        (m.onset_s, m.onset_s + m.duration_s) for m in noted if m.name == "task" and not _names(m, one.name)
    )
    inside = others.contains(one.time_s)
    if inside.any():
        unit, factor = ("%MVC", 100.0) if one.effort else ("1", 1.0)
        yield Row("overflow", factor * float(np.mean(one.level[inside])), unit, int(inside.sum()),
                  f"mean while the task asked for another muscle, as part of {one.reference}", OVERFLOW, at=one.name,
                  quality="good" if one.effort else "no maximal effort is marked")  # fmt: skip


def _decide(
    muscles: Sequence[_Muscle], pairs: Sequence[tuple[int, int]], rest: Intervals, rows: Sequence[Row],
    p: DystoniaParameters,
) -> tuple[State, str, set[str]]:  # fmt: skip
    opposed = {muscles[k].name for pair in pairs for k in pair}
    asked = [r for r in rows if r.name == "overflow" and r.unit == "%MVC" and r.at not in opposed]
    over = [r for r in asked if r.value >= p.overflow_percent]
    if over:
        said = ", ".join(f"{r.at} {r.value:.0f} %" for r in over)
        rule = f"present: overflow, {said} of maximal effort in a task of another muscle; pain and effort do so too"
        return State.PRESENT, rule, {f"overflow@{r.at}" for r in over}
    if rest.total_s < p.rest_s:
        why = f"{p.rest_s:g} s of marked rest are needed" if not asked else "no overflow in the muscles recorded"
        return (
            State.NOT_ASSESSED,
            f"not assessed: {why}; activity that is not marked as rest or task may be willed",
            set(),
        )
    for i, j in pairs:
        one, other = muscles[i], muscles[j]
        both = _spans(one.bursts).intersection(_spans(other.bursts)).intersection(rest).total_s
        if both >= p.rest_share * rest.total_s and not _rhythmic(one):
            at = f"{one.name} × {other.name}"
            rule = (
                f"present: {one.name} and {other.name} contract together, in bursts of at least {p.shortest_ms:g} ms, "
                f"for {both:.0f} of {rest.total_s:.0f} s of rest; spasm, stiffness and a muscle not relaxed do so too"
            )
            return State.PRESENT, rule, {f"cocontraction_{family}@{at}" for family in ("shape", "temporal")}
    return State.NOT_ASSESSED, "not assessed: no antagonists contract together at rest; action was not looked at", set()


def _spans(bursts: Floats) -> Intervals:
    return Intervals.union_of((a, b) for a, b in bursts.tolist())


def _rhythmic(one: _Muscle) -> bool:
    """Tell bursts that follow each other as evenly as those of a slow tremor or of spasms in a row."""
    step = np.diff(one.bursts[:, 0])
    return bool(step.size >= 10 and np.median(step) < 0.5 and np.std(step) < 0.25 * np.mean(step))


def _events(one: _Muscle, rest: Intervals, noted: Sequence[Mark]) -> Events:
    """Give the bursts that nobody asked for: at rest, or in a task of another muscle."""
    unasked = [(m.onset_s, m.onset_s + m.duration_s) for m in noted if m.name == "task"]
    own = [(m.onset_s, m.onset_s + m.duration_s) for m in noted if m.name == "task" and _names(m, one.name)]
    where = Intervals.union_of([*rest, *unasked]).without(Intervals.union_of(own))
    kept = one.bursts[where.contains(one.bursts.mean(axis=1))] if len(one.bursts) else one.bursts
    peak = np.array([float(one.level[a:b].max()) for a, b in np.searchsorted(one.time_s, kept)])
    return Events("tonic", (one.name,) * len(kept), kept[:, 0], kept[:, 1] - kept[:, 0], {"peak_share": peak})


PHENOMENON = Dystonia(DystoniaParameters())
