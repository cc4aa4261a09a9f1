"""Compiled kernels that measure bursts and their edges; `detect._jerk_rows` and `dsp.onset` are their slow twins."""

from __future__ import annotations

import math

import numpy as np
from numba import njit
from numpy.typing import NDArray

from involuntary.dsp.onset import EdgeRule

__all__ = ["measured", "stretch"]

Samples = NDArray[np.float64]
Floats = NDArray[np.floating]
Spans = NDArray[np.intp]


@njit(cache=True, nogil=True, error_model="numpy")
def stretch(values: Samples, top: int, rest: float, rule: EdgeRule) -> tuple[int, int, float]:
    """Give onset, end and how many times its energy is that of rest; see `involuntary.dsp.onset.likeliest_stretch`."""
    onset, stop = max(top - 1, 0), min(top + 2, values.size)
    for _ in range(rule.rounds):
        ratio = max(values[onset:stop].mean() / rest, rule.least_ratio)
        slope, fall = (1 - 1 / ratio) / rest, math.log(ratio)
        first, last, total, lowest, highest = 0, top + 1, 0.0, 0.0, -math.inf
        for i in range(values.size):
            total += values[i] * slope - fall
            if i < top and total <= lowest:
                first, lowest = i + 1, total
            elif i >= top and total > highest:
                last, highest = i + 1, total
        if first == onset and last == stop:
            break
        onset, stop = first, last
    return onset, stop, values[onset:stop].mean() / rest


@njit(cache=True, nogil=True, error_model="numpy")
def _energies(wave: Floats, lag: int, operator: Samples, square: Samples) -> None:
    """Write the Teager–Kaiser energy at a lag, zero at the ends, and the plain square."""
    n = wave.size
    for i in range(n):
        x = np.float64(wave[i])
        square[i] = x * x
        inside = lag <= i < n - lag
        operator[i] = x * x - np.float64(wave[i - lag]) * np.float64(wave[i + lag]) if inside else 0.0


@njit(cache=True, nogil=True, error_model="numpy")
def _calm_around(wave: Floats, held: Spans, i: int, reach: int, margin: int) -> Samples:
    """Give the samples around burst `i` that lie in no burst and near none."""
    low, high = max(held[i, 0] - reach, 0), min(held[i, 1] + reach, wave.size)
    out, n, at = np.empty(max(high - low, 0)), 0, low
    for j in range(np.searchsorted(held[:, 1], low - margin), len(held)):
        if held[j, 0] - margin >= high:
            break
        while at < held[j, 0] - margin:
            out[n] = wave[at]
            n += 1
            at += 1
        at = max(at, held[j, 1] + margin)
    while at < high:
        out[n] = wave[at]
        n += 1
        at += 1
    return out[:n]


@njit(cache=True, nogil=True, error_model="numpy")
def measured(
    wave: Floats, envelope: Floats, held: Spans, chosen: Spans, rate_hz: float, reach: Spans, least: float,
    rule: EdgeRule, table: Samples,
) -> None:  # fmt: skip
    """Write a row for each chosen burst.

    Parameters
    ----------
    wave, envelope : ndarray, shape (n,)
    held : ndarray of int, shape (b, 2)
        First sample of each burst and first after it, ascending.
    chosen : ndarray of int, shape (c,)
        Which of them to measure.
    rate_hz : float
        Samples a second.
    reach : ndarray of int, shape (6,)
        In samples: how far edges are sought, how far rest, and not so near a burst; lag of the energy operator; lag of
        a jump, and how much of the burst is looked at for one.
    least : float
        Least energy at rest over that of a burst, for signals without noise.
    rule : EdgeRule
        An argument, so that compiled code is never older than it.
    table : ndarray, shape (c, 8)
        Written, see `involuntary.detect._jerk_rows.measured`.
    """
    for row in range(chosen.size):
        i = chosen[row]
        calm = _calm_around(wave, held, i, reach[1], reach[2])
        quiet, still = np.empty(calm.size), np.empty(calm.size)
        _energies(calm, reach[3], quiet, still)
        at_rest = (quiet.mean() if calm.size else 0.0, still.mean() if calm.size else 0.0)
        onset, stop = _edges(wave, envelope, held, i, at_rest, reach, least, rule)
        burst = wave[onset:stop].astype(np.float64)
        operator, square = np.empty(burst.size), np.empty(burst.size)
        _energies(burst, reach[3], operator, square)
        table[row, 0], table[row, 1], table[row, 2] = onset, stop, onset + np.argmax(envelope[onset:stop])
        table[row, 3] = burst.max() - burst.min()
        table[row, 4], table[row, 5] = math.sqrt(square.mean()), math.sqrt(at_rest[1])
        table[row, 6] = _frequency(operator.mean() - at_rest[0], square.mean() - at_rest[1], rate_hz, reach[3])
        table[row, 7] = _jump(burst, reach[4], reach[5]) / table[row, 3]


@njit(cache=True, nogil=True, error_model="numpy")
def _edges(
    wave: Floats,
    envelope: Floats,
    held: Spans,
    i: int,
    at_rest: tuple[float, float],
    reach: Spans,
    least: float,
    rule: EdgeRule,
) -> tuple[int, int]:
    """Find onset and end, no further than halfway to the next burst on either side."""
    start, stop = held[i]
    low, high = max(start - reach[0], 0), min(stop + reach[0], wave.size)
    if i:
        low = max(low, (held[i - 1, 1] + start) // 2)
    if i + 1 < len(held):
        high = min(high, (held[i + 1, 0] + stop) // 2)
    operator, square = np.empty(high - low), np.empty(high - low)
    _energies(wave[low:high], reach[3], operator, square)
    floor, top = least * square.max(), np.argmax(envelope[start:stop]) + start - low
    first, last, ratio = stretch(operator, top, max(at_rest[0], floor), rule)
    if ratio < rule.strong_ratio:
        first, last, ratio = stretch(square, top, max(at_rest[1], floor), rule)
    return low + first, low + last


@njit(cache=True, nogil=True, error_model="numpy")
def _frequency(operator: float, square: float, rate_hz: float, lag: int) -> float:
    if square <= 0:
        return math.nan
    share = min(max(operator / (2 * square), 0.0), 1.0)
    return math.asin(math.sqrt(share)) * rate_hz / (2 * math.pi * lag)


@njit(cache=True, nogil=True, error_model="numpy")
def _jump(burst: Samples, lag: int, first: int) -> float:
    """Give the largest change within `lag` samples at the beginning."""
    largest = math.nan
    for i in range(min(first, burst.size - lag)):
        change = abs(burst[i + lag] - burst[i])
        largest = change if math.isnan(largest) else max(largest, change)
    return largest
