"""Tetany: motor axons that fire doublets, triplets and multiplets, rhythmically and in groups, for minutes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from involuntary.model import Annotation, Events, Recording, Reference
from involuntary.simulators._axon import Milieu, multiplet, threshold_mv
from involuntary.simulators._checks import check, check_order
from involuntary.simulators._chunks import record
from involuntary.simulators._discharges import Discharges, summed
from involuntary.simulators._muscles import Muscles, muscle_units
from involuntary.simulators._recording import surface_track
from involuntary.simulators._trains import Train, fire, told, train_truth
from involuntary.simulators.base import Generator

__all__ = ["GENERATOR", "Tetany", "TetanyParameters"]

_DEECKE = Reference(
    "doi:10.1007/BF00540035",
    "Deecke L, Müller B, Conrad B. Arch Psychiatr Nervenkr 1983;233:23",
    "multiplets of four or more, rhythmic and grouped, for 2 minutes or more; doublets and triplets in the healthy too",
)
# Discharges of the longest group that an axon in low calcium fires here, and room for them.
_MOST, _LONGEST_S = 20, 0.2


@dataclass(frozen=True, slots=True)
class TetanyParameters(Muscles):
    """How axons fire by themselves after ischaemia or overbreathing.

    Attributes
    ----------
    active_units : int
        Units that do.
    start_s : float
        Quiet time before, under a cuff, which is marked; at most a quarter of the recording.
    per_s : float
        Groups a second of one active unit.
    period_cv : float
        Coefficient of variation of the time from one group to the next.
    smallest_n, largest_n : int
        Discharges in a group; with 2 and 3 it is what healthy people show.
    rate_hz : float
        Rate within a group.
    growth_ratio : float
        Factor from one interval of a group to the next.
    calcium_mmol_l : float
        Ionised calcium around the axons; above 0 it decides how many discharges an impulse becomes and how fast they
        follow each other, in the place of the four parameters before: 1.2 is health, below 0.9 groups begin.
    """

    active_units: int = 3
    start_s: float = 10.0
    per_s: float = 3.0
    period_cv: float = 0.1
    smallest_n: int = 4
    largest_n: int = 8
    rate_hz: float = 150.0
    growth_ratio: float = 1.1
    calcium_mmol_l: float = 0.0


class Tetany(Generator[TetanyParameters]):
    """Rhythmic multiplets of a few units; truth: one ``train`` a group, with its number and rate."""

    id = "tetany"
    name = "Tetany"
    references = (_DEECKE,)

    def generate(
        self, duration_s: float, random: np.random.Generator, parameters: TetanyParameters
    ) -> tuple[Recording, tuple[Events, ...]]:
        """Draw the groups of every active unit, then fire them."""
        p = parameters
        check(self.id, p, "sampling_hz", "units", "per_s", "smallest_n", "rate_hz", "growth_ratio")
        check_order(self.id, p, ("smallest_n", "largest_n"), ("active_units", "units"))
        units = muscle_units(p, random)
        fired, trains = told(_groups(duration_s, p, random))
        muscle = [summed(fired, units.templates(p.sampling_hz))]
        track = surface_track(self.id, ["EMG 1"], muscle, duration_s, p, random)
        # An impulse that stays alone is no train; it is a potential like any other.
        alone = trains[:, 1] == 1
        truth = [train_truth(trains[~alone], units, "EMG 1")]
        if alone.any():
            single = train_truth(trains[alone], units, "EMG 1")
            features = {"unit_id": single.features["unit_id"]}
            truth.append(Events("potential", single.channel, single.onset_s, single.duration_s, features))
        cuff = Annotation(0.0, min(p.start_s, duration_s / 4), "ischaemia")
        return record([track], random, annotations=[cuff] if cuff.duration_s else []), tuple(truth)


def _groups(duration_s: float, p: TetanyParameters, random: np.random.Generator) -> Iterator[tuple[Train, Discharges]]:
    longest = _LONGEST_S if p.calcium_mmol_l else _length_s(p) + 0.05
    trains: list[Train] = []
    # The larger units near the electrode are those that are seen.
    for unit in range(p.units - p.active_units, p.units):
        time = min(p.start_s, duration_s / 4) + random.uniform(0, 1 / p.per_s)
        while time < duration_s - longest:
            n = int(random.integers(p.smallest_n, p.largest_n + 1))
            trains.append((float(time), unit, n, p.rate_hz))
            time += max(longest, (1 + p.period_cv * random.standard_normal()) / p.per_s)
    trains.sort()
    if not p.calcium_mmol_l:
        yield from ((train, fire([train], p.growth_ratio, 0.0, random)) for train in trains)
        return
    threshold = threshold_mv(Milieu(calcium_mmol_l=p.calcium_mmol_l))
    for start, unit, _, rate in trains:
        at = start + multiplet(threshold, random, most=_MOST)
        yield (start, unit, at.size, rate), Discharges.of(at, np.full(at.size, unit))


def _length_s(p: TetanyParameters) -> float:
    return float(np.sum(1.15 * p.growth_ratio ** np.arange(p.largest_n - 1)) / p.rate_hz)


GENERATOR = Tetany(TetanyParameters())
