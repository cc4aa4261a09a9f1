"""Sigmoids whose threshold and slope are known."""

import numpy as np
import pytest

from involuntary.dsp.recruitment import sigmoid

LEVEL = np.repeat(np.arange(1.0, 9.0, 0.5), 4)
SIZE = 0.1 + 4.0 / (1 + np.exp(-(LEVEL - 4.0) / 0.5))


def test_threshold_and_slope_are_those_of_the_curve():
    curve = sigmoid(LEVEL, SIZE)
    assert curve.threshold == pytest.approx(3.0, abs=1e-3)
    assert curve.slope == pytest.approx(2.0, rel=1e-3)
    assert curve.height == pytest.approx(4.0, rel=1e-3)
    assert curve.explained == pytest.approx(1.0)


def test_the_interval_covers_the_threshold_and_widens_with_noise():
    random = np.random.default_rng(1)
    narrow, wide = (sigmoid(LEVEL, SIZE + random.normal(0, noise, LEVEL.size)) for noise in (0.05, 0.6))
    for curve in (narrow, wide):
        assert curve.threshold_interval[0] < 3.0 < curve.threshold_interval[1]
    assert np.ptp(wide.threshold_interval) > np.ptp(narrow.threshold_interval)


def test_what_does_not_rise_or_has_too_few_levels_is_no_curve():
    assert sigmoid(LEVEL, np.ones_like(LEVEL)) is None
    assert sigmoid(np.array([1.0, 1, 1, 2, 2, 2]), np.array([0.0, 0, 0, 1, 1, 1])) is None
    assert sigmoid(LEVEL[:4], SIZE[:4]) is None
