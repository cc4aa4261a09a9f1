"""Guarding: a back that bends, holds and straightens, and whose muscles fall silent at the end of it or do not."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from involuntary.model import Annotation, Channel, ChannelKind, Events, Recording, Reference
from involuntary.simulators._checks import check
from involuntary.simulators._chunks import Floats, Track, record
from involuntary.simulators._motoneurones import Drive
from involuntary.simulators._muscles import Muscles, driven
from involuntary.simulators._recording import noise, surface_track
from involuntary.simulators.base import Generator

__all__ = ["GENERATOR", "MUSCLES", "Guarding", "GuardingParameters"]

_NEBLETT = Reference(
    "doi:10.1097/AJP.0b013e318267252d",
    "Neblett R, Brede E, Mayer TG, Gatchel RJ. Clin J Pain 2013;29:334-340",
    "the lumbar muscles of healthy people are silent in full flexion, those of most patients are not",
)
MUSCLES = ("paraspinal left", "paraspinal right")
# Excitation in per cent while standing, bending, bent and straightening.
_HEALTHY, _GUARDED = (0.5, 10.0, 0.0, 25.0), (4.0, 18.0, 14.0, 20.0)


@dataclass(frozen=True, slots=True)
class GuardingParameters(Muscles):
    """How a back bends.

    Attributes
    ----------
    guards : bool
        Whether the muscles guard; otherwise they fall silent when the back is bent.
    start_s : float
        Marked relaxation before the first bend.
    phase_s : float
        Length of each phase: bend, bent, straighten, stand.
    flexion_deg : float
        How far the trunk bends.
    right_share : float
        Excitation of the right side over that of the left.
    angle_hz : float
        Sampling rate of the goniometer; 0 for none, and the phases are marked instead.
    """

    guards: bool = True
    start_s: float = 10.0
    phase_s: float = 3.0
    flexion_deg: float = 80.0
    right_share: float = 0.8
    angle_hz: float = 100.0


class Guarding(Generator[GuardingParameters]):
    """Both sides of a back; truth: one ``tonic`` a side and bend in which it does not fall silent."""

    id = "guarding"
    name = "Guarding of the back"
    references = (_NEBLETT,)

    def generate(
        self, duration_s: float, random: np.random.Generator, parameters: GuardingParameters
    ) -> tuple[Recording, tuple[Events, ...]]:
        """Relax, then bend again and again."""
        p = parameters
        check(self.id, p, "sampling_hz", "units", "phase_s", "flexion_deg")
        start = np.arange(p.start_s, duration_s - 4 * p.phase_s + 1e-9, 4 * p.phase_s)
        excitation = _GUARDED if p.guards else _HEALTHY
        drives = [_drive(start, share, excitation, p) for share in (1.0, p.right_share)]
        track = surface_track(self.id, MUSCLES, driven(drives, duration_s, p, random), duration_s, p, random)
        marks = [Annotation(0.0, p.start_s, "relax")] if p.start_s else []
        tracks = [track]
        if p.angle_hz:
            tracks.append(_angle(duration_s, start, p))
        else:
            marks += [
                Annotation(float(at) + i * p.phase_s, p.phase_s, name)
                for at in start for i, name in enumerate(("flexion", "full flexion", "extension", "standing"))
            ]  # fmt: skip
        held = np.repeat(start + p.phase_s, 2 if p.guards else 0)
        truth = Events("tonic", MUSCLES * (held.size // 2), held, np.full(held.size, p.phase_s))
        return record(tracks, random, annotations=marks), (truth,)


def _drive(start: Floats, share: float, excitation: tuple[float, ...], p: GuardingParameters) -> Drive:
    standing, bending, bent, straightening = (share * value / 100 for value in excitation)
    knots = np.ravel(start[:, None] + p.phase_s * np.array([0.0, 0.3, 0.8, 1.05, 1.95, 2.2, 2.8, 3.1])[None, :])
    values = np.tile([standing, bending, bending, bent, bent, straightening, straightening, standing], start.size)
    rest = standing if p.guards else 0.0
    return lambda time: np.interp(time, knots, values, left=rest) if knots.size else np.full_like(time, rest)


def _angle(duration_s: float, start: Floats, p: GuardingParameters) -> Track:
    knots = np.ravel(start[:, None] + p.phase_s * np.arange(4.0)[None, :])
    angles = np.tile([0.0, p.flexion_deg, p.flexion_deg, 0.0], start.size)

    def layer(first: int, stop: int, _: np.random.Generator) -> Floats:
        return np.atleast_2d(np.interp(np.arange(first, stop) / p.angle_hz, knots, angles) if knots.size
                             else np.zeros(stop - first))  # fmt: skip

    n = max(1, round(duration_s * p.angle_hz))
    return Track((Channel("trunk flexion", ChannelKind.ANGLE, "deg", p.angle_hz, n),), (layer, noise(0.1, 1)))


GENERATOR = Guarding(GuardingParameters())
