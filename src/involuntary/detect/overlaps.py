"""Fibres of one unit whose spikes lie over each other, timed again all at once."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from involuntary.detect.fibres import LEAST_S, Fibre, Spikes, overlaid, together
from involuntary.dsp.superposed import Superposed, superposed

__all__ = ["pairs"]

Floats = NDArray[np.float64]

# A spike and what follows it lie under the next one so long.
_NEAR_S = 0.003
# Whose is what is known where what two vary by is as sure as this; otherwise each is timed by itself. What is left
# wrong is up to four times as much: with hardly any movement the fit finds too much of it.
_SURE = 0.025


def pairs(spikes: Spikes, first: Fibre, others: list[Fibre]) -> list[tuple[Fibre, Fibre]]:
    """Give each other fibre with the first; where spikes lie over each other both are timed by all of them together.

    Parameters
    ----------
    spikes : Spikes
        The signal.
    first : Fibre
        The trigger; a stimulus has no samples.
    others : list of Fibre
        Each timed by itself.
    """
    alone = [(first, other) for other in others]
    group = [first, *others] if first.sample.size else others
    place = together(group, first.row)
    fired = np.isfinite(place).any(axis=1)
    middle = np.sort(np.nanmedian(place - first.place[:, None], axis=0)) if group else np.empty(0)
    if not np.any(np.diff(middle) < _NEAR_S * spikes.rate_hz):
        return alone
    origin = first.place[fired] if first.sample.size == 0 else place[fired, 0]
    both = superposed(spikes.samples, place[fired], origin, spikes.rate_hz, spikes.noise)
    clean = np.full(place.shape, np.nan)
    clean[fired] = _seen(spikes, both)
    after = len(group) - len(others)
    found = []
    for i, (_, other) in enumerate(alone, start=after):
        known = both.unsure[0, i] if after else both.unsure[i, i]
        error = both.error[0, i] if after else both.error[i, i]
        leader = _again(first, clean[:, 0]) if after else first
        found.append((leader, _again(other, clean[np.searchsorted(first.row, other.row), i], error)))
        found[-1] = found[-1] if known <= _SURE else alone[i - after]
    return found


def _again(fibre: Fibre, place: Floats, error: float = 0.0) -> Fibre:
    """Give a fibre at other places; the error of a distance is told with the other of the pair."""
    return Fibre(fibre.row, fibre.sample, place, error)


def _seen(spikes: Spikes, both: Superposed) -> Floats:
    """Give the places, not-a-number where what is left over shows another unit's potential over the spike."""
    half = round(LEAST_S * spikes.rate_hz)
    place = both.place.copy()
    for column in place.T:
        here = np.flatnonzero(np.isfinite(column))
        top = np.rint(column[here]).astype(np.intp)
        height = float(np.median(spikes.samples[np.clip(top, 0, spikes.samples.size - 1)]))
        column[here[overlaid(both.rest, column[here], half, height)]] = np.nan
    return place
