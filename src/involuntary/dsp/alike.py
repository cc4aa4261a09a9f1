"""Waves of one shape timed together: what is alike is aligned and averaged, and the onset of the average is shared."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from involuntary.dsp.jitter import aligned
from involuntary.dsp.smooth import parabolic

__all__ = ["Noise", "Pooled", "beyond_noise", "moved", "pooled", "together", "twins", "uncertain"]

Floats = NDArray[np.float64]

# Of a wave with the average; noise at 20 dB leaves more. An engineering choice.
_LEAST = 0.85
# What is left over of one shape exceeds the noise by no more: the average has noise of its own, and lies a part beside.
_LEFT = 1.3
# Waves of one length differ from it by no more than so many of their errors.
_SAME = 3.0
# Steps of the alignment, and the part at either end of a wave that counts less and less.
_STEPS, _ENDS = 4, 0.25


class Pooled(NamedTuple):
    """Samples of several waves of one shape, each at its own time, so that nothing is interpolated.

    Attributes
    ----------
    time : ndarray, shape (n,)
        In samples of the waves, not even.
    value, weight : ndarray, shape (n,)
        Height, for a wave of usual size, and how well it is known.
    """

    time: Floats
    value: Floats
    weight: Floats


class Noise(NamedTuple):
    """Noise as it was recorded.

    Attributes
    ----------
    size : ndarray, shape (k,)
        Root mean square in each wave.
    quiet : ndarray, shape (m, q)
        Stretches without a wave, which tell its colour; without samples it is taken as white.
    """

    size: Floats
    quiet: Floats

    def of(self, weights: Floats) -> Floats:
        """Give the standard deviation, in each wave, of a weighted sum of its samples."""
        white = float(np.linalg.norm(weights))
        if self.quiet.shape[1] < 2 * weights.size:
            return self.size * white
        sums = np.array([np.convolve(row, weights[::-1], mode="valid") for row in self.quiet])
        usual = float(np.sqrt(np.mean(self.quiet**2)))
        return self.size * (float(np.sqrt(np.mean(sums**2))) / usual if usual > 0 else white)


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


def together(waves: Floats, noise: Noise | None = None, narrow: int = 0) -> tuple[Floats, Floats, NDArray[np.bool_]]:
    """Average what has one shape.

    Parameters
    ----------
    waves : ndarray, shape (k, n)
        One wave a row, its first large peak in the middle.
    noise : Noise, optional
        What the average leaves over of a wave that is alike is no more; and noise explains by how much it is longer.
    narrow : int
        Samples of the narrowest wave: waves are timed against their average smoothed by so much, for its noise counts
        in its derivative more than theirs.

    Returns
    -------
    average : ndarray, shape (n,)
        Of those that are alike, each moved to its place.
    shift : ndarray, shape (k,)
        Samples by which each comes later than the average.
    alike : ndarray of bool, shape (k,)
        Which correlate with the average by 0.85 or more, and are as long.
    """
    # Near to begin with: nothing but the middle is looked at.
    shift, _ = aligned(waves * np.hanning(waves.shape[1]), 0.0)
    placed, alike = moved(waves, -shift), np.ones(len(waves), dtype=np.bool_)
    for step in range(_STEPS):
        average = placed[alike].mean(axis=0)
        level, usual = placed - placed.mean(axis=1, keepdims=True), average - average.mean()
        smooth = np.array([parabolic(one, 1.0, narrow) for one in level])
        size = np.linalg.norm(smooth, axis=1) * np.linalg.norm(usual)
        found = smooth @ usual >= _LEAST * np.maximum(size, np.finfo(np.float64).tiny)
        if noise is not None:
            longer, error = _longer(placed, parabolic(average, 1.0, narrow), noise)
            if step:
                found &= (_left(level, usual) <= _LEFT * noise.size) & (np.abs(longer) <= _SAME * error)
            else:
                # The average of several lengths is none of them: most of one length are a beginning.
                found &= _densest(longer, error, found)
        alike = found if found.any() else alike
        shift = shift + _later(placed, parabolic(average, 1.0, narrow))
        shift -= np.median(shift[alike])
        placed = moved(waves, -shift)
    return placed[alike].mean(axis=0), shift, found


def _longer(waves: Floats, average: Floats, noise: Noise) -> tuple[Floats, Floats]:
    """Give by which share waves are longer than their average, and the standard deviation that noise leaves of it."""
    window, slope = _window(average.size), np.gradient(average)
    time = np.arange(average.size) - 0.5 * (average.size - 1)
    parts = np.stack([average, -slope, np.ones(average.size), -time * slope], axis=1) * window[:, None]
    fit = np.linalg.pinv(parts) * window
    size, longer = (waves @ fit.T)[:, [0, 3]].T
    size = np.maximum(size, max(1e-9 * float(np.abs(size).max()), 1e-150))
    return longer / size, noise.of(fit[3]) / size


def _window(n: int) -> Floats:
    from scipy.signal.windows import tukey

    window: Floats = tukey(n, _ENDS)
    return window


def _densest(values: Floats, errors: Floats, known: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Give those that most others are equal to, but for their errors."""
    near = np.abs(values[:, None] - values) <= _SAME * np.hypot(errors[:, None], errors)
    near &= known
    same: NDArray[np.bool_] = near[int(np.argmax(np.where(known, near.sum(axis=1), -1)))]
    return same


def _left(waves: Floats, average: Floats) -> Floats:
    """Give the root mean square that the scaled average leaves over of each wave."""
    size = waves @ average / max(float(average @ average), np.finfo(np.float64).tiny)
    left: Floats = np.sqrt(np.mean((waves - size[:, None] * average) ** 2, axis=1))
    return left


def _later(waves: Floats, average: Floats) -> Floats:
    """Give the samples by which waves come later than their average: size, level and a short way by least squares."""
    window = _window(average.size)
    parts = np.stack([average, -np.gradient(average), np.ones(average.size)], axis=1) * window[:, None]
    size, moved_by, _ = np.linalg.lstsq(parts, (waves * window).T, rcond=None)[0]
    step: Floats = np.clip(np.divide(moved_by, size, out=np.zeros_like(size), where=size > 0), -1.0, 1.0)
    return step


def uncertain(waves: Floats, average: Floats, noise: Noise) -> Floats:
    """Give the standard deviation, in samples, that noise leaves of the time of each wave against their average.

    Parameters
    ----------
    waves : ndarray, shape (k, n)
    average : ndarray, shape (n,)
    noise : Noise
        Of these waves.
    """
    slope = np.gradient(average)
    size = np.abs(waves @ average) / max(float(average @ average), np.finfo(np.float64).tiny)
    found: Floats = noise.of(slope / max(float(slope @ slope), 1e-300)) / np.maximum(size, 1e-300)
    return found


def pooled(waves: Floats, shift: Floats, average: Floats, finer: int) -> Pooled:
    """Lay the samples of waves of one shape over each other where they belong.

    Parameters
    ----------
    waves : ndarray, shape (k, n)
    shift : ndarray, shape (k,)
        Samples by which each comes later than the average.
    average : ndarray, shape (n,)
    finer : int
        Samples nearer to each other than one over so many become one.
    """
    placed = moved(waves, -shift)
    size = np.maximum(placed @ average / max(float(average @ average), np.finfo(np.float64).tiny), 0.0)
    time = np.arange(waves.shape[1]) - shift[:, None]
    low = int(np.floor(time.min()))
    place = np.rint((time - low) * finer).astype(np.intp).ravel()
    share = np.broadcast_to((size**2)[:, None], waves.shape).ravel()
    weight = np.bincount(place, share).astype(np.float64)
    known = weight > 0
    moment = np.bincount(place, share * time.ravel())[known] / weight[known]
    value = np.bincount(place, (size[:, None] * waves).ravel())[known] / weight[known]
    return Pooled(moment, value, weight[known])


def beyond_noise(waves: Floats, noise: Noise) -> Floats:
    """Give what waves of one latency have in common: their principal components that are larger than noise makes any.

    The largest component of white noise alone grows as its standard deviation times the sum of the roots of both sizes
    of the matrix, up to a constant (Vershynin, High-Dimensional Probability, theorem 4.4.5), taken as one here,
    as is known of large Gaussian matrices; that of coloured noise is seen where no wave is.

    Parameters
    ----------
    waves : ndarray, shape (k, n)
    noise : Noise

    Returns
    -------
    ndarray, shape (k, n)
    """
    k, n = waves.shape
    left, sizes, right = np.linalg.svd(waves, full_matrices=False)
    roots = float(np.sqrt(k) + np.sqrt(n))
    edge = float(np.sqrt(np.mean(noise.size**2))) * roots
    q = noise.quiet.shape[1]
    if noise.quiet.shape[0] == k and 2 * q >= n:
        edge = max(edge, float(np.linalg.norm(noise.quiet, 2)) * roots / float(np.sqrt(k) + np.sqrt(q)))
    kept: Floats = (left * np.where(sizes > edge, sizes, 0.0)) @ right
    return kept


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
