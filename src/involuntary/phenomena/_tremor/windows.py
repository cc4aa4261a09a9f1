"""What tremulous windows come to: frequency, amplitude, regularity, and whether there are more than chance gives."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from involuntary.detect.oscillation import Epoch, Oscillation, epochs, typical_spectrum
from involuntary.dsp.spectrum import Peak, Spectrum, band_power, harmonic_ratio, jackknife, peak
from involuntary.dsp.stability import band_passed, main_direction, stability_index_hz

__all__ = [
    "Band",
    "Rhythm",
    "Scale",
    "amplitude",
    "find_rhythm",
    "fundamental",
    "harmonics",
    "potentials_together",
    "relative_power",
    "stability",
    "strongest_axis",
]

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]
_JACKKNIFE_PARTS = 30
_PLAIN_HZ, _SMOOTH_HZ = (25.0, 80.0), 9.0  # where an envelope's spectrum tells no rate any more, smoothed so widely
_HALF_HZ = 1.0  # of a peak


@dataclass(frozen=True, slots=True)
class Band:
    """Where the peak is sought, what belongs to it, and what share makes a slower peak its fundamental."""

    low_hz: float
    high_hz: float
    half_band_hz: float
    harmonic_share: float


@dataclass(frozen=True, slots=True)
class Scale:
    """How a sensor's samples become an amplitude.

    Attributes
    ----------
    integrations : int
        How often the samples are integrated over time: 2 for an accelerometer, 1 for a gyroscope, 0 for an envelope.
    factor : float
        From the samples' unit to `unit`.
    unit : str
        Such as ``"mm"``.
    """

    integrations: int
    factor: float
    unit: str


@dataclass(frozen=True, slots=True, eq=False)
class Rhythm:
    """The dominant oscillation of one sensor.

    Attributes
    ----------
    spectrum : Spectrum
        Of the tremulous windows of one frequency where they are more than chance gives, else of the typical moment.
    peak : Peak
        Its fundamental.
    windows : ndarray of bool, shape (k,)
        The tremulous windows of that frequency.
    chance : float
        Probability of as many by the detector's published specificity alone.
    frequency_interval, amplitude_interval : tuple of float or None
        95 % intervals by the jackknife over windows.
    epochs : tuple of Epoch
        All tremulous epochs, at their fundamental.
    """

    spectrum: Spectrum
    peak: Peak
    windows: Mask
    chance: float
    frequency_interval: tuple[float, float] | None
    amplitude_interval: tuple[float, float] | None
    epochs: tuple[Epoch, ...]


def find_rhythm(found: Oscillation, band: Band, scale: Scale, specificity: float, significance: float) -> Rhythm | None:
    """Find the dominant oscillation, or None where the recording is shorter than a segment or has no peak."""
    alike = _one_frequency(found, band.half_band_hz)
    chance = _at_least(int(alike.sum()), alike.size, 1 - specificity)
    steady = chance < significance
    spectrum = found.spectrum(alike) if steady else typical_spectrum(found)
    top = fundamental(spectrum, band) if spectrum is not None else None
    if spectrum is None or top is None:
        return None
    own = _at_fundamental(found.peak_hz, top.frequency_hz)
    if steady:
        # Windows whose highest peak is another harmonic of the same rhythm belong to it.
        alike = alike | (found.tremor & (np.abs(own - top.frequency_hz) <= band.half_band_hz))
        spectrum = found.spectrum(alike)
        top = fundamental(spectrum, band) or top
    frequency = amplitude_range = None
    if steady:
        frequency = _interval(found, alike, lambda s: _frequency(s, top, band))
        amplitude_range = _interval(found, alike, lambda s: amplitude(s, top.frequency_hz, band, scale))
    refined = tuple(_refined(found, epoch) for epoch in epochs(found, own))
    return Rhythm(spectrum, top, alike, chance, frequency, amplitude_range, refined)


def fundamental(spectrum: Spectrum, band: Band) -> Peak | None:
    """Give the highest peak of the band, or the slower one that it is a harmonic of."""
    top = peak(spectrum, band.low_hz, band.high_hz)
    if top is None:
        return None
    reach = spectrum.resolution_hz / 2
    for order in (3, 2):
        expected = top.frequency_hz / order
        slower = peak(spectrum, max(expected - reach, band.low_hz), expected + reach)
        if slower is not None and slower.density >= band.harmonic_share * top.density:
            return slower
    return top


def amplitude(
    spectrum: Spectrum, frequency_hz: float, band: Band, scale: Scale, integrations: int | None = None
) -> float:
    """Give half of the peak-to-peak of the sine that has the power around a frequency, in the scale's unit.

    Each line is divided by (2πf) to the power of twice the integrations. The noise below the peak is taken
    from the median of the band outside the peak and its harmonics.
    """
    times = scale.integrations if integrations is None else integrations
    above = _above_noise(spectrum, frequency_hz, band)
    f = np.maximum(above.frequency_hz, 0.5 * frequency_hz)
    weight = (2 * np.pi * f) ** (-2.0 * times)
    power = band_power(above, frequency_hz - band.half_band_hz, frequency_hz + band.half_band_hz, weight)
    return scale.factor * float(np.sqrt(2 * max(power, 0.0)))


def harmonics(spectrum: Spectrum, frequency_hz: float, band: Band) -> float:
    """Give the power of harmonics 2 to 4 over that of the fundamental, noise taken off."""
    return max(harmonic_ratio(_above_noise(spectrum, frequency_hz, band), frequency_hz, band.half_band_hz / 2), 0.0)


def relative_power(spectrum: Spectrum, frequency_hz: float, band: Band) -> float:
    """Give the share of the band's power that lies around a frequency."""
    low, high = max(frequency_hz - band.half_band_hz, band.low_hz), min(frequency_hz + band.half_band_hz, band.high_hz)
    return band_power(spectrum, low, high) / band_power(spectrum, band.low_hz, band.high_hz)


def potentials_together(found: Oscillation, rhythm: Rhythm) -> float:
    """Give how many potentials of a muscle come at once in a beat.

    The spectrum of a sum of like potentials is that of one of them at frequencies where their times tell nothing, and
    at their rate it is higher by a peak. The peak's area over that level is the rate itself for units that fire
    regularly, each for itself (less where they are irregular), and as many times more as potentials come at once:
    what the independent phases of units add in power, a common beat adds in amplitude. Of harmonics, which bursts may
    have instead, the same holds.

    Parameters
    ----------
    found : Oscillation
        Of an EMG, its slow parts filtered off, so that a potential is brief.
    rhythm : Rhythm

    Returns
    -------
    float
        Infinite, so that it speaks against nothing, where the spectrum ends before its level can be told.
    """
    spectrum, rate_hz = found.spectrum(rhythm.windows), rhythm.peak.frequency_hz
    f, density = spectrum.frequency_hz, spectrum.density
    smooth = np.convolve(density, np.ones(lines := round(_SMOOTH_HZ / f[1]) | 1) / lines, "same")
    plain = (f >= max(_PLAIN_HZ[0], 2.5 * rate_hz)) & (f <= min(_PLAIN_HZ[1], f[-1] - _SMOOTH_HZ / 2))
    if not plain.any():
        return math.inf
    # The spectrum of one potential falls as that of a bell does.
    fall, level = np.polyfit(f[plain] ** 2, np.log(smooth[plain]), 1)
    excess = np.maximum(density / np.exp(level + min(float(fall), 0.0) * f**2) - 1, 0.0) * f[1] / rate_hz
    harmonics = [rate_hz * order for order in (1, 2, 3) if rate_hz * order < _PLAIN_HZ[0]]
    return max(float(np.sum(excess[np.abs(f - one) <= _HALF_HZ])) for one in harmonics)


def _above_noise(spectrum: Spectrum, frequency_hz: float, band: Band) -> Spectrum:
    f = spectrum.frequency_hz
    order = np.maximum(np.round(f / frequency_hz), 1)
    beside = (f >= band.low_hz) & (f <= band.high_hz) & (np.abs(f - order * frequency_hz) > band.half_band_hz)
    floor = float(np.median(spectrum.density[beside])) if beside.any() else 0.0
    return Spectrum(f, spectrum.density - floor, spectrum.resolution_hz, spectrum.segments)


def stability(found: Oscillation, seen: Rhythm, half_band_hz: float, order: int) -> tuple[float, int]:
    """Give the tremor stability index in hertz over the windows of the rhythm, and its number of cycles."""
    half_band = min(half_band_hz, 0.9 * seen.peak.frequency_hz)
    low_hz, high_hz = seen.peak.frequency_hz - half_band, seen.peak.frequency_hz + half_band
    passed = [
        (s.start_s, band_passed(s.samples, found.rate_hz, low_hz, high_hz, order))
        for s in found.stretches
        if s.samples.shape[1] > found.rate_hz
    ]
    runs = []
    for start_s, samples in passed:
        for first, last in _runs(found, seen.windows, start_s, samples.shape[1]):
            runs.append(samples[:, first:last])
    if not runs:
        return float("nan"), 0
    main = main_direction(np.concatenate(runs, axis=1))
    return stability_index_hz([main @ run for run in runs], found.rate_hz)


def strongest_axis(found: Oscillation, frequency_hz: float, half_band_hz: float) -> int:
    """Give the position of the channel that carries most power around a frequency."""
    power = np.zeros(len(found.channels))
    for s in found.stretches:
        lines = np.abs(np.fft.rfft(s.samples - s.samples.mean(axis=1, keepdims=True), axis=1)) ** 2
        f = np.fft.rfftfreq(s.samples.shape[1], 1 / found.rate_hz)
        power += lines[:, np.abs(f - frequency_hz) <= half_band_hz].sum(axis=1)
    return found.channels[int(np.argmax(power))]


def _one_frequency(found: Oscillation, half_band_hz: float) -> Mask:
    """Give the largest set of tremulous windows whose peaks lie within the half band of one of them."""
    peaks = found.peak_hz[found.tremor]
    if not peaks.size:
        return np.zeros(found.tremor.shape, dtype=np.bool_)
    centres = np.unique(peaks)
    members = [np.abs(peaks - centre) <= half_band_hz for centre in centres]
    best = int(np.argmax([m.sum() for m in members]))
    alike: Mask = found.tremor & (np.abs(found.peak_hz - centres[best]) <= half_band_hz)
    return alike


def _at_least(k: int, n: int, probability: float) -> float:
    """Give the probability of `k` or more of `n` by chance."""
    terms = [
        math.lgamma(n + 1) - math.lgamma(i + 1) - math.lgamma(n - i + 1)
        + i * math.log(probability) + (n - i) * math.log1p(-probability)
        for i in range(k, n + 1)
    ]  # fmt: skip
    return math.fsum(math.exp(term) for term in terms)


def _frequency(spectrum: Spectrum, top: Peak, band: Band) -> float:
    near = peak(spectrum, top.frequency_hz - band.half_band_hz, top.frequency_hz + band.half_band_hz)
    return near.frequency_hz if near is not None else top.frequency_hz


def _interval(found: Oscillation, windows: Mask, value: Callable[[Spectrum], float]) -> tuple[float, float] | None:
    index = np.flatnonzero(windows)
    parts = np.array_split(index, min(index.size, _JACKKNIFE_PARTS))
    if len(parts) < 3:
        return None

    def of(kept: NDArray[np.intp]) -> float:
        mask = np.zeros_like(windows)
        mask[kept] = True
        return value(found.spectrum(mask))

    span = jackknife(np.array([of(np.setdiff1d(index, part)) for part in parts]), of(index))
    return None if span is None else (max(span[0], 0.0), span[1])  # neither is ever negative


def _at_fundamental(peak_hz: Floats, frequency_hz: float) -> Floats:
    """Lead peaks near the second or third harmonic of a frequency back to it."""
    order = np.clip(np.round(peak_hz / frequency_hz), 1, 3)
    harmonic = np.abs(peak_hz / order - frequency_hz) <= 0.25
    return np.where(harmonic, peak_hz / order, peak_hz)


def _refined(found: Oscillation, epoch: Epoch) -> Epoch:
    """Give an epoch with the frequency of its own spectrum's peak, between the lines."""
    chosen = np.zeros(found.tremor.shape, dtype=np.bool_)
    chosen[epoch.first : epoch.stop] = True
    own = peak(found.spectrum(chosen), epoch.frequency_hz - 0.5, epoch.frequency_hz + 0.5)
    return Epoch(epoch.first, epoch.stop, own.frequency_hz) if own is not None else epoch


def _runs(found: Oscillation, windows: Mask, start_s: float, n: int) -> list[tuple[int, int]]:
    """Give first and last-plus-one sample of each run of the windows within a stretch that starts at a time."""
    length = round(found.window_s * found.rate_hz)
    firsts = np.round((found.start_s[windows] - start_s) * found.rate_hz).astype(int)
    runs: list[tuple[int, int]] = []
    for first in firsts[(firsts >= 0) & (firsts + length <= n)].tolist():
        if runs and first - runs[-1][1] <= 1:
            runs[-1] = (runs[-1][0], first + length)
        else:
            runs.append((first, first + length))
    return runs
