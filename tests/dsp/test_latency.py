"""Onsets of responses of known shape, with and without noise."""

import numpy as np
import pytest

from involuntary.dsp.latency import leave, main_peak

RATE = 10000.0
SHAPES = {
    "half sine": lambda t: np.where((t > 0) & (t < 0.006), np.sin(np.pi * t / 0.006), 0.0),
    "biphasic sine": lambda t: np.where((t > 0) & (t < 0.012), np.sin(2 * np.pi * t / 0.012), 0.0),
    "alpha function": lambda t: np.maximum(t, 0) / 0.003 * np.exp(1 - np.maximum(t, 0) / 0.003),
}


def found(shape, onset, noise, seed, sign=1.0):
    random = np.random.default_rng(seed)
    samples = sign * SHAPES[shape](np.arange(800) / RATE - onset) + random.normal(0, noise, 800)
    return leave(samples, RATE, main_peak(samples, 250, 600), 50) / RATE


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_without_noise_the_onset_is_right_to_a_fraction_of_a_sample(shape, sign):
    for onset in (0.03, 0.03003, 0.03007):
        assert found(shape, onset, 1e-6, 0, sign) == pytest.approx(onset, abs=0.00003)


@pytest.mark.parametrize("shape", SHAPES)
def test_at_20_db_the_typical_error_is_within_a_tenth_of_a_millisecond(shape):
    errors = np.array([found(shape, 0.03 + i * 7e-6, 0.05, i) - (0.03 + i * 7e-6) for i in range(40)])
    assert abs(np.median(errors)) < 0.0001


def test_a_flank_of_too_few_samples_has_no_onset():
    samples = np.zeros(20)
    samples[10:] = 1.0
    assert np.isnan(leave(samples, 1000.0, 11, 8))


def test_the_first_large_turning_point_is_the_peak():
    samples = np.array([0, 0.1, 0, 0.7, 0, -1.0, 0, 0.6, 0])
    assert main_peak(samples, 0, samples.size) == 3
    assert main_peak(samples, 4, samples.size) == 5
