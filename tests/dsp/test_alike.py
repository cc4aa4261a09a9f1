"""Waves moved and averaged by their shape."""

import numpy as np

from involuntary.dsp.alike import moved, together, twins

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


def test_a_wave_has_a_twin_or_none():
    random = np.random.default_rng(5)
    pair = [wave(-2.0), wave(3.0)]
    others = [random.normal(size=TIME.size) for _ in range(3)]
    likeness = twins(np.array([*pair, *others]), 6)
    assert np.all(likeness[:2] > 0.99)
    assert np.all(likeness[2:] < 0.6)
    assert twins(np.array([pair[0]]), 6).tolist() == [-1.0]
