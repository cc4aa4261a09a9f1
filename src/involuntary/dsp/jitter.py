"""Neuromuscular jitter: the variation of an interval from discharge to discharge."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["GAUSSIAN", "MEDIAN_OF_GAUSSIAN", "aligned", "consecutive", "jitter", "sorted_difference", "timed"]

Floats = NDArray[np.float64]

# Mean consecutive difference of independent Gaussian values over their standard deviation: 2/sqrt(pi).
GAUSSIAN = 2 / np.sqrt(np.pi)
# Where differences grow with the preceding interval, sorting by it makes them smaller by more than this.
_DRIFT = 1.25
_UPSAMPLED = 16
# Rounds in which the window follows each spike to where it was timed.
_ROUNDS = 4
# Median of the absolute values of a normal distribution, over its standard deviation.
MEDIAN_OF_GAUSSIAN = 0.6745


def consecutive(values: Floats) -> float:
    """Give the mean consecutive difference (MCD); not-a-number values, as of blocked discharges, are left out.

    Examples
    --------
    >>> consecutive(np.array([100.0, 120.0, 110.0, 140.0]))
    20.0
    """
    known = values[np.isfinite(values)]
    return float(np.mean(np.abs(np.diff(known)))) if known.size > 1 else float("nan")


def sorted_difference(values: Floats, preceding: Floats) -> float:
    """Give the mean sorted difference (MSD): the MCD after sorting by the preceding interval between discharges.

    Examples
    --------
    >>> sorted_difference(np.array([100.0, 140.0, 110.0, 150.0]), np.array([50.0, 90.0, 60.0, 95.0]))
    16.666666666666668
    """
    known = np.isfinite(values) & np.isfinite(preceding)
    return consecutive(values[known][np.argsort(preceding[known], kind="stable")])


def jitter(values: Floats, preceding: Floats) -> tuple[float, str]:
    """Give the MCD, or the MSD where the MCD exceeds it by a quarter, and which it is."""
    mcd, msd = consecutive(values), sorted_difference(values, preceding)
    return (msd, "MSD") if msd > 0 and mcd / msd > _DRIFT else (mcd, "MCD")


def aligned(spikes: Floats, noise: float) -> tuple[Floats, float]:
    """Time spikes against their average to a small fraction of a sample.

    Parameters
    ----------
    spikes : ndarray, shape (k, n)
        One spike a row, its peak in the middle.
    noise : float
        Root mean square of the noise.

    Returns
    -------
    shift : ndarray, shape (k,)
        Samples by which each comes later than the average.
    error : float
        Standard deviation of a shift that noise alone makes, in samples.
    """
    n = spikes.shape[1]
    shift = np.zeros(len(spikes))
    for _ in range(3):
        template = _shifted(spikes, -shift).mean(axis=0)
        shift = _lags(spikes, template)
        shift -= np.median(shift)
    slope = np.gradient(template)
    energy = float(slope @ slope)
    return shift, float(noise / np.sqrt(energy)) if energy > 0 and n else float("nan")


def timed(samples: Floats, at: NDArray[np.intp], half: int) -> tuple[Floats, float]:
    """Time the spikes of a signal against their average, each in a window about itself.

    A window about the highest sample would follow the noise of that sample, and hold the spike back; so it is moved to
    where the spike was timed, and the spike is timed again.

    Parameters
    ----------
    samples : ndarray, shape (n,)
        Signal, noise and all.
    at : ndarray, shape (k,)
        Highest sample of each spike, at least ``2 * half`` samples from both ends.
    half : int
        Half the window.

    Returns
    -------
    place : ndarray, shape (k,)
        Where each spike is, to a fraction of a sample.
    error : float
        Standard deviation of a place that noise alone makes, in samples: what the signal between spikes, whatever its
        colour, would move them by.
    """
    place = at.astype(np.float64)
    window = np.hanning(2 * half + 1)
    around = np.arange(-2 * half, 2 * half + 1)
    for _ in range(_ROUNDS):
        middle = np.clip(np.rint(place).astype(np.intp), 2 * half, samples.size - 2 * half - 1)
        wide = samples[middle[:, None] + around[None, :]]
        near = _shifted(wide, middle - place)[:, half:-half] * window
        template = near.mean(axis=0)
        late = _lags(near, template)
        place = np.clip(place + late - np.median(late), at - half, at + half)
    slope = np.gradient(template)
    energy = float(slope @ slope)
    if not energy > 0:
        return place, float("nan")
    moved = np.correlate(samples, slope * window / energy, mode="valid")
    return place, float(np.median(np.abs(moved)) / MEDIAN_OF_GAUSSIAN)


def _shifted(spikes: Floats, by: Floats) -> Floats:
    """Move every row by its number of samples, positive to the right, round the circle."""
    n = spikes.shape[1]
    turned = np.exp(-2j * np.pi * np.fft.rfftfreq(n) * by[:, None])
    moved: Floats = np.fft.irfft(np.fft.rfft(spikes, axis=1) * turned, n, axis=1)
    return moved


def _lags(spikes: Floats, template: Floats) -> Floats:
    """Give each row's shift of largest correlation, by a parabola through its finely interpolated peak."""
    k, n = spikes.shape
    product = np.fft.rfft(spikes, axis=1) * np.conj(np.fft.rfft(template))
    padded = np.zeros((k, n * _UPSAMPLED // 2 + 1), dtype=np.complex128)
    padded[:, : product.shape[1]] = product
    correlation = np.fft.irfft(padded, n * _UPSAMPLED, axis=1)
    reach = n * _UPSAMPLED // 4
    window = np.concatenate([correlation[:, -reach:], correlation[:, : reach + 1]], axis=1)
    top = np.clip(np.argmax(window, axis=1), 1, window.shape[1] - 2)
    left, middle, right = (window[np.arange(k), top + by] for by in (-1, 0, 1))
    bend = left - 2 * middle + right
    fine = 0.5 * np.divide(left - right, bend, out=np.zeros(k), where=bend != 0)
    lags: Floats = (top + fine - reach) / _UPSAMPLED
    return lags
