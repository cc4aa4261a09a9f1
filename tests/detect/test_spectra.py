"""Spectra of windows: their power, their phase, gaps."""

import numpy as np
import pytest

from involuntary.detect.spectra import SpectraRule, detect
from involuntary.errors import ParameterError
from involuntary.model import Channel, ChannelKind, Intervals, Recording
from involuntary.model.recording import ArraySource

RATE = 2000.0


def recording(*arrays, segments=None):
    channels = tuple(Channel(f"E{i}", ChannelKind.SURFACE_EMG, "V", RATE, array.size) for i, array in enumerate(arrays))
    return Recording("memory", channels, ArraySource(arrays), segments or Intervals.empty())


def test_the_power_is_that_of_the_band_in_microvolts():
    white = 10e-6 * np.random.default_rng(0).standard_normal(round(60 * RATE))
    found = detect(recording(white), 0, SpectraRule())
    assert found.onset_s.tolist() == list(range(60))
    assert (found.frequency_hz[0], found.frequency_hz[-1]) == (20.0, 450.0)
    assert np.mean(np.abs(found.values) ** 2) == pytest.approx(100 / (RATE / 2), rel=0.02)


def test_a_delay_between_channels_is_a_slope_of_phase():
    random = np.random.default_rng(1)
    wave = np.convolve(random.standard_normal(round(20 * RATE)), np.hanning(9), "same") * 1e-5
    both = recording(wave[10:], wave[:-10])
    first, second = (detect(both, i, SpectraRule()) for i in (0, 1))
    phase = np.angle(np.sum(second.values * np.conj(first.values), axis=0))
    expected = np.angle(np.exp(-2j * np.pi * first.frequency_hz * 10 / RATE))
    middle = (first.frequency_hz > 60) & (first.frequency_hz < 300) & (np.abs(expected) < 3)
    np.testing.assert_allclose(phase[middle], expected[middle], atol=0.15)


def test_no_window_crosses_a_gap_and_none_is_partial():
    samples = np.random.default_rng(2).standard_normal(round(5 * RATE)) * 1e-5
    stretches = Intervals.of((0.0, 2.5), (10.0, 12.5))
    found = detect(recording(samples, segments=stretches), 0, SpectraRule())
    assert found.onset_s == pytest.approx([0.0, 1.0, 10.0, 11.0])
    assert detect(recording(samples[:100]), 0, SpectraRule()).values.shape == (0, 431)


def test_a_window_longer_than_what_is_conditioned_is_refused():
    with pytest.raises(ParameterError) as refused:
        detect(recording(np.zeros(10000)), 0, SpectraRule(window_s=3.0))
    assert str(refused.value) == "window_s: must be above 0 and at most 2; got 3 s"
