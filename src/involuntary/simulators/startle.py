"""Startle: loud tones that are answered from the brainstem upwards and downwards, less each time, or not less."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from involuntary.model import Annotation, Events, Recording, Reference
from involuntary.simulators._checks import check
from involuntary.simulators._chunks import Layer, record
from involuntary.simulators._discharges import summed
from involuntary.simulators._muscles import Muscles, muscle_units, placed, volleys
from involuntary.simulators._recording import surface_track
from involuntary.simulators.base import Generator

__all__ = ["GENERATOR", "MUSCLES", "Startle", "StartleParameters"]

_BROWN = Reference(
    "doi:10.1093/brain/114.4.1903",
    "Brown P, et al. Brain 1991;114:1891 and 1903",
    "blink first and not habituating; sternomastoid, then masseter, trunk and limbs",
)
# Muscle and its latency in ms, within the published 20 to 150.
MUSCLES = (
    ("orbicularis oculi", 35.0), ("sternomastoid", 58.0), ("masseter", 65.0), ("biceps", 80.0),
    ("abductor pollicis brevis", 100.0), ("quadriceps", 120.0),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class StartleParameters(Muscles):
    """How somebody is startled.

    Attributes
    ----------
    every_s : float
        From tone to tone.
    habituation_n : int
        After so many tones the answer below the eyes has fallen to a third; with `exaggerated` it does not fall.
    exaggerated : bool
        Whether it does not habituate.
    length_ms : float
        Of an answer.
    scatter_ms : float
        Standard deviation of the latencies.
    """

    every_s: float = 10.0
    habituation_n: int = 4
    exaggerated: bool = False
    length_ms: float = 80.0
    scatter_ms: float = 3.0


class Startle(Generator[StartleParameters]):
    """Answers of six muscles to marked tones; truth: one ``burst`` a muscle and tone that it answers."""

    id = "startle"
    name = "Startle"
    references = (_BROWN,)

    def generate(
        self, duration_s: float, random: np.random.Generator, parameters: StartleParameters
    ) -> tuple[Recording, tuple[Events, ...]]:
        """Sound the tones, then let every muscle answer or not."""
        p = parameters
        check(self.id, p, "sampling_hz", "units", "every_s", "habituation_n", "length_ms")
        tone = np.arange(min(0.2, duration_s / 8), duration_s - 0.3, p.every_s)
        fall = np.ones(tone.size) if p.exaggerated else np.exp(-np.arange(tone.size) / p.habituation_n)
        layers: list[Layer] = []
        parts = []
        for row, (name, latency) in enumerate(MUSCLES):
            answers = np.ones(tone.size, dtype=np.bool_) if row == 0 else random.uniform(size=tone.size) < 0.95 * fall
            late = np.maximum(latency + p.scatter_ms * random.standard_normal(tone.size), 20.0)
            start = (tone + late / 1e3)[answers]
            length = np.full(start.size, p.length_ms / 1e3)
            units = muscle_units(p, random)
            fired = volleys(start, length, np.full(start.size, 0.8), units, 60.0, random)
            layers.append(placed(summed(fired, units.templates(p.sampling_hz)), row, len(MUSCLES)))
            parts.append(Events("burst", (name,) * start.size, start, length))
        track = surface_track(self.id, [name for name, _ in MUSCLES], layers, duration_s, p, random)
        marks = [Annotation(float(time), 0.05, "tone 105 dB") for time in tone]
        return record([track], random, annotations=marks), (Events.merged("burst", parts),)


GENERATOR = Startle(StartleParameters())
