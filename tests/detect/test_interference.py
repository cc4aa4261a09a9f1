import numpy as np
import pytest

from involuntary.detect.interference import discharges, peaks_hz
from simulated import recording


def test_peaks_above_rest_are_counted_whatever_their_sign():
    rate = 2000.0
    wave = 100 * np.sin(2 * np.pi * 80 * np.arange(8000) / rate)
    assert peaks_hz(recording(wave, rate), 0, 0.5, 3.5, 5.0) == pytest.approx(160, abs=2)
    assert peaks_hz(recording(wave, rate), 0, 0.5, 3.5, 50.0) == 0.0


def test_the_potentials_that_stand_out_are_timed_once_each():
    random, rate = np.random.default_rng(1), 2000.0
    x = random.normal(0, 3, round(10 * rate))
    wave = 200 * np.diff(np.exp(-0.5 * np.linspace(-3, 3, 21) ** 2))
    times = np.arange(2.0, 8.0, 0.09)
    for time in times:
        at = round(time * rate)
        x[at : at + wave.size] += wave
    found, size = discharges(recording(x, rate), 0, 1.5, 8.5, 3.0)
    assert found.size == times.size
    np.testing.assert_allclose(np.diff(found), 0.09, atol=0.004)
    assert np.ptp(size) < 0.5 * np.median(size)
