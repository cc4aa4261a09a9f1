"""Lines that are known, with points that are wrong."""

import numpy as np
import pytest

from involuntary.dsp.robust_line import robust_line


def test_points_on_a_line_give_it():
    x = np.arange(10.0)
    line = robust_line(x, 3 - 0.5 * x)
    assert line.intercept == pytest.approx(3)
    assert line.slope == pytest.approx(-0.5)
    assert line.kept == 1


def test_a_few_wrong_points_move_nothing_and_lose_their_weight():
    random = np.random.default_rng(0)
    x = random.uniform(0, 300, 25)
    y = 90 - 0.1 * x + random.normal(0, 1, 25)
    y[:4] += 60
    line = robust_line(x, y)
    assert line.intercept == pytest.approx(90, abs=2)
    assert line.kept == pytest.approx(21 / 25)


def test_the_interval_covers_the_truth_about_as_often_as_it_says():
    inside = 0
    for seed in range(200):
        random = np.random.default_rng(seed)
        x = random.uniform(20, 300, 20)
        low, high = robust_line(x, 90 - 0.1 * x + random.normal(0, 3, 20)).intercept_interval
        inside += low <= 90 <= high
    assert 180 <= inside <= 198


def test_too_few_points_or_one_x_are_no_line():
    assert robust_line(np.array([1.0, 2, 3]), np.array([1.0, 2, 3])) is None
    assert robust_line(np.ones(6), np.arange(6.0)) is None


def test_noise_of_known_size_in_x_does_not_flatten_the_line():
    random = np.random.default_rng(7)
    x = random.uniform(50, 200, 4000)
    y = 80 - 0.15 * x + random.normal(0, 1, x.size)
    noisy = x + random.normal(0, 15, x.size)
    assert robust_line(noisy, y).slope == pytest.approx(-0.15 * (1 - 225 / np.var(noisy)), rel=0.02)
    line = robust_line(noisy, y, 15.0)
    assert line.slope == pytest.approx(-0.15, rel=0.02)
    assert line.intercept == pytest.approx(80, abs=0.4)
    assert line.intercept_interval[0] < 80 < line.intercept_interval[1]
