import numpy as np
import pytest

from involuntary.decompose.agreement import agreement, common


def test_each_discharge_is_used_once():
    first, second = np.array([0.1, 0.2, 0.2003]), np.array([0.1002, 0.2001])
    assert common(first, second, 0.0005) == 2
    assert common(second, first, 0.0005) == 2


def test_units_are_paired_whatever_their_order_and_lag():
    random = np.random.default_rng(0)
    trains = [np.cumsum(0.1 + 0.01 * random.standard_normal(100)) for _ in range(3)]
    shuffled = [trains[2] + 0.004, np.delete(trains[0], [3, 50]), trains[1] - 0.002]
    found = agreement(trains, shuffled)
    assert [(pair.first, pair.second) for pair in found] == [(0, 1), (1, 2), (2, 0)]
    assert [pair.rate for pair in found] == pytest.approx([0.98, 1.0, 1.0])
    assert [pair.lag_s for pair in found] == pytest.approx([0.0, -0.002, 0.004])


def test_nothing_agrees_with_nothing():
    assert agreement([], [np.array([1.0])]) == []
    assert agreement([np.array([1.0])], [np.array([9.0])]) == []
