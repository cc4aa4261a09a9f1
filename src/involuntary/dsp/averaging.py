"""Averages of a signal around events, and what they would be had nothing to do with them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Averages", "averages", "epochs", "plus_minus", "resampled_means", "shifted_sums", "split_half"]

Floats = NDArray[np.float64]
Indices = NDArray[np.intp]

_TRIM = 0.2
_FEWEST = 4


@dataclass(frozen=True, slots=True, eq=False)
class Averages:
    """One signal around events, averaged in four ways, each of shape (m,).

    Attributes
    ----------
    mean, median, trimmed, weighted : ndarray
        The plain mean; the median; the mean without the fifth at either end, sample by sample; the mean in which an
        epoch counts by the inverse of its variance, so that noisy ones count less.
    """

    mean: Floats
    median: Floats
    trimmed: Floats
    weighted: Floats


def epochs(samples: Floats, at: Indices, before: int, after: int) -> Floats:
    """Cut a signal around samples, shape (k, before + after); every epoch must lie within.

    Parameters
    ----------
    samples : ndarray, shape (n,)
    at : ndarray of int, shape (k,)
    before, after : int
        Samples before each and, with it, after.
    """
    cut: Floats = samples[np.asarray(at)[:, None] + np.arange(-before, after)]
    return cut


def averages(cut: Floats) -> Averages:
    """Average epochs, shape (k, m), in four ways."""
    ordered = np.sort(cut, axis=0)
    drop = int(_TRIM * len(cut))
    weight = 1.0 / np.maximum(cut.var(axis=1), np.finfo(np.float64).tiny)
    return Averages(
        cut.mean(axis=0),
        np.median(ordered, axis=0),
        ordered[drop : len(cut) - drop].mean(axis=0),
        (weight / weight.sum()) @ cut,
    )


def plus_minus(cut: Floats) -> Floats:
    """Average with alternating signs, shape (m,): what is locked cancels, the noise of the average stays.

    References
    ----------
    Schimmel H 1967, Science 157:92–94 (as others cite it, not opened): the (±) reference.
    """
    signs = np.where(np.arange(len(cut)) % 2, -1.0, 1.0)
    found: Floats = signs @ cut / len(cut)
    return found


def split_half(cut: Floats) -> float:
    """Give the correlation of the averages of even and of odd epochs; not-a-number below four."""
    if len(cut) < _FEWEST:
        return float("nan")
    halves = np.stack([cut[::2].mean(axis=0), cut[1::2].mean(axis=0)])
    return float(np.corrcoef(halves)[0, 1]) if np.all(halves.std(axis=1) > 0) else float("nan")


def resampled_means(cut: Floats, draws: int, random: np.random.Generator) -> Floats:
    """Average epochs drawn with replacement, shape (draws, m): one product of matrices."""
    weight = random.multinomial(len(cut), np.full(len(cut), 1 / len(cut)), size=draws) / len(cut)
    found: Floats = weight @ cut
    return found


def shifted_sums(samples: Floats, at: Indices, shifts: Indices, before: int, after: int) -> Floats:
    """Sum a signal around events that are moved, all by the same number of samples, round the end to the beginning.

    All shifts at once: the sums around every shift of a train are its cross-correlation with the signal, one
    product of two Fourier transforms. The intervals between events, and whatever is uneven in the signal, stay.

    Parameters
    ----------
    samples : ndarray, shape (n,)
    at : ndarray of int, shape (k,)
    shifts : ndarray of int, shape (s,)
    before, after : int
        Samples before each event and, with it, after.

    Returns
    -------
    ndarray, shape (s, before + after)
    """
    from scipy import fft

    n = samples.size
    train = np.bincount(np.asarray(at) % n, minlength=n).astype(np.float64)
    every = fft.irfft(fft.rfft(samples, workers=2) * np.conj(fft.rfft(train, workers=2)), n, workers=2)
    found: Floats = every[(np.asarray(shifts)[:, None] + np.arange(-before, after)) % n]
    return found
