"""The published formula on a case whose count is known, and scans of simulated units."""

import numpy as np
import pytest

from involuntary.dsp.unit_number import ideal_count, scan, unit_index


@pytest.mark.parametrize("units", [10, 50, 90])
def test_the_ideal_case_gives_the_number_of_units(units):
    """k potentials that do not overlap, each the M wave over the number of units."""
    area, power = 30.0, 120.0
    k = np.array([units * 1.2, units * 3.0, units * 8.0])
    efforts = k * area / units, k * power / units**2
    assert ideal_count((area, power), efforts) == pytest.approx(units)
    index = unit_index((area, power), efforts)
    assert index.munix == pytest.approx(units)
    assert index.exponent == pytest.approx(0, abs=1e-9)
    assert index.used == 3


def test_the_power_law_is_read_at_20_mv_ms():
    area = np.array([25.0, 40, 80, 160])
    count = 500 * area**-0.8
    response = 20.0, 50.0
    efforts = area, response[1] * area / (count * response[0])
    index = unit_index(response, efforts)
    assert index.munix == pytest.approx(500 * 20**-0.8)
    assert index.exponent == pytest.approx(-0.8)


def test_efforts_beyond_the_published_bounds_are_left_out():
    area = np.array([10.0, 25.0, 40.0, 80.0, 15.0])
    count = np.array([30.0, 30.0, 150.0, 30.0, 30.0])
    efforts = area, 50.0 * area / (count * 20.0)
    assert unit_index((20.0, 50.0), efforts) is None
    assert unit_index((20.0, 50.0), efforts, most=200.0).used == 3
    assert unit_index((60.0, 50.0), efforts, most=1e9) is None


def scanned(units, n, seed, cv=0.4):
    random = np.random.default_rng(seed)
    size = random.lognormal(0, np.sqrt(np.log1p(cv**2)), units)
    size *= 10 / size.sum()
    threshold = random.normal(10, 1.2, units)
    level = np.linspace(15, 5, n)
    answered = [size[threshold * (1 + 0.0165 * random.standard_normal(units)) < one].sum() for one in level]
    return level, np.array(answered) + 0.01 * random.standard_normal(n), 100 / np.sum(size**2)


@pytest.mark.parametrize("units", [10, 30, 100])
def test_the_effective_number_of_units_by_the_variance(units):
    ratios = []
    for seed in range(10):
        level, size, effective = scanned(units, 500, seed)
        ratios.append(scan(level, size, 0.0165).units / effective)
    assert np.median(ratios) == pytest.approx(1, abs=0.2)


def test_d50_by_hand_and_grows_with_the_number_of_units():
    level = np.arange(12.0)
    size = np.array([0, 0, 1, 4, 4.5, 5, 8, 10, 10, 10, 10, 10])
    found = scan(level, size, 0.0165)
    assert found.d50 == 2  # steps of 3 and 3 make more than 5
    assert found.largest == pytest.approx(10)
    few, many = (np.median([scan(*scanned(n, 500, s)[:2], 0.0165).d50 for s in range(5)]) for n in (10, 100))
    assert many > 2 * few


def interference(units, seed, rate=2000.0):
    """M wave of 10 mV and twenty efforts of half a second of so many units that are recruited by size."""
    random, step = np.random.default_rng(seed), 1e3 / rate
    time = np.arange(0, 20, step)
    size = np.sort(random.lognormal(0, 0.5, units))
    length, start = random.uniform(8, 12, units), 2 + random.normal(0, 0.5, units)
    x = (time[None, :] - start[:, None]) / length[:, None]
    potential = (
        np.where((x > 0) & (x < 1), np.sin(2 * np.pi * x) * (1 - 0.3 * x), 0) * (10 * size / size.sum())[:, None]
    )
    efforts = []
    for effort in np.linspace(0.05, 1, 20):
        wave = random.normal(0, 0.005, round(0.5 * rate) + time.size)
        for unit in np.flatnonzero(np.geomspace(1, 30, units) / 50 < effort):
            gap = 1 / (8 + 25 * (effort - np.geomspace(1, 30, units)[unit] / 50))
            times = np.cumsum(np.maximum(random.normal(gap, 0.15 * gap, 40), 0.02)) - gap * random.uniform()
            for first in np.rint(times[(times >= 0) & (times < 0.5)] * rate).astype(int):
                wave[first : first + time.size] += potential[unit]
        efforts.append(wave[: round(0.5 * rate)])
    m_wave, waves = potential.sum(axis=0), np.array(efforts)
    of = [np.abs(m_wave).sum() * step, (m_wave**2).sum() * step]
    return tuple(of), (np.abs(waves).sum(axis=1) * step, (waves**2).sum(axis=1) * step)


def test_on_overlapping_potentials_the_index_falls_with_few_units_and_saturates_with_many():
    few, some, many, most = (unit_index(*interference(units, 1)).munix for units in (10, 30, 100, 200))
    assert few < 0.6 * some < some < many
    assert most == pytest.approx(many, rel=0.25)
