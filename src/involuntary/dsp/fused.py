"""Band and envelope in one go: plain NumPy for short signals, a compiled kernel where that saves more than it costs."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from involuntary.dsp.bands import extended, settling_s, zero_phase
from involuntary.dsp.envelope import rms_envelope

__all__ = ["band_and_envelope", "sections"]

Samples = NDArray[np.float64]


def band_and_envelope(
    samples: Samples, rate_hz: float, low_hz: float, high_hz: float, window_s: float, *, compiled: bool
) -> tuple[Samples, Samples]:
    """Give `involuntary.dsp.bands.zero_phase` and its `involuntary.dsp.envelope.rms_envelope`, each shape (n,).

    Parameters
    ----------
    samples, rate_hz, low_hz, high_hz, window_s
        As there.
    compiled : bool
        Whether to use the compiled kernel, whose first call in a process costs about a second. Its results agree to
        1e-9 of the largest sample.
    """
    pad = math.ceil(settling_s(low_hz) * rate_hz)
    half = round(window_s * rate_hz / 2)
    if not compiled or half < 2 or samples.size < 64 * pad:
        wave = zero_phase(samples, rate_hz, low_hz, high_hz)
        return wave, rms_envelope(wave, rate_hz, window_s)
    from involuntary.dsp import kernels

    n = samples.size
    length = -(-n // kernels.LANES)
    total = kernels.LANES * length
    padded = extended(samples, pad, total + 2 * pad)
    wave, envelope = np.empty(total), np.empty(total)
    work = np.empty((2, length + 2 * pad, kernels.LANES))
    high, low = sections(rate_hz, low_hz, high_hz)
    kernels.band_envelope(padded, pad, high, low, half, work, wave, envelope)
    wave, envelope = wave[:n], envelope[:n]
    # At the ends the envelope sees what there is, and not what was made up to let the filters settle.
    near = 4 * half
    envelope[: near // 2] = rms_envelope(wave[:near], rate_hz, window_s)[: near // 2]
    envelope[n - near // 2 :] = rms_envelope(wave[n - near :], rate_hz, window_s)[near // 2 :]
    return wave, envelope


def sections(rate_hz: float, low_hz: float, high_hz: float) -> tuple[Samples, Samples]:
    """Give b0, b1, b2, a1, a2 of the second-order high-pass and low-pass of one pass of `zero_phase`.

    A side that is not asked for passes everything.
    """
    shift = (math.sqrt(2) - 1) ** 0.25
    everything = np.array([1.0, 0.0, 0.0, 0.0, 0.0])
    high, low = everything, everything
    if low_hz > 0:
        k = math.tan(math.pi * low_hz / rate_hz) * shift
        high = np.array([1.0, -2.0, 1.0, *_poles(k)]) / _norm(k)
    if high_hz < rate_hz / 2:
        k = math.tan(math.pi * high_hz / rate_hz) / shift
        low = np.array([k * k, 2 * k * k, k * k, *_poles(k)]) / _norm(k)
    return high, low


def _poles(k: float) -> tuple[float, float]:
    return 2 * (k * k - 1), 1 - math.sqrt(2) * k + k * k


def _norm(k: float) -> float:
    return 1 + math.sqrt(2) * k + k * k
