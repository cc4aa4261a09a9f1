import numpy as np
import pytest

from involuntary.decompose.pulses import completed, in_step, outliers, peaks, pulse_to_noise_db, pulses, silhouette

RATE = 2048.0


def _source(low=(), seconds=10):
    random = np.random.default_rng(0)
    source = 0.1 * random.standard_normal(round(seconds * RATE))
    at = np.rint(np.cumsum(random.gamma(44, 0.1 / 44, 90)) * RATE).astype(int)
    source[at] += 1.0
    source[at[list(low)]] -= 0.35
    return source, at


def test_pulses_are_parted_from_the_rest():
    source, at = _source()
    found = pulses(source, 20, RATE)
    assert found.at.tolist() == at.tolist()
    assert found.silhouette > 0.9
    assert found.pulse_to_noise_db == pytest.approx(20, abs=1.0)
    assert found.variation == pytest.approx(0.15, abs=0.04)


def test_noise_alone_does_not_stand_apart():
    found = pulses(np.random.default_rng(1).standard_normal(20_000), 20, RATE)
    assert found.silhouette < 0.9


def test_low_pulses_are_added_where_the_rhythm_asks():
    source, at = _source(low=[20, 50])
    found = pulses(source, 20, RATE)
    lost = [t for t in at[[20, 50]].tolist() if t not in found.at.tolist()]
    assert lost
    assert completed(source, found, 0.5).at.tolist() == at.tolist()


def test_measures_by_hand():
    size, upper = np.array([0.0, 0.0, 1.0, 1.0]), np.array([False, False, True, True])
    assert silhouette(size, upper) == 1.0
    source = np.full(200, 0.1)
    source[[50, 150]] = 1.0
    assert pulse_to_noise_db(source, np.array([50, 150]), RATE) == pytest.approx(20.0)
    assert peaks(np.array([0.0, 1, 0, 2, 0, 0, 0, 3, 0]), 3).tolist() == [3, 7]


def test_flat_sources_have_no_pulses():
    assert pulses(np.zeros(1000), 20, RATE) is None


def test_what_keeps_step_with_the_mains_is_told_from_a_unit():
    random = np.random.default_rng(0)
    turns = np.sort(random.choice(900, 60, replace=False))
    rest_of_mains = np.round(2048 / 50 * (turns + 0.25 * np.sin(turns / 150))).astype(np.intp)
    unit = np.cumsum(random.normal(205, 25, 90)).astype(np.intp)
    steady = np.cumsum(random.normal(2048 / 40, 2, 90)).astype(np.intp)
    assert in_step(rest_of_mains, 2048 / 50) > 0.95
    assert in_step(unit, 2048 / 50) < 0.5
    assert in_step(steady, 2048 / 50) < 0.5
    assert in_step(unit[:1], 2048 / 50) == 0.0


def test_few_pulses_are_outliers_and_many_are_not():
    source, _ = _source()
    assert outliers(source, 20, 15).size == 0
    source[[3000, 9000]] = 20.0
    assert outliers(source, 20, 15).tolist() == [3000, 9000]
    assert outliers(np.zeros(1000), 20, 15).size == 0
