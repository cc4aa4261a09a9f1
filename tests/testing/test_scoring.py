import numpy as np
import pytest

from involuntary.testing.scoring import match


def test_each_found_event_is_used_once():
    score = match(np.array([1.0, 1.005, 5.0]), np.array([1.002, 4.0, 5.01]), 0.01)
    assert (score.matched, score.missed, score.false) == (2, 1, 1)
    assert score.sensitivity == pytest.approx(2 / 3)
    assert score.precision == pytest.approx(2 / 3)
    assert score.false_per_hour(1800) == 2.0


def test_nothing_true_has_no_sensitivity():
    assert np.isnan(match(np.empty(0), np.array([1.0]), 0.01).sensitivity)
    assert np.isnan(match(np.array([1.0]), np.empty(0), 0.01).precision)
