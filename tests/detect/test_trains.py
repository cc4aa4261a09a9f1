"""Trains of simulated units: number and rate, from doublets to octets."""

import numpy as np
import pytest

import involuntary as iv
from involuntary.detect.bench import Bench
from involuntary.detect.trains import TrainRule, detect, grouped
from involuntary.model import Intervals
from simulated import mains, potential, recording

RATES_HZ = (5, 10, 20, 40, 80, 150, 200, 250, 300)
SIZES = range(2, 9)


def _trains(wave, rate, combinations, seed=0, noise=5.0, growth=1.0, decrement=0.0):
    """Give a recording with one train each of (n, rate), in random order, and their discharge times."""
    random = np.random.default_rng(seed)
    combinations = list(combinations)
    random.shuffle(combinations)
    time, start = [], 1.0
    for n, hz in combinations:
        time.append(start + np.concatenate([[0.0], np.cumsum(growth ** np.arange(n - 1) / hz)]))
        start = time[-1][-1] + random.uniform(0.8, 1.5)
    n = int((start + 1) * rate)
    x = random.normal(0.0, noise, n) + mains(n, rate, 5.0)
    for train in time:
        for k, at in enumerate(train * rate):
            first, part = int(at) - wave.size // 2, at % 1
            x[first : first + wave.size] += (1 - part) * wave * (1 - decrement) ** k
            x[first + 1 : first + 1 + wave.size] += part * wave * (1 - decrement) ** k
    return recording(x, rate), time


def _wrong(events, time):
    """Give (n, rate) of the trains that are not found once, with their number, and their rate within 5 %."""
    wrong = []
    for train in time:
        near = (events.onset_s < train[-1] + 0.01) & (events.stop_s > train[0] - 0.01)
        n, hz = len(train), (len(train) - 1) / (train[-1] - train[0])
        found = list(zip(events.features["n"][near], events.features["rate_hz"][near], strict=True))
        if not (len(found) == 1 and found[0][0] == n and abs(found[0][1] / hz - 1) < 0.05):
            wrong.append((n, round(hz)))
    return wrong


@pytest.mark.parametrize(
    ("kind", "duration_s", "rate"),
    [
        ("monophasic", 0.004, 2000.0),
        ("biphasic", 0.008, 2000.0),
        ("triphasic", 0.008, 4000.0),
        ("biphasic", 0.008, 1000.0),
    ],
)
def test_size_is_exact_and_rate_within_5_percent_from_doublets_to_octets(kind, duration_s, rate):
    wave = potential(duration_s, kind, 300.0, rate)
    found = _trains(wave, rate, [(n, hz) for n in SIZES for hz in RATES_HZ])
    events = detect(found[0], 0, TrainRule())
    assert _wrong(events, found[1]) == []
    assert len(events) == len(found[1])
    assert np.nanmin(events.features["explained"]) > 0.85


@pytest.mark.parametrize(("kind", "singles"), [("monophasic", 0), ("biphasic", 10), ("polyphasic", 0)])
def test_potentials_four_of_which_overlap_are_counted_whether_or_not_some_stand_alone(kind, singles):
    combinations = [(n, hz) for n in SIZES for hz in (20, 60, 100, 150, 200, 300)]
    found = _trains(potential(0.014, kind, 300.0, 2000.0), 2000.0, [*combinations, *[(1, 10)] * singles])
    events = detect(found[0], 0, TrainRule())
    wrong = _wrong(events, [train for train in found[1] if len(train) > 1])
    assert [train for train in wrong if train[1] < 290] == []
    assert len(wrong) <= 3
    assert np.nanmin(events.features["certainty"]) > 0.2


def test_octets_that_never_slow_down_are_counted_where_no_potential_stands_alone():
    random = np.random.default_rng(3)
    wave, x = potential(0.012, "triphasic", 300.0, 2000.0), random.normal(0.0, 5.0, 30000)
    sizes = [8, 5, 6, 8, 3, 7, 8, 4, 2, 6]
    for k, n in enumerate(sizes):
        for at in (2000 + 2500 * k + np.cumsum(2000 / 250 * random.normal(1, 0.07, n))).round().astype(int):
            x[at : at + wave.size] += wave
    assert detect(recording(x, 2000.0), 0, TrainRule()).features["n"].tolist() == sizes


def test_a_polyphasic_potential_of_25_ms_is_one_discharge():
    random, rate = np.random.default_rng(1), 2000.0
    lobes = np.interp(np.arange(0, 0.025, 1 / rate), np.linspace(0, 0.025, 9), [0, 1, -0.7, 0.9, -1, 0.4, 0.8, -0.5, 0])
    x = random.normal(0.0, 5.0, round(90 * rate))
    for at in np.cumsum(random.uniform(0.4, 2.0, 40)) * rate:
        x[round(at) : round(at) + lobes.size] += 300 * lobes
    events = detect(recording(x, rate), 0, TrainRule())
    assert len(events) == 0


def test_polarity_and_unit_of_the_recording_do_not_matter():
    wave = potential(0.008, "triphasic", 300.0, 2000.0)
    combinations = [(n, hz) for n in (2, 5, 8) for hz in (5, 50, 150, 300)]
    upright, time = _trains(wave, 2000.0, combinations)
    flipped, _ = _trains(-wave, 2000.0, combinations)
    counts = recording(upright.samples(0) * 2e6, 2000.0, unit="count")
    for one in (upright, flipped, counts):
        assert _wrong(detect(one, 0, TrainRule()), time) == []


@pytest.mark.parametrize("hz", [20, 150, 300])
def test_one_rate_alone_is_enough_where_peaks_stand_apart(hz):
    wave = potential(0.006, "triphasic", 300.0, 2000.0)
    found, time = _trains(wave, 2000.0, [(n, hz) for n in SIZES])
    assert _wrong(detect(found, 0, TrainRule()), time) == []


def test_intervals_that_grow_and_potentials_that_shrink_are_measured():
    wave = potential(0.008, "biphasic", 400.0, 2000.0)
    combinations = [(n, hz) for n in (4, 6, 8) for hz in (50, 100, 150)] * 3
    found, time = _trains(wave, 2000.0, combinations, growth=1.1, decrement=0.06)
    events = detect(found, 0, TrainRule())
    assert _wrong(events, time) == []
    f = events.features
    assert np.median(f["first_hz"] / f["last_hz"]) == pytest.approx(1.1**4, rel=0.1)
    for n in (4, 8):
        assert np.median(f["decrement"][f["n"] == n]) == pytest.approx(1 - 0.94 ** (n - 1), abs=0.08)


def test_three_axons_at_once_are_kept_apart():
    found, (truth,) = iv.simulate("tetany", 30, 3, active_units=1)
    events = detect(found, 0, TrainRule())
    assert len(events) == len(truth)
    assert np.array_equal(events.features["n"], truth.features["n"])
    assert events.features["rate_hz"] == pytest.approx(truth.features["rate_hz"], rel=0.05)
    found, _ = iv.simulate("tetany", 12, 2, active_units=3)
    assert len(np.unique(detect(found, 0, TrainRule()).features["unit_id"])) >= 3


@pytest.mark.parametrize("settings", [{"excitation_percent": 20}, {"excitation_percent": 5}])
def test_an_interference_pattern_holds_no_trains(settings):
    assert len(detect(iv.simulate("voluntary", 60, 1, **settings)[0], 0, TrainRule())) == 0


@pytest.mark.parametrize(("seed", "most"), [(1, 2), (2, 10)])
def test_few_units_that_fire_at_will_are_no_unit_that_fires_doublets(seed, most):
    found, _ = iv.simulate("voluntary", 120, seed, excitation_percent=2)
    assert len(detect(found, 0, TrainRule())) <= most


def test_rest_holds_no_trains():
    assert len(detect(iv.simulate("rest", 60, 1, drift_uv=100)[0], 0, TrainRule())) == 0


def test_trains_end_at_a_long_interval_or_one_much_longer_than_its_neighbour():
    def rows(time):
        n = len(time)
        return np.column_stack([time, np.ones(n), np.zeros(n), np.ones(n), np.ones(n), np.zeros(n), np.ones(n)])

    def sizes(time):
        return grouped(rows(np.cumsum(time)), TrainRule())[:, 2].tolist()

    assert sizes([1, 0.01, 0.01, 0.15, 0.01]) == [3, 2]
    assert sizes([1, 0.2, 0.2]) == [3]
    assert sizes([1, 0.3, 0.3]) == []
    assert sizes([1, 0.01, 0.012, 0.0144, 0.0173]) == [5]


def test_a_train_is_as_certain_as_its_least_certain_part_and_not_weighed_where_one_was_not():
    def certainty(parts):
        n = len(parts)
        time = 1 + 0.01 * np.arange(n)
        rows = np.column_stack([time, np.ones(n), np.zeros(n), np.ones(n), parts, np.zeros(n), np.ones(n)])
        ((*_, told),) = grouped(rows, TrainRule())
        return told

    assert certainty([1.0, 0.4, 0.9]) == 0.4
    assert np.isnan(certainty([1.0, 0.4, np.nan]))


def test_no_train_spans_a_gap():
    wave = potential(0.008, "triphasic", 300.0, 2000.0)
    x = np.random.default_rng(0).normal(0.0, 5.0, 20000)
    for at in (3000, 6000, 9920, 10080, 14000):
        x[at : at + wave.size] += wave
    whole = detect(recording(x, 2000.0), 0, TrainRule())
    split = detect(recording(x, 2000.0, segments=Intervals.of((0.0, 5.0), (60.0, 65.0))), 0, TrainRule())
    assert (len(whole), len(split)) == (1, 0)


def test_the_bench_finds_them_in_its_one_pass():
    found, _ = iv.simulate("tetany", 20, 3, active_units=1)
    bench = Bench(found)
    bench.sweep(0, TrainRule())
    assert bench.detect(detect, 0, TrainRule()).onset_s.tolist() == detect(found, 0, TrainRule()).onset_s.tolist()


def test_a_unit_with_several_peaks_a_discharge_is_met_in_succession():
    rate, time = 2000.0, np.arange(-0.014, 0.014, 1 / 2000) / 0.00175
    # Hermite functions of the first to the fifth order, of random weights.
    wave = np.polynomial.hermite_e.hermeval(time, [0.0, 0.069, 0.581, 0.135, -0.266, 0.0827]) * np.exp(-(time**2) / 4)
    wave *= 200 / np.ptp(wave)
    x = np.random.default_rng(2).normal(0, 2.0, int(rate * 60))
    sizes, at = [2, 3, 4, 5, 6, 7, 8] * 4, 1.0
    for n in sizes:
        for i in range(n):
            first = round((at + i / 60) * rate)
            x[first : first + wave.size] += wave
        at += (n - 1) / 60 + 1.9
    events = detect(recording(x, rate), 0, TrainRule())
    assert events.features["n"].tolist() == sizes
    assert events.features["rate_hz"] == pytest.approx(np.full(len(sizes), 60.0), rel=0.05)
