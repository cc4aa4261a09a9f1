"""Activity that stops for a known time."""

import numpy as np
import pytest

from involuntary.dsp.silence import silent_period

RATE = 5000.0


def sweep(silent_s, seed=0):
    time = np.arange(2250) / RATE - 0.05
    activity = np.random.default_rng(seed).normal(0, 0.1, time.size)
    activity[(time > 0.02) & (time < 0.02 + silent_s)] *= 0.05
    return activity + np.where((time > 0.02) & (time < 0.03), np.sin(2 * np.pi * (time - 0.02) / 0.01), 0.0)


@pytest.mark.parametrize("silent_s", [0.06, 0.12, 0.2])
def test_the_time_to_the_return_of_activity(silent_s):
    assert silent_period(sweep(silent_s), RATE, 250, 350) == pytest.approx(silent_s, abs=0.008)


def test_what_is_not_interrupted_or_does_not_return_has_none():
    assert np.isnan(silent_period(sweep(0.0), RATE, 250, 350))
    assert np.isnan(silent_period(sweep(0.5), RATE, 250, 350))
    assert np.isnan(silent_period(sweep(0.1), RATE, 10, 350))
