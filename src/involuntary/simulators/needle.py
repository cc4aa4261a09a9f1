"""Needle EMG at slight effort: motor units of healthy, reinnervated or diseased muscle beside a concentric needle."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from involuntary.errors import ParameterError
from involuntary.model import Channel, ChannelKind, Events, Recording, Reference
from involuntary.model.labels import Labels
from involuntary.simulators._checks import check
from involuntary.simulators._chunks import Floats, Track, record
from involuntary.simulators._discharges import Firing, Templates, layered
from involuntary.simulators._epochs import trapezia
from involuntary.simulators._fibres import Fibres, concentric_needle, unit_potential
from involuntary.simulators._motoneurones import FUGLEVAND, fired, pool
from involuntary.simulators._recording import noise
from involuntary.simulators._unit_truth import by_onset
from involuntary.simulators.base import Generator

__all__ = ["GENERATOR", "MUSCLES", "Muscle", "Needle", "NeedleParameters"]

_ROSENFALCK = Reference(
    "title:Intra- and extracellular potential fields of active nerve and muscle fibres",
    "Rosenfalck P. Acta Physiol Scand Suppl 1969;321",
    "membrane potential behind the front",
)
_PHASES = 2
_LENGTH_S = 0.03
_BASELINE_UV = 20.0
_SEEN_UV, _DRAWS = 50.0, 200


@dataclass(frozen=True, slots=True)
class Muscle:
    """What the fibres of a unit are like; engineering choices that bring potentials to their published sizes.

    Attributes
    ----------
    fibres : int
        Fibres of a unit of median size.
    territory_mm : float
        Radius over which they lie.
    diameter_um, diameter_sd_um : float
        Mean and spread.
    plates_mm : float
        Standard deviation of the end-plates along the muscle.
    branches_ms : float
        Standard deviation of the conduction times of the axon's branches.
    groups : int
        Fibres that lie together as one axon takes over its neighbours; 1 for none.
    """

    fibres: int
    territory_mm: float
    diameter_um: float
    diameter_sd_um: float
    plates_mm: float
    branches_ms: float
    groups: int


MUSCLES = {
    "healthy": Muscle(75, 3.0, 55.0, 6.0, 1.5, 0.25, 1),
    # Survivors take over their neighbours: more fibres, in groups, reached by slow new branches.
    "neurogenic": Muscle(500, 3.5, 60.0, 8.0, 3.0, 0.8, 8),
    # Fibres are lost, and those that are left differ in size.
    "myopathic": Muscle(40, 3.0, 45.0, 12.0, 1.5, 0.25, 1),
}


@dataclass(frozen=True, slots=True)
class NeedleParameters:
    """What the needle lies in and how it is recorded.

    Attributes
    ----------
    muscle : str
        ``"healthy"``, ``"neurogenic"`` or ``"myopathic"``.
    units : int
        Motor units that fire at this effort and are near enough to be seen: of 50 µV peak to peak and more.
    excitation_percent : float
        Drive to the pool that they are drawn from.
    interval_cv : float
        Coefficient of variation of the intervals.
    sampling_hz : float
        Samples a second.
    noise_uv : float
        Root mean square of noise.
    needle_mm : float
        From the end-plate zone to the needle.
    half_mm : float
        From the end-plate zone to either tendon.
    range_uv, resolution_uv : float
        Half the converter's range, and its step.
    """

    muscle: str = "healthy"
    units: int = 6
    excitation_percent: float = 10.0
    interval_cv: float = 0.15
    sampling_hz: float = 24000.0
    noise_uv: float = 3.0
    needle_mm: float = 20.0
    half_mm: float = 60.0
    range_uv: float = 20000.0
    resolution_uv: float = 0.5


class Needle(Generator[NeedleParameters]):
    """Motor units at slight effort; truth: one ``potential`` a discharge of every unit."""

    id = "needle"
    name = "Needle EMG at slight effort"
    references = (_ROSENFALCK, FUGLEVAND)

    def generate(
        self, duration_s: float, random: np.random.Generator, parameters: NeedleParameters
    ) -> tuple[Recording, tuple[Events, ...]]:
        """Lay the fibres, sum their potentials once, and fire."""
        p = parameters
        check(self.id, p, "sampling_hz", "units", "interval_cv", "half_mm", "range_uv")
        if p.muscle not in MUSCLES:
            raise ParameterError(f"{self.id}.muscle", f"must be one of {', '.join(MUSCLES)}", repr(p.muscle))
        waves = np.stack([_seen(MUSCLES[p.muscle], p, random) for _ in range(p.units)])
        drive = trapezia([(-1.0, duration_s + 1.0)], 0.1, p.excitation_percent / 100)
        # The pool is many times larger than what lies near one needle; these fire at its lower thresholds.
        every = pool(20 * p.units)
        near = replace(every, threshold=every.threshold[: p.units], peak_hz=every.peak_hz[: p.units])
        own = fired(near, drive, duration_s - _LENGTH_S, p.interval_cv, random)
        return record([_track(own, waves, duration_s, p)], random), (_truth(own, waves, duration_s, p),)


def _seen(muscle: Muscle, p: NeedleParameters, random: np.random.Generator) -> Floats:
    """Draw units until one is large enough to be counted as near the needle."""
    for _ in range(_DRAWS):
        wave = potential(muscle, p, random)
        if np.ptp(wave) * 1e6 >= _SEEN_UV:
            return wave
    raise ParameterError("needle.needle_mm", f"must let the needle see units of {_SEEN_UV:g} µV", f"{p.needle_mm:g}")


def potential(muscle: Muscle, p: NeedleParameters, random: np.random.Generator) -> Floats:
    """Draw one unit and give its potential at several times the sampling rate, in volts, from its discharge on.

    Parameters
    ----------
    muscle : Muscle
        What its fibres are like.
    p : NeedleParameters
        Where the needle is.
    random : numpy.random.Generator
        Draws the fibres.
    """
    n = max(1, round(muscle.fibres * float(random.lognormal(0.0, 0.3))))
    groups = -(-n // muscle.groups)
    radius = muscle.territory_mm * np.sqrt(random.uniform(size=groups))
    angle = random.uniform(0, 2 * np.pi, groups)
    spread = np.repeat(np.column_stack([radius * np.cos(angle), radius * np.sin(angle)]), muscle.groups, axis=0)[:n]
    spread += random.normal(0.0, 0.05 if muscle.groups > 1 else 0.0, spread.shape)
    # The needle was moved to where this unit is sharp: within a third of its territory.
    off = muscle.territory_mm / 3 * np.sqrt(random.uniform()) * np.array([1.0, 0.0])
    diameter = np.maximum(random.normal(muscle.diameter_um, muscle.diameter_sd_um, n), 15.0)
    fibres = Fibres(
        spread[:, 0] - off[0],
        spread[:, 1] - off[1],
        np.clip(random.normal(0.0, muscle.plates_mm, n), -p.half_mm / 2, p.half_mm / 2),
        p.half_mm,
        # Thick fibres conduct faster: 3.7 m/s at 55 µm and 0.05 m/s more for each µm (engineering choice).
        np.maximum(3.7 + 0.05 * (diameter - 55.0), 1.5),
        diameter,
        np.clip(random.normal(4 * muscle.branches_ms, muscle.branches_ms, n), 0.0, 8 * muscle.branches_ms),
    )
    return unit_potential(fibres, concentric_needle(p.needle_mm), _PHASES * p.sampling_hz, _LENGTH_S)


def _track(own: Firing, waves: Floats, duration_s: float, p: NeedleParameters) -> Track:
    rate, reach = p.sampling_hz, p.range_uv * 1e-6
    channel = Channel(
        "needle", ChannelKind.NEEDLE_EMG, "V", rate, max(1, round(duration_s * rate)), "µV", -reach, reach
    )
    # Phase k of a template lies k parts of a sample later, so it starts with earlier samples of the fine wave.
    length = waves.shape[1] // _PHASES - 1
    fine = np.pad(waves, ((0, 0), (_PHASES, 0)))
    phases = [fine[:, _PHASES - k :: _PHASES][:, : length + 1] for k in range(_PHASES)]
    templates = Templates(np.stack(phases, axis=1)[:, :, None, :], 0, rate)
    return Track((channel,), (layered(own, templates), noise(p.noise_uv * 1e-6, 1)), p.resolution_uv * 1e-6)


def extent(wave_uv: Floats) -> tuple[int, int]:
    """Give first and last sample of a potential beyond the baseline of 20 µV."""
    beyond = np.flatnonzero(np.abs(wave_uv) > _BASELINE_UV)
    return (int(beyond[0]), int(beyond[-1])) if beyond.size else (0, 0)


def _truth(own: Firing, waves: Floats, duration_s: float, p: NeedleParameters) -> Events:
    size = np.ptp(waves, axis=1) * 1e6
    bounds = np.array([extent(wave * 1e6) for wave in waves]) / (_PHASES * p.sampling_hz)
    length_s = bounds[:, 1] - bounds[:, 0]
    told = by_onset(own, bounds[:, 0], length_s, np.ones(len(size), dtype=np.bool_), duration_s)
    features = {"unit_id": told.each(np.arange(len(size), dtype=np.float64)), "amplitude_uv": told.each(size)}
    return Events("potential", Labels.all("needle", len(told.unit)), told.onset_s, told.each(length_s), features)


GENERATOR = Needle(NeedleParameters())
