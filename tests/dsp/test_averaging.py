import numpy as np
import pytest

from involuntary.dsp.averaging import averages, epochs, plus_minus, resampled_means, shifted_sums, split_half


def test_epochs_are_cut_where_asked():
    cut = epochs(np.arange(20.0), np.array([5, 10]), 2, 3)
    assert cut.tolist() == [[3, 4, 5, 6, 7], [8, 9, 10, 11, 12]]


def test_an_artefact_moves_the_mean_and_not_the_others():
    random = np.random.default_rng(0)
    cut = random.standard_normal((101, 40)) + np.sin(np.arange(40) / 5)
    cut[7] += 1000 * random.standard_normal(40)
    found = averages(cut)
    np.testing.assert_allclose(found.mean, cut.mean(axis=0))
    np.testing.assert_allclose(found.median, np.median(cut, axis=0))
    for robust in (found.median, found.trimmed, found.weighted):
        assert np.abs(robust - np.sin(np.arange(40) / 5)).max() < 0.5
    assert np.abs(found.mean - np.sin(np.arange(40) / 5)).max() > 2


def test_plus_minus_cancels_what_is_locked():
    random = np.random.default_rng(1)
    noise = random.standard_normal((100, 500))
    found = plus_minus(noise + 50.0)
    assert found.std() == pytest.approx(0.1, rel=0.15)
    assert abs(found.mean()) < 0.02


def test_halves_agree_only_where_there_is_something():
    random = np.random.default_rng(2)
    noise = random.standard_normal((200, 300))
    assert abs(split_half(noise)) < 0.2
    assert split_half(noise + np.sin(np.arange(300) / 20)) > 0.95
    assert np.isnan(split_half(noise[:3]))


def test_resampled_means_spread_as_the_standard_error():
    cut = np.random.default_rng(3).standard_normal((100, 50))
    drawn = resampled_means(cut, 1000, np.random.default_rng(4))
    assert drawn.shape == (1000, 50)
    np.testing.assert_allclose(drawn.std(axis=0).mean(), 0.1, rtol=0.05)


def test_all_shifts_at_once_are_those_made_one_by_one():
    random = np.random.default_rng(5)
    x, at, shifts = random.standard_normal(997), np.array([100, 300, 301, 700]), np.array([0, 13, 500, 996])
    naive = [[sum(x[(a + s + lag) % 997] for a in at) for lag in range(-5, 4)] for s in shifts]
    np.testing.assert_allclose(shifted_sums(x, at, shifts, 5, 4), naive, atol=1e-9)
