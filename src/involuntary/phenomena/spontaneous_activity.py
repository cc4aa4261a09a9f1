"""Spontaneous activity at a needle, muscle at rest: what fires, told by rhythm, shape and rate."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from involuntary.detect.bench import Bench
from involuntary.detect.discharges import lost_time
from involuntary.model import ChannelKind, Events, Finding, Measurement, Recording, Reference, State, Term
from involuntary.phenomena._counts import per_min, rate_interval
from involuntary.phenomena._rows import Row, measured, median
from involuntary.phenomena._unit import fibre_series
from involuntary.phenomena._unit.fibre_series import FibreSeries, Series
from involuntary.phenomena.base import Measured, Phenomenon

__all__ = ["PHENOMENON", "SpontaneousActivity", "SpontaneousActivityParameters"]

AANEM = Reference(
    "title:AANEM glossary of terms in neuromuscular and electrodiagnostic medicine",
    "American Association of Neuromuscular and Electrodiagnostic Medicine; as quoted beside a recording by V. Tsirka",
    "myotonic: 20 to 80 Hz, spikes below 5 ms, amplitude and frequency both wax and wane",
)
STATPEARLS = Reference(
    "url:https://statpearls.com/ArticleLibrary/viewarticle/19794",
    "StatPearls, abnormal spontaneous electromyographic activity",
    "fibrillation: regular, 0.5 to 15 Hz; spikes 1 to 5 ms, positive waves 10 to 30 ms",
)
CLEVELAND = Reference(
    "url:https://www.ccjm.org/highwire/markup/10572/expansion",
    "Cleveland Clinic Journal of Medicine, table: abnormal spontaneous activity",
    "fasciculation potentials: spontaneous discharges of a motor unit, irregular",
)
PARTANEN = Reference(
    "doi:10.5772/55352",
    "Partanen J. Different types of fibrillation potentials in human needle EMG. In: Electrodiagnosis in New Frontiers"
    " of Clinical Research. InTech 2013",
    "fibrillation potentials are rhythmic; irregular ones are hard to tell from end-plate spikes",
)
TRONTELJ = Reference(
    "url:https://jnnp.bmj.com/content/46/4/310",
    "Trontelj J, Stålberg E. Bizarre repetitive discharges recorded with single fibre EMG. J Neurol Neurosurg"
    " Psychiatry 1983;46:310",
    "components and intervals vary little; the limits are engineering choices",
)
_ID = "spontaneous-activity"
_ABNORMAL = Term("HP:0003457", "EMG abnormality")


@dataclass(frozen=True, slots=True)
class _Kind:
    """One kind of activity: what it is called, its finding, and where it is defined."""

    name: str
    term: Term | None
    source: Reference


_KINDS = {
    "fibrillation": _Kind("fibrillation potentials", Term("HP:0010546", "Muscle fibrillation"), PARTANEN),
    "positive_sharp_wave": _Kind("positive sharp waves", Term("HP:0030007", "EMG: positive sharp waves"), STATPEARLS),
    "fasciculation": _Kind("fasciculation potentials", Term("HP:0002380", "Fasciculations"), CLEVELAND),
    "myotonic": _Kind("myotonic discharges", Term("HP:0100284", "EMG: myotonic discharges"), AANEM),
    "complex_repetitive": _Kind("complex repetitive discharges", _ABNORMAL, TRONTELJ),
    # Found beside the end-plates of healthy muscle: counted, never a finding.
    "end_plate": _Kind("end-plate spikes", None, PARTANEN),
}
_OTHER = "other"


@dataclass(frozen=True, slots=True)
class SpontaneousActivityParameters:
    """What is what; engineering choices unless a source is named.

    Attributes
    ----------
    slowest_hz, fastest_hz : float
        Rate of fibrillation potentials and positive sharp waves (StatPearls: 0.5 to 15 Hz).
    regular_factor : float
        Robust coefficient of variation of successive intervals of what is regular, at most.
    spike_ms : float
        A single fibre's spike is no longer (StatPearls: 1 to 5 ms).
    sharp_wave_ms : float
        A positive sharp wave is no longer.
    fewest_n : int
        Potentials of a series before it is named.
    myotonic_slowest_hz, myotonic_fastest_hz : float
        Rate of myotonic discharges (20 to 80 Hz, AANEM; up to 150 Hz in older texts).
    waning_share, rate_waning_share : float
        So much of the largest amplitude and of the highest rate is lost somewhere in a myotonic discharge.
    complex_slowest_hz, complex_fastest_hz : float
        Rate of complex repetitive discharges.
    uniform_factor : float
        Their variation of intervals, at most,
    uniform_share : float
        and so much of amplitude and rate may be lost; onset and end are thereby abrupt.
    complex_phases_n : int
        Their potentials have at least so many phases, or last longer than a spike.
    run_n : int
        Potentials of a discharge of either kind.
    near_n : int
        In the second around a fasciculation potential there are no more than so many: a willed unit fires faster,
    unit_ms : float
        and lasts at least as long as a unit's potential does,
    thickest_ms : float
        and its area over its amplitude is no more than so much: a contact that jumps and recovers is thicker.
    fasciculation_n : int
        So many are asked for.
    brief_irregular_factor : float
        End-plate spikes vary by at least so much.
    willed_share : float
        Where a larger share of the potentials is none of these, the muscle may not have been at rest.
    """

    slowest_hz: float = 0.5
    fastest_hz: float = 15.0
    regular_factor: float = 0.1
    spike_ms: float = 5.0
    sharp_wave_ms: float = 30.0
    fewest_n: int = 10
    myotonic_slowest_hz: float = 20.0
    myotonic_fastest_hz: float = 150.0
    waning_share: float = 0.3
    rate_waning_share: float = 0.15
    complex_slowest_hz: float = 5.0
    complex_fastest_hz: float = 100.0
    uniform_factor: float = 0.03
    uniform_share: float = 0.2
    complex_phases_n: int = 5
    run_n: int = 15
    near_n: int = 3
    unit_ms: float = 5.0
    thickest_ms: float = 6.0
    fasciculation_n: int = 5
    brief_irregular_factor: float = 0.2
    willed_share: float = 0.3


class SpontaneousActivity(Phenomenon[SpontaneousActivityParameters]):
    """Needle EMG at rest; where the muscle may not have been at rest nothing is named."""

    id = _ID
    name = "Spontaneous activity at a needle"
    term = _ABNORMAL
    kinds = frozenset({ChannelKind.NEEDLE_EMG})
    references = (AANEM, STATPEARLS, CLEVELAND, PARTANEN, TRONTELJ)

    def concerns(self, recording: Recording) -> bool:
        """Say whether a needle channel's rate shows single fibres."""
        return any(c.kind is ChannelKind.NEEDLE_EMG and c.rate_hz >= 4000 and c.calibrated for c in recording.channels)

    def measure(self, bench: Bench, channels: Sequence[int], parameters: SpontaneousActivityParameters) -> Measured:
        """Name the series of each channel by themselves; a finding holds where any channel shows it."""
        metas = bench.recording.channels
        readable = [i for i in channels if metas[i].rate_hz >= 4000 and metas[i].calibrated]
        if not readable:
            return self._not_assessed(f"{_ID}: not assessed: no needle channel in volts from 4000 Hz on")
        parts = [_of_channel(bench, i, parameters) for i in readable]
        findings = tuple(f for part in parts for f in part.findings)
        said = {f.term.id for f in findings if f.state is State.PRESENT}
        # One channel at rest is enough to name what it shows; why another named nothing is a note.
        kept = tuple(f for f in findings if f.state is State.PRESENT) or findings[:1]
        notes = tuple(f.rule for f in findings if f.state is not State.PRESENT or f.term.id not in said)
        return Measured(
            tuple(e for part in parts for e in part.events),
            tuple(m for part in parts for m in part.measurements),
            kept,
            notes,
        )


def _of_channel(bench: Bench, channel: int, p: SpontaneousActivityParameters) -> Measured:
    name = bench.recording.channels[channel].name
    usable = bench.usable(channel)
    lost = lost_time(usable).widened(0.05, 0.05)
    time_s = usable.stretches.total_s
    found = bench.detect(fibre_series.detect, channel, fibre_series.FibreSeriesRule())
    named = [(_kind(series, p), series) for series in found.series if not np.any(lost.contains(series.time_s))]
    kinds = _by_potential(found, named, lost.contains(found.time_s), p)
    n = int(np.count_nonzero(kinds != ""))
    other = int(np.count_nonzero(kinds == _OTHER))
    if not n:
        return _none(name, f"no potential stands out in {time_s:.0f} s at one site; ten sites or more are looked at")
    if other > p.willed_share * n:
        return _none(name, f"indeterminate: {other} of {n} potentials are of none of these kinds: the muscle may"
                           " not have been at rest")  # fmt: skip
    counts = {kind: int(np.count_nonzero(kinds == kind)) for kind in _KINDS}
    rows = [row for kind in _KINDS if counts[kind] for row in _rows(kind, counts[kind], named, name, time_s)]
    measurements = measured(_ID, rows, time_s)
    findings = _findings(counts, measurements, name, time_s)
    return Measured((_events(found, named, kinds, name),), measurements, findings)


def _none(name: str, why: str) -> Measured:
    rule = f"{_ID}: not assessed: {name}: {why}"
    return Measured(findings=(Finding(_ABNORMAL, State.NOT_ASSESSED, _ID, rule=rule),), notes=(rule,))


def _kind(series: Series, p: SpontaneousActivityParameters) -> str:
    """Name one series by its rhythm, shape and rate; the first rule that holds."""
    if series.shape is None or series.rows.size < p.fewest_n:
        return _OTHER
    rate, uneven, length = series.rate_hz, series.unevenness, series.shape.duration_ms
    run = series.rows.size >= p.run_n
    short = length <= p.spike_ms
    # A complex is found as one potential or as several, and each of them in some repetitions only.
    uniform = series.size_range <= p.uniform_share and series.beat_range <= p.uniform_share
    beat = 1.0 / float(np.median(series.beat))
    complicated = series.shape.phases >= p.complex_phases_n or (length > p.spike_ms and not series.sharp_then_slow)
    waning = series.size_range >= p.waning_share and series.rate_range >= p.rate_waning_share
    rules = (
        ("myotonic", run and waning and uneven <= p.regular_factor
            and p.myotonic_slowest_hz <= rate <= p.myotonic_fastest_hz),
        ("complex_repetitive", run and uniform and complicated and series.beat_unevenness <= p.uniform_factor
            and p.complex_slowest_hz <= beat <= p.complex_fastest_hz),
        ("positive_sharp_wave", series.sharp_then_slow and uneven <= p.regular_factor
            and p.slowest_hz <= rate <= p.fastest_hz and length <= p.sharp_wave_ms),
        ("fibrillation", short and not series.slow_ends and uneven <= p.regular_factor
            and p.slowest_hz <= rate <= p.fastest_hz),
        ("end_plate", short and uneven >= p.brief_irregular_factor and series.own_share >= 0.5),
    )  # fmt: skip
    return next((kind for kind, holds in rules if holds), _OTHER)


def _by_potential(
    found: FibreSeries, named: list[tuple[str, Series]], lost: NDArray[np.bool_], p: SpontaneousActivityParameters
) -> NDArray[np.str_]:
    """Give the kind of each potential: its series', else fasciculation where it is a unit's and stands alone.

    What was lost to artefacts has none.
    """
    kinds = np.full(found.time_s.size, _OTHER, dtype="<U24")
    first, last = (np.searchsorted(found.time_s, found.time_s + side * 0.5) for side in (-1, 1))
    slow = last - first <= p.near_n
    kinds[slow & (found.duration_ms >= p.unit_ms) & (found.thickness_ms <= p.thickest_ms)] = "fasciculation"
    for kind, series in named:
        if kind != _OTHER:
            kinds[series.rows] = kind
    # A complex has many parts; those that are found in some of its repetitions only make no series.
    for _, series in (one for one in named if one[0] == "complex_repetitive"):
        inside = (found.time_s >= series.time_s[0]) & (found.time_s <= series.time_s[-1])
        kinds[inside & (kinds == _OTHER)] = "complex_repetitive"
    kinds[lost] = ""
    if np.count_nonzero(kinds == "fasciculation") < p.fasciculation_n:
        kinds[kinds == "fasciculation"] = _OTHER
    return kinds


def _rows(kind: str, n: int, named: list[tuple[str, Series]], name: str, time_s: float) -> list[Row]:
    own = [series for what, series in named if what == kind]
    about, source = _KINDS[kind].name, _KINDS[kind].source
    rates = np.array([series.rate_hz for series in own])
    sizes = np.array([series.shape.amplitude_uv for series in own if series.shape])
    uneven = np.array([series.unevenness for series in own])
    rows = [
        Row(f"{kind}_per_minute", per_min(n, time_s), "1/min", n, about, source, rate_interval(n, time_s), at=name,
            needs=1),
        Row(f"{kind}_rate", median(rates), "Hz", rates.size, f"{about}: rate of a series, median", source, at=name,
            needs=1),
        Row(f"{kind}_amplitude", median(sizes), "µV", sizes.size, f"{about}: of the averaged potential, median",
            source, at=name, needs=1),
        Row(f"{kind}_unevenness", median(uneven), "1", uneven.size,
            f"{about}: robust variation of successive intervals", source, at=name, needs=1),
    ]  # fmt: skip
    return rows if own else rows[:1]


def _findings(
    counts: dict[str, int], measurements: tuple[Measurement, ...], name: str, time_s: float
) -> tuple[Finding, ...]:
    found = []
    for kind, what in _KINDS.items():
        if not counts[kind] or what.term is None:
            continue
        because = tuple(m.id for m in measurements if m.id.startswith(f"{_ID}.{kind}_"))
        rule = f"{_ID}: {name}: {what.name}: {counts[kind]} potentials in {time_s:.0f} s"
        found.append(Finding(what.term, State.PRESENT, _ID, because, rule, what.source))
    if not found:
        normal = f"{counts['end_plate']} end-plate spikes, as healthy muscle has, and nothing else in {time_s:.0f} s"
        return _none(name, normal).findings
    return tuple(found)


def _events(found: FibreSeries, named: list[tuple[str, Series]], kinds: NDArray[np.str_], name: str) -> Events:
    """Give every named potential, with the number of its series."""
    unit = np.full(found.time_s.size, np.nan)
    for k, (_, series) in enumerate(named):
        unit[series.rows] = float(k)
    kept = np.flatnonzero((kinds != _OTHER) & (kinds != ""))
    return Events(
        "potential", (name,) * kept.size, found.time_s[kept], found.duration_ms[kept] / 1e3, {"unit_id": unit[kept]}
    )


PHENOMENON = SpontaneousActivity(SpontaneousActivityParameters())
