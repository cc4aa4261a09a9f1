"""Magnitude-squared coherence of two signals, with the limit that independent ones exceed by chance."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from involuntary.errors import ParameterError

__all__ = ["Coherence", "coherence"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Coherence:
    """Coherence by frequency.

    Attributes
    ----------
    frequency_hz, squared, phase_rad : ndarray, shape (m,)
        Evenly spaced from 0; magnitude squared, 0 to 1; phase of the second signal before the first.
    segments : int
        Disjoint segments behind it.
    """

    frequency_hz: Floats
    squared: Floats
    phase_rad: Floats
    segments: int

    def limit(self, level: float = 0.95) -> float:
        """Give what the coherence of independent signals stays below with that probability at one frequency."""
        return float(1 - (1 - level) ** (1 / (self.segments - 1)))

    def significant(self, level: float = 0.99, bins: int = 2) -> NDArray[np.bool_]:
        """Mark the frequencies within runs of at least `bins` neighbours above the limit, shape (m,)."""
        above = self.squared > self.limit(level)
        run = above.copy()
        for shift in range(1, bins):
            run[: -shift or None] &= above[shift:]
            run[-shift:] = False
        marked = run.copy()
        for shift in range(1, bins):
            marked[shift:] |= run[:-shift]
        return marked


def coherence(first: Floats, second: Floats, rate_hz: float, segment_s: float = 1.0) -> Coherence:
    """Give the coherence over disjoint Hann-tapered segments.

    Overlapping segments are not independent, and the limit for them would be too low; these do not overlap.

    Parameters
    ----------
    first, second : ndarray, shape (n,)
        Sampled at the same times.
    rate_hz, segment_s : float
        Samples a second, and length of a segment: the resolution is about its inverse.

    Raises
    ------
    ParameterError
        If there are fewer than 8 segments.

    References
    ----------
    Halliday et al. 1995, Prog Biophys Mol Biol 64:237, doi:10.1016/S0079-6107(96)00009-0 (recalled, not
    opened): the limit of L segments.
    """
    n = round(segment_s * rate_hz)
    k = min(first.size, second.size) // n
    if k < 8:
        raise ParameterError("coherence", "needs at least 8 segments", f"{k} of {segment_s:g} s")
    pair = np.stack([first[: k * n], second[: k * n]]).reshape(2, k, n)
    lines = np.fft.rfft((pair - pair.mean(axis=2, keepdims=True)) * np.hanning(n), axis=2)
    cross = np.mean(lines[1] * np.conj(lines[0]), axis=0)
    power = np.mean(np.abs(lines) ** 2, axis=1)
    product = power[0] * power[1]
    squared = np.divide(np.abs(cross) ** 2, product, out=np.zeros_like(product), where=product > 0)
    return Coherence(np.fft.rfftfreq(n, 1 / rate_hz).astype(np.float64), squared, np.angle(cross), k)
