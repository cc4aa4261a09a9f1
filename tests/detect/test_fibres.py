"""Groups of spikes are timed exactly; phases and split fibres are left out."""

import numpy as np

from involuntary.detect.fibres import Fibre, Spikes, fibres, interval

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
    first, second = fibres(spikes, made)
    late = interval(second, first)
    assert np.std(late - late.mean() - (truth - truth.mean())) < 0.2


def test_a_slow_low_phase_after_a_larger_spike_is_no_fibre():
    spikes, made, _ = groups(15, 0.3, 2.2e-4)
    assert len(fibres(spikes, made)) == 1
    spikes, made, _ = groups(15, 0.3, 1e-4)
    assert len(fibres(spikes, made)) == 2


def test_the_larger_of_two_that_keep_their_distance_leads():
    spikes, made, _ = groups(0, 2.0, 1e-4)
    (one,) = fibres(spikes, made)
    assert np.array_equal(one.sample, made[1].sample)


def test_the_distance_is_that_of_discharges_in_which_both_fired():
    one = Fibre(np.array([0, 2]), np.array([10, 30]), np.array([10.5, 30.0]), 0.0)
    other = Fibre(np.array([0, 1, 2]), np.array([5, 15, 25]), np.array([5.0, 15.0, 25.5]), 0.0)
    assert interval(one, other).tolist() == [5.5, 4.5]


def test_a_low_trigger_that_keeps_its_distance_after_a_larger_spike_gives_way():
    spikes, made, _ = groups(0, 2.5, 1e-4, apart_s=-0.0015)
    (one,) = fibres(spikes, made)
    assert np.array_equal(one.sample, made[1].sample)
