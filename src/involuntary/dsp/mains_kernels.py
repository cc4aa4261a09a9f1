"""Compiled kernels that fit and subtract mains in long recordings; `involuntary.dsp.mains` is their slow twin."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

__all__ = ["cut", "lines", "means", "ranges", "subtract"]

Samples = NDArray[np.float64]
Singles = NDArray[np.float32]
Indices = NDArray[np.intp]

_STEP = 64  # samples for which the sinusoids of a line are tabled


@njit(cache=True, nogil=True, error_model="numpy")
def means(samples: Samples, hop: int, width: int, mean: Samples) -> None:
    """Write the mean of every so many samples of each hop, shape (hops, k)."""
    for h in range(mean.shape[0]):
        for k in range(mean.shape[1]):
            first, total = h * hop + k * width, 0.0
            for i in range(first, first + width):
                total += samples[i]
            mean[h, k] = total / width


@njit(cache=True, nogil=True, error_model="numpy")
def ranges(samples: Samples, hop: int, period: int, every: int, half: Samples) -> None:
    """Write half the range of every so many periods of each hop, shape (hops, k)."""
    for h in range(half.shape[0]):
        for k in range(half.shape[1]):
            first = h * hop + k * every * period
            low = high = samples[first]
            for i in range(first, first + period):
                x = samples[i]
                low = x if x < low else low
                high = x if x > high else high
            half[h, k] = 0.5 * (high - low)


@njit(cache=True, nogil=True, error_model="numpy")
def cut(
    samples: Samples, hop: int, centres: Samples, level: Samples, reach: Samples, hann: Singles, out: Singles
) -> None:
    """Write each window without its level, cut to its reach, under the Hann window, shape (w, 2 · hop).

    The level runs straight from knot to knot and stays as it is before the first and after the last.
    """
    knots = centres.size
    for w in range(out.shape[0]):
        top, start, stop = np.float32(reach[w]), 0, 0
        for k in range(knots + 1):
            low, high = max(k - 1, 0), min(k, knots - 1)
            start, stop = stop, int(np.ceil(centres[k])) if k < knots else out.shape[1]
            slope = (level[w, high] - level[w, low]) / (centres[high] - centres[low]) if high > low else 0.0
            origin = level[w, low] - slope * centres[low]
            raw, part, under = samples[w * hop + start : w * hop + stop], out[w, start:stop], hann[start:stop]
            for i in range(part.size):
                x = np.float32(raw[i] - (origin + slope * (start + i)))
                x = top if x > top else x
                x = -top if x < -top else x
                part[i] = x * under[i]


@njit(cache=True, nogil=True, error_model="numpy")
def lines(
    spectrum: Singles, near: tuple[Indices, Indices], neighbours: int, above: float,
    number: Indices, position: Samples, amplitude: Samples,
) -> None:  # fmt: skip
    """Find the lines of each window: peaks at multiples of the stronger base that tower over their neighbours.

    Parameters
    ----------
    spectrum : ndarray, shape (w, bins, 2)
        Real and imaginary parts.
    near : two ndarrays, shape (harmonics, bins)
        Where each harmonic of each base may lie.
    neighbours, above
        A peak exceeds so many times the median of so many bins on either side.
    number : ndarray, shape (w,)
        Written: lines of each window; negative where the second base is the stronger.
    position, amplitude : ndarrays, shape (w, lines) and (w, lines, 2)
        Written: bins, and complex amplitudes times a quarter of the window's length.
    """
    bins = spectrum.shape[1]
    power = np.empty(bins, dtype=np.float32)
    peaks = np.empty((2, position.shape[1]), dtype=np.intp)
    for w in range(spectrum.shape[0]):
        for i in range(bins):
            power[i] = spectrum[w, i, 0] * spectrum[w, i, 0] + spectrum[w, i, 1] * spectrum[w, i, 1]
        first, weaker = _towers(power, near[0], neighbours, above, peaks[0])
        second, stronger = _towers(power, near[1], neighbours, above, peaks[1])
        use = 1 if stronger > weaker else 0
        found = second if use else first
        number[w] = -found if use else found
        for k in range(found):
            _place(spectrum[w], power, peaks[use, k], position[w], amplitude[w], k)


@njit(cache=True, nogil=True, error_model="numpy")
def _towers(power: Singles, near: Indices, neighbours: int, above: float, peaks: Indices) -> tuple[int, float]:
    """Write the bins of one base's towering peaks; give their number and summed power."""
    found, strength, factor = 0, 0.0, np.float32(above)
    for k in range(near.shape[0]):
        peak = near[k, 0]
        for i in near[k]:
            peak = i if power[i] > power[peak] else peak
        # The median lies below when more than half of the values do; the first bin stands for those before it.
        top, below = power[peak], 0
        around = power[max(peak - neighbours, 0) : peak + neighbours + 1]
        for i in range(around.size):
            below += 1 if factor * around[i] < top else 0
        if factor * power[0] < top:
            below += max(neighbours - peak, 0)
        if below > neighbours:
            peaks[found] = peak
            found += 1
            strength += top
    return found, strength


@njit(cache=True, nogil=True, error_model="numpy")
def _place(spectrum: Singles, power: Singles, peak: int, position: Samples, amplitude: Samples, k: int) -> None:
    """Write position and amplitude of a line from its two highest bins, exact under a Hann window."""
    side = 1 if power[peak + 1] >= power[peak - 1] else -1
    ratio = np.sqrt(np.float64(power[peak + side]) / np.float64(power[peak]))
    place = peak + side * (2 * ratio - 1) / (ratio + 1)
    off = peak - place
    x = 1 + 1e-9 if abs(abs(off) - 1) < 1e-9 else off
    gain = (np.sin(np.pi * x) / (np.pi * x) if x != 0 else 1.0) / (1 - x * x)
    value = complex(spectrum[peak, 0], spectrum[peak, 1]) / (gain * np.exp(-1j * np.pi * off))
    position[k], amplitude[k, 0], amplitude[k, 1] = place, value.real, value.imag


@njit(cache=True, nogil=True, error_model="numpy")
def subtract(
    samples: Samples, scale: float, hop: int, number: Indices, position: Samples, amplitude: Samples,
    hann: Singles, out: Samples,
) -> None:  # fmt: skip
    """Write the scaled samples less each window's sinusoids under its weight; the weights add up to one everywhere.

    Before the first and after the last centre no second window adds its weight: the one there is has it all.
    """
    n, count = samples.size, number.size
    for h in range(count + 1):
        first, stop = h * hop, (h + 1) * hop if h < count else n
        raw, clean = samples[first:stop], out[first:stop]
        ends = number[max(h - 1, 0)], number[min(h, count - 1)]
        if ends == (0, 0):
            for i in range(raw.size):
                clean[i] = scale * raw[i]
        elif h in (0, count):
            w = 0 if h == 0 else count - 1
            mains = _sinusoids(abs(number[w]), position[w], amplitude[w], first - w * hop, stop - first, hop)
            for i in range(raw.size):
                clean[i] = scale * (raw[i] - mains[i])
        else:
            before = _sinusoids(abs(ends[0]), position[h - 1], amplitude[h - 1], hop, hop, hop)
            after = _sinusoids(abs(ends[1]), position[h], amplitude[h], 0, hop, hop)
            for i in range(hop):
                clean[i] = scale * (raw[i] - (before[i] + (after[i] - before[i]) * hann[i]))


@njit(cache=True, nogil=True, error_model="numpy")
def _sinusoids(count: int, position: Samples, amplitude: Samples, start: int, size: int, hop: int) -> Singles:
    """Give the sum of one window's sinusoids from `start` samples into it on, shape (size,) or a little more.

    Each is tabled for a few samples and turned on from there. All arrays of the loop are made here: only of those the
    compiler knows that they do not overlap.
    """
    total = np.zeros(size + _STEP, dtype=np.float32)
    cosine, sine = np.empty(_STEP, dtype=np.float32), np.empty(_STEP, dtype=np.float32)
    for k in range(count):
        turn, value = np.exp(1j * np.pi * position[k] / hop), 1.0 + 0.0j
        for i in range(_STEP):
            cosine[i], sine[i] = value.real, value.imag
            value *= turn
        now = complex(amplitude[k, 0], amplitude[k, 1]) * np.exp(1j * np.pi * position[k] * start / hop) * (2.0 / hop)
        for first in range(0, size, _STEP):
            real, imaginary = np.float32(now.real), np.float32(now.imag)
            part = total[first : first + _STEP]
            for i in range(_STEP):
                part[i] += real * cosine[i] - imaginary * sine[i]
            now *= value
    return total
