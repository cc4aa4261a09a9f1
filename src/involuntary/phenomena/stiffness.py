"""Stiffness: activity at rest that attempts to relax do not end, in antagonists alike, and the reflex to a stimulus."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from involuntary.detect import stimuli, tilt
from involuntary.detect.bench import Bench
from involuntary.detect.conditioned import amplitude_scale
from involuntary.detect.marks import marks, spans
from involuntary.detect.tilt import TiltRule, Tilts
from involuntary.model import ChannelKind, Finding, Intervals, Recording, Reference, State, Term
from involuntary.phenomena._cocontraction import named_pairs
from involuntary.phenomena._exteroceptive import Reflex, reflex
from involuntary.phenomena._rows import CHOICE, Row, measured, median
from involuntary.phenomena.base import Measured, Phenomenon

__all__ = ["PHENOMENON", "Stiffness", "StiffnessParameters"]

MEINCK = Reference(
    "doi:10.1007/BF00936885",
    "Stiff man syndrome: neurophysiological findings in eight patients. J Neurol 1995;242:134-142",
    "1 to 3 synchronous bursts 60 to 70 ms after median nerve stimulation, then tonic decrescendo over seconds; all 8",
)
ARMON = Reference(
    "doi:10.1016/s0025-6196(12)65157-x",
    "Armon C, McEvoy KM, Westmoreland BF, McManis PG. Mayo Clin Proc 1990;65:960-967",
    "3 patients: continuous activity that varies with wake and sleep; abnormal co-contractions of antagonists",
)
TERMSARASAB = Reference(
    "doi:10.1007/978-3-030-43059-7_4",
    "Termsarasab P, Thammongkolchai T, Katirji B. Electrophysiology of stiff-person spectrum disorders, 2020",
    "activity that persists despite an attempt to relax; it does not differ from that of poor relaxation",
)
LI = Reference(
    "doi:10.1097/CND.0000000000000302",
    "Li Y, Thakore N. J Clin Neuromuscul Dis 2020;22:84-89",
    "healthy people co-activate biceps-triceps, rectus femoris-semitendinosus, tibialis anterior-soleus at will",
)
_TERM = Term("HP:0100283", "EMG: continuous motor unit activity at rest")
_MARKS = {
    "relax": ("relax", "relaxation", "relaxed", "attempt to relax", "try to relax", "at rest"),
    "asleep": ("sleep", "asleep", "diazepam", "general anaesthesia", "n1", "n2", "n3"),
    "other": ("contraction", "contract", "voluntary", "voluntary contraction", "effort", "move", "movement", "stop",
              "end", "awake", "wake"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class StiffnessParameters:
    """When activity is continuous, and what else is asked; engineering choices unless a source is named.

    Attributes
    ----------
    attempts_n : int
        Marked attempts to relax,
    attempts_s : float
        and their length together.
    active_uv : float
        Root mean square of half a second in which a muscle is active, at least (not used for counts),
    active_tilt_ratio : float
        and how its spectrum falls: noise, white or pink, does not fall so steeply.
    continuous_share : float
        Of the half seconds of the attempts, that both antagonists are active.
    silent_share : float
        At most so many are tilted as muscle, at any level, in muscles that do relax,
    silent_uv : float
        whose noise lies below this.
    earliest_ms, latest_ms : float
        Of the exteroceptive reflex (Meinck 1995: 60 to 70 ms), with 10 ms to either side,
    tail_s : float
        and how long the activity after it takes to fall to 1/e.
    asleep_ratio : float
        Level asleep, or after diazepam, over that of the attempts, at most.
    """

    attempts_n: int = 3
    attempts_s: float = 30.0
    active_uv: float = 5.0
    active_tilt_ratio: float = 6.0
    continuous_share: float = 0.8
    silent_share: float = 0.1
    silent_uv: float = 6.0
    earliest_ms: float = 50.0
    latest_ms: float = 80.0
    tail_s: float = 0.3
    asleep_ratio: float = 0.5


class Stiffness(Phenomenon[StiffnessParameters]):
    """Activity of antagonists during marked attempts to relax, asleep, and after stimuli to a nerve."""

    id = "stiffness"
    name = "Stiffness: continuous activity at rest"
    term = _TERM
    kinds = frozenset({ChannelKind.SURFACE_EMG, ChannelKind.EMG})
    references = (MEINCK, ARMON, TERMSARASAB, LI)

    def concerns(self, recording: Recording) -> bool:
        """Say whether antagonists are named and attempts to relax are marked."""
        relaxed = any(mark.name == "relax" for mark in marks(recording, _MARKS))
        return relaxed and bool(_pairs(recording, recording.channels_of(*self.kinds)))

    def measure(self, bench: Bench, channels: Sequence[int], parameters: StiffnessParameters) -> Measured:
        """Measure every muscle of a pair in the attempts, asleep, and after stimuli."""
        p, pairs = parameters, _pairs(bench.recording, channels)
        found = marks(bench.recording, _MARKS)
        end = bench.recording.segments.stop_s[-1] if len(bench.recording.segments) else 0.0
        attempts = spans(found, "relax", float(end)).without(stimuli.evoked_time(bench.recording))
        n = sum(mark.name == "relax" for mark in found)
        if not pairs or not n:
            return self._not_assessed(
                f'{self.id}: not assessed: it takes marks of attempts to relax ("relax") and two antagonists of one'
                ' side, such as "biceps left" and "triceps left"'
            )
        muscle = bench.without_heart()
        seen = {i: muscle.detect(tilt.detect, i, TiltRule()) for i in dict.fromkeys(i for two in pairs for i in two)}
        resting = {i: each.during(attempts.intersection(bench.usable(i).stretches)) for i, each in seen.items()}
        asleep = spans(found, "asleep", float(end))
        answers = _answers(bench, list(seen))
        rows = [row for i in seen for row in _rows(bench.recording, i, resting[i], seen[i].during(asleep), p)]
        rows += [_together(bench.recording, two, resting, p) for two in pairs] + _reflex_rows(bench, answers)
        measurements = measured(self.id, rows, attempts.total_s)
        finding = _decide(bench.recording, n, attempts, pairs, resting, rows, answers, p)
        because = () if finding.state is State.NOT_ASSESSED else tuple(m.id for m in measurements)
        finding = Finding(_TERM, finding.state, self.id, because, finding.rule, TERMSARASAB)
        return Measured((), measurements, (finding,), (finding.rule,))


def _pairs(recording: Recording, channels: Sequence[int]) -> list[tuple[int, int]]:
    """Give the antagonists among the channels, by their names."""
    named = named_pairs([recording.channels[i].name for i in channels])
    return [(channels[i], channels[j]) for i, j in named]


def _active(seen: Tilts, calibrated: bool, p: StiffnessParameters) -> NDArray[np.bool_]:
    return seen.is_muscle(p.active_uv if calibrated else 0.0, p.active_tilt_ratio)


def _rows(recording: Recording, channel: int, rest: Tilts, asleep: Tilts, p: StiffnessParameters) -> list[Row]:
    meta = recording.channels[channel]
    unit = "µV" if meta.calibrated else amplitude_scale(meta)[0]
    level = median(rest.level)
    ratio = median(asleep.level) / level if level else float("nan")
    active = _active(rest, meta.calibrated, p)
    share = float(np.mean(active)) if active.size else float("nan")
    return [
        Row("resting_level", level, unit, rest.level.size, "median root mean square of half seconds, relaxing",
            TERMSARASAB, at=meta.name),
        Row("active_share", share, "1", active.size, "half seconds of activity that is tilted as muscle, relaxing",
            TERMSARASAB, at=meta.name),
        Row("asleep_ratio", ratio, "1", asleep.level.size, "median level asleep over that relaxing", ARMON,
            at=meta.name),
    ]  # fmt: skip


def _together(recording: Recording, pair: tuple[int, int], rest: Mapping[int, Tilts], p: StiffnessParameters) -> Row:
    one, other = (rest[i] for i in pair)
    at = "×".join(recording.channels[i].name for i in pair)
    both = [_active(rest[i], recording.channels[i].calibrated, p) for i in pair]
    _, a, b = np.intersect1d(one.time_s, other.time_s, return_indices=True)
    share = float(np.mean(both[0][a] & both[1][b])) if a.size else float("nan")
    return Row("together", share, "1", a.size, "half seconds in which both antagonists are active, relaxing", ARMON,
               at=at)  # fmt: skip


def _answers(bench: Bench, channels: Sequence[int]) -> dict[tuple[str, int], Reflex]:
    given = stimuli.find(bench.recording)
    return {
        (site or "stimulus", i): reflex(bench.recording, i, given[rows])
        for kind, site, rows in given.groups() if kind == "nerve" and len(rows) >= 3
        for i in channels
    }  # fmt: skip


def _reflex_rows(bench: Bench, answers: Mapping[tuple[str, int], Reflex]) -> list[Row]:
    rows = []
    for (site, i), found in answers.items():
        at = f"{site}→{bench.recording.channels[i].name}"
        seen = np.isfinite(found.latency_ms)
        why = "" if seen else "no burst 40 to 100 ms after the stimuli stands out"
        rows += [
            Row("reflex_latency", found.latency_ms, "ms", found.n, "first burst of the average", MEINCK, at=at,
                needs=3, why=why),
            Row("reflex_bursts", float(found.bursts), "1", found.n, "within 200 ms", MEINCK, at=at, needs=3, why=why),
            Row("reflex_decay", found.decay_s, "s", found.n, "of the activity after it, to 1/e", MEINCK, at=at,
                needs=3, why="" if np.isfinite(found.decay_s) else "sweeps too short"),
        ]  # fmt: skip
    return rows


def _decide(
    recording: Recording, n: int, attempts: Intervals, pairs: Sequence[tuple[int, int]], rest: Mapping[int, Tilts],
    rows: Sequence[Row], answers: Mapping[tuple[str, int], Reflex], p: StiffnessParameters,
) -> Finding:  # fmt: skip
    """Ask for activity in antagonists that attempts do not end, and for one sign that it is not willed."""
    together = {row.at: row.value for row in rows if row.name == "together" and np.isfinite(row.value)}
    if n < p.attempts_n or attempts.total_s < p.attempts_s or not together:
        return _said(State.NOT_ASSESSED, f"{n} attempts to relax of {attempts.total_s:.0f} s in all, at least"
                     f" {p.attempts_n} and {p.attempts_s:g} s are needed")  # fmt: skip
    at, share = max(together.items(), key=lambda pair: pair[1])
    said = f"{at} active together in {share:.0%} of {n} attempts to relax"
    if share < p.continuous_share:
        # Activity that is too weak to count is not silence either.
        active = max(
            float(np.mean(each.is_muscle(0.0, p.active_tilt_ratio))) for each in rest.values() if each.level.size
        )
        loud = [i for i in rest if not recording.channels[i].calibrated or median(rest[i].level) > p.silent_uv]
        if active <= p.silent_share and not loud:
            return _said(State.EXCLUDED, f"every muscle is silent in {1 - active:.0%} of {n} attempts to relax or more")
        return _said(State.NOT_ASSESSED, f"only {said}" if active > p.silent_share else "too much noise to call silent")
    signs = _signs(rows, answers, p)
    if signs:
        return _said(State.PRESENT, f"{said}; {'; '.join(signs)}; supportive, no more: accuracy is not published")
    return _said(State.NOT_ASSESSED, f"{said}, but one who does not relax shows the same; the reflex to stimuli of the"
                 " median nerve, or a recording asleep, would decide")  # fmt: skip


def _signs(rows: Sequence[Row], answers: Mapping[tuple[str, int], Reflex], p: StiffnessParameters) -> list[str]:
    """Name what a person cannot do at will."""
    typical = [
        r for r in answers.values() if p.earliest_ms <= r.latency_ms <= p.latest_ms and r.decay_s >= p.tail_s
    ]  # fmt: skip
    ratios = [row.value for row in rows if row.name == "asleep_ratio" and row.n >= row.needs]
    signs = []
    if typical:
        late = float(np.median([r.latency_ms for r in typical]))
        signs.append(f"a nerve stimulus is answered after {late:.0f} ms by bursts, then by activity that decays")
    if ratios and max(ratios) <= p.asleep_ratio:
        signs.append(f"asleep the level falls to {max(ratios):.0%}")
    return signs


def _said(state: State, why: str) -> Finding:
    return Finding(_TERM, state, "stiffness", (), f"stiffness: {state}: {why}", CHOICE)


PHENOMENON = Stiffness(StiffnessParameters())
