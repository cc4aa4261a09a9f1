"""Band-pass filters: zero-phase for durations and spectra, causal where nothing may move an onset earlier."""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

__all__ = ["causal", "extended", "fast_length", "reflect", "settling_s", "zero_phase"]

Samples = NDArray[np.float64]


def zero_phase(samples: Samples, rate_hz: float, low_hz: float, high_hz: float, order: int = 2) -> Samples:
    """Filter forwards and backwards at once: a high-pass and a low-pass Butterworth, both run twice.

    The response is that of `scipy.signal.sosfiltfilt` with corrected cut-offs, applied to the spectrum.
    The ends are extended by odd reflection.

    Parameters
    ----------
    samples : ndarray, shape (n,)
    rate_hz : float
    low_hz, high_hz : float
        −3 dB points of the result; 0 for no high-pass, half the rate or more for no low-pass.
    order : int
        Order of one pass; two passes double it. Running twice would move the −3 dB points inwards, so the cut-offs
        of one pass are moved outwards until the squared gain is 1/√2 where it was asked for (Winter, Biomechanics
        and Motor Control of Human Movement, 4th ed. 2009, section 2.2.4.4: the factor for the number of passes).

    Returns
    -------
    ndarray, shape (n,)
    """
    n = samples.size
    if n == 0:
        return np.empty(0)
    pad = min(math.ceil(settling_s(low_hz) * rate_hz), n - 1)
    total = fast_length(n + 2 * pad)
    padded = extended(samples, pad, total)
    # Between the end and, round the circle, the beginning: a straight line.
    padded[n + 2 * pad :] = np.linspace(padded[n + 2 * pad - 1], padded[0], total - n - 2 * pad)
    spectrum = np.fft.rfft(padded)
    spectrum *= _gain(total, rate_hz, low_hz, high_hz, order)
    filtered: Samples = np.fft.irfft(spectrum, total)[pad : pad + n]
    return filtered


def extended(samples: Samples, pad: int, total: int) -> Samples:
    """Lengthen by `pad` samples of odd reflection on both sides, and by the last of them to `total`, shape (total,)."""
    n = samples.size
    padded = np.empty(total)
    padded[pad : pad + n] = samples
    reflect(padded, pad, n)
    return padded


def reflect(padded: NDArray[np.floating], pad: int, n: int) -> None:
    """Do as `extended` around `n` samples that are there, `pad` after the start."""
    samples = padded[pad : pad + n]
    padded[:pad] = 2 * samples[0] - samples[pad:0:-1]
    padded[pad + n : n + 2 * pad] = 2 * samples[-1] - samples[-2 : -2 - pad : -1]
    padded[n + 2 * pad :] = padded[n + 2 * pad - 1]


@lru_cache(maxsize=4)
def _gain(total: int, rate_hz: float, low_hz: float, high_hz: float, order: int) -> NDArray[np.float64]:
    frequency_hz = np.arange(total // 2 + 1, dtype=np.float64) * (rate_hz / total)
    return response(frequency_hz, rate_hz, low_hz, high_hz, order)


def response(
    frequency_hz: NDArray[np.float64], rate_hz: float, low_hz: float, high_hz: float, order: int
) -> NDArray[np.float64]:
    """Give the gain of the zero-phase filter at frequencies of 0 to half the rate, shape as given."""
    # The bilinear transform maps a frequency to its tangent; half power of two passes is 1/√2 of each squared gain.
    tangent = np.tan(np.pi * np.minimum(frequency_hz / rate_hz, 0.4999999))
    shift = (math.sqrt(2) - 1) ** (1 / (2 * order))
    gain = np.ones_like(tangent)
    if low_hz > 0:
        ratio = (tangent / (math.tan(math.pi * low_hz / rate_hz) * shift)) ** (2 * order)
        gain *= ratio / (1 + ratio)
    if high_hz < rate_hz / 2:
        gain /= 1 + (tangent * shift / math.tan(math.pi * high_hz / rate_hz)) ** (2 * order)
    return gain


def causal(samples: Samples, rate_hz: float, low_hz: float, high_hz: float, order: int = 2) -> Samples:
    """Filter forwards only, from rest at the first sample: an onset is delayed, never moved earlier.

    Parameters
    ----------
    samples : ndarray, shape (n,)
    rate_hz : float
    low_hz, high_hz : float
        −3 dB points; 0 for no high-pass, half the rate or more for no low-pass.
    order : int
        Order of the high-pass and of the low-pass.
    """
    from scipy.signal import butter, sosfilt

    filtered = samples - samples[0] if samples.size and low_hz > 0 else samples
    if low_hz > 0:
        filtered = sosfilt(butter(order, low_hz, "highpass", fs=rate_hz, output="sos"), filtered)
    if high_hz < rate_hz / 2:
        filtered = sosfilt(butter(order, high_hz, "lowpass", fs=rate_hz, output="sos"), filtered)
    return np.asarray(filtered, dtype=np.float64)


def settling_s(low_hz: float) -> float:
    """Give the time after which a zero-phase second-order filter has forgotten a sample (to 1e-12), in seconds."""
    # The poles of the corrected high-pass lie at 0.80 · low_hz, their real part at 1/√2 of that.
    return 28.0 / (2 * math.pi * low_hz * 0.80 / math.sqrt(2)) if low_hz > 0 else 0.1


def fast_length(n: int) -> int:
    """Give the smallest length of at least `n` whose only prime factors are 2, 3 and 5."""
    best = 1 << max(n - 1, 1).bit_length()
    five = 1
    while five < best:
        three = five
        while three < best:
            quotient = -(-n // three)
            best = min(best, three << max(quotient - 1, 0).bit_length())
            three *= 3
        five *= 5
    return best
