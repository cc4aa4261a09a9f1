"""A contraction held until the muscle tires, under a line of electrodes: the fibres conduct ever more slowly."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from involuntary.model import Events, Recording, Reference
from involuntary.model.labels import Labels
from involuntary.model.recording import Annotation
from involuntary.simulators._anatomy import Anatomy
from involuntary.simulators._checks import check
from involuntary.simulators._chunks import Floats, record
from involuntary.simulators._discharges import Discharges, Firing, Templates, layered
from involuntary.simulators._epochs import trapezia
from involuntary.simulators._motoneurones import FUGLEVAND
from involuntary.simulators._recording import surface_track
from involuntary.simulators.base import Generator
from involuntary.simulators.grid import GridParameters, discharged, placed, seen_units

__all__ = ["GENERATOR", "Fatigue", "FatigueParameters"]

_MERLETTI = Reference(
    "doi:10.1016/S1050-6411(02)00082-2",
    "The linear electrode array: a useful tool with many applications. J Electromyogr Kinesiol 2003;13:37-47",
    "abstract: conduction velocity and its changes with fatigue, from signals along the fibres",
)
_RAMP_S = 1.0
_SECOND_S = 1.0
# The velocity falls in so many steps, each with potentials of its own.
_LEVELS = 12


@dataclass(frozen=True, slots=True)
class FatigueParameters(GridParameters):
    """The muscle and the electrodes, as those of a grid, and how fast its fibres conduct.

    Attributes
    ----------
    velocity_m_s, velocity_end_m_s : float
        Conduction velocity at the beginning and at the end of the contraction; it falls evenly (engineering choices).
    velocity_sd_m_s : float
        Spread between units; those recruited later are faster. Without it the truth is one number.
    rest_s : float
        Rest before the contraction, at most a quarter of the recording.
    """

    units: int = 20
    fibres: int = 4000
    rows_n: int = 8
    columns_n: int = 1
    spacing_mm: float = 5.0
    first_mm: float = 15.0
    excitation_percent: float = 30.0
    noise_uv: float = 2.0
    mains_uv: float = 2.0
    velocity_m_s: float = 4.5
    velocity_end_m_s: float = 3.6
    velocity_sd_m_s: float = 0.0
    rest_s: float = 3.0


class Fatigue(Generator[FatigueParameters]):
    """A steady contraction; truth: one ``tonic`` a second of it, with the velocity in the middle of that second."""

    id = "fatigue"
    name = "Contraction held until the muscle tires"
    references = (_MERLETTI, FUGLEVAND)

    def generate(
        self, duration_s: float, random: np.random.Generator, parameters: FatigueParameters
    ) -> tuple[Recording, tuple[Events, ...]]:
        """Look at the same fibres once for each velocity, and let each discharge be seen at that of its time."""
        p = parameters
        check(
            self.id, p, "sampling_hz", "range_uv", "units", "rows_n", "columns_n", "half_mm", "interval_cv",
            "velocity_m_s", "velocity_end_m_s",
        )  # fmt: skip
        start_s = min(p.rest_s, duration_s / 4)
        held = start_s, duration_s
        velocity = np.unique(np.linspace(p.velocity_m_s, p.velocity_end_m_s, _LEVELS))
        if p.velocity_end_m_s < p.velocity_m_s:
            velocity = velocity[::-1]
        effort = trapezia([held], _RAMP_S, p.excitation_percent / 100)
        own = discharged(effort, duration_s, p, random)
        seen = layered(_slowed(own, held, p.units, velocity.size), _templates(p, velocity, random))
        names = [f"R{row + 1}C{column + 1}" for row in range(p.rows_n) for column in range(p.columns_n)]
        track = surface_track(self.id, names, [seen], duration_s, p, random)
        noted = [Annotation(start_s, duration_s - start_s, "voluntary contraction")]
        return placed(record([track], random, annotations=noted), p), (_truth(names[0], held, velocity),)


def _templates(p: FatigueParameters, velocity: Floats, random: np.random.Generator) -> Templates:
    """Give the potentials of all units at the first velocity, then at the next, and so on."""
    seed = int(random.integers(2**63))
    seen = [
        seen_units(p, np.random.default_rng(seed), Anatomy(velocity_m_s=float(one), velocity_sd_m_s=p.velocity_sd_m_s))
        for one in velocity
    ]
    longest = max(one.values.shape[3] for one in seen)
    values = [np.pad(one.values, ((0, 0), (0, 0), (0, 0), (0, longest - one.values.shape[3]))) for one in seen]
    return replace(seen[0], values=np.concatenate(values))


def _level(time_s: Floats, held: tuple[float, float], levels: int) -> NDArray[np.intp]:
    share = (time_s - held[0]) / (held[1] - held[0])
    return np.clip((levels * share).astype(np.intp), 0, levels - 1)


def _slowed(own: Firing, held: tuple[float, float], units: int, levels: int) -> Firing:
    """Let each discharge be one of the unit as it is seen at the velocity of that time."""

    def seen(some: Discharges) -> Discharges:
        return replace(some, unit=some.unit + units * _level(some.time_s, held, levels))

    return seen(own) if isinstance(own, Discharges) else lambda start_s, stop_s: seen(own(start_s, stop_s))


def _truth(channel: str, held: tuple[float, float], velocity: Floats) -> Events:
    onset = np.arange(held[0], held[1] - _SECOND_S + 1e-9, _SECOND_S)
    true = velocity[_level(onset + _SECOND_S / 2, held, velocity.size)]
    return Events(
        "tonic", Labels.all(channel, onset.size), onset, np.full(onset.size, _SECOND_S), {"velocity_m_s": true}
    )


GENERATOR = Fatigue(FatigueParameters())
