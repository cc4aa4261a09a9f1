"""Onsets of waves that share a latency, of waves that share a shape, and of waves that share nothing."""

from dataclasses import replace

import numpy as np
import pytest

from involuntary.detect.response_onsets import each, pieces_of, shared
from involuntary.detect.sweeps import Sweeps

RATE = 10_000.0
BEFORE_S = 0.05


def sweeps(latencies, lengths=0.012, noise=0.05, seed=0):
    """A biphasic wave of height 1 after each of the latencies; stimuli fall between samples."""
    random = np.random.default_rng(seed)
    latencies = np.asarray(latencies)
    first = -BEFORE_S + random.uniform(0, 1 / RATE, latencies.size)
    time = first[:, None] + np.arange(round(0.15 * RATE)) / RATE - latencies[:, None]
    length = np.broadcast_to(lengths, latencies.shape)[:, None]
    samples = np.where((time > 0) & (time < length), np.sin(2 * np.pi * time / length), 0.0)
    samples += noise * random.standard_normal(samples.shape)
    return Sweeps(samples, first, RATE, np.arange(latencies.size), np.full(latencies.size, noise))


def peaks(of, latencies, lengths=0.012):
    top = np.asarray(latencies) + np.asarray(lengths) / 4
    return np.array([of.at(i, at) - of.at(i, 0.025) for i, at in enumerate(np.broadcast_to(top, len(of.rows)))])


def test_one_latency_is_that_of_the_average_between_samples():
    of = sweeps(np.full(20, 0.03003), noise=0.1)
    timed = shared(of, np.ones(20, dtype=bool), np.ones(20), (0.025, 0.08), None)
    assert np.unique(timed.latency_s).size == 1
    assert timed.latency_s[0] == pytest.approx(0.03003, abs=5e-5)
    assert abs(timed.latency_s[0] - 0.03003) < 3 * timed.error_s[0] < 3e-4
    assert timed.likely.sum() == pytest.approx(1)


def test_sweeps_in_which_something_swings_just_before_have_less_say():
    of = sweeps(np.full(20, 0.03))
    time = of.first_s[:, None] + np.arange(of.samples.shape[1]) / RATE
    of.samples[:5] += (0.5 * np.sin(2 * np.pi * 60 * time) * (time > 0.015) * (time < 0.0325))[:5]
    timed = shared(of, np.ones(20, dtype=bool), np.ones(20), (0.025, 0.08), None)
    assert timed.latency_s[0] == pytest.approx(0.03, abs=1e-4)


def test_sweeps_without_the_wave_have_no_latency_and_no_say():
    of = sweeps(np.full(20, 0.03))
    of.samples[5] = 100 * np.random.default_rng(1).standard_normal(of.samples.shape[1])
    present = np.arange(20) != 5
    timed = shared(of, present, np.ones(20), (0.025, 0.08), None)
    assert np.isnan(timed.latency_s[5])
    assert timed.latency_s[present] == pytest.approx(0.03, abs=5e-5)


def test_waves_of_one_shape_have_each_its_own_latency():
    latencies = 0.03 + 0.002 * np.random.default_rng(2).uniform(-1, 1, 20)
    of = sweeps(latencies, noise=0.1)
    timed = each(of, np.ones(20, dtype=bool), peaks(of, latencies), 0.025, None)
    off = timed.latency_s - latencies
    assert np.abs(off).max() < 2e-4
    # What the errors tell is as large as the errors are.
    assert np.std(off) < 2 * np.median(timed.error_s) < 6 * np.std(off)
    # All share that of their average.
    assert np.unique(timed.common_s).size == 1
    assert abs(off.mean()) < 3 * timed.common_s[0] < 3e-4


def test_waves_of_one_shape_are_shares_of_their_average():
    latencies = 0.03 + 0.002 * np.random.default_rng(2).uniform(-1, 1, 20)
    of, sizes = sweeps(latencies, noise=0.0), np.linspace(0.6, 1.4, 20)
    noise = 0.1 * np.random.default_rng(4).standard_normal(of.samples.shape)
    of = replace(of, samples=sizes[:, None] * of.samples + noise, noise=np.full(20, 0.1))
    timed = each(of, np.ones(20, dtype=bool), peaks(of, latencies), 0.025, None)
    assert timed.size == pytest.approx(2 * sizes, abs=0.15)
    assert np.median(timed.size) == pytest.approx(2.0, abs=0.06)
    assert np.all(np.isnan(each(sweeps([0.03]), np.ones(1, dtype=bool), np.array([80]), 0.025, None).size))


def test_waves_of_two_lengths_are_timed_against_their_own_average():
    latencies = 0.03 + 0.002 * np.random.default_rng(3).uniform(-1, 1, 20)
    lengths = np.where(np.arange(20) % 2, 0.008, 0.016)
    of = sweeps(latencies, lengths, noise=0.02)
    timed = each(of, np.ones(20, dtype=bool), peaks(of, latencies, lengths), 0.025, None)
    assert np.abs(timed.latency_s - latencies).max() < 1e-4


def test_two_waves_are_timed_one_by_one():
    latencies = np.array([0.03, 0.033])
    of = sweeps(latencies, noise=0.01)
    timed = each(of, np.ones(2, dtype=bool), peaks(of, latencies), 0.025, None)
    assert timed.latency_s == pytest.approx(latencies, abs=1e-4)
    assert timed.likely.size == 0
    assert np.all(timed.common_s == 0)


def test_pieces_tell_by_how_much_each_lies_later():
    of = sweeps(np.full(4, 0.03), noise=0.0)
    pieces, later, offset = pieces_of(of, np.arange(4), 0.025, 0.05)
    assert pieces.shape == (4, 250)
    assert offset == pytest.approx(0.025, abs=1 / RATE)
    for piece, by in zip(pieces, later, strict=True):
        time = offset + (np.arange(250) - by) / RATE - 0.03
        inside = (time > 0) & (time < 0.012)
        assert piece == pytest.approx(np.where(inside, np.sin(2 * np.pi * time / 0.012), 0.0), abs=1e-9)
