"""The heart in a muscle's signal: where it beats, what a beat looks like, and the signal without it."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from involuntary.dsp.bands import zero_phase
from involuntary.dsp.noise import row_medians
from involuntary.dsp.peaks import highest_apart

__all__ = ["Beats", "average_beat", "find_beats", "reach_s", "slowed"]

Samples = NDArray[np.float64]

SLOW_HZ = 250.0  # a QRS complex holds next to nothing above half of this
_QRS_HZ = (8.0, 30.0)
_HALF_S = 0.06  # of the shape that is looked for
_REFRACTORY_S = 0.25
_ROUNDS = 3
_FEWEST = 8


@dataclass(frozen=True, slots=True, eq=False)
class Beats:
    """Where one shape comes again and again.

    Attributes
    ----------
    position : ndarray of float64, shape (n,)
        Middle of each QRS complex, in samples of the signal that was looked at.
    steadiness : float
        Share of the intervals within 15 % of the median of the nine around them.
    likeness : float
        Share of the beats whose height lies within 30 % of the median.
    resemblance : float
        Median correlation of the beats with their median shape.
    prominence : float
        Median height over the robust standard deviation of the matched signal away from the beats.
    """

    position: Samples
    steadiness: float
    likeness: float
    resemblance: float
    prominence: float


def slowed(samples: Samples, rate_hz: float) -> tuple[Samples, float]:
    """Give means of as many samples as bring the rate near 250 Hz, and the rate that results."""
    step = max(int(rate_hz / SLOW_HZ), 1)
    n = samples.size // step
    slow: Samples = samples[: n * step].reshape(n, step).mean(axis=1)
    return slow, rate_hz / step


def find_beats(slow: Samples, rate_hz: float) -> Beats | None:
    """Look for a shape as wide as a QRS complex that stands out again and again; None where nothing does.

    The highest deflections between 8 and 30 Hz give a first shape (their median); what matches it best, at most
    once in 0.25 s, gives the next.

    Parameters
    ----------
    slow : ndarray, shape (n,)
        As `slowed` gives it; a minute or so.
    rate_hz : float
        Its rate.
    """
    half, apart = round(_HALF_S * rate_hz), round(_REFRACTORY_S * rate_hz)
    if slow.size < 8 * apart:
        return None
    y = zero_phase(slow, rate_hz, *_QRS_HZ)
    up, down = (float(np.median(_highest(sign * y, apart))) for sign in (1, -1))
    matched = y if up >= down else -y
    window = np.arange(-half, half + 1)
    for _ in range(_ROUNDS):
        at = _inside(_peaks(matched, apart), half, y.size)
        if at.size < _FEWEST:
            return None
        # The median, so that a glitch or a pop is not the shape.
        shape = np.median(y[at[:, None] + window], axis=0)
        matched = np.correlate(y, shape / max(float(np.linalg.norm(shape)), np.finfo(float).tiny), mode="same")
    at = _inside(_peaks(matched, apart), half, y.size)
    if at.size < _FEWEST:
        return None
    beats = y[at[:, None] + window]
    size = np.maximum(np.linalg.norm(beats, axis=1), np.finfo(float).tiny)
    return _described(matched, at, half, float(np.median(matched[at] / size)))


def _inside(at: NDArray[np.intp], half: int, n: int) -> NDArray[np.intp]:
    return at[(at >= half) & (at < n - half)]


def _highest(y: Samples, apart: int) -> Samples:
    """Give the highest value of each stretch of four times the shortest interval."""
    n = y.size // (4 * apart)
    highest: Samples = y[: n * 4 * apart].reshape(n, -1).max(axis=1)
    return highest


def _peaks(y: Samples, apart: int) -> NDArray[np.intp]:
    """Give the peaks above half of the usual highest; of two that lie close, the higher."""
    lowest = 0.5 * float(np.median(_highest(y, apart)))
    at = np.flatnonzero((y[1:-1] > y[:-2]) & (y[1:-1] >= y[2:]) & (y[1:-1] > lowest)) + 1
    return at[highest_apart(at, y[at], apart)]


def _described(matched: Samples, at: NDArray[np.intp], half: int, resemblance: float) -> Beats:
    height = matched[at]
    before, after = matched[at - 1], matched[at + 1]
    # The vertex of the parabola through a peak and its neighbours.
    position = at + 0.5 * (before - after) / np.minimum(before - 2 * height + after, -np.finfo(float).tiny)
    interval = np.diff(position)
    around = np.pad(interval, 4, mode="reflect")
    local = row_medians(np.lib.stride_tricks.sliding_window_view(around, 9)[: interval.size])
    away = np.ones(matched.size, dtype=np.bool_)
    away[np.clip(at[:, None] + np.arange(-2 * half, 2 * half + 1), 0, matched.size - 1)] = False
    rest = np.abs(matched[away]) if np.any(away) else np.abs(matched)
    usual, spread = float(np.median(height)), 1.4826 * float(np.median(rest))
    return Beats(
        position,
        float(np.mean(np.abs(interval - local) <= 0.15 * local)),
        float(np.mean(np.abs(height - usual) <= 0.3 * usual)),
        resemblance,
        usual / spread if spread > 0 else math.inf,
    )


def reach_s(interval_s: float) -> tuple[float, float]:
    """Give how far a beat reaches before and after its QRS complex: P to T wave, less where beats follow fast."""
    return min(0.25, 0.35 * interval_s), min(0.45, 0.65 * interval_s)


def average_beat(beats: Samples, taper: int) -> Samples:
    """Average beats, bring both ends to zero, and let them in and out gently.

    A beat under a contraction weighs less: by the inverse of its mean squared distance from the plain average.

    Parameters
    ----------
    beats : ndarray, shape (beats, n)
        Aligned at their QRS complexes.
    taper : int
        Samples of the rise and of the fall.

    Returns
    -------
    ndarray, shape (n,)
    """
    n = beats.shape[1]
    level = beats - beats.mean(axis=1, keepdims=True)
    apart = np.mean((level - level.mean(axis=0)) ** 2, axis=1)
    weight = 1 / np.maximum(apart, np.finfo(float).tiny)
    mean = weight / weight.sum() @ level
    edge = max(min(taper, n // 4), 1)
    mean -= np.linspace(mean[:edge].mean(), mean[-edge:].mean(), n)
    ramp = 0.5 - 0.5 * np.cos(np.pi * (np.arange(edge) + 0.5) / edge)
    mean[:edge] *= ramp
    mean[-edge:] *= ramp[::-1]
    shape: Samples = mean
    return shape
