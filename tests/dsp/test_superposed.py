"""Spikes over each other, of known shapes and times."""

import numpy as np
import pytest

from involuntary.dsp.superposed import left_over, superposed

RATE = 30000.0


def spike(t, width):
    """Give a spike with a late, slow, opposite phase."""
    return np.exp(-((t / width) ** 2) / 2) - 0.4 * np.exp(-(((t - 3 * width) / (2 * width)) ** 2) / 2)


def made(scatter_us, missing=0.0, noise=0.03, apart_s=0.0008, width=1.8e-4, n=80, seed=0):
    random = np.random.default_rng(seed)
    place = np.empty((n, 2))
    place[:, 0] = 300 + 900 * np.arange(n) + random.uniform(0, 1, n)
    place[:, 1] = place[:, 0] + RATE * (apart_s + 1e-6 * scatter_us * random.standard_normal(n))
    place[random.uniform(size=n) < missing, 1] = np.nan
    samples = noise * random.standard_normal(900 * n + 600)
    t = np.arange(samples.size)
    for row in place:
        for at, height in zip(row, (1.0, 0.8), strict=True):
            if np.isfinite(at):
                near = slice(int(at) - 60, int(at) + 120)
                samples[near] += height * spike((t[near] - at) / RATE, width)
    return samples, place


def test_what_lies_over_each_other_is_timed_to_what_noise_leaves():
    samples, place = made(60)
    start = place.copy()
    # Times as each alone would give them: far too alike.
    start[:, 1] = place[:, 0] + 0.5 * (place[:, 1] - place[:, 0]) + 0.5 * np.median(place[:, 1] - place[:, 0])
    found = superposed(samples, start, place[:, 0], RATE, 0.03)
    truth, seen = place[:, 1] - place[:, 0], found.place[:, 1] - found.place[:, 0]
    factor = np.polyfit(truth, seen, 1)[0]
    assert factor == pytest.approx(1, abs=4 * found.unsure[0, 1])
    assert found.unsure[0, 1] < 0.03
    assert np.std(seen - np.polyval(np.polyfit(truth, seen, 1), truth)) < 1.6 * found.error[0, 1]
    assert np.std(found.rest[:60000]) == pytest.approx(0.03, rel=0.1)


def test_the_less_they_move_the_less_is_known_whose_is_what():
    unsure = [superposed(*pair, pair[1][:, 0], RATE, 0.03).unsure[0, 1] for pair in (made(120), made(60), made(20))]
    assert unsure[0] < unsure[1] / 2
    assert unsure[1] < unsure[2] / 2
    samples, place = made(20, missing=0.3)
    # What one looks like alone tells the other's shape.
    assert superposed(samples, place, place[:, 0], RATE, 0.03).unsure[0, 1] < 0.7 * unsure[2]


def test_a_missing_spike_stays_missing_and_the_others_are_placed():
    samples, place = made(40, missing=0.3)
    found = superposed(samples, place, place[:, 0], RATE, 0.03)
    np.testing.assert_array_equal(np.isnan(found.place), np.isnan(place))
    assert np.all(np.isfinite(found.error))


def test_without_the_spikes_noise_is_left_over():
    samples, place = made(40)
    assert np.std(left_over(samples, place, RATE, 0.03)[:60000]) == pytest.approx(0.03, rel=0.1)
    alone = left_over(samples, place[:, :1], RATE, 0.03)
    assert np.std(alone[:60000]) > 1.08 * 0.03
