"""When responses begin: of one latency by their average, of one shape by theirs, the others one by one."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from involuntary.detect.sweeps import Sweeps
from involuntary.dsp.alike import Noise, moved, pooled, together, uncertain
from involuntary.dsp.latency import leave, main_peak
from involuntary.dsp.smooth import parabolic

__all__ = ["SMOOTH_S", "Timed", "each", "pieces_of", "shared"]

Floats = NDArray[np.float64]

# The half-width of the narrowest wave that surface electrodes see.
SMOOTH_S = 0.0015
# The baseline of a wave that begins with its window lies before it.
_LEVEL_S = 0.004
# Waves of one shape are laid over each other this finely.
_FINE_HZ = 20_000.0
# What is cut around the first peak of waves that may be alike, and how many of one shape have an average that is better
# known than each of them: engineering choices.
_AROUND_S, _FEWEST_ALIKE = 0.009, 3


class Timed(NamedTuple):
    """Latency in every sweep, its own error and the one that all share, how likely each shape is, and size.

    The size, peak to peak, is known of waves of one shape, by their average; the others have not-a-number.
    """

    latency_s: Floats
    error_s: Floats
    common_s: Floats
    likely: Floats
    size: Floats


def shared(
    sweeps: Sweeps, present: NDArray[np.bool_], amplitude: Floats, window_s: tuple[float, float], like: Floats | None
) -> Timed:
    """Give one latency for all, that of their average; stimuli fall between samples, so sweeps are moved by parts.

    Parameters
    ----------
    sweeps : Sweeps
    present : ndarray of bool, shape (k,)
        Sweeps that have the wave.
    amplitude : ndarray, shape (k,)
        By which they count.
    window_s : (float, float)
        Between which times from the stimulus it is sought.
    like : ndarray or None
        See `involuntary.dsp.latency.leave`.
    """
    rate, rows = sweeps.rate_hz, np.flatnonzero(present)
    # The baseline lies before the window.
    pieces, later, offset = pieces_of(sweeps, rows, window_s[0] - _LEVEL_S, window_s[1])
    # What an earlier wave still swings under is known less well.
    noise = _around(sweeps, window_s[0]).size[rows]
    rough = noise / float(np.median(noise)) if np.median(noise) > 0 else np.ones(rows.size)
    pieces = pieces / rough[:, None]
    average = np.average(moved(pieces, -later), axis=0, weights=amplitude[rows] / rough)
    every = pooled(pieces, later, average, _finer(rate))
    first = max(round((window_s[0] - offset) * rate), 0)
    latency, error = np.full(present.size, np.nan), np.full(present.size, np.nan)
    peak = main_peak(parabolic(average, rate, SMOOTH_S), first, average.size)
    found = leave(average, rate, peak, first, 0, every, like)
    latency[rows], error[rows] = offset + found.place / rate, found.error / rate
    return Timed(latency, error, error, found.likely, np.full(present.size, np.nan))


def pieces_of(sweeps: Sweeps, rows: NDArray[np.intp], from_s: float, to_s: float) -> tuple[Floats, Floats, float]:
    """Give the part of some sweeps between two times from the stimulus.

    Returns
    -------
    pieces : ndarray, shape (rows, n)
    later : ndarray, shape (rows,)
        Samples by which what comes at one time from the stimulus lies later in a piece than in the mean of all: stimuli
        fall between samples.
    offset : float
        Time of the first sample from the stimulus, in that mean.
    """
    starts = np.array([sweeps.at(int(i), from_s) for i in rows])
    length = min(sweeps.samples.shape[1] - int(starts.max()), round((to_s - from_s) * sweeps.rate_hz))
    pieces = np.array([sweeps.samples[i, a : a + length] for i, a in zip(rows, starts, strict=True)])
    begin = sweeps.first_s[rows] + starts / sweeps.rate_hz
    offset = float(np.mean(begin))
    return pieces, (offset - begin) * sweeps.rate_hz, offset


def _finer(rate: float) -> int:
    return max(round(_FINE_HZ / rate), 1)


def _aligned(
    samples: Floats, rows: NDArray[np.intp], top: NDArray[np.intp], noise: Noise, around: int, narrow: int
) -> tuple[Floats, NDArray[np.intp], Floats, Floats, NDArray[np.bool_]]:
    """Average waves of one shape; their tops move to where they are alike: noise moves a flat peak and its window."""
    limit = samples.shape[1] - around - 1
    for _ in range(4):
        cut = np.array([samples[i, t - around : t + around + 1] for i, t in zip(rows, top, strict=True)])
        average, shift, same = together(cut, noise, narrow)
        better = np.clip(top + np.where(same, np.rint(shift), 0.0).astype(np.intp), around, limit)
        if np.array_equal(better, top):
            break
        top = better
    return cut, top, average, shift, same


def _sizes(sweeps: Sweeps, rows: NDArray[np.intp], top: NDArray[np.intp], shift: Floats, around: int) -> Floats:
    """Give the sizes of waves of one shape, peak to peak, as shares of their average, to which noise adds little."""
    reach = min(2 * around, sweeps.samples.shape[1] - 1 - int(top.max()))
    cut = np.array([sweeps.samples[i, t - around : t + reach + 1] for i, t in zip(rows, top, strict=True)])
    waves = moved(cut, -shift)
    average = waves.mean(axis=0)
    share: Floats = waves @ average / max(float(average @ average), np.finfo(np.float64).tiny)
    return share * float(np.ptp(parabolic(average, sweeps.rate_hz, SMOOTH_S)))


def _around(sweeps: Sweeps, from_s: float) -> Noise:
    """Give the noise of every sweep as it is just before a window, where an earlier wave may still swing."""
    before = [sweeps.window(i, max(from_s - _LEVEL_S, 0.0), from_s) for i in range(len(sweeps.rows))]
    size = np.maximum(sweeps.noise, [float(np.std(one)) if one.size > 2 else 0.0 for one in before])
    return sweeps.quiet()._replace(size=size)


def each(
    sweeps: Sweeps, present: NDArray[np.bool_], peaks: NDArray[np.intp], from_s: float, like: Floats | None
) -> Timed:
    """Give each wave its latency: those of one shape that of their average, moved to each; the others their own.

    Parameters
    ----------
    sweeps : Sweeps
    present : ndarray of bool, shape (k,)
        Sweeps that have a wave.
    peaks : ndarray of int, shape (k,)
        Its first large peak, in samples from `from_s` on.
    from_s : float
        Time from the stimulus from which waves are sought.
    like : ndarray or None
        See `involuntary.dsp.latency.leave`.
    """
    rate, around = sweeps.rate_hz, round(_AROUND_S * sweeps.rate_hz)
    latency, error, common, size = np.full((4, present.size), np.nan)
    rows = np.flatnonzero(present)
    top = np.array([sweeps.at(int(i), from_s) + int(peaks[i]) for i in rows], dtype=np.intp)
    earliest = np.array([sweeps.at(int(i), max(from_s - _LEVEL_S, 0.002)) for i in rows], dtype=np.intp)
    noise, narrow = _around(sweeps, from_s), round(SMOOTH_S * rate)
    left = np.flatnonzero((top >= around) & (top + around < sweeps.samples.shape[1]))
    # Shape by shape, the most frequent first.
    while left.size >= _FEWEST_ALIKE:
        own = rows[left]
        mine = noise._replace(size=noise.size[own])
        waves, near, average, shift, same = _aligned(sweeps.samples, own, top[left], mine, around, narrow)
        if np.count_nonzero(same) < _FEWEST_ALIKE:
            break
        first = max(int(np.max(earliest[left][same] - near[same])) + around, 0)
        peak = main_peak(parabolic(average, rate, SMOOTH_S), around // 2, around + around // 2)
        every = pooled(waves[same], shift[same], average, _finer(rate))
        found = leave(average, rate, peak, first, None, every, like)
        # What begins like the average of many is taken to be known from it.
        like = found.likely if like is None else like
        place = near[same] - around + found.place + shift[same]
        latency[own[same]], common[own[same]] = sweeps.first_s[own[same]] + place / rate, found.error / rate
        mine = noise._replace(size=noise.size[own[same]])
        size[own[same]] = _sizes(sweeps, own[same], near[same], shift[same], around)
        error[own[same]] = uncertain(waves[same], parabolic(average, rate, SMOOTH_S), mine) / rate
        left = left[~same]
    for i, t, e in zip(rows.tolist(), top.tolist(), earliest.tolist(), strict=True):
        if not np.isfinite(latency[i]):
            found = leave(sweeps.samples[i], rate, t, e, like=like)
            latency[i], error[i] = sweeps.first_s[i] + found.place / rate, found.error / rate
            common[i] = 0.0
    return Timed(latency, error, common, np.empty(0) if like is None else like, size)
