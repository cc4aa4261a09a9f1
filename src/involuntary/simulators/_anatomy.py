"""Where the fibres of the units of a muscle lie below the skin: innervation numbers, territories, end-plates."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from involuntary.simulators._chunks import Floats
from involuntary.simulators._fibres import Fibres

__all__ = ["Anatomy", "innervation", "lay"]


@dataclass(frozen=True, slots=True)
class Anatomy:
    """A muscle of parallel fibres; engineering choices of the size of a limb muscle.

    Attributes
    ----------
    fibres : int
        Of all units together.
    innervation_ratio : float
        Fibres of the last recruited unit over those of the first.
    width_mm, depth_mm : float
        Axes of its elliptic section; its upper border is the surface that the layers lie on.
    density_per_mm2 : float
        Fibres of one unit in a square millimetre of its territory.
    half_mm, half_sd_mm : float
        From the middle of the end-plate zone to either tendon, mean and spread.
    plates_sd_mm : float
        Spread of the end-plates along the muscle.
    velocity_m_s, velocity_sd_m_s : float
        Of conduction, mean and spread between units; those recruited later are faster.
    diameter_um, diameter_sd_um : float
        Of the fibres.
    branches_sd_ms : float
        Spread of the conduction times of an axon's branches.
    """

    fibres: int = 10000
    innervation_ratio: float = 20.0
    width_mm: float = 40.0
    depth_mm: float = 20.0
    density_per_mm2: float = 5.0
    half_mm: float = 70.0
    half_sd_mm: float = 7.0
    plates_sd_mm: float = 3.0
    velocity_m_s: float = 4.0
    velocity_sd_m_s: float = 0.3
    diameter_um: float = 50.0
    diameter_sd_um: float = 6.0
    branches_sd_ms: float = 0.2


def innervation(units: int, fibres: int, ratio: float) -> NDArray[np.intp]:
    """Share fibres between units, in the order of recruitment: few have many."""
    size = np.exp(np.log(ratio) * np.arange(1, units + 1) / max(units, 1))
    edges = np.rint(np.concatenate([[0.0], np.cumsum(size)]) / max(size.sum(), 1e-9) * fibres)
    number: NDArray[np.intp] = np.diff(edges).astype(np.intp)
    return number


def lay(muscle: Anatomy, units: int, random: np.random.Generator) -> tuple[Fibres, NDArray[np.intp]]:
    """Lay the fibres of all units.

    Parameters
    ----------
    muscle : Anatomy
        Where and how.
    units : int
        In the order of recruitment.
    random : numpy.random.Generator
        Draws places, diameters and delays.

    Returns
    -------
    fibres : Fibres
        Depth is `y_mm`, 1 mm at least.
    unit : ndarray of intp, shape (fibres,)
        Whose each is.
    """
    number = innervation(units, muscle.fibres, muscle.innervation_ratio)
    unit = np.repeat(np.arange(units), number)
    n = len(unit)
    middle = _disc(units, random) * 0.9
    middle[:, 0] *= muscle.width_mm / 2
    middle[:, 1] *= muscle.depth_mm / 2
    reach = np.sqrt(number / (np.pi * muscle.density_per_mm2))
    place = middle[unit] + _disc(n, random) * reach[unit, None]
    # A territory ends where the muscle does: what lies beyond is drawn in.
    out = np.hypot(place[:, 0] / (muscle.width_mm / 2), place[:, 1] / (muscle.depth_mm / 2))
    place /= np.maximum(out, 1.0)[:, None]
    speed = muscle.velocity_m_s + muscle.velocity_sd_m_s * np.linspace(-1.5, 1.5, max(units, 1))[unit]
    most = 4 * muscle.branches_sd_ms
    fibres = Fibres(
        place[:, 0],
        np.maximum(place[:, 1] + muscle.depth_mm / 2, 1.0),
        np.clip(random.normal(0.0, muscle.plates_sd_mm, n), -muscle.half_mm / 3, muscle.half_mm / 3),
        np.clip(random.normal(muscle.half_mm, muscle.half_sd_mm, n), 0.6 * muscle.half_mm, 1.3 * muscle.half_mm),
        np.maximum(speed + 0.05 * random.standard_normal(n), 1.0),
        np.maximum(random.normal(muscle.diameter_um, muscle.diameter_sd_um, n), 15.0),
        np.clip(random.normal(most, muscle.branches_sd_ms, n), 0.0, 2 * most),
    )
    return fibres, unit


def _disc(n: int, random: np.random.Generator) -> Floats:
    """Draw points of the unit disc, shape (n, 2)."""
    radius, angle = np.sqrt(random.uniform(size=n)), random.uniform(0, 2 * np.pi, n)
    return np.column_stack([radius * np.cos(angle), radius * np.sin(angle)])
