"""Cepstral coefficients of slow movement: the shape of a spectrum in a few uncorrelated numbers."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["cepstral_coefficients"]

Floats = NDArray[np.float64]

_FLOOR = 1e-10  # keeps silence finite


def _mel(frequency_hz: Floats) -> Floats:
    return np.asarray(64.875 * np.log10(1 + frequency_hz / 17.5))


def _triangles(spacing_hz: float, highest_hz: float, filters: int, lines: int) -> Floats:
    """Triangular filters, evenly spaced on the scale of human movement, each of unit area; shape (filters, lines)."""
    edges = 17.5 * (10 ** (np.linspace(0, _mel(np.array(highest_hz)), filters + 2) / 64.875) - 1)
    points = np.round(edges / spacing_hz).astype(int) + 1
    bank = np.zeros((filters, lines))
    for row, start, stop in zip(bank, points[:-2], points[2:], strict=True):
        row[start:stop] = 1 - np.abs(np.arange(start, stop) - (start + stop - 1) / 2) / ((stop - start + 1) // 2)
        row /= row.sum() * spacing_hz
    return bank


def cepstral_coefficients(
    spectrum: Floats, spacing_hz: float, *, highest_hz: float = 25.0, filters: int = 15, coefficients: int = 12
) -> Floats:
    """Give the first cepstral coefficients of spectra on a mel scale fitted to human movement.

    Parameters
    ----------
    spectrum : ndarray, shape (..., m)
        Amplitude or power by frequency, from 0 in steps of `spacing_hz` to above `highest_hz`.
    spacing_hz : float
        Distance between frequencies.
    highest_hz, filters, coefficients
        Upper end of the filters, their number, and how many coefficients to give.

    Returns
    -------
    ndarray, shape (..., coefficients)

    References
    ----------
    Timmermans et al. 2025, npj Parkinsons Dis, doi:10.1038/s41531-025-01056-2.
    """
    from scipy.fft import dct

    energy = np.log10(spectrum @ _triangles(spacing_hz, highest_hz, filters, spectrum.shape[-1]).T + _FLOOR)
    cepstrum: Floats = dct(energy, type=2, norm="ortho", axis=-1)[..., :coefficients]
    return cepstrum
