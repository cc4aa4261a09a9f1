"""Waves of known size in sweeps: sizes, presence, the tail of what came before, and alikeness."""

from dataclasses import replace

import numpy as np
import pytest

from involuntary.detect.responses import alikeness, steadied, waves, without_noise, without_tail
from involuntary.detect.sweeps import Sweeps

RATE = 10_000.0
BEFORE_S = 0.05


def sweeps(shape, noise=0.0, k=20, seed=0, length_s=0.1, sizes=None):
    """Sweeps that hold `shape(time from the stimulus)`, and noise; stimuli fall between samples."""
    random = np.random.default_rng(seed)
    first = -BEFORE_S + random.uniform(0, 1 / RATE, k)
    time = first[:, None] + np.arange(round((BEFORE_S + length_s) * RATE)) / RATE
    sizes = np.ones(k) if sizes is None else sizes
    samples = sizes[:, None] * shape(time) + noise * random.standard_normal(time.shape)
    return Sweeps(samples, first, RATE, np.arange(k), np.full(k, max(noise, 1e-9)))


def biphasic(time, onset=0.03, length=0.012):
    inside = (time > onset) & (time < onset + length)
    return np.where(inside, np.sin(2 * np.pi * (time - onset) / length), 0.0)


def uneven(time):
    wave = biphasic(time)
    return np.where(wave < 0, 0.4 * wave, wave)


def test_size_phases_and_area_without_noise():
    found = waves(sweeps(biphasic), 0.025, 0.08)
    assert found.present.all()
    assert found.amplitude == pytest.approx(2.0, rel=0.005)
    assert found.negative == pytest.approx(1.0, rel=0.005)
    assert found.area == pytest.approx(2 * 0.006 / np.pi, rel=0.01)
    assert found.latency_s == pytest.approx(0.03, abs=2e-5)
    assert found.largest == found.amplitude.max()


def test_noise_alone_and_what_began_before_are_no_waves():
    assert not waves(sweeps(np.zeros_like, noise=1.0), 0.025, 0.08).present.any()
    early = sweeps(lambda t: np.exp(-np.maximum(t, 0) / 0.01) * (t > 0), noise=1e-3)
    assert not waves(early, 0.025, 0.08).present.any()


def test_a_tail_is_read_from_the_sweeps_that_have_one():
    sizes = np.repeat([1.0, 0.001], [5, 15])
    tail = lambda t: np.exp(-np.maximum(t - 0.018, 0) / 0.006)  # noqa: E731
    mixed = sweeps(lambda t: tail(t) * (t > 0) * sizes[:, None], noise=0.02)
    clean = without_tail(mixed, 0.018, (0.025, 0.08), sizes)
    assert np.abs(clean.samples[:, 720:1200].mean(axis=1)).max() < 0.02
    assert without_tail(mixed, 0.018, (0.025, 0.08), np.zeros(20)) is mixed


@pytest.mark.parametrize("colour", [1, 8])
def test_waves_of_a_few_times_the_noise_are_all_there_and_noise_alone_up_to_the_end_of_a_sweep_is_none(colour):
    sizes = np.random.default_rng(1).uniform(0.6, 1.4, 20)
    of = sweeps(biphasic, sizes=sizes)
    plain = np.random.default_rng(5).standard_normal((20, of.samples.shape[1] + colour - 1))
    noise = np.array([np.convolve(row, np.ones(colour), "valid") for row in plain])
    noise *= (0.2 if colour == 1 else 0.12) / noise.std()
    noisy = replace(of, samples=of.samples + noise, noise=np.full(20, noise.std()))
    found = waves(noisy, 0.025, 0.1, alike=False)
    assert found.present.all()
    assert np.median(found.latency_s) == pytest.approx(0.03, abs=4e-4)
    # Timed together with the others.
    assert np.count_nonzero(found.common_s > 0) >= 18
    assert not waves(replace(noisy, samples=noise), 0.025, 0.1, alike=False).present.any()


def test_smaller_ones_are_none():
    assert not waves(sweeps(biphasic), 0.025, 0.08, smallest=2.1).present.any()
    assert waves(sweeps(biphasic), 0.025, 0.08, smallest=1.9).present.all()


@pytest.mark.parametrize("seed", range(3))
def test_noise_does_not_add_to_the_size(seed):
    noisy = sweeps(biphasic, noise=0.1, seed=seed)
    read_off = waves(noisy, 0.025, 0.08)
    found = without_noise(read_off, noisy, 0.025, 0.08)
    assert read_off.largest > 2.1
    assert found.largest == pytest.approx(2.0, abs=0.03)
    assert np.all(np.abs(found.amplitude - 2.0) < 5 * found.amplitude_error)


@pytest.mark.parametrize("alike", [True, False])
def test_the_interval_of_a_latency_is_as_wide_as_its_errors(alike):
    found = [waves(sweeps(biphasic, noise=0.1, seed=seed), 0.025, 0.08, alike=alike) for seed in range(6)]
    middles = [1e3 * float(np.median(one.latency_s)) for one in found]
    spans = [one.interval_ms(at) for one, at in zip(found, middles, strict=True)]
    assert sum(low < 30.0 < high for low, high in spans) >= 5
    assert all(0.01 < high - low < 0.6 for low, high in spans)
    assert waves(sweeps(np.zeros_like), 0.025, 0.08).interval_ms(30.0) is None


def test_sizes_that_differ_stay_apart():
    sizes = np.linspace(0.2, 1.0, 20)
    noisy = sweeps(biphasic, noise=0.05, sizes=sizes)
    found = without_noise(waves(noisy, 0.025, 0.08), noisy, 0.025, 0.08)
    assert found.amplitude == pytest.approx(2 * sizes, abs=0.1)
    assert found.largest == pytest.approx(2.0, abs=0.06)


def test_two_shapes_keep_their_own_sizes():
    one, other = sweeps(biphasic, noise=0.05, k=10), sweeps(uneven, noise=0.05, k=10, seed=1)
    both = Sweeps(
        np.vstack([one.samples, other.samples]),
        np.append(one.first_s, other.first_s),
        RATE,
        np.arange(20),
        np.append(one.noise, other.noise),
    )
    found = without_noise(waves(both, 0.025, 0.08), both, 0.025, 0.08)
    assert found.amplitude[:10] == pytest.approx(2.0, abs=0.1)
    assert found.amplitude[10:] == pytest.approx(1.4, abs=0.1)


def test_where_nothing_is_common_the_sizes_stand_as_they_were_read():
    noisy = sweeps(np.zeros_like, noise=1.0)
    read_off = waves(noisy, 0.025, 0.08)
    assert without_noise(read_off, noisy, 0.025, 0.08).amplitude == pytest.approx(read_off.amplitude)
    short = sweeps(biphasic, length_s=0.0252)
    read_off = waves(short, 0.025, 0.08)
    assert without_noise(read_off, short, 0.025, 0.08) is read_off


def test_the_tail_of_an_earlier_wave_goes_by_its_size_and_later_waves_stay():
    sizes = np.linspace(0.8, 1.2, 20)
    both = sweeps(lambda t: 20 * np.exp(-np.maximum(t, 0) / 0.008) * (t > 0), noise=0.01, sizes=sizes)
    late = sweeps(biphasic, sizes=np.where(np.arange(20) % 2, 0.3, 0.0))
    mixed = replace(both, samples=both.samples + late.samples)
    clean = without_tail(mixed, 0.018, (0.025, 0.08), sizes)
    left = np.array([clean.window(i, 0.025, 0.08) for i in range(20)])
    assert np.abs(left[::2]).max() < 0.1
    assert np.ptp(left[1::2], axis=1) == pytest.approx(0.6, abs=0.1)
    assert clean.samples[:, :500] == pytest.approx(mixed.samples[:, :500])


def test_what_comes_back_is_alike_and_what_does_not_is_not():
    assert alikeness(sweeps(biphasic, noise=0.1), 0.025, 0.08) > 0.9
    assert abs(alikeness(sweeps(np.zeros_like, noise=1.0), 0.025, 0.08)) < 0.2
    assert np.isnan(alikeness(sweeps(biphasic, k=2), 0.025, 0.08))


def test_heights_under_noise_are_steadied_by_their_average():
    sizes = np.linspace(1.0, 0.7, 8)
    off = []
    for seed in range(6):
        noisy = sweeps(uneven, noise=0.03, k=8, seed=seed, sizes=sizes)
        read_off = waves(noisy, 0.025, 0.08)
        off.append([np.std(one.negative - sizes) for one in (read_off, steadied(read_off, noisy, 0.025, 0.08))])
    alone, steady = np.mean(off, axis=0)
    assert steady < 0.8 * alone


def test_a_shape_that_changes_keeps_the_height_that_is_read_off():
    peaked = sweeps(uneven, noise=1e-4, k=8)
    flat = sweeps(lambda t: np.minimum(uneven(t), 0.7), noise=1e-4, k=8)
    mixed = replace(peaked, samples=np.where(np.arange(8)[:, None] < 4, peaked.samples, flat.samples))
    read_off = waves(mixed, 0.025, 0.08)
    assert steadied(read_off, mixed, 0.025, 0.08).negative == pytest.approx(read_off.negative, abs=0.001)
    short = sweeps(uneven, length_s=0.0252)
    read_off = waves(short, 0.025, 0.08)
    assert steadied(read_off, short, 0.025, 0.08) is read_off
