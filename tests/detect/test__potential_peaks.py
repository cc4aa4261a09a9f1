import numpy as np
import pytest

from involuntary.detect.potentials import THOROUGH, PotentialRule, detect
from simulated import matched, noise, recording

RATE = 2000.0


def test_what_both_views_show_is_one():
    x = noise(60, RATE, seed=2, rms=2.0)
    wave = 100 * np.sin(np.pi * (np.arange(12) + 0.5) / 12)
    at = np.arange(1.0, 59.0, 1.7)
    for time in at:
        x[round(time * RATE) : round(time * RATE) + wave.size] += wave
    assert len(detect(recording(x, RATE), 0, THOROUGH)) == at.size


@pytest.mark.parametrize("rate", [1000.0, 2000.0])
def test_potentials_of_one_phase_stand_out_of_slow_noise_at_their_scale(rate):
    rng = np.random.default_rng(3)
    n = round(120 * rate)
    spectrum, hz = np.fft.rfft(rng.standard_normal(n)), np.fft.rfftfreq(n, 1 / rate)
    slow = np.fft.irfft(spectrum / np.sqrt(np.maximum(hz, 1.0)), n)
    x, at = 20 * slow / slow.std(), np.arange(1.0, 119.0, 1.7)
    wave = 100 * np.sin(np.pi * (np.arange(round(0.014 * rate)) + 0.5) / round(0.014 * rate))
    for time in at:
        first = round(time * rate)
        x[first : first + wave.size] += wave
    plain, thorough = (detect(recording(x, rate), 0, rule).features["peak_s"] for rule in (PotentialRule(), THOROUGH))
    assert matched(at + 0.007, plain, 0.01) <= 0.8 * at.size
    assert matched(at + 0.007, thorough, 0.01) >= 0.95 * at.size
    far = np.min(np.abs(thorough[:, None] - at - 0.007), axis=1) > 0.02
    assert np.count_nonzero(far) <= 1


def test_what_comes_near_is_counted_in_the_envelope_alone():
    x = noise(60, RATE, seed=6, rms=2.0)
    every = [detect(recording(x, RATE), 0, PotentialRule(deviates=2.0, scale_deviates=d)) for d in (0.0, 3.0)]
    assert len(every[1]) > 1.5 * len(every[0])
    assert np.max(every[1].features["near_per_s"]) <= np.max(every[0].features["near_per_s"])
