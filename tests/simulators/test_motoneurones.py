import numpy as np
import pytest

from involuntary.simulators._motoneurones import discharges, firing, pool


def _intervals(fired, unit):
    return np.diff(fired.time_s[fired.unit == unit])


def test_rates_follow_the_published_scheme():
    neurones = pool(120)
    rates = neurones.rate_hz(np.array([0.0, 0.3, 1.0]))
    assert np.all(rates[:, 0] == 0)
    assert np.allclose(rates[:, 2], neurones.peak_hz)
    assert neurones.threshold[-1] == pytest.approx(30.0)
    assert neurones.peak_hz[-1] == pytest.approx(35.0)
    # Low thresholds are common, high ones rare, and who is recruited first fires faster.
    assert np.median(neurones.threshold) < 8
    firing = rates[:, 1][rates[:, 1] > 0]
    assert 0 < firing.size < 120
    assert np.all(np.diff(firing) <= 0)


def test_steady_drive_gives_the_asked_rate_and_regularity():
    neurones = pool(10)
    fired = discharges(neurones, lambda t: np.full(t.size, 0.5), 130.0, 0.15, np.random.default_rng(2))
    for unit in (0, 3):
        intervals = _intervals(fired, unit)
        expected = neurones.rate_hz(np.array([0.5]))[unit, 0]
        assert 1 / intervals.mean() == pytest.approx(expected, rel=0.01)
        # De Luca & Forrest 1973 and many since: 0.1 to 0.25 in steady contraction.
        assert intervals.std() / intervals.mean() == pytest.approx(0.15, abs=0.01)


def test_nothing_fires_without_drive():
    assert len(discharges(pool(20), lambda t: np.zeros(t.size), 10.0, 0.15, np.random.default_rng(0))) == 0


def test_rate_follows_a_changing_drive_across_stretches():
    drive = lambda t: np.where((t > 50) & (t < 70), 0.8, 0.1)  # noqa: E731
    neurones = pool(30)
    fired = discharges(neurones, drive, 120.0, 0.15, np.random.default_rng(3))
    first = fired.time_s[fired.unit == 0]
    for start, stop, level in ((10, 50, 0.1), (51, 69, 0.8), (71, 119, 0.1)):
        rate = np.sum((first > start) & (first < stop)) / (stop - start)
        assert rate == pytest.approx(neurones.rate_hz(np.array([level]))[0, 0], rel=0.05)


def test_an_empty_pool_is_silent():
    assert len(discharges(pool(0), lambda t: np.ones(t.size), 5.0, 0.15, np.random.default_rng(0))) == 0


def test_a_pool_that_fires_on_gives_the_same_whatever_is_asked_first():
    drive = lambda t: 0.3 + 0.2 * np.sin(t / 20)  # noqa: E731

    def between():
        return firing(pool(12), drive, 400.0, 0.15, np.random.default_rng(7))

    late, whole = between()(301.0, 355.5), between()(0.0, 400.0)
    kept = (whole.time_s >= 301.0) & (whole.time_s < 355.5)
    assert np.array_equal(late.time_s, whole.time_s[kept])
    assert np.array_equal(late.unit, whole.unit[kept])
    assert len(between()(400.0, 500.0)) == 0


def test_minutes_join_without_a_seam():
    fired = firing(pool(4), lambda t: np.full(t.size, 0.5), 600.0, 0.15, np.random.default_rng(7))(0.0, 600.0)
    first = fired.time_s[fired.unit == 0]
    across = [
        first[np.searchsorted(first, 60.0 * k)] - first[np.searchsorted(first, 60.0 * k) - 1] for k in range(1, 10)
    ]
    intervals = np.diff(first)
    assert intervals.std() / intervals.mean() == pytest.approx(0.15, abs=0.01)
    assert np.mean(across) == pytest.approx(intervals.mean(), rel=0.25)
