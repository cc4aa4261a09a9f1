"""Groups of spikes, one a fibre: each timed exactly, and those that are no fibre of their own left out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from involuntary.dsp.jitter import GAUSSIAN, consecutive, timed

__all__ = ["LEAST_S", "Fibre", "Spikes", "fibres", "interval"]

Floats = NDArray[np.float64]

# Less jitter than this is a split fibre, at will, or one stimulated directly, or a later phase of the same potential,
# and no pair (Bollu PC, Medscape 2019; normal jitter is of the order of 5 to 50 µs: Thiele & Stålberg 1974, J Neurol
# Neurosurg Psychiatry 37:403).
_SPLIT_US = 5.0
# A later phase of a potential comes so soon after its spike and is lower than the first share of it, or than the second
# and duller, or than the third while its jitter against that spike is less than this share of that against the trigger.
_RECOVERED_S, _LOWEST, _LOW, _CLOSELY = 0.0025, 0.25, 0.55, 0.5
_DULL, _LOOK_S = 0.55, 0.0004
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


def fibres(spikes: Spikes, groups: list[Fibre]) -> list[Fibre]:
    """Time every group; leave out those that are a phase of a larger one, or the other half of a split fibre.

    Parameters
    ----------
    spikes : Spikes
        The signal, high-passed.
    groups : list of Fibre
        Spikes at their highest samples, `place` and `error` not yet known.

    Returns
    -------
    list of Fibre
        The first stays first; where it is a phase itself, the potential that it belongs to takes its place.
    """
    known = [_timed(spikes, group, groups) for group in groups]
    height = [float(np.median(spikes.samples[one.sample])) for one in known]
    kept: list[int] = []
    first = 0
    for i in sorted(range(len(known)), key=lambda i: -height[i]):
        whose = [j for j in kept if _locked(spikes, known[i], known[j], known[0] if i and j else None)]
        if not whose:
            kept.append(i)
        elif i == 0:
            first = whose[0]
    return [known[i] for i in sorted(kept, key=lambda i: (i != first, i))]


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
    return Fibre(row, sample, np.where(_overlaid(spikes, place, half), np.nan, place), error)


def _overlaid(spikes: Spikes, place: Floats, half: int) -> NDArray[np.bool_]:
    """Say which spikes do not look like the others: with another unit's under them their time is not their own."""
    middle = np.rint(place).astype(np.intp)
    near = spikes.samples[middle[:, None] + np.arange(-half, half + 1)]
    usual = np.median(near, axis=0)
    left = np.sqrt(np.mean((near - usual) ** 2, axis=1))
    spread = 1.4826 * float(np.median(np.abs(left - np.median(left))))
    far: NDArray[np.bool_] = left > np.median(left) + max(_OVERLAID * spread, _OVERLAID_SHARE * float(np.ptp(usual)))
    return far


def _locked(spikes: Spikes, one: Fibre, other: Fibre, trigger: Fibre | None) -> bool:
    """Say whether a spike is no fibre of its own: a low phase after a larger one, or at a distance without jitter.

    The membrane recovers more slowly than it fires, so that a later phase is duller than the spike; it follows that
    spike more closely than the trigger of the pair; and two junctions never keep their distance.
    """
    apart = interval(one, other)
    if np.count_nonzero(np.isfinite(apart)) < 2:
        return False
    later = 0 < float(np.nanmedian(apart)) < _RECOVERED_S * spikes.rate_hz
    (low, dull), (high, sharp) = (_look(spikes, group) for group in (one, other))
    if later and (low < _LOWEST * high or (low < _LOW * high and dull < _DULL * sharp)):
        return True
    varies, uncertain = _variance(spikes, one, other)
    if later and trigger is not None and low < _CLOSELY * high:
        return varies < _CLOSELY**2 * _variance(spikes, one, trigger)[0]
    return varies <= _SPLIT_US**2 + uncertain


def _variance(spikes: Spikes, one: Fibre, other: Fibre) -> tuple[float, float]:
    """Give the square of the jitter between two, without that of noise, and how uncertain noise leaves it, in µs²."""
    apart = interval(one, other)
    micro = 1e6 / spikes.rate_hz
    noise = (micro * GAUSSIAN) ** 2 * (one.error**2 + other.error**2)
    # The square of a mean difference of n values is uncertain by about twice its share of one over the root of n.
    return (micro * consecutive(apart)) ** 2 - noise, 2 * noise / float(np.sqrt(max(apart.size, 1)))


def _look(spikes: Spikes, group: Fibre) -> tuple[float, float]:
    """Give height and sharpness, the root mean square frequency, of the average spike of a group."""
    half = round(_LOOK_S * spikes.rate_hz)
    inside = group.sample[(group.sample >= half) & (group.sample + half < spikes.samples.size)]
    average = spikes.samples[inside[:, None] + np.arange(-half, half + 1)].mean(axis=0)
    near = average * np.hanning(average.size)
    return float(average[half]), float(np.linalg.norm(np.gradient(near)) / np.linalg.norm(near))


def interval(one: Fibre, other: Fibre) -> Floats:
    """Give by how many samples the one follows the other, in every discharge in which both fired."""
    _, mine, theirs = np.intersect1d(one.row, other.row, return_indices=True)
    distance: Floats = one.place[mine] - other.place[theirs]
    return distance
