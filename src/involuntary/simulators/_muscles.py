"""Muscles under surface electrodes: what a pool does with its drive, or a volley that comes from elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from involuntary.simulators._chunks import Floats, Layer
from involuntary.simulators._discharges import Discharges, flowing, gathered, summed
from involuntary.simulators._electrodes import SurfaceUnits, interference_units
from involuntary.simulators._motoneurones import Drive, fired, pool
from involuntary.simulators._recording import SurfaceRecording

__all__ = ["Muscles", "driven", "following", "muscle_units", "placed", "volleys"]


@dataclass(frozen=True, slots=True)
class Muscles(SurfaceRecording):
    """The muscles below the electrodes and how they are recorded.

    Attributes
    ----------
    units : int
        Motor units near each electrode pair.
    interval_cv : float
        Coefficient of variation of the intervals between discharges of a unit at constant drive.
    largest_uv : float
        Potential of the last recruited unit, peak to peak; the first recruited is 20 times smaller.
    """

    units: int = 40
    interval_cv: float = 0.15
    largest_uv: float = 400.0


def muscle_units(p: Muscles, random: np.random.Generator) -> SurfaceUnits:
    """Draw the units of one muscle."""
    return interference_units(p.units, p.largest_uv, random)


def placed(layer: Layer, row: int, rows: int) -> Layer:
    """Put a layer of one channel into a track of several."""
    place = np.eye(rows)[:, [row]]
    return lambda first, stop, random: place * layer(first, stop, random)


def following(drive: Drive, duration_s: float, p: Muscles, random: np.random.Generator) -> Callable[..., Layer]:
    """Let a pool follow its drive; what comes back turns potentials into the muscle's layer.

    It is called with the templates of the units and, if some discharges are to be left out, with a function from
    discharges to those that are kept.
    """
    own = fired(pool(p.units), drive, duration_s, p.interval_cv, random)
    if isinstance(own, Discharges):
        return lambda templates, kept=_all: summed(kept(own), templates)
    return lambda templates, kept=_all: flowing(lambda start, stop: kept(own(start, stop)), templates)


def _all(discharges: Discharges) -> Discharges:
    return discharges


def driven(drives: Sequence[Drive], duration_s: float, p: Muscles, random: np.random.Generator) -> list[Layer]:
    """Let every muscle follow its drive; one layer a muscle."""
    layers = []
    for row, drive in enumerate(drives):
        muscle = following(drive, duration_s, p, random)
        layers.append(placed(muscle(muscle_units(p, random).templates(p.sampling_hz)), row, len(drives)))
    return layers


def volleys(
    start_s: Floats, length_s: Floats, share: Floats, units: SurfaceUnits, rate_hz: float, random: np.random.Generator
) -> Discharges:
    """Fire units in short bursts that begin and end sharply.

    Parameters
    ----------
    start_s, length_s, share : ndarray of float64, shape (n,)
        When the EMG of a burst begins, how long it lasts with its last potential, and how many of the units join,
        small ones first.
    units : SurfaceUnits
        Who may join.
    rate_hz : float
        Rate within a burst; a burst that is shorter than an interval has one discharge a unit.
    random : numpy.random.Generator
        Draws the phase of each unit.
    """
    bursts = zip(start_s.tolist(), length_s.tolist(), share.tolist(), strict=True)
    return gathered(_volley(*burst, units, rate_hz, random) for burst in bursts)


def _volley(
    start: float, length: float, share: float, units: SurfaceUnits, rate_hz: float, random: np.random.Generator
) -> Discharges:
    times = []
    for unit in range(max(1, round(share * len(units)))):
        room = max(length - float(units.duration_s[unit]), 0.0)
        first = random.uniform(0.0, min(room, 1.0 / rate_hz))
        more = np.cumsum(random.gamma(40.0, 1 / (40.0 * rate_hz), int(room * rate_hz) + 2))
        at = np.concatenate([[first], first + more])
        times.append(start - units.onset_s[unit] + at[at <= room])
    return Discharges.by_unit(times)
