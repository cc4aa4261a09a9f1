"""Fibres whose spikes overlap are timed together, where that can be known; others as they are."""

import numpy as np
import pytest

from involuntary.detect.fibres import Fibre, Spikes, interval
from involuntary.detect.overlaps import pairs
from involuntary.dsp.jitter import consecutive

RATE = 30000.0


def dull(t):
    return np.exp(-((t / 2e-4) ** 2) / 2) - 0.5 * np.exp(-(((t - 6e-4) / 4e-4) ** 2) / 2)


def unit(scatter_us, apart_s=0.001, noise=0.02, n=80, seed=0):
    random = np.random.default_rng(seed)
    own = 0.02 + 0.03 * np.arange(n) + random.uniform(0, 1e-4, n)
    times = (own, own + apart_s + 1e-6 * scatter_us * random.standard_normal(n))
    t = np.arange(round((0.03 * n + 0.05) * RATE)) / RATE
    samples = noise * random.standard_normal(t.size)
    for each, height in zip(times, (1.0, 0.8), strict=True):
        for time in each:
            near = np.abs(t - time) < 0.003
            samples[near] += height * dull(t[near] - time)
    made = [Fibre(np.arange(n), np.rint(each * RATE).astype(np.intp), np.rint(each * RATE), 0.5) for each in times]
    return Spikes(samples, RATE, noise, np.empty(0, dtype=np.intp)), made, RATE * (times[1] - times[0])


def test_dull_spikes_a_millisecond_apart_are_timed_together():
    spikes, (first, other), truth = unit(60)
    ((lead, follow),) = pairs(spikes, first, [other])
    assert lead.error == 0
    assert consecutive(interval(follow, lead)) == pytest.approx(consecutive(truth), rel=0.05)


def test_what_cannot_be_told_apart_or_is_far_apart_stays_as_it_is():
    for scatter_us, apart_s in ((4, 0.0008), (60, 0.0045)):
        spikes, (first, other), _ = unit(scatter_us, apart_s)
        ((lead, follow),) = pairs(spikes, first, [other])
        assert lead is first
        assert follow is other
    assert pairs(spikes, first, []) == []


def test_after_a_stimulus_two_fibres_are_timed_against_it():
    spikes, (first, other), truth = unit(60)
    stimulus = Fibre(first.row, np.empty(0, dtype=np.intp), first.sample - 90.0, 0.0)
    (_, _), (lead, follow) = pairs(spikes, stimulus, [first, other])
    assert lead is stimulus
    assert consecutive(interval(follow, stimulus)) == pytest.approx(
        consecutive(truth + first.place - stimulus.place), rel=0.07
    )


def test_what_lies_over_a_spike_takes_its_time_away():
    spikes, (first, other), _ = unit(60)
    at = other.sample[7]
    spikes.samples[at - 6 : at + 7] += 0.6 * np.hanning(13)
    ((_, follow),) = pairs(spikes, first, [other])
    assert np.isnan(follow.place[7])
    assert np.count_nonzero(np.isnan(follow.place)) < 3
