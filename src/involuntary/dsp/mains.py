"""Mains interference: sinusoids fitted window by window and subtracted, so that nothing rings before an onset."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

__all__ = ["MainsFit", "fit", "remove"]

Samples = NDArray[np.float64]
Complexes = NDArray[np.complex128]

WINDOW_S = 4.0
_BASES_HZ = (50.0, 60.0)
_DRIFT_HZ = 0.2  # of the fundamental; grids keep closer than this
_HIGHEST_HZ = 1000.0
# A line of noise alone exceeds so many times the median of its neighbours once in 2^20.
_ABOVE_NEIGHBOURS = 20.0
_NEIGHBOURS = 24  # bins on either side
_SKIRT = 8  # bins on either side that a Hann-windowed sinusoid fills to 1/2000
_CLIP = 1.5  # times the usual largest deflection in a period; what sticks out further is no mains
_PERIOD_S = 0.02


@dataclass(frozen=True, slots=True)
class MainsFit:
    """The sinusoids found in each window.

    Attributes
    ----------
    base_hz : ndarray, shape (w,)
        50 or 60, or 0 where the window holds no mains.
    amplitude : ndarray, shape (w,)
        Root of the summed squared amplitudes of fundamental and harmonics, in the unit of the samples.
    """

    base_hz: NDArray[np.float64]
    amplitude: NDArray[np.float64]


def remove(samples: Samples, rate_hz: float, hop: int | None = None) -> Samples:
    """Subtract mains and its harmonics where they are there.

    Sinusoids (amplitude, phase and frequency free) are fitted to the spectrum of Hann windows of 4 s every 2 s,
    and subtracted with the windows' weights, which add up to one. What is no line at a multiple of 50 or 60 Hz
    stays untouched, and a window without such a line stays untouched to the bit. What sticks out of the window is
    cut to its range before the fit, so that a large potential does not leave a sinusoid behind.

    Parameters
    ----------
    samples : ndarray, shape (n,)
        At least one second, or they are given back as they are.
    rate_hz : float
    hop : int, optional
        Samples from window to window, in place of two seconds.

    Returns
    -------
    ndarray, shape (n,)
    """
    return fit(samples, rate_hz, hop)[0]


def fit(samples: Samples, rate_hz: float, hop: int | None = None) -> tuple[Samples, MainsFit]:
    """Do as `remove`, and say what was found."""
    hop = min(hop or round(WINDOW_S * rate_hz / 2), samples.size // 2)
    if hop < rate_hz / 2:
        return samples, MainsFit(np.zeros(0), np.zeros(0))
    windows = np.lib.stride_tricks.sliding_window_view(samples, 2 * hop)[::hop]
    lines = [_lines(window, rate_hz) for window in windows]
    found = MainsFit(
        np.array([line.base_hz for line in lines]), np.array([np.linalg.norm(line.amplitude) for line in lines])
    )
    if not found.base_hz.any():
        return samples, found
    clean = samples.copy()
    for i, line in enumerate(lines):
        if not line.base_hz:
            continue
        start = i * hop
        shape = _synthesised(line, 2 * hop)
        clean[start : start + 2 * hop] -= shape
        # Before the first and after the last centre no second window adds its weight: carry the sinusoids on.
        if i == 0:
            clean[:hop] -= _sinusoids(line, np.arange(hop), 2 * hop) - shape[:hop]
        if i == len(lines) - 1:
            clean[start + hop :] -= _sinusoids(line, np.arange(hop, samples.size - start), 2 * hop)
            clean[start + hop : start + 2 * hop] += shape[hop:]
    return clean, found


@dataclass(frozen=True, slots=True)
class _Lines:
    """Sinusoids of one window: their base, positions in bins (with fraction) and complex amplitudes."""

    base_hz: float
    position: NDArray[np.float64]
    amplitude: Complexes


_NO_LINES = _Lines(0.0, np.empty(0), np.empty(0, dtype=np.complex128))


def _lines(window: Samples, rate_hz: float) -> _Lines:
    n = window.size
    period = max(round(_PERIOD_S * rate_hz), 1)
    periods = window[: n - n % period].reshape(-1, period)
    centred = window - np.median(periods.mean(axis=1))
    reach = _CLIP * np.median(np.ptp(periods, axis=1) / 2)
    spectrum = np.fft.rfft(np.clip(centred, -reach, reach) * _hann(n)) * (4 / n)
    power = spectrum.real**2 + spectrum.imag**2
    peaks = [_towering(power, base, n, rate_hz) for base in _BASES_HZ]
    base, peak = max(zip(_BASES_HZ, peaks, strict=True), key=lambda pair: float(power[pair[1]].sum()))
    if not peak.size:
        return _NO_LINES
    # Under a Hann window the ratio of the two highest bins gives the position in closed form.
    side = np.where(power[peak + 1] >= power[peak - 1], 1, -1)
    ratio = np.sqrt(power[peak + side] / power[peak])
    position = peak + side * (2 * ratio - 1) / (ratio + 1)
    return _Lines(base, position, spectrum[peak] / _kernel(peak - position))


def _towering(power: Samples, base_hz: float, n: int, rate_hz: float) -> NDArray[np.intp]:
    """Give the bins at multiples of the base that tower over their neighbours."""
    near = _near(base_hz, n, rate_hz)
    if not len(near):
        return np.empty(0, dtype=np.intp)
    peak: NDArray[np.intp] = near[np.arange(len(near)), np.argmax(power[near], axis=1)]
    around = peak[:, None] + np.arange(-_NEIGHBOURS, _NEIGHBOURS + 1)
    towers: NDArray[np.bool_] = power[peak] > _ABOVE_NEIGHBOURS * np.median(power[np.maximum(around, 0)], axis=1)
    return peak[towers]


@lru_cache(maxsize=8)
def _near(base_hz: float, n: int, rate_hz: float) -> NDArray[np.intp]:
    """Give, one harmonic a row, the bins in which it may lie; rows of few bins repeat their last."""
    bin_hz = rate_hz / n
    highest = min(_HIGHEST_HZ, rate_hz / 2 - (_NEIGHBOURS + 2) * bin_hz)
    k = np.arange(1, max(int(highest / base_hz), 0) + 1)
    reach = 1 + np.rint(k * _DRIFT_HZ / bin_hz).astype(np.intp)
    offset = np.arange(-reach.max(initial=0), reach.max(initial=0) + 1)
    centre = np.rint(k * base_hz / bin_hz).astype(np.intp)
    near: NDArray[np.intp] = centre[:, None] + np.clip(offset, -reach[:, None], reach[:, None])
    return np.minimum(near, n // 2 - _NEIGHBOURS - 1)


def _kernel(offset_bins: NDArray[np.float64]) -> Complexes:
    """Give the spectrum of a sinusoid under a periodic Hann window of mean one, at an offset in bins from it."""
    x = np.where(np.abs(np.abs(offset_bins) - 1) < 1e-9, 1 + 1e-9, offset_bins)
    kernel: Complexes = np.sinc(x) / (1 - x * x) * np.exp(-1j * np.pi * offset_bins)
    return kernel


def _synthesised(lines: _Lines, n: int) -> Samples:
    """Give the sum of the sinusoids under the Hann window, shape (n,), by way of the spectrum."""
    spectrum = np.zeros(n // 2 + 1, dtype=np.complex128)
    bins = np.rint(lines.position).astype(np.intp)[:, None] + np.arange(-_SKIRT, _SKIRT + 1)
    values = lines.amplitude[:, None] * _kernel(bins - lines.position[:, None])
    inside = (bins > 0) & (bins < n // 2)
    np.add.at(spectrum, bins[inside], values[inside])
    shape: Samples = np.fft.irfft(spectrum, n) * (n / 4)
    return shape


def _sinusoids(lines: _Lines, index: NDArray[np.intp], n: int) -> Samples:
    """Give the sum of the sinusoids at sample indices of their window."""
    total = np.zeros(index.size)
    for position, amplitude in zip(lines.position, lines.amplitude, strict=True):
        total += (amplitude * np.exp(2j * np.pi * position / n * index)).real
    return total


@lru_cache(maxsize=8)
def _hann(n: int) -> Samples:
    hann: Samples = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(n) / n)
    return hann
