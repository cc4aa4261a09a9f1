"""Spasticity: stretch reflexes against angle and speed, their thresholds, Tardieu's angles, and the pendulum test."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from involuntary.detect import stretch_reflex, stretches
from involuntary.detect.bench import Bench
from involuntary.detect.stretch_reflex import Reflex, ReflexRule
from involuntary.detect.stretches import JointMovements, JointRule, Stretch, Swing
from involuntary.dsp.robust_line import Line, robust_line
from involuntary.model import ChannelKind, Events, Finding, Measurement, Recording, Reference, State, Term
from involuntary.norms import norms
from involuntary.phenomena._evoked import Desk, amount
from involuntary.phenomena._rows import median_interval
from involuntary.phenomena.base import Measured, Phenomenon

__all__ = ["PHENOMENON", "Spasticity", "SpasticityParameters"]

BLANCHETTE = Reference(
    "doi:10.2522/ptj.20140243",
    "Blanchette AK, Mullick AA, Moïn-Darbari K, Levin MF. Tonic stretch reflex threshold as a measure of ankle"
    " plantar-flexor spasticity after stroke. Phys Ther 2016;96:687",
    "threshold angle against velocity, intercept at zero velocity, 20 stretches; ICC 0.851",
)
REVIEW = Reference(
    "doi:10.33393/aop.2025.3428",
    "Longo D, Baccini M, Cherubini G, et al. Metric properties of the tonic stretch reflex threshold (TSRT) as a"
    " measure of spasticity: a systematic review with meta-analysis. Arch Physiother 2025",
    "ICC 0.548 within and 0.687 between raters, with large errors of measurement",
)
WHELAN = Reference(
    "doi:10.1186/s12984-018-0411-x",
    "Whelan A, Sexton A, Jones M, et al. Predictive value of the pendulum test for assessing knee extensor spasticity."
    " J Neuroeng Rehabil 2018;15:68",
    "relaxation index: first flexion over plateau; 131 knees",
)
TARDIEU = Reference(
    "url:https://pmc.ncbi.nlm.nih.gov/articles/PMC4549629",
    "resting elbow angle, Tardieu's R1 and modified Ashworth scale (Front Neurol)",
    "R1 fast, R2 slow, their difference is the dynamic component",
)
JUDGED = Reference("expert-judgement", "a threshold within the range of movement, at rest, is the sign of spasticity")

_TERM = Term("HP:0001257", "Spasticity")
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class SpasticityParameters:
    """What is read and called; engineering choices unless a source is named.

    Attributes
    ----------
    fewest_n : int
        Stretches with a reflex that a threshold needs.
    fast_deg_s, slow_deg_s : float
        Stretches from the first on are fast, up to the second slow, as Tardieu's.
    fast_n : int
        So many fast stretches without a reflex exclude it in this muscle.
    answered_share : float
        And a spastic muscle answers at least this share of the fast ones.
    reference_uv : float
        Root mean square of a maximal contraction or M wave, by which reflexes are divided; 0 for none.
    norms : str
        A table of norms of one's own.
    """

    fewest_n: int = 5
    fast_deg_s: float = 100.0
    slow_deg_s: float = 40.0
    fast_n: int = 5
    answered_share: float = 0.5
    reference_uv: float = 0.0
    norms: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class _Muscle:
    """One muscle, in the direction in which it is stretched."""

    name: str
    stretches: tuple[Stretch, ...]
    reflexes: tuple[Reflex, ...]
    angle_deg: Floats
    speed_deg_s: Floats
    noise_deg_s: float
    voluntary: int

    @property
    def answered(self) -> NDArray[np.bool_]:
        """Which stretches were answered."""
        return np.isfinite([reflex.onset_s for reflex in self.reflexes])


class Spasticity(Phenomenon[SpasticityParameters]):
    """A joint with the muscles around it, moved by another, or a limb that swings."""

    id = "spasticity"
    name = "Spasticity"
    term = _TERM
    kinds = frozenset({ChannelKind.ANGLE})
    references = (BLANCHETTE, REVIEW, WHELAN, TARDIEU, JUDGED)

    def measure(self, bench: Bench, channels: Sequence[int], parameters: SpasticityParameters) -> Measured:
        """Find the movements of every joint, and what each muscle does in them."""
        recording, p = bench.recording, parameters
        muscles = recording.channels_of(ChannelKind.SURFACE_EMG, ChannelKind.EMG)
        parts = []
        for channel in channels:
            moved = bench.detect(stretches.detect, channel, JointRule())
            looked = [_directed(recording, muscle, moved, p) for muscle in muscles]
            answering = {_direction(muscle) for muscle in looked if np.count_nonzero(muscle.answered) >= p.fewest_n}
            parts += [
                _stretched(self.id, recording, (channel, emg), moved, muscle, _direction(muscle) in answering, p)
                for emg, muscle in zip(muscles, looked, strict=True)
            ]
            parts.append(_joint(self.id, recording, channel, moved))
            parts.append(_pendulum(self.id, recording.channels[channel].name, moved.swings, p))
        findings = tuple(f for part in parts for f in part.findings)
        if not findings:
            needs = "stretches of a joint by another person with EMG, or a limb that is released and swings"
            findings = self._not_assessed(f"{self.id}: not assessed: no {needs}").findings
        events = Events.merged("stretch-reflex", [e for part in parts for e in part.events])
        measured = tuple(m for part in parts for m in part.measurements)
        notes = tuple(note for part in parts for note in part.notes)
        return Measured((events,) if len(events) else (), measured, findings, (*notes, *(f.rule for f in findings)))


def _directed(recording: Recording, channel: int, moved: JointMovements, p: SpasticityParameters) -> _Muscle:
    """Give a muscle in the direction in which it is stretched, with the voluntary movements of both.

    The other direction shortens it. It is the one that is fast; where both are, the one that is answered.
    """
    both = [_muscle(recording, channel, moved, sign) for sign in (1.0, -1.0)]
    muscle = max(
        both,
        key=lambda m: (_fast_n(m, p) >= p.fast_n, int(m.answered.sum()), _fast_n(m, p), len(m.stretches)),
    )
    return replace(muscle, voluntary=sum(one.voluntary for one in both))


def _fast_n(muscle: _Muscle, p: SpasticityParameters) -> int:
    return sum(abs(one.peak_deg_s) >= p.fast_deg_s for one in muscle.stretches)


def _direction(muscle: _Muscle) -> float:
    return float(np.sign(muscle.stretches[0].peak_deg_s)) if muscle.stretches else 0.0


def _stretched(
    owner: str,
    recording: Recording,
    channels: tuple[int, int],
    moved: JointMovements,
    muscle: _Muscle,
    beside: bool,
    p: SpasticityParameters,
) -> Measured:
    angle, channel = channels
    place = f"{recording.channels[angle].name} {muscle.name}"
    notes = _left_out(owner, place, muscle.voluntary)
    if not muscle.stretches:
        return Measured(notes=notes)
    desk = Desk(owner, muscle.name, place, moved.time_s.size / recording.channels[angle].rate_hz)
    line = _line(muscle, p)
    found = _thresholds(muscle, line, desk) + _tardieu(muscle, desk, p) + _strength(recording, channel, muscle, desk, p)
    # Where the limb was let swing, the slow ways between are no test.
    tested = not moved.swings or _fast_n(muscle, p) > 0
    finding = (_judge(owner, place, muscle, line, found, beside, p),) if tested else ()
    return Measured((_events(recording, channel, muscle),), tuple(found), finding, notes)


def _left_out(owner: str, place: str, n: int) -> tuple[str, ...]:
    return (f"{owner}: {place}: {n} movements left out: the muscle was active before the limb moved",) if n else ()


def _muscle(recording: Recording, channel: int, moved: JointMovements, sign: float) -> _Muscle:
    way = [s for s in moved.stretches if s.peak_deg_s * sign > 0]
    looked = stretch_reflex.detect(recording, channel, way, ReflexRule())
    kept = [(s, r) for s, r in zip(way, looked, strict=True) if r is not None and not r.voluntary]
    at = [moved.at(r.onset_s) if np.isfinite(r.onset_s) else (np.nan, np.nan) for _, r in kept]
    return _Muscle(
        recording.channels[channel].name,
        tuple(s for s, _ in kept),
        tuple(r for _, r in kept),
        np.array([angle for angle, _ in at]),
        np.abs(np.array([speed for _, speed in at])),
        moved.noise_deg_s,
        sum(r is not None and r.voluntary for r in looked),
    )


def _line(muscle: _Muscle, p: SpasticityParameters) -> Line | None:
    rows = muscle.answered & (muscle.speed_deg_s > 0)
    if np.count_nonzero(rows) < p.fewest_n:
        return None
    return robust_line(muscle.speed_deg_s[rows], muscle.angle_deg[rows], muscle.noise_deg_s)


def _thresholds(muscle: _Muscle, line: Line | None, desk: Desk) -> list[Measurement]:
    n = int(muscle.answered.sum())
    share = 100 * n / len(muscle.stretches)
    found = [desk.write("answered", share, "%", len(muscle.stretches), "stretches with a reflex", BLANCHETTE)]
    if line is None:
        return found
    spread = muscle.speed_deg_s[muscle.answered]
    quality = f"ICC of 0.55 to 0.85 between sessions; {line.kept:.0%} of the stretches fit"
    if np.max(spread) < 2 * np.min(spread):
        quality = f"the speeds differ too little; {quality}"
    return [
        *found,
        desk.write("tonic_threshold", line.intercept, "deg", n,
                   "angle at onset of activity against speed there, robust line, at speed zero", BLANCHETTE,
                   quality=quality, interval=line.intercept_interval),
        desk.write("velocity_dependence", line.slope, "deg/(deg/s)", n,
                   "slope of that line", BLANCHETTE, quality=quality, interval=line.slope_interval),
        desk.write("dynamic_threshold", float(np.median(muscle.angle_deg[muscle.answered])), "deg", n,
                   f"median angle at onset, at a median of {np.median(spread):.0f} deg/s", BLANCHETTE,
                   interval=median_interval(np.asarray(muscle.angle_deg[muscle.answered]))),
    ]  # fmt: skip


def _tardieu(muscle: _Muscle, desk: Desk, p: SpasticityParameters) -> list[Measurement]:
    speed = np.abs([s.peak_deg_s for s in muscle.stretches])
    fast, slow = np.flatnonzero(speed >= p.fast_deg_s), np.flatnonzero(speed <= p.slow_deg_s)
    if not fast.size or not slow.size:
        return []
    r1 = float(np.median([muscle.stretches[i].catch_deg for i in fast]))
    r2 = float(np.median([muscle.stretches[i].stop_deg for i in slow]))
    return [
        desk.write("r1", r1, "deg", fast.size, "angle of the strongest braking in fast stretches", TARDIEU),
        desk.write("r2", r2, "deg", slow.size, "end of slow stretches", TARDIEU),
        desk.write("dynamic_component", abs(r2 - r1), "deg", min(fast.size, slow.size), "R2 less R1", TARDIEU),
    ]


def _strength(
    recording: Recording, channel: int, muscle: _Muscle, desk: Desk, p: SpasticityParameters
) -> list[Measurement]:
    meta = recording.channels[channel]
    rms = np.array([reflex.rms for reflex in muscle.reflexes])[muscle.answered]
    if not rms.size:
        return []
    factor, unit = (1e6, "µV") if meta.calibrated else amount(meta)
    found = [
        desk.write("reflex_rms", factor * float(np.median(rms)), unit, rms.size,
                   "median root mean square from onset to end, rest taken off", BLANCHETTE),
    ]  # fmt: skip
    if p.reference_uv and meta.calibrated:
        found.append(
            desk.write("reflex_share", 100 * 1e6 * float(np.median(rms)) / p.reference_uv, "%", rms.size,
                       f"of the reference of {p.reference_uv:g} µV", BLANCHETTE)
        )  # fmt: skip
    others = [c for c in recording.channels_of(ChannelKind.SURFACE_EMG, ChannelKind.EMG) if c != channel]
    for other in others if len(others) == 1 else []:
        answers = stretch_reflex.detect(recording, other, muscle.stretches, ReflexRule())
        theirs = np.array([answer.rms if answer else 0.0 for answer in answers])[muscle.answered]
        index = 200 * np.minimum(rms, theirs) / (rms + theirs)
        found.append(
            desk.write("coactivation", float(np.median(index)), "%", rms.size,
                       "twice the weaker of both muscles over their sum, during the reflex", BLANCHETTE)
        )  # fmt: skip
    return found


def _events(recording: Recording, channel: int, muscle: _Muscle) -> Events:
    rows = np.flatnonzero(muscle.answered)
    onset = np.array([muscle.reflexes[i].onset_s for i in rows])
    order = np.argsort(onset, kind="stable")
    rows, onset = rows[order], onset[order]
    length = np.array([muscle.reflexes[i].stop_s for i in rows]) - onset
    factor, unit = (1e6, "uv") if recording.channels[channel].calibrated else (1.0, "count")
    columns = {
        "angle_deg": muscle.angle_deg[rows],
        "velocity_deg_s": muscle.speed_deg_s[rows],
        f"rms_{unit}": factor * np.array([muscle.reflexes[i].rms for i in rows]),
    }
    return Events("stretch-reflex", (muscle.name,) * rows.size, onset, length, columns)


def _judge(
    owner: str,
    place: str,
    muscle: _Muscle,
    line: Line | None,
    found: list[Measurement],
    beside: bool,
    p: SpasticityParameters,
) -> Finding:
    """Call it spastic where most fast stretches are answered, within the range, the sooner the faster.

    `beside` says that a muscle answers the same movements, maybe this one itself.
    """
    because = tuple(m.id for m in found)
    fast = np.abs([s.peak_deg_s for s in muscle.stretches]) >= p.fast_deg_s
    answered, n = int((fast & muscle.answered).sum()), int(fast.sum())
    said = f"{owner}: {place}: {answered} of {n} fast stretches answered"
    if n < p.fast_n:
        why = f"{said}; not assessed: {p.fast_n} faster than {p.fast_deg_s:g} deg/s are needed"
        return Finding(_TERM, State.NOT_ASSESSED, owner, because, why, JUDGED)
    if not muscle.answered.any() and beside:
        why = f"{said}; not assessed: another muscle answers, and an antagonist of it is shortened, not stretched"
        return Finding(_TERM, State.NOT_ASSESSED, owner, because, why, JUDGED)
    if not muscle.answered.any():
        return Finding(_TERM, State.EXCLUDED, owner, because, f"{said}: excluded in this muscle", JUDGED)
    if line is None or answered < p.answered_share * n:
        why = f"{said}; not assessed: too few to tell a reflex from chance"
        return Finding(_TERM, State.NOT_ASSESSED, owner, because, why, JUDGED)
    low, high = line.intercept_interval
    ends = [a for s in muscle.stretches for a in (s.start_deg, s.stop_deg)]
    threshold = f"tonic threshold {line.intercept:.0f} deg ({low:.0f} to {high:.0f})"
    toward = np.sign(muscle.stretches[0].peak_deg_s)
    if toward * line.slope_interval[0 if toward < 0 else 1] >= 0:
        why = f"{said}, {threshold}; not assessed: the onset does not come sooner with speed, as a stretch reflex does"
        return Finding(_TERM, State.NOT_ASSESSED, owner, because, why, JUDGED)
    where = "within" if min(ends) <= line.intercept <= max(ends) else "beyond"
    rule = f"{said}, {threshold} {where} the range of {min(ends):.0f} to {max(ends):.0f} deg, sooner with speed"
    return Finding(_TERM, State.PRESENT, owner, because, rule, JUDGED)


def _joint(owner: str, recording: Recording, angle: int, moved: JointMovements) -> Measured:
    """Give how torque grows with speed, where it is recorded."""
    found = []
    for channel in recording.channels_of(ChannelKind.TORQUE, ChannelKind.FORCE):
        meta = recording.channels[channel]
        rows = []
        for one in moved.stretches:
            first, last = (round(t * meta.rate_hz) for t in (one.start_s, one.stop_s))
            if 0 <= first < last <= meta.n_samples and len(recording.segments) == 1:
                pull = recording.samples(channel, first, last)
                rows.append((abs(one.peak_deg_s), float(np.max(np.abs(pull - pull[0])))))
        table = np.array(rows).reshape(-1, 2)
        line = robust_line(table[:, 0], table[:, 1])
        if line is not None:
            place = f"{recording.channels[angle].name} {meta.name}"
            desk = Desk(owner, meta.name, place, meta.duration_s)
            found.append(
                desk.write("resistance_slope", line.slope, f"{meta.unit}/(deg/s)", len(rows),
                           "largest change in a stretch against its highest speed, robust line", BLANCHETTE,
                           interval=line.slope_interval)
            )  # fmt: skip
    return Measured((), tuple(found))


def _pendulum(owner: str, angle: str, swings: tuple[Swing, ...], p: SpasticityParameters) -> Measured:
    if not swings:
        return Measured()
    desk = Desk(owner, angle, angle, sum(s.stop_s - s.start_s for s in swings))
    n = len(swings)
    excursion = np.array([abs(s.first_deg - s.start_deg) for s in swings])
    plateau = np.array([abs(s.rest_deg - s.start_deg) for s in swings])

    def median(values: Floats | list[float]) -> float:
        known = np.asarray(values)[np.isfinite(values)]
        return float(np.median(known)) if known.size else np.nan

    index = median(excursion / plateau)
    found = [
        desk.write("relaxation_index", index, "1", n, "first swing over the way to rest, median over releases", WHELAN),
        desk.write("relaxation_index_r2", index / 1.6, "1", n, "the same over 1.6, the classic index", WHELAN),
        desk.write("first_swing", median(excursion), "deg", n, "from release to the first turn", WHELAN),
        desk.write("plateau", median(plateau), "deg", n, "from release to rest", WHELAN),
        desk.write("swings", median([float(s.turns) for s in swings]), "1", n, "turning points", WHELAN),
        desk.write("damping", median([s.damping for s in swings]), "1", n,
                   "ratio, by the logarithmic decrement of the turns", WHELAN),
        desk.write("swing_period", median([s.period_s for s in swings]), "s", n, "mean time of a swing", WHELAN),
        desk.write("swing_speed", median([s.peak_deg_s for s in swings]), "deg/s", n, "highest, first swing", WHELAN),
    ]  # fmt: skip
    table = norms(p.norms)
    rows = [
        (m, row)
        for m in found[:2]
        for row in table.find("pendulum", m.id.split(".", 1)[1].split("@")[0])
    ]  # fmt: skip
    if not rows:
        return Measured((), tuple(found))
    beyond = [row for m, row in rows if row.abnormal(m.value)]
    said = "; ".join(f"{'beyond' if row in beyond else 'within'} {row}" for _, row in rows)
    rule = f"{owner}: {angle}: pendulum of {n} releases, relaxation index {index:.2f}: {said}"
    # One law measures, another judges: where the limits disagree neither is called.
    state = State.PRESENT if len(beyond) == len(rows) else State.NOT_ASSESSED if beyond else State.EXCLUDED
    because = tuple(m.id for m in found[:4])
    return Measured((), tuple(found), (Finding(_TERM, state, owner, because, rule, rows[0][1].reference),))


PHENOMENON = Spasticity(SpasticityParameters())
