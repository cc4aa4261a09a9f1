"""Compiled kernels, imported only for long recordings; each has a slow twin in NumPy that tests hold it to."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

__all__ = ["LANES", "band_envelope", "extents", "shapes"]

LANES = 32  # stretches of a channel that are filtered side by side, to fill the vector registers

Samples = NDArray[np.float64]
Indices = NDArray[np.intp]


@njit(cache=True, nogil=True, error_model="numpy")
def band_envelope(
    padded: Samples, pad: int, high: Samples, low: Samples, half: int, work: Samples, wave: Samples, envelope: Samples
) -> None:
    """Filter forwards and backwards and take the envelope, `LANES` stretches at a time.

    Parameters
    ----------
    padded : ndarray, shape (LANES · length + 2 · pad,)
        Samples with what the filters need to settle before and after.
    pad : int
        Samples to settle in, more than `half`.
    high, low : ndarray, shape (5,)
        b0, b1, b2, a1, a2 of the high-pass and of the low-pass.
    half : int
        Half the width of the envelope's triangle in samples.
    work : ndarray, shape (2, length + 2 · pad, LANES)
        Overwritten.
    wave, envelope : ndarray, shape (LANES · length,)
        Written.
    """
    lane, mean = work[0], work[1]
    m = lane.shape[0]
    length = m - 2 * pad
    for i in range(m):
        for j in range(LANES):
            lane[i, j] = padded[j * length + i] - padded[j * length]
    for backwards in (False, True):
        _pass(lane, high, low, np.zeros((4, LANES)), backwards)
    _mean_square(lane, half, mean, pad - half, pad + length + half)
    before, after = half // 2, half - half // 2
    total, share = np.zeros(LANES), 1.0 / half
    for i in range(pad - before, pad + after - 1):
        for j in range(LANES):
            total[j] += mean[i, j]
    for i in range(length):
        for j in range(LANES):
            total[j] += mean[pad + i + after - 1, j]
            wave[j * length + i] = lane[pad + i, j]
            envelope[j * length + i] = np.sqrt(max(total[j] * share, 0.0))
            total[j] -= mean[pad + i - before, j]


@njit(cache=True, nogil=True, error_model="numpy")
def _pass(lane: Samples, high: Samples, low: Samples, state: Samples, backwards: bool) -> None:
    """Run both second-order sections over all lanes in place (transposed direct form II)."""
    m = lane.shape[0]
    hb0, hb1, hb2, ha1, ha2 = high[0], high[1], high[2], high[3], high[4]
    lb0, lb1, lb2, la1, la2 = low[0], low[1], low[2], low[3], low[4]
    for k in range(m):
        i = m - 1 - k if backwards else k
        for j in range(LANES):
            x = lane[i, j]
            y = hb0 * x + state[0, j]
            state[0, j] = hb1 * x - ha1 * y + state[1, j]
            state[1, j] = hb2 * x - ha2 * y
            z = lb0 * y + state[2, j]
            state[2, j] = lb1 * y - la1 * z + state[3, j]
            state[3, j] = lb2 * y - la2 * z
            lane[i, j] = z


@njit(cache=True, nogil=True, error_model="numpy")
def _mean_square(lane: Samples, width: int, out: Samples, start: int, stop: int) -> None:
    """Write the mean square of `width` rows around each row from `start` to `stop`, leaning back where even."""
    before = (width - 1) // 2
    after = width - before
    total, share = np.zeros(LANES), 1.0 / width
    for i in range(start - before, start + after - 1):
        for j in range(LANES):
            total[j] += lane[i, j] * lane[i, j]
    for i in range(start, stop):
        for j in range(LANES):
            total[j] += lane[i + after - 1, j] * lane[i + after - 1, j]
            out[i, j] = total[j] * share
            total[j] -= lane[i - before, j] * lane[i - before, j]


@njit(cache=True, nogil=True, error_model="numpy")
def extents(
    wave: Samples, peaks: Indices, bounds: Indices, threshold: Samples, gap: int, core: int, spans: Indices
) -> None:
    """Write onset and end of each event: the stretches above its threshold that come near its peak.

    Parameters
    ----------
    wave : ndarray, shape (n,)
    peaks, threshold : ndarray, shape (e,)
    bounds : ndarray, shape (e, 2)
        How far each may extend.
    gap, core : int
        Shorter gaps are closed; a stretch within `core` samples of the peak belongs to it.
    spans : ndarray, shape (e, 2)
        Written; the peak alone where nothing is above.
    """
    for k in range(peaks.size):
        peak, level = peaks[k], threshold[k]
        first, last = peak, peak + 1
        found = False
        start, stop = -1, -1
        for i in range(bounds[k, 0], bounds[k, 1] + 1):
            above = i < bounds[k, 1] and abs(wave[i]) > level
            if start >= 0 and (i == bounds[k, 1] or (above and i - stop > gap)):
                if stop >= peak - core and start < peak + core:
                    first, last, found = (first if found else start), stop, True
                start = -1
            if above:
                start = i if start < 0 else start
                stop = i + 1
        spans[k, 0], spans[k, 1] = first, last


@njit(cache=True, nogil=True, error_model="numpy")
def shapes(wave: Samples, spans: Indices, threshold: Samples, turn: Samples, out: Samples) -> None:
    """Write amplitude, area, phases, turns and position of the largest deflection of each event, shape (e, 5)."""
    for k in range(spans.shape[0]):
        start, stop = spans[k, 0], spans[k, 1]
        lowest, highest, area, top = wave[start], wave[start], 0.0, start
        low, high, sign, phases, turns, rising = wave[start], wave[start], 0, 0, 0, 0
        for i in range(start, stop):
            x = wave[i]
            lowest, highest, area = min(lowest, x), max(highest, x), area + abs(x)
            if abs(x) > abs(wave[top]):
                top = i
            if abs(x) > threshold[k]:
                now = 1 if x > 0 else -1
                phases += now != sign
                sign = now
            low, high = min(low, x), max(high, x)
            if rising != 1 and x - low >= turn[k]:
                turns += rising == -1
                rising, high = 1, x
            elif rising != -1 and high - x >= turn[k]:
                turns += rising == 1
                rising, low = -1, x
        out[k, 0], out[k, 1], out[k, 2], out[k, 3], out[k, 4] = highest - lowest, area, phases, turns, top - start
