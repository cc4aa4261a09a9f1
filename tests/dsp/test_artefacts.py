import numpy as np
import pytest

from involuntary.dsp.artefacts import glitches, slow_and_fast, steps

RATE = 1000


def noise(n=5000, seed=0):
    return np.random.default_rng(seed).normal(0, 5.0, n)


def test_a_lone_sample_is_a_glitch_whatever_its_sign_and_a_flank_saves_it():
    x = noise()
    x[1000] += 400
    x[2000] -= 400
    x[3000:3003] += np.array([150, 400, 150])
    assert glitches(x, RATE, 25.0, 0.15).tolist() == [1000, 2000]


def test_bursts_of_noise_over_a_quiet_baseline_hold_no_glitch():
    x = noise(60000) * np.where(np.arange(60000) % 200 < 80, 1.0, 0.02)
    assert glitches(x, RATE, 25.0, 0.15).size == 0


@pytest.mark.parametrize("n", [0, 1, 6, 7, 50, 1500])
def test_short_signals_hold_no_artefact(n):
    x = noise(n)
    assert glitches(x, RATE, 25.0, 0.15).size == 0
    assert steps(x, 25, RATE, 30.0, 10.0).shape == (0, 2)
    assert slow_and_fast(x, 25, RATE)[0].size == n // RATE


def test_a_step_is_found_where_it_is_and_a_slope_of_the_same_height_is_not():
    x = noise()
    x[2512:] += 500.0
    ((start, stop),) = steps(x, 25, RATE, 30.0, 100.0)
    assert start <= 2512 < stop <= start + 100
    assert len(steps(noise() + np.linspace(0, 500, 5000), 25, RATE, 30.0, 100.0)) == 0


def test_slow_and_fast_part_at_18_hz():
    t = np.arange(10 * RATE) / RATE
    slow, fast = slow_and_fast(100 * np.sin(2 * np.pi * 2 * t), 25, RATE)
    assert slow == pytest.approx(np.full(10, 70.7), rel=0.02)
    assert np.all(fast < 10)
    slow, fast = slow_and_fast(100 * np.sin(2 * np.pi * 120 * t), 25, RATE)
    assert fast == pytest.approx(np.full(10, 70.7), rel=0.02)
    assert np.all(slow < 15)
    slow, fast = slow_and_fast(noise(10 * RATE), 25, RATE)
    assert fast == pytest.approx(np.full(10, 5.0), rel=0.1)
    assert np.all(slow < 1.0)
