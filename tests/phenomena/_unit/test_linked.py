"""Units go on from one piece to the next by the likeness of their potentials."""

import numpy as np

from involuntary.phenomena._unit.linked import linked

RATE = 20_000.0


def potential(width_ms, height=100.0, late_ms=0.0, noise=0.0, seed=0):
    t = np.arange(-200, 300) / RATE * 1e3 - late_ms
    wave = height * (1 - (t / width_ms) ** 2) * np.exp(-0.5 * (t / width_ms) ** 2)
    return wave + noise * np.random.default_rng(seed).standard_normal(t.size)


def test_each_unit_is_found_again_in_any_order_and_a_little_later():
    first = [potential(0.5, noise=2, seed=1), potential(1.0, noise=2, seed=2)]
    second = [potential(1.0, late_ms=0.6, noise=2, seed=3), potential(0.5, noise=2, seed=4)]
    assert linked([first, second], RATE) == [[(0, 0), (1, 1)], [(0, 1), (1, 0)]]


def test_of_two_that_differ_in_height_alone_each_goes_on_with_its_like():
    first = [potential(0.5, 100, noise=1, seed=1), potential(0.5, 112, noise=1, seed=2)]
    second = [potential(0.5, 112, noise=1, seed=3), potential(0.5, 100, noise=1, seed=4)]
    assert linked([first, second], RATE) == [[(0, 0), (1, 1)], [(0, 1), (1, 0)]]


def test_a_unit_that_comes_or_pauses_is_one_unit():
    one, other = potential(0.5), potential(1.5)
    assert linked([[one], [other], [one, other]], RATE) == [[(0, 0), (2, 0)], [(1, 0), (2, 1)]]


def test_what_is_not_alike_is_not_one_unit():
    assert linked([[potential(0.5)], [potential(0.5, -100)], [np.zeros(500)]], RATE) == [[(0, 0)], [(1, 0)], [(2, 0)]]
    assert linked([], RATE) == []
