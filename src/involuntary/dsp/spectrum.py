"""Power spectra by Welch's method, and what is read off them: peak, width, power, harmonics."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from involuntary.errors import ParameterError

__all__ = [
    "Peak",
    "Spectrum",
    "averaged",
    "band_power",
    "harmonic_ratio",
    "jackknife",
    "mean_frequency",
    "median_frequency",
    "peak",
    "periodograms",
    "resolution_hz",
    "welch",
]

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Spectrum:
    """A power spectrum.

    Attributes
    ----------
    frequency_hz : ndarray, shape (m,)
        Evenly spaced from 0.
    density : ndarray, shape (m,)
        One-sided power density in the samples' unit squared per hertz.
    resolution_hz : float
        Equivalent noise bandwidth of one segment: two lines closer than this are one.
    segments : int
        How many segments were averaged.
    """

    frequency_hz: Floats
    density: Floats
    resolution_hz: float
    segments: int

    @property
    def spacing_hz(self) -> float:
        """Distance between neighbouring frequencies."""
        return float(self.frequency_hz[1])

    def confidence(self, level: float = 0.95) -> tuple[float, float]:
        """Give the factors on `density` that hold the true density with this confidence.

        Chi-square with two degrees of freedom a segment, as if segments did not overlap.
        """
        from scipy.special import chdtri

        freedom = 2 * self.segments
        tail = (1 - level) / 2
        return float(freedom / chdtri(freedom, tail)), float(freedom / chdtri(freedom, 1 - tail))


@dataclass(frozen=True, slots=True)
class Peak:
    """The highest point of a band.

    Attributes
    ----------
    frequency_hz : float
        Between the lines, from a parabola through the logarithm of three.
    density : float
        Height there, in the spectrum's unit.
    half_width_hz : float
        Full width at half of the height; not-a-number where the peak does not fall that far inside the spectrum.
    """

    frequency_hz: float
    density: float
    half_width_hz: float


def periodograms(
    samples: Floats,
    rate_hz: float,
    segment_s: float,
    *,
    overlap: float = 0.5,
    detrend: Literal["linear", "constant", "none"] = "linear",
    spacing_hz: float | None = None,
) -> tuple[Floats, Floats]:
    """Cut into Hann-tapered segments and give the power density of each.

    Parameters
    ----------
    samples : ndarray, shape (..., n)
        Evenly sampled.
    rate_hz : float
        Samples a second.
    segment_s : float
        Length of a segment.
    overlap : float
        Share of a segment that the next repeats, from 0 to below 1.
    detrend : {"linear", "constant", "none"}
        What is taken out of each segment first.
    spacing_hz : float, optional
        Distance between frequencies, by zero padding; 1 / `segment_s` when None.

    Returns
    -------
    frequency_hz : ndarray, shape (m,)
    density : ndarray, shape (..., k, m)
        One row a segment; none where the samples are shorter than one.

    Raises
    ------
    ParameterError
        If a segment has fewer than 4 samples, or `overlap` is not in [0, 1).
    """
    n = round(segment_s * rate_hz)
    if n < 4:
        raise ParameterError("segment_s", "needs at least 4 samples a segment", f"{n} at {rate_hz} Hz")
    if not 0 <= overlap < 1:
        raise ParameterError("overlap", "must be at least 0 and below 1", str(overlap))
    padded = n if spacing_hz is None else max(n, round(rate_hz / spacing_hz))
    frequency: Floats = np.fft.rfftfreq(padded, 1 / rate_hz).astype(np.float64)
    if samples.shape[-1] < n:
        return frequency, np.empty((*samples.shape[:-1], 0, frequency.size))
    step = max(n - round(overlap * n), 1)
    segments = np.lib.stride_tricks.sliding_window_view(samples, n, axis=-1)[..., ::step, :]
    if detrend != "none":
        segments = segments - segments.mean(axis=-1, keepdims=True)
    if detrend == "linear":
        ramp = np.arange(n) - (n - 1) / 2
        segments -= (segments @ ramp)[..., None] * (ramp / np.sum(ramp**2))
    taper = np.hanning(n)
    density: Floats = np.abs(np.fft.rfft(segments * taper, padded, axis=-1)) ** 2
    density *= 2 / (rate_hz * np.sum(taper**2))
    density[..., 0] /= 2
    if padded % 2 == 0:
        density[..., -1] /= 2
    return frequency, density


def resolution_hz(rate_hz: float, segment_s: float) -> float:
    """Give the equivalent noise bandwidth of a Hann-tapered segment."""
    taper = np.hanning(round(segment_s * rate_hz))
    return float(rate_hz * np.sum(taper**2) / np.sum(taper) ** 2)


def welch(
    samples: Floats,
    rate_hz: float,
    segment_s: float,
    *,
    overlap: float = 0.5,
    detrend: Literal["linear", "constant", "none"] = "linear",
    spacing_hz: float | None = None,
    average: Literal["mean", "median"] = "mean",
) -> Spectrum:
    """Average the power density over segments and sum it over axes.

    Parameters
    ----------
    samples : ndarray, shape (n,) or (axes, n)
        The axes of one sensor are summed: the sum does not depend on how the sensor lay.
    rate_hz, segment_s, overlap, detrend, spacing_hz
        As for `periodograms`.
    average : {"mean", "median"}
        The median withstands single transients; it is divided by its bias for noise.

    Raises
    ------
    ParameterError
        If there is not one whole segment.

    References
    ----------
    Welch 1967, IEEE Trans Audio Electroacoust 15:70, doi:10.1109/TAU.1967.1161901.

    Examples
    --------
    >>> import numpy as np
    >>> time = np.arange(1000) / 100
    >>> spectrum = welch(np.sin(2 * np.pi * 5 * time), 100, segment_s=4)
    >>> round(peak(spectrum, 3, 12).frequency_hz, 2)
    5.0
    """
    frequency, density = periodograms(
        np.atleast_2d(samples), rate_hz, segment_s, overlap=overlap, detrend=detrend, spacing_hz=spacing_hz
    )
    total = density.sum(axis=0)
    if not len(total):
        raise ParameterError(
            "samples", f"must last at least one segment of {segment_s} s", f"{samples.shape[-1] / rate_hz:.3g} s"
        )
    return averaged(frequency, total, resolution_hz(rate_hz, segment_s), average)


def averaged(
    frequency_hz: Floats, density: Floats, resolution: float, average: Literal["mean", "median"] = "mean"
) -> Spectrum:
    """Average densities of segments, shape (k, m), into one spectrum; the median is divided by its bias for noise."""
    middle = density.mean(axis=0) if average == "mean" else np.median(density, axis=0) / _median_bias(len(density))
    return Spectrum(frequency_hz, middle, resolution, len(density))


def _median_bias(n: int) -> float:
    """Median over mean of n exponential variables: 1 − 1/2 + 1/3 − … (n terms, one less where n is even)."""
    terms = np.arange(1, n + (n % 2))
    return float(np.sum((-1.0) ** (terms + 1) / terms))


def peak(spectrum: Spectrum, low_hz: float, high_hz: float) -> Peak | None:
    """Give the highest local maximum of a band, or None where the density only rises or falls through it."""
    density, frequency = spectrum.density, spectrum.frequency_hz
    inner = np.arange(1, density.size - 1)
    top = (density[inner] > density[inner - 1]) & (density[inner] >= density[inner + 1])
    inside = inner[top & (frequency[inner] >= low_hz) & (frequency[inner] <= high_hz)]
    if not inside.size:
        return None
    at = int(inside[np.argmax(density[inside])])
    left, middle, right = np.log(np.maximum(density[at - 1 : at + 2], np.finfo(float).tiny))
    bend = left - 2 * middle + right
    shift = 0.5 * (left - right) / bend if bend < 0 else 0.0
    height = float(np.exp(middle - 0.25 * (left - right) * shift))
    return Peak(float(frequency[at] + shift * spectrum.spacing_hz), height, _half_width(spectrum, at, height))


def _half_width(spectrum: Spectrum, at: int, height: float) -> float:
    below = np.flatnonzero(spectrum.density < height / 2)
    left, right = below[below < at], below[below > at]
    if not left.size or not right.size:
        return float("nan")
    return _crossing(spectrum, right[0] - 1, right[0], height / 2) - _crossing(
        spectrum, left[-1] + 1, left[-1], height / 2
    )


def _crossing(spectrum: Spectrum, above: int, below: int, level: float) -> float:
    high, low = spectrum.density[above], spectrum.density[below]
    share = (high - level) / (high - low)
    start, stop = spectrum.frequency_hz[above], spectrum.frequency_hz[below]
    return float(start + share * (stop - start))


def band_power(spectrum: Spectrum, low_hz: float, high_hz: float, weight: Floats | None = None) -> float:
    """Integrate the density over a band, each line times `weight`, shape (m,), if given."""
    inside = (spectrum.frequency_hz >= low_hz) & (spectrum.frequency_hz <= high_hz)
    lines = spectrum.density[inside] if weight is None else (spectrum.density * weight)[inside]
    return float(np.sum(lines) * spectrum.spacing_hz)


def harmonic_ratio(spectrum: Spectrum, fundamental_hz: float, half_band_hz: float, highest: int = 4) -> float:
    """Give the power around harmonics 2 to `highest` over that around the fundamental."""
    last = spectrum.frequency_hz[-1]
    base = band_power(spectrum, fundamental_hz - half_band_hz, fundamental_hz + half_band_hz)
    above = [k * fundamental_hz for k in range(2, highest + 1) if k * fundamental_hz + half_band_hz <= last]
    if not base or not above:
        return float("nan")
    return sum(band_power(spectrum, f - half_band_hz, f + half_band_hz) for f in above) / base


def median_frequency(frequency_hz: Floats, density: Floats) -> Floats:
    """Give the frequency that splits the power into halves, between the lines; not-a-number of silence.

    Parameters
    ----------
    frequency_hz : ndarray, shape (m,)
        Evenly spaced.
    density : ndarray, shape (..., m)

    References
    ----------
    Stulen & De Luca 1981, IEEE Trans Biomed Eng 28:515, doi:10.1109/TBME.1981.324738.
    """
    below = np.cumsum(density, axis=-1)
    half = below[..., -1:] / 2
    at = np.argmax(below >= half, axis=-1)[..., None]
    line = np.take_along_axis(density, at, axis=-1)
    share = (np.take_along_axis(below, at, axis=-1) - half) / np.where(line > 0, line, np.nan)
    # The power of a line lies evenly within half a spacing of it.
    found: Floats = (frequency_hz[at] + (0.5 - share) * (frequency_hz[1] - frequency_hz[0]))[..., 0]
    return found


def mean_frequency(frequency_hz: Floats, density: Floats) -> Floats:
    """Give the mean of the frequencies weighted by the power, of density of shape (..., m); not-a-number of silence."""
    power = np.sum(density, axis=-1)
    found: Floats = np.sum(frequency_hz * density, axis=-1) / np.where(power > 0, power, np.nan)
    return found


def jackknife(values_without_each: Floats, value: float, level: float = 0.95) -> tuple[float, float] | None:
    """Give the interval of a value from those found when each of n independent parts is left out.

    Parameters
    ----------
    values_without_each : ndarray, shape (n,)
        The value without part 1, …, n.
    value : float
        The value with all.
    level : float
        Confidence.

    Returns
    -------
    tuple of float or None
        Student's t with n − 1 degrees of freedom; None below three parts or where a value is not finite.

    References
    ----------
    Efron & Tibshirani 1993, An Introduction to the Bootstrap, chapter 11.
    """
    from scipy.special import stdtrit

    n = values_without_each.size
    if n < 3 or not np.all(np.isfinite(values_without_each)):
        return None
    error = np.sqrt((n - 1) / n * np.sum((values_without_each - values_without_each.mean()) ** 2))
    reach = float(stdtrit(n - 1, 0.5 + level / 2) * error)
    return value - reach, value + reach
