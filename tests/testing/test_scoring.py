import numpy as np
import pytest

from involuntary.testing.scoring import agreement, match, paired, rand_index, rate_interval, share_interval


def test_each_found_event_is_used_once():
    score = match(np.array([1.0, 1.005, 5.0]), np.array([1.002, 4.0, 5.01]), 0.01)
    assert (score.matched, score.missed, score.false) == (2, 1, 1)
    assert score.sensitivity == pytest.approx(2 / 3)
    assert score.precision == pytest.approx(2 / 3)
    assert score.false_per_hour(1800) == 2.0


def test_nothing_true_has_no_sensitivity():
    assert np.isnan(match(np.empty(0), np.array([1.0]), 0.01).sensitivity)
    assert np.isnan(match(np.array([1.0]), np.empty(0), 0.01).precision)


def test_pairs_are_the_rows_that_match():
    rows = paired(np.array([1.0, 1.005, 5.0]), np.array([0.5, 1.002, 4.0, 5.01]), 0.02)
    assert rows.tolist() == [[0, 1], [2, 3]]


def test_the_interval_of_a_share_is_wilsons():
    # Newcombe 1998, Stat Med 17:857, Table I, method 3.
    assert share_interval(81, 263) == pytest.approx((0.2553, 0.3662), abs=1e-4)
    assert share_interval(15, 148) == pytest.approx((0.0624, 0.1605), abs=1e-4)
    assert share_interval(0, 20) == pytest.approx((0.0, 0.1611), abs=1e-4)
    assert np.isnan(share_interval(0, 0)).all()


def test_the_interval_of_a_rate_is_exact():
    # None in three hours: the rule of three for two sides, -ln(0.025) / 3.
    assert rate_interval(0, 3.0) == pytest.approx((0.0, 1.2296), abs=1e-4)
    low, high = rate_interval(10, 2.0)
    assert (2 * low, 2 * high) == pytest.approx((4.795, 18.39), abs=1e-2)


def test_agreement_is_that_of_the_published_example():
    # Shrout & Fleiss 1979, Table 2; ICC(2,1) in Table 4.
    table = np.array([[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]], dtype=float)
    assert agreement(table) == pytest.approx(0.29, abs=5e-3)
    assert agreement(table[:, [0, 0]]) == pytest.approx(1.0)
    assert agreement(table[:, [0, 0]] + [0, 5]) < 0.4
    assert np.isnan(agreement(table[:2]))


def test_the_rand_index_is_adjusted_for_chance():
    # scikit-learn's documented values.
    assert rand_index(np.array([0.0, 0, 1, 2]), np.array([0.0, 0, 1, 1])) == pytest.approx(0.5714, abs=1e-4)
    assert rand_index(np.array([0.0, 0, 1, 1]), np.array([1.0, 1, 0, 0])) == 1.0
    assert rand_index(np.array([0.0, 0, 0, 0]), np.array([0.0, 1, 2, 3])) == 0.0
    assert rand_index(np.array([0.0, 0, 1, 1]), np.array([0.0, 0, np.nan, np.nan])) < 1
