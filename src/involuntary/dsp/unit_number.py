"""How many motor units a muscle has left: the index of surface interference, and the scan of its M wave."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Scan", "UnitIndex", "ideal_count", "scan", "unit_index"]

Floats = NDArray[np.float64]

# Area below p(1 - p) of a Gaussian distribution function, in its standard deviations.
_OVERLAP = 1 / np.sqrt(np.pi)


@dataclass(frozen=True, slots=True)
class UnitIndex:
    """``count = factor * area ** exponent`` over efforts.

    Attributes
    ----------
    munix : float
        The count at the area of reference.
    factor, exponent : float
        Of the power law.
    used : int
        Efforts that were kept.
    """

    munix: float
    factor: float
    exponent: float
    used: int


def ideal_count(response: tuple[float, float], effort: tuple[Floats, Floats]) -> Floats:
    """Give the ideal case motor unit count of each effort.

    Parameters
    ----------
    response : tuple of float
        Area and power of the largest M wave.
    effort : tuple of ndarray, each shape (k,)
        Area and power of the interference of each effort, in the same units.

    Examples
    --------
    Were the interference of 50 units' potentials, each a fiftieth of the M wave, that do not overlap:

    >>> ideal_count((30.0, 120.0), (np.array([6.0]), np.array([0.48])))
    array([50.])
    """
    (area, power), (areas, powers) = response, effort
    counts: Floats = power * areas / (powers * area)
    return counts


def unit_index(
    response: tuple[float, float],
    effort: tuple[Floats, Floats],
    *,
    reference: float = 20.0,
    most: float = 100.0,
    least_ratio: float = 1.0,
) -> UnitIndex | None:
    """Give the motor unit number index (Nandedkar et al. 2010, 10.1002/mus.21824; 2018, 10.1002/mus.26099).

    Parameters
    ----------
    response, effort
        As for `ideal_count`, in mV ms and mV² ms.
    reference : float
        Area at which the count is read, 20 mV ms; efforts below it are left out.
    most, least_ratio : float
        So are those with a larger ideal count, or an area that is not larger than the M wave's by this factor.

    Returns
    -------
    UnitIndex or None
        None with fewer than three efforts that can be kept.
    """
    count = ideal_count(response, effort)
    areas = effort[0]
    kept = (areas > reference) & (count < most) & (areas > least_ratio * response[0])
    if np.count_nonzero(kept) < 3 or not np.ptp(np.log(areas[kept])) > 0:
        return None
    exponent, log_factor = np.polyfit(np.log(areas[kept]), np.log(count[kept]), 1).tolist()
    factor = float(np.exp(log_factor))
    return UnitIndex(factor * reference**exponent, factor, exponent, int(np.count_nonzero(kept)))


@dataclass(frozen=True, slots=True)
class Scan:
    """What a scan of the M wave shows.

    Attributes
    ----------
    largest : float
        Mean of the responses to the strongest tenth of stimuli.
    d50 : int
        Fewest of the largest steps between neighbours that add up to half of it.
    units : float
        Effective number of units: the square of the sum of their sizes over the sum of their squares, by the variance
        of responses to alike stimuli.
    """

    largest: float
    d50: int
    units: float


def scan(level: Floats, size: Floats, relative_spread: float) -> Scan:
    """Read a scan: responses to stimuli of finely graded strength.

    A unit near its threshold answers by chance, in a Gaussian band whose width is a share of the threshold. The
    variance that all units together show, integrated over strength in that width, is the sum of the squares of their
    sizes; the M wave is their sum.

    Parameters
    ----------
    level, size : ndarray, shape (n,)
        Strength of each stimulus, and response.
    relative_spread : float
        Standard deviation of a threshold from stimulus to stimulus, as a share of it.
    """
    order = np.argsort(level, kind="stable")
    level, size = level[order], size[order]
    top = max(size.size // 10, 3)
    largest = float(np.mean(size[-top:]))
    # At one end all units answer, at the other none; the calmer of both shows the noise.
    noise = float(np.sqrt(min(np.mean(np.diff(end) ** 2) for end in (size[:top], size[-top:])) / 2))
    steps = np.sort(np.abs(np.diff(size)))[::-1]
    d50 = int(np.searchsorted(np.cumsum(steps), 0.5 * largest) + 1)
    trend = _risen(size)
    # Half the square of the difference of neighbours is the variance around the course.
    spread = np.maximum((np.diff(size) - np.diff(trend)) ** 2 / 2 - noise**2, -(noise**2))
    middle = (level[1:] + level[:-1]) / 2
    squares = float(np.sum(spread * np.diff(level) / (_OVERLAP * relative_spread * middle)))
    return Scan(largest, d50, largest**2 / squares if squares > 0 else float("nan"))


def _risen(size: Floats) -> Floats:
    """Give the course of a scan: a running mean over a fiftieth of it."""
    width = max(size.size // 50, 3) | 1
    padded = np.pad(size, width // 2, mode="edge")
    course: Floats = np.convolve(padded, np.ones(width) / width, mode="valid")
    return course
