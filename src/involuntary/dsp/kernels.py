"""Compiled filters, imported only for long recordings; `involuntary.dsp.bands` and `envelope` are their slow twins."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

__all__ = ["LANES", "TILE", "backwards", "forwards"]

LANES = 32  # stretches of a channel that are filtered side by side, to fill the vector registers
TILE = 64  # samples of each that are turned from along to across at a time

Samples = NDArray[np.float64]
Singles = NDArray[np.float32]


@njit(cache=True, nogil=True, error_model="numpy", fastmath={"contract"})
def forwards(padded: Samples, high: Samples, low: Samples, length: int, lanes: Singles) -> None:
    """Filter forwards, `LANES` stretches at a time: a second-order high-pass and low-pass in double precision.

    The running sums of each loop lie in arrays made here: only of those the compiler knows that they do not overlap,
    and puts eight lanes into one register.

    Parameters
    ----------
    padded : ndarray, shape (LANES · length + 2 · pad,)
        Samples with what the filters need to settle before and after.
    high, low : ndarray, shape (5,)
        b0, b1, b2, a1, a2 of the high-pass and of the low-pass.
    length : int
        Samples from the start of one stretch to that of the next.
    lanes : ndarray, shape (length + 2 · pad, LANES)
        Written.
    """
    hb0, hb1, hb2, ha1, ha2 = high[0], high[1], high[2], high[3], high[4]
    lb0, lb1, lb2, la1, la2 = low[0], low[1], low[2], low[3], low[4]
    s0, s1, s2, s3 = np.zeros(LANES), np.zeros(LANES), np.zeros(LANES), np.zeros(LANES)
    tile = np.empty((TILE, LANES))
    for top in range(0, lanes.shape[0], TILE):
        rows = min(TILE, lanes.shape[0] - top)
        for j in range(LANES):
            first, offset = j * length + top, padded[j * length]
            for i in range(rows):
                tile[i, j] = padded[first + i] - offset
        for i in range(rows):
            for j in range(LANES):
                x = tile[i, j]
                y = hb0 * x + s0[j]
                s0[j] = hb1 * x - ha1 * y + s1[j]
                s1[j] = hb2 * x - ha2 * y
                z = lb0 * y + s2[j]
                s2[j] = lb1 * y - la1 * z + s3[j]
                s3[j] = lb2 * y - la2 * z
                lanes[top + i, j] = z


@njit(cache=True, nogil=True, error_model="numpy", fastmath={"contract"})
def backwards(
    lanes: Singles, pad: int, high: Samples, low: Samples, half: int, wave: Singles, envelope: Singles
) -> None:
    """Filter backwards and take the root mean square under a triangle of `half` samples to either side.

    Parameters
    ----------
    lanes : ndarray, shape (length + 2 · pad, LANES)
        From `forwards`.
    pad : int
        Samples to settle in, more than three times `half`.
    high, low
        As there.
    half : int
        Half the width of the envelope's triangle in samples.
    wave, envelope : ndarray, shape (LANES · length,)
        Written.
    """
    hb0, hb1, hb2, ha1, ha2 = high[0], high[1], high[2], high[3], high[4]
    lb0, lb1, lb2, la1, la2 = low[0], low[1], low[2], low[3], low[4]
    s0, s1, s2, s3 = np.zeros(LANES), np.zeros(LANES), np.zeros(LANES), np.zeros(LANES)
    out, total, mean_total = np.empty(LANES), np.zeros(LANES), np.zeros(LANES)
    squares, means = np.zeros((half, LANES)), np.zeros((half, LANES))
    latest = np.zeros((half, LANES), dtype=np.float32)
    tile, envelope_tile = np.empty((TILE, LANES), dtype=np.float32), np.empty((TILE, LANES), dtype=np.float32)
    length, share, place = lanes.shape[0] - 2 * pad, 1.0 / half, 0
    for row in range(lanes.shape[0] - 1, pad - half, -1):
        for j in range(LANES):
            x = np.float64(lanes[row, j])
            y = hb0 * x + s0[j]
            s0[j] = hb1 * x - ha1 * y + s1[j]
            s1[j] = hb2 * x - ha2 * y
            z = lb0 * y + s2[j]
            s2[j] = lb1 * y - la1 * z + s3[j]
            s3[j] = lb2 * y - la2 * z
            out[j] = z
        if row >= pad + length + 2 * half:
            continue
        # Two running means over the last `half` rows make a triangle around the row `half` - 1 rows on.
        centre = row + half - 1 - pad
        k = centre % TILE
        for j in range(LANES):
            square = out[j] * out[j]
            total[j] += square - squares[place, j]
            squares[place, j] = square
        for j in range(LANES):
            mean = total[j] * share
            both = mean_total[j] + (mean - means[place, j])
            means[place, j], mean_total[j] = mean, both
            envelope_tile[k, j] = np.sqrt(np.float32(both * share if both > 0.0 else 0.0))
        for j in range(LANES):
            latest[place, j] = out[j]
        place = place + 1 if place + 1 < half else 0
        for j in range(LANES):
            tile[k, j] = latest[place, j]
        if k == 0 and centre < length:
            for j in range(LANES):
                first = j * length + centre
                stop = first + min(TILE, length - centre)
                wave[first:stop] = tile[: stop - first, j]
                envelope[first:stop] = envelope_tile[: stop - first, j]
