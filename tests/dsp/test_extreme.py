"""The smallest of values that noise moves."""

import numpy as np
import pytest

from involuntary.dsp.extreme import drawn, expected_smallest


@pytest.mark.parametrize(("spread", "largest"), [(1.0, 0.02), (0.1, 0.05)])
def test_noise_does_not_draw_the_smallest_down(spread, largest):
    random, error = np.random.default_rng(3), 0.2
    plain, found = [], []
    for _ in range(400):
        true = 29 + spread * random.standard_normal(16)
        seen = true + error * random.standard_normal(16)
        plain.append(seen.min() - true.min())
        found.append(expected_smallest(seen, np.full(16, error)) - true.min())
    assert abs(np.mean(found)) < largest
    assert np.mean(np.square(found)) < np.mean(np.square(plain))
    if spread == 0.1:
        assert np.mean(plain) < -0.15


def test_without_error_it_is_the_smallest():
    values = np.array([3.0, 2.5, 4.0, 7.0])
    assert expected_smallest(values, np.zeros(4)) == 2.5
    assert expected_smallest(values, np.full(4, 1e-4)) == pytest.approx(2.5, abs=1e-3)
    assert expected_smallest(np.append(values, np.nan), np.zeros(5)) == 2.5
    assert np.isnan(expected_smallest(np.full(2, np.nan), np.zeros(2)))


def test_one_that_is_badly_known_has_less_to_say():
    values, errors = np.array([28.0, 29.0, 29.5, 30.0, 30.5, 26.0]), np.array([0.01] * 5 + [1.5])
    assert 26.5 < expected_smallest(values, errors) < 28.0


def test_values_that_differ_by_their_errors_alone_have_their_mean():
    values = np.array([28.9, 29.1, 29.0, 28.95])
    assert expected_smallest(values, np.full(4, 0.5)) == pytest.approx(values.mean(), abs=1e-6)


def test_values_that_only_noise_sets_apart_become_their_mean():
    random = np.random.default_rng(5)
    middle, spread = drawn(2.0 + 0.1 * random.standard_normal(50), np.full(50, 0.12))
    assert np.ptp(middle) == 0
    assert spread.max() < 1e-6


def test_values_far_beyond_their_errors_stay():
    values = np.array([1.0, 2.0, 4.0])
    middle, spread = drawn(values, np.full(3, 0.01))
    assert middle == pytest.approx(values, abs=1e-3)
    assert spread == pytest.approx(0.01, rel=1e-3)
