"""Dystonia: antagonists that contract together, in bursts of half a second to many, and muscles that nobody asked."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from involuntary.errors import ParameterError
from involuntary.model import Events, Recording, Reference
from involuntary.model.recording import Annotation
from involuntary.simulators._checks import check, check_order
from involuntary.simulators._chunks import Floats, record
from involuntary.simulators._epochs import Epochs, alternating, trapezia
from involuntary.simulators._motoneurones import FUGLEVAND, Drive
from involuntary.simulators._muscles import Muscles, driven
from involuntary.simulators._recording import surface_track
from involuntary.simulators.base import Generator

__all__ = ["GENERATOR", "Dystonia", "DystoniaParameters"]

_TIJSSEN = Reference(
    "doi:10.1093/brain/123.4.677",
    "Tijssen MAJ, Marsden JF, Brown P. Brain 2000;123:677",
    "a common drive of 4 to 7 Hz in neck dystonia",
)
_NAMES = ("wrist flexor", "wrist extensor", "biceps")
_RAMP_S, _MVC_S, _MVC_EVERY_S = 0.1, 3.0, 5.0
_WAVES = 12


@dataclass(frozen=True, slots=True)
class DystoniaParameters(Muscles):
    """How the muscles of an arm pull against each other.

    Attributes
    ----------
    condition : str
        ``"rest"``, or ``"task"``: the wrist is flexed on request and the others join.
    posture_min_s, posture_max_s : float
        Length of a dystonic contraction.
    pause_s : float
        Mean pause between two; drawn from half to one and a half of it.
    excitation_percent : float
        Drive to the flexor; 100 brings every unit to its highest rate.
    cocontraction_share, overflow_share : float
        Drive to the extensor and to the biceps as a share of the flexor's.
    common_low_hz, common_high_hz : float
        Band of the drive that all share.
    common_share : float
        Depth of its modulation, root mean square.
    effort : bool
        Whether each muscle makes a marked maximal effort at the beginning, if there is time.
    """

    condition: str = "rest"
    posture_min_s: float = 0.5
    posture_max_s: float = 4.0
    pause_s: float = 2.0
    excitation_percent: float = 25.0
    cocontraction_share: float = 0.7
    overflow_share: float = 0.3
    common_low_hz: float = 4.0
    common_high_hz: float = 7.0
    common_share: float = 0.3
    effort: bool = True


class Dystonia(Generator[DystoniaParameters]):
    """Co-contraction and overflow; truth: one ``tonic`` a contraction and muscle that nobody asked for."""

    id = "dystonia"
    name = "Dystonia of an arm"
    references = (_TIJSSEN, FUGLEVAND)

    def generate(
        self, duration_s: float, random: np.random.Generator, parameters: DystoniaParameters
    ) -> tuple[Recording, tuple[Events, ...]]:
        """Contract each muscle once with all force, then leave the arm to itself or to its task."""
        p = parameters
        check(self.id, p, "sampling_hz", "units", "interval_cv", "posture_min_s", "pause_s", "largest_uv")
        check_order(self.id, p, ("posture_min_s", "posture_max_s"), ("common_low_hz", "common_high_hz"))
        if p.condition not in {"rest", "task"}:
            raise ParameterError(f"{self.id}.condition", "must be rest or task", repr(p.condition))
        efforts = _efforts(duration_s, p)
        begin = efforts[-1][1] + 2.0 if efforts else 0.0
        postures = _postures(begin, duration_s, p, random)
        common = _swing(p, random)
        shares = (1.0, p.cocontraction_share, p.overflow_share)
        drives = [
            _drive(postures, share * p.excitation_percent / 100, common, efforts[row : row + 1])
            for row, share in enumerate(shares)
        ]
        muscle = driven(drives, duration_s, p, random)
        track = surface_track(self.id, _NAMES, muscle, duration_s, p, random)
        noted = [Annotation(a, b - a, f"mvc {name}") for (a, b), name in zip(efforts, _NAMES, strict=False)]
        noted += _marks(begin, duration_s, postures, p)
        unasked = [
            n for n, s in zip(_NAMES, shares, strict=True) if s and not (p.condition == "task" and n == _NAMES[0])
        ]
        start, stop = np.array(postures).reshape(-1, 2).T
        parts = [Events("tonic", (name,) * start.size, start, stop - start) for name in unasked]
        return record([track], random, annotations=noted), (Events.merged("tonic", parts),)


def _efforts(duration_s: float, p: DystoniaParameters) -> Epochs:
    every = alternating(duration_s, 1.0, _MVC_S, _MVC_EVERY_S - _MVC_S)[: len(_NAMES)]
    return every if p.effort and len(every) == len(_NAMES) and duration_s >= 2 * every[-1][1] else []


def _postures(begin: float, duration_s: float, p: DystoniaParameters, random: np.random.Generator) -> Epochs:
    most = int((duration_s - begin) / (p.posture_min_s + p.pause_s / 2)) + 2
    length = np.exp(random.uniform(np.log(p.posture_min_s), np.log(p.posture_max_s), most))
    pause = p.pause_s * random.uniform(0.5, 1.5, most)
    start = begin + np.cumsum(pause + length) - length
    return [(float(a), float(a + b)) for a, b in zip(start, length, strict=True) if a + b < duration_s]


def _marks(begin: float, duration_s: float, postures: Epochs, p: DystoniaParameters) -> list[Annotation]:
    if p.condition == "rest":
        return [Annotation(begin, duration_s - begin, "rest")] if duration_s > begin else []
    return [Annotation(a, b - a, f"task {_NAMES[0]}") for a, b in postures]


def _swing(p: DystoniaParameters, random: np.random.Generator) -> Drive:
    """Give what every drive is multiplied by: one, and waves of the common band."""
    turn = 2 * np.pi * random.uniform(p.common_low_hz, p.common_high_hz, _WAVES)
    start = random.uniform(0, 2 * np.pi, _WAVES)

    def swing(time: Floats) -> Floats:
        waves: Floats = np.sin(np.outer(turn, time) + start[:, None]).sum(axis=0)
        depth: Floats = np.maximum(1.0 + p.common_share * np.sqrt(2 / _WAVES) * waves, 0.0)
        return depth

    return swing


def _drive(postures: Epochs, height: float, common: Drive, effort: Epochs) -> Drive:
    pulled, willed = trapezia(postures, _RAMP_S, height), trapezia(effort, _RAMP_S)

    def drive(time: Floats) -> Floats:
        level = pulled(time)
        some = level > 0
        level[some] *= common(time[some])
        return np.minimum(level + willed(time), 1.0)

    return drive


GENERATOR = Dystonia(DystoniaParameters())
