"""Waves moved and averaged by their shape."""

import numpy as np
import pytest

from involuntary.dsp.alike import Noise, beyond_noise, moved, pooled, together, twins, uncertain

TIME = np.arange(-60.0, 61.0)


def wave(at):
    return -(TIME - at) / 12 * np.exp(0.5 - 0.5 * ((TIME - at) / 12) ** 2)


def test_moving_by_parts_of_a_sample():
    (found,) = moved(wave(0.0)[None, :], np.array([0.4]))
    np.testing.assert_allclose(found, wave(0.4), atol=1e-4)


def test_waves_of_one_shape_are_averaged_and_the_stranger_is_named():
    random = np.random.default_rng(2)
    at = random.uniform(-4, 4, 20)
    waves = np.array([wave(a) for a in at] + [np.sin(TIME / 3)]) + random.normal(0, 0.1, (21, TIME.size))
    average, shift, alike = together(waves)
    assert alike[:20].all()
    assert not alike[20]
    np.testing.assert_allclose(np.diff(shift[:20]), np.diff(at), atol=2.0)
    assert np.abs(shift[:20] - at - np.mean(shift[:20] - at)).mean() < 0.6
    noise = average - wave(np.median(at - shift[:20]))
    assert np.std(noise) < 0.04


def test_waves_are_timed_about_as_well_as_noise_allows():
    random = np.random.default_rng(7)
    at, noise = random.uniform(-4, 4, 200), 0.1
    waves = random.uniform(0.7, 1.3, (200, 1)) * np.array([wave(a) for a in at])
    _, shift, _ = together(waves + random.normal(0, noise, waves.shape))
    error = shift - at - np.mean(shift - at)
    # What noise leaves of the time of one wave of known shape.
    bound = noise / np.linalg.norm(np.gradient(wave(0.0)))
    assert error.std() < 1.35 * bound


def test_weak_waves_of_one_shape_are_alike():
    random = np.random.default_rng(9)
    at, noise = random.uniform(-4, 4, 40), 0.4
    waves = np.array([wave(a) for a in at]) + random.normal(0, noise, (40, TIME.size))
    strangers = random.normal(0, noise, (4, TIME.size)) + np.sin(TIME / 3)
    known = Noise(np.full(44, noise), random.normal(0, noise, (44, 500)))
    _, shift, alike = together(np.vstack([waves, strangers]), known, 15)
    assert np.count_nonzero(alike[:40]) >= 38
    assert not alike[40:].any()
    assert np.std((shift[:40] - at)[alike[:40]]) < 2.5


def coloured(random, shape):
    """Noise of one, of which ten neighbouring samples are alike."""
    noise = np.array([np.convolve(row, np.ones(10), "same") for row in random.normal(size=shape)])
    return noise / noise.std()


def test_waves_of_another_length_are_not_of_one_shape():
    random = np.random.default_rng(8)
    lengths = np.repeat([40.0, 60.0, 90.0], [6, 8, 6])
    at = random.uniform(-3, 3, lengths.size)
    time = np.arange(-90.0, 91.0)
    waves = np.cos(np.pi * np.clip((time - at[:, None]) / lengths[:, None], -0.5, 0.5))
    noise = Noise(np.full(lengths.size, 0.1), random.normal(0, 0.1, (20, 500)))
    average, _, alike = together(waves + random.normal(0, 0.1, waves.shape), noise, 15)
    assert alike.tolist() == (lengths == 60).tolist()
    assert np.count_nonzero(average > 0.1) == pytest.approx(60, abs=6)


def test_noise_of_any_colour_leaves_one_shape_together():
    random, time = np.random.default_rng(9), np.arange(-90.0, 91.0)
    waves = np.cos(np.pi * np.clip((time - random.uniform(-3, 3, (20, 1))) / 60, -0.5, 0.5))
    heard = waves + 0.1 * coloured(random, waves.shape)
    size = np.full(20, 0.1)
    known = Noise(size, 0.1 * coloured(random, (20, 500)))
    assert np.count_nonzero(together(heard, known, 15)[2]) >= 19
    # Taken as white it would explain less.
    assert np.count_nonzero(together(heard, Noise(size, np.empty((20, 0))), 15)[2]) < 18


def test_how_well_a_wave_is_timed_is_told():
    random, average = np.random.default_rng(10), wave(0.0)
    for make in (lambda shape: random.normal(size=shape), lambda shape: coloured(random, shape)):
        at = random.uniform(-2, 2, 60)
        waves = np.array([wave(a) for a in at]) + 0.1 * make((60, TIME.size))
        _, shift, _ = together(waves, None, 15)
        told = uncertain(waves, average, Noise(np.full(60, 0.1), 0.1 * make((60, 400))))
        assert np.std(shift - at) == pytest.approx(np.median(told), rel=0.35)


def test_samples_are_pooled_where_they_belong():
    random = np.random.default_rng(4)
    shift = random.uniform(-0.5, 0.5, 12)
    size = random.uniform(0.5, 2.0, 12)
    waves = size[:, None] * np.array([np.maximum(TIME - by, 0.0) for by in shift])
    found = pooled(waves, shift, waves.mean(axis=0), 50)
    # A corner at the middle stays one, and waves of all sizes come to one height: nothing is interpolated.
    expected = np.maximum(found.time - 60.0, 0.0)
    ratio = found.value[expected > 1] / expected[expected > 1]
    np.testing.assert_allclose(ratio, ratio.mean(), rtol=0.02)
    assert np.all(np.abs(found.value[expected == 0]) < 1e-9)
    assert found.time.size > 5 * TIME.size
    assert found.weight.sum() == pytest.approx(TIME.size * np.sum((size / size.mean()) ** 2), rel=0.05)


def test_a_wave_has_a_twin_or_none():
    random = np.random.default_rng(5)
    pair = [wave(-2.0), wave(3.0)]
    others = [random.normal(size=TIME.size) for _ in range(3)]
    likeness = twins(np.array([*pair, *others]), 6)
    assert np.all(likeness[:2] > 0.99)
    assert np.all(likeness[2:] < 0.6)
    assert twins(np.array([pair[0]]), 6).tolist() == [-1.0]


def test_what_waves_have_in_common_is_kept_and_noise_is_not():
    random = np.random.default_rng(0)
    wave = np.sin(np.linspace(0, 2 * np.pi, 200))
    true = np.linspace(0.5, 1.5, 20)[:, None] * wave
    noisy = true + 0.1 * random.standard_normal(true.shape)
    noise = Noise(np.full(20, 0.1), 0.1 * random.standard_normal((20, 300)))
    assert np.std(beyond_noise(noisy, noise) - true) < 0.03
    assert np.all(beyond_noise(noisy - true, noise) == 0)


def test_coloured_noise_has_larger_components_than_white():
    white = np.random.default_rng(1).standard_normal((20, 740))
    slow = np.array([np.convolve(row, np.ones(40) / 40**0.5, mode="valid") for row in white])
    waves, quiet = slow[:, 400:], slow[:, :400]
    as_white = np.linalg.matrix_rank(beyond_noise(waves, Noise(np.ones(20), np.empty((20, 0)))))
    assert np.linalg.matrix_rank(beyond_noise(waves, Noise(np.ones(20), quiet))) < as_white


def test_without_noise_waves_stay_as_they_are():
    waves = np.random.default_rng(2).standard_normal((5, 40))
    assert beyond_noise(waves, Noise(np.zeros(5), np.empty((5, 0)))) == pytest.approx(waves)
