"""How many copies, when and how large."""

import numpy as np
import pytest

from involuntary.dsp.succession import Sampling, Stretch, Wave, copied, counts, nearby, unknown_cost
from successions import SAMPLING, filtered, learnt


@pytest.mark.parametrize(("n", "hz"), [(1, 0), (2, 300), (3, 250), (5, 200), (8, 300), (8, 90)])
def test_the_cheapest_count_is_the_true_one_though_four_copies_overlap(n, hz):
    at = 0.03 + np.cumsum(np.concatenate([[0.0], 1 / hz * (1 + 0.05 * np.sin(np.arange(n - 1)))])) if hz else [0.03]
    stretch = filtered(at, np.linspace(1, 0.75, n), seed=n)
    found = counts(stretch, learnt())
    assert found[0].at.size == n
    assert found[0].cost < unknown_cost(stretch, SAMPLING)
    assert found[0].explained > 0.98
    if n > 1:
        assert np.ptp(found[0].at) / 2000 == pytest.approx(np.ptp(at), rel=0.04)


def test_another_waveform_costs_more_than_nothing_known():
    stretch = filtered([0.03, 0.05], [1.0, 1.0], length_s=0.004)
    assert min((one.cost for one in counts(stretch, learnt())), default=np.inf) > unknown_cost(stretch, SAMPLING)


def test_given_starts_are_followed_too():
    at = np.array([0.03, 0.045, 0.08])
    start = (at * 2000 + 1.0, np.ones(3))
    found = counts(filtered(at, np.ones(3)), learnt(), [start])
    assert found[0].at == pytest.approx(at * 2000, abs=0.5)


def test_a_waveform_is_made_dense_without_change():
    course = np.hanning(21)
    wave = Wave.of(course, -10, SAMPLING)
    assert wave.samples.size == wave.fine.size // 8 + 1
    assert wave.own[0] == pytest.approx(wave.samples @ wave.samples)
    assert wave.free == pytest.approx(21 * 0.43)


def test_a_copy_that_was_left_out_is_added_and_one_too_many_leaves():
    sampling = Sampling(2000.0, 20.0, 450.0)
    wave = Wave.of(np.sin(2 * np.pi * np.arange(16) / 16) * 300, 0, sampling)
    at = np.array([60.0, 74.0, 87.0, 101.0])
    samples = copied(wave, at, np.ones(4), 170) + np.random.default_rng(0).normal(0, 6.0, 170)
    stretch = Stretch(samples, 6.0)
    for start in (np.delete(at, 2), np.insert(at, 4, 116.0)):
        found = nearby(stretch, wave, _counted_from(stretch, wave, start))
        assert found[0].at == pytest.approx(at, abs=0.5)


def _counted_from(stretch, wave, at):
    """Give the succession of one count alone, as it is settled from times that hold a copy too few or too many."""
    return [one for one in counts(stretch, wave, [(at, np.ones(at.size))]) if one.at.size == at.size]
