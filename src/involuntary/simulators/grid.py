"""A steady contraction under a grid of surface electrodes, with every discharge known: what decomposition looks at."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from involuntary.errors import ParameterError
from involuntary.model import Electrode, Events, Recording, Reference
from involuntary.model.labels import Labels
from involuntary.model.recording import Annotation
from involuntary.simulators._anatomy import Anatomy, lay
from involuntary.simulators._checks import check
from involuntary.simulators._chunks import Floats, record
from involuntary.simulators._conductance import Conductances, conductance_firing
from involuntary.simulators._conductor import Grid, Layers, sight, surface_templates
from involuntary.simulators._discharges import Discharges, Firing, Templates, layered
from involuntary.simulators._epochs import trapezia
from involuntary.simulators._motoneurones import FUGLEVAND, Drive, fired, pool
from involuntary.simulators._recording import SurfaceRecording, surface_track
from involuntary.simulators._unit_truth import by_onset
from involuntary.simulators.base import Generator

__all__ = ["GENERATOR", "GridContraction", "GridParameters", "discharged", "placed", "seen_units", "under_grid"]

_FARINA = Reference(
    "doi:10.1007/BF02350987",
    "Farina D, Mesin L, Martina S. Advances in surface electromyographic signal simulation with analytical and"
    " numerical descriptions of the volume conductor. Med Biol Eng Comput 2004;42:467-476",
    "finite fibres by convolution along a conductor that does not change on their way",
)
_RAMP_S = 1.0
# What lies below this share of a potential's largest deflection is not counted to its length.
_LEVEL = 0.05


@dataclass(frozen=True, slots=True)
class GridParameters(SurfaceRecording):
    """The muscle, the electrodes on it, and the effort.

    Attributes
    ----------
    units, fibres : int
        Motor units, and fibres of all of them together.
    rows_n, columns_n : int
        Electrodes along and across the fibres.
    spacing_mm, first_mm : float
        Between electrodes, and from the end-plate zone to the first row.
    fat_mm, skin_mm : float
        Layers between muscle and electrodes.
    half_mm : float
        From the end-plate zone to either tendon.
    excitation_percent : float
        Drive to the pool; 100 brings every unit to its highest rate.
    interval_cv : float
        Coefficient of variation of the intervals between discharges of a unit; neurones with conductances have the
        one that their noise gives them.
    neurones : str
        ``"renewal"`` for rates after Fuglevand, ``"conductances"`` for neurones with a persistent inward current.
    """

    sampling_hz: float = 2048.0
    units: int = 20
    fibres: int = 6000
    rows_n: int = 8
    columns_n: int = 4
    spacing_mm: float = 8.0
    first_mm: float = 4.0
    fat_mm: float = 3.0
    skin_mm: float = 1.0
    half_mm: float = 75.0
    excitation_percent: float = 10.0
    interval_cv: float = 0.15
    neurones: str = "renewal"


class GridContraction(Generator[GridParameters]):
    """A voluntary contraction; truth: one ``potential`` a discharge, on the channel where its unit is largest."""

    id = "grid"
    name = "Steady contraction under a grid of electrodes"
    references = (FUGLEVAND, _FARINA)

    def generate(
        self, duration_s: float, random: np.random.Generator, parameters: GridParameters
    ) -> tuple[Recording, tuple[Events, ...]]:
        """Lay the fibres, look at them once through the tissue, and fire the pool."""
        effort = trapezia([(0.0, duration_s)], _RAMP_S, parameters.excitation_percent / 100)

        def fire() -> Firing:
            return discharged(effort, duration_s, parameters, random)

        return _seen(fire, duration_s, random, parameters)


def under_grid(
    fired: Discharges, duration_s: float, seed: int = 0, parameters: GridParameters | None = None
) -> tuple[Recording, tuple[Events, ...]]:
    """Look at discharges that another simulator made, under the grid.

    Parameters
    ----------
    fired : Discharges
        As `involuntary.simulators.from_spike_trains` gives them; units beyond those of the parameters are refused.
    duration_s : float
        Length of the recording.
    seed : int
        Of muscle and noise.
    parameters : GridParameters, optional
        Of muscle and electrodes; effort and neurones are not used.

    Raises
    ------
    ParameterError
        If there are too few units.
    """
    p = parameters or GridParameters()
    most = int(fired.unit.max(initial=-1)) + 1
    if most > p.units:
        raise ParameterError("grid.units", f"must be at least {most}, as many as fire", f"{p.units}")
    return _seen(lambda: fired, duration_s, np.random.default_rng(seed), p)


def _seen(
    fire: Callable[[], Firing], duration_s: float, random: np.random.Generator, p: GridParameters
) -> tuple[Recording, tuple[Events, ...]]:
    check("grid", p, "sampling_hz", "range_uv", "units", "rows_n", "columns_n", "half_mm", "interval_cv")
    names = [f"R{row + 1}C{column + 1}" for row in range(p.rows_n) for column in range(p.columns_n)]
    templates = seen_units(p, random)
    own = fire()
    track = surface_track("grid", names, [layered(own, templates)], duration_s, p, random)
    noted = [Annotation(0.0, duration_s, "voluntary contraction")]
    return placed(record([track], random, annotations=noted), p), (_truth(own, templates, names, duration_s),)


def placed(recording: Recording, p: GridParameters) -> Recording:
    """State where each electrode lay: x across the fibres, y along them from the end-plate zone."""
    electrodes = [
        Electrode(channel.name, x, y, unit="mm", group="grid", channels=(channel.name,))
        for channel, (y, x) in zip(
            recording.channels, ((y, x) for y in _along(p).tolist() for x in _across(p).tolist()), strict=True
        )
    ]
    return replace(recording, electrodes=tuple(electrodes))


def _across(p: GridParameters) -> Floats:
    return np.asarray((np.arange(p.columns_n) - (p.columns_n - 1) / 2) * p.spacing_mm, dtype=np.float64)


def _along(p: GridParameters) -> Floats:
    return np.asarray(p.first_mm + np.arange(p.rows_n) * p.spacing_mm, dtype=np.float64)


def discharged(effort: Drive, duration_s: float, p: GridParameters, random: np.random.Generator) -> Firing:
    """Fire neurones of the kind that is asked for."""
    if p.neurones == "renewal":
        return fired(pool(p.units), effort, duration_s, p.interval_cv, random)
    if p.neurones == "conductances":
        return conductance_firing([effort], duration_s, Conductances(units=p.units), random)[0]
    raise ParameterError("grid.neurones", "must be renewal or conductances", repr(p.neurones))


def seen_units(p: GridParameters, random: np.random.Generator, anatomy: Anatomy | None = None) -> Templates:
    """Lay the units of the muscle and give their potentials under the electrodes."""
    muscle = replace(anatomy or Anatomy(), fibres=p.fibres, half_mm=p.half_mm)
    fibres, unit = lay(muscle, p.units, random)
    grid = Grid(_across(p), _along(p))
    widest = muscle.width_mm / 2 + float(np.abs(grid.x_mm).max())
    seen = sight(Layers(p.fat_mm, p.skin_mm), muscle.depth_mm, widest, float(grid.z_mm[-1]) + 1.7 * p.half_mm)
    return surface_templates(fibres, unit, p.units, grid, seen, p.sampling_hz)


def _truth(own: Firing, templates: Templates, names: list[str], duration_s: float) -> Events:
    waves = templates.values[:, 0]
    best = np.argmax(np.ptp(waves, axis=2), axis=1)
    largest = waves[np.arange(len(waves)), best]
    size = np.ptp(largest, axis=1)
    above = np.abs(largest) > _LEVEL * np.abs(largest).max(axis=1, keepdims=True)
    first, last = above.argmax(axis=1), largest.shape[1] - 1 - above[:, ::-1].argmax(axis=1)
    length_s = (last - first) / templates.rate_hz
    told = by_onset(own, (first - templates.before) / templates.rate_hz, length_s, size > 0, duration_s)
    features = {
        "unit_id": told.each(np.arange(len(size), dtype=np.float64)),
        "discharge_s": told.discharge_s,
        "amplitude_uv": told.each(size * 1e6),
    }
    where = Labels(tuple(names), told.each(best.astype(np.int32)))
    return Events("potential", where, told.onset_s, told.each(length_s), features)


GENERATOR = GridContraction(GridParameters())
