"""What an electrode without contact picks up, and what two electrodes share that have run into one."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

__all__ = ["Seconds", "by_second", "likeness"]

Samples = NDArray[np.float64]
Singles = NDArray[np.float32]

_FRAME_S = 0.2  # whole periods of 50 and of 60 Hz
_LINES = (10, 12)  # bins of 5 Hz
_HARMONICS = 9
_LEVELS = 3
_FIRST = 64
_MEDIAN_OF_NORMAL = 0.6745


@dataclass(frozen=True, slots=True, eq=False)
class Seconds:
    """A signal second by second, arrays of shape (seconds,).

    Attributes
    ----------
    level : ndarray
        Mean.
    mains : ndarray
        Root mean square at 50 or 60 Hz and eight harmonics, whichever is larger, in the first 0.2 s.
    mains_share : ndarray
        Share of the power in the same 0.2 s.
    white : ndarray
        Root mean square of the white noise whose second difference would have the same median size, in the same 0.2 s.
    whiteness : ndarray
        Its share of the power that is not mains: one in white noise, next to nothing in muscle.
    stepping : ndarray of bool
        Whether the second holds at most three different values, but more than one.
    """

    level: Samples
    mains: Samples
    mains_share: Samples
    white: Samples
    whiteness: Samples
    stepping: NDArray[np.bool_]


def by_second(samples: Samples, rate_hz: float, *, compiled: bool = False) -> Seconds:
    """Describe each whole second of a signal.

    Parameters
    ----------
    samples : ndarray, shape (n,)
    rate_hz : float
        At least 250 Hz.
    compiled : bool
        Whether compiled kernels are worth loading; they give the same to single precision.
    """
    second = max(round(rate_hz), 1)
    whole = samples[: samples.size // second * second].reshape(-1, second)
    level, mains, power, fast = (_compiled if compiled else _plain)(whole, round(_FRAME_S * rate_hz))
    white = (fast / _MEDIAN_OF_NORMAL) ** 2 / 6
    least = np.finfo(float).tiny
    return Seconds(
        level,
        np.sqrt(mains),
        mains / np.maximum(power, least),
        np.sqrt(white),
        white / np.maximum(power - mains, np.maximum(0.01 * power, least)),
        _stepping(whole),
    )


def _plain(whole: Samples, width: int) -> tuple[Samples, Samples, Samples, Samples]:
    """Give mean, power of mains and of all, and median size of the second difference of each second."""
    frame = whole[:, :width]
    spectrum = np.fft.rfft(frame, axis=1)
    # One-sided power of each bin of 5 Hz; the mean is left out.
    bins = (spectrum.real**2 + spectrum.imag**2) * (2 / width**2)
    power = bins[:, 1:].sum(axis=1)
    mains = np.max([bins[:, line : (_HARMONICS + 1) * line : line].sum(axis=1) for line in _LINES], axis=0)
    # The median, so that a sharp potential is not noise; every other value tells it as well as all do.
    fast = np.abs(np.diff(frame, 2, axis=1))[:, ::2]
    middle = fast.shape[1] // 2
    return whole.mean(axis=1), mains, power, np.partition(fast, middle, axis=1)[:, middle]


def _compiled(whole: Samples, width: int) -> tuple[Samples, Samples, Samples, Samples]:
    """Do as `_plain`, by the few bins that count: what they leave is the rest of the squares (Parseval)."""
    from involuntary.dsp.contact_kernels import by_second as described

    lines, table = _products(width)
    level, fast, bins = np.empty(len(whole)), np.empty(len(whole)), np.empty((len(whole), len(table[0]) + 1))
    described(whole.reshape(-1), whole.shape[1], *table, level, bins, fast)
    bins *= 2 / width**2
    mains = np.max([bins[:, line].sum(axis=1) for line in lines], axis=0)
    # The squares hold the last bin of an even number once, and all others twice.
    return level, mains, bins[:, -1] * width / 2 + 0.5 * bins[:, -2] * (width % 2 == 0), fast


@lru_cache(maxsize=4)
def _products(width: int) -> tuple[list[list[int]], tuple[Singles, Singles]]:
    """Give where the bins of each line lie in a table, and the table: cosines and sines of the bins, the last one last.

    Each has a row of `width` values.
    """
    harmonics = [[k for k in range(line, (_HARMONICS + 1) * line, line) if k <= width // 2] for line in _LINES]
    bins = [*sorted({k for row in harmonics for k in row} - {width // 2}), width // 2]
    angle = 2 * np.pi / width * (np.outer(bins, np.arange(width)) % width)
    table = np.cos(angle).astype(np.float32), np.sin(angle).astype(np.float32)
    return [[bins.index(k) for k in row] for row in harmonics], table


def _stepping(whole: Samples) -> NDArray[np.bool_]:
    first = np.sort(whole[:, :_FIRST], axis=1)
    found: NDArray[np.bool_] = 1 + np.count_nonzero(np.diff(first, axis=1), axis=1) <= _LEVELS
    for k in np.flatnonzero(found).tolist():
        found[k] = 1 < np.unique(whole[k]).size <= _LEVELS
    return found


def likeness(samples: Samples) -> tuple[Samples, Samples]:
    """Compare channels in what is fast and their own: correlation and ratio of sizes of every pair.

    The second difference leaves little of mains and movement; from what is left of every pair, what it shares with the
    mean of the other channels is taken out (with two channels there is none).

    Parameters
    ----------
    samples : ndarray, shape (channels, n)

    Returns
    -------
    correlation, ratio : ndarray, shape (channels, channels)
        Partial correlation given the mean of the others, and the smaller over the larger standard deviation.
    """
    fast = np.diff(samples, 2, axis=1)
    n = len(fast)
    cov = fast @ fast.T / fast.shape[1]
    own, row = np.diag(cov), cov.sum(axis=1)
    one, other = own[:, None], own[None, :]
    least = np.finfo(float).tiny
    size = np.sqrt(np.maximum(own, 0.0))
    ratio = np.minimum.outer(size, size) / np.maximum(np.maximum.outer(size, size), least)
    if n > 2:
        # Sums over the others, from the sums over all.
        with_one = row[:, None] - one - cov
        with_other = row[None, :] - other - cov
        among = row.sum() - 2 * (row[:, None] + row[None, :]) + one + other + 2 * cov
        among = np.maximum(among, least)
        cov, one, other = (
            cov - with_one * with_other / among,
            one - with_one**2 / among,
            other - with_other**2 / among,
        )
    # Where the others explain all but rounding, nothing is left to compare.
    floor = 1e-9 * np.maximum(size, least) ** 2
    alone = np.sqrt(np.maximum(one, floor[:, None]) * np.maximum(other, floor[None, :]))
    return cov / np.maximum(alone, least), ratio
