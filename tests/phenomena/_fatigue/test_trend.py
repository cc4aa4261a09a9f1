"""A line through windows, its beginning and its slope in per cent."""

import numpy as np
import pytest
from scipy import stats

from involuntary.phenomena._fatigue.trend import trend


def test_the_line_is_that_of_least_squares():
    time = np.arange(5.0, 45.0)
    values = 4.0 - 0.02 * (time - 5) + 0.05 * np.random.default_rng(0).standard_normal(time.size)
    found, expected = trend(time, values), stats.linregress(time - 5, values)
    assert found.start == pytest.approx(expected.intercept)
    assert found.slope_percent == pytest.approx(100 * expected.slope / expected.intercept)
    assert found.start_interval[0] < 4.0 < found.start_interval[1]


def test_the_intervals_hold_the_truth_in_19_of_20():
    random, time = np.random.default_rng(1), np.arange(20.0)
    held = np.array([_holds(trend(time, 5.0 - 0.05 * time + 0.2 * random.standard_normal(20))) for _ in range(400)])
    assert np.all(np.abs(held.mean(axis=0) - 0.95) < 0.035)


def _holds(found):
    (a, b), (c, d) = found.start_interval, found.slope_interval
    return a < 5.0 < b, c < -1.0 < d
