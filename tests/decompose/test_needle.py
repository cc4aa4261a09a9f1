"""Needle decomposition on simulated units whose every discharge is known, and on what holds no unit."""

import numpy as np
import pytest

from involuntary import simulate
from involuntary.decompose import needle
from involuntary.decompose.agreement import agreement
from involuntary.decompose.needle import NeedleRule, decompose

GRID = needle.Grid(40_000.0, 1, 2, 2, 1, 1, 1)


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


def _laid(waves, trains, rate, seconds, noise, seed):
    samples = noise * np.random.default_rng(seed).standard_normal(round(seconds * rate))
    for wave, train in zip(waves, trains, strict=True):
        for at in np.rint(train * rate).astype(int):
            samples[at : at + wave.size] += wave
    return samples


def _train(seconds, per_second, variation, random):
    shape = variation**-2
    intervals = random.gamma(shape, 1 / (shape * per_second), round(3 * seconds * per_second))
    train = 0.02 + np.cumsum(np.maximum(intervals, 0.02))
    return train[train < seconds - 0.05]


@pytest.fixture(scope="module")
def just_recruited():
    """Two sharp units that look much alike, a slower one, and one just recruited, which fires unsteadily."""
    rate, seconds, random = 20_000.0, 8.0, np.random.default_rng(3)
    ms = np.arange(-5, 8, 1e3 / rate)
    sharp = 120 * np.gradient(np.exp(-((ms / 0.3) ** 2))) / 0.14
    slower = 60 * np.exp(-((ms / 0.6) ** 2)) - 40 * np.exp(-(((ms - 1.5) / 0.8) ** 2))
    large = 200 * np.exp(-((ms / 0.5) ** 2)) - 160 * np.exp(-(((ms + 1.2) / 0.5) ** 2))
    like = 0.9 * sharp + 12 * np.exp(-(((ms - 0.8) / 0.4) ** 2))
    fires = ((8.0, 0.12), (11.0, 0.12), (8.6, 0.12), (6.0, 0.55))
    trains = [_train(seconds, *how, random) for how in fires]
    samples = _laid((sharp, like, slower, large), trains, rate, seconds, 1.5, 4)
    return trains, decompose(samples, rate, NeedleRule())


def test_units_that_look_much_alike_are_told_apart_and_do_not_spoil_the_others(just_recruited):
    trains, found = just_recruited
    rates = {pair.first: pair.rate for pair in agreement(trains, found.time_s, 0.001)}
    assert all(rates.get(unit, 0.0) > 0.95 for unit in (0, 1, 2))


def test_a_unit_that_is_just_recruited_and_fires_unsteadily_is_a_unit(just_recruited):
    trains, found = just_recruited
    rates = {pair.first: pair.rate for pair in agreement(trains, found.time_s, 0.001)}
    assert rates.get(3, 0.0) > 0.95
    assert len(found.time_s) == 4


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
        return made[-1], signal, made[-1], np.full(1, np.sqrt(float(left[len(made) - 1])))

    monkeypatch.setattr(needle, "_renewed", renewed)
    monkeypatch.setattr(needle, "new_templates", lambda *_: np.zeros((1, 4)))
    kept = needle._sought(np.full(1, np.sqrt(10.0)), 1.0, 1.0, GRID, NeedleRule())
    assert kept[0, 0] == best
    assert len(made) == searches


@pytest.mark.parametrize("stalled", ["nothing new", "no gain"])
def test_what_mixtures_stood_for_is_sought_anew_where_that_stalls(monkeypatch, stalled):
    unit, mixture, new = np.full((1, 4), 1.0), np.full((1, 4), 2.0), np.zeros((1, 4))
    both, over = np.concatenate([unit, mixture]), np.full(3, 0.1)
    rests, asked, laid = iter((5.0, 6.0, 7.0, 8.0) if stalled == "no gain" else (5.0, 4.0, 3.0)), [], []

    def renewed(signal, templates, *_):
        laid.append(templates.tolist())
        return both, over, unit, np.full(3, next(rests))

    def sought(where, known, *_):
        asked.append((where.tolist(), known.tolist()))
        return new[:0] if (stalled == "nothing new" and len(asked) > 1 and len(known) == 2) or len(asked) > 3 else new

    monkeypatch.setattr(needle, "_renewed", renewed)
    monkeypatch.setattr(needle, "new_templates", sought)
    needle._sought(np.full(3, 9.0), 1.0, 1.0, GRID, NeedleRule())
    beside = (over.tolist(), both.tolist())
    after = {"no gain": [beside, ([6.0] * 3, unit.tolist())], "nothing new": [beside, ([5.0] * 3, unit.tolist())]}
    assert asked[:3] == [([9.0] * 3, []), *after[stalled]]
    assert [*unit.tolist(), *new.tolist()] in laid


def test_smooth_units_are_told_apart_by_what_lies_below_the_sharp_cut_off():
    """All their energy lies at 100 to 250 Hz, where they differ; above that they look the same."""
    rate, seconds, random = 10_000.0, 8.0, np.random.default_rng(5)
    ms = np.arange(-12, 12, 1e3 / rate)
    bell = np.exp(-((ms / 1.4) ** 2))
    shapes = [bell * np.cos(ms * 1.1 + phase) for phase in (0.0, 0.8, 1.6, 2.4)]
    waves = [size * shape for size, shape in zip((100, 120, 90, 110), shapes, strict=True)]
    trains = [_train(seconds, per_second, 0.15, random) for per_second in (8, 9, 11, 12)]
    found = decompose(_laid(waves, trains, rate, seconds, 5.0, 5), rate, NeedleRule())
    right = sum(pair.common for pair in agreement(trains, found.time_s, 0.001))
    assert found.sharp_hz == NeedleRule().smooth_hz
    assert right >= 0.95 * sum(map(len, trains))
