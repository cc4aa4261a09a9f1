"""Compiled filters, imported only for long recordings; `involuntary.dsp.bands` and `envelope` are their slow twins."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from involuntary.dsp.vectors import WIDTH, aligned, larger, load, narrow, root, splat, store, turn, wide

__all__ = ["LANES", "backwards", "forwards"]

LANES = 2 * WIDTH  # stretches of a channel that are filtered side by side

Samples = NDArray[np.float64]
Singles = NDArray[np.float32]


@njit(cache=True, nogil=True, error_model="numpy")
def forwards(padded: Singles, first: int, high: Samples, low: Samples, length: int, rows: int, lanes: Singles) -> None:
    """Filter `WIDTH` stretches forwards, side by side: a second-order high-pass and low-pass in double precision.

    Parameters
    ----------
    padded : ndarray, shape (LANES · length + 2 · pad,)
        Samples with what the filters need to settle before and after.
    first : int
        The first of the stretches.
    high, low : ndarray, shape (5,)
        b0, b1, b2, a1, a2 of the high-pass and of the low-pass.
    length : int
        Samples from the start of one stretch to that of the next.
    rows : int
        Samples of each stretch, length + 2 · pad, a multiple of `WIDTH`.
    lanes : ndarray, shape (WIDTH · rows,)
        Written: the stretches side by side, row after row. Half of them at a time stay near the processor.
    """
    hb0, hb1, hb2, ha1, ha2 = splat(high[0]), splat(high[1]), splat(high[2]), splat(high[3]), splat(high[4])
    lb0, lb1, lb2, la1, la2 = splat(low[0]), splat(low[1]), splat(low[2]), splat(low[3]), splat(low[4])
    square = aligned(WIDTH * WIDTH, np.float32)
    s0, s1, s2, s3 = splat(0.0), splat(0.0), splat(0.0), splat(0.0)
    for top in range(0, rows, WIDTH):
        turn(padded, first * length + top, length, square, 0, WIDTH)
        for i in range(0, WIDTH * WIDTH, WIDTH):
            x = wide(load(square, i))
            y = hb0 * x + s0
            s0 = (hb1 * x + s1) - ha1 * y
            s1 = hb2 * x - ha2 * y
            z = lb0 * y + s2
            s2 = (lb1 * y + s3) - la1 * z
            s3 = lb2 * y - la2 * z
            store(lanes, top * WIDTH + i, narrow(z))


@njit(cache=True, nogil=True, error_model="numpy")
def backwards(
    lanes: Singles, first: int, rows: int, pad: int, high: Samples, low: Samples, half: int,
    wave: Singles, envelope: Singles,
) -> None:  # fmt: skip
    """Filter `WIDTH` stretches backwards; take the root mean square under a triangle of `half` samples to either side.

    Parameters
    ----------
    lanes : ndarray, shape (WIDTH · rows,)
        From `forwards`.
    first, rows, high, low
        As there.
    pad : int
        Samples to settle in, more than three times `half`.
    half : int
        Half the width of the envelope's triangle in samples.
    wave, envelope : ndarray, shape (LANES · length,)
        Written where the stretches lie; the length of one, rows - 2 · pad, is a multiple of `WIDTH`.
    """
    hb0, hb1, hb2, ha1, ha2 = splat(high[0]), splat(high[1]), splat(high[2]), splat(high[3]), splat(high[4])
    lb0, lb1, lb2, la1, la2 = splat(low[0]), splat(low[1]), splat(low[2]), splat(low[3]), splat(low[4])
    length, share, zero = rows - 2 * pad, splat(1.0 / half), splat(0.0)
    waves, envelopes = aligned(WIDTH * WIDTH, np.float32), aligned(WIDTH * WIDTH, np.float32)
    squares, means = aligned(half * WIDTH, np.float64), aligned(half * WIDTH, np.float64)
    s0, s1, s2, s3, total, both, place = zero, zero, zero, zero, zero, zero, 0
    for row in range(rows - 1, pad - half, -1):
        x = wide(load(lanes, row * WIDTH))
        y = hb0 * x + s0
        s0 = (hb1 * x + s1) - ha1 * y
        s1 = hb2 * x - ha2 * y
        z = lb0 * y + s2
        s2 = (lb1 * y + s3) - la1 * z
        s3 = lb2 * y - la2 * z
        if row >= pad + length + 2 * half:
            continue
        at = row - pad
        if 0 <= at < length:
            store(waves, at % WIDTH * WIDTH, narrow(z))
            if at % WIDTH == 0:
                turn(waves, 0, WIDTH, wave, first * length + at, length)
        # Two running means over the last `half` rows make a triangle around the row `half` - 1 rows on.
        square = z * z
        total = total + (square - load(squares, place))
        store(squares, place, square)
        mean = total * share
        both = both + (mean - load(means, place))
        store(means, place, mean)
        place = place + WIDTH if place + WIDTH < half * WIDTH else 0
        at += half - 1
        if at < length:
            store(envelopes, at % WIDTH * WIDTH, root(narrow(larger(both * share, zero))))
            if at % WIDTH == 0:
                turn(envelopes, 0, WIDTH, envelope, first * length + at, length)
