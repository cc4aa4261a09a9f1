"""Compiled kernels that fit and subtract mains in long recordings; `involuntary.dsp.mains` is their slow twin."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from involuntary.dsp.fourier_kernels import powers, transform, value
from involuntary.dsp.vectors import WIDTH, aligned, chosen, larger, load, smaller, splat, store, turn

__all__ = ["cut", "fit", "lend", "lines", "measured", "subtract", "usual"]

Samples = NDArray[np.float64]
Singles = NDArray[np.float32]
Indices = NDArray[np.intp]
Ways = tuple[Singles, Indices]

_STEP = 256  # samples for which the sinusoids of a line are tabled


@njit(cache=True, nogil=True, error_model="numpy", fastmath={"reassoc", "nnan", "nsz"})
def measured(
    samples: Samples, hop: int, width: int, period: int, every: int, out: Singles, mean: Samples, half: Samples
) -> None:
    """Write the samples less the first in single precision, and what is usual of them in each hop.

    Parameters
    ----------
    samples : ndarray, shape (n,)
    hop, width, period, every : int
        Samples in a hop, of each mean and in a period; every so many periods are looked at.
    out : ndarray, shape (at least n,)
        Written; zero after the last sample.
    mean, half : ndarray, shape (hops, k)
        Written: means, and half the range of the periods.
    """
    first = samples[0]
    for h in range(mean.shape[0]):
        raw, part = samples[h * hop : (h + 1) * hop], out[h * hop : (h + 1) * hop]
        for i in range(hop):
            part[i] = np.float32(raw[i] - first)
        for k in range(mean.shape[1]):
            total, piece = np.float32(0.0), part[k * width : (k + 1) * width]
            for i in range(width):
                total += piece[i]
            mean[h, k] = total / width
        for k in range(half.shape[1]):
            piece = part[k * every * period : k * every * period + period]
            low = high = piece[0]
            for i in range(period):
                low, high = min(low, piece[i]), max(high, piece[i])
            half[h, k] = 0.5 * (high - low)
    for i in range(mean.shape[0] * hop, samples.size):
        out[i] = np.float32(samples[i] - first)
    out[samples.size :] = 0.0


@njit(cache=True, nogil=True, error_model="numpy", fastmath={"nnan", "nsz"})
def usual(mean: Samples, half: Samples, clip: float, level: Samples, reach: Samples) -> None:
    """Write level, shape (w, 2 · k), and reach, shape (w,), of each window, as `involuntary.dsp.mains.usual`."""
    k, p = mean.shape[1], half.shape[1]
    row, ranges = np.empty(2 * k + 4), np.empty(2 * p)
    for w in range(level.shape[0]):
        row[2 : k + 2], row[k + 2 : 2 * k + 2] = mean[w], mean[w + 1]
        row[:2], row[2 * k + 2 :] = row[2], row[2 * k + 1]
        out = level[w]
        for i in range(2 * k):
            # The median of five lies between the middle two of any four.
            a, b, c, d = row[i], row[i + 1], row[i + 3], row[i + 4]
            one, other = max(min(a, b), min(c, d)), min(max(a, b), max(c, d))
            out[i] = max(min(one, other), min(max(one, other), row[i + 2]))
        ranges[:p], ranges[p:] = half[w], half[w + 1]
        reach[w] = clip * _middle(ranges)


@njit(cache=True, nogil=True, error_model="numpy")
def _middle(values: Samples) -> float:
    """Give the median by counting: no two windows are in the same order, which a processor cannot foresee."""
    below, above = (values.size - 1) // 2, values.size // 2
    low = high = values[0]
    for x in values:
        less, same = 0, 0
        for i in range(values.size):
            less += values[i] < x
            same += values[i] == x
        low = x if less <= below < less + same else low
        high = x if less <= above < less + same else high
    return float(0.5 * (low + high))


@njit(cache=True, nogil=True, error_model="numpy")
def cut(
    samples: Singles, hop: int, centres: Samples, level: Samples, reach: Samples, hann: Singles,
    even: Singles, odd: Singles,
) -> None:  # fmt: skip
    """Write `WIDTH` windows side by side without their level, cut to their reach, under the Hann window.

    The level runs straight from knot to knot and stays as it is before the first and after the last.

    Parameters
    ----------
    samples : ndarray, shape (at least (WIDTH + 1) · hop,)
    hop : int
        An even number, at least `WIDTH`.
    centres, level, reach
        As in `involuntary.dsp.mains.Look` and from `usual`; of fewer windows than `WIDTH` the others are empty.
    even, odd : ndarray, shape (hop · WIDTH,)
        Written: every other sample.
    """
    knots, count = centres.size, reach.size
    origin, slope = aligned((knots + 1) * WIDTH, np.float32), aligned((knots + 1) * WIDTH, np.float32)
    top, square = aligned(WIDTH, np.float32), aligned(WIDTH * WIDTH, np.float32)
    for w in range(count):
        top[w] = reach[w]
        for k in range(knots + 1):
            low, high = max(k - 1, 0), min(k, knots - 1)
            rise = (level[w, high] - level[w, low]) / (centres[high] - centres[low]) if high > low else 0.0
            slope[k * WIDTH + w], origin[k * WIDTH + w] = rise, level[w, low] - rise * centres[low]
    upper, lower = load(top, 0), splat(np.float32(0.0)) - load(top, 0)
    for side in range(2):
        for start in range(0, hop, WIDTH):
            # The last square overlaps the one before where squares do not fill the hop.
            first = min(start, hop - WIDTH)
            turn(samples, side * hop + first, hop, square, 0, WIDTH)
            k = 0
            while k < knots and centres[k] <= side * hop + first:
                k += 1
            for i in range(WIDTH):
                t = side * hop + first + i
                k += 1 if k < knots and centres[k] <= t else 0
                along = load(origin, k * WIDTH) + load(slope, k * WIDTH) * splat(np.float32(t))
                x = larger(smaller(load(square, i * WIDTH) - along, upper), lower) * splat(hann[t])
                store(odd if t % 2 else even, t // 2 * WIDTH, x)


@njit(cache=True, nogil=True, error_model="numpy")
def lines(
    real: Singles, imaginary: Singles, power: Singles, around: Singles, a: int, b: int,
    near: tuple[Indices, Indices], neighbours: int, above: float,
    number: Indices, position: Samples, amplitude: Samples,
) -> None:  # fmt: skip
    """Find the lines of each window: peaks at multiples of the stronger base that tower over their neighbours.

    Parameters
    ----------
    real, imaginary, power, around, a, b
        Of `WIDTH` windows, see `involuntary.dsp.fourier_kernels`.
    near : two ndarrays, shape (harmonics, bins)
        Where each harmonic of each base may lie.
    neighbours, above
        A peak exceeds so many times the median of so many bins on either side.
    number : ndarray, shape (w,)
        Written: lines of each window; negative where the second base is the stronger.
    position, amplitude : ndarrays, shape (w, lines) and (w, lines, 2)
        Written: bins, and complex amplitudes times a quarter of the window's length.
    """
    count = number.size
    peaks = np.empty((2, count, position.shape[1]), dtype=np.intp)
    found, strength = np.zeros((2, count), dtype=np.intp), np.zeros((2, count))
    _towers(power, near[0], neighbours, above, peaks[0], found[0], strength[0])
    _towers(power, near[1], neighbours, above, peaks[1], found[1], strength[1])
    for w in range(count):
        use = 1 if strength[1, w] > strength[0, w] else 0
        number[w] = -found[1, w] if use else found[0, w]
        for k in range(found[use, w]):
            peak = peaks[use, w, k]
            at = value(real, imaginary, around, a, b, peak, w)
            _place(at, power, peak, w, position[w], amplitude[w], k)


@njit(cache=True, nogil=True, error_model="numpy")
def _towers(
    power: Singles, near: Indices, neighbours: int, above: float, peaks: Indices, found: Indices, strength: Samples
) -> None:
    """Write the bins of one base's towering peaks, their number and summed power, of each window."""
    # Places and counts are small numbers, exact in single precision: all windows are looked at side by side.
    factor, none, one = splat(np.float32(above)), splat(np.float32(0.0)), splat(np.float32(1.0))
    beside = splat(np.float32((neighbours + 0.5) ** 2))
    top, peak, below = np.empty(WIDTH, np.float32), np.empty(WIDTH, np.float32), np.empty(WIDTH, np.float32)
    for k in range(near.shape[0]):
        first, last = near[k, 0], near[k, -1]
        most, at, count = load(power, first * WIDTH), splat(np.float32(first)), none
        for i in range(first + 1, last + 1):
            row = load(power, i * WIDTH)
            at = chosen(row, most, splat(np.float32(i)), at)
            most = larger(row, most)
        # The median lies below when more than half of the values do; the first bin stands for those before it.
        for i in range(max(first - neighbours, 0), last + neighbours + 1):
            off = splat(np.float32(i)) - at
            inside = chosen(beside, off * off, one, none)
            count = count + inside * chosen(most, factor * load(power, i * WIDTH), one, none)
        store(top, 0, most)
        store(peak, 0, at)
        store(below, 0, count)
        for w in range(found.size):
            if peak[w] < neighbours and np.float32(above) * power[w] < top[w]:
                below[w] += neighbours - peak[w]
            if below[w] > neighbours:
                peaks[w, found[w]] = np.intp(peak[w])
                found[w] += 1
                strength[w] += top[w]


@njit(cache=True, nogil=True, error_model="numpy")
def _place(at: complex, power: Singles, peak: int, w: int, position: Samples, amplitude: Samples, k: int) -> None:
    """Write position and amplitude of a line from its two highest bins, exact under a Hann window."""
    before, there, after = power[(peak - 1) * WIDTH + w], power[peak * WIDTH + w], power[(peak + 1) * WIDTH + w]
    side = 1 if after >= before else -1
    ratio = np.sqrt(np.float64(max(after, before)) / np.float64(there))
    place = peak + side * (2 * ratio - 1) / (ratio + 1)
    off = peak - place
    x = 1 + 1e-9 if abs(abs(off) - 1) < 1e-9 else off
    gain = (np.sin(np.pi * x) / (np.pi * x) if x != 0 else 1.0) / (1 - x * x)
    turned = at / (gain * np.exp(-1j * np.pi * off))
    position[k], amplitude[k, 0], amplitude[k, 1] = place, turned.real, turned.imag


@njit(cache=True, nogil=True, error_model="numpy")
def fit(
    samples: Singles, hop: int, centres: Samples, level: Samples, reach: Samples, hann: Singles,
    around: Singles, ways: tuple[Ways, Ways], wanted: Indices, near: tuple[Indices, Indices],
    neighbours: int, above: float, work: Singles, number: Indices, position: Samples, amplitude: Samples,
) -> None:  # fmt: skip
    """Find the lines of every window.

    Parameters
    ----------
    samples : ndarray
        From `measured`; with zeros for as many windows as make the last `WIDTH` whole.
    wanted : ndarray, shape (k, 2)
        Stretches of bins whose power is looked at.
    work : ndarray, shape (3 · hop · WIDTH,)
        Memory.
    others
        As in `cut`, `lines` and `involuntary.dsp.fourier_kernels`.
    """
    size, count, a, b = hop * WIDTH, number.size, ways[0][0].shape[1], ways[1][0].shape[1]
    even, odd, power = work[:size], work[size : 2 * size], work[2 * size : 3 * size]
    for first in range(0, count, WIDTH):
        stop = min(first + WIDTH, count)
        cut(samples[first * hop :], hop, centres, level[first:stop], reach[first:stop], hann, even, odd)
        transform(even, odd, around, ways[0], ways[1])
        powers(even, odd, around, a, b, wanted, power)
        lines(
            even, odd, power, around, a, b, near, neighbours, above,
            number[first:stop], position[first:stop], amplitude[first:stop],
        )  # fmt: skip


@njit(cache=True, nogil=True, error_model="numpy")
def lend(
    mean: Samples, half: Samples, level: Samples, weights: tuple[Samples, Samples], astray: float, hop: int,
    number: Indices, position: Samples, amplitude: Samples, source: Indices,
) -> None:  # fmt: skip
    """Give every window the lines of the one in which mains is best heard, their phase carried on.

    `involuntary.dsp.mains.donors` and `carried` are its slow twins.

    Parameters
    ----------
    mean, half, level
        From `measured` and `usual`.
    weights : tuple of ndarray
        `involuntary.dsp.mains.weights` of the ranges and of the means of a window.
    astray : float
        Share of its power that mains may change in half a window.
    number, position, amplitude
        From `lines`; overwritten.
    source : ndarray, shape (w,)
        Written: which window it is.
    """
    count = number.size
    height, unrest = np.zeros(count), np.zeros(count)
    for w in range(count):
        for k in range(abs(number[w])):
            height[w] += 2 / hop * np.hypot(amplitude[w, k, 0], amplitude[w, k, 1])
        unrest[w] = max(_restless(mean, half, level[w], weights[0], weights[1], w) - height[w] ** 2, 0.0)
    for w in range(count):
        source[w], least = w, unrest[w]
        for step in (-1, 1, -2, 2):
            other = min(max(w + step, 0), count - 1)
            cost = (1 + 3 * step * step) * unrest[other]
            cost += step * step * astray * height[other] ** 2 + (height[other] - height[w]) ** 2
            if cost < least:
                source[w], least = other, cost
    own_number, own_position, own_amplitude = number.copy(), position.copy(), amplitude.copy()
    for w in range(count):
        here = source[w]
        if here != w:
            number[w], position[w] = own_number[here], own_position[here]
            for k in range(abs(number[w])):
                turned = np.exp(1j * np.pi * position[w, k] * (w - here))
                carried = complex(own_amplitude[here, k, 0], own_amplitude[here, k, 1]) * turned
                amplitude[w, k, 0], amplitude[w, k, 1] = carried.real, carried.imag


@njit(cache=True, nogil=True, error_model="numpy")
def _restless(mean: Samples, half: Samples, level: Samples, ranges: Samples, means: Samples, w: int) -> float:
    """Give the weighted mean square of what a window holds."""
    k, p, whole = mean.shape[1], half.shape[1], 0.0
    for side in range(2):
        for i in range(p):
            whole += half[w + side, i] ** 2 * ranges[side * p + i]
        for i in range(k):
            whole += (mean[w + side, i] - level[side * k + i]) ** 2 * means[side * k + i]
    return whole


@njit(cache=True, nogil=True, error_model="numpy")
def subtract(
    samples: Singles, n: int, scale: float, hop: int, number: Indices, position: Samples, amplitude: Samples,
    hann: Singles, out: Singles,
) -> None:  # fmt: skip
    """Write the scaled samples less each window's sinusoids under its weight; the weights add up to one everywhere.

    Before the first and after the last centre no second window adds its weight: the one there is has it all.

    Parameters
    ----------
    samples : ndarray, shape (at least n + WIDTH,)
    n : int
        How many of them count.
    number, position, amplitude
        From `lines`.
    hann : ndarray, shape (2 · hop,)
    out : ndarray, shape (at least n + WIDTH,)
        The first n are written, the next undefined.
    """
    count, size = number.size, 3 * hop + _STEP
    totals, gain = aligned(2 * size, np.float32), splat(np.float32(scale))
    for h in range(count + 1):
        first, stop = h * hop, (h + 1) * hop if h < count else n
        # What the window before says of this hop, and what this window says.
        before, after = (h + 1) % 2 * size + hop, h % 2 * size
        last = h == count
        if not last:
            _sinusoids(
                abs(number[h]), position[h], amplitude[h], hop, 3 * hop if h == count - 1 else 2 * hop, totals, after
            )
        if (h == 0 or number[h - 1] == 0) and (last or number[h] == 0):
            for i in range(first, stop, WIDTH):
                store(out, i, load(samples, i) * gain)
        elif h == 0 or last:
            at = (before if last else after) - first
            for i in range(first, stop, WIDTH):
                store(out, i, (load(samples, i) - load(totals, at + i)) * gain)
        else:
            for i in range(0, hop, WIDTH):
                old, new = load(totals, before + i), load(totals, after + i)
                mains = old + (new - old) * load(hann, i)
                store(out, first + i, (load(samples, first + i) - mains) * gain)


@njit(cache=True, nogil=True, error_model="numpy")
def _sinusoids(
    count: int, position: Samples, amplitude: Samples, hop: int, size: int, totals: Singles, start: int
) -> None:
    """Write the sum of one window's sinusoids, `size` samples or a little more from `start` on.

    Each is tabled for a few samples and turned on from there.
    """
    totals[start : start + size] = 0.0
    cosine, sine = aligned(_STEP, np.float32), aligned(_STEP, np.float32)
    for k in range(count):
        turned, done = np.exp(1j * np.pi * position[k] / hop), 1
        cosine[0], sine[0] = 1.0, 0.0
        # A table is doubled by turning what there is of it.
        while done < _STEP:
            c, s = np.float32(turned.real), np.float32(turned.imag)
            for i in range(done):
                cosine[done + i] = cosine[i] * c - sine[i] * s
                sine[done + i] = sine[i] * c + cosine[i] * s
            turned, done = turned * turned, 2 * done
        now = complex(amplitude[k, 0], amplitude[k, 1]) * (2.0 / hop)
        for first in range(start, start + size, _STEP):
            real, imaginary = splat(np.float32(now.real)), splat(np.float32(now.imag))
            for i in range(0, _STEP, WIDTH):
                at = first + i
                store(totals, at, load(totals, at) + (real * load(cosine, i) - imaginary * load(sine, i)))
            now *= turned
