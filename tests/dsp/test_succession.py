import numpy as np
import pytest

from involuntary.dsp.bands import zero_phase
from involuntary.dsp.succession import (
    Sampling,
    Stretch,
    Wave,
    copied,
    counts,
    even_parts,
    nearby,
    solved_wave,
    unknown_cost,
)

SAMPLING = Sampling(2000.0, 20.0, 450.0)


def _course(length_s):
    """One hump that rises faster than it falls, 20 times as dense as the samples."""
    t = np.arange(0, 1, 1 / (length_s * 40000))
    return 300 * t**1.5 * (1 - t) ** 2.5 / 0.086


def _stretch(at_s, gains, length_s=0.012, noise=2.0, seed=0, seconds=0.16):
    """Copies over noise, filtered."""
    dense = np.zeros(round((seconds + 0.4) * 40000))
    course = _course(length_s)
    for at, gain in zip(at_s, gains, strict=True):
        first = round((0.2 + at) * 40000)
        dense[first : first + course.size] += gain * course
    x = dense[::20] + np.random.default_rng(seed).normal(0, noise, dense[::20].size)
    return Stretch(zero_phase(x, 2000.0, 20.0, 450.0)[400:-400], noise)


def _learnt():
    single = [_stretch([0.05], [1.0], seed=k) for k in range(5)]
    return solved_wave(single, [(np.array([100.0]), np.ones(1))] * 5, SAMPLING, 0.03)[0]


def test_a_waveform_is_as_long_as_its_course_though_the_filter_lengthens_it():
    wave = _learnt()
    assert 0.008 < wave.course.size / 2000 <= 0.0125
    expected = _stretch([0.05], [1.0], noise=0.0).samples
    middle = wave.samples.size // 2
    assert wave.samples[middle - 50 : middle + 51] == pytest.approx(expected[50:151], abs=8.0)


def test_a_waveform_is_learnt_from_successions_of_it():
    trains = [np.arange(n) / hz for n, hz in ((3, 200), (5, 150), (6, 250))]
    stretches = [_stretch(0.03 + t, 1 - 0.05 * np.arange(t.size), seed=t.size) for t in trains]
    told = [((0.03 + t) * 2000, 1 - 0.05 * np.arange(t.size)) for t in trains]
    wave, _ = solved_wave(stretches, told, SAMPLING, 0.03)
    alone = zero_phase(np.pad(_course(0.012)[::20], 400), 2000.0, 20.0, 450.0)
    middle = wave.samples.size // 2
    assert wave.samples[middle - 20 : middle + 50] == pytest.approx(alone[380:450], abs=15.0)


@pytest.mark.parametrize(("n", "hz"), [(1, 0), (2, 300), (3, 250), (5, 200), (8, 300), (8, 90)])
def test_the_cheapest_count_is_the_true_one_though_four_copies_overlap(n, hz):
    at = 0.03 + np.cumsum(np.concatenate([[0.0], 1 / hz * (1 + 0.05 * np.sin(np.arange(n - 1)))])) if hz else [0.03]
    stretch = _stretch(at, np.linspace(1, 0.75, n), seed=n)
    found = counts(stretch, _learnt())
    assert found[0].at.size == n
    assert found[0].cost < unknown_cost(stretch, SAMPLING)
    assert found[0].explained > 0.98
    if n > 1:
        assert np.ptp(found[0].at) / 2000 == pytest.approx(np.ptp(at), rel=0.04)


def test_another_waveform_costs_more_than_nothing_known():
    stretch = _stretch([0.03, 0.05], [1.0, 1.0], length_s=0.004)
    assert min((one.cost for one in counts(stretch, _learnt())), default=np.inf) > unknown_cost(stretch, SAMPLING)


def test_given_starts_are_followed_too():
    at = np.array([0.03, 0.045, 0.08])
    start = (at * 2000 + 1.0, np.ones(3))
    found = counts(_stretch(at, np.ones(3)), _learnt(), [start])
    assert found[0].at == pytest.approx(at * 2000, abs=0.5)


@pytest.mark.parametrize(("n", "hz"), [(2, 150), (3, 200), (4, 200), (6, 300)])
def test_what_repeats_evenly_is_told_from_a_whole(n, hz):
    stretch = _stretch(0.04 + np.arange(n) / hz, np.ones(n), length_s=0.009, noise=1.0)
    at = float(np.argmax(np.abs(stretch.samples)))
    whole, _ = solved_wave([stretch], [(np.array([at]), np.ones(1))], SAMPLING, 0.045)
    parts = even_parts(stretch, whole, at, 8)
    assert [found for _, found in parts] == sorted(found for _, found in parts)
    assert any(wave.course.size / 2000 == pytest.approx(0.009, abs=0.002) for wave, _ in parts[:2])


def test_a_long_waveform_without_repetition_is_a_whole():
    random = np.random.default_rng(4)
    course = zero_phase(random.standard_normal(1000), 40000.0, 0.0, 300.0) * np.hanning(1000) * 2000
    dense = np.zeros(22400)
    dense[10000:11000] = course
    stretch = Stretch(zero_phase(dense[::20], 2000.0, 20.0, 450.0)[400:-400], 2.0)
    at = float(np.argmax(np.abs(stretch.samples)))
    whole, cost = solved_wave([stretch], [(np.array([at]), np.ones(1))], SAMPLING, 0.045)
    assert even_parts(stretch, whole, at, 8)[0][1] > cost


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
