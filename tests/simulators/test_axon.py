import numpy as np
import pytest

from involuntary.simulators._axon import Milieu, multiplet, threshold_mv


def _numbers(milieu, n=400, seed=1):
    random = np.random.default_rng(seed)
    return np.array([len(multiplet(threshold_mv(milieu), random)) for _ in range(n)])


def test_lowering_calcium_lowers_the_threshold():
    levels = [threshold_mv(Milieu(calcium_mmol_l=c)) for c in (1.6, 1.2, 0.9, 0.7, 0.5)]
    assert np.all(np.diff(levels) < 0)
    assert levels[1] == 20.0
    # A fivefold fall of divalent ions acts as a depolarisation of 10 to 15 mV (Frankenhaeuser & Hodgkin, not checked).
    assert 10 < 20.0 - threshold_mv(Milieu(calcium_mmol_l=0.24, magnesium_mmol_l=0.11)) < 15


@pytest.mark.parametrize(
    "milieu", [Milieu(magnesium_mmol_l=0.2), Milieu(potassium_mmol_l=5.5), Milieu(ph=7.6), Milieu(temperature_c=38.0)]
)
def test_low_magnesium_high_potassium_alkalosis_and_warmth_excite(milieu):
    assert threshold_mv(milieu) < 20.0


def test_lowering_calcium_yields_multiplets():
    healthy, low, lower = (_numbers(Milieu(calcium_mmol_l=c)) for c in (1.2, 0.75, 0.5))
    assert np.mean(healthy == 1) > 0.99
    assert np.mean(low >= 2) > 0.2
    assert np.median(lower) >= 4
    assert healthy.mean() < low.mean() < lower.mean()


def test_intervals_grow_and_are_those_of_high_frequency_groups():
    random = np.random.default_rng(2)
    groups = [multiplet(threshold_mv(Milieu(calcium_mmol_l=0.5)), random) for _ in range(300)]
    first = np.array([np.diff(times)[0] for times in groups if len(times) > 4])
    fourth = np.array([np.diff(times)[3] for times in groups if len(times) > 4])
    assert 100 < 1 / np.median(first) < 350
    assert np.median(fourth) > np.median(first)


def test_a_group_ends():
    assert len(multiplet(1.0, np.random.default_rng(0), most=12)) == 12
