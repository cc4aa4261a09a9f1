import numpy as np
import pytest

from involuntary.decompose.spikes import alike, cut, quiet_level, spikes


def test_noise_is_the_quiet_part():
    samples = np.random.default_rng(0).standard_normal(20_000)
    samples[:8000] *= 30
    assert quiet_level(samples, 100, 0.2) == pytest.approx(1.0, abs=0.15)
    assert quiet_level(samples[:50], 100, 0.2) == 0.0


def test_the_highest_of_neighbours_counts():
    samples = np.zeros(100)
    samples[[20, 24, 60]] = [5.0, -7.0, 6.0]
    assert spikes(samples, 3.0, 10).tolist() == [24, 60]


def test_cutting_beyond_the_ends_gives_zero():
    assert cut(np.ones(5), np.array([0, 4]), 2, 2).tolist() == [[0, 0, 1, 1], [1, 1, 1, 0]]


def test_two_shapes_make_two_groups():
    random = np.random.default_rng(0)
    time = np.linspace(-3, 3, 61)
    shapes = [8 * np.exp(-(time**2)), 8 * np.exp(-(time**2)) * np.cos(2.5 * time)]
    samples = 0.1 * random.standard_normal(4000)
    place = np.arange(100, 3900, 100)
    for k, at in enumerate(place):
        samples[at - 30 : at + 31] += shapes[k % 2]
    groups = alike(samples, spikes(samples, 2.0, 30), 30, 4, 0.1, 0.1, 5)
    assert sorted(len(group) for group in groups) == [19, 19]
    assert {frozenset((np.rint(group / 100) % 2).tolist()) for group in groups} == {frozenset({0.0}), frozenset({1.0})}
