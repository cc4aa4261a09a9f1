"""Sweeps on a tilted level are laid flat; level ones, and those with little time before the stimulus, are left."""

import numpy as np
import pytest

from involuntary.detect.drift import without_drift
from involuntary.detect.sweeps import Sweeps

RATE = 10_000.0
TIME = np.arange(-500, 400) / RATE
RESPONSE = np.where((TIME > 0.004) & (TIME < 0.014), np.sin(np.pi * (TIME - 0.004) / 0.01), 0.0)


def sweeps(samples, first_s=-0.05):
    rows = np.arange(len(samples))
    return Sweeps(samples, np.full(len(samples), first_s), RATE, rows, np.full(len(samples), 0.001))


def noisy(n=4):
    return RESPONSE + 0.001 * np.random.default_rng(2).standard_normal((n, TIME.size))


def test_a_line_under_a_response_is_taken_out():
    tilted = noisy() + np.array([[1.0], [-2.0], [0.5], [3.0]]) * TIME
    flat = without_drift(sweeps(tilted)).samples
    assert np.max(np.abs(flat - RESPONSE)) < 0.008
    assert np.max(np.abs(tilted - RESPONSE)) > 0.1


def test_a_level_sweep_stays_as_it_is():
    samples = noisy(40)
    changed = np.any(without_drift(sweeps(samples)).samples != samples, axis=1)
    assert np.count_nonzero(changed) <= 2


def test_too_little_time_before_the_stimulus_tells_no_line():
    samples = (noisy() + TIME)[:, 400:]
    assert np.array_equal(without_drift(sweeps(samples, -0.01)).samples, samples)


@pytest.mark.parametrize("count", [0, 1])
def test_few_sweeps_are_no_error(count):
    assert len(without_drift(sweeps(noisy()[:count])).samples) == count
