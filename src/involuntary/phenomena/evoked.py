"""Evoked responses: M wave, H reflex, F waves and motor evoked potentials, with recruitment and depression.

Laboratories set their own limits for most of these; where the table of norms has none, nothing is called abnormal.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from involuntary.detect import responses, stimuli
from involuntary.detect.bench import Bench
from involuntary.detect.response_repeats import repeats
from involuntary.detect.sweeps import Sweeps, cut
from involuntary.dsp.extreme import expected_smallest
from involuntary.dsp.silence import silent_period
from involuntary.model import ChannelKind, Events, Finding, Measurement, Recording, Reference, State, Term
from involuntary.norms import Norm, norms
from involuntary.phenomena._evoked import BLINK_MS, Desk, amount, is_sensory, middle, responded
from involuntary.phenomena._recruitment import MCKINNON, SIGMOID, recruitment
from involuntary.phenomena.base import Measured, Phenomenon

__all__ = ["PHENOMENON", "Evoked", "EvokedParameters"]

FIELD = Reference(
    "url:https://pmc.ncbi.nlm.nih.gov/articles/PMC1686173",
    "post-activation depression of the H reflex by conditioned tests",
    "condition and test at 2.5 and 5 s",
)
PRACTICE = Reference(
    "expert-judgement", "usual definitions of clinical neurophysiology; windows are engineering choices"
)

Floats = NDArray[np.float64]

_SHORTEST = "shortest, as expected from all and the error of each: noise alone would draw it down"
# The end of the M wave is seen from so long before late waves on.
_TAIL_MS = 7.0


@dataclass(frozen=True, slots=True)
class EvokedParameters:
    """Where each wave is looked for; engineering choices for stimulation near the knee or wrist.

    Attributes
    ----------
    blank_ms : float
        After the stimulus nothing but artefact is seen for so long.
    m_from_ms, late_from_ms, late_to_ms : float
        The M wave lies between the first two, an H reflex or F wave between the last two.
    f_from_ms : float
        F waves, which are small, may begin so early; what lies 4 ms before tells the noise, and is free of the M wave
    mep_from_ms, mep_to_ms : float
        A motor evoked potential lies between these.
    r1_from_ms, r2_from_ms, r2_to_ms : float
        R1 of the blink reflex lies between the first two, R2 between the last two.
    smallest_uv : float
        Smaller waves, peak to peak, are none: the usual 20 µV of F waves.
    f_share : float
        Late waves of a median above this share of the M wave are H reflexes, those below are F waves.
    pair_s : float
        Two stimuli alone with at most this interval are conditioning and test.
    train_s, train_n : float, int
        So many stimuli with at most this interval are a train, which tests transmission.
    series_s, series_n : float, int
        But so many with at least this interval are a series, as of F waves twice a second, and read.
    artefact : bool
        Whether stimuli that nothing marks are sought by the artefact that they leave on the first channel.
    norms : str
        A table of norms of one's own.
    """

    blank_ms: float = 1.5
    m_from_ms: float = 2.0
    late_from_ms: float = 25.0
    late_to_ms: float = 80.0
    f_from_ms: float = 22.0
    mep_from_ms: float = 10.0
    mep_to_ms: float = 60.0
    r1_from_ms: float = BLINK_MS[0]
    r2_from_ms: float = BLINK_MS[1]
    r2_to_ms: float = BLINK_MS[2]
    smallest_uv: float = 20.0
    f_share: float = 0.15
    pair_s: float = 6.0
    train_s: float = 0.67
    train_n: int = 4
    series_s: float = 0.3
    series_n: int = 13
    artefact: bool = False
    norms: str = ""


class Evoked(Phenomenon[EvokedParameters]):
    """Waves after stimuli, by the marks of the protocol; a description unless the laboratory's own norms are given."""

    id = "evoked"
    name = "Evoked responses"
    term = Term("HP:0031826", "Abnormal reflex")
    kinds = frozenset({ChannelKind.SURFACE_EMG, ChannelKind.EMG})
    references = (MCKINNON, SIGMOID, FIELD, PRACTICE)
    least_rate_hz = 1000.0

    def concerns(self, recording: Recording) -> bool:
        """Only with stimuli, and not with trains alone."""
        return len(_single(stimuli.find(recording), self.parameters)) > 0

    def measure(self, bench: Bench, channels: Sequence[int], parameters: EvokedParameters) -> Measured:
        """Read every channel, site by site."""
        given = stimuli.find(bench.recording)
        if not len(given) and parameters.artefact:
            given = stimuli.from_artefact(bench.recording, channels[0])
        if not len(given):
            return self._not_assessed(
                "evoked: not assessed: no stimuli; mark them as 'stimulus 12.5 mA', record a stimulus channel, or let"
                " them be sought by their artefact (--set evoked.artefact=true)"
            )
        events, found, notes = [], [], []
        groups = given.groups()
        for channel in (c for c in channels if not is_sensory(bench.recording.channels[c].name)):
            for kind, site, rows in groups:
                meta = bench.recording.channels[channel]
                place = meta.name if len(groups) == 1 else f"{meta.name} {site or kind}"
                desk = Desk(self.id, meta.name, place, meta.duration_s)
                read = _READERS[kind]
                single = _single(given[rows], parameters)
                if not len(single):
                    notes.append(f"evoked: {place}: {_trains(len(rows), parameters)}")
                    continue
                seen, measured, said = read(bench.recording, channel, single, desk, parameters)
                events += seen
                found += measured
                notes += [f"evoked: {place}: {one}" for one in said]
        finding = _finding(self, found, parameters)
        if not found and notes:
            finding = Finding(self.term, State.NOT_ASSESSED, self.id, (), f"evoked: not assessed: {notes[0][8:]}")
        merged = Events.merged("response", events)
        return Measured((merged,) if len(merged) else (), tuple(found), (finding,), (*notes, finding.rule))


def _single(given: stimuli.Stimuli, p: EvokedParameters) -> stimuli.Stimuli:
    """Leave trains out: they tire a junction and belong to another test; but a long slow one is a series."""
    keep = np.ones(len(given), dtype=np.bool_)
    for run in stimuli.trains(given, p.train_s, p.train_n):
        keep[run] = run.size >= p.series_n and float(np.median(np.diff(given.time_s[run]))) >= p.series_s
    return given[keep]


def _trains(n: int, p: EvokedParameters) -> str:
    return (
        f"its {n} stimuli come in trains, at most {p.train_s:g} s apart, and belong to the test of transmission"
        f" (transmission-failure); {p.series_n} or more at least {p.series_s:g} s apart would be read as a series"
    )


_Read = tuple[list[Events], list[Measurement], list[str]]


def _nerve(recording: Recording, channel: int, given: stimuli.Stimuli, desk: Desk, p: EvokedParameters) -> _Read:
    sweeps = cut(recording, channel, given, p.late_to_ms / 1e3, p.blank_ms / 1e3)
    if not sweeps.rows.size:
        return [], [], ["no whole sweep of a single stimulus"]
    factor, unit = amount(recording.channels[channel])
    smallest = p.smallest_uv * 1e-6 if recording.channels[channel].calibrated else 0.0
    kept = given[sweeps.rows]
    early_s, late_s = (p.m_from_ms / 1e3, p.late_from_ms / 1e3), (p.late_from_ms / 1e3, p.late_to_ms / 1e3)
    said: list[str] = []
    m = _followed(sweeps, responses.waves(sweeps, *early_s, smallest), early_s, "M wave", said)
    m = responses.without_noise(m, sweeps, *early_s)
    # Late waves ride on the end of the M wave.
    level = responses.without_tail(sweeps, late_s[0] - _TAIL_MS / 1e3, late_s, np.where(m.present, m.amplitude, 0.0))
    late = responses.waves(level, *late_s, smallest, like=m)
    largest = m.largest
    typical = float(np.median(late.amplitude[late.present])) if late.present.any() else 0.0
    steps = np.unique(kept.level[np.isfinite(kept.level)])
    found = _m_wave(m, kept, desk, factor, unit)
    if steps.size >= 3 or not typical < p.f_share * largest:
        late = responses.without_noise(_followed(level, late, late_s, "H reflex", said), level, *late_s)
        found += _h_reflex(late, m, kept, desk, factor, unit)
        found += _depression(late, kept, desk, p)
    else:
        # F waves differ from each other, so each has its own latency.
        f_s = (p.f_from_ms / 1e3, late_s[1])
        late = responses.waves(level, *f_s, smallest, alike=False, like=m)
        late = _followed(level, late, f_s, "F waves", said)
        found += _f_waves(late, largest, desk, factor, unit)
    events = [responded(desk.channel, kept, wave, factor, unit, name) for wave, name in ((m, 0.0), (late, 1.0))]
    return events, found, said


def _followed(
    sweeps: Sweeps, wave: responses.Waves, window_s: tuple[float, float], name: str, said: list[str]
) -> responses.Waves:
    """Leave waves out, and say so, that do not follow the stimuli."""
    if repeats(sweeps, wave, *window_s):
        return wave
    said.append(
        f"{name}: nothing is measured: after {np.count_nonzero(wave.present)} of {wave.present.size} stimuli something"
        " is as large as a wave, but does not come back alike or at one time: perhaps the heart, or a movement"
    )
    none = np.full(wave.present.size, np.nan)
    return replace(wave, present=np.zeros(wave.present.size, dtype=np.bool_), latency_s=none)


def _m_wave(m: responses.Waves, given: stimuli.Stimuli, desk: Desk, factor: float, unit: str) -> list[Measurement]:
    size, n = factor * m.amplitude, int(np.count_nonzero(m.present))
    if not n:
        return [desk.write("m_max", np.nan, unit, 0, "largest M wave, peak to peak", MCKINNON)]
    found = [
        desk.write("m_max", factor * m.largest, unit, n, "largest M wave, peak to peak", MCKINNON),
        desk.write("m_latency", 1e3 * middle(m.latency_s), "ms", n,
                   "from the stimulus to where the average of the M waves leaves the baseline", PRACTICE,
                   interval=m.interval_ms(1e3 * middle(m.latency_s))),
    ]  # fmt: skip
    return found + recruitment("m", size, given, desk, unit, upto=np.inf)


def _h_reflex(
    h: responses.Waves, m: responses.Waves, given: stimuli.Stimuli, desk: Desk, factor: float, unit: str
) -> list[Measurement]:
    n = int(np.count_nonzero(h.present))
    if not n:
        return [desk.write("h_max", np.nan, unit, 0, "largest H reflex, peak to peak", MCKINNON)]
    found = [
        desk.write("h_max", factor * h.largest, unit, n, "largest H reflex, peak to peak", MCKINNON),
        desk.write("h_latency", 1e3 * middle(h.latency_s), "ms", n,
                   "from the stimulus to where the average of the reflexes leaves the baseline", PRACTICE,
                   interval=h.interval_ms(1e3 * middle(h.latency_s))),
    ]  # fmt: skip
    levels = np.unique(given.level[np.isfinite(given.level)])
    if m.present.any():
        grew = levels.size > 2 and float(given.level[int(np.argmax(m.amplitude))]) >= levels[-1]
        quality = "the M wave still grew at the highest level" if grew else "good"
        if levels.size < 3:
            quality = "fewer than three strengths: they need not evoke the largest M wave"
        found.append(
            desk.write("h_m_ratio", h.largest / m.largest, "1", n, "largest H reflex over largest M wave, peak to peak",
                       MCKINNON, quality=quality)
        )  # fmt: skip
    return found + recruitment("h", factor * h.amplitude, given, desk, unit, upto=0.0)


def _depression(h: responses.Waves, given: stimuli.Stimuli, desk: Desk, p: EvokedParameters) -> list[Measurement]:
    """Give test over conditioning reflex by their interval."""
    pairs = [run for run in stimuli.runs(given.time_s, p.pair_s) if run.size == 2 and np.all(h.present[run[:1]])]
    if len(pairs) == 0 or 2 * len(pairs) < len(stimuli.runs(given.time_s, p.pair_s)):
        return []
    intervals = np.array([round(float(np.diff(given.time_s[run])[0]), 2) for run in pairs])
    found = []
    for interval in np.unique(intervals):
        ratios = [
            h.amplitude[b] / h.amplitude[a] for (a, b), at in zip(pairs, intervals, strict=True) if at == interval
        ]
        found.append(
            desk.write(f"h_depression_{interval:g}s", float(np.median(ratios)), "1", len(ratios),
                       f"median of test over conditioning reflex, {interval:g} s apart; below 1 is depression", FIELD)
        )  # fmt: skip
    return found


def _f_waves(f: responses.Waves, largest_m: float, desk: Desk, factor: float, unit: str) -> list[Measurement]:
    n, of = int(np.count_nonzero(f.present)), f.present.size
    timed = f.present & np.isfinite(f.latency_s)
    latency, error = 1e3 * f.latency_s[timed], 1e3 * f.error_s[timed]
    few = "good" if n >= 7 else f"only {n} F waves"
    found = [
        desk.write("f_persistence", 100.0 * n / of, "%", of, "stimuli followed by an F wave", PRACTICE,
                   quality="good" if of >= 10 else f"only {of} stimuli"),
    ]  # fmt: skip
    if not latency.size:
        return found
    size = float(np.median(f.amplitude[f.present]))
    shortest, longest = expected_smallest(latency, error), -expected_smallest(-latency, error)
    return [
        *found,
        desk.write("f_latency_min", shortest, "ms", n, _SHORTEST, PRACTICE, quality=few),
        desk.write("f_latency_mean", float(latency.mean()), "ms", n, "mean latency", PRACTICE, quality=few,
                   interval=f.interval_ms(float(latency.mean()))),
        desk.write("f_chronodispersion", longest - shortest, "ms", n,
                   "longest less shortest latency, as expected from all and the error of each", PRACTICE, quality=few),
        desk.write("f_amplitude", factor * size, unit, n, "median, peak to peak", PRACTICE, quality=few),
        desk.write("f_m_ratio", size / largest_m, "1", n, "median F wave over largest M wave", PRACTICE, quality=few),
    ]  # fmt: skip


def _magnetic(recording: Recording, channel: int, given: stimuli.Stimuli, desk: Desk, p: EvokedParameters) -> _Read:
    sweeps = cut(recording, channel, given, 0.4, p.blank_ms / 1e3)
    if not sweeps.rows.size:
        return [], [], ["no whole sweep of a single stimulus"]
    factor, unit = amount(recording.channels[channel])
    smallest = 2.5 * p.smallest_uv * 1e-6 if recording.channels[channel].calibrated else 0.0
    said: list[str] = []
    window_s = (p.mep_from_ms / 1e3, p.mep_to_ms / 1e3)
    mep = _followed(sweeps, responses.waves(sweeps, *window_s, smallest, alike=False), window_s, "MEP", said)
    n = int(np.count_nonzero(mep.present))
    kept = given[sweeps.rows]
    found = [
        desk.write("mep_persistence", 100.0 * n / mep.present.size, "%", mep.present.size,
                   "stimuli followed by a potential of 50 µV or more", PRACTICE),
    ]  # fmt: skip
    if not n:
        return [], found, said
    latency, size = 1e3 * mep.latency_s[mep.present], factor * mep.amplitude[mep.present]
    found += [
        desk.write(
            "mep_latency", middle(latency), "ms", n, "median", PRACTICE, interval=mep.interval_ms(middle(latency))
        ),
        desk.write(
            "mep_latency_min", 1e3 * expected_smallest(mep.latency_s, mep.error_s), "ms", n, _SHORTEST, PRACTICE
        ),
        desk.write("mep_amplitude", float(np.median(size)), unit, n, "median, peak to peak", PRACTICE),
        *recruitment("mep", factor * mep.amplitude, kept, desk, unit, upto=np.inf),
    ]
    quiet = float(np.median(sweeps.noise))
    lengths = np.array(
        [
            silent_period(sweeps.samples[i], sweeps.rate_hz, sweeps.at(i, 0.0), sweeps.at(i, float(mep.latency_s[i])))
            for i in np.flatnonzero(mep.present & np.isfinite(mep.latency_s)).tolist()
        ]
    )
    heard = lengths[np.isfinite(lengths)]
    if heard.size:
        found.append(
            desk.write("silent_period", 1e3 * float(np.median(heard)), "ms", heard.size,
                       f"from the potential to the return of activity, before it {factor * quiet:.2g} {unit}", PRACTICE)
        )  # fmt: skip
    return [responded(desk.channel, kept, mep, factor, unit, 0.0)], found, said


def _blink(recording: Recording, channel: int, given: stimuli.Stimuli, desk: Desk, p: EvokedParameters) -> _Read:
    """Give R1 and R2 of one orbicularis oculi; whether it is that of the stimulated side the site says."""
    sweeps = cut(recording, channel, given, p.r2_to_ms / 1e3, p.blank_ms / 1e3)
    if not sweeps.rows.size:
        return [], [], ["no whole sweep of a single stimulus"]
    factor, unit = amount(recording.channels[channel])
    smallest = p.smallest_uv * 1e-6 if recording.channels[channel].calibrated else 0.0
    found, events, said = [], [], list[str]()
    for late, (name, start, stop) in enumerate((("r1", p.r1_from_ms, p.r2_from_ms), ("r2", p.r2_from_ms, p.r2_to_ms))):
        window_s = (start / 1e3, stop / 1e3)
        wave = _followed(
            sweeps, responses.waves(sweeps, *window_s, smallest, alike=False), window_s, name.upper(), said
        )
        n, of = int(np.count_nonzero(wave.present)), wave.present.size
        found.append(
            desk.write(f"{name}_persistence", 100.0 * n / of, "%", of, f"stimuli followed by {name}", PRACTICE)
        )
        if n:
            shortest = 1e3 * expected_smallest(wave.latency_s, wave.error_s)
            found += [
                desk.write(f"{name}_latency", 1e3 * middle(wave.latency_s), "ms", n, "median", PRACTICE,
                           interval=wave.interval_ms(1e3 * middle(wave.latency_s))),
                desk.write(f"{name}_latency_min", shortest, "ms", n, _SHORTEST, PRACTICE),
                desk.write(f"{name}_amplitude", factor * float(np.median(wave.amplitude[wave.present])), unit, n,
                           "median, peak to peak", PRACTICE),
            ]  # fmt: skip
        events.append(responded(desk.channel, given[sweeps.rows], wave, factor, unit, float(late)))
    return events, found, said


_READERS = {"nerve": _nerve, "magnetic": _magnetic, "blink": _blink}


def _finding(phenomenon: Evoked, found: list[Measurement], p: EvokedParameters) -> Finding:
    """Hold what was measured against the rows of the norms, if the laboratory has any."""
    table = norms(p.norms)
    beyond, because, rows = [], [], []
    for one in found:
        for row in table.find("evoked", one.id.split(".", 1)[1].split("@")[0]):
            # What was not measured, or in counts, lies neither beyond nor within.
            if row.unit != one.unit or not np.isfinite(one.value):
                continue
            rows.append(row)
            because.append(one.id)
            if row.abnormal(one.value):
                beyond.append(f"{one.id.split('.', 1)[1]} {one.value:.3g}: beyond {row}")
    if not rows and p.norms:
        why = "evoked: not assessed: nothing was measured that the given norms hold, in their unit"
        return Finding(phenomenon.term, State.NOT_ASSESSED, phenomenon.id, (), why)
    if not rows:
        why = "evoked: not assessed: laboratories set their own limits; give them with --set evoked.norms=…"
        return Finding(phenomenon.term, State.NOT_ASSESSED, phenomenon.id, (), why)
    state = State.PRESENT if beyond else State.EXCLUDED
    rule = f"evoked: {'; '.join(beyond)}" if beyond else f"evoked: within {Norm.listed(dict.fromkeys(rows))}"
    return Finding(phenomenon.term, state, phenomenon.id, tuple(dict.fromkeys(because)), rule, rows[0].reference)


PHENOMENON = Evoked(EvokedParameters())
