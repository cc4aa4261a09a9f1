import numpy as np
import pytest

from involuntary.dsp.noise import steps, track

HOP = 4000


def envelope(seconds=60, seed=0):
    return np.abs(np.random.default_rng(seed).normal(10.0, 2.0, seconds * 2000))


def test_level_and_spread_are_those_of_the_noise():
    noise = track(steps(envelope(), HOP, 2))
    assert noise.centre.tolist() == [HOP * (i + 1) for i in range(29)]
    assert noise.level == pytest.approx(np.full(29, 10.0), rel=0.02)
    assert noise.spread == pytest.approx(np.full(29, 2.0), rel=0.10)


def test_events_in_a_tenth_of_the_time_hardly_move_it():
    x = envelope()
    busy = np.random.default_rng(1).random(x.size // 20) < 0.1
    x[np.repeat(busy, 20)] = 300.0
    noise = track(steps(x, HOP, 2))
    assert noise.level == pytest.approx(np.full(29, 10.0), rel=0.06)
    assert noise.spread == pytest.approx(np.full(29, 2.0), rel=0.35)


def test_the_threshold_follows():
    x = np.concatenate([np.zeros(40000), envelope(20)])
    noise = track(steps(x, HOP, 1))
    threshold = noise.threshold_at(np.arange(x.size), 5.0)
    assert np.all(threshold[:32000] == 0.0)
    assert noise.lowest_threshold(5.0) == 0.0
    assert threshold[60000:] == pytest.approx(np.full(20000, 20.0), rel=0.1)
    assert np.all(np.diff(threshold[36000:42000]) >= 0)


@pytest.mark.parametrize("n", [1, 2, 3, 4001])
def test_short_signals_are_one_window_or_few(n):
    noise = track(steps(np.full(n, 3.0), HOP, 2))
    assert set(noise.level.tolist()) == {3.0}
    assert noise.threshold_at(np.arange(n), 5.0).tolist() == [3.0] * n
    assert noise.level_at(np.array([0])).tolist() == [3.0]


@pytest.mark.parametrize("n", [1, 2, 3, 4, 5, 50, 51])
def test_spread_is_the_median_absolute_deviation_of_each_window(n):
    x = np.random.default_rng(n).integers(0, 9, n).astype(float)
    noise = track(steps(x, n, 1))
    hop = max(n // 2, 1)
    windows = [x[i : i + 2 * hop] for i in range(0, n - min(2 * hop, n) + 1, hop)]
    expected = [np.median(np.abs(w - np.median(w))) for w in windows]
    np.testing.assert_allclose(noise.spread, 1.4826 * np.array(expected))
    np.testing.assert_allclose(noise.level, [np.median(w) for w in windows])


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("n", [1, 2, 5, 800, 4001])
def test_the_kernel_finds_the_spread_that_its_slow_twin_finds(n, dtype):
    random = np.random.default_rng(n)
    for envelope in (random.gamma(9.0, 1.0, n), np.ones(n), random.integers(0, 3, n)):
        calm = steps(np.asarray(envelope, dtype=dtype), 400, 1)
        slow, fast = track(calm), track(calm, compiled=True)
        np.testing.assert_array_equal(fast.spread, slow.spread)
        np.testing.assert_array_equal(fast.level, slow.level)


@pytest.mark.parametrize("freedom", [2, 6, 20])
def test_a_stray_is_as_rare_as_its_deviate_whatever_the_freedom(freedom):
    envelope = np.sqrt(np.random.default_rng(1).chisquare(freedom, 2_000_000) / freedom)
    noise = track(steps(envelope, 1_000_000, 7))
    for deviates, chance in ((2.0, 0.02275), (3.0, 0.00135), (4.0, 3.17e-5)):
        share = np.mean(envelope > noise.stray_at(np.arange(envelope.size), deviates))
        assert chance / 6 < share < 6 * chance
    assert noise.lowest_stray(4.0) == pytest.approx(float(noise.stray_at(np.array([1_000_000]), 4.0)[0]), rel=0.01)
