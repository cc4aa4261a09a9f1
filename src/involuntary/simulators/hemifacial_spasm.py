"""Hemifacial spasm: high-rate bursts that strike the muscles of one side of the face together."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from involuntary.model import Annotation, Events, Recording, Reference
from involuntary.simulators._checks import check, check_order
from involuntary.simulators._chunks import Floats, Layer, record
from involuntary.simulators._discharges import Discharges, episodes, flowing, summed
from involuntary.simulators._electrodes import SurfaceUnits
from involuntary.simulators._muscles import Muscles, muscle_units, placed, volleys
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

_EVERY_S = 5.0


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
    bilateral : bool
        Whether the right side does the same, as in blepharospasm.
    stimuli_count : int
        Stimuli to the left supraorbital nerve, marked, one every 5 s; 0 for none.
    r1_ms, r2_ms : float
        When orbicularis oculi answers: R1 on the left, R2 on both sides.
    synkinesis : bool
        Whether orbicularis oris of the left answers too.
    """

    per_min: float = 30.0
    smallest_n: int = 2
    largest_n: int = 15
    rate_min_hz: float = 250.0
    rate_max_hz: float = 350.0
    scatter_ms: float = 1.5
    recruited_share: float = 0.5
    bilateral: bool = False
    stimuli_count: int = 0
    r1_ms: float = 11.0
    r2_ms: float = 33.0
    synkinesis: bool = True


class HemifacialSpasm(Generator[HemifacialSpasmParameters]):
    """Spasms of the left face, the right stays still unless asked; truth: one ``burst`` a spasm and muscle."""

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
        for row, name in enumerate(_NAMES if p.bilateral else _NAMES[:2]):
            units = muscle_units(p, random)
            between, spasm = episodes(
                start.tolist(),
                longest,
                lambda i, own: _spasm(float(start[i]), int(n[i]), float(rate[i]), p, own),
                int(random.integers(2**63)),
            )
            muscle.append(placed(flowing(between, units.templates(p.sampling_hz)), row, len(_NAMES)))
            ends = np.array([_ends(spasm(i), units) for i in range(start.size)]).reshape(-1, 2)
            onset, stop = ends.T
            features = {"n": n.astype(np.float64), "rate_hz": rate}
            parts.append(Events("burst", (name,) * onset.size, onset, stop - onset, features))
        given = np.asarray(np.arange(p.stimuli_count) * _EVERY_S + 1.0, dtype=np.float64)
        given = given[given < duration_s - 0.2]
        muscle += _blinks(given, p, random)
        track = surface_track(self.id, _NAMES, muscle, duration_s, p, random)
        marks = [Annotation(float(time), 0.0, "stimulus 8 mA supraorbital left") for time in given]
        return record([track], random, annotations=marks), (Events.merged("burst", parts),)


def _ends(fired: Discharges, units: SurfaceUnits) -> tuple[float, float]:
    """Give onset of the first and end of the last potential."""
    onset = fired.time_s + units.onset_s[fired.unit]
    return float(np.min(onset)), float(np.max(onset + units.duration_s[fired.unit]))


def _blinks(given: Floats, p: HemifacialSpasmParameters, random: np.random.Generator) -> list[Layer]:
    """Answer every stimulus: R1 on its side, R2 on both, in the mouth too where there is synkinesis."""
    layers = []
    for row in range(len(_NAMES)) if given.size else ():
        mouth, left = row in (1, 3), row < 2
        if mouth and not (left and p.synkinesis):
            continue
        units = muscle_units(p, random)
        share = np.full(given.size, 0.6)
        parts = [volleys(given + p.r2_ms / 1e3, np.full(given.size, 0.03), share, units, 60.0, random)]
        if left:
            parts.append(volleys(given + p.r1_ms / 1e3, np.full(given.size, 0.014), share, units, 60.0, random))
        fired = Discharges.joined(parts)
        layers.append(placed(summed(fired, units.templates(p.sampling_hz)), row, len(_NAMES)))
    return layers


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
