"""Compiled kernels that look closely at candidates of events; imported only for long recordings.

Each has a slow twin in NumPy in the detector that calls it. The envelope and the band may be of single precision.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from involuntary.dsp.vectors import WIDTH, aligned, load, root, splat, store

__all__ = [
    "ADDED_ALIKE",
    "edges",
    "extents",
    "flat_envelope",
    "jumps",
    "lit",
    "means",
    "nearest",
    "pair_sums",
    "pairs",
    "separate",
    "shapes",
    "tops",
    "valleys",
]

Samples = NDArray[np.float64]
Floats = NDArray[np.floating]
Indices = NDArray[np.intp]

ADDED_ALIKE = 128  # numbers that NumPy adds without halving them first


@njit(cache=True, nogil=True, error_model="numpy")
def tops(envelope: Floats, least: float, out: Indices) -> int:
    """Write the peaks above `least`, of level ones the first sample; give their number, for which there may be no room.

    The first and the last sample are none.
    """
    found, size = 0, 64
    for first in range(1, envelope.size - 1, size):
        stop = min(first + size, envelope.size - 1)
        # Most stretches hold none, which is told without a branch for each sample.
        part, above = envelope[first:stop], 0
        for i in range(part.size):
            above += 1 if part[i] > least else 0
        if above == 0:
            continue
        for i in range(first, stop):
            x = envelope[i]
            if x > least and x > envelope[i - 1] and x >= envelope[i + 1]:
                if found < out.size:
                    out[found] = i
                found += 1
    return found


@njit(cache=True, nogil=True, error_model="numpy")
def flat_envelope(wave: Floats, share: Samples, hop: int, lag: int, half: int, out: Floats) -> None:
    """Write the envelope of what is left of a wave when what one `lag` before foresees is taken off.

    `involuntary.dsp.colour.flattened` and `involuntary.dsp.envelope.rms_envelope` are its slow twins, but for the first
    and the last `half` samples, which are left as they are; `half`, of the triangle, is at least 2.
    """
    most, number = 2048, wave.dtype.type
    room = most + 2 * half + 2 * WIDTH
    kept, once, twice = aligned(room, wave.dtype), aligned(room, wave.dtype), aligned(room, wave.dtype)
    for first in range(half - 1, wave.size - half + 1, most):
        # A triangle is a running sum of a running sum; the first of these begins half a triangle before.
        start, count = first - half + 1, min(most, wave.size - half + 1 - first)
        stop = start + count + 2 * half - 2
        at = start
        while at < stop:
            k = at // hop
            end = min(stop, (k + 1) * hop)
            low, high = share[min(max(k - 1, 0), share.size - 1)], share[min(k, share.size - 1)]
            rise = (high - low) / hop
            _flat_squares(wave, at, end, lag, number(low + rise * (at - k * hop)), number(rise), kept, at - start)
            at = end
        _summed(kept, half, once, stop - start)
        _summed(once, half, twice, stop - start - half + 1)
        for i in range(0, count - WIDTH + 1, WIDTH):
            store(out, first + i, root(load(twice, i)) * splat(number(1 / half)))
        for i in range(count - count % WIDTH, count):
            out[first + i] = np.sqrt(twice[i]) * number(1 / half)


@njit(cache=True, nogil=True, error_model="numpy")
def _flat_squares(wave: Floats, at: int, end: int, lag: int, share: Any, rise: Any, out: Floats, place: int) -> None:
    """Write the squares of samples `at` to `end` less a share, which rises, of the ones `lag` before."""
    ramp = np.arange(WIDTH).astype(wave.dtype)
    while at < end and (at < lag or end - at < WIDTH):
        x = wave[at] - share * wave[at - lag] if at >= lag else wave[at]
        out[place] = x * x
        at, place, share = at + 1, place + 1, share + rise
    whole = max(end - at, 0) // WIDTH * WIDTH
    slope = splat(rise) * load(ramp, 0)
    for i in range(0, whole, WIDTH):
        shares = splat(share + rise * wave.dtype.type(i)) + slope
        now = load(wave, at + i) - shares * load(wave, at + i - lag)
        store(out, place + i, now * now)
    share += rise * wave.dtype.type(whole)
    for i in range(whole, end - at):
        x = wave[at + i] - share * wave[at + i - lag]
        out[place + i] = x * x
        share += rise


@njit(cache=True, nogil=True, error_model="numpy")
def _summed(values: Floats, width: int, out: Floats, n: int) -> None:
    """Write the sums of so many values in a row, n - width + 1 of them, by doubling; the values are overwritten.

    Both have room for `WIDTH` more.
    """
    count, done, wide, left = n - width + 1, 0, 1, width
    for i in range(0, count, WIDTH):
        store(out, i, splat(values.dtype.type(0)))
    while left:
        if left & 1:
            for i in range(0, count, WIDTH):
                store(out, i, load(out, i) + load(values, done + i))
            done += wide
        left >>= 1
        if left:
            for i in range(0, n - 2 * wide + 1, WIDTH):
                store(values, i, load(values, i) + load(values, i + wide))
        wide *= 2


@njit(cache=True, nogil=True, error_model="numpy")
def pairs(wave: Floats, hop: int, lag: int, step: int, before: Floats, here: Floats) -> None:
    """Write every so many samples of each hop, and those `lag` after them, one hop a row."""
    for w in range(here.shape[0]):
        part, first, second = wave[w * hop : (w + 1) * hop], before[w], here[w]
        for i in range(first.size):
            first[i], second[i] = part[i * step], part[i * step + lag]


@njit(cache=True, nogil=True, error_model="numpy", fastmath={"reassoc", "nnan", "nsz"})
def pair_sums(before: Floats, here: Floats, reach: Samples, out: Samples) -> None:
    """Write, shape (3, w), the sums of products of two rows, each cut to its reach, and of the squares of either."""
    for w in range(here.shape[0]):
        both, first, second, most = 0.0, 0.0, 0.0, reach[w]
        for i in range(here.shape[1]):
            x = min(max(np.float64(before[w, i]), -most), most)
            y = min(max(np.float64(here[w, i]), -most), most)
            both, first, second = both + x * y, first + x * x, second + y * y
        out[0, w], out[1, w], out[2, w] = both, first, second


@njit(cache=True, nogil=True, error_model="numpy")
def separate(envelope: Floats, peaks: Indices, refractory: float, valley: float, kept: Indices) -> int:
    """Write the peaks that lie apart and have a valley between them, of others the larger; give their number."""
    n = 0
    for peak in peaks:
        if n:
            last = kept[n - 1]
            smaller = min(envelope[last], envelope[peak])
            i = last
            while i < peak and envelope[i] > valley * smaller:
                i += 1
            if peak - last <= refractory or i == peak:
                if envelope[peak] > envelope[last]:
                    kept[n - 1] = peak
                continue
        kept[n] = peak
        n += 1
    return n


@njit(cache=True, nogil=True, error_model="numpy")
def lit(envelope: Floats, peaks: Indices, share: float, decay: float, out: NDArray[np.bool_]) -> None:
    """Mark the peaks that stand out of the swing, a share that decays within so many samples, of those before them."""
    swing, last = 0.0, 0
    for k in range(peaks.size):
        peak = peaks[k]
        swing *= math.exp(-abs(peak - last) / decay)
        out[k] = envelope[peak] >= swing
        swing, last = max(swing, share * envelope[peak]), peak


@njit(cache=True, nogil=True, error_model="numpy")
def valleys(envelope: Floats, peaks: Indices, reach: int, out: Indices) -> None:
    """Write how far each event may extend, shape (e, 2): to the lowest point towards its neighbours, or `reach`."""
    for k in range(peaks.size):
        out[k, 0], out[k, 1] = max(peaks[k] - reach, 0), min(peaks[k] + reach, envelope.size)
    for k in range(peaks.size - 1):
        if peaks[k + 1] - peaks[k] < 2 * reach:
            lowest = peaks[k]
            for i in range(peaks[k], peaks[k + 1]):
                lowest = i if envelope[i] < envelope[lowest] else lowest
            out[k, 1] = min(out[k, 1], lowest)
            out[k + 1, 0] = max(out[k + 1, 0], lowest)


@njit(cache=True, nogil=True, error_model="numpy")
def jumps(raw: Samples, spans: Indices, lag: int, out: Samples) -> None:
    """Write the largest change over `lag` samples from two lags before each span to two after it."""
    for k in range(spans.shape[0]):
        largest = 0.0
        for i in range(max(spans[k, 0] - 2 * lag, 0) + lag, min(spans[k, 1] + 2 * lag, raw.size)):
            largest = max(largest, abs(raw[i] - raw[i - lag]))
        out[k] = largest


@njit(cache=True, nogil=True, error_model="numpy")
def means(raw: Samples, first: Indices, width: int, out: Samples) -> int:
    """Write the mean of `width` samples from each place on where all of them are there; give the number of those.

    Up to `ADDED_ALIKE` samples are added in the order in which NumPy does: the mean is the same to the last bit.
    """
    whole, written = width - width % 8, 0
    for i in range(first.size):
        at, total = first[i], 0.0
        if at < 0 or at + width > raw.size:
            continue
        x = raw[at : at + width]
        if whole:
            a, b, c, d, e, f, g, h = x[0], x[1], x[2], x[3], x[4], x[5], x[6], x[7]
            for k in range(8, whole, 8):
                a, b, c, d = a + x[k], b + x[k + 1], c + x[k + 2], d + x[k + 3]
                e, f, g, h = e + x[k + 4], f + x[k + 5], g + x[k + 6], h + x[k + 7]
            total = ((a + b) + (c + d)) + ((e + f) + (g + h))
        for k in range(whole, width):
            total += x[k]
        out[i] = total / width
        written += 1
    return written


@njit(cache=True, nogil=True, error_model="numpy")
def edges(envelope: Floats, runs: Indices, floor: Samples, share: float, gap: int, out: Indices) -> None:
    """Write first and last-plus-one sample within `gap` of each run whose square is above its level.

    The level lies between the floor and the run's mean square, at `share` of the way.
    """
    for k in range(runs.shape[0]):
        start, stop = runs[k, 0], runs[k, 1]
        total = 0.0
        for i in range(start, stop):
            total += np.float64(envelope[i]) * np.float64(envelope[i])
        level = floor[k] + share * max(total / (stop - start) - floor[k], 0.0)
        first, last = max(start - gap, 0), min(stop + gap, envelope.size) - 1
        while np.float64(envelope[first]) * np.float64(envelope[first]) <= level:
            first += 1
        while np.float64(envelope[last]) * np.float64(envelope[last]) <= level:
            last -= 1
        out[k, 0], out[k, 1] = first, last + 1


@njit(cache=True, nogil=True, error_model="numpy")
def extents(
    wave: Floats, peaks: Indices, bounds: Indices, threshold: Samples, gap: int, core: int, spans: Indices
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
def shapes(wave: Floats, spans: Indices, threshold: Samples, turn: Samples, out: Samples) -> None:
    """Write amplitude, area, phases, turns and position of the largest deflection of each event, shape (e, 5)."""
    for k in range(spans.shape[0]):
        start, stop = spans[k, 0], spans[k, 1]
        zero = wave.dtype.type(0)
        lowest, highest, area, top = zero, zero, 0.0, start
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


@njit(cache=True, nogil=True, error_model="numpy")
def nearest(values: Floats, centre: Floats, count: int, out: Floats) -> None:
    """Write, for each row of sorted values, the distance from its centre within which so many values lie.

    They follow each other. From stretch to stretch the first comes nearer and the last goes further, so that halving
    finds the two stretches between which they meet, one of which reaches least far.
    """
    for w in range(values.shape[0]):
        first, stop, row = 0, values.shape[1] - count, values[w]
        while first < stop:
            middle = (first + stop) // 2
            if row[middle + count - 1] - centre[w] >= centre[w] - row[middle]:
                stop = middle
            else:
                first = middle + 1
        out[w] = max(centre[w] - row[first], row[first + count - 1] - centre[w])
        if first > 0:
            out[w] = min(out[w], max(centre[w] - row[first - 1], row[first + count - 2] - centre[w]))
