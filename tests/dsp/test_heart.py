import numpy as np
import pytest

from involuntary.dsp.heart import average_beat, find_beats, reach_s, slowed

RATE = 250.0


def beating(interval_s, seconds=60.0, height=100.0, noise=5.0, jitter=0.03, seed=0):
    """A signal with QRS-like bumps, and where they are in samples."""
    random = np.random.default_rng(seed)
    time = np.cumsum(interval_s * (1 + jitter * random.standard_normal(int(seconds / interval_s) - 2)))
    t = np.arange(round(seconds * RATE)) / RATE
    x = random.normal(0, noise, t.size)
    for at in time:
        x += height * np.exp(-0.5 * ((t - at) / 0.0105) ** 2)
    return x, time * RATE


def matched(found, true):
    return np.abs(found[:, None] - true).min(axis=1)


@pytest.mark.parametrize("interval_s", [0.45, 0.85, 1.5])
@pytest.mark.parametrize("sign", [1, -1])
def test_every_beat_is_found_to_a_fraction_of_a_sample(interval_s, sign):
    x, true = beating(interval_s)
    beats = find_beats(sign * x, RATE)
    assert len(beats.position) == len(true)
    # The first shape comes from unaligned deflections, so all beats may share an offset; their distances may not.
    error = beats.position - true
    assert abs(np.median(error)) < 1
    assert np.std(error) < 0.25
    assert min(beats.steadiness, beats.likeness, beats.resemblance) > 0.95
    assert beats.prominence > 20


def test_noise_has_no_prominent_beats():
    beats = find_beats(np.random.default_rng(1).normal(0, 5, 15000), RATE)
    assert beats.prominence < 3
    assert beats.steadiness < 0.7


def test_beats_at_random_are_not_steady():
    x, _ = beating(1.0, jitter=0.5)
    assert find_beats(x, RATE).steadiness < 0.6


def test_silence_and_short_signals_have_none():
    assert find_beats(np.zeros(15000), RATE) is None
    assert find_beats(np.ones(100), RATE) is None


def test_slowing_keeps_the_mean_of_as_many_samples_as_fit():
    slow, rate = slowed(np.arange(21.0), 1000.0)
    assert rate == 250.0
    assert slow.tolist() == [1.5, 5.5, 9.5, 13.5, 17.5]
    same, rate = slowed(np.arange(5.0), 200.0)
    assert (same.tolist(), rate) == ([0, 1, 2, 3, 4], 200.0)


def test_the_average_weighs_a_noisy_beat_less_and_ends_at_zero():
    random = np.random.default_rng(2)
    shape = np.exp(-0.5 * ((np.arange(200) - 80) / 6) ** 2)
    beats = shape + random.normal(0, 0.01, (40, 200))
    beats[::2] += random.normal(0, 3.0, (20, 200))
    found = average_beat(beats, 10)
    plain = beats.mean(axis=0)
    assert np.abs(found - shape)[10:-10].max() < 0.05 < np.abs(plain - shape).max()
    assert abs(found[0]) < 1e-3
    assert abs(found[-1]) < 1e-3


def test_fast_beats_reach_less_far():
    assert reach_s(1.0) == (0.25, 0.45)
    assert reach_s(0.4) == pytest.approx((0.14, 0.26))
