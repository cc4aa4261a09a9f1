"""Waves that come back after every stimulus, and what merely lies beside the stimuli."""

import numpy as np
import pytest

from involuntary.detect.response_repeats import repeats
from involuntary.detect.responses import waves
from involuntary.detect.sweeps import Sweeps

RATE, WINDOW_S = 10_000.0, (0.025, 0.08)


def sweeps(latencies, sizes=1.0, seed=0, length=0.012):
    random, k = np.random.default_rng(seed), len(latencies)
    time = -0.05 + np.arange(1300) / RATE - np.asarray(latencies)[:, None]
    samples = np.where((time > 0) & (time < length), np.sin(2 * np.pi * time / length), 0.0)
    samples = np.broadcast_to(sizes, k)[:, None] * samples + 0.05 * random.standard_normal(time.shape)
    return Sweeps(samples, np.full(k, -0.05), RATE, np.arange(k), np.full(k, 0.05))


def told(of, alike):
    found = waves(of, *WINDOW_S, alike=alike)
    assert np.count_nonzero(found.present) >= 2
    return repeats(of, found, *WINDOW_S)


@pytest.mark.parametrize("alike", [True, False])
def test_what_the_stimulus_evokes_comes_back(alike):
    assert told(sweeps(np.full(12, 0.03)), alike)
    assert told(sweeps(np.full(2, 0.03)), alike)
    assert told(sweeps(np.full(12, 0.03), np.tile([1.0, 0.2], 6)), alike)
    assert told(sweeps(np.full(12, 0.03), np.linspace(0.2, 1.0, 12)), alike)


def test_f_waves_come_back_at_about_one_time():
    random = np.random.default_rng(1)
    sizes = random.choice([-1.0, 1.0], 12) * random.uniform(0.5, 1.0, 12)
    assert told(sweeps(random.uniform(0.028, 0.036, 12), sizes), alike=False)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("alike", [True, False])
def test_what_comes_at_any_time_does_not(seed, alike):
    times = np.random.default_rng(seed).uniform(-0.04, 0.09, 40)
    assert not told(sweeps(times), alike)


def test_slow_movement_does_not():
    of = sweeps(np.full(12, 1.0))
    slopes = np.random.default_rng(2).uniform(-1, 1, 12)
    of.samples[:] += slopes[:, None] * np.linspace(-4, 6, 1300)
    assert not told(of, alike=True)


def test_the_only_wave_of_a_few_cannot_tell_and_of_many_it_is_chance():
    for others, expected in ((2, True), (20, False)):
        of = sweeps([0.03] + [1.0] * others)
        assert repeats(of, waves(of, *WINDOW_S), *WINDOW_S) is expected


def test_a_few_at_any_time_are_no_f_waves():
    assert not told(sweeps([0.061, 0.072, 0.055, 0.066]), alike=False)
    assert told(sweeps([0.031, 0.032, 0.0305, 0.033]), alike=False)
