"""Neuromyotonia and myokymia: bursts of one unit at high rate, irregular or semi-rhythmic, that never quite stop."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from involuntary.errors import ParameterError
from involuntary.model import Events, Recording, Reference
from involuntary.simulators._checks import check, check_order
from involuntary.simulators._chunks import record
from involuntary.simulators._discharges import Discharges, summed
from involuntary.simulators._muscles import Muscles, muscle_units
from involuntary.simulators._recording import surface_track
from involuntary.simulators._trains import fire, train_truth
from involuntary.simulators.base import Generator

__all__ = ["GENERATOR", "Neuromyotonia", "NeuromyotoniaParameters"]

_MADDISON = Reference(
    "title:Neuromyotonia",
    "Maddison P. Clin Neurophysiol 2006;117:2118",
    "doublet to multiplet single-unit discharges, irregular, 30 to 300 Hz within a burst",
)
_KLEINE = Reference(
    "doi:10.1002/mus.20849",
    "Kleine BU, et al. Muscle Nerve 2008;37:269",
    "intervals grow within each burst",
)


@dataclass(frozen=True, slots=True)
class NeuromyotoniaParameters(Muscles):
    """How axons fire in bursts.

    Attributes
    ----------
    rhythm : str
        ``"irregular"`` as in neuromyotonia, or ``"grouped"``: bursts that recur semi-rhythmically, as in myokymia.
    active_units : int
        Units that do.
    burst_hz : float
        Bursts a second of one active unit; grouped bursts recur at 2 to 10 a second.
    smallest_n, largest_n : int
        Discharges in a burst.
    rate_min_hz, rate_max_hz : float
        Rate within a burst, evenly on the scale of logarithms.
    growth_ratio : float
        Factor from one interval of a burst to the next.
    decrement_share : float
        Part of the potential that is lost from one discharge to the next.
    """

    rhythm: str = "irregular"
    active_units: int = 4
    burst_hz: float = 1.0
    smallest_n: int = 2
    largest_n: int = 10
    rate_min_hz: float = 30.0
    rate_max_hz: float = 250.0
    growth_ratio: float = 1.08
    decrement_share: float = 0.03


class Neuromyotonia(Generator[NeuromyotoniaParameters]):
    """Bursts of single units at high rates; truth: one ``train`` a burst."""

    id = "neuromyotonia"
    name = "Neuromyotonia and myokymia"
    references = (_MADDISON, _KLEINE)

    def generate(
        self, duration_s: float, random: np.random.Generator, parameters: NeuromyotoniaParameters
    ) -> tuple[Recording, tuple[Events, ...]]:
        """Draw the bursts of every active unit, then fire them."""
        p = parameters
        check(self.id, p, "sampling_hz", "units", "burst_hz", "smallest_n", "rate_min_hz", "growth_ratio")
        check_order(self.id, p, ("smallest_n", "largest_n"), ("rate_min_hz", "rate_max_hz"), ("active_units", "units"))
        if p.rhythm not in {"irregular", "grouped"}:
            raise ParameterError(f"{self.id}.rhythm", "must be irregular or grouped", repr(p.rhythm))
        units = muscle_units(p, random)
        active = range(p.units - p.active_units, p.units)
        trains, groups = [], []
        for unit in active:
            for train, fired in _bursts(unit, duration_s, p, random):
                trains.append(train)
                groups.append(fired)
        muscle = [summed(Discharges.joined(groups), units.templates(p.sampling_hz))]
        track = surface_track(self.id, ["EMG 1"], muscle, duration_s, p, random)
        return record([track], random), (train_truth(trains, groups, units, "EMG 1"),)


def _bursts(
    unit: int, duration_s: float, p: NeuromyotoniaParameters, random: np.random.Generator
) -> list[tuple[tuple[float, int, int, float], Discharges]]:
    found, time = [], 0.02 + random.uniform(0, 1 / p.burst_hz)
    while time < duration_s:
        n = int(random.integers(p.smallest_n, p.largest_n + 1))
        rate = float(np.exp(random.uniform(np.log(p.rate_min_hz), np.log(p.rate_max_hz))))
        train = (float(time), unit, n, rate)
        fired = fire([train], p.growth_ratio, p.decrement_share, random)
        if fired.time_s[-1] > duration_s - 0.02:
            break
        found.append((train, fired))
        period = random.exponential() if p.rhythm == "irregular" else max(1 + 0.15 * random.standard_normal(), 0.3)
        # An axon is silent for at least as long as its last interval grew.
        time = max(time + period / p.burst_hz, float(fired.time_s[-1]) + 0.05)
    return found


GENERATOR = Neuromyotonia(NeuromyotoniaParameters())
