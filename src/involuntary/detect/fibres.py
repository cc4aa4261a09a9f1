"""Groups of spikes, one a fibre: each timed exactly, and those that are no fibre of their own left out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from involuntary.dsp.jitter import GAUSSIAN, MEDIAN_OF_GAUSSIAN, timed
from involuntary.dsp.superposed import left_over

__all__ = ["LEAST_S", "Fibre", "Spikes", "fibres", "interval", "overlaid", "together"]

Floats = NDArray[np.float64]

# Less jitter than this is a split fibre, at will, or one stimulated directly, or a later phase of the same potential,
# and no pair (Bollu PC, Medscape 2019; normal jitter is of the order of 5 to 50 µs: Thiele & Stålberg 1974, J Neurol
# Neurosurg Psychiatry 37:403).
_SPLIT_US = 5.0
# How many standard deviations of what noise makes of it, and how far about a spike is looked.
_DOUBT, _LOOK_S = 4.0, 0.0004
# The others are known to about so much, which moves what is lower than they are by the more.
_OTHERS_US = 1.0
# Half a spike's window, and the least of it where another spike is near.
_HALF_S = 0.0006
LEAST_S = 0.00025
# A spike is overlaid where it differs from the usual one by so many deviations more than the others do, and by so much.
_OVERLAID, _OVERLAID_SHARE = 6.0, 0.12


@dataclass(frozen=True, slots=True, eq=False)
class Spikes:
    """Filtered samples, and where spikes have their peaks."""

    samples: Floats
    rate_hz: float
    noise: float
    at: NDArray[np.intp]


@dataclass(frozen=True, slots=True, eq=False)
class Fibre:
    """One fibre's spikes: in which discharges, at which sample, where exactly, and how much noise alone moves them.

    Where another unit's potential lies over a spike its exact place is not-a-number: it fired, when is not known.
    """

    row: NDArray[np.intp]
    sample: NDArray[np.intp]
    place: Floats
    error: float


def fibres(spikes: Spikes, groups: list[Fibre]) -> tuple[list[Fibre], list[Fibre]]:
    """Time every group; leave out those that are a phase of a larger one, or the other half of a split fibre.

    Parameters
    ----------
    spikes : Spikes
        The signal, high-passed.
    groups : list of Fibre
        Spikes at their highest samples, `place` and `error` not yet known.

    Returns
    -------
    fibres, phases : list of Fibre
        The first fibre stays first; where it is a phase itself, the potential that it belongs to takes its place.
    """
    known = [_timed(spikes, group, groups) for group in groups]
    height = [_height(spikes, one) for one in known]
    kept: list[int] = []
    whose: dict[int, int] = {}
    for i in sorted(range(len(known)), key=lambda i: -height[i]):
        near = _nearest(known, i, kept)
        if near is None or _moves(spikes, known[i], known[near], [known[j] for j in kept]):
            kept.append(i)
        else:
            whose[i] = near
    # What was kept before lower ones were known: those are taken out as well now.
    for i in kept[-2:0:-1]:
        others = [j for j in kept if j != i]
        near = _nearest(known, i, others)
        if near is not None and not _moves(spikes, known[i], known[near], [known[j] for j in others]):
            kept, whose[i] = others, near
    first = 0
    while first in whose:
        first = whose[first]
    order = sorted(kept, key=lambda i: (i != first, i))
    return [known[i] for i in order], [known[i] for i in whose]


def _nearest(known: list[Fibre], i: int, others: list[int]) -> int | None:
    """Give which of others fires nearest to one, of those that fire with it."""
    apart = {j: interval(known[i], known[j]) for j in others}
    shared = {j: float(np.abs(np.nanmedian(d))) for j, d in apart.items() if np.count_nonzero(np.isfinite(d)) > 1}
    return min(shared, key=lambda j: shared[j]) if shared else None


def _moves(spikes: Spikes, one: Fibre, near: Fibre, others: list[Fibre]) -> bool:
    """Say whether a spike moves against others: what keeps its distance is a phase of their potentials, or is split.

    The others' potentials, each of one shape, are taken out; what is left over of the spike is projected on what its
    potential would change by if it came later. A phase, however low and dull, leaves noise.
    """
    rest = left_over(spikes.samples, together(others), spikes.rate_hz, spikes.noise)
    _, mine, theirs = np.intersect1d(one.row, near.row, return_indices=True)
    apart = float(np.nanmedian(one.place[mine] - near.place[theirs]))
    half = round(_LOOK_S * spikes.rate_hz)
    middle = near.place[theirs] + apart
    middle = middle[np.isfinite(middle) & (middle > half) & (middle < rest.size - half - 1)]
    if middle.size < 2:
        return False
    where = middle[:, None] + np.arange(-half, half + 1)
    slope = np.gradient(ndimage.map_coordinates(spikes.samples, where[None], order=3).mean(axis=0))
    window = np.hanning(2 * half + 1)
    reader = slope * window / float(slope**2 @ window)
    late = -ndimage.map_coordinates(rest, where[None], order=3) @ reader
    micro = 1e6 / spikes.rate_hz * GAUSSIAN / MEDIAN_OF_GAUSSIAN
    noise = micro * float(np.median(np.abs(np.correlate(spikes.samples, reader, mode="valid"))))
    varies = micro * float(np.median(np.abs(late - np.median(late))))
    # The square of a deviation of n values is uncertain by about twice its share of one over the root of n.
    doubt = _DOUBT * noise**2 / float(np.sqrt(late.size))
    higher = max(_height(spikes, other) for other in others) / _height(spikes, one)
    return bool(varies**2 - noise**2 > _SPLIT_US**2 + doubt + (_OTHERS_US * higher) ** 2)


def _height(spikes: Spikes, group: Fibre) -> float:
    return float(np.median(spikes.samples[group.sample]))


def together(group: list[Fibre], rows: NDArray[np.intp] | None = None) -> Floats:
    """Give where each of a group is in each discharge in which one fired, shape (n, k); not-a-number where it is not.

    Parameters
    ----------
    group : list of Fibre
        Of one unit; where one was overlaid, its highest sample.
    rows : ndarray of int, optional
        Which discharges; those in which any fired.
    """
    rows = np.unique(np.concatenate([one.row for one in group])) if rows is None else rows
    place = np.full((rows.size, len(group)), np.nan)
    for column, one in zip(place.T, group, strict=True):
        column[np.searchsorted(rows, one.row)] = np.where(np.isfinite(one.place), one.place, one.sample)
    return place


def _timed(spikes: Spikes, group: Fibre, groups: list[Fibre]) -> Fibre:
    """Time each spike of a group to a fraction of a sample; the window is narrower where another spike is near."""
    near = [np.inf]
    for other in groups:
        _, mine, theirs = np.intersect1d(group.row, other.row, return_indices=True)
        if other is not group and mine.size:
            near.append(float(np.median(np.abs(other.sample[theirs] - group.sample[mine]))))
    half = round(float(np.clip(min(near) / 2, LEAST_S * spikes.rate_hz, _HALF_S * spikes.rate_hz)))
    inside = (group.sample >= 2 * half) & (group.sample + 2 * half < spikes.samples.size)
    row, sample = group.row[inside], group.sample[inside]
    place, error = timed(spikes.samples, sample, half)
    return Fibre(row, sample, np.where(overlaid(spikes.samples, place, half), np.nan, place), error)


def overlaid(samples: Floats, place: Floats, half: int, height: float = np.nan) -> NDArray[np.bool_]:
    """Say which spikes do not look like the others: with another unit's under them their time is not their own.

    Parameters
    ----------
    samples : ndarray, shape (m,)
        The signal, or what the spikes leave over of it.
    place : ndarray, shape (n,)
        Where they are, in samples.
    half : int
        Samples that are looked at on either side.
    height : float
        Of the spikes, from their lowest to their highest; that of their median where it is not given.
    """
    middle = np.clip(np.rint(place).astype(np.intp), half, samples.size - half - 1)
    near = samples[middle[:, None] + np.arange(-half, half + 1)]
    usual = np.median(near, axis=0)
    left = np.sqrt(np.mean((near - usual) ** 2, axis=1))
    spread = 1.4826 * float(np.median(np.abs(left - np.median(left))))
    size = float(np.ptp(usual)) if np.isnan(height) else height
    far: NDArray[np.bool_] = left > np.median(left) + max(_OVERLAID * spread, _OVERLAID_SHARE * size)
    return far


def interval(one: Fibre, other: Fibre) -> Floats:
    """Give by how many samples the one follows the other, in every discharge in which both fired."""
    _, mine, theirs = np.intersect1d(one.row, other.row, return_indices=True)
    distance: Floats = one.place[mine] - other.place[theirs]
    return distance
