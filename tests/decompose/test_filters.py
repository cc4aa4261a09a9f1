"""Filters over channels and their past."""

import numpy as np

from involuntary.decompose.filters import applied, extended, from_discharges, turned


def _channels(samples, lags=1):
    signal = samples.astype(np.float32)
    return extended(signal, slice(0, signal.shape[1]), lags)


def test_a_filter_is_applied_lag_by_lag():
    random = np.random.default_rng(0)
    signal, filters = random.standard_normal((3, 50)).astype(np.float32), random.standard_normal((2, 12))
    past = np.concatenate([np.pad(signal, ((0, 0), (lag, 0)))[:, :50] for lag in range(4)])
    assert np.allclose(applied(signal, filters.astype(np.float32), 4), filters @ past, atol=1e-4)


def test_covariance_holds_every_lag_and_noise():
    random = np.random.default_rng(1)
    samples = np.apply_along_axis(np.convolve, 1, random.standard_normal((3, 20_000)), [1, 0.8, 0.5], "same")
    made = _channels(samples, 3)
    past = np.concatenate([np.pad(samples, ((0, 0), (lag, 0)))[:, : samples.shape[1]] for lag in range(3)])
    true = past @ past.T / samples.shape[1]
    low = np.tril(made.factor)
    values = np.linalg.eigvalsh(true)
    assert np.allclose(low @ low.T, true + values[: values.size // 2].mean() * np.eye(9), atol=0.02)


def test_discharges_give_a_filter_that_pulses_at_them():
    random = np.random.default_rng(2)
    samples = 0.15 * random.standard_normal((4, 8000))
    at = np.arange(60, 7900, 97)
    for channel, lag in enumerate((0, 2, 1, 3)):
        samples[channel, at + lag - 3] += 1.0
    source = applied(samples.astype(np.float32), from_discharges(_channels(samples, 6), at), 6)[0]
    rest = np.delete(source, at)
    assert source[at].min() > rest.max()
    assert 0.7 < source.var() < 1.05


def test_a_filter_that_starts_between_two_sources_comes_to_one():
    samples = 0.05 * np.random.default_rng(0).standard_normal((2, 8000))
    samples[0, 20::80] += 2.0
    samples[1, 60::80] += 2.0
    samples[:, 4000] = 3.01, 3.0
    samples -= samples.mean(axis=1, keepdims=True)
    made = _channels(samples)
    (filtered,) = np.abs(turned(made, slice(0, 8000), np.array([4000]), 25, 15))
    assert filtered[1] < 0.1 * filtered[0]


def test_one_event_does_not_outweigh_discharges():
    samples = 0.2 * np.random.default_rng(3).standard_normal((2, 8000))
    samples[0, 50::80] += 2.0
    samples[1, 4000] += 20.0
    samples[:, 4050] = 2.0, 2.0
    samples -= samples.mean(axis=1, keepdims=True)
    (filtered,) = np.abs(turned(_channels(samples), slice(0, 8000), np.array([4050]), 25, 15))
    assert filtered[0] > filtered[1]


def test_a_unit_of_few_discharges_is_not_outweighed_by_one_of_many():
    samples = 0.1 * np.random.default_rng(4).standard_normal((2, 8000))
    samples[0, 20::80] += 1.0
    samples[1, 60::480] += 2.0
    samples[:, 4381] = 1.0, 1.5
    samples -= samples.mean(axis=1, keepdims=True)
    (filtered,) = np.abs(turned(_channels(samples), slice(0, 8000), np.array([4381]), 25, 15))
    assert filtered[1] > filtered[0]
