"""Groups of spikes are timed exactly; phases and split fibres are left out."""

import numpy as np

from involuntary.detect.fibres import Fibre, Spikes, fibres, interval, overlaid, together

RATE = 40000.0


def spike(t, width):
    return (1 - (t / width) ** 2) * np.exp(-((t / width) ** 2) / 2)


def groups(jitter_us, size, width, apart_s=0.0015, seed=0, noise=0.005, n=60):
    """Give the spikes of a trigger and of another, and their groups at the nearest samples."""
    random = np.random.default_rng(seed)
    own = 0.02 + np.arange(n) * 0.02
    other = own + apart_s + 1e-6 * jitter_us / 1.128 * random.standard_normal(n)
    t = np.arange(round(1.3 * RATE)) / RATE
    samples = noise * random.standard_normal(t.size)
    for times, height, wide in ((own, 1.0, 1e-4), (other, size, width)):
        for time in times:
            near = np.abs(t - time) < 0.001
            samples[near] += height * spike(t[near] - time, wide)
    row = np.arange(n)
    made = [Fibre(row, np.rint(times * RATE).astype(np.intp), times * RATE, 0.0) for times in (own, other)]
    return Spikes(samples, RATE, noise, np.empty(0, dtype=np.intp)), made, RATE * (other - own)


def test_two_fibres_are_kept_and_timed_to_a_part_of_a_sample():
    spikes, made, truth = groups(40, 0.6, 1e-4)
    (first, second), phases = fibres(spikes, made)
    assert phases == []
    late = interval(second, first)
    assert np.std(late - late.mean() - (truth - truth.mean())) < 0.2


def test_a_slow_low_phase_keeps_its_distance_and_a_slow_low_fibre_does_not():
    spikes, made, _ = groups(0, 0.2, 2.2e-4)
    (first,), (phase,) = fibres(spikes, made)
    assert np.array_equal(first.sample, made[0].sample)
    assert np.array_equal(phase.sample, made[1].sample)
    spikes, made, _ = groups(30, 0.2, 2.2e-4)
    assert len(fibres(spikes, made)[0]) == 2


def test_the_larger_of_two_that_keep_their_distance_leads():
    spikes, made, _ = groups(0, 2.0, 1e-4)
    (one,), _ = fibres(spikes, made)
    assert np.array_equal(one.sample, made[1].sample)


def test_the_distance_is_that_of_discharges_in_which_both_fired():
    one = Fibre(np.array([0, 2]), np.array([10, 30]), np.array([10.5, 30.0]), 0.0)
    other = Fibre(np.array([0, 1, 2]), np.array([5, 15, 25]), np.array([5.0, 15.0, 25.5]), 0.0)
    assert interval(one, other).tolist() == [5.5, 4.5]


def test_a_low_trigger_that_keeps_its_distance_after_a_larger_spike_gives_way():
    spikes, made, _ = groups(0, 2.5, 1e-4, apart_s=-0.0015)
    (one,), _ = fibres(spikes, made)
    assert np.array_equal(one.sample, made[1].sample)


def test_what_another_potential_lies_over_looks_unlike_the_others():
    samples = np.zeros(2000)
    place = 100.0 + 100 * np.arange(18)
    for at in place.astype(int):
        samples[at - 3 : at + 4] += 1 - np.abs(np.arange(-3, 4)) / 4
    samples[place[4].astype(int) + 5] += 0.8
    assert np.flatnonzero(overlaid(samples, place, 8)).tolist() == [4]
    assert not overlaid(samples, place, 8, height=20.0).any()


def test_places_of_several_fibres_in_one_table():
    one = Fibre(np.array([0, 2]), np.array([10, 30]), np.array([10.5, np.nan]), 0.0)
    other = Fibre(np.array([2]), np.array([25]), np.array([25.5]), 0.0)
    np.testing.assert_array_equal(together([one, other]), [[10.5, np.nan], [30, 25.5]])
    np.testing.assert_array_equal(together([other], np.arange(3))[:, 0], [np.nan, np.nan, 25.5])
