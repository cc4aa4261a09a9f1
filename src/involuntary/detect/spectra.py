"""Spectra of a channel, window by window, with their phase: what sums, differences and delays of channels need."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from involuntary.detect.conditioned import Conditioned, Conditioning, conditioned
from involuntary.errors import ParameterError
from involuntary.model import Recording

__all__ = ["SpectraRule", "WindowSpectra", "detect"]

Floats = NDArray[np.float64]
# Conditioned samples are to be used for so long after their block.
_LONGEST_S = 2.0


@dataclass(frozen=True, slots=True)
class SpectraRule:
    """Windows and band.

    Attributes
    ----------
    window_s : float
        Length of a window, under a Hann taper; windows follow each other without overlap from the start of each
        recorded stretch.
    low_hz, high_hz : float
        Band.
    """

    window_s: float = 1.0
    low_hz: float = 20.0
    high_hz: float = 450.0


@dataclass(frozen=True, slots=True, eq=False)
class WindowSpectra:
    """One row a window; channels of one rate share windows and frequencies.

    Attributes
    ----------
    onset_s : ndarray of float64, shape (windows,)
        On the recording's clock.
    frequency_hz : ndarray of float64, shape (frequencies,)
    values : ndarray of complex64, shape (windows, frequencies)
        The square of its size is the power density, in µV² or counts² a hertz.
    """

    onset_s: Floats
    frequency_hz: Floats
    values: NDArray[np.complex64]


def detect(recording: Recording, channel: int, rule: SpectraRule) -> WindowSpectra:
    """Give the spectra of a channel of EMG, freed of mains.

    Raises
    ------
    ParameterError
        If a window is longer than two seconds, or the channel is neither in volts nor in counts, or too slow.
    """
    if not 0 < rule.window_s <= _LONGEST_S:
        raise ParameterError("window_s", f"must be above 0 and at most {_LONGEST_S:g}", f"{rule.window_s:g} s")
    rate = recording.channels[channel].rate_hz
    n = round(rule.window_s * rate)
    every: Floats = np.fft.rfftfreq(n, 1 / rate).astype(np.float64)
    band = np.flatnonzero((every >= rule.low_hz) & (every <= rule.high_hz))
    stretches = [np.arange(start, stop - n + 1, n, dtype=np.intp) for start, stop in recording.segment_samples(channel)]
    begins = np.concatenate([np.empty(0, dtype=np.intp), *stretches])
    values = np.empty((begins.size, band.size), dtype=np.complex64)
    # Filters an octave beyond the band leave the spectrum within it as it is.
    for part in conditioned(recording, channel, Conditioning(rule.low_hz / 2, 2 * rule.high_hz)):
        first = part.block.first
        rows = slice(*np.searchsorted(begins, [first + part.block.start, first + part.block.stop]))
        values[rows] = _transformed(part, begins[rows] - first, n)[:, band]
    return WindowSpectra(recording.time_s(channel, begins), every[band], values)


def _transformed(part: Conditioned, begins: NDArray[np.intp], n: int) -> NDArray[np.complexfloating]:
    taper = np.hanning(n)
    scale = np.sqrt(2 / (part.rate_hz * np.sum(taper**2)))
    return np.fft.rfft(part.wave[begins[:, None] + np.arange(n)] * (scale * taper), axis=1)
