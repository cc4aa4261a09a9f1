"""Grid decomposition on units whose every discharge is known, and on noise."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.signal import resample_poly

from involuntary.decompose import grid
from involuntary.decompose.agreement import agreement
from involuntary.decompose.grid import GridRule, decompose
from involuntary.decompose.pulses import Pulses

RATE = 2048.0


def _record(units=4, channels=16, seconds=8, decibel=20.0, seed=0):
    """Potentials that travel along the grid, each with a place, a width and a speed of its own."""
    random = np.random.default_rng(seed)
    n = round(seconds * RATE)
    samples = np.zeros((channels, n))
    trains = []
    time = np.arange(-40, 41) / RATE * 1e3
    rows, columns = np.divmod(np.arange(channels), 4)
    for unit in range(units):
        column, speed, width = random.uniform(0, 3), random.uniform(1.5, 2.5), random.uniform(1.5, 3.0)
        gain = random.uniform(0.7, 1.5) * np.exp(-0.7 * np.abs(columns - column))
        x = (time[None, :] - (rows * speed)[:, None] + 5) / width
        wave = gain[:, None] * (1 - x * x) * np.exp(-0.5 * x * x)
        at = np.cumsum(random.gamma(44, (0.09 + 0.01 * unit) / 44, 400))
        at = at[(at > 0.1) & (at < seconds - 0.1)]
        trains.append(at)
        for t in np.rint(at * RATE).astype(int):
            samples[:, t - 40 : t + 41] += wave
    noise = samples.std() * 10 ** (-decibel / 20)
    return samples + noise * random.standard_normal(samples.shape), trains


RULE = GridRule(extended_n=256, at_once_n=12, rounds_n=3)


def test_units_agree_with_the_truth():
    samples, trains = _record()
    found = decompose(samples, RATE, RULE)
    pairs = agreement(trains, [unit.time_s for unit in found.units], 0.001)
    assert len(found.units) >= 3
    assert len(pairs) == len(found.units)
    assert all(pair.rate >= 0.9 for pair in pairs)
    assert all(unit.silhouette >= 0.9 for unit in found.units)
    assert found.units[0].potentials.shape == (16, 102)
    assert found.explained > 0.5


def test_a_discharge_lies_where_its_potential_is_largest():
    samples, trains = _record(units=3)
    for unit in decompose(samples, RATE, RULE).units:
        largest = np.abs(unit.potentials).max(axis=0)
        assert np.argmax(largest) == largest.size // 2
        # The potentials of this record are largest within 5 ms of the moment that the truth names.
        nearest = [np.abs(unit.time_s[:, None] - at).min(axis=1) for at in trains]
        assert min(float(np.median(distance)) for distance in nearest) < 0.006


def test_the_same_record_gives_the_same_units():
    samples, _ = _record(units=2, seconds=4)
    once, twice = (decompose(samples, RATE, RULE) for _ in range(2))
    assert [u.time_s.tolist() for u in once.units] == [u.time_s.tolist() for u in twice.units]


@pytest.mark.parametrize("samples", [np.zeros((8, 8000)), np.random.default_rng(0).standard_normal((8, 8000))])
def test_silence_and_noise_hold_no_unit(samples):
    found = decompose(samples, RATE, RULE)
    assert found.units == ()
    assert found.explained == 0.0


def test_a_unit_that_others_blur_is_found_once_they_are_known():
    samples, trains = _record(units=14, decibel=15.0, seed=2)
    rules = [replace(RULE, rounds_n=8, sought_silhouette=least) for least in (0.85, 0.90)]
    once, at_once = (decompose(samples, RATE, rule) for rule in rules)
    assert len(once.units) > len(at_once.units)
    assert all(unit.silhouette >= 0.9 for unit in once.units)
    assert all(pair.rate >= 0.9 for pair in agreement(trains, [unit.time_s for unit in once.units], 0.001))


def test_single_events_do_not_hide_units():
    samples, trains = _record()
    events = np.random.default_rng(5)
    for t in (3000, 7000, 11_000, 15_000):
        samples[:, t : t + 8] += 4 * events.standard_normal((16, 8))
    found = decompose(samples, RATE, replace(RULE, rounds_n=8))
    assert len(found.units) == 4
    assert all(pair.rate >= 0.9 for pair in agreement(trains, [unit.time_s for unit in found.units], 0.001))


def test_what_follows_a_unit_beyond_what_is_peeled_off_is_no_unit_of_its_own():
    samples, trains = _record(units=2, decibel=40.0)
    echo = 0.1 * np.random.default_rng(9).standard_normal((16, 9)) * np.hanning(9)
    for t in np.rint(trains[0] * RATE).astype(int):
        start = t + round(0.04 * RATE)
        samples[:, start : start + 9] += echo[:, : max(samples.shape[1] - start, 0)]
    found = decompose(samples, RATE, RULE)
    assert len(found.units) == 2
    assert all(pair.rate >= 0.9 for pair in agreement(trains, [unit.time_s for unit in found.units], 0.001))


def test_what_is_left_over_of_a_known_unit_is_peeled_off_where_nothing_else_is_found(monkeypatch):
    samples, trains = _record(units=1, seconds=4)
    at = np.rint(trains[0] * RATE).astype(np.intp)
    late = round(0.028 * RATE)
    seen = iter([at, at + late])
    peeled = []

    def renewed(*_):
        new = next(seen, None)
        return ([] if new is None else [Pulses(new, 0.95, 20.0, 0.1)]), []

    def fitted(left, waves, known, before):
        peeled.append([one.tolist() for one in known])
        return left, [np.zeros((one.size, 2), dtype=np.float32) for one in known]

    monkeypatch.setattr(grid, "_renewed", renewed)
    monkeypatch.setattr(grid, "fitted", fitted)
    decompose(samples, RATE, replace(RULE, rounds_n=4))
    unit, rest = at.tolist(), (at + late).tolist()
    assert peeled[:4] == [[unit], [unit, rest], [unit, rest], [unit]]


def test_a_faster_recording_gives_the_same_discharges_and_potentials_at_its_own_rate():
    samples, trains = _record(units=3)
    found = decompose(resample_poly(samples, 3, 1, axis=1), 3 * RATE, RULE)
    assert len(found.units) == 3
    assert all(pair.rate >= 0.9 for pair in agreement(trains, [unit.time_s for unit in found.units], 0.001))
    assert found.units[0].potentials.shape == (16, 307)


def test_events_now_and_then_are_no_unit():
    samples, _ = _record(units=1, seconds=12)
    rare = np.zeros_like(samples)
    wave = np.random.default_rng(3).standard_normal((16, 20)) * np.hanning(20)
    for t in range(1000, 24_000, 1200):
        rare[:, t : t + 20] += wave
    found = decompose(samples + 2 * rare, RATE, RULE)
    assert [unit.time_s.size > 60 for unit in found.units] == [True]
