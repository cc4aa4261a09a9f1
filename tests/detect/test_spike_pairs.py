"""Pairs of known jitter and blocking, of one shape of spike and of another, in V and in counts."""

import numpy as np
import pytest

from involuntary.detect.spike_pairs import PairRule, after_stimuli, between_spikes
from involuntary.dsp.jitter import consecutive
from involuntary.model import Channel, ChannelKind, Recording

RATE = 40000.0
SHAPES = {
    "triphasic": lambda t: (1 - (t / 1e-4) ** 2) * np.exp(-((t / 1e-4) ** 2) / 2),
    "biphasic": lambda t: -t / 1.2e-4 * np.exp(0.5 - (t / 1.2e-4) ** 2 / 2),
}


def recording(times, sizes, seconds, shape="triphasic", noise=0.01, unit="V", seed=0):
    random = np.random.default_rng(seed)
    n = round(seconds * RATE)
    samples = random.normal(0, noise, n)
    for time, size in zip(times, sizes, strict=True):
        first = round(time * RATE) - 40
        if 0 <= first < n - 80:
            samples[first : first + 80] += size * SHAPES[shape](np.arange(first, first + 80) / RATE - time)
    scale = 1e-3 if unit == "V" else 1000.0
    return Recording.from_arrays([scale * samples], [Channel("n", ChannelKind.NEEDLE_EMG, unit, RATE, n)])


def pair(jitter_us, seed, blocked=0.0, n=80, rate=11.0):
    random = np.random.default_rng(seed)
    trigger = 0.05 + np.cumsum(np.maximum(1 + 0.1 * random.standard_normal(n), 0.5)) / rate
    second = trigger + 0.0013 + 1e-6 * jitter_us / 1.128 * random.standard_normal(n)
    kept = random.uniform(size=n) >= blocked
    return trigger, second, kept


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("jitter_us", [10, 30, 100])
@pytest.mark.parametrize("sizes", [(1.0, 0.7), (0.6, 1.0)])
def test_jitter_is_recovered_within_5_percent(shape, jitter_us, sizes):
    trigger, second, _ = pair(jitter_us, 3)
    times, heights = np.concatenate([trigger, second]), np.repeat(sizes, 80)
    (found,) = between_spikes(recording(times, heights, 9.0, shape), 0, 0.0, 9.0, PairRule())
    assert found.jitter_us == pytest.approx(consecutive(1e6 * (second - trigger)), rel=0.05)
    assert found.blocked_share == 0
    assert abs(found.distance_s) == pytest.approx(0.0013, abs=1e-4)


@pytest.mark.parametrize("blocked", [0.05, 0.3, 0.6])
@pytest.mark.parametrize("unit", ["V", "count"])
def test_blocking_is_exact(blocked, unit):
    trigger, second, kept = pair(60, 4, blocked)
    times = np.concatenate([trigger, second[kept]])
    sizes = np.concatenate([np.full(80, 1.0), np.full(int(kept.sum()), 0.7)])
    (found,) = between_spikes(recording(times, sizes, 9.0, unit=unit), 0, 0.0, 9.0, PairRule())
    assert found.blocked_share == pytest.approx(1 - kept.mean())
    assert found.n == 80


def test_a_stimulated_fibre_is_timed_against_its_stimulus():
    random = np.random.default_rng(5)
    stimuli = 0.1 + np.arange(80) / 10
    spikes = stimuli + 0.0062 + 20e-6 / 1.128 * random.standard_normal(80)
    kept = random.uniform(size=80) > 0.2
    artefacts = recording(np.concatenate([spikes[kept], stimuli]), np.repeat([1.0, 20.0], [kept.sum(), 80]), 9.0)
    (found,) = after_stimuli(artefacts, 0, stimuli, PairRule())
    latency = np.where(kept, spikes - stimuli, np.nan)
    assert found.jitter_us == pytest.approx(consecutive(1e6 * latency), rel=0.05)
    assert found.blocked_share == pytest.approx(1 - kept.mean())


def test_a_single_fibre_noise_and_silence_are_no_pairs():
    trigger, *_ = pair(30, 6)
    assert between_spikes(recording(trigger, np.ones(80), 9.0), 0, 0.0, 9.0, PairRule()) == []
    assert between_spikes(recording([], [], 9.0), 0, 0.0, 9.0, PairRule()) == []
    assert between_spikes(recording([], [], 9.0, noise=0.0), 0, 0.0, 9.0, PairRule()) == []


def test_two_units_that_fire_by_themselves_are_no_pair():
    (one, _, _), (other, _, _) = pair(30, 7), pair(30, 8, rate=9.0)
    times = np.concatenate([one, other])
    assert between_spikes(recording(times, np.repeat([1.0, 0.7], 80), 9.0), 0, 0.0, 9.0, PairRule()) == []
