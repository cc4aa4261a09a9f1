"""Turns: where a signal changes direction by more than noise does."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["glitches", "mended", "turning_points"]

Samples = NDArray[np.float64]
Indices = NDArray[np.intp]


def turning_points(samples: Samples, smallest: float) -> Indices:
    """Give the samples where the direction changes and the way to the next change is at least `smallest`.

    Parameters
    ----------
    samples : ndarray, shape (n,)
    smallest : float
        In the samples' unit, above 0.

    Returns
    -------
    ndarray of int, shape (k,)
        Alternating highest and lowest points; neighbours differ by at least `smallest`. The first and the last are the
        ends of the first and the last such way.

    References
    ----------
    Willison 1964, J Neurol Neurosurg Psychiatry 27:386, doi:10.1136/jnnp.27.5.386.
    """
    corners = _corners(samples)
    values = samples[corners].tolist()
    if not values:
        return np.empty(0, dtype=np.intp)
    low = high = 0
    found: list[int] = []
    rising: bool | None = None
    for i, value in enumerate(values):
        if value < values[low]:
            low = i
        if value > values[high]:
            high = i
        if rising is not True and value - values[low] >= smallest:
            found.append(low)
            rising, high = True, i
        elif rising is not False and values[high] - value >= smallest:
            found.append(high)
            rising, low = False, i
    if rising is not None:
        found.append(high if rising else low)
    return corners[found]


def _corners(samples: Samples) -> Indices:
    """Give the ends and every local extreme; a plateau counts once."""
    steps = np.flatnonzero(np.diff(samples))
    if not steps.size:
        return np.empty(0, dtype=np.intp)
    rising = samples[steps + 1] > samples[steps]
    change = np.flatnonzero(rising[1:] != rising[:-1])
    return np.concatenate([steps[:1], steps[change + 1], steps[-1:] + 1])


def glitches(samples: Samples, smallest: float, flank: float = 0.1) -> Indices:
    """Give lone samples that leave a signal by at least `smallest` while their neighbours stay where they were.

    Parameters
    ----------
    samples : ndarray, shape (n,)
        Sampled so densely that every true deflection takes several samples.
    smallest : float
        In the samples' unit.
    flank : float
        The two neighbours on either side differ from each other by less than this share of the deflection.
    """
    if samples.size < 5:
        return np.empty(0, dtype=np.intp)
    before, lone, after = samples[1:-3], samples[2:-2], samples[3:-1]
    height = np.abs(lone - (before + after) / 2)
    spread = np.maximum(np.maximum(samples[:-4], samples[4:]), np.maximum(before, after)) - np.minimum(
        np.minimum(samples[:-4], samples[4:]), np.minimum(before, after)
    )
    return np.flatnonzero((height >= smallest) & (spread < flank * height)) + 2


def mended(samples: Samples, at: Indices) -> Samples:
    """Give the samples with those at some indices replaced by the mean of their neighbours."""
    repaired = samples.copy()
    repaired[at] = (samples[at - 1] + samples[at + 1]) / 2
    return repaired
