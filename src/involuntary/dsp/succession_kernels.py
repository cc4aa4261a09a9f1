"""Compiled steps of `involuntary.dsp.succession`: even successions tried everywhere, and one settled to fit best."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from involuntary.dsp.unmix_kernels import solved

__all__ = ["cost_and_slopes", "even", "settled"]

Samples = NDArray[np.float64]

_COARSEST = 0.01  # an interval is tried in steps of half a sample, or of this share of it
_LEAST_ENERGY = 0.05  # of one copy: successions that cancel more are not tried
_LIMIT = 0.4  # of the interval: no discharge moves further at once
_SMALLEST = 0.2  # of the waveform's size
_ENOUGH = 0.01  # nats
_HEAVIEST = 1e4


@njit(cache=True, nogil=True, error_model="numpy")
def even(match: Samples, own: Samples, shortest: float, longest: float, most: int) -> Samples:
    """Give where, how far apart and how large the even succession of each count is that matches best.

    Parameters
    ----------
    match : ndarray, shape (m,)
        Products of the stretch with the waveform at every shift.
    own : ndarray, shape (length,)
        Products of the waveform with itself, from no shift on.
    shortest, longest : float
        Interval, in samples.
    most : int

    Returns
    -------
    ndarray, shape (most, 4)
        For 1, 2, … copies: the first's shift, the interval, the gain, and the energy that they explain, 0 where none.
    """
    out = np.zeros((most, 4))
    for count in range(1, most + 1):
        step = shortest
        while step <= longest and (count - 1) * step < match.size - 1:
            energy = count * own[0]
            for k in range(1, count):
                lag = int(k * step)
                if lag + 1 < own.size:
                    part = k * step - lag
                    energy += 2 * (count - k) * ((1 - part) * own[lag] + part * own[lag + 1])
            if energy > _LEAST_ENERGY * own[0]:
                _best_shift(match, count, step, energy, out[count - 1])
            if count == 1:
                break
            step += max(0.5, _COARSEST * step)
    return out


@njit(cache=True, nogil=True, error_model="numpy")
def _best_shift(match: Samples, count: int, step: float, energy: float, best: Samples) -> None:
    for shift in range(int(match.size - 1 - (count - 1) * step)):
        total = 0.0
        for k in range(count):
            place = int(shift + k * step)
            part = shift + k * step - place
            total += (1 - part) * match[place] + part * match[place + 1]
        if total > 0 and total * total / energy > best[3]:
            best[0], best[1], best[2], best[3] = shift, step, total / energy, total * total / energy


@njit(cache=True, nogil=True, error_model="numpy")
def _rows(samples: Samples, fine: Samples, over: int, at: Samples, gains: Samples, rows: Samples) -> Samples:
    """Fill in the slope of every copy by its time and by its gain; give what the copies leave."""
    n, middle = at.size, (fine.size - 1) // 2
    left = samples.copy()
    rows[:] = 0.0
    for k in range(n):
        reach = (middle - 2) / over
        for i in range(max(int(at[k] - reach), 0), min(int(at[k] + reach) + 1, samples.size)):
            place = (i - at[k]) * over + middle
            j = int(np.floor(place))
            if j >= 1 and j + 2 < fine.size:
                part = place - j
                copy = (1 - part) * fine[j] + part * fine[j + 1]
                before, after = fine[j + 1] - fine[j - 1], fine[j + 2] - fine[j]
                rows[k, i] = -gains[k] * 0.5 * over * ((1 - part) * before + part * after)
                rows[n + k, i] = copy
                left[i] -= gains[k] * copy
    return left


@njit(cache=True, nogil=True, error_model="numpy")
def _expected(at: Samples, gains: Samples, spread: Samples, bend: Samples, slope: Samples) -> float:
    """Add what is expected of times and gains to the second and first derivatives; give its cost."""
    n, cost = at.size, 0.5 * float((gains[0] - 1) / spread[0]) ** 2
    bend[n, n] += 1 / spread[0] ** 2
    slope[n] -= (gains[0] - 1) / spread[0] ** 2
    weight = 1 / spread[1] ** 2
    for k in range(n + 1, 2 * n):
        change = gains[k - n] - gains[k - n - 1] - spread[3]
        cost += 0.5 * weight * change * change
        bend[k, k] += weight
        bend[k - 1, k - 1] += weight
        bend[k, k - 1] -= weight
        bend[k - 1, k] -= weight
        slope[k] -= weight * change
        slope[k - 1] += weight * change
    weight, signs = 1 / spread[2] ** 2, np.array([1.0, -2.0, 1.0])
    for k in range(n - 2):
        change = at[k] - 2 * at[k + 1] + at[k + 2]
        cost += 0.5 * weight * change * change
        for i in range(3):
            slope[k + i] -= weight * change * signs[i]
            for j in range(3):
                bend[k + i, k + j] += weight * signs[i] * signs[j]
    return cost


@njit(cache=True, nogil=True, error_model="numpy")
def cost_and_slopes(
    samples: Samples, fine: Samples, over: int, at: Samples, gains: Samples, variance: float, spread: Samples
) -> tuple[float, float, Samples, Samples]:
    """Give the cost of a succession in nats, the energy that it leaves, and its derivatives.

    Parameters
    ----------
    samples : ndarray, shape (n,)
    fine : ndarray, shape (2 m + 1,)
        The waveform, `over` times as dense as the samples, its own time in the middle.
    over : int
    at, gains : ndarray, shape (k,)
        Times in samples, and sizes.
    variance : float
        Of the noise.
    spread : ndarray, shape (4,)
        Expected deviation of the first gain from 1, of a gain's change from the one before, of an interval from the one
        before; and the change of a gain that is expected.

    Returns
    -------
    cost, left : float
    bend : ndarray, shape (2 k, 2 k)
        Second derivatives of the cost after Gauss and Newton, times first.
    slope : ndarray, shape (2 k,)
        The way down.
    """
    rows = np.empty((2 * at.size, samples.size))
    left = _rows(samples, fine, over, at, gains, rows)
    bend, slope = rows @ rows.T / variance, rows @ left / variance
    energy = float(np.sum(left * left))
    expected = float(_expected(at, gains, spread, bend, slope))
    return 0.5 * energy / variance + expected, energy, bend, slope


@njit(cache=True, nogil=True, error_model="numpy")
def _allowed(at: Samples, gains: Samples, least: float) -> bool:
    fine = gains[0] >= _SMALLEST
    for k in range(1, at.size):
        fine = fine and gains[k] >= _SMALLEST and at[k] - at[k - 1] >= least
    return bool(fine)


@njit(cache=True, nogil=True, error_model="numpy")
def settled(
    samples: Samples,
    fine: Samples,
    over: int,
    at: Samples,
    gains: Samples,
    variance: float,
    spread: Samples,
    least: float,
    rounds: int,
) -> tuple[float, float, float, float, Samples, Samples]:
    """Move and size copies so that they cost least, after Levenberg and Marquardt.

    Parameters as of `cost_and_slopes`; no copy follows another sooner than `least` samples.

    Returns
    -------
    cost, left : float
        Infinite if the copies at the start are nearer to each other than that, or too small.
    log_determinant : float
        Of the second derivatives.
    length_variance : float
        Of the time from the first copy to the last, squared samples; 0 for one.
    at, gains : ndarray, shape (k,)
    """
    n, damping = at.size, 1e-3
    if not _allowed(at, gains, least):
        return np.inf, np.inf, 0.0, 0.0, at, gains
    far = _LIMIT * max((at[-1] - at[0]) / max(n - 1, 1), least)
    cost, left, bend, slope = cost_and_slopes(samples, fine, over, at, gains, variance, spread)
    for _ in range(rounds):
        damped = bend.copy()
        for i in range(2 * n):
            damped[i, i] *= 1 + damping
        step = solved(damped, slope)
        new_at, new_gains = at + np.clip(step[:n], -far, far), gains + step[n:]
        if _allowed(new_at, new_gains, least):
            found = cost_and_slopes(samples, fine, over, new_at, new_gains, variance, spread)
        else:
            found = (np.inf, left, bend, slope)
        if found[0] < cost:
            gained = cost - found[0]
            at, gains, damping = new_at, new_gains, max(damping / 5, 1e-6)
            cost, left, bend, slope = found
            if gained < _ENOUGH:
                break
        else:
            damping *= 8
            if damping > _HEAVIEST:
                break
    return cost, left, _log_determinant(bend), _length_variance(bend), at, gains


@njit(cache=True, nogil=True, error_model="numpy")
def _length_variance(bend: Samples) -> float:
    """Give the variance of the last time less the first, from the second derivatives by times and gains."""
    n = len(bend) // 2
    if n == 1:
        return 0.0
    ends = np.zeros(2 * n)
    ends[0], ends[n - 1] = -1.0, 1.0
    found = solved(bend, ends)
    return float(max(found[n - 1] - found[0], 0.0))


@njit(cache=True, nogil=True, error_model="numpy")
def _log_determinant(matrix: Samples) -> float:
    n = len(matrix)
    factor, total = np.zeros((n, n)), 0.0
    for i in range(n):
        for j in range(i + 1):
            value = matrix[i, j]
            for k in range(j):
                value -= factor[i, k] * factor[j, k]
            factor[i, j] = value / factor[j, j] if j < i else np.sqrt(max(value, 1e-12 * matrix[i, i] + 1e-300))
        total += 2 * np.log(factor[i, i])
    return total
