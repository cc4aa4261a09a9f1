"""Pairs of known jitter and blocking, of one shape of spike and of another, in V and in counts."""

import numpy as np
import pytest
from scipy.signal import butter, sosfilt

from involuntary.detect.spike_pairs import PairRule, _once, after_stimuli, between_spikes
from involuntary.dsp.jitter import consecutive
from involuntary.model import Channel, ChannelKind, Recording

RATE = 40000.0
SHAPES = {
    "triphasic": lambda t: (1 - (t / 1e-4) ** 2) * np.exp(-((t / 1e-4) ** 2) / 2),
    "biphasic": lambda t: -t / 1.2e-4 * np.exp(0.5 - (t / 1.2e-4) ** 2 / 2),
}


def recording(times, sizes, seconds, shape="triphasic", noise=0.01, unit="V", seed=0, length=80):
    random = np.random.default_rng(seed)
    n = round(seconds * RATE)
    samples = random.normal(0, noise, n)
    for time, size in zip(times, sizes, strict=True):
        first = round(time * RATE) - 40
        if 0 <= first < n - length:
            samples[first : first + length] += size * SHAPES[shape](np.arange(first, first + length) / RATE - time)
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
    assert found.time_s == pytest.approx(trigger, abs=2e-4)
    assert found.blocked.tolist() == (~kept).tolist()
    assert np.isnan(found.interval_s[~kept]).all()


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
    assert found.time_s == pytest.approx(stimuli, abs=1e-6)
    assert found.interval_s - found.distance_s == pytest.approx(latency - np.nanmedian(latency), abs=5e-6, nan_ok=True)
    assert found.blocked.tolist() == (~kept).tolist()


def test_a_single_fibre_noise_and_silence_are_no_pairs():
    trigger, *_ = pair(30, 6)
    assert between_spikes(recording(trigger, np.ones(80), 9.0), 0, 0.0, 9.0, PairRule()) == []
    assert between_spikes(recording([], [], 9.0), 0, 0.0, 9.0, PairRule()) == []
    assert between_spikes(recording([], [], 9.0, noise=0.0), 0, 0.0, 9.0, PairRule()) == []


def test_two_units_that_fire_by_themselves_are_no_pair():
    (one, _, _), (other, _, _) = pair(30, 7), pair(30, 8, rate=9.0)
    times = np.concatenate([one, other])
    assert between_spikes(recording(times, np.repeat([1.0, 0.7], 80), 9.0), 0, 0.0, 9.0, PairRule()) == []


def recovering(t):
    """Give a fibre's potential as the second derivative of a travelling spike z³ exp(-z), with its slow recovery."""
    z = np.maximum(t * 4e3, 0)
    return np.exp(-z) * (6 * z - 6 * z**2 + z**3) / 1.2


@pytest.mark.parametrize("high_pass_hz", [None, 1000.0])
@pytest.mark.parametrize("apart_ms", [1.2, 2.0, 3.5])
def test_the_recovery_of_a_potential_is_no_fibre_of_its_own(monkeypatch, high_pass_hz, apart_ms):
    monkeypatch.setitem(SHAPES, "recovering", recovering)
    trigger, _, _ = pair(30, 11)
    second = trigger + apart_ms / 1e3 + 40e-6 / 1.128 * np.random.default_rng(12).standard_normal(80)
    made = recording(np.r_[trigger, second], np.repeat([1.0, 0.7], 80), 9.0, "recovering", noise=0.005, length=120)
    if high_pass_hz:
        filtered = sosfilt(butter(2, high_pass_hz, "high", fs=RATE, output="sos"), made.samples(0, 0, round(9 * RATE)))
        made = Recording.from_arrays([filtered], made.channels)
    (found,) = between_spikes(made, 0, 0.0, 9.0, PairRule())
    assert found.jitter_us == pytest.approx(consecutive(1e6 * (second - trigger)), rel=0.07)
    assert found.distance_s == pytest.approx(apart_ms / 1e3, abs=1e-4)
    assert found.blocked_share == 0


def test_a_smaller_neighbour_that_fires_for_itself_blocks_nothing():
    trigger, second, kept = pair(40, 13, 0.1)
    other = 0.07 + np.arange(90) / 10.3
    times = np.concatenate([trigger, second[kept], other, other + 0.0009])
    sizes = np.concatenate([np.ones(80), np.full(int(kept.sum()), 0.9), np.full(90, 0.35), np.full(90, 0.25)])
    (found,) = between_spikes(recording(times, sizes, 9.0, noise=0.005), 0, 0.0, 9.0, PairRule())
    assert found.n == pytest.approx(80, abs=3)
    assert found.blocked_share == pytest.approx(1 - kept.mean(), abs=0.03)


def test_what_is_left_alone_where_the_other_is_blocked_is_the_trigger():
    trigger, second, kept = pair(40, 14, 0.3)
    times = np.concatenate([trigger[kept], second])
    sizes = np.concatenate([np.full(int(kept.sum()), 1.0), np.full(80, 0.5)])
    (found,) = between_spikes(recording(times, sizes, 9.0), 0, 0.0, 9.0, PairRule())
    assert found.distance_s < 0
    assert found.blocked_share == pytest.approx(1 - kept.mean())


def test_a_small_second_spike_under_the_level_is_found_by_its_shape():
    trigger, second, kept = pair(60, 15, 0.2)
    times = np.concatenate([trigger, second[kept]])
    sizes = np.concatenate([np.ones(80), np.full(int(kept.sum()), 0.35)])
    (found,) = between_spikes(recording(times, sizes, 9.0, noise=0.05), 0, 0.0, 9.0, PairRule())
    assert found.blocked_share == pytest.approx(1 - kept.mean())


def test_a_split_fibre_is_no_pair():
    trigger, _, _ = pair(30, 16)
    times = np.concatenate([trigger, trigger + 0.0013])
    assert between_spikes(recording(times, np.repeat([1.0, 0.7], 80), 9.0), 0, 0.0, 9.0, PairRule()) == []


def test_a_spike_that_another_units_potential_overlays_fired_but_gives_no_time():
    trigger, second, _ = pair(25, 17)
    # On the flank of every eighth second spike lies a potential of another unit.
    other = second[::8] + 0.00025
    times = np.concatenate([trigger, second, other])
    sizes = np.concatenate([np.ones(80), np.full(80, 0.7), np.full(other.size, 0.6)])
    (found,) = between_spikes(recording(times, sizes, 9.0), 0, 0.0, 9.0, PairRule())
    kept = np.where(np.arange(80) % 8 == 0, np.nan, second - trigger)
    assert found.jitter_us == pytest.approx(consecutive(1e6 * kept), rel=0.07)
    assert found.blocked_share == 0


@pytest.mark.parametrize("apart_ms", [2.0, 2.8])
def test_the_late_phase_of_a_dull_spike_is_no_fibre(monkeypatch, apart_ms):
    def dull(t):
        return np.exp(-((t / 2e-4) ** 2) / 2) - 0.5 * np.exp(-(((t - 6e-4) / 4e-4) ** 2) / 2)

    monkeypatch.setitem(SHAPES, "dull", dull)
    trigger, _, _ = pair(30, 18)
    second = trigger + apart_ms / 1e3 + 60e-6 / 1.128 * np.random.default_rng(19).standard_normal(80)
    made = recording(np.r_[trigger, second], np.repeat([0.7, 1.0], 80), 9.0, "dull", noise=0.012, length=120)
    (found,) = between_spikes(made, 0, 0.0, 9.0, PairRule())
    assert found.jitter_us == pytest.approx(consecutive(1e6 * (second - trigger)), rel=0.05)


def test_what_holds_two_spikes_of_most_discharges_is_two_fibres():
    row = np.tile(np.arange(30), 2)
    distance = np.where(np.arange(60) < 30, 40.0, 52.0) + 0.1 * row
    both, first = _once(np.arange(60), distance, row), _once(np.arange(40), distance[:40], row[:40])
    assert [group.tolist() for group in both] == [list(range(30)), list(range(30, 60))]
    assert [group.tolist() for group in first] == [list(range(40))]
