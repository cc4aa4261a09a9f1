"""The waveform of which successions are made, solved by least squares; a long one as copies of a shorter.

Given the copies of many stretches, the waveform is their least-squares solution; how long it is, the information
criterion of Schwarz [1]_ says.

References
----------
.. [1] Schwarz G (1978). Estimating the dimension of a model. Ann Stat 6:461-464.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from involuntary.dsp.bands import fast_length
from involuntary.dsp.succession import SHORTEST_S, Sampling, Stretch, Wave

__all__ = ["even_parts", "solved_wave"]

Samples = NDArray[np.float64]

_WIDTH_S = 0.003  # of the shortest waveform
_LOSSES, _CLOSE = (0.0, 0.25), (-0.1, -0.05, 0.0, 0.05, 0.1)  # of a train's first size, at first and then closer


class _Sums(NamedTuple):
    """Products of a stretch's copies with each other and with the samples, at every shift round the circle."""

    own: Samples
    match: Samples
    energy: float
    size: float


def _sums(stretch: Stretch, at: Samples, gains: Samples, gain: Samples, n: int, sampling: Sampling) -> _Sums:
    weight = sampling.free / stretch.variance
    turns = np.fft.rfftfreq(n)
    copies = gain * (gains @ np.exp(-2j * np.pi * np.outer(at, turns)))
    match = np.fft.irfft(np.conj(copies) * np.fft.rfft(stretch.samples, n), n)
    energy = float(stretch.samples @ stretch.samples)
    own = np.fft.irfft(np.abs(copies) ** 2, n)
    return _Sums(weight * own, weight * match, weight * energy, stretch.samples.size * sampling.free)


def solved_wave(
    stretches: Sequence[Stretch], trains: Sequence[tuple[Samples, Samples]], sampling: Sampling, longest_s: float
) -> tuple[Wave, float]:
    """Give the waveform whose copies make up stretches best, as long as is worth it, and the cost of all.

    Parameters
    ----------
    stretches : sequence of Stretch
    trains : sequence of (times, gains)
        The copies in each.
    sampling : Sampling
    longest_s : float
        The waveform is no longer.
    """
    longest, shortest = round(longest_s * sampling.rate_hz), round(_WIDTH_S * sampling.rate_hz)
    n = fast_length(max(s.samples.size for s in stretches) + 4 * longest)
    gain = sampling.gain(n)
    each = [_sums(s, at, gains, gain, n, sampling) for s, (at, gains) in zip(stretches, trains, strict=True)]
    own, match = np.sum([one.own for one in each], axis=0), np.sum([one.match for one in each], axis=0)
    energy, size = sum(one.energy for one in each), sum(one.size for one in each)
    products = _products(own, longest, max(float(np.max(np.abs(s.samples))) for s in stretches))
    first = np.arange(1 - longest, 1)
    right = match[(first[None] + np.arange(longest)[:, None]) % n]
    # The factor of the longest holds those of all shorter ones, so that one solution tells what each explains.
    reached = np.cumsum(np.linalg.solve(np.linalg.cholesky(products), right) ** 2, axis=0)
    length = np.arange(1, longest + 1)[:, None]
    cost = 0.5 * (energy - reached + length * sampling.free * math.log(max(size, 2.0)))
    cost[(length < shortest) | (first + length <= 0)] = np.inf
    rows, column = np.unravel_index(int(np.argmin(cost)), cost.shape)
    course = np.linalg.solve(products[: rows + 1, : rows + 1], right[: rows + 1, column])
    return Wave.of(course, int(first[column]), sampling), float(cost[rows, column])


def _products(own: Samples, length: int, size: float) -> Samples:
    """Give the products of a waveform's samples; what the filter takes away is kept small."""
    lag = np.arange(length)
    found: Samples = own[np.abs(lag[:, None] - lag)] + np.eye(length) / (2 * size) ** 2
    return found


def even_parts(
    stretch: Stretch, whole: Wave, at: float, most: int, *, closely: bool = True
) -> list[tuple[Wave, float]]:
    """Give the shorter waveforms whose even succession makes up one that was taken for a whole, cheapest first.

    Parameters
    ----------
    stretch : Stretch
        What holds it once, at a time in samples.
    whole : Wave
    at : float
    most : int
        Copies.
    closely : bool
        Look between the intervals and losses that are tried at first.

    Returns
    -------
    list of (Wave, float)
        Of each count the best interval, with its cost as of `solved_wave`.
    """
    sampling = whole.sampling
    rate = sampling.rate_hz
    shortest, step = SHORTEST_S * rate, 0.00025 * rate
    n = fast_length(stretch.samples.size + 2 * whole.course.size)
    gain, each = sampling.gain(n), math.log(stretch.samples.size * sampling.free)

    def tried(count: int, interval: float, loss: float) -> tuple[float, float, float, Samples]:
        order = np.arange(count, dtype=np.float64)
        times, gains = at + interval * order, 1 - loss * order / (count - 1)
        length = round(whole.course.size - (count - 1) * interval)
        course, left = _of_length(_sums(stretch, times, gains, gain, n, sampling), whole.first, length, stretch)
        # Of interval, count and loss each costs as much as a number of the waveform.
        return left + 0.5 * each * (length * sampling.free + 3), interval, loss, course

    found = []
    for count in range(2, most + 1):
        longest = (whole.course.size - _WIDTH_S * rate) / (count - 1)
        grid = np.arange(shortest, longest, step).tolist()
        if grid:
            cost, near, loss, course = min(
                (tried(count, one, loss) for one in grid for loss in _LOSSES), key=lambda one: one[0]
            )
            if closely:
                between = [one for one in near + step * np.linspace(-0.8, 0.8, 7) if shortest <= one <= longest]
                close = [(one, loss + more) for one in between for more in _CLOSE]
                cost, _, _, course = min((tried(count, *one) for one in close), key=lambda one: one[0])
            found.append((Wave.of(course, whole.first, sampling), cost))
    return sorted(found, key=lambda one: one[1])


def _of_length(sums: _Sums, first: int, length: int, stretch: Stretch) -> tuple[Samples, float]:
    """Give the course from a sample on, so many long, and half of the energy that it leaves."""
    products = _products(sums.own, length, float(np.max(np.abs(stretch.samples))))
    right = sums.match[(first + np.arange(length)) % sums.own.size]
    course = np.asarray(np.linalg.solve(products, right), dtype=np.float64)
    return course, 0.5 * (sums.energy - float(course @ right))
