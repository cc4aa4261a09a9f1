"""What known units add to the channels of a grid: their waveforms by least squares, and what each of them lays down."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import cho_factor, cho_solve

from involuntary.decompose.spikes import cut

__all__ = ["fitted", "laid_down", "left_over", "waveforms"]

Floats = NDArray[np.float64]
Singles = NDArray[np.float32]
Indices = NDArray[np.intp]
# Discharges' worth of a pull towards zero: units that always fire together have no waveforms of their own.
_RIDGE = 0.1
_PASSES = 2
# Of the waveform's height, and samples of delay: what lies further off is no longer that discharge.
_MOST = np.array([0.5, 1.0], dtype=np.float32)


def waveforms(signal: Singles, trains: Sequence[Indices], before: int, after: int) -> Singles:
    """Give the waveforms that, laid at all discharges of all units together, leave least over on every channel.

    An average around discharges holds what other units add nearby; the joint solution does not.

    Parameters
    ----------
    signal : ndarray, shape (channels, n)
    trains : sequence of ndarray of intp
        Samples of the discharges of each unit.
    before, after : int
        Samples of a waveform to either side of a discharge.

    Returns
    -------
    ndarray, shape (units, channels, before + after)
    """
    width, m = before + after, len(signal)
    if not trains:
        return np.empty((0, m, width), dtype=np.float32)
    sums = np.stack([np.stack([cut(row, at, before, after).sum(axis=0) for row in signal]) for at in trains])
    square = _in_common(trains, width).reshape(len(trains) * width, -1)
    square[np.diag_indices_from(square)] += _RIDGE
    solved = cho_solve(cho_factor(square, overwrite_a=True), sums.transpose(0, 2, 1).reshape(-1, m))
    return np.ascontiguousarray(solved.reshape(len(trains), width, m).transpose(0, 2, 1), dtype=np.float32)


def _in_common(trains: Sequence[Indices], width: int) -> Floats:
    """Count how often a sample of one unit's waveform lies on a sample of another's: (units, width, units, width)."""
    pairs = np.zeros((len(trains), width, len(trains), width))
    shift = np.arange(width)[None, :] - np.arange(width)[:, None]
    for k, first in enumerate(trains):
        for j, second in enumerate(trains[: k + 1]):
            # Sample i of one lies on sample i + d of the other where their discharges are d apart.
            low, high = np.searchsorted(second, first - width + 1), np.searchsorted(second, first + width)
            near = np.concatenate([at - second[a:b] for at, a, b in zip(first, low, high, strict=True)])
            count = np.bincount(near + width - 1, minlength=2 * width - 1)
            pairs[k, :, j, :] = count[shift + width - 1]
            pairs[j, :, k, :] = pairs[k, :, j, :].T
    return pairs


def laid_down(wave: Singles, at: Indices, before: int, n: int, own: Singles | None = None) -> Singles:
    """Lay a unit's waveform at each of its discharges: shape (channels, n).

    Parameters
    ----------
    wave : ndarray, shape (channels, m)
    at : ndarray of intp
    before, n : int
        Samples of the waveform before a discharge, and of the channels.
    own : ndarray, shape (discharges, 2), optional
        How much larger each discharge is than the waveform, and by how many samples earlier.
    """
    channels, width = wave.shape
    out = np.zeros((channels, n + 2 * width), dtype=np.float32)
    slope = np.gradient(wave, axis=1)
    for k, place in enumerate((at + width - before).tolist()):
        out[:, place : place + width] += wave if own is None else (1 + own[k, 0]) * wave + own[k, 1] * slope
    return out[:, width : width + n]


def left_over(signal: Singles, waves: Singles, trains: Sequence[Indices], before: int) -> Singles:
    """Take what all units lay down off the channels: shape (channels, n)."""
    left = signal.copy()
    for wave, at in zip(waves, trains, strict=True):
        left -= laid_down(wave, at, before, signal.shape[1])
    return left


def fitted(left: Singles, waves: Singles, trains: Sequence[Indices], before: int) -> tuple[Singles, list[Singles]]:
    """Give each discharge the height and the delay that leave least over.

    Potentials change a little from one discharge to the next, and fall between samples: of a large unit that leaves
    as much over as a small one adds.

    Parameters
    ----------
    left : ndarray, shape (channels, n)
        As `left_over` gives it.
    waves, trains, before
        As `left_over` takes them.

    Returns
    -------
    left : ndarray, shape (channels, n)
    own : list of ndarray, each shape (discharges, 2)
        As `laid_down` takes it.
    """
    width = waves.shape[2]
    wide = np.pad(left, ((0, 0), (width, width)))
    ways = [np.stack([wave, np.gradient(wave, axis=1)]).reshape(2, -1) for wave in waves]
    energy = [np.maximum(np.sum(way * way, axis=1), 1e-12) for way in ways]
    own = [np.zeros((at.size, 2), dtype=np.float32) for at in trains]
    order = sorted((place + width - before, unit, k) for unit, at in enumerate(trains) for k, place in enumerate(at))
    for _ in range(_PASSES):
        for place, unit, k in order:
            look, now = wide[:, place : place + width], own[unit][k]
            new = np.clip(now + ways[unit] @ look.ravel() / energy[unit], -_MOST, _MOST)
            look -= ((new - now) @ ways[unit]).reshape(look.shape)
            own[unit][k] = new
    return wide[:, width:-width], own
