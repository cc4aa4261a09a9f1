import numpy as np
import pytest

from involuntary.decompose.waveforms import unit_potentials

RATE = 20_000.0


def test_overlapping_units_are_averaged_apart():
    random = np.random.default_rng(0)
    time = np.arange(-10, 10, 1e3 / RATE)
    shapes = [300 * np.exp(-((time / 1.5) ** 2)), 200 * np.sin(time) * np.exp(-((time / 2) ** 2))]
    trains = [np.sort(random.uniform(0.1, 9.9, 110)) for _ in shapes]
    samples = 5 * random.standard_normal(round(10 * RATE))
    for shape, train in zip(shapes, trains, strict=True):
        for at in np.rint(train * RATE).astype(int):
            samples[at - 200 : at + 200] += shape
    waves, single = unit_potentials(samples, RATE, trains, 20, 30)
    for wave, shape, cuts in zip(waves, shapes, single, strict=True):
        assert np.max(np.abs(wave[200:600] - shape)) < 0.06 * np.ptp(shape)
        assert cuts.shape == (110, 1000)
    assert np.ptp(waves[0]) == pytest.approx(300, rel=0.03)


def test_no_units_no_potentials():
    waves, single = unit_potentials(np.zeros(100), RATE, [], 20, 30)
    assert waves.shape == (0, 1000)
    assert single == []
