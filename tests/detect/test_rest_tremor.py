"""The published detector of rest tremor, reproduced window by window."""

import csv

import numpy as np

from involuntary.detect import rest_tremor
from involuntary.dsp.spectrum import periodograms
from involuntary.formats import read
from shared_data import shared


def _judge(windows, rate=100.0):
    frequency, segments = periodograms(windows, rate, 3.0, overlap=rest_tremor.OVERLAP, detrend="none", spacing_hz=0.25)
    return rest_tremor.judge(windows, rate, frequency, segments.mean(axis=-2).sum(axis=0))


def test_gives_the_probability_that_its_authors_give():
    recording = read(shared("data", "wrist-parkinson", "wrist.bdf"))
    with shared("data", "wrist-parkinson", "reference_windows.csv").open() as file:
        rows = list(csv.DictReader(file))
    found = _judge(np.stack([recording.samples(i) for i in range(3)]).reshape(3, 90, 400))

    def published(name):
        return np.array([float(row[name]) for row in rows])

    np.testing.assert_allclose(found.probability, published("proba"), rtol=1e-3)
    np.testing.assert_allclose(found.movement, published("below_tremor_power"), rtol=1e-3)
    np.testing.assert_array_equal(found.tremor, published("checked"))
    np.testing.assert_array_equal(~found.moving, published("arm_at_rest"))


def _windows(rate, **sines):
    time = np.arange(int(40 * rate)) / rate
    x = sum(a * np.sin(2 * np.pi * f * time) for f, a in sines.values())
    noise = 0.3 * np.random.default_rng(0).standard_normal((3, time.size))
    return (np.array([0.8, 0.5, 0.3])[:, None] * x + noise).reshape(3, 10, -1)


def test_a_rest_tremor_is_found_at_any_rate():
    for rate in (64.0, 100.0, 250.0):
        assert _judge(_windows(rate, tremor=(5.0, 20.0)), rate).tremor.all()


def test_movement_and_noise_are_not_rest_tremor():
    for sines in ({"walk": (1.0, 60.0), "tremor": (5.0, 20.0)}, {"fast": (9.0, 20.0)}, {"none": (5.0, 0.0)}):
        assert not _judge(_windows(100.0, **sines)).tremor.any()
    assert _judge(_windows(100.0, walk=(1.0, 60.0))).moving.all()
