"""A triangle, whose times are known, and the vendor's scores of real twitches."""

import numpy as np
import pytest

from involuntary.dsp.twitch import twitch
from shared_data import shared


def test_a_triangle_has_the_times_of_its_flanks():
    wave = np.interp(np.arange(400.0), [20, 120, 320], [0, 5, 0])
    one = twitch(wave, 1000.0)
    assert one.size == 5.0
    assert one.delay == pytest.approx(0.030)
    assert one.contraction == pytest.approx(0.080)
    assert one.sustain == pytest.approx(0.150)
    assert one.half_relaxation == pytest.approx(0.080)
    assert one.peaks == 1


def test_what_does_not_relax_within_the_samples_has_no_relaxation():
    one = twitch(np.interp(np.arange(200.0), [20, 120, 320], [0, 5, 0]), 1000.0)
    assert np.isnan(one.sustain)
    assert np.isnan(one.half_relaxation)
    assert one.contraction == pytest.approx(0.080)


def test_a_second_peak_is_counted():
    assert twitch(np.interp(np.arange(400.0), [0, 50, 80, 120, 300], [0, 5, 4, 6, 0]), 1000.0).peaks == 2


def test_noise_on_the_crest_is_no_second_peak():
    time = np.arange(600) / 1000
    wave = 20 * time / 0.06 * np.exp(1 - time / 0.06) + np.random.default_rng(0).normal(0, 0.02, 600)
    assert twitch(wave, 1000.0).peaks > 1
    assert twitch(wave, 1000.0, 0.16).peaks == 1
    assert twitch(np.interp(np.arange(400.0), [0, 50, 80, 120, 300], [0, 5, 4, 6, 0]), 1000.0, 0.16).peaks == 2


def test_the_vendors_numbers_are_reproduced_on_every_twitch_but_those_that_it_scored_before_the_peak():
    """In 20 of 308 the vendor's displacement is that of a sample on the rising flank."""
    with np.load(shared("data", "evoked-twitch", "twitches.npz")) as table:
        moved, scored = table["displacement_mm"].astype(float), table["scored"][:, 2:]
    ours = np.array([(1e3 * t.delay, 1e3 * t.contraction, 1e3 * t.sustain, 1e3 * t.half_relaxation, t.size)
                     for t in (twitch(wave, 1000.0) for wave in moved)])  # fmt: skip
    error = np.abs(ours - scored)
    assert np.all(np.median(error, axis=0)[:4] < 1e-4)
    assert np.median(error[:, 4]) < 1e-5
    outliers = np.flatnonzero(np.any(error > [0.05, 0.05, 0.05, 0.05, 0.005], axis=1))
    assert outliers.size == 20
    for row in outliers:
        top = int(np.argmax(moved[row]))
        sample = int(np.argmin(np.abs(moved[row, :top] - scored[row, 4])))
        assert moved[row, sample] == pytest.approx(scored[row, 4], abs=1e-5)
        assert sample < top
