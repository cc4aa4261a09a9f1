"""A parabola passes; noise is lowered as its weights say."""

import numpy as np
import pytest
from scipy.signal import savgol_filter

from involuntary.dsp.smooth import parabolic


def test_it_is_the_filter_of_savitzky_and_golay():
    samples = np.random.default_rng(0).normal(size=200)
    np.testing.assert_allclose(parabolic(samples, 10000.0, 0.0015)[7:-7], savgol_filter(samples, 15, 2)[7:-7])


def test_a_parabola_is_left_and_noise_lowered():
    time = np.arange(100.0)
    assert parabolic(time**2, 1000.0, 0.009) == pytest.approx(time**2)
    noise = np.random.default_rng(1).normal(size=5000)
    assert np.std(parabolic(noise, 10000.0, 0.0015)) < 0.45


def test_too_few_samples_are_left_as_they_are():
    samples = np.array([1.0, 5.0, 2.0])
    assert parabolic(samples, 1000.0, 0.0015).tolist() == [1, 5, 2]
