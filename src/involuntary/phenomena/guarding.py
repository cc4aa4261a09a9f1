"""Guarding: the level at rest against the other side, and a back that does not fall silent when it is bent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from involuntary.detect import stretches, tilt
from involuntary.detect.bench import Bench
from involuntary.detect.conditioned import amplitude_scale
from involuntary.detect.marks import marks, spans
from involuntary.detect.stretches import JointRule
from involuntary.detect.tilt import TiltRule, Tilts
from involuntary.model import ChannelKind, Finding, Intervals, Recording, Reference, State, Term
from involuntary.phenomena._rows import Row, measured, median
from involuntary.phenomena.base import Measured, Phenomenon

__all__ = ["PHENOMENON", "Guarding", "GuardingParameters"]

RATIO = Reference(
    "title:Clinical utility of flexion-extension ratio measured by surface electromyography for patients with"
    " nonspecific chronic low-back pain",
    "130 patients and 130 pain-free people (abstract seen)",
    "maximum in flexion over maximum in extension, at least 0.692: sensitivity 76.15 %, specificity 98.46 %",
)
NEBLETT = Reference(
    "doi:10.1097/AJP.0b013e318267252d",
    "Neblett R, Brede E, Mayer TG, Gatchel RJ. Clin J Pain 2013;29:334-340",
    "218 patients, 30 controls: measures of flexion-relaxation class 79 to 82 % and 83 to 100 % rightly",
)
LARIVIERE = Reference(
    "url:https://www.rehab.research.va.gov/jour/05/42/2/lariviere.html",
    "Larivière C, Gagnon D, Arsenault AB, Gravel D, Loisel P. J Rehabil Res Dev 2005;42:235-250",
    "34 controls, 55 patients: imbalance of sides shows neither low back pain nor its side",
)
_TERM = Term("HP:0003552", "Muscle stiffness")
_MARKS = {
    "relax": ("relax", "relaxation", "relaxed", "at rest", "lying", "prone"),
    "posture": ("standing", "sitting", "posture", "stand", "sit"),
    "bend": ("flexion", "bend", "bending", "flexing"),
    "bent": ("full flexion", "flexed", "bent", "maximal flexion", "hold flexed"),
    "straighten": ("extension", "re extension", "straighten", "return", "rise"),
}
_BACK = ("paraspinal", "erector", "multifidus", "longissimus", "iliocostalis")
_TRUNK = ("trunk", "lumbar", "back", "spine", "flexion")
_SIDES = {"left": "left", "l": "left", "lt": "left", "right": "right", "r": "right", "rt": "right"}
Phases = list[tuple[Intervals, Intervals, Intervals]]


@dataclass(frozen=True, slots=True)
class GuardingParameters:
    """What a guarded back does; engineering choices unless a source is named.

    Attributes
    ----------
    bends_n : int
        Bends that are needed.
    flexion_extension_ratio : float
        Highest level while bending over highest while straightening, at least (0.692, 130 patients, 130 controls).
    active_uv, active_tilt_ratio : float
        Level, and fall of the spectrum, of half a second in which a muscle is active.
    active_share : float
        Of the time bent, in which a muscle that does not fall silent is active.
    """

    bends_n: int = 3
    flexion_extension_ratio: float = 0.692
    active_uv: float = 5.0
    active_tilt_ratio: float = 6.0
    active_share: float = 0.5


class Guarding(Phenomenon[GuardingParameters]):
    """Levels relaxing and standing, of one side against the other; flexion-relaxation of the back."""

    id = "guarding"
    name = "Guarding and tension"
    term = _TERM
    kinds = frozenset({ChannelKind.SURFACE_EMG, ChannelKind.EMG})
    references = (RATIO, NEBLETT, LARIVIERE)

    def concerns(self, recording: Recording) -> bool:
        """Say whether a back bends, or both sides of a muscle are compared at marked rest."""
        channels = recording.channels_of(*self.kinds)
        names = {mark.name for mark in marks(recording, _MARKS)}
        bends = "bend" in names or _trunk(recording) is not None
        compared = bool(names & {"relax", "posture"}) and bool(_sides(recording, channels))
        return compared or (bends and bool(_backs(recording, channels)))

    def measure(self, bench: Bench, channels: Sequence[int], parameters: GuardingParameters) -> Measured:
        """Measure levels of rest, then every bend."""
        recording, p = bench.recording, parameters
        if not self.concerns(recording):
            return self._not_assessed(
                f'{self.id}: not assessed: it takes both sides of a muscle ("trapezius left", "trapezius right") and'
                ' marks ("relax", "standing"), or a muscle of the back ("paraspinal left") and bends of the trunk'
            )
        muscle = bench.without_heart()
        backs = _backs(recording, channels)
        looked = sorted({*backs, *(i for two in _sides(recording, channels) for i in two)})
        seen = {i: muscle.detect(tilt.detect, i, TiltRule()).during(bench.usable(i).stretches) for i in looked}
        phases = _phases(bench)
        rows = [*_levels(recording, seen), *_bends(recording, backs, seen, phases, p)]
        measurements = measured(self.id, rows, recording.duration_s)
        finding = _decide(rows, len(phases), [recording.channels[i].name for i in backs], p)
        ids = tuple(m.id for m in measurements if "flexion" in m.id or "bent" in m.id)
        because = () if finding.state is State.NOT_ASSESSED else ids
        finding = Finding(_TERM, finding.state, self.id, because, finding.rule, RATIO)
        return Measured((), measurements, (finding,), (finding.rule,))


def _words(name: str) -> list[str]:
    return name.lower().replace("_", " ").replace("-", " ").split()


def _backs(recording: Recording, channels: Sequence[int]) -> list[int]:
    return [i for i in channels if any(w.startswith(_BACK) for w in _words(recording.channels[i].name))]


def _trunk(recording: Recording) -> int | None:
    angles = recording.channels_of(ChannelKind.ANGLE)
    return next((i for i in angles if set(_words(recording.channels[i].name)) & set(_TRUNK)), None)


def _sides(recording: Recording, channels: Sequence[int]) -> list[tuple[int, int]]:
    """Give the left and the right of every muscle that has both."""
    found: dict[str, dict[str, int]] = {}
    for i in channels:
        words = _words(recording.channels[i].name)
        side = next((_SIDES[word] for word in words if word in _SIDES), "")
        found.setdefault(" ".join(word for word in words if word not in _SIDES), {}).setdefault(side, i)
    return [(two["left"], two["right"]) for two in found.values() if {"left", "right"} <= set(two)]


def _phases(bench: Bench) -> Phases:
    """Give when the trunk bends, is bent, and straightens: by its angle, or by marks."""
    channel = _trunk(bench.recording)
    if channel is None:
        return _marked(bench.recording)
    moved = bench.detect(stretches.detect, channel, JointRule())
    found: Phases = []
    start = float(np.median(moved.angle_deg[: max(moved.angle_deg.size // 50, 1)])) if moved.angle_deg.size else 0.0
    for down, up in zip(moved.stretches[:-1], moved.stretches[1:], strict=True):
        # Down leads away from where the trunk was at first, up back to it.
        if abs(down.stop_deg - start) > abs(down.start_deg - start) and down.peak_deg_s * up.peak_deg_s < 0:
            pairs = (down.start_s, down.stop_s), (down.stop_s, up.start_s), (up.start_s, up.stop_s)
            found.append((Intervals.of(pairs[0]), Intervals.union_of([pairs[1]]), Intervals.of(pairs[2])))
    return found


def _marked(recording: Recording) -> Phases:
    found = marks(recording, _MARKS)
    order = [mark.name for mark in found]
    rows = [i for i in range(len(order) - 2) if order[i : i + 3] == ["bend", "bent", "straighten"]]
    end = recording.duration_s

    def span(i: int) -> Intervals:
        return spans(found[i : i + 2], order[i], end)

    return [(span(i), span(i + 1), span(i + 2)) for i in rows]


def _levels(recording: Recording, seen: Mapping[int, Tilts]) -> list[Row]:
    """Give what each muscle does relaxing and standing, and how far sides differ."""
    found, rows = marks(recording, _MARKS), []
    for name in ("relax", "posture"):
        when = spans(found, name, recording.duration_s)
        level = {i: each.during(when).level for i, each in seen.items()}
        for i, each in level.items():
            meta = recording.channels[i]
            unit = "µV" if meta.calibrated else amplitude_scale(meta)[0]
            how = "median root mean square of half seconds"
            rows.append(Row(f"level_{name}", median(each), unit, each.size, how, LARIVIERE, at=meta.name))
        for left, right in _sides(recording, list(seen)):
            one, other = median(level[left]), median(level[right])
            at = f"{recording.channels[left].name}×{recording.channels[right].name}"
            rows.append(
                Row(f"asymmetry_{name}", 200 * (one - other) / (one + other), "%", level[left].size,
                    "left less right over their mean; no sign of pain", LARIVIERE, at=at)
            )  # fmt: skip
    return [row for row in rows if row.n]


def _bends(
    recording: Recording, backs: Sequence[int], seen: Mapping[int, Tilts], phases: Phases, p: GuardingParameters
) -> list[Row]:
    rows = []
    for i in backs if phases else ():
        lowest = p.active_uv if recording.channels[i].calibrated else 0.0
        table = []
        for each in phases:
            bend, bent, up = (seen[i].during(when) for when in each)
            # A back that shows nothing when it straightens was not recorded.
            if bend.level.size and bent.level.size and np.any(up.is_muscle(lowest, p.active_tilt_ratio)):
                active = float(np.mean(bent.is_muscle(lowest, p.active_tilt_ratio)))
                table.append((bend.level.max() / up.level.max(), up.level.max() / bent.level.mean(), active))
        ratio, relaxation, active_bent = np.array(table, dtype=np.float64).reshape(-1, 3).T
        at, n = recording.channels[i].name, len(table)
        rows += [
            Row("flexion_extension_ratio", median(ratio), "1", n, "highest level bending over straightening, median",
                RATIO, at=at, needs=p.bends_n),
            Row("flexion_relaxation_ratio", median(relaxation), "1", n,
                "highest level straightening over the mean bent, median", NEBLETT, at=at, needs=p.bends_n),
            Row("active_bent", median(active_bent), "1", n, "half seconds bent in which it is active, median", NEBLETT,
                at=at, needs=p.bends_n),
        ]  # fmt: skip
    return rows


def _decide(rows: Sequence[Row], bends: int, backs: Sequence[str], p: GuardingParameters) -> Finding:
    """Ask for both: a high ratio, and a muscle that does not fall silent when the back is bent."""
    value = {(row.name, row.at): row.value for row in rows if row.n >= row.needs}
    back = [
        (value["flexion_extension_ratio", at], value["active_bent", at], at)
        for at in backs if ("active_bent", at) in value
    ]  # fmt: skip
    if not back:
        return _said(State.NOT_ASSESSED, f"{bends} bends of the trunk with activity of a back muscle, {p.bends_n}"
                     " needed; levels of rest and of sides do not show pain or guarding by themselves")  # fmt: skip
    ratio, active, at = max(back)
    said = f"{at}: flexion-extension ratio {ratio:.2f}, active in {active:.0%} of the time bent"
    if ratio >= p.flexion_extension_ratio and active >= p.active_share:
        return _said(State.PRESENT, f"{said}; 76 % sensitive and 98 % specific for chronic low back pain")
    if all(r < p.flexion_extension_ratio and a < p.active_share for r, a, _ in back):
        # Stiffness elsewhere is not excluded by this.
        return _said(State.NOT_ASSESSED, f"{said}: the back falls silent when it is bent, as in health; no guarding"
                     " of it, and other muscles were not put to a test")  # fmt: skip
    return _said(State.NOT_ASSESSED, f"{said}: the ratio and the silence disagree")


def _said(state: State, why: str) -> Finding:
    return Finding(_TERM, state, "guarding", (), f"guarding: {state}: {why}", RATIO)


PHENOMENON = Guarding(GuardingParameters())
