"""Delays along a line of signals against known ones, and against the published error, written out."""

import numpy as np
import pytest

import naive
from involuntary.dsp.velocity import agreement, lagged, likeliest_delay

HZ = np.arange(20.0, 451.0)


def _spectra(delays_s, signals=6, noise=0.0, seed=0):
    """One wave of the colour of muscle a window, seen later from signal to signal."""
    random = np.random.default_rng(seed)
    shape = (1, len(delays_s), HZ.size)
    wave = (random.standard_normal(shape) + 1j * random.standard_normal(shape)) * (HZ / 80) ** 2 / (1 + (HZ / 80) ** 4)
    late = np.arange(signals)[:, None, None] * np.asarray(delays_s)[None, :, None]
    grain = random.standard_normal((signals, *shape[1:])) + 1j * random.standard_normal((signals, *shape[1:]))
    return wave * np.exp(-2j * np.pi * HZ * late) + noise * grain


@pytest.mark.parametrize("signals", [2, 4, 12])
def test_a_known_delay_is_found_between_the_steps_of_the_search(signals):
    true = np.array([0.00210123, -0.0014987, 0.0, 0.00399])
    found = likeliest_delay(lagged(_spectra(true, signals)), HZ, 0.004)
    np.testing.assert_allclose(found, true, atol=1e-9)


def test_in_noise_the_delay_is_that_of_the_least_published_error():
    signals = _spectra([0.0020, 0.0013, -0.0017], 5, noise=0.2)
    found = likeliest_delay(lagged(signals), HZ, 0.004)
    for window, delay in enumerate(found):
        fine = np.arange(-0.004, 0.004, 2e-5)
        coarse = naive.likeliest_delay(signals[:, window], HZ, fine)
        slow = naive.likeliest_delay(signals[:, window], HZ, coarse + np.arange(-2e-5, 2e-5, 1e-7))
        assert delay == pytest.approx(slow, abs=2e-7)


def test_lines_side_by_side_add_and_are_surer_than_one():
    true = np.full(60, 0.002)
    lines = [lagged(_spectra(true, 5, noise=0.5, seed=seed)) for seed in range(6)]
    errors = [np.std(likeliest_delay(pairs, HZ, 0.004) - true) for pairs in (lines[0], np.sum(lines, axis=0))]
    assert errors[1] < 0.6 * errors[0]
    assert abs(np.mean(likeliest_delay(np.sum(lines, axis=0), HZ, 0.004)) - 0.002) < 1e-5


def test_neighbours_agree_once_moved_and_silence_does_not():
    true = np.array([0.002])
    signals = _spectra(true, 4)
    assert agreement(signals, HZ, true) == pytest.approx(np.ones((3, 1)))
    assert np.all(agreement(signals, HZ, -true) < 0.5)
    signals[2] = 0
    assert np.isnan(agreement(signals, HZ, true)).ravel().tolist() == [False, True, True]
