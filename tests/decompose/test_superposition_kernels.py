from itertools import combinations, product

import numpy as np
import pytest

from involuntary.decompose.matching import overlaps
from involuntary.decompose.superposition_kernels import best_set
from naive import scores

LENGTH, LOW, HIGH = 40, 100, 124


def _templates():
    time = np.linspace(-3, 3, LENGTH)
    return np.array([np.exp(-(time**2)) * np.cos(k * time + k) * (k + 1) for k in range(3)])


def _signal(laid):
    signal = 0.02 * np.random.default_rng(0).standard_normal(230)
    for unit, at in laid:
        signal[at - LENGTH // 2 : at + LENGTH // 2] += _templates()[unit]
    return signal


def _best_by_trying_all(signal, templates, penalty):
    """Subtract every set of units at every set of places."""
    energy, best, value = float(signal @ signal), (), 0.0
    for m in (1, 2, 3):
        for units in combinations(range(3), m):
            for places in product(range(LOW, HIGH, 2), repeat=m):
                rest = signal.copy()
                for unit, at in zip(units, places, strict=True):
                    rest[at - LENGTH // 2 : at + LENGTH // 2] -= templates[unit]
                taken = energy - float(rest @ rest) - m * penalty
                if taken > value:
                    best, value = tuple(zip(units, places, strict=True)), taken
    return best, value


@pytest.mark.parametrize("laid", [[], [(1, 110)], [(0, 108), (2, 114)], [(1, 108), (2, 114)]])
def test_the_set_that_trying_all_finds(laid):
    templates, signal = _templates(), _signal(laid)
    table = scores(signal, templates)[:, LOW:HIGH].copy()
    unit, time, value = best_set(table, overlaps(templates), 0.5, 3, 8)
    best, most = _best_by_trying_all(signal, templates, 0.5)
    assert sorted(zip(unit.tolist(), (LOW + time).tolist(), strict=True)) == sorted(best) == sorted(laid)
    assert value == pytest.approx(most)


def test_three_at_once_are_told_apart_to_within_a_hundredth_of_the_best():
    # Potentials are moved one by one: which of two pairs that explain the same is grown is left to rounding, and from
    # one of them the best set of three is not reached, only its neighbour.
    laid = [(0, 104), (1, 110), (2, 116)]
    templates, signal = _templates(), _signal(laid)
    table = scores(signal, templates)[:, LOW:HIGH].copy()
    unit, time, value = best_set(table, overlaps(templates), 0.5, 3, 8)
    best, most = _best_by_trying_all(signal, templates, 0.5)
    assert sorted(best) == laid
    assert sorted(unit.tolist()) == [0, 1, 2]
    assert all(abs(LOW + at - dict(laid)[u]) <= 3 for u, at in zip(unit.tolist(), time.tolist(), strict=True))
    assert 0.99 * most <= value <= most + 1e-9


def test_a_place_that_is_worth_nothing_is_not_taken():
    templates, signal = _templates(), _signal([(1, 110)])
    table = scores(signal, templates)[:, LOW:HIGH].copy()
    table[1] -= 1e250
    unit, _, _ = best_set(table, overlaps(templates), 0.5, 3, 8)
    assert 1 not in unit
