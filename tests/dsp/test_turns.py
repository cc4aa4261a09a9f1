from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from involuntary.dsp.shape import turns
from involuntary.dsp.turns import glitches, mended, turning_points


def test_a_triangle_turns_at_its_corners():
    wave = np.interp(np.arange(101), [0, 20, 50, 60, 100], [0, 150, -30, 80, 0])
    assert turning_points(wave, 100).tolist() == [0, 20, 50, 60]
    assert turning_points(wave, 75).tolist() == [0, 20, 50, 60, 100]
    assert turning_points(wave, 200).tolist() == []


def test_noise_below_the_threshold_makes_no_turn():
    slow = 500 * np.sin(np.linspace(0, 8 * np.pi, 4000))
    noise = np.random.default_rng(0).uniform(-20, 20, 4000)
    points = turning_points(slow + noise, 100)
    assert len(points) == 10
    np.testing.assert_allclose(points[1:-1], 250 + 500 * np.arange(8), atol=60)


def test_a_flat_line_does_not_turn():
    assert turning_points(np.zeros(100), 1).size == 0
    assert turning_points(np.empty(0), 1).size == 0
    assert turning_points(np.repeat([0.0, 200.0, 200.0, 0.0], 5), 100).tolist() == [4, 14, 15]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(-500, 500), min_size=3, max_size=60), st.integers(1, 300))
def test_neighbours_alternate_and_differ_by_the_threshold(values, smallest):
    wave = np.array(values, dtype=float)
    points = turning_points(wave, smallest)
    steps = np.diff(wave[points])
    assert np.all(np.abs(steps) >= smallest)
    assert np.all(steps[1:] * steps[:-1] < 0)
    assert np.all(np.diff(points) > 0)
    # What lies between two of them does not reach beyond, and the count is that of a waveform's turns.
    for a, b in pairwise(points):
        assert min(wave[a], wave[b]) <= wave[a : b + 1].min()
        assert max(wave[a], wave[b]) >= wave[a : b + 1].max()
    assert max(len(points) - 2, 0) == turns(wave, smallest)


def test_lone_samples_are_found_and_mended():
    wave = 300 * np.exp(-(((np.arange(400) - 200) / 5.0) ** 2)) + np.random.default_rng(1).uniform(-3, 3, 400)
    spoiled = wave.copy()
    spoiled[[50, 351]] += [100, -400]
    assert glitches(wave, 50).size == 0
    assert glitches(spoiled, 50).tolist() == [50, 351]
    np.testing.assert_allclose(mended(spoiled, glitches(spoiled, 50)), wave, atol=7)
    assert glitches(np.zeros(4), 50).size == 0


@pytest.mark.parametrize("width", [2, 3, 5])
def test_a_deflection_of_several_samples_is_no_glitch(width):
    wave = np.zeros(100)
    wave[40 : 40 + width] = 300
    assert glitches(wave, 50).size == 0
