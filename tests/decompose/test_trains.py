import numpy as np
import pytest

from involuntary.decompose.needle_rule import Grid, NeedleRule
from involuntary.decompose.trains import Rhythm, alone, broken, by_chance, evened, gaps, hurried, mixed, rhythm, steady


def test_steady_trains_and_those_of_chance():
    random = np.random.default_rng(0)
    one = np.cumsum(random.gamma(1 / 0.15**2, 0.15**2, 4000))
    chance = np.cumsum(random.exponential(1.0, 4000))
    assert steady(one) == pytest.approx(0.95, abs=0.02)
    assert steady(chance) == pytest.approx(0.21, abs=0.02)
    assert hurried(one) < 0.01
    assert hurried(chance) == pytest.approx(0.29, abs=0.02)
    assert steady(np.empty(0)) == hurried(np.array([1.0])) == 0.0


def test_a_mixture_of_two_units_hurries():
    random = np.random.default_rng(1)
    both = [np.cumsum(random.gamma(44.0, rate / 44.0, 1000)) for rate in (0.1, 0.11)]
    assert hurried(np.sort(np.concatenate(both))) > 0.15


@pytest.mark.parametrize(("foreign", "mixed"), [(0, False), (80, False), (400, True)])
def test_a_steady_unit_with_a_few_discharges_of_others_is_no_mixture_and_half_a_mixture_is(foreign, mixed):
    random = np.random.default_rng(5)
    own = np.cumsum(random.gamma(44.0, 4000 / 44.0, 400))
    train = np.sort(np.concatenate([own, random.uniform(0, own[-1], foreign)])).astype(np.intp)
    others = np.arange(0, int(own[-1]), 50)
    grid = Grid(40_000.0, 2, 60, 400, 320, 4, 16)
    assert by_chance(train, [train, others], grid, NeedleRule()) is mixed
    # What stands alone may fire as it likes.
    assert not by_chance(train[::3], [train[::3]], grid, NeedleRule())


def test_a_rhythm_has_its_interval_and_its_spread():
    random = np.random.default_rng(2)
    train = np.cumsum(random.normal(1000, 120, 400)).astype(np.intp)
    beat = rhythm(train, NeedleRule())
    assert beat.usual == pytest.approx(1000, rel=0.02)
    assert beat.spread == pytest.approx(120, rel=0.15)
    chance = np.cumsum(random.exponential(1000, 400)).astype(np.intp)
    assert rhythm(chance, NeedleRule()) is None


def test_a_discharge_is_likely_where_the_rhythm_asks_for_one():
    beat = Rhythm(1000.0, 100.0)
    missing, early = beat.odds(np.array([1000, 300]), 0, 2000)
    assert missing > 0 > early
    # One that makes two short intervals of a usual one is against the rhythm.
    assert beat.odds(np.array([500]), 0, 1000)[0] < early
    assert beat.odds(np.array([500]), None, None)[0] == 0.0


def test_a_rhythm_is_broken_at_early_discharges_and_where_one_is_missing():
    assert broken(np.array([0, 1000, 1300, 2000, 4000]), Rhythm(1000.0, 100.0)) == [1300, 3000]


def test_missed_discharges_are_expected_one_interval_on():
    assert gaps([0, 100, 300, 400], 100.0) == [(170, 230)]
    assert gaps([0, 100, 1000], 100.0) == []


def test_alone():
    train = np.array([100, 500, 900])
    assert alone(train, np.sort(np.concatenate([train, [510]])), 50) == pytest.approx(2 / 3)


def _train(variation, n=400, seed=7):
    random = np.random.default_rng(seed)
    return np.cumsum(np.rint(200 * np.clip(1 + variation * random.standard_normal(n), 0.1, None))).astype(np.intp)


def test_discharges_of_others_are_taken_out_and_those_in_rhythm_stay():
    own = _train(0.12)
    foreign = np.random.default_rng(8).integers(0, own[-1], 60)
    train = np.unique(np.concatenate([own, foreign]))
    left = evened(train, 0.03)
    assert np.isin(own, left).mean() > 0.96
    assert np.isin(np.setdiff1d(foreign, own), left).mean() < 0.3


@pytest.mark.parametrize("variation", [0.1, 0.2, 0.3, 0.4])
def test_what_fires_unsteadily_keeps_all_discharges(variation):
    train = _train(variation)
    assert evened(train, 0.03).tolist() == train.tolist()


@pytest.mark.parametrize("after", [3, 5, 7])
def test_discharges_that_a_unit_adds_at_once_stay(after):
    train = _train(0.1)
    # In a burst of tremor the next interval is as long as the others.
    bursts = np.unique(np.concatenate([train, train[::after] + 30]))
    assert evened(bursts, 0.03).tolist() == bursts.tolist()
    assert mixed(bursts) == 0.0
    # A doublet begins its next interval at its second discharge.
    doublets = np.cumsum(np.where(np.arange(400) % after, 200, 20))
    assert evened(doublets, 0.03).tolist() == doublets.tolist()


def test_two_units_in_one_train_are_mixed_and_one_is_not():
    both = np.unique(np.concatenate([_train(0.12), _train(0.12, seed=9) + 50]))
    assert mixed(both) > 0.15
    assert mixed(_train(0.3)) < 0.1


def test_a_short_train_is_left():
    assert mixed(np.array([0, 10, 100, 200])) == 0.0
    assert evened(np.array([0, 10, 100, 200]), 0.0).tolist() == [0, 10, 100, 200]
