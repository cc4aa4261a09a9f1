"""Mains interference: sinusoids fitted window by window and subtracted, so that nothing rings before an onset."""

from __future__ import annotations

from dataclasses import dataclass

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


def remove(samples: Samples, rate_hz: float) -> Samples:
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

    Returns
    -------
    ndarray, shape (n,)
    """
    return fit(samples, rate_hz)[0]


def fit(samples: Samples, rate_hz: float) -> tuple[Samples, MainsFit]:
    """Do as `remove`, and say what was found."""
    hop = min(round(WINDOW_S * rate_hz / 2), samples.size // 2)
    if hop < rate_hz / 2:
        return samples, MainsFit(np.zeros(0), np.zeros(0))
    windows = np.lib.stride_tricks.sliding_window_view(samples, 2 * hop)[::hop]
    lines = [_lines(window, rate_hz) for window in windows]
    bases = np.array([base for base, _ in lines])
    amplitude = np.array([np.sqrt(sum(abs(a) ** 2 for _, a in found)) for _, found in lines])
    if not bases.any():
        return samples, MainsFit(bases, amplitude)
    clean = samples.copy()
    last = len(lines) - 1
    for i, (_, found) in enumerate(lines):
        if not found:
            continue
        start = i * hop
        shape = _synthesised(found, 2 * hop)
        clean[start : start + 2 * hop] -= shape
        # Before the first and after the last centre no second window adds its weight: carry the sinusoids on.
        if i == 0:
            clean[:hop] -= _sinusoids(found, np.arange(hop), 2 * hop) - shape[:hop]
        if i == last:
            rest = np.arange(hop, samples.size - start)
            clean[start + hop :] -= _sinusoids(found, rest, 2 * hop)
            clean[start + hop : start + 2 * hop] += shape[hop:]
    return clean, MainsFit(bases, amplitude)


Lines = list[tuple[float, complex]]  # position in bins (with fraction) and amplitude


def _lines(window: Samples, rate_hz: float) -> tuple[float, Lines]:
    n = window.size
    period = max(round(_PERIOD_S * rate_hz), 1)
    periods = window[: n - n % period].reshape(-1, period)
    centred = window - np.median(periods.mean(axis=1))
    reach = _CLIP * np.median(np.ptp(periods, axis=1) / 2)
    spectrum = np.fft.rfft(np.clip(centred, -reach, reach) * _hann(n)) * (4 / n)
    power = spectrum.real**2 + spectrum.imag**2
    found = [(base, _harmonics(power, base, rate_hz / n, rate_hz)) for base in _BASES_HZ]
    base, bins = max(found, key=lambda pair: sum(power[b] for b in pair[1]))
    return (base, [_line(spectrum, power, b, n) for b in bins]) if bins else (0.0, [])


def _harmonics(power: Samples, base_hz: float, bin_hz: float, rate_hz: float) -> list[int]:
    """Give the bins at multiples of the base that tower over their neighbours."""
    bins = []
    highest = min(_HIGHEST_HZ, rate_hz / 2 - (_NEIGHBOURS + 1) * bin_hz)
    for k in range(1, int(highest / base_hz) + 1):
        reach = 1 + round(k * _DRIFT_HZ / bin_hz)
        centre = round(k * base_hz / bin_hz)
        near = power[centre - reach : centre + reach + 1]
        peak = centre - reach + int(np.argmax(near))
        around = power[max(peak - _NEIGHBOURS, 0) : peak + _NEIGHBOURS + 1]
        if power[peak] > _ABOVE_NEIGHBOURS * np.median(around):
            bins.append(peak)
    return bins


def _line(spectrum: Complexes, power: Samples, peak: int, n: int) -> tuple[float, complex]:
    """Interpolate frequency and amplitude of a Hann-windowed sinusoid.

    Under a Hann window the ratio of the two highest bins gives the position in closed form.
    """
    side = 1 if power[peak + 1] >= power[peak - 1] else -1
    ratio = np.sqrt(power[peak + side] / power[peak])
    position = float(peak + side * (2 * ratio - 1) / (ratio + 1))
    return position, complex(spectrum[peak] / _kernel(np.full(1, peak - position), n)[0])


def _kernel(offset_bins: NDArray[np.float64], n: int) -> Complexes:
    """Give the spectrum of the Hann window (periodic, mean one) at an offset in bins from the line."""

    def rectangle(x: NDArray[np.float64]) -> Complexes:
        sine = np.sin(np.pi * x / n)
        safe = np.where(np.abs(sine) < 1e-12, 1.0, sine)
        size = np.where(np.abs(sine) < 1e-12, 1.0, np.sin(np.pi * x) / (n * safe))
        kernel: Complexes = size * np.exp(-1j * np.pi * x * (n - 1) / n)
        return kernel

    x = offset_bins
    total: Complexes = rectangle(x) - 0.5 * (rectangle(x - 1) + rectangle(x + 1))
    return total


def _synthesised(lines: Lines, n: int) -> Samples:
    """Give the sum of the sinusoids under the Hann window, shape (n,), by way of the spectrum."""
    spectrum = np.zeros(n // 2 + 1, dtype=np.complex128)
    for position, amplitude in lines:
        bins = np.arange(max(round(position) - _SKIRT, 1), min(round(position) + _SKIRT + 1, n // 2))
        spectrum[bins] += amplitude * _kernel(bins.astype(np.float64) - position, n)
    shape: Samples = np.fft.irfft(spectrum, n) * (n / 4)
    return shape


def _sinusoids(lines: Lines, index: NDArray[np.intp], n: int) -> Samples:
    total = np.zeros(index.size)
    for position, amplitude in lines:
        total += (amplitude * np.exp(2j * np.pi * position / n * index)).real
    return total


def _hann(n: int) -> Samples:
    hann: Samples = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(n) / n)
    return hann
