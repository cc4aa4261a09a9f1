"""Movements in sleep: periodic limb movements by both sets of rules, REM without atonia, bruxism."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from involuntary.detect import limb_movements
from involuntary.detect.bench import Bench
from involuntary.detect.limb_movements import LimbMovementRule
from involuntary.detect.marks import Mark, marks, spans
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
from involuntary.phenomena._counts import rate_interval, share
from involuntary.phenomena._limb_series import AASM, WASM, Movements, Rule, combined, periodic, respiratory
from involuntary.phenomena._rows import Row, measured, median
from involuntary.phenomena.base import Measured, Phenomenon

__all__ = ["PHENOMENON", "SleepMovement", "SleepMovementParameters"]

WASM_2016 = Reference(
    "title:World Association of Sleep Medicine (WASM) 2016 standards for recording and scoring leg movements",
    "Ferri R, Fulda S, Allen RP, et al. Sleep Med 2016",
    "candidates 0.5 to 10 s (both sides 15 s), series of four at 10 to 90 s; respiratory: -2 to +10.25 s of the end",
)
AASM_RULES = Reference(
    "url:https://pmc.ncbi.nlm.nih.gov/articles/PMC9619152",
    "review of movements in sleep that tabulates the AASM rules",
    "Table 3: onset 8 µV over rest, end 0.5 s within 2 µV; 0.5 to 10 s, four or more at 5 to 90 s",
)
SINBAR = Reference(
    "doi:10.5665/sleep.1886",
    "Frauscher B, Iranzo A, Gaig C, et al. Sleep 2012;35:835",
    "mentalis, any activity in 3-second windows of REM: cut-off 18 %, area under the curve 0.990",
)
LAVIGNE = Reference(
    "doi:10.1177/00220345960750010601",
    "Lavigne GJ, Rompré PH, Montplaisir JY. J Dent Res 1996;75:546",
    "more than 4 episodes an hour: 83 % of 18 bruxers and 81.3 % of 18 controls correctly predicted",
)
FRAUSCHER = Reference(
    "doi:10.5665/sleep.3586",
    "Frauscher B, Gabelia D, Mitterling T, et al. Sleep 2014",
    "100 healthy sleepers: more than 15 periodic movements an hour in 18 %, more than 5 in 36 %",
)
_PLMS = Term("HP:5200295", "Periodic limb movements of sleep")
_BRUXISM = Term("HP:0003763", "Bruxism")
_CODES = {
    "W": ("w", "wake", "awake"),
    "N1": ("n1", "s1", "1"),
    "N2": ("n2", "s2", "2"),
    "N3": ("n3", "n4", "s3", "s4", "3", "4"),
    "R": ("r", "rem"),
    "?": ("?", "unknown"),
}
_BEFORE_CODES = ("sleep stage", "stage", "sleep", "hypnogram", "nrem", "nrem stage")
# A letter alone is a stage only where it is all that the mark says; other short words may mean a stimulus.
_STAGES = {
    name: (
        *(f"{before} {code}" for before in _BEFORE_CODES for code in codes),
        *(code for code in codes if len(code) > 1 and code[0] in "nwr"),
    )
    for name, codes in _CODES.items()
} | {"end": ("movement time", "end of sleep", "lights on")}
_ALONE = {code: name for name in ("W", "R") for code in _CODES[name]}
_BREATHS = {
    "breath": ("apnea", "apnoea", "hypopnea", "hypopnoea", "rera", "obstructive", "central", "mixed", "respiratory")
}
_LEGS = ("tibialis", "leg", "lleg", "rleg", "lat", "rat", "tib", "plm", "ta", "lta", "rta")
_JAW = ("masseter", "temporalis")
_CHIN = ("chin", "mentalis", "submental")
_HOUR_S = 3600.0
_WINDOW_S = 3.0

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class SleepMovementParameters:
    """Limits beside those of the scoring rules; engineering choices unless a source is named.

    Attributes
    ----------
    index_per_h : float
        Periodic movements an hour of sleep from which they are called present (International Classification of
        Sleep Disorders, adults: 15).
    few_per_h : float
        Up to so many exclude them,
    sleep_min_s : float
        in at least so much sleep.
    bruxism_per_h : float
        More episodes an hour than this are bruxism (Lavigne 1996).
    burst_min_s, tonic_min_s : float
        Shortest burst of the masseter, and what is tonic.
    phasic_n : int
        Phasic bursts of an episode; one tonic burst is enough.
    episode_pause_s : float
        A longer pause ends an episode.
    rem_factor : float
        Activity of the chin exceeds its background in REM by this factor,
    rem_burst_s : float
        for so long (0.1 s, AASM).
    rem_share : float
        Share of 3-second windows of REM from which atonia is missing (SINBAR 2012: 18 %).
    """

    index_per_h: float = 15.0
    few_per_h: float = 5.0
    sleep_min_s: float = 14400.0
    bruxism_per_h: float = 4.0
    burst_min_s: float = 0.25
    tonic_min_s: float = 2.0
    phasic_n: int = 3
    episode_pause_s: float = 3.0
    rem_factor: float = 4.0
    rem_burst_s: float = 0.1
    rem_share: float = 0.18


class SleepMovement(Phenomenon[SleepMovementParameters]):
    """Limb movements by the WASM 2016 and the AASM rules side by side; bruxism; share of REM without atonia."""

    id = "sleep-movement"
    name = "Sleep-related movements"
    term = _PLMS
    kinds = frozenset({ChannelKind.SURFACE_EMG, ChannelKind.EMG})
    references = (WASM_2016, AASM_RULES, SINBAR, LAVIGNE, FRAUSCHER)

    def concerns(self, recording: Recording) -> bool:
        """Say whether sleep was staged."""
        return bool(_staged(recording))

    def measure(self, bench: Bench, channels: Sequence[int], parameters: SleepMovementParameters) -> Measured:
        """Score legs, jaw and chin, whichever were recorded, in the sleep that the hypnogram tells."""
        p, recording = parameters, bench.recording
        stages = _staged(recording)
        if not stages:
            return self._not_assessed(f'{self.id}: not assessed: no stages of sleep are marked ("sleep stage N2")')
        stage = {name: spans(stages, name, recording.duration_s) for name in _STAGES}
        sleep = Intervals.union_of([pair for name in ("N1", "N2", "N3", "R") for pair in stage[name]])
        named = [(i, recording.channels[i].name.lower()) for i in channels if recording.channels[i].calibrated]
        legs, jaw, chin = ([i for i, name in named if _is(name, words)] for words in (_LEGS, _JAW, _CHIN))
        rows: list[Row] = []
        events: list[Events] = []
        findings: list[Finding] = []
        for muscles, score in ((legs, _legs), (jaw, _jaw)):
            if muscles and sleep.total_s:
                found, some, finding = score(bench, muscles, sleep, p)
                rows, findings = [*rows, *some], [*findings, finding]
                events += [found] if len(found) else []
        notes = [finding.rule for finding in findings]
        if chin and stage["R"].total_s >= 60:
            row = _atonia(bench, chin, stage["R"], p)
            rows.append(row)
            above = "above" if row.value > p.rem_share else "not above"
            notes.append(f"sleep-movement: the chin was active in {row.value:.0%} of REM, {above} {p.rem_share:.0%}")
        if not findings:
            why = (
                f'{self.id}: not assessed: no calibrated channel of a leg or the jaw, such as "tibialis anterior left"'
            )
            return Measured(
                (),
                measured(self.id, rows, sleep.total_s),
                (Finding(_PLMS, State.NOT_ASSESSED, self.id, rule=why),),
                (why, *notes),
            )
        return Measured(tuple(events), measured(self.id, rows, sleep.total_s), tuple(findings), tuple(notes))


def _staged(recording: Recording) -> tuple[Mark, ...]:
    """Give the marks of stages; a bare letter counts beside others that are told."""
    told = marks(recording, _STAGES)
    bare = [(_ALONE.get(mark.text.strip().lower()), mark) for mark in recording.annotations] if told else []
    letters = {
        (mark.onset_s, name): Mark(name, mark.onset_s, mark.duration_s, float("nan"), mark.text)
        for name, mark in bare if name
    }  # fmt: skip
    known = {(mark.onset_s, mark.name): mark for mark in told}
    return tuple(sorted((letters | known).values(), key=lambda mark: mark.onset_s))


def _is(name: str, words: Sequence[str]) -> bool:
    parts = name.replace("-", " ").replace("_", " ").replace("/", " ").replace(".", " ").split()
    return any(part == word or (len(word) > 2 and part.startswith(word)) for part in parts for word in words)


def _legs(
    bench: Bench, legs: Sequence[int], sleep: Intervals, p: SleepMovementParameters
) -> tuple[Events, list[Row], Finding]:
    """Score the movements of all legs by both sets of rules."""
    parts = [bench.usable(leg).clear(bench.detect(limb_movements.detect, leg, LimbMovementRule())) for leg in legs]
    side = np.concatenate([np.full(len(part), i) for i, part in enumerate(parts)]).astype(np.intp)
    onset = np.concatenate([part.onset_s for part in parts])
    length = np.concatenate([part.duration_s for part in parts])
    lifted = np.concatenate([part.features["median_uv"] >= 2.0 for part in parts])
    breaths = spans(found := marks(bench.recording, _BREATHS), "breath", bench.recording.duration_s)
    hours, rows, index = sleep.total_s / _HOUR_S, [], {}
    for name, rule, source in (("wasm", WASM, WASM_2016), ("aasm", AASM, AASM_RULES)):
        # By the WASM a movement whose median never rises is none.
        kept = lifted if name == "wasm" else np.ones(len(onset), dtype=np.bool_)
        moved = combined(onset[kept], length[kept], side[kept], rule)
        with_breath = respiratory(moved, breaths.start_s, breaths.stop_s, rule) if found else np.zeros(len(moved), bool)
        free = moved[~with_breath]
        within, series = periodic(free, rule)
        asleep = sleep.contains(free.onset_s)
        index[name] = int(np.count_nonzero(within & asleep)) / hours
        rows += _leg_rows(name, rule, source, moved, free, within & asleep, len(series), sleep, int(with_breath.sum()))
    every = Events.merged("limb-movement", parts)
    ids = tuple(f"sleep-movement.{name}_index" for name in ("wasm", "aasm"))
    rest_uv = float(np.median(every.features["end_uv"])) if len(every) else 0.0
    noise = f"; in this noise rest is within {rest_uv:.1f} µV, not 2" if rest_uv > LimbMovementRule().end_uv else ""
    return every, rows, _leg_finding(index["wasm"], index["aasm"], sleep.total_s, noise, ids, p)


def _leg_rows(
    name: str, rule: Rule, source: Reference, moved: Movements, free: Movements, counted: NDArray[np.bool_],
    series_n: int, sleep: Intervals, with_breath: int,
) -> list[Row]:  # fmt: skip
    hours, n = sleep.total_s / _HOUR_S, int(np.count_nonzero(counted))
    low, high = rate_interval(n, sleep.total_s)
    between = np.diff(free.onset_s[counted])
    between = between[(between >= rule.interval_min_s) & (between <= rule.interval_max_s)]
    asleep = sleep.contains(moved.onset_s) & moved.candidate
    return [
        Row(f"{name}_index", n / hours, "1/h", n, "periodic movements an hour of sleep", source,
            (60 * low, 60 * high), needs=0),
        Row(f"{name}_candidates", float(asleep.sum()) / hours, "1/h", int(asleep.sum()),
            "movements of the right length an hour of sleep", source, needs=0),
        Row(f"{name}_series", float(series_n), "1", series_n, "series", source, needs=0),
        Row(f"{name}_interval", median(between), "s", between.size, "within series, median", source, needs=3),
        Row(f"{name}_bilateral_fraction", share(float(moved.bilateral[asleep].sum()), float(asleep.sum())), "1",
            int(asleep.sum()), "candidates of both sides", source, needs=1),
        Row(f"{name}_respiratory", float(with_breath), "1", with_breath, "movements with a respiratory event, left out",
            source, needs=0),
    ]  # fmt: skip


def _leg_finding(
    wasm: float, aasm: float, sleep_s: float, noise: str, ids: tuple[str, ...], p: SleepMovementParameters
) -> Finding:
    said = (
        f"{wasm:.1f}/h by the WASM 2016, {aasm:.1f}/h by the AASM rules, in {sleep_s / _HOUR_S:.1f} h of sleep{noise}"
    )
    if min(wasm, aasm) >= p.index_per_h:
        rule = f"sleep-movement: present: {said}, at least {p.index_per_h:g}/h; in 18 % of healthy people too"
        return Finding(_PLMS, State.PRESENT, "sleep-movement", ids, rule, WASM_2016)
    if max(wasm, aasm) <= p.few_per_h and sleep_s >= p.sleep_min_s:
        return Finding(_PLMS, State.EXCLUDED, "sleep-movement", ids, f"sleep-movement: excluded: {said}", WASM_2016)
    why = f"less than {p.sleep_min_s / _HOUR_S:g} h of sleep" if sleep_s < p.sleep_min_s else "between the limits"
    return Finding(
        _PLMS, State.NOT_ASSESSED, "sleep-movement", ids, f"sleep-movement: not assessed: {said}; {why}", WASM_2016
    )


def _jaw(
    bench: Bench, jaw: Sequence[int], sleep: Intervals, p: SleepMovementParameters
) -> tuple[Events, list[Row], Finding]:
    """Group bursts of the jaw to episodes: three phasic, or one tonic."""
    rule = LimbMovementRule(end_s=0.15, shortest_s=p.burst_min_s)
    parts = [bench.usable(i).clear(bench.detect(limb_movements.detect, i, rule)).within(sleep) for i in jaw]
    # Bursts of the jaw are no movements of a limb.
    best = Events.merged("burst", [max(parts, key=len)])
    cuts = np.flatnonzero(best.onset_s[1:] - best.stop_s[:-1] > p.episode_pause_s) + 1
    groups = np.split(np.arange(len(best)), cuts) if len(best) else []
    tonic = best.duration_s > p.tonic_min_s
    episodes = [g for g in groups if np.count_nonzero(~tonic[g]) >= p.phasic_n or np.any(tonic[g])]
    hours, bursts = sleep.total_s / _HOUR_S, sum(len(g) for g in episodes)
    low, high = rate_interval(len(episodes), sleep.total_s)
    rows = [
        Row("bruxism_episodes", len(episodes) / hours, "1/h", len(episodes), "episodes of the jaw an hour of sleep",
            LAVIGNE, (60 * low, 60 * high), needs=0),
        Row("bruxism_bursts", share(bursts, len(episodes)), "1", len(episodes), "bursts of an episode, mean", LAVIGNE,
            needs=1),
    ]  # fmt: skip
    ids = ("sleep-movement.bruxism_episodes",)
    said = f"{len(episodes) / hours:.1f} episodes of the jaw an hour, in {hours:.1f} h of sleep"
    if len(episodes) / hours > p.bruxism_per_h and len(episodes) >= 2:
        weight = LikelihoodRatio(0.83 / (1 - 0.813), LAVIGNE)
        rule_text = f"sleep-movement: present: {said}, more than {p.bruxism_per_h:g}; teeth were not listened to"
        return best, rows, Finding(_BRUXISM, State.PRESENT, "sleep-movement", ids, rule_text, LAVIGNE, weight)
    state = State.EXCLUDED if sleep.total_s >= p.sleep_min_s else State.NOT_ASSESSED
    return best, rows, Finding(_BRUXISM, state, "sleep-movement", ids, f"sleep-movement: {state}: {said}", LAVIGNE)


def _atonia(bench: Bench, chin: Sequence[int], rem: Intervals, p: SleepMovementParameters) -> Row:
    """Give the share of 3-second windows of REM in which the chin is active."""
    rule = LimbMovementRule(end_s=p.rem_burst_s, shortest_s=p.rem_burst_s, onset_uv=1.0, end_uv=0.5)
    found = bench.detect(limb_movements.detect, chin[0], rule)
    strong = found[found.features["amplitude_uv"] >= (p.rem_factor - 1) * found.features["rest_uv"]]
    starts: Floats = np.concatenate([np.arange(a, b - _WINDOW_S + 1e-9, _WINDOW_S) for a, b in rem])
    first = np.searchsorted(strong.stop_s, starts)
    onset = np.append(strong.onset_s, np.inf)
    active = onset[np.minimum(first, len(strong))] < starts + _WINDOW_S
    return Row(
        "rem_without_atonia", float(np.mean(active)), "1", starts.size,
        f"3-second windows of REM with activity of {p.rem_factor:g} times the background", SINBAR, needs=20,
    )  # fmt: skip


PHENOMENON = SleepMovement(SleepMovementParameters())
