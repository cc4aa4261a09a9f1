"""Compiled kernels that look for artefacts in long recordings; `involuntary.dsp.artefacts` is their slow twin."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

__all__ = ["bends", "frames", "rests", "sharpest"]

Samples = NDArray[np.float64]
Indices = NDArray[np.intp]


@njit(cache=True, nogil=True, error_model="numpy")
def bends(samples: Samples, second: int, every: int, out: Samples) -> None:
    """Write the distance of every so many samples of each second from the mean of their neighbours, shape (s, k)."""
    last = samples.size - 1
    for s in range(out.shape[0]):
        for k in range(out.shape[1]):
            i = s * second + k * every
            inside = 0 < i < last
            out[s, k] = abs(samples[i] - 0.5 * (samples[i - 1] + samples[i + 1])) if inside else 0.0


@njit(cache=True, nogil=True, error_model="numpy")
def sharpest(samples: Samples, second: int, limit: Samples, out: Indices) -> int:
    """Write the samples that lie further from the mean of their neighbours than their second's limit.

    Gives their number, which may be more than there was room for.
    """
    found = 0
    for s in range(limit.size):
        first, stop, most = max(s * second, 1), min((s + 1) * second, samples.size - 1), limit[s]
        # Most seconds hold none, which is told without a branch for each sample.
        here, before, after = samples[first:stop], samples[first - 1 : stop - 1], samples[first + 1 : stop + 1]
        any_above = 0
        for i in range(here.size):
            any_above += 1 if abs(here[i] - 0.5 * (before[i] + after[i])) > most else 0
        if any_above == 0:
            continue
        for i in range(here.size):
            if abs(here[i] - 0.5 * (before[i] + after[i])) > most:
                if found < out.size:
                    out[found] = first + i
                found += 1
    return found


@njit(cache=True, nogil=True, error_model="numpy", fastmath={"reassoc"})
def frames(samples: Samples, second: int, frame: int, mean: Samples, within: Samples) -> None:
    """Write mean, shape (s, k), of each frame of each second, and the mean square within the second's frames, (s,)."""
    for s in range(mean.shape[0]):
        total = 0.0
        for k in range(mean.shape[1]):
            part = samples[s * second + k * frame : s * second + (k + 1) * frame]
            level = 0.0
            for i in range(part.size):
                level += part[i]
            level /= frame
            for i in range(part.size):
                total += (part[i] - level) * (part[i] - level)
            mean[s, k] = level
        within[s] = total / (mean.shape[1] * frame)


@njit(cache=True, nogil=True, error_model="numpy", fastmath={"nnan", "nsz"})
def rests(samples: Samples, shortest: int, out: Indices) -> tuple[int, float, float]:
    """Write first and last-plus-one index of each run of at least `shortest` (2 or more) equal samples, shape (n, 2).

    Gives their number, which may be more than there was room for, and the lowest and the highest sample.
    """
    found, start, size = 0, 0, 64
    lowest = highest = samples[0]
    for first in range(1, samples.size, size):
        here, before = samples[first : first + size], samples[first - 1 : first - 1 + size]
        equal, low, high = 0, here[0], here[0]
        for i in range(here.size):
            equal += 1 if here[i] == before[i] else 0
            low, high = min(low, here[i]), max(high, here[i])
        lowest, highest = min(lowest, low), max(highest, high)
        # Most stretches hold no equal samples; a run then ends with the first.
        stop = first + (here.size if equal else 1)
        for i in range(first, stop):
            if samples[i] != samples[i - 1]:
                if i - start >= shortest:
                    if found < out.shape[0]:
                        out[found, 0], out[found, 1] = start, i
                    found += 1
                start = i
        if not equal:
            start = first + here.size - 1
    if samples.size - start >= shortest:
        if found < out.shape[0]:
            out[found, 0], out[found, 1] = start, samples.size
        found += 1
    return found, lowest, highest
