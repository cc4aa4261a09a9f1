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
