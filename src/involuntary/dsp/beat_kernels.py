"""Compiled kernels that measure the contractions of clonus; `involuntary.detect._clonus.beats` is their slow twin."""

from __future__ import annotations

import math

import numpy as np
from numba import njit
from numpy.typing import NDArray

__all__ = ["beats"]

Samples = NDArray[np.float64]
Floats = NDArray[np.floating]
Indices = NDArray[np.intp]


@njit(cache=True, nogil=True, error_model="numpy")
def beats(
    wave: Floats, spans: Indices, rest: float, quiet: float, high: Samples, low: Samples, pad: int, widths: Indices,
    shares: Samples, above: Floats, table: Samples,
) -> int:  # fmt: skip
    """Write the contractions of each span; give their number.

    Parameters
    ----------
    wave : ndarray, shape (n,)
    spans : ndarray of int, shape (s, 2)
    rest, quiet : float
        Root mean square of rest in the wave, and in the band of the envelope.
    high, low : ndarray, shape (5,)
        Sections of that band, see `involuntary.dsp.fused.sections`.
    pad : int
        Samples to settle in.
    widths : ndarray of int, shape (5,)
        Half the triangle of the envelope, shortest and longest interval, half a contraction, half a potential.
    shares : ndarray, shape (4,)
        `start_share`, `end_share`, `rest_factor` and `peak_share` of the rule.
    above : ndarray, shape (n,)
        Written within the spans: the envelope above rest.
    table : ndarray, shape (most, 8)
        Written: number of the span, middle, start, stop, power, height, trough, share of a single potential.
    """
    half_triangle, apart, longest, half, narrow = widths
    found = 0
    for s in range(len(spans)):
        first, stop = spans[s]
        energy = np.empty(stop - first)
        for i in range(energy.size):
            energy[i] = float(wave[first + i])
        envelope = _band(energy, high, low, pad)
        for i in range(energy.size):
            energy[i] *= energy[i]
            envelope[i] *= envelope[i]
        envelope = _smoothed(envelope, half_triangle)
        for i in range(energy.size):
            envelope[i] = math.sqrt(max(envelope[i] - quiet * quiet, 0.0))
            above[first + i] = envelope[i]
        peaks = _peaks(envelope, quiet * shares[2], shares[3], apart, longest)
        if peaks.size:
            rows = table[found : found + peaks.size]
            _centred(peaks, envelope, half, longest, rows)
            _measured(envelope, energy, rest, shares, half, narrow, rows)
            rows[:, 0] = s
            rows[:, 1:4] += first
            found += peaks.size
    return found


@njit(cache=True, nogil=True, error_model="numpy")
def _band(samples: Samples, high: Samples, low: Samples, pad: int) -> Samples:
    n = samples.size
    pad = min(pad, n - 1)
    padded = np.empty(n + 2 * pad)
    for i in range(pad):
        padded[i] = 2 * samples[0] - samples[pad - i]
        padded[pad + n + i] = 2 * samples[n - 1] - samples[n - 2 - i]
    padded[pad : pad + n] = samples
    for _ in range(2):
        s0, s1, s2, s3 = 0.0, 0.0, 0.0, 0.0
        for i in range(padded.size):
            x = padded[i]
            y = high[0] * x + s0
            s0 = high[1] * x + s1 - high[3] * y
            s1 = high[2] * x - high[4] * y
            z = low[0] * y + s2
            s2 = low[1] * y + s3 - low[3] * z
            s3 = low[2] * y - low[4] * z
            padded[i] = z
        padded = padded[::-1].copy()
    return padded[pad : pad + n].copy()


@njit(cache=True, nogil=True, error_model="numpy")
def _smoothed(values: Samples, half: int) -> Samples:
    if half < 2:
        return values
    both = _running_mean(_running_mean(values, half, 0), half, 1)
    for i in range(both.size):
        both[i] = max(both[i], 0.0)
    return both


@njit(cache=True, nogil=True, error_model="numpy")
def _running_mean(values: Samples, width: int, lean: int) -> Samples:
    n, before = values.size, (width - 1 + lean) // 2
    after = width - before
    total, mean = np.empty(n + 1), np.empty(n)
    total[0] = 0.0
    for i in range(n):
        total[i + 1] = total[i] + values[i]
    for i in range(n):
        low, stop = max(i - before, 0), min(i + after, n)
        mean[i] = (total[stop] - total[low]) / (stop - low)
    return mean


@njit(cache=True, nogil=True, error_model="numpy")
def _peaks(above: Samples, least: float, share: float, apart: int, longest: int) -> Indices:
    n = above.size
    smooth = _smoothed(above * above, apart // 2)
    at, height, found = np.empty(n, np.intp), np.empty(n), 0
    for i in range(1, n - 1):
        if smooth[i] > smooth[i - 1] and smooth[i] >= smooth[i + 1]:
            most = np.max(above[max(i - apart // 2, 0) : i + apart // 2 + 1])
            if most > least:
                at[found], height[found] = i, most
                found += 1
    kept, tall = np.empty(found, np.intp), 0
    for k in range(found):
        most = height[k]
        for j in range(k, -1, -1):
            if at[k] - at[j] > longest:
                break
            most = max(most, height[j])
        for j in range(k + 1, found):
            if at[j] - at[k] > longest:
                break
            most = max(most, height[j])
        if height[k] > share * most:
            kept[tall] = at[k]
            tall += 1
    kept = kept[:tall]
    free = np.ones(tall, np.bool_)
    chosen = np.zeros(tall, np.bool_)
    for k in np.argsort(-smooth[kept], kind="mergesort"):
        if free[k]:
            chosen[k] = True
            for j in range(k, -1, -1):
                if kept[k] - kept[j] >= apart:
                    break
                free[j] = False
            for j in range(k + 1, tall):
                if kept[j] - kept[k] >= apart:
                    break
                free[j] = False
    return kept[chosen]


@njit(cache=True, nogil=True, error_model="numpy")
def _centred(peaks: Indices, above: Samples, half: int, longest: int, rows: Samples) -> None:
    """Write the middle of the energy between the troughs beside each peak, and the trough before it."""
    edges = np.empty(peaks.size + 1, np.intp)
    before = max(peaks[0] - longest, 0)
    for k in range(peaks.size):
        edges[k] = before + np.argmin(above[before : peaks[k]])
        rows[k, 6] = above[edges[k]]
        before = peaks[k]
    edges[0], edges[-1] = max(peaks[0] - longest, 0), above.size
    for k in range(peaks.size):
        low, high = max(edges[k], peaks[k] - 2 * half), min(edges[k + 1], peaks[k] + 2 * half)
        whole, moment = 0.0, 0.0
        for i in range(low, high):
            power = above[i] * above[i]
            whole += power
            moment += power * (i - low)
        rows[k, 1] = min(max(round(low + moment / max(whole, 1e-300)), low), high)


@njit(cache=True, nogil=True, error_model="numpy")
def _measured(
    above: Samples, energy: Samples, rest: float, shares: Samples, half: int, narrow: int, rows: Samples
) -> None:
    n, floor = above.size, rest * rest
    for k in range(len(rows)):
        middle = int(rows[k, 1])
        low, high = max(middle - half, 0), min(middle + half + 1, n)
        total, height, top = 0.0, 0.0, low
        for i in range(low, high):
            total += max(energy[i] - floor, 0.0)
            height = max(height, above[i])
            top = i if energy[i] > energy[top] else top
        passed, start, stop = 0.0, low, low + 1
        for i in range(low, high):
            if passed < shares[0] * total:
                start = i
            if passed < shares[1] * total:
                stop = i + 1
            passed += max(energy[i] - floor, 0.0)
        rows[k, 2], rows[k, 3] = start, stop
        rows[k, 4] = max(float(np.mean(energy[start:stop])) - floor, 0.0)
        rows[k, 5] = height
        near_low, near_high = max(top - narrow, low), min(top + narrow + 1, high)
        whole = np.sum(energy[low:high]) - (high - low) * floor
        near = np.sum(energy[near_low:near_high]) - (near_high - near_low) * floor
        rows[k, 7] = near / whole if whole > 0 else 1.0
