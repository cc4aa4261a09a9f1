"""Fourier transform of sixteen signals side by side, compiled, in single precision; `numpy.fft` is its slow twin."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from involuntary.dsp.vectors import WIDTH, aligned, load, splat, store

__all__ = ["place", "powers", "transform", "value"]

_TOGETHER = 2  # of the short transforms, so that what is read side by side is used side by side

Singles = NDArray[np.float32]
Indices = NDArray[np.intp]
Ways = tuple[Singles, Indices]


@njit(cache=True, nogil=True, error_model="numpy")
def transform(real: Singles, imaginary: Singles, around: Singles, short: Ways, long: Ways) -> None:
    """Transform `WIDTH` complex signals side by side, shape (n · WIDTH,) each of real and imaginary parts.

    In two steps, each of which reads and writes everything once, in its place: of n = a · b samples, b transforms of
    every b-th sample, then a transforms of what lies together.

    Parameters
    ----------
    real, imaginary : ndarray
        The signals; overwritten by their transform, bin k at `place` (k, a, b).
    around : ndarray, shape (2, 2 · n)
        `circle` of twice the length.
    short, long : tuple of ndarray
        From `ways`: the lengths a and b.
    """
    a, b = short[0].shape[1], long[0].shape[1]
    gap = max(a, b) * _TOGETHER * WIDTH
    work = aligned(4 * gap, np.float32)
    for i in range(0, b, _TOGETHER):
        g = min(_TOGETHER, b - i)
        for k in range(a):
            for j in range(g):
                here, there = (k * g + j) * WIDTH, (b * k + i + j) * WIDTH
                store(work, here, load(real, there))
                store(work, here + gap, load(imaginary, there))
        at = _through(work, gap, a, g, short[0], short[1])
        for k in range(a):
            for j in range(g):
                turned, here, there = 2 * (i + j) * k, at + (k * g + j) * WIDTH, (b * k + i + j) * WIDTH
                cosine, sine = splat(around[0, turned]), splat(around[1, turned])
                x, y = load(work, here), load(work, here + gap)
                store(real, there, x * cosine + y * sine)
                store(imaginary, there, y * cosine - x * sine)
    for first in range(0, a * b * WIDTH, b * WIDTH):
        for i in range(0, b * WIDTH, WIDTH):
            store(work, i, load(real, first + i))
            store(work, i + gap, load(imaginary, first + i))
        at = _through(work, gap, b, 1, long[0], long[1])
        for i in range(0, b * WIDTH, WIDTH):
            store(real, first + i, load(work, at + i))
            store(imaginary, first + i, load(work, at + i + gap))


@njit(cache=True, nogil=True, error_model="numpy", forceinline=True)
def place(k: int, a: int, b: int) -> int:
    """Give where `transform` leaves a bin."""
    return k % a * b + k // a


@njit(cache=True, nogil=True, error_model="numpy")
def powers(real: Singles, imaginary: Singles, around: Singles, a: int, b: int, bins: Indices, power: Singles) -> None:
    """Write the power of some bins of real signals whose even and odd samples were transformed as one.

    Parameters
    ----------
    real, imaginary : ndarray, shape (a · b · WIDTH,)
        From `transform`, of the even samples as real and the odd ones as imaginary parts.
    around : ndarray, shape (2, 2 · n)
        `circle` of twice the length.
    bins : ndarray, shape (k, 2)
        First and last-plus-one of the stretches of bins below n that are wanted.
    power : ndarray, shape (n · WIDTH,)
        Written there.
    """
    n, quarter = real.size // WIDTH, splat(np.float32(0.25))
    for stretch in range(bins.shape[0]):
        for k in range(bins[stretch, 0], bins[stretch, 1]):
            there, back = place(k, a, b) * WIDTH, place(n - k if k else 0, a, b) * WIDTH
            p, q, r, s = load(real, there), load(imaginary, there), load(real, back), load(imaginary, back)
            even, even_too, odd, odd_too = p + r, q - s, q + s, r - p
            cosine, sine = splat(around[0, k]), splat(around[1, k])
            x = even + (cosine * odd + sine * odd_too)
            y = even_too + (cosine * odd_too - sine * odd)
            store(power, k * WIDTH, (x * x + y * y) * quarter)


@njit(cache=True, nogil=True, error_model="numpy")
def value(real: Singles, imaginary: Singles, around: Singles, a: int, b: int, k: int, lane: int) -> complex:
    """Give one bin of one of the real signals of `powers`."""
    n = real.size // WIDTH
    at, back = place(k, a, b) * WIDTH + lane, place(n - k if k else 0, a, b) * WIDTH + lane
    there, mirrored = complex(real[at], imaginary[at]), complex(real[back], -imaginary[back])
    turned = complex(around[0, k], -around[1, k])
    return 0.5 * (there + mirrored) - 0.5j * turned * (there - mirrored)


@njit(cache=True, nogil=True, error_model="numpy")
def _through(work: Singles, gap: int, n: int, s: int, around: Singles, by: Indices) -> int:
    """Transform s interleaved signals of n samples, Stockham's way: each pass reads them and writes them in order.

    Real parts lie at the start of `work`, imaginary ones `gap` further; the place of the result is given.
    """
    at, to = 0, 2 * gap
    for r in by:
        if r == 4:
            _four(work, gap, at, to, n, s, around)
        elif r == 2:
            _two(work, gap, at, to, n, s, around)
        elif r == 5:
            _five(work, gap, at, to, n, s, around)
        else:
            _odd(work, gap, at, to, r, n, s, around)
        at, to = to, at
        n, s = n // r, s * r
    return at


@njit(cache=True, nogil=True, error_model="numpy", forceinline=True)
def _write(work: Singles, gap: int, at: int, x: Any, y: Any, around: Singles, k: int) -> None:
    """Store a number turned backwards by k steps."""
    cosine, sine = splat(around[0, k]), splat(around[1, k])
    store(work, at, x * cosine + y * sine)
    store(work, at + gap, y * cosine - x * sine)


@njit(cache=True, nogil=True, error_model="numpy")
def _two(work: Singles, gap: int, at: int, to: int, n: int, s: int, around: Singles) -> None:
    m, step = n // 2, around.shape[1] // n
    for p in range(m):
        for q in range(s):
            i, j, k = at + (q + s * p) * WIDTH, at + (q + s * (p + m)) * WIDTH, to + (q + s * 2 * p) * WIDTH
            x0, y0, x1, y1 = load(work, i), load(work, i + gap), load(work, j), load(work, j + gap)
            store(work, k, x0 + x1)
            store(work, k + gap, y0 + y1)
            _write(work, gap, k + s * WIDTH, x0 - x1, y0 - y1, around, p * step)


@njit(cache=True, nogil=True, error_model="numpy")
def _four(work: Singles, gap: int, at: int, to: int, n: int, s: int, around: Singles) -> None:
    m, step, wide = n // 4, around.shape[1] // n, s * WIDTH
    apart = m * wide
    for p in range(m):
        turned = p * step
        for q in range(s):
            i, k = at + (q + s * p) * WIDTH, to + (q + s * 4 * p) * WIDTH
            x0, x1, x2, x3 = load(work, i), load(work, i + apart), load(work, i + 2 * apart), load(work, i + 3 * apart)
            i += gap
            y0, y1, y2, y3 = load(work, i), load(work, i + apart), load(work, i + 2 * apart), load(work, i + 3 * apart)
            x02, x20, x13, x31 = x0 + x2, x0 - x2, x1 + x3, x1 - x3
            y02, y20, y13, y31 = y0 + y2, y0 - y2, y1 + y3, y1 - y3
            store(work, k, x02 + x13)
            store(work, k + gap, y02 + y13)
            _write(work, gap, k + wide, x20 + y31, y20 - x31, around, turned)
            _write(work, gap, k + 2 * wide, x02 - x13, y02 - y13, around, 2 * turned)
            _write(work, gap, k + 3 * wide, x20 - y31, y20 + x31, around, 3 * turned)


_C1, _C2 = (np.float32(np.cos(2 * np.pi * k / 5)) for k in (1, 2))
_S1, _S2 = (np.float32(np.sin(2 * np.pi * k / 5)) for k in (1, 2))


@njit(cache=True, nogil=True, error_model="numpy")
def _five(work: Singles, gap: int, at: int, to: int, n: int, s: int, around: Singles) -> None:
    m, step, wide = n // 5, around.shape[1] // n, s * WIDTH
    c1, c2, s1, s2, apart = splat(_C1), splat(_C2), splat(_S1), splat(_S2), m * wide
    for p in range(m):
        turned = p * step
        for q in range(s):
            i, k = at + (q + s * p) * WIDTH, to + (q + s * 5 * p) * WIDTH
            x0, x1, x4 = load(work, i), load(work, i + apart), load(work, i + 4 * apart)
            x2, x3 = load(work, i + 2 * apart), load(work, i + 3 * apart)
            i += gap
            y0, y1, y4 = load(work, i), load(work, i + apart), load(work, i + 4 * apart)
            y2, y3 = load(work, i + 2 * apart), load(work, i + 3 * apart)
            u1, v1, u2, v2 = x1 + x4, x1 - x4, x2 + x3, x2 - x3
            w1, z1, w2, z2 = y1 + y4, y1 - y4, y2 + y3, y2 - y3
            store(work, k, x0 + (u1 + u2))
            store(work, k + gap, y0 + (w1 + w2))
            e1, e2 = x0 + (c1 * u1 + c2 * u2), x0 + (c2 * u1 + c1 * u2)
            f1, f2 = y0 + (c1 * w1 + c2 * w2), y0 + (c2 * w1 + c1 * w2)
            g1, g2 = s1 * z1 + s2 * z2, s2 * z1 - s1 * z2
            h1, h2 = s1 * v1 + s2 * v2, s2 * v1 - s1 * v2
            _write(work, gap, k + wide, e1 + g1, f1 - h1, around, turned)
            _write(work, gap, k + 2 * wide, e2 + g2, f2 - h2, around, 2 * turned)
            _write(work, gap, k + 3 * wide, e2 - g2, f2 + h2, around, 3 * turned)
            _write(work, gap, k + 4 * wide, e1 - g1, f1 + h1, around, 4 * turned)


@njit(cache=True, nogil=True, error_model="numpy")
def _odd(work: Singles, gap: int, at: int, to: int, r: int, n: int, s: int, around: Singles) -> None:
    """Do a pass of any odd factor: sums and differences of what lies opposite, by a table of cosines and sines."""
    m, step, wide, h = n // r, around.shape[1] // n, s * WIDTH, (r - 1) // 2
    part, side = around.shape[1] // r, h * WIDTH
    # Sums of real and imaginary parts, then differences.
    pairs = aligned(4 * side, np.float32)
    for p in range(m):
        for q in range(s):
            i, k = at + (q + s * p) * WIDTH, to + (q + s * r * p) * WIDTH
            x0, y0 = load(work, i), load(work, i + gap)
            x, y = x0, y0
            for j in range(1, h + 1):
                near, far, here = i + j * m * wide, i + (r - j) * m * wide, (j - 1) * WIDTH
                x1, x2, y1, y2 = load(work, near), load(work, far), load(work, near + gap), load(work, far + gap)
                store(pairs, here, x1 + x2)
                store(pairs, here + side, y1 + y2)
                store(pairs, here + 2 * side, x1 - x2)
                store(pairs, here + 3 * side, y1 - y2)
                x, y = x + (x1 + x2), y + (y1 + y2)
            store(work, k, x)
            store(work, k + gap, y)
            for j in range(1, h + 1):
                x, y, u, v = x0, y0, splat(np.float32(0.0)), splat(np.float32(0.0))
                for other in range(1, h + 1):
                    angle, here = j * other % r * part, (other - 1) * WIDTH
                    cosine, sine = splat(around[0, angle]), splat(around[1, angle])
                    x, y = x + cosine * load(pairs, here), y + cosine * load(pairs, here + side)
                    u, v = u + sine * load(pairs, here + 2 * side), v + sine * load(pairs, here + 3 * side)
                _write(work, gap, k + j * wide, x + v, y - u, around, j * p * step)
                _write(work, gap, k + (r - j) * wide, x - v, y + u, around, (r - j) * p * step)
