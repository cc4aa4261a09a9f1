"""Parkinsonism: a repeated movement on request that shrinks, slows and hesitates, with a tremor at rest between."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from involuntary.errors import ParameterError
from involuntary.model import Channel, ChannelKind, Events, Recording, Reference
from involuntary.model.recording import Annotation
from involuntary.simulators._checks import check
from involuntary.simulators._chunks import Floats, Layer, Track, record
from involuntary.simulators._recording import noise
from involuntary.simulators._tremor import direction
from involuntary.simulators.base import Generator
from involuntary.simulators.chorea import Strokes, strokes_layer

__all__ = ["GENERATOR", "Parkinsonism", "ParkinsonismParameters"]

_CRITERIA = Reference(
    "doi:10.1002/mds.26424",
    "Postuma RB, et al. 2015, Mov Disord 30:1591-1601",
    "bradykinesia: slowness, and decrement in amplitude or speed, or hesitations, as movements are continued",
)
_TASKS = ("tapping", "agility", "pronation")


@dataclass(frozen=True, slots=True)
class ParkinsonismParameters:
    """How somebody repeats a movement; sizes are engineering choices.

    Attributes
    ----------
    task : str
        ``"tapping"``, ``"agility"`` or ``"pronation"``, as it is marked.
    rate_hz : float
        Movements a second at the beginning, to and fro counted as one.
    size_deg : float
        Angle of the first.
    shrink_percent, slow_percent : float
        Loss of size and of rate from one movement to the next.
    interval_cv : float
        Coefficient of variation of their length.
    hesitation_share : float
        Part of the movements after which the hand stops for as long as three of them.
    tremor_hz, tremor_deg_s : float
        Tremor at rest before the task: frequency and highest angular velocity; none where the latter is 0.
    rest_s : float
        Marked rest before the task.
    sampling_hz, gyroscope_noise_deg_s : float
        Of the gyroscope on the hand.
    """

    task: str = "pronation"
    rate_hz: float = 2.0
    size_deg: float = 60.0
    shrink_percent: float = 1.5
    slow_percent: float = 0.3
    interval_cv: float = 0.05
    hesitation_share: float = 0.03
    tremor_hz: float = 5.0
    tremor_deg_s: float = 40.0
    rest_s: float = 15.0
    sampling_hz: float = 100.0
    gyroscope_noise_deg_s: float = 0.5


class Parkinsonism(Generator[ParkinsonismParameters]):
    """Rest with tremor, then one task; truth: a ``tremor``, and one ``limb-movement`` to and fro."""

    id = "parkinsonism"
    name = "Parkinsonism of a hand"
    references = (_CRITERIA,)

    def generate(
        self, duration_s: float, random: np.random.Generator, parameters: ParkinsonismParameters
    ) -> tuple[Recording, tuple[Events, ...]]:
        """Let the hand tremble, then repeat the movement until the end."""
        p = parameters
        check(self.id, p, "rate_hz", "size_deg", "sampling_hz", "tremor_hz")
        if p.task not in _TASKS:
            raise ParameterError(f"{self.id}.task", f"must be one of {', '.join(_TASKS)}", repr(p.task))
        rest_s = min(p.rest_s, duration_s / 2)
        onset, length, size = _movements(rest_s, duration_s, p, random)
        axis = direction(random)
        rate, n = p.sampling_hz, max(1, round(duration_s * p.sampling_hz))
        channels = tuple(Channel(f"hand {a}", ChannelKind.GYROSCOPE, "deg/s", rate, n) for a in "xyz")
        layers = (
            strokes_layer(_to_and_fro(onset, length, size, axis), rate, 1),
            _tremor(rest_s, axis, p, random),
            noise(p.gyroscope_noise_deg_s, 3),
        )
        strongest = channels[int(np.argmax(np.abs(axis)))].name
        moved = Events("limb-movement", (strongest,) * onset.size, onset, length, {"size_deg": size})
        trembled = Events(
            "tremor", (strongest,), np.zeros(1), np.array([rest_s]), {"frequency_hz": np.array([p.tremor_hz])}
        )
        truth = (trembled, moved) if p.tremor_deg_s and rest_s else (moved,)
        noted = [Annotation(0.0, rest_s, "rest")] if rest_s else []
        noted.append(Annotation(rest_s, duration_s - rest_s, p.task))
        return record([Track(channels, layers)], random, annotations=noted), truth


def _movements(
    begin: float, duration_s: float, p: ParkinsonismParameters, random: np.random.Generator
) -> tuple[Floats, Floats, Floats]:
    """Give onset, length and size of every movement that ends within the recording."""
    most = int(2 * duration_s * p.rate_hz) + 10
    number = np.arange(most)
    # No hand comes quite to rest: lengths grow to four times the first at most.
    usual = np.minimum((1 + p.slow_percent / 100) ** number, 4.0) / p.rate_hz
    length = usual * np.maximum(1 + p.interval_cv * random.standard_normal(most), 0.3)
    stopped = 3 * usual * (random.uniform(size=most) < p.hesitation_share)
    onset = begin + np.cumsum(length + stopped) - length - stopped
    kept = onset + length < duration_s
    size = p.size_deg * np.maximum(1 - p.shrink_percent / 100, 0.0) ** number
    return onset[kept], length[kept], size[kept]


def _to_and_fro(onset: Floats, length: Floats, size: Floats, axis: Floats) -> Strokes:
    half = length / 2
    starts = np.column_stack([onset, onset + half]).ravel()
    way = np.column_stack([size, -size]).ravel()[:, None] * axis
    return Strokes(starts, np.repeat(half, 2), way)


def _tremor(rest_s: float, axis: Floats, p: ParkinsonismParameters, random: np.random.Generator) -> Layer:
    start = random.uniform(0, 2 * np.pi)

    def layer(first: int, stop: int, _: np.random.Generator) -> Floats:
        time = np.arange(first, stop) / p.sampling_hz
        wave: Floats = p.tremor_deg_s * np.sin(2 * np.pi * p.tremor_hz * time + start) * (time < rest_s)
        return axis[:, None] * wave

    return layer


GENERATOR = Parkinsonism(ParkinsonismParameters())
