import numpy as np
import pytest

from involuntary.decompose.trains import alone, gaps, hurried, steady, too_close


def test_steady_trains_and_those_of_chance():
    random = np.random.default_rng(0)
    one = np.cumsum(random.gamma(1 / 0.15**2, 0.15**2, 4000))
    chance = np.cumsum(random.exponential(1.0, 4000))
    assert steady(one) == pytest.approx(0.95, abs=0.02)
    assert steady(chance) == pytest.approx(0.21, abs=0.02)
    assert hurried(one) < 0.01
    assert hurried(chance) == pytest.approx(0.29, abs=0.02)
    assert steady(np.empty(0)) == hurried(np.array([1.0])) == 0.0


def test_a_mixture_of_two_units_hurries():
    random = np.random.default_rng(1)
    both = [np.cumsum(random.gamma(44.0, rate / 44.0, 1000)) for rate in (0.1, 0.11)]
    assert hurried(np.sort(np.concatenate(both))) > 0.15


def test_the_worse_of_two_too_close_goes():
    score = np.zeros(100)
    score[[10, 14, 50]] = [5.0, 3.0, 4.0]
    assert too_close([10, 14, 50], 8.0, score) == [14]
    score[14] = 6.0
    assert too_close([10, 14, 50], 8.0, score) == [10]


def test_missed_discharges_are_expected_one_interval_on():
    assert gaps([0, 100, 300, 400], 100.0) == [(170, 230)]
    assert gaps([0, 100, 1000], 100.0) == []


def test_alone():
    train = np.array([100, 500, 900])
    assert alone(train, np.sort(np.concatenate([train, [510]])), 50) == pytest.approx(2 / 3)
