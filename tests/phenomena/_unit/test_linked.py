"""Units go on from one piece to the next by the likeness of their potentials."""

from time import process_time

import numpy as np

import naive
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


def stretch(pieces_n, seed):
    """Units that stay, pause or are gone for good, moved a little in height and time, and others of one piece alone."""
    random = np.random.default_rng(seed)

    def other():
        waves = [potential(random.uniform(0.2, 2), 50 * random.lognormal(), random.normal(0, 2)) for _ in range(4)]
        return np.sum([wave * random.choice([-1, 1]) for wave in waves], axis=0)

    staying, pieces = [other() for _ in range(4)], []
    for _ in range(pieces_n):
        staying = [other() if random.random() < 0.05 else unit for unit in staying]
        here = [np.roll(unit, random.integers(-60, 60)) for unit in staying if random.random() < 0.6]
        here = [unit * random.normal(1, 0.1) for unit in here] + [other() for _ in range(random.poisson(2))]
        pieces.append([unit + random.normal(0, 3, unit.size) for unit in here])
    return pieces


def test_long_records_are_linked_as_one_by_one_and_far_sooner():
    pieces = [stretch(8, seed) for seed in range(20)] + [stretch(80, 99)]
    begun = process_time()
    found = [linked(one, RATE) for one in pieces]
    took = process_time() - begun
    assert found == [naive.linked(one, slack=40, alike_share=0.1) for one in pieces]
    assert any(len(group) > 10 for group in found[-1])
    assert took < 0.2 * (process_time() - begun - took)
