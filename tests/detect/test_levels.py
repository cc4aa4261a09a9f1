import numpy as np
import pytest

from involuntary.detect.levels import LevelRule, detect, runs_s
from simulated import mains, noise, recording

RATE = 2000.0


def _with_contraction(amplitude=100.0, hum=0.0):
    x = noise(20, RATE, 1, 5.0) + mains(40000, RATE, hum)
    x[20000:24000] += np.random.default_rng(2).normal(0, amplitude, 4000)  # from 10 to 12 s
    return recording(x, RATE)


@pytest.mark.parametrize("hum", [0.0, 50.0])
def test_a_contraction_is_found_where_it_is_and_as_strong(hum):
    found = detect(_with_contraction(hum=hum), 0, LevelRule())
    (span,) = runs_s(found.time_s, found.active, 0.06, 0.2)
    assert span == pytest.approx([10, 12], abs=0.06)
    inside = (found.time_s > 10.1) & (found.time_s < 11.9)
    # White noise of 100 µV to 1 kHz; 20 to 450 Hz of it are two thirds.
    assert np.mean(found.level[inside]) == pytest.approx(100 * np.sqrt(430 / 1000), rel=0.06)


def test_noise_alone_is_not_active():
    assert not detect(recording(noise(20, RATE, 3, 15.0), RATE), 0, LevelRule()).active.any()


def test_a_muscle_that_never_rests_is_active_throughout():
    assert detect(recording(noise(20, RATE, 3, 100.0), RATE), 0, LevelRule()).active.all()


def test_short_runs_are_left_out_and_short_pauses_bridged():
    time = 0.01 + 0.02 * np.arange(100)
    mask = np.zeros(100, dtype=bool)
    mask[10:20] = mask[22:30] = mask[60:63] = True
    assert runs_s(time, mask, 0.06, 0.2) == pytest.approx(np.array([[0.2, 0.6]]))
