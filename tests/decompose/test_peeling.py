"""Waveforms of units that overlap, and what is left over without them."""

import numpy as np

from involuntary.decompose.peeling import fitted, laid_down, left_over, waveforms


def _laid(seed=0, n=20_000, units=3, channels=4, width=40):
    random = np.random.default_rng(seed)
    waves = (random.standard_normal((units, channels, width)) * np.hanning(width)).astype(np.float32)
    trains = [np.cumsum(random.integers(60, 140, 190)) + 100 for _ in range(units)]
    trains = [at[at < n - 100] for at in trains]
    signal = sum(laid_down(wave, at, 15, n) for wave, at in zip(waves, trains, strict=True))
    return signal, waves, trains


def test_waveforms_that_overlap_are_told_apart():
    signal, waves, trains = _laid()
    got = waveforms(signal, trains, 15, 25)
    assert np.abs(got - waves).max() < 0.01 * np.abs(waves).max()
    average = np.mean([signal[:, at - 15 : at + 25] for at in trains[0]], axis=0)
    assert np.abs(average - waves[0]).max() > 10 * np.abs(got[0] - waves[0]).max()


def test_nothing_is_left_over_of_what_units_lay_down():
    signal, waves, trains = _laid(seed=1)
    assert np.sum(left_over(signal, waves, trains, 15) ** 2) < 1e-9 * np.sum(signal**2)
    assert np.array_equal(left_over(signal, waveforms(signal, [], 15, 25), [], 15), signal)


def test_units_that_always_fire_together_share_the_waveform():
    signal, waves, trains = _laid(units=1)
    got = waveforms(signal, [trains[0], trains[0]], 15, 25)
    assert np.allclose(got.sum(axis=0), waves[0], atol=0.01)
    assert np.allclose(got[0], got[1], atol=1e-4)


def test_a_waveform_at_the_edge_is_cut():
    wave = np.ones((2, 10), dtype=np.float32)
    out = laid_down(wave, np.array([1, 48]), 4, 50)
    assert out.shape == (2, 50)
    assert out[0].tolist() == [1] * 7 + [0] * 37 + [1] * 6


def test_each_discharge_has_a_height_and_a_delay_of_its_own():
    random = np.random.default_rng(2)
    time = np.arange(40)
    place, width = random.uniform(12, 20, (2, 4, 1)), random.uniform(4, 6, (2, 4, 1))
    trains = [np.cumsum(random.integers(60, 140, 190)) + 100 for _ in range(2)]
    trains = [at[at < 19_900] for at in trains]
    height = [random.uniform(0.8, 1.2, at.size) for at in trains]
    delay = [random.uniform(-0.5, 0.5, at.size) for at in trains]
    signal = np.zeros((4, 20_000), dtype=np.float32)

    def wave(unit, late=0.0):
        return np.exp(-0.5 * ((time - late - place[unit]) / width[unit]) ** 2).astype(np.float32)

    for unit, at in enumerate(trains):
        for t, h, d in zip(at, height[unit], delay[unit], strict=True):
            signal[:, t - 15 : t + 25] += np.float32(h) * wave(unit, d)
    waves = np.stack([wave(0), wave(1)])
    plain = left_over(signal, waves, trains, 15)
    left, own = fitted(plain, waves, trains, 15)
    assert np.sum(left**2) < 0.1 * np.sum(plain**2)
    assert np.corrcoef(own[0][:, 0] + 1, height[0])[0, 1] > 0.9
    assert np.corrcoef(-own[0][:, 1], delay[0])[0, 1] > 0.9
    again = left + sum(laid_down(wave(k), at, 15, 20_000, own[k]) for k, at in enumerate(trains))
    assert np.allclose(again, signal, atol=1e-4)
