"""Chewing and talking: what masseter and lips do all day. A negative."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from involuntary.errors import ParameterError
from involuntary.model import Annotation, Events, Recording, Reference
from involuntary.simulators._checks import check
from involuntary.simulators._chunks import Floats, record
from involuntary.simulators._epochs import Epochs
from involuntary.simulators._motoneurones import FUGLEVAND, Drive
from involuntary.simulators._muscles import Muscles, driven
from involuntary.simulators._recording import surface_track
from involuntary.simulators.base import Generator

__all__ = ["ACTIVITIES", "GENERATOR", "Activity", "Mouth", "MouthParameters"]

_PACE = Reference(
    "url:https://read.qxmd.com/read/21810620/time-frequency-analysis-of-chewing-activity-in-the-natural-environment",
    "Time-frequency analysis of chewing activity in the natural environment: masseter of 21 people",
    "chewing at 1.57 Hz (0.94 to 2.17) in episodes of 13 s (2.7 to 34.9)",
)


@dataclass(frozen=True, slots=True)
class Activity:
    """What a mouth does; where no source is named, engineering choices.

    Attributes
    ----------
    cycle_s, cycle_cv : float
        Length of a chew or a syllable, and its variation.
    burst_share : float
        Part of a cycle that a burst takes.
    size_cv : float
        Variation of the size of a burst.
    episode_s, pause_s : float
        Mean length of a bout or a phrase, and of the pause after it.
    muscles : tuple of (str, float)
        Each with its share of the drive.
    """

    cycle_s: float
    cycle_cv: float
    burst_share: float
    size_cv: float
    episode_s: float
    pause_s: float
    muscles: tuple[tuple[str, float], ...]


ACTIVITIES = {
    "chewing": Activity(
        1 / 1.57, 0.1, 0.5, 0.2, 13.0, 5.0,
        (("left masseter", 1.0), ("right masseter", 0.6), ("left orbicularis oris", 0.15),
         ("right orbicularis oris", 0.15)),
    ),
    "talking": Activity(
        0.2, 0.35, 0.6, 0.5, 3.0, 1.0,
        (("left masseter", 0.15), ("right masseter", 0.15), ("left orbicularis oris", 1.0),
         ("right orbicularis oris", 0.95)),
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class MouthParameters(Muscles):
    """How somebody uses the mouth.

    Attributes
    ----------
    activity : str
        ``"chewing"`` or ``"talking"``.
    excitation_percent : float
        Drive of a mean burst in the muscle that leads.
    """

    activity: str = "chewing"
    excitation_percent: float = 30.0


class Mouth(Generator[MouthParameters]):
    """Masseter and lips of both sides; truth: nothing. Bouts and phrases are annotated."""

    id = "mouth"
    name = "Chewing and talking"
    references = (_PACE, FUGLEVAND)

    def generate(
        self, duration_s: float, random: np.random.Generator, parameters: MouthParameters
    ) -> tuple[Recording, tuple[Events, ...]]:
        """Draw the episodes and the bursts within, and drive every muscle with its share."""
        p = parameters
        check(self.id, p, "sampling_hz", "units", "interval_cv")
        if p.activity not in ACTIVITIES:
            raise ParameterError(f"{self.id}.activity", f"must be one of {', '.join(ACTIVITIES)}", repr(p.activity))
        activity = ACTIVITIES[p.activity]
        episodes = _episodes(duration_s, activity, random)
        effort = _bursts(episodes, activity, p.excitation_percent / 100, random)
        drives = [_share(effort, part) for _, part in activity.muscles]
        names = [name for name, _ in activity.muscles]
        track = surface_track(self.id, names, driven(drives, duration_s, p, random), duration_s, p, random)
        noted = [Annotation(start, stop - start, p.activity) for start, stop in episodes]
        return record([track], random, annotations=noted), ()


def _episodes(duration_s: float, activity: Activity, random: np.random.Generator) -> Epochs:
    wanted = int(2 * duration_s / (activity.episode_s + activity.pause_s)) + 20
    on = activity.episode_s * np.maximum(random.lognormal(-0.25, 0.7, wanted), 0.2)
    off = activity.pause_s * np.maximum(random.lognormal(-0.1, 0.5, wanted), 0.2)
    start = min(0.5, duration_s / 4) + np.cumsum(on + off) - on - off
    return [(float(a), float(min(a + b, duration_s))) for a, b in zip(start, on, strict=True) if a < duration_s]


def _bursts(episodes: Epochs, activity: Activity, height: float, random: np.random.Generator) -> Drive:
    """Give one half sine a cycle within the episodes."""
    starts, lengths = [np.empty(0)], [np.empty(0)]
    for begin, stop in episodes:
        wanted = int(2 * (stop - begin) / activity.cycle_s) + 4
        cycle = activity.cycle_s * np.maximum(1 + activity.cycle_cv * random.standard_normal(wanted), 0.4)
        onset = begin + np.cumsum(cycle) - cycle
        inside = onset + activity.burst_share * cycle <= stop
        starts.append(onset[inside])
        lengths.append(activity.burst_share * cycle[inside])
    start, length = np.concatenate(starts), np.concatenate(lengths)
    size = height * np.maximum(1 + activity.size_cv * random.standard_normal(start.size), 0.1)

    def drive(time: Floats) -> Floats:
        if not start.size:
            return np.zeros(time.size)
        last = np.maximum(np.searchsorted(start, time, side="right") - 1, 0)
        part = (time - start[last]) / length[last]
        inside = (part >= 0) & (part < 1)
        bump: Floats = size[last] * np.where(inside, np.sin(np.pi * np.clip(part, 0.0, 1.0)), 0.0)
        return bump

    return drive


def _share(effort: Drive, part: float) -> Drive:
    return lambda time: part * effort(time)


GENERATOR = Mouth(MouthParameters())
