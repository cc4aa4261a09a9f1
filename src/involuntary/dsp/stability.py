"""Cycle by cycle: how fast an oscillation goes, and how steady it stays."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from involuntary.dsp.bands import fast_length
from involuntary.errors import ParameterError

__all__ = ["band_passed", "cycle_frequency_hz", "main_direction", "stability_index_hz"]

Floats = NDArray[np.float64]


def band_passed(samples: Floats, rate_hz: float, low_hz: float, high_hz: float, order: int) -> Floats:
    """Band-pass with a Butterworth filter of that order, run forth and back at once.

    The gain of both passes multiplies the spectrum; the ends are extended by odd reflection.

    Parameters
    ----------
    samples : ndarray, shape (axes, n)
    rate_hz, low_hz, high_hz : float
        −3 dB points of one pass.
    order : int
        Of one pass.

    Raises
    ------
    ParameterError
        If the band does not lie between 0 and half of the rate.
    """
    if not 0 < low_hz < high_hz < rate_hz / 2:
        raise ParameterError("the band", f"must lie between 0 and {rate_hz / 2:g} Hz", f"{low_hz:g} to {high_hz:g} Hz")
    n = samples.shape[-1]
    pad = min(round(6 * rate_hz / (high_hz - low_hz)), n - 1)
    before, after = 2 * samples[:, :1] - samples[:, pad:0:-1], 2 * samples[:, -1:] - samples[:, -2 : -2 - pad : -1]
    padded = np.concatenate([before, samples, after], axis=-1)
    total = fast_length(padded.shape[-1] + pad)
    frequency = np.fft.rfftfreq(total, 1 / rate_hz)
    # The bilinear transform maps a frequency to its tangent.
    low, high = np.tan(np.pi * low_hz / rate_hz), np.tan(np.pi * high_hz / rate_hz)
    at = np.tan(np.pi * np.minimum(frequency / rate_hz, 0.4999999))
    detuning = np.full_like(at, np.inf)
    np.divide(at**2 - low * high, at * (high - low), out=detuning, where=at > 0)
    gain = 1 / (1 + detuning ** (2 * order))
    passed: Floats = np.fft.irfft(np.fft.rfft(padded, total) * gain, total)[:, pad : pad + n]
    return passed


def main_direction(samples: Floats) -> Floats:
    """Give the unit vector, shape (axes,), along which zero-mean samples, shape (axes, n), vary most."""
    directions: Floats = np.linalg.eigh(samples @ samples.T)[1]
    main = directions[:, -1]
    # The sign of an eigenvector is arbitrary: the strongest axis counts positively.
    return np.asarray(main * np.sign(main[np.argmax(np.abs(main))]))


def cycle_frequency_hz(samples: Floats, rate_hz: float) -> Floats:
    """Give the frequency of each cycle, from one upward zero crossing, found between samples, to the next."""
    before = np.flatnonzero((samples[:-1] < 0) & (samples[1:] >= 0))
    crossing = before + samples[before] / (samples[before] - samples[before + 1])
    frequency: Floats = rate_hz / np.diff(crossing)
    return frequency


def stability_index_hz(stretches: list[Floats], rate_hz: float) -> tuple[float, int]:
    """Give the tremor stability index: interquartile range of the change of frequency from cycle to cycle.

    Parameters
    ----------
    stretches : list of ndarray, each shape (n,)
        One axis, band-passed around the tremor's peak; changes are not taken across stretches.
    rate_hz : float
        Samples a second.

    Returns
    -------
    index : float
        In hertz; not-a-number below four changes.
    cycles : int
        How many cycles stand behind it.

    References
    ----------
    di Biase et al. 2017, Brain 140:1977–1986, doi:10.1093/brain/awx104.
    """
    frequencies = [cycle_frequency_hz(stretch, rate_hz) for stretch in stretches]
    changes = np.concatenate([np.empty(0), *(np.diff(f) for f in frequencies)])
    cycles = sum(f.size for f in frequencies)
    if changes.size < 4:
        return float("nan"), cycles
    low, high = np.percentile(changes, [25, 75])
    return float(high - low), cycles
