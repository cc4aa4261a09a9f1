"""How much of a signal there is at each of several scales: magnitudes of analytic derivative-of-Gaussian wavelets.

A wavelet has an even and an odd part, so that a wave of one phase shows in it as one of two or three does. Each scale
is held against its own noise, so that the colour of the noise does not matter: in Gaussian noise of any spectrum the
magnitude follows Rayleigh's law, whose one number the median tells.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["RAYLEIGH_MEDIAN", "Scale", "magnitudes"]

Floats = NDArray[np.floating]

RAYLEIGH_MEDIAN = math.sqrt(2 * math.log(2))  # in standard deviations of either part
_FRAME_S = 0.02
_FRAMES, _MARGIN = 100, 10  # in a piece, and to either side of it: ten times as long as the widest wavelet
_BAND = 3.5  # times its middle frequency, where a wavelet has fallen to a hundredth


class Scale(NamedTuple):
    """Magnitude at one scale: samples of the signal from value to value; values, shape (k,)."""

    step: float
    values: Floats


def magnitudes(wave: Floats, frame: int, widths_s: tuple[float, ...], high_hz: float) -> list[Scale]:
    """Give the magnitude at each scale; a sine in the middle of a wavelet's band has its amplitude.

    Parameters
    ----------
    wave : ndarray, shape (n,)
        Without offset.
    frame : int
        Samples in 20 ms.
    widths_s : tuple of float
        Standard deviation of each Gaussian; its derivative has most at 1 / (2π · width) Hz.
    high_hz : float
        The signal holds nothing above.
    """
    hop, margin = _FRAMES * frame, _MARGIN * frame
    padded = np.zeros(margin + -(-wave.size // hop) * hop + margin, dtype=np.float32)
    padded[margin : margin + wave.size] = wave
    pieces = np.lib.stride_tricks.sliding_window_view(padded, hop + 2 * margin)[::hop]
    spectra = np.fft.rfft(pieces, axis=1)
    found = []
    for width_s in widths_s:
        # Twice as many values as the band is wide: a magnitude has twice the band of what it is the magnitude of.
        fine = min(frame, math.ceil(2 * _FRAME_S * min(_BAND / (2 * math.pi * width_s), high_hz)))
        values = _at_scale(spectra, width_s, fine) * np.float32(fine / frame)
        found.append(Scale(frame / fine, values[: wave.size * fine // frame]))
    return found


def _at_scale(spectra: NDArray[np.complexfloating], width_s: float, fine: int) -> Floats:
    """Give the magnitude of every piece, so many values a frame, one after the other."""
    n = (_FRAMES + 2 * _MARGIN) * fine
    kept = min(n, spectra.shape[1])
    angle = 2 * math.pi * width_s / (_FRAME_S * (_FRAMES + 2 * _MARGIN)) * np.arange(kept)
    band = 2 * angle * np.exp(0.5 - 0.5 * angle**2)
    analytic = np.zeros((len(spectra), n), dtype=spectra.dtype)
    np.multiply(spectra[:, :kept], band.astype(np.float32), out=analytic[:, :kept])
    magnitude: Floats = np.abs(np.fft.ifft(analytic, axis=1))
    return magnitude[:, _MARGIN * fine : n - _MARGIN * fine].ravel()
