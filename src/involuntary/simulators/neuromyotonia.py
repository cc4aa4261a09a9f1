"""Neuromyotonia and myokymia: bursts of one unit at high rate, irregular or semi-rhythmic, that never quite stop."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from involuntary.errors import ParameterError
from involuntary.model import Annotation, Events, Recording, Reference
from involuntary.simulators._checks import check, check_order
from involuntary.simulators._chunks import Floats, record
from involuntary.simulators._discharges import Discharges, gathered, summed
from involuntary.simulators._muscles import Muscles, muscle_units
from involuntary.simulators._recording import surface_track
from involuntary.simulators._trains import Train, fire, told, train_truth
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
_RUN, _RUN_EVERY_S, _LATENCY_S, _AFTER_HZ = 10, 15.0, 0.008, 25.0


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
    stimulus_hz : float
        Rate of runs of ten stimuli to the nerve, one run every 15 s, which are marked; 0 for none.
    after_discharge_s : float
        How long the active units go on firing after a run.
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
    stimulus_hz: float = 0.0
    after_discharge_s: float = 1.0


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
        own, trains = told(burst for unit in active for burst in _bursts(unit, duration_s, p, random))
        given = _stimuli(duration_s, p)
        evoked = _evoked(given, duration_s, p, random)
        fired = gathered([own, *evoked]) if evoked else own
        track = surface_track(
            self.id, ["EMG 1"], [summed(fired, units.templates(p.sampling_hz))], duration_s, p, random
        )
        marks = [Annotation(float(time), 0.0, "stimulus") for time in given.ravel()]
        return record([track], random, annotations=marks), (train_truth(trains, units, "EMG 1"),)


def _stimuli(duration_s: float, p: NeuromyotoniaParameters) -> Floats:
    """Give the times of the stimuli, shape (runs, 10)."""
    if not p.stimulus_hz:
        return np.empty((0, _RUN))
    start = np.arange(2.0, duration_s - _RUN / p.stimulus_hz - p.after_discharge_s, _RUN_EVERY_S)
    return np.asarray(start[:, None] + np.arange(_RUN)[None, :] / p.stimulus_hz)


def _evoked(
    given: Floats, duration_s: float, p: NeuromyotoniaParameters, random: np.random.Generator
) -> list[Discharges]:
    """Answer every stimulus with all units, and every run with after-discharges of the active ones."""
    everyone = np.arange(p.units)
    parts = [Discharges.of(np.full(p.units, time + _LATENCY_S), everyone) for time in given.ravel()]
    for run in given:
        steps = random.gamma(8.0, 1 / (8.0 * _AFTER_HZ), round(2 * _AFTER_HZ * p.after_discharge_s) + 2)
        time = run[-1] + _LATENCY_S + np.cumsum(steps)
        time = time[time < min(run[-1] + p.after_discharge_s, duration_s - 0.02)]
        units = random.integers(p.units - p.active_units, p.units, time.size)
        parts.append(Discharges.of(time, units))
    return parts


def _bursts(
    unit: int, duration_s: float, p: NeuromyotoniaParameters, random: np.random.Generator
) -> Iterator[tuple[Train, Discharges]]:
    time = 0.02 + random.uniform(0, 1 / p.burst_hz)
    while time < duration_s:
        n = int(random.integers(p.smallest_n, p.largest_n + 1))
        rate = float(np.exp(random.uniform(np.log(p.rate_min_hz), np.log(p.rate_max_hz))))
        train = (float(time), unit, n, rate)
        fired = fire([train], p.growth_ratio, p.decrement_share, random)
        if fired.time_s[-1] > duration_s - 0.02:
            break
        yield train, fired
        period = random.exponential() if p.rhythm == "irregular" else max(1 + 0.15 * random.standard_normal(), 0.3)
        # An axon is silent for at least as long as its last interval grew.
        time = max(time + period / p.burst_hz, float(fired.time_s[-1]) + 0.05)


GENERATOR = Neuromyotonia(NeuromyotoniaParameters())
