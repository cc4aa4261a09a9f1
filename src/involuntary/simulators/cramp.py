"""Muscle cramps: units join, fire irregularly at a shared slow sway, and fall silent one by one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from involuntary.model import Events, Recording, Reference
from involuntary.simulators._checks import check
from involuntary.simulators._chunks import Floats, record
from involuntary.simulators._discharges import Discharges, episodes, flowing
from involuntary.simulators._epochs import Epochs, alternating
from involuntary.simulators._muscles import Muscles, muscle_units
from involuntary.simulators._recording import surface_track
from involuntary.simulators.base import Generator

__all__ = ["GENERATOR", "Cramp", "CrampParameters"]

_MINETTO = Reference(
    "title:Motor unit discharge properties of electrically elicited cramps",
    "Minetto MA, Holobar A, Botter A, Farina D. J Neurophysiol 2009;102:1890",
    "48 units: 14.5 ± 5.1 discharges a second (6.0 to 25.0), active for 23.6 ± 16.2 s, interval CV 44.6 ± 9.7 %,"
    " doublets 4.1 ± 4.7 %, common oscillation near 1.4 Hz",
)
_STEP_S = 0.002


@dataclass(frozen=True, slots=True)
class CrampParameters(Muscles):
    """How a muscle cramps.

    Attributes
    ----------
    cramp_s, pause_s : float
        Length of a cramp, and of the rest before and after it.
    rate_hz, rate_sd_hz : float
        Mean discharge rate of a unit over the cramp, and its spread over units.
    active_s, active_sd_s : float
        How long a unit takes part; at most the cramp.
    discharge_cv : float
        Coefficient of variation of a unit's intervals.
    doublet_fraction : float
        Share of discharges that are followed by another after 5 to 10 ms.
    common_hz, common_share : float
        Frequency of the oscillation that units share, and its depth as a share of their rate.
    """

    cramp_s: float = 40.0
    pause_s: float = 20.0
    rate_hz: float = 14.5
    rate_sd_hz: float = 2.0
    active_s: float = 23.6
    active_sd_s: float = 16.2
    discharge_cv: float = 0.446
    doublet_fraction: float = 0.041
    common_hz: float = 1.4
    common_share: float = 0.2


class Cramp(Generator[CrampParameters]):
    """Cramps in a resting muscle; truth: one ``tonic`` a cramp, from its first discharge to its last."""

    id = "cramp"
    name = "Muscle cramp"
    references = (_MINETTO,)

    def generate(
        self, duration_s: float, random: np.random.Generator, parameters: CrampParameters
    ) -> tuple[Recording, tuple[Events, ...]]:
        """Give every unit its own span in the cramp, then fire it there."""
        p = parameters
        check(self.id, p, "sampling_hz", "units", "cramp_s", "rate_hz", "active_s", "discharge_cv")
        units = muscle_units(p, random)
        cramps = alternating(duration_s, min(p.pause_s, duration_s / 4), p.cramp_s, p.pause_s)
        between, one = episodes(
            [start for start, _ in cramps],
            p.cramp_s,
            lambda number, own: _fire(*cramps[number], p, own),
            int(random.integers(2**63)),
        )
        muscle = [flowing(between, units.templates(p.sampling_hz))]
        track = surface_track(self.id, ["EMG 1"], muscle, duration_s, p, random)
        return record([track], random), (_truth(cramps, map(one, range(len(cramps))), p),)


def _fire(start: float, stop: float, p: CrampParameters, random: np.random.Generator) -> Discharges:
    edges = np.arange(start, stop, _STEP_S)
    sway = 1 + p.common_share * np.sin(2 * np.pi * p.common_hz * edges + random.uniform(0, 2 * np.pi))
    times = []
    for _ in range(p.units):
        length = min(max(random.normal(p.active_s, p.active_sd_s), 2.0), stop - start)
        # Units join over the first third and the last to go end the cramp.
        begin = random.uniform(start, max(start, min(start + (stop - start) / 3, stop - length)))
        rate = np.clip(random.normal(p.rate_hz, p.rate_sd_hz), 6.0, 25.0) * sway
        inside = (edges >= begin) & (edges < begin + length)
        times.append(_renewal(np.where(inside, rate, 0.0), edges, p, random))
    return Discharges.by_unit(times)


def _renewal(rate: Floats, edges: Floats, p: CrampParameters, random: np.random.Generator) -> Floats:
    progress = np.cumsum(rate) * _STEP_S
    shape = 1 / p.discharge_cv**2
    due = np.cumsum(random.gamma(shape, 1 / shape, int(1.5 * progress[-1]) + 20))
    time = np.interp(due[due < progress[-1]], progress, edges)
    second = time[random.uniform(size=time.size) < p.doublet_fraction]
    return np.sort(np.concatenate([time, second + random.uniform(0.005, 0.010, second.size)]))


def _truth(cramps: Epochs, parts: Iterable[Discharges], p: CrampParameters) -> Events:
    # A potential starts and ends half its mean length around the discharge.
    held = [
        (max(part.time_s[0] - 0.006, 0.0), min(part.time_s[-1] + 0.006, stop), len(part) / max(p.units, 1))
        for (_, stop), part in zip(cramps, parts, strict=True)
        if len(part)
    ]
    start, stop, counted = np.array(held).reshape(-1, 3).T
    return Events("tonic", ("EMG 1",) * len(held), start, stop - start, {"discharges_per_unit_n": counted})


GENERATOR = Cramp(CrampParameters())
