"""Groups of spikes, one a fibre: each timed exactly, and those that are no fibre of their own left out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from involuntary.dsp.jitter import GAUSSIAN, consecutive, timed

__all__ = ["LEAST_S", "Fibre", "Spikes", "fibres", "interval"]

Floats = NDArray[np.float64]

# Less jitter than this is a split fibre, or a later phase of the same potential, and no pair (recalled).
_SPLIT_US = 5.0
# A later phase of a potential comes so soon after its spike, is lower than this share of it, and duller.
_RECOVERED_S, _LOW, _DULL, _LOOK_S = 0.0025, 0.5, 2 / 3, 0.0004
# Half a spike's window, and the least of it where another spike is near.
_HALF_S = 0.0006
LEAST_S = 0.00025


@dataclass(frozen=True, slots=True, eq=False)
class Spikes:
    """Filtered samples, and where spikes have their peaks."""

    samples: Floats
    rate_hz: float
    noise: float
    at: NDArray[np.intp]


@dataclass(frozen=True, slots=True, eq=False)
class Fibre:
    """One fibre's spikes: in which discharges, at which sample, where exactly, and how much noise alone moves them."""

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
        whose = [j for j in kept if _locked(spikes, known[i], known[j])]
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
    return Fibre(row, sample, place, error)


def _locked(spikes: Spikes, one: Fibre, other: Fibre) -> bool:
    """Say whether a spike is no fibre of its own: a slow low phase after a larger one, or at a distance without jitter.

    The membrane recovers more slowly than it fires, so that a later phase is duller than the spike; two junctions never
    keep their distance.
    """
    apart = interval(one, other)
    if apart.size < 2:
        return False
    later = 0 < float(np.median(apart)) < _RECOVERED_S * spikes.rate_hz
    (low, dull), (high, sharp) = (_look(spikes, group) for group in (one, other))
    if later and low < _LOW * high and dull < _DULL * sharp:
        return True
    micro = 1e6 / spikes.rate_hz
    raw, noise = micro * consecutive(apart), micro * GAUSSIAN * float(np.hypot(one.error, other.error))
    # The square of a mean difference of n values is uncertain by about twice its share of one over the root of n.
    return bool(raw**2 <= _SPLIT_US**2 + noise**2 * (1 + 2 / np.sqrt(apart.size)))


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
