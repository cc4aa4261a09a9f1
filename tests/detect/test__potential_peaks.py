import numpy as np
import pytest

from involuntary.detect.potentials import THOROUGH, PotentialRule, detect
from simulated import matched, noise, recording

RATE = 2000.0


@pytest.mark.parametrize("smooth_ms", [0.0, THOROUGH.smooth_ms])
def test_slow_potentials_stand_out_of_white_noise_in_the_mean_over_a_moment(smooth_ms):
    x, wave = noise(200, RATE, seed=1, rms=30.0), 100 * np.sin(np.pi * (np.arange(10) + 0.5) / 10)
    at = np.arange(1.0, 199.0, 1.7)
    for time in at:
        first = round(time * RATE)
        x[first : first + wave.size] += wave
    found = detect(recording(x, RATE), 0, PotentialRule(smooth_ms=smooth_ms)).features["peak_s"]
    share = matched(at + 0.0025, found, 0.01) / at.size
    assert share > 0.95 if smooth_ms else share < 0.85
    assert len(found) <= matched(at + 0.0025, found, 0.01) + 1


def test_what_both_views_show_is_one():
    x = noise(60, RATE, seed=2, rms=2.0)
    wave = 100 * np.sin(np.pi * (np.arange(12) + 0.5) / 12)
    at = np.arange(1.0, 59.0, 1.7)
    for time in at:
        x[round(time * RATE) : round(time * RATE) + wave.size] += wave
    assert len(detect(recording(x, RATE), 0, THOROUGH)) == at.size
