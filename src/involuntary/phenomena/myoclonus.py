"""Myoclonus: brief jerks, how long, how often, in which muscles and order, and what the cortex does before them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from involuntary.detect import jerks, stimuli, tonic
from involuntary.detect.bench import Bench
from involuntary.model import ChannelKind, Events, Finding, Reference, State, Term
from involuntary.phenomena._jerk import cortex, names
from involuntary.phenomena._jerk import measures as muscles
from involuntary.phenomena._jerk.events import Jerks, Looked, asked, grouped, look, regularity, repeat, without_blinks
from involuntary.phenomena._rows import CHOICE, measured, median
from involuntary.phenomena.base import BRIEF_EMG_HZ, Measured, Phenomenon

__all__ = ["PHENOMENON", "Myoclonus", "MyoclonusParameters"]

TYPICAL = Reference(
    "doi:10.3390/brainsci7080103", "Brain Sci 2017;7:103", "myoclonic bursts last 10 to 50 ms, rarely more than 100 ms"
)
COLLINS = Reference(
    "doi:10.1002/mdc3.13044",
    "Collins AF, Brown STR, Baker MR. Minimum electromyographic burst duration in healthy controls. Mov Disord Clin"
    " Pract 2020;7:827-833",
    "abstract: healthy people can make bursts below 50 ms, above all in limb muscles",
)
_TERM = Term("HP:0001336", "Myoclonus")


@dataclass(frozen=True, slots=True)
class MyoclonusParameters(cortex.CortexParameters):
    """What is called myoclonus; engineering choices unless a source is named.

    Attributes
    ----------
    brief_ms : float
        Bursts with a median up to this are too short for a usual voluntary movement (bursts of 10 to 50 ms, rarely
        above 100, are typical; healthy people hardly get below 70 but can, Collins 2020).
    single_ms : float
        Bursts with a median below this are not told from potentials of single motor units.
    present_n : int
        Fewer jerks are not enough.
    serial_s, serial_share : float
        Where more than this share of jerks follow the last within that time, they are a series: tremor, clonus,
        repetitive discharges, or cortical tremor.
    rhythm_share, rhythm_s : float
        Jerks whose successive intervals differ by less than this share of their sum, and are shorter than that, are a
        rhythm.
    calm_share : float
        Bursts that may be willed are handed on where at least this share of the time is free of tonic activity.
    absent_s, visible_uv : float
        So much time without tonic activity and without a jerk excludes it in these muscles, where a burst of that
        root mean square would have been seen.
    distance_m : str
        Distance of muscles along the pathway, as ``biceps=0.3, hand=0.75``: gives the velocity of recruitment.
    """

    brief_ms: float = 75.0
    single_ms: float = 15.0
    present_n: int = 5
    serial_s: float = 0.3
    serial_share: float = 0.5
    rhythm_share: float = 0.15
    rhythm_s: float = 0.4
    calm_share: float = 0.7
    absent_s: float = 120.0
    visible_uv: float = 100.0
    distance_m: str = ""


class Myoclonus(Phenomenon[MyoclonusParameters]):
    """Jerks by surface EMG; with EEG also what precedes them."""

    id = "myoclonus"
    name = "Myoclonus"
    term = _TERM
    kinds = frozenset({ChannelKind.SURFACE_EMG, ChannelKind.EMG})
    references = (TYPICAL, COLLINS, muscles.STAUDE, *names.REFERENCES)
    swept = (jerks.JerkRule(), tonic.TonicRule())
    least_rate_hz = BRIEF_EMG_HZ
    yields_to = ("hemifacial-spasm", "tic")

    def measure(self, bench: Bench, channels: Sequence[int], parameters: MyoclonusParameters) -> Measured:
        """Find the bursts of every muscle, join them to jerks, and weigh what they are."""
        p = parameters
        others = self.claims(bench)
        looked = without_blinks([look(bench, channel, p, others) for channel in channels], p)
        joined = grouped(looked, p)
        time_s = max(one.usable.total_s for one in looked)
        seen = cortex.look(bench, channels, joined, p)
        verdict = _decide(bench, channels, looked, joined, seen, p)
        rows = [] if verdict.empty else [*muscles.rows(looked, joined, time_s, p.distance_m), *seen.rows(p)]
        known = names.facts(looked, joined) | seen.facts(p)
        speed = next((row.value for row in rows if row.name == "velocity" and not row.why), float("nan"))
        if verdict.shown:
            rows += names.rows(known | ({"velocity_m_s": speed} if np.isfinite(speed) else {}))
        alone = looked[0].name if len(looked) == 1 else ""
        measurements = measured(self.id, rows, time_s, alone)
        deciding = {f"{self.id}.{name}" for name in ("rate", "burst_duration", "irregularity")}
        because = tuple(m.id for m in measurements if m.id in deciding)
        finding = Finding(_TERM, verdict.state, self.id, because, f"{self.id}: {verdict.rule}", verdict.source)
        events = Events.merged("burst", [one.bursts for one in looked]) if verdict.shown else Events.none("burst")
        findings = (finding, *seen.findings(_length_ms(joined), measurements, p)) if not verdict.empty else (finding,)
        notes = (finding.rule, *_dropped(looked), *(() if verdict.empty else (cortex.methods(looked, seen, p),)))
        return Measured((events,) if len(events) else (), measurements, findings, notes)


@dataclass(frozen=True, slots=True)
class _Verdict:
    """What the jerks come to; `shown` says whether they are handed on, `empty` whether there is none to measure."""

    state: State
    rule: str
    source: Reference = CHOICE
    shown: bool = False
    empty: bool = False


def _length_ms(jerks: Jerks) -> float:
    return 1e3 * median(jerks.length_s[np.isfinite(jerks.length_s)])


def _decide(
    bench: Bench, channels: Sequence[int], looked: Sequence[Looked], jerks: Jerks, cortical: cortex.Cortex,
    p: MyoclonusParameters,
) -> _Verdict:  # fmt: skip
    n, usable_s = len(jerks), max(one.usable.total_s for one in looked)
    if not usable_s:
        return _Verdict(State.NOT_ASSESSED, "not assessed: no usable time", empty=True)
    if not n:
        return _none(bench, channels, looked, p)
    if n < p.present_n:
        why = f"not assessed: {n} burst{'' if n == 1 else 's'} in {usable_s:.0f} s; at least {p.present_n} needed"
        return _Verdict(State.NOT_ASSESSED, why)
    length_ms = _length_ms(jerks)
    seen = f"{n} jerks in {usable_s:.0f} s, bursts of {length_ms:.0f} ms"
    evoked = int(np.count_nonzero(stimuli.evoked_time(bench.recording).contains(jerks.onset_s)))
    if n - evoked < p.present_n and not cortical.has_spike(p):
        why = f"not assessed: {seen}, {evoked} of them answers to marked stimuli: to a sound, see startle"
        return _Verdict(State.NOT_ASSESSED, why)
    if cortical.has_spike(p) and length_ms <= p.cortical_ms:
        return _Verdict(State.PRESENT, f"present: {seen}, each after a cortical spike", cortex.HALLETT, True)
    other = _another(jerks, length_ms, p) or _of_units(bench, looked, jerks, length_ms, p)
    if other:
        return _Verdict(State.NOT_ASSESSED, f"not assessed: {seen}, {other}")
    if length_ms <= p.brief_ms:
        return _Verdict(State.PRESENT, f"present: {seen}, at most {p.brief_ms:g} ms and irregular", TYPICAL, True)
    resting = {c.kind for c in asked(bench, p)} == {"rest"}
    if resting:
        return _Verdict(State.PRESENT, f"present: {seen}, at rest", CHOICE, True)
    why = "may be voluntary: record at rest, and say so (condition=rest), or with EEG"
    if cortical.is_prepared(p):
        why = "prepared in the EEG, as voluntary movements and functional jerks are"
    # Among contractions, such bursts are mostly how these begin and end.
    apart = max(one.calm_s for one in looked) >= p.calm_share * usable_s
    return _Verdict(State.NOT_ASSESSED, f"not assessed: {seen}, longer than {p.brief_ms:g} ms, {why}", COLLINS, apart)


def _another(jerks: Jerks, length_ms: float, p: MyoclonusParameters) -> str:
    """Say what else such bursts may be; nothing where they are isolated and irregular."""
    if length_ms < p.single_ms:
        return f"below {p.single_ms:g} ms, as potentials of single motor units"
    interval_s, uneven = regularity(jerks.onset_s)
    if interval_s <= p.rhythm_s and uneven < p.rhythm_share:
        return f"regular at {1 / interval_s:.1f} Hz: a rhythm, see tremor; cortical tremor needs EEG"
    serial = float(np.mean(np.diff(jerks.onset_s) < p.serial_s))
    if serial > p.serial_share:
        return f"{serial:.0%} within {p.serial_s:g} s of the last: repetitive discharges, clonus or tremor, not jerks"
    return ""


def _of_units(
    bench: Bench, looked: Sequence[Looked], jerks: Jerks, length_ms: float, p: MyoclonusParameters
) -> str:  # fmt: skip
    """Say so where bursts of one muscle alone repeat few waveforms."""
    alone = np.count_nonzero(np.isfinite(jerks.length_s)) < 1.5 * len(jerks)
    most = max(looked, key=lambda one: len(one.bursts))
    if length_ms > p.unit_ms or not alone:
        return ""
    repeats = repeat(bench.recording, bench.recording.index(most.name), most.bursts, p)
    return (
        "most repeat one of few waveforms, as potentials of single motor units do: see fasciculation" if repeats else ""
    )


def _none(bench: Bench, channels: Sequence[int], looked: Sequence[Looked], p: MyoclonusParameters) -> _Verdict:
    calm_s = min(one.calm_s for one in looked)
    besides = " besides those named otherwise" if any(one.named_otherwise for one in looked) else ""
    seen = f"no burst{besides} in {calm_s:.0f} s without tonic activity"
    if calm_s < p.absent_s:
        why = f"not assessed: {seen}; less than {p.absent_s:.0f} s excludes nothing"
        return _Verdict(State.NOT_ASSESSED, why, empty=True)
    if not all(one.calibrated for one in looked):
        why = f"not assessed: {seen}, but without the amplifier's gain a small burst cannot be told from none"
        return _Verdict(State.NOT_ASSESSED, why, empty=True)
    rule = tonic.TonicRule()
    smallest = p.least_snr_factor * max(bench.detect(tonic.quiet_level, channel, rule) for channel in channels)
    if smallest > p.visible_uv:
        why = f"not assessed: {seen}, but the noise hides bursts below {smallest:.0f} µV"
        return _Verdict(State.NOT_ASSESSED, why, empty=True)
    rule_text = (
        f"excluded in these muscles: {seen}, at least {p.absent_s:.0f} s needed; {smallest:.0f} µV would be seen"
    )
    return _Verdict(State.EXCLUDED, rule_text, empty=True)


def _dropped(looked: Sequence[Looked]) -> tuple[str, ...]:
    return tuple(
        f"myoclonus: {one.name}: {n} bursts not counted: {reason}" for one in looked for reason, n in one.dropped if n
    )


PHENOMENON = Myoclonus(MyoclonusParameters())
