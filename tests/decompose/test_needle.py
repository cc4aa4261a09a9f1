"""Needle decomposition on simulated units whose every discharge is known, and on what holds no unit."""

import numpy as np
import pytest

from involuntary import simulate
from involuntary.decompose import needle
from involuntary.decompose.agreement import agreement
from involuntary.decompose.needle import NeedleRule, decompose


def _record(units, seed, muscle, decibel=15.0, seconds=11):
    recording, (truth,) = simulate("needle", seconds, seed, muscle=muscle, units=units, noise_uv=0.0)
    samples = recording.samples(0) * 1e6
    noise = samples.std() * 10 ** (-decibel / 20)
    samples = samples + noise * np.random.default_rng(seed).standard_normal(samples.size)
    unit = truth.features["unit_id"]
    return samples, recording.channels[0].rate_hz, [truth.onset_s[unit == k] for k in np.unique(unit)]


@pytest.mark.parametrize(("units", "muscle"), [(4, "healthy"), (8, "neurogenic")])
def test_nine_of_ten_discharges_are_right_at_15_decibels(units, muscle):
    samples, rate, truth = _record(units, 2, muscle, seconds=6)
    found = decompose(samples, rate, NeedleRule())
    pairs = agreement(truth, found.time_s, 0.001)
    right = sum(pair.common for pair in pairs)
    assert right >= 0.9 * sum(map(len, truth))
    assert right >= 0.9 * sum(map(len, found.time_s))
    assert found.explained > 0.9


def test_every_unit_has_its_template_at_its_discharges():
    samples, rate, _ = _record(4, 1, "healthy", seconds=6)
    found = decompose(samples, rate, NeedleRule())
    assert len(found.templates) == len(found.time_s) == 4
    for template, train in zip(found.templates, found.time_s, strict=True):
        assert int(np.argmax(np.abs(template))) == template.size // 2
        assert np.all(np.diff(train) > 0.008)


@pytest.mark.parametrize("samples", [np.zeros(40_000), 10 * np.random.default_rng(0).standard_normal(100_000)])
def test_silence_and_noise_hold_no_unit(samples):
    found = decompose(samples, 20_000.0, NeedleRule())
    assert found.time_s == ()
    assert found.explained == 0.0


def test_the_unit_of_measurement_does_not_matter():
    samples, rate, _ = _record(4, 1, "neurogenic", seconds=4)
    volts = decompose(samples * 1e-6, rate, NeedleRule())
    microvolts = decompose(samples, rate, NeedleRule())
    assert [len(train) for train in volts.time_s] == [len(train) for train in microvolts.time_s]


@pytest.mark.parametrize(
    ("left", "best", "searches"),
    [((9, 8, 8.5, 5, 6, 6, 1), 3, 6), ((4, 6, 6, 1), 0, 3), ((9, 8, 7, 6, 5, 4, 3, 2, 1), 7, 8)],
)
def test_the_search_that_leaves_least_over_counts_and_two_that_gain_nothing_end_it(monkeypatch, left, best, searches):
    made = []

    def renewed(signal, templates, *_):
        made.append(np.full((1, 4), float(len(made))))
        return made[-1], np.full(1, np.sqrt(left[len(made) - 1]))

    monkeypatch.setattr(needle, "_renewed", renewed)
    monkeypatch.setattr(needle, "new_templates", lambda *_: np.zeros((1, 4)))
    grid = needle.Grid(40_000.0, 1, 2, 2, 1, 1, 1)
    kept = needle._sought(np.full(1, np.sqrt(10.0)), 1.0, 1.0, grid, NeedleRule())
    assert kept[0, 0] == best
    assert len(made) == searches
