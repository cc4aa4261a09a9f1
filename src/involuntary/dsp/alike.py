"""Waves of one shape timed together: what is alike is aligned and averaged, and the onset of the average is shared."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from involuntary.dsp.jitter import aligned

__all__ = ["moved", "together", "twins"]

Floats = NDArray[np.float64]

# Of a wave with the average; noise at 20 dB leaves more. An engineering choice.
_LEAST = 0.85


def moved(waves: Floats, by: Floats) -> Floats:
    """Move every wave by a number of samples, positive to the right, by cubic splines; the ends are held.

    Parameters
    ----------
    waves : ndarray, shape (k, n)
    by : ndarray, shape (k,)
    """
    from scipy import ndimage

    shifted = [ndimage.shift(wave, step, order=3, mode="nearest") for wave, step in zip(waves, by, strict=True)]
    return np.array(shifted, dtype=np.float64).reshape(waves.shape)


def together(waves: Floats) -> tuple[Floats, Floats, NDArray[np.bool_]]:
    """Average what has one shape.

    Parameters
    ----------
    waves : ndarray, shape (k, n)
        One wave a row, its first large peak in the middle.

    Returns
    -------
    average : ndarray, shape (n,)
        Of those that are alike, each moved to its place.
    shift : ndarray, shape (k,)
        Samples by which each comes later than the average.
    alike : ndarray of bool, shape (k,)
        Which correlate with the average by 0.85 or more.
    """
    shift, _ = aligned(waves * np.hanning(waves.shape[1]), 0.0)
    placed = moved(waves, -shift)
    average = placed.mean(axis=0)
    for _ in range(2):
        level = placed - placed.mean(axis=1, keepdims=True)
        usual = average - average.mean()
        size = np.linalg.norm(level, axis=1) * np.linalg.norm(usual)
        alike = level @ usual >= _LEAST * np.maximum(size, np.finfo(np.float64).tiny)
        if alike.any():
            average = placed[alike].mean(axis=0)
    return average, shift, alike


def twins(waves: Floats, reach: int) -> Floats:
    """Give how like each wave is to the one most like it: the largest correlation, the other moved by up to `reach`.

    Parameters
    ----------
    waves : ndarray, shape (k, n + 2 * reach)
        One wave a row, with so many more samples at both ends as it may be moved by.
    reach : int
        Samples.

    Returns
    -------
    likeness : ndarray, shape (k,)
        From -1 to 1; -1 where there is no other wave.
    """
    n = waves.shape[1] - 2 * reach
    best = np.full(len(waves), -1.0)
    here = _of_length_one(waves[:, reach : reach + n])
    for first in range(2 * reach + 1 if len(waves) > 1 else 0):
        like = here @ _of_length_one(waves[:, first : first + n]).T
        np.fill_diagonal(like, -1.0)
        best = np.maximum(best, like.max(axis=1))
    return best


def _of_length_one(waves: Floats) -> Floats:
    unit: Floats = waves / np.maximum(np.linalg.norm(waves, axis=1), np.finfo(np.float64).tiny)[:, None]
    return unit
