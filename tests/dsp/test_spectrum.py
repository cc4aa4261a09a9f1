"""Spectra against SciPy, known sines and known noise."""

import numpy as np
import pytest
from scipy import signal, stats

from involuntary.dsp.spectrum import (
    Spectrum,
    averaged,
    band_power,
    harmonic_ratio,
    jackknife,
    mean_frequency,
    median_frequency,
    peak,
    periodograms,
    welch,
)
from involuntary.errors import ParameterError

RATE = 100.0


def _sine(frequency_hz, seconds=30.0, amplitude=1.0):
    time = np.arange(int(seconds * RATE)) / RATE
    return amplitude * np.sin(2 * np.pi * frequency_hz * time + 0.3)


@pytest.mark.parametrize("detrend", ["linear", "constant", "none"])
@pytest.mark.parametrize("spacing_hz", [None, 0.25, 0.1])
def test_is_the_density_that_scipy_gives(detrend, spacing_hz):
    samples = np.random.default_rng(0).standard_normal((3, 2000)) + 4
    ours = welch(samples, RATE, 3.0, overlap=0.5, detrend=detrend, spacing_hz=spacing_hz)
    padded = 300 if spacing_hz is None else round(RATE / spacing_hz)
    frequency, theirs = signal.welch(
        samples, RATE, np.hanning(300), 300, 150, padded, False if detrend == "none" else detrend
    )
    np.testing.assert_allclose(ours.frequency_hz, frequency)
    np.testing.assert_allclose(ours.density, theirs.sum(axis=0), rtol=1e-9, atol=1e-15)
    assert ours.segments == 12


def test_the_power_of_a_sine_is_half_of_its_amplitude_squared():
    spectrum = welch(_sine(6.0, amplitude=3.0), RATE, 4.0)
    assert band_power(spectrum, 5, 7) == pytest.approx(4.5, rel=1e-3)


@pytest.mark.parametrize("frequency_hz", np.linspace(3.1, 17.9, 12))
def test_a_peak_is_found_between_the_lines(frequency_hz):
    found = peak(welch(_sine(frequency_hz), RATE, 3.0, spacing_hz=0.25), 3, 18)
    assert found.frequency_hz == pytest.approx(frequency_hz, abs=0.01)


def test_the_half_width_of_a_line_is_that_of_the_taper():
    # A Hann taper's main lobe is 1.44 bins wide at half power.
    found = peak(welch(_sine(6.0), RATE, 4.0, spacing_hz=0.02), 3, 18)
    assert found.half_width_hz == pytest.approx(1.44 / 4, rel=0.01)


def test_a_slope_has_no_peak():
    frequency = np.arange(0, 25.25, 0.25)
    assert peak(Spectrum(frequency, np.exp(-frequency), 0.5, 5), 3, 18) is None
    assert peak(Spectrum(frequency, np.ones_like(frequency), 0.5, 5), 3, 18) is None


def test_the_median_withstands_a_jerk_and_keeps_the_level_of_noise():
    noise = np.random.default_rng(1).standard_normal(60_000)
    jerked = noise.copy()
    jerked[30_000:30_020] += 500
    level = 2 / RATE
    assert np.median(welch(jerked, RATE, 3.0, average="median").density) == pytest.approx(level, rel=0.05)
    assert np.median(welch(jerked, RATE, 3.0).density) > 5 * level


def test_the_confidence_interval_holds_the_truth():
    density = welch(np.random.default_rng(2).standard_normal(30_000), RATE, 3.0, overlap=0.0)
    low, high = density.confidence(0.95)
    inside = (density.density[5:-5] * low < 2 / RATE) & (density.density[5:-5] * high > 2 / RATE)
    assert 0.88 < inside.mean() <= 1
    freedom = 2 * density.segments
    assert (low, high) == pytest.approx(
        (freedom / stats.chi2.ppf(0.975, freedom), freedom / stats.chi2.ppf(0.025, freedom))
    )


def test_harmonics_are_weighed_against_the_fundamental():
    samples = _sine(4.0) + _sine(8.0, amplitude=0.5) + _sine(12.0, amplitude=0.1)
    assert harmonic_ratio(welch(samples, RATE, 4.0), 4.0, 0.5) == pytest.approx(0.26, rel=0.01)
    assert np.isnan(harmonic_ratio(welch(samples, RATE, 4.0), 30.0, 0.5))


def test_the_jackknife_of_a_mean_is_students_interval():
    values = np.random.default_rng(3).standard_normal(12)
    without = np.array([np.delete(values, i).mean() for i in range(12)])
    expected = stats.t.interval(0.95, 11, values.mean(), stats.sem(values))
    assert jackknife(without, values.mean()) == pytest.approx(expected)
    assert jackknife(without[:2], 0.0) is None


def test_what_is_shorter_than_a_segment_is_refused():
    with pytest.raises(ParameterError) as refused:
        welch(np.zeros(299), RATE, 3.0)
    assert str(refused.value) == "samples: must last at least one segment of 3.0 s; got 2.99 s"
    with pytest.raises(ParameterError) as refused:
        periodograms(np.zeros(299), RATE, 0.01)
    assert str(refused.value) == "segment_s: needs at least 4 samples a segment; got 1 at 100.0 Hz"
    with pytest.raises(ParameterError) as refused:
        periodograms(np.zeros(299), RATE, 1.0, overlap=1.0)
    assert str(refused.value) == "overlap: must be at least 0 and below 1; got 1.0"
    assert periodograms(np.zeros((2, 299)), RATE, 3.0)[1].shape == (2, 0, 151)


@pytest.mark.parametrize("segments", [1, 2, 3, 10])
def test_the_median_of_few_segments_has_its_bias_taken_off(segments):
    density = np.random.default_rng(4).exponential(size=(segments, 200_000))
    assert averaged(np.arange(200_000.0), density, 0.5, "median").density.mean() == pytest.approx(1.0, rel=0.03)


def test_mean_and_median_frequency_of_known_densities():
    frequency = np.arange(20.0, 451.0)
    flat = np.ones((2, frequency.size))
    assert median_frequency(frequency, flat) == pytest.approx([235.0, 235.0])
    assert mean_frequency(frequency, flat) == pytest.approx([235.0, 235.0])
    # A ramp that falls to zero: half of its area lies left of 1 - 1 / sqrt(2) of its way, its centre at a third.
    falling = frequency[-1] + 1 - frequency
    assert median_frequency(frequency, falling) == pytest.approx(19.5 + 431 * (1 - np.sqrt(0.5)), abs=0.3)
    assert mean_frequency(frequency, falling) == pytest.approx(19.5 + 431 / 3, abs=0.3)
    line = (frequency == 80).astype(float)
    assert median_frequency(frequency, line) == mean_frequency(frequency, line) == 80.0
    assert np.isnan(median_frequency(frequency, 0 * line))
    assert np.isnan(mean_frequency(frequency, 0 * line))
