"""Templates: mixtures of two units are parted, and what is none stays."""

import numpy as np
import pytest

from involuntary.decompose.needle_rule import Grid, NeedleRule
from involuntary.decompose.templates import parted, plausible, without_satellites

GRID = Grid(20_000.0, 1, 30, 200, 160, 2, 10)
RULE = NeedleRule()


def _mixture(second_scale, seed=0):
    """One template laid at the discharges of two units; give what it leaves over, and which are the second's."""
    random = np.random.default_rng(seed)
    trains = [np.cumsum(random.gamma(60.0, mean / 60.0, 90)).astype(np.intp) + 400 for mean in (2000, 2250)]
    both = np.concatenate(trains)
    order = np.argsort(both)
    second = np.repeat([False, True], 90)[order]
    both = both[order]
    wave = 100 * np.exp(-((np.arange(-200, 200) / 8.0) ** 2))
    residual = random.standard_normal(both[-1] + 400)
    for at, scale in zip(both, np.where(second, second_scale, 1.0) - (1 + second_scale) / 2, strict=True):
        residual[at - 200 : at + 200] += scale * wave
    return residual, (1 + second_scale) / 2 * wave, both, second


def test_a_mixture_of_two_units_is_parted_and_each_part_has_its_height():
    residual, wave, train, second = _mixture(0.85)
    others = np.arange(0, train[-1], 100)
    templates, trains = parted(residual, np.array([wave, wave]), [train, others], 1.0, GRID, RULE)
    assert len(templates) == 3
    assert {tuple(part) for part in trains[:2]} == {tuple(train[second]), tuple(train[~second])}
    assert sorted(np.abs(templates[:2]).max(axis=1)) == pytest.approx([85, 100], abs=2)


def test_what_is_no_two_heaps_stays_one_template():
    residual, wave, train, _ = _mixture(1.0)
    others = np.arange(0, train[-1], 100)
    templates, trains = parted(residual, np.array([wave, wave]), [train, others], 1.0, GRID, RULE)
    assert len(templates) == 2
    assert np.array_equal(templates[0], wave)
    assert np.array_equal(trains[0], train)


def test_mixtures_are_given_by_themselves():
    _, wave, train, second = _mixture(1.0)
    sharp, slow = np.roll(np.gradient(wave), 7), np.roll(wave, 60) / 3
    crowd = np.arange(0, train[-1], 100)
    units, mixtures = plausible(np.array([wave, sharp, slow]), [train, train[second] + 700, crowd], GRID, RULE)
    assert np.array_equal(units, [sharp])
    assert np.array_equal(mixtures, [wave, slow])


def test_parts_of_a_unit_whose_potential_varies_are_one_unit_again():
    _, wave, train, second = _mixture(1.0)
    one, crowd = train[~second], np.arange(0, train[-1], 100)
    part = np.random.default_rng(4).random(one.size) < 0.35
    varied = 0.8 * wave + 0.2 * np.roll(wave, 4)
    units, mixtures = plausible(
        np.array([wave, np.roll(varied, 9), np.roll(wave, 60) / 3]), [one[~part], one[part] - 9, crowd], GRID, RULE
    )
    assert np.array_equal(units, [wave])
    assert len(mixtures) == 1


def test_two_units_that_look_alike_stay_two():
    _, wave, train, second = _mixture(1.0)
    units, _ = plausible(np.array([wave, 0.9 * wave]), [train[~second], train[second]], GRID, RULE)
    assert len(units) == 2


def test_what_comes_at_constant_lags_to_larger_units_is_no_unit():
    _, wave, train, second = _mixture(1.0)
    first, other = train[~second], train[second]
    # Half of the discharges of one and a third of those of the other: what the two vary by, and a few by chance.
    tied = np.sort(np.concatenate([first[::2] + 9, first[1::4] + 9, other[::3] - 31, other[1::3] - 31, [150, 900]]))
    own = np.sort(np.concatenate([first[::2] + 9, first[1::4] + 9, first + 700]))
    templates = np.array([wave, np.roll(wave, 9), wave / 5, wave / 5])
    kept = without_satellites(templates, [first, other, tied, own], [0, 1, 2, 3], GRID)
    assert kept == [0, 1, 3]
