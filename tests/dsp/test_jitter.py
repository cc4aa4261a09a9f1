"""Differences by hand, and spikes shifted by known fractions of a sample."""

import numpy as np
import pytest

from involuntary.dsp.jitter import GAUSSIAN, aligned, consecutive, jitter, sorted_difference, timed


def test_the_mean_consecutive_difference_by_hand():
    assert consecutive(np.array([500.0, 530.0, 520.0, np.nan, 560.0])) == pytest.approx((30 + 10 + 40) / 3)
    assert np.isnan(consecutive(np.array([500.0])))


def test_of_gaussian_scatter_it_is_1_128_standard_deviations():
    assert pytest.approx(1.128, abs=0.001) == GAUSSIAN
    values = np.random.default_rng(0).normal(0, 40.0, 200_000)
    assert consecutive(values) == pytest.approx(1.128 * 40, rel=0.01)


def test_sorting_takes_away_what_follows_the_interval_between_discharges():
    random = np.random.default_rng(1)
    preceding = random.uniform(50, 150, 400)
    values = 2.0 * preceding + random.normal(0, 10, 400)
    value, kind = jitter(values, preceding)
    assert kind == "MSD"
    assert value == pytest.approx(11.3, rel=0.15)
    assert sorted_difference(values, preceding) == value
    assert jitter(random.normal(0, 10, 400), preceding)[1] == "MCD"


def test_spikes_are_timed_to_a_hundredth_of_a_sample():
    random = np.random.default_rng(2)
    late = random.normal(0, 1.5, 80)
    x = ((np.arange(61) - 30)[None, :] - late[:, None]) / 5
    spikes = (1 - x**2) * np.exp(-(x**2) / 2)
    shift, error = aligned(spikes, 0.0)
    assert np.max(np.abs((shift - shift.mean()) - (late - late.mean()))) < 0.01
    assert error == 0.0
    noisy, error = aligned(spikes + random.normal(0, 0.02, spikes.shape), 0.02)
    assert np.std((noisy - noisy.mean()) - (late - late.mean())) == pytest.approx(error, rel=0.4)


def test_a_dull_spike_is_timed_where_it_is_not_where_noise_makes_its_top():
    random = np.random.default_rng(3)
    place = 200.0 + 150 * np.arange(100) + random.uniform(-0.5, 0.5, 100)
    t = np.arange(15400)
    samples = random.normal(0, 0.05, t.size) + sum(np.exp(-((t - p) ** 2) / 72) for p in place)
    tops = np.array([round(p) - 12 + int(np.argmax(samples[round(p) - 12 : round(p) + 13])) for p in place])
    found, error = timed(samples, tops, 20)
    late = (found - np.median(found - place)) - place
    assert np.std(late) == pytest.approx(error, rel=0.25)
    assert error < 0.2
    assert np.std(tops - place) > 5 * np.std(late)
