"""Shape of a short waveform: amplitude, duration, phases, turns and area, by rules that noise does not upset."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Shape", "measure", "phases", "turns"]

Samples = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Shape:
    """A waveform in five numbers; amplitude and area in the unit of the samples (and samples times it).

    Peak to peak counts from the baseline where all of the waveform lies to one side of it.
    """

    amplitude: float
    area: float
    phases: int
    turns: int
    peak: int


def measure(wave: Samples, threshold: float, turn: float) -> Shape:
    """Measure a waveform without offset.

    Parameters
    ----------
    wave : ndarray, shape (n,)
        From onset to end, n at least 1.
    threshold : float
        A phase must leave the baseline by so much.
    turn : float
        A turn must lie so far from the turns beside it.
    """
    size = np.abs(wave)
    return Shape(
        float(max(wave.max(), 0.0) - min(wave.min(), 0.0)),
        float(size.sum()),
        phases(wave, threshold),
        turns(wave, turn),
        int(np.argmax(size)),
    )


def phases(wave: Samples, threshold: float) -> int:
    """Count the stretches of one sign that leave the baseline by more than `threshold`."""
    signs = np.sign(wave[np.abs(wave) > threshold])
    return int(np.count_nonzero(np.diff(signs))) + 1 if signs.size else 0


def turns(wave: Samples, smallest: float) -> int:
    """Count the changes of direction that differ from the ones before and after by at least `smallest`."""
    if wave.size < 3:
        return 0
    slope = np.sign(np.diff(wave))
    # A level stretch goes on in the direction that led to it.
    for i in np.flatnonzero(slope == 0):
        slope[i] = slope[i - 1] if i else 0
    corners = wave[np.concatenate([[0], np.flatnonzero(np.diff(slope)) + 1, [wave.size - 1]])].tolist()
    low = high = corners[0]
    count, rising = 0, None
    for value in corners[1:]:
        low, high = min(low, value), max(high, value)
        if rising is not True and value - low >= smallest:
            count, rising, high = count + (rising is False), True, value
        elif rising is not False and high - value >= smallest:
            count, rising, low = count + (rising is True), False, value
    return count
