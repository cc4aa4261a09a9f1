"""Fasciculations at rest: isolated potentials of a few motor units, at irregular times."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from involuntary.model import Events, Recording, Reference
from involuntary.simulators._checks import check, check_order
from involuntary.simulators._chunks import Floats, record
from involuntary.simulators._discharges import Discharges, summed
from involuntary.simulators._electrodes import SurfaceUnits, surface_units
from involuntary.simulators._recording import MICROVOLT, SurfaceRecording, surface_track
from involuntary.simulators.base import Generator

__all__ = ["GENERATOR", "Fasciculation", "FasciculationParameters"]

_BASHFORD = Reference(
    "url:https://kclpure.kcl.ac.uk/portal/en/publications/preprocessing-surface-emg-data-removes-voluntary-muscle-activity-",
    "Bashford J, Wickham A, Iniesta R, et al. Preprocessing surface EMG data removes voluntary muscle activity and"
    " enhances SPiQE fasciculation analysis. Clin Neurophysiol (online 4 Nov 2019), 265-273",
    "Results: median 40.5 potentials a minute",
)
_KLEINE = Reference(
    "doi:10.1016/j.clinph.2011.06.032",
    "Kleine BU, Boekestein WA, Arts IMP, et al. Fasciculations and their F-response revisited: high-density surface"
    " EMG in ALS and benign fasciculations. Clin Neurophysiol 2012;123:399-405",
    "Results: intervals of paired potentials peak at 32 and 35 ms",
)
_REFRACTORY_S = 0.010


@dataclass(frozen=True, slots=True)
class FasciculationParameters(SurfaceRecording):
    """How a muscle fasciculates.

    Attributes
    ----------
    per_min : float
        Mean rate of all units together, doublets counted once.
    interval_cv : float
        Coefficient of variation of the intervals; 1 is a Poisson process.
    units : int
        Motor units that take part, each with a shape and a share of its own.
    channels : int
        Electrode pairs along the muscle.
    amplitude_min_uv, amplitude_max_uv : float
        Peak to peak at the nearest pair; units are drawn evenly on the scale of logarithms.
    amplitude_cv : float
        From one potential of a unit to its next.
    polyphasic_share : float
        Part of the units whose potentials have groups of fibres that come late, as after reinnervation.
    duration_min_ms, duration_max_ms : float
        Of a potential, where it exceeds 5 % of its largest deflection.
    doublet_fraction : float
        Share of discharges that are followed by another of the same unit.
    doublet_interval_ms : float
        Mean interval of a doublet; its standard deviation is a quarter of it.
    """

    per_min: float = 40.0
    interval_cv: float = 1.0
    units: int = 5
    channels: int = 1
    amplitude_min_uv: float = 40.0
    amplitude_max_uv: float = 300.0
    amplitude_cv: float = 0.03
    polyphasic_share: float = 0.0
    duration_min_ms: float = 8.0
    duration_max_ms: float = 14.0
    doublet_fraction: float = 0.02
    doublet_interval_ms: float = 35.0


class Fasciculation(Generator[FasciculationParameters]):
    """Fasciculation potentials over a resting baseline; truth: one ``potential`` a discharge, under its pair."""

    id = "fasciculation"
    name = "Fasciculations at rest"
    references = (_BASHFORD, _KLEINE)

    def generate(
        self, duration_s: float, random: np.random.Generator, parameters: FasciculationParameters
    ) -> tuple[Recording, tuple[Events, ...]]:
        """Draw units, then times, then record."""
        p = parameters
        check(self.id, p, "sampling_hz", "units", "channels", "interval_cv", "amplitude_min_uv", "duration_min_ms")
        check_order(self.id, p, ("amplitude_min_uv", "amplitude_max_uv"), ("duration_min_ms", "duration_max_ms"))
        size = np.exp(random.uniform(np.log(p.amplitude_min_uv), np.log(p.amplitude_max_uv), p.units)) * MICROVOLT
        length = random.uniform(p.duration_min_ms, p.duration_max_ms, p.units) / 1000
        units = surface_units(size, length, p.channels, random, p.polyphasic_share)
        fired = _fire(duration_s - 1.5 * float(np.max(length)), random, p)
        names = [f"EMG {i + 1}" for i in range(p.channels)]
        muscle = [summed(fired, units.templates(p.sampling_hz))]
        track = surface_track(self.id, names, muscle, duration_s, p, random)
        return record([track], random), (_truth(fired, units, names),)


def _fire(until_s: float, random: np.random.Generator, p: FasciculationParameters) -> Discharges:
    """Draw a renewal process, hand its events to the units, and let some fire twice."""
    if until_s <= 0 or not p.per_min:
        return Discharges.of(np.empty(0), np.empty(0, dtype=np.intp))
    shape, mean = 1.0 / p.interval_cv**2, 60.0 / p.per_min
    wanted = int(until_s / mean + 10 * p.interval_cv * np.sqrt(until_s / mean + 1)) + 10
    # The first interval is cut at a random place: the muscle fasciculated before the recording began.
    time = np.cumsum(random.gamma(shape, mean / shape, wanted)) - random.uniform(0, mean)
    unit = random.choice(p.units, size=wanted, p=random.dirichlet(np.full(p.units, 3.0)))
    twice = random.uniform(size=wanted) < p.doublet_fraction
    interval = p.doublet_interval_ms / 1000 * np.maximum(1 + 0.25 * random.standard_normal(wanted), 0.3)
    both = Discharges.of(np.concatenate([time, (time + interval)[twice]]), np.concatenate([unit, unit[twice]]))
    start = 0.5 * p.duration_max_ms / 1000
    kept = (both.time_s >= start) & (both.time_s < until_s) & ~_refractory(both)
    gain = np.maximum(1 + p.amplitude_cv * random.standard_normal(len(both)), 0.1)
    return Discharges(both.time_s[kept], both.unit[kept], gain[kept])


def _refractory(fired: Discharges) -> np.ndarray:
    """Mark discharges that follow one of the same unit sooner than an axon can."""
    marked = np.zeros(len(fired), dtype=np.bool_)
    for unit in np.unique(fired.unit):
        rows = np.flatnonzero(fired.unit == unit)
        marked[rows[1:]] = np.diff(fired.time_s[rows]) < _REFRACTORY_S
    return marked


def _truth(fired: Discharges, units: SurfaceUnits, names: list[str]) -> Events:
    home = np.argmax(units.amplitude_v, axis=1)
    onset: Floats = fired.time_s + units.onset_s[fired.unit]
    order = np.argsort(onset, kind="stable")
    unit = fired.unit[order]
    amplitude = fired.gain[order] * units.amplitude_v[unit, home[unit]] / MICROVOLT
    return Events(
        "potential",
        tuple(names[home[u]] for u in unit),
        onset[order],
        units.duration_s[unit],
        {"unit_id": unit.astype(np.float64), "amplitude_uv": amplitude},
    )


GENERATOR = Fasciculation(FasciculationParameters())
