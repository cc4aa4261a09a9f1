"""Discharges of all units of a grid, read together: each where its unit's waveforms take most off what is left over.

A filter reads one unit and hears another that looks much like it. Waveforms on all channels tell the two apart: each
discharge is taken out and laid where it takes most energy off the whitened channels, as its own unit's, as another's,
or not at all; then what is still missing is added. McGill 2002 does so beside a needle; this is the grid's, greedy.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.signal import oaconvolve

from involuntary.decompose.peeling import left_over, waveforms
from involuntary.decompose.pulses import peaks

__all__ = ["read_together"]

Floats = NDArray[np.float64]
Singles = NDArray[np.float32]
Indices = NDArray[np.intp]

_PASSES = 4
_OWN_SHIFT = 4  # samples that a discharge may move within its unit
_OTHER_SHARE = 0.1  # of the smaller unit's energy, which another unit must explain more
_ADDED_SHARE = 0.5  # of its unit's energy, which a discharge that no filter read must explain


@dataclass(frozen=True, slots=True, eq=False)
class _Reading:
    """What is laid, and what laying one more would take off.

    Attributes
    ----------
    score : ndarray, shape (units, n)
        Correlation of each unit's waveforms with the residual, by the sample of the discharge; changes.
    overlap : ndarray, shape (units, units, 2 width - 1)
        What laying the second changes in the score of the first, by how much later it is looked at.
    energy : ndarray, shape (units,)
    at : list of set of int
        Discharges of each unit; changes.
    near : ndarray, shape (units, n)
        How many discharges of the unit are too near for another; changes.
    apart : int
    """

    score: Floats
    overlap: Floats
    energy: Floats
    at: list[set[int]]
    near: NDArray[np.int8]
    apart: int

    def put(self, unit: int, place: int, sign: int) -> None:
        """Lay a discharge (1) or take it away (-1)."""
        (self.at[unit].add if sign > 0 else self.at[unit].discard)(place)
        self.near[unit, max(place - self.apart + 1, 0) : place + self.apart] += np.int8(sign)
        half = self.overlap.shape[2] // 2
        low, high = max(place - half, 0), min(place + half + 1, self.score.shape[1])
        self.score[:, low:high] -= sign * self.overlap[:, unit, low - place + half : high - place + half]

    def gain(self, low: int, high: int) -> Floats:
        """Give what a discharge of each unit would take off at each sample; minus infinity where one is too near."""
        gain = 2.0 * self.score[:, low:high] - self.energy[:, None]
        gain[self.near[:, low:high] > 0] = -np.inf
        return gain


def read_together(signal: Singles, trains: Sequence[Indices], before: int, after: int, apart: int) -> list[Indices]:
    """Lay the discharges of all units anew, one by one, until none changes.

    Parameters
    ----------
    signal : ndarray, shape (channels, n)
    trains : sequence of ndarray of intp
        Samples of the discharges of each unit, as filters read them.
    before, after : int
        Samples of a waveform to either side of a discharge.
    apart : int
        Least interval between discharges of a unit.

    Returns
    -------
    list of ndarray of intp
        As many units, their samples sorted; one may be left with none.
    """
    if not trains:
        return []
    reading = _begun(signal, trains, before, after, apart)
    for _ in range(_PASSES):
        moved = _laid_anew(reading, before)
        if not moved + _added(reading):
            break
    return [np.array(sorted(at), dtype=np.intp) for at in reading.at]


def _begun(signal: Singles, trains: Sequence[Indices], before: int, after: int, apart: int) -> _Reading:
    """Whiten over channels by what is left over, and correlate that with every unit's waveforms."""
    waves = waveforms(signal, trains, before, after)
    left = left_over(signal, waves, trains, before)
    values, vectors = np.linalg.eigh(np.cov(left))
    white = (vectors / np.sqrt(np.maximum(values, 0.1 * max(float(np.median(values)), 1e-12)))) @ vectors.T
    looks = np.einsum("ij,kjw->kiw", white, waves.astype(np.float64))
    score = np.zeros((len(waves), left.shape[1]))
    for i, row in enumerate(white):
        whole = oaconvolve((row @ left)[None, :], looks[:, i, ::-1], axes=1)
        score += whole[:, after - 1 : after - 1 + left.shape[1]]
    width = before + after
    # Row k, column j: sample by sample, how much of j's waveforms k's see, j laid d samples earlier.
    spectrum = np.fft.rfft(looks, 2 * width, axis=2)
    seen = np.fft.irfft(np.einsum("kif,jif->kjf", spectrum.conj(), spectrum), 2 * width, axis=2)
    order = np.arange(-width + 1, width) % (2 * width)
    overlap = np.ascontiguousarray(seen[:, :, order])
    energy = overlap[np.arange(len(waves)), np.arange(len(waves)), width - 1]
    near = np.zeros(score.shape, dtype=np.int8)
    for row, at in zip(near, trains, strict=True):
        for place in at.tolist():
            row[max(place - apart + 1, 0) : place + apart] += 1
    return _Reading(score, overlap, energy, [set(at.tolist()) for at in trains], near, apart)


def _laid_anew(reading: _Reading, reach: int) -> int:
    """Take each discharge out and lay it where most is gained; give how many are another unit's now, or gone."""
    changed = 0
    for place, unit in sorted((place, unit) for unit, at in enumerate(reading.at) for place in at):
        if place not in reading.at[unit]:
            continue
        reading.put(unit, place, -1)
        low = max(place - reach, 0)
        gain = reading.gain(low, min(place + reach + 1, reading.score.shape[1]))
        gain[unit, : max(place - _OWN_SHIFT - low, 0)] = gain[unit, place + _OWN_SHIFT + 1 - low :] = -np.inf
        other, there = divmod(int(np.argmax(gain)), gain.shape[1])
        own = int(np.argmax(gain[unit]))
        least = _OTHER_SHARE * min(reading.energy[unit], reading.energy[other])
        if other != unit and gain[other, there] - gain[unit, own] < least:
            other, there = unit, own
        if gain[other, there] > 0:
            reading.put(other, low + there, 1)
        changed += int(other != unit or gain[other, there] <= 0)
    return changed


def _added(reading: _Reading) -> int:
    """Lay what is missing, that which takes most off first; give how many."""
    least = _ADDED_SHARE * reading.energy
    gain = reading.gain(0, reading.score.shape[1]) - least[:, None]
    tops = [(k, top) for k, row in enumerate(gain) for top in peaks(row, reading.apart).tolist() if row[top] > 0]
    added = 0
    for unit, place in sorted(tops, key=lambda one: -gain[one]):
        if reading.gain(place, place + 1)[unit, 0] > least[unit]:
            reading.put(unit, place, 1)
            added += 1
    return added
