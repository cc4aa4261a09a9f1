"""Hemifacial spasm: high-rate bursts that strike the muscles of one side of the face together."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from involuntary.model import Events, Recording, Reference
from involuntary.simulators._checks import check, check_order
from involuntary.simulators._chunks import record
from involuntary.simulators._discharges import Discharges, summed
from involuntary.simulators._muscles import Muscles, muscle_units, placed
from involuntary.simulators._recording import surface_track
from involuntary.simulators._trains import fire
from involuntary.simulators.base import Generator

__all__ = ["GENERATOR", "HemifacialSpasm", "HemifacialSpasmParameters"]

_NIELSEN = Reference(
    "title:Pathophysiology of hemifacial spasm",
    "Nielsen VK 1984",
    "62 patients: 250 to 350 Hz between the discharges of a train; synchronous over the muscles of one side",
)
_NAMES = ("orbicularis oculi left", "orbicularis oris left", "orbicularis oculi right", "orbicularis oris right")


@dataclass(frozen=True, slots=True)
class HemifacialSpasmParameters(Muscles):
    """How one side of a face twitches.

    Attributes
    ----------
    per_min : float
        Spasms a minute.
    smallest_n, largest_n : int
        Discharges of a unit in one spasm.
    rate_min_hz, rate_max_hz : float
        Rate within a spasm.
    scatter_ms : float
        Standard deviation of the start between units and muscles.
    recruited_share : float
        Part of the units that join.
    """

    per_min: float = 30.0
    smallest_n: int = 2
    largest_n: int = 15
    rate_min_hz: float = 250.0
    rate_max_hz: float = 350.0
    scatter_ms: float = 1.5
    recruited_share: float = 0.5


class HemifacialSpasm(Generator[HemifacialSpasmParameters]):
    """Spasms of the left face, the right stays still; truth: one ``burst`` a spasm and muscle of the left."""

    id = "hemifacial-spasm"
    name = "Hemifacial spasm"
    references = (_NIELSEN,)

    def generate(
        self, duration_s: float, random: np.random.Generator, parameters: HemifacialSpasmParameters
    ) -> tuple[Recording, tuple[Events, ...]]:
        """Draw the spasms, then let both muscles of the side follow each."""
        p = parameters
        check(self.id, p, "sampling_hz", "units", "per_min", "smallest_n", "rate_min_hz")
        check_order(self.id, p, ("smallest_n", "largest_n"), ("rate_min_hz", "rate_max_hz"))
        longest = 1.2 * p.largest_n / p.rate_min_hz + 0.1
        steps = longest + random.exponential(max(60.0 / p.per_min - longest, 0.05), int(2 * duration_s / longest) + 10)
        start = np.cumsum(steps) - longest + 0.05
        start = start[start < duration_s - longest]
        n = random.integers(p.smallest_n, p.largest_n + 1, start.size)
        rate = random.uniform(p.rate_min_hz, p.rate_max_hz, start.size)
        muscle, parts = [], []
        for row, name in enumerate(_NAMES[:2]):
            units = muscle_units(p, random)
            spasms = [_spasm(*one, p, random) for one in zip(start, n, rate, strict=True)]
            muscle.append(placed(summed(Discharges.joined(spasms), units.templates(p.sampling_hz)), row, len(_NAMES)))
            onset = np.array([np.min(s.time_s + units.onset_s[s.unit]) for s in spasms])
            stop = np.array([np.max(s.time_s + units.onset_s[s.unit] + units.duration_s[s.unit]) for s in spasms])
            features = {"n": n.astype(np.float64), "rate_hz": rate}
            parts.append(Events("burst", (name,) * len(spasms), onset, stop - onset, features))
        track = surface_track(self.id, _NAMES, muscle, duration_s, p, random)
        return record([track], random), (Events.merged("burst", parts),)


def _spasm(start: float, n: int, rate: float, p: HemifacialSpasmParameters, random: np.random.Generator) -> Discharges:
    """Fire every recruited unit of one muscle; some miss the end."""
    joined = np.flatnonzero(random.uniform(size=p.units) < p.recruited_share)
    joined = joined if joined.size else np.array([p.units - 1])
    scatter = np.abs(random.normal(0.0, p.scatter_ms / 1000, joined.size))
    own = np.maximum(n - random.integers(0, 2, joined.size), 1)
    trains = [
        (float(start + late), int(unit), int(count), float(rate))
        for unit, late, count in zip(joined, scatter, own, strict=True)
    ]
    return fire(trains, 1.0, 0.0, random)


GENERATOR = HemifacialSpasm(HemifacialSpasmParameters())
