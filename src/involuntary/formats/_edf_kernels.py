"""Compiled unpacking of long BDF files; `involuntary.formats._edf_records` holds its slow twin."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

__all__ = ["from_24_bits"]


@njit(cache=True, nogil=True, error_model="numpy")
def from_24_bits(
    raw: NDArray[np.uint8], apart: int, offset: int, samples: int, skipped: int, gain: float, zero: float,
    out: NDArray[np.float64],
) -> None:  # fmt: skip
    """Unpack one signal of several records and scale it.

    Parameters
    ----------
    raw : ndarray of bytes
        Whole records, or one signal's part of them, one after the other.
    apart, offset : int
        Bytes from record to record, and from the start of one to the signal.
    samples, skipped : int
        Samples of the signal in a record, and how many of the first are left out.
    gain, zero : float
        A sample is gain times the number, plus zero.
    out : ndarray, shape (n,)
        Written.
    """
    done, record, first = 0, skipped // samples, skipped % samples
    while done < out.size:
        count = min(samples - first, out.size - done)
        start = record * apart + offset + 3 * first
        part, numbers = raw[start : start + 3 * count], out[done : done + count]
        for i in range(count):
            low = np.int32(part[3 * i]) | (np.int32(part[3 * i + 1]) << 8)
            number = low | (np.int32(np.int8(part[3 * i + 2])) << 16)
            numbers[i] = number * gain + zero
        done, record, first = done + count, record + 1, 0
