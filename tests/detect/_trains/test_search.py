import numpy as np
import pytest

from involuntary.detect._trains.search import explained, repeats, sought, units_of
from involuntary.dsp.bands import zero_phase
from involuntary.dsp.succession import Sampling, Stretch

SAMPLING = Sampling(2000.0, 20.0, 450.0)


def _stretch(at_s, seed, gains=None, noise=3.0, length_s=0.010):
    dense = np.zeros(24000)
    t = np.arange(0, 1, 1 / (length_s * 40000))
    course = 300 * np.sin(2 * np.pi * t) * np.sqrt(t * (1 - t))
    for k, at in enumerate(at_s):
        first = round((0.2 + at) * 40000)
        dense[first : first + course.size] += course * (1.0 if gains is None else gains[k])
    x = dense[::20] + np.random.default_rng(seed).normal(0, noise, 1200)
    return Stretch(zero_phase(x, 2000.0, 20.0, 450.0)[400:-400], noise)


def _trains(sizes, hz, seed=0):
    random = np.random.default_rng(seed)
    return [_stretch(0.05 + np.cumsum(random.normal(1, 0.05, n)) / hz, n) for n in sizes]


@pytest.mark.parametrize("hz", [150, 280])
def test_the_waveform_is_found_though_no_potential_stands_alone(hz):
    sizes = [2, 3, 4, 5, 6, 7, 8, 5, 4]
    found = sought(_trains(sizes, hz), [], SAMPLING)
    assert found.wave.course.size / 2000 == pytest.approx(0.010, abs=0.002)
    (unit,) = units_of(_trains(sizes, hz), [], SAMPLING, 0.85)
    assert [unit.trains[i][0].at.size for i in range(len(sizes))] == sizes


def test_discharges_are_where_the_waveform_is_largest():
    stretches = [*_trains([2, 3, 5, 8], 200), _stretch([0.06], 30)]
    (unit,) = units_of(stretches, [], SAMPLING, 0.85)
    assert [unit.trains[i][0].at.size for i in range(5)] == [2, 3, 5, 8, 1]
    single = unit.trains[4][0]
    assert single.at[0] + unit.wave.peak == pytest.approx(np.argmax(np.abs(stretches[4].samples)), abs=1)
    assert single.gains[0] * unit.wave.size == pytest.approx(np.ptp(stretches[4].samples), rel=0.1)
    assert all(1 / sum(np.exp(own[0].cost - other.cost) for other in own) > 0.9 for own in unit.trains.values())


def test_quintets_of_one_rate_alone_are_taken_apart():
    stretches = _trains([5] * 10, 280)
    assert repeats(stretches, [], SAMPLING)
    (unit,) = units_of(stretches, [], SAMPLING, 0.85)
    assert [unit.trains[i][0].at.size for i in range(10)] == [5] * 10


def test_a_unit_leaves_another_ones_trains_to_that_one():
    random, stretches = np.random.default_rng(1), []
    sizes = []
    for k in range(16):
        n, hz = int(random.integers(1, 7)), float(random.choice([20, 80, 150, 250]))
        sizes.append(min(n, 1 + int(0.25 * hz)))
        at = 0.05 + np.cumsum(random.normal(1, 0.05, sizes[-1])) / hz
        stretches.append(_stretch(at, 100 + k, length_s=0.012 if k % 2 == 0 else 0.008))
    long, short = units_of(stretches, [], SAMPLING, 0.85)
    assert sorted(long.trains) == list(range(0, 16, 2))
    assert sorted(short.trains) == list(range(1, 16, 2))
    right = [own[0].at.size == sizes[k] for unit in (long, short) for k, own in unit.trains.items()]
    assert sum(right) >= 15


def test_what_stands_alone_does_not_repeat():
    assert not repeats([_stretch([0.05], k) for k in range(6)], [], SAMPLING)


def test_sizes_that_swell_and_fall_are_no_train():
    swelling = [_stretch(0.05 + np.array([0, 0.0042, 0.0069, 0.0109]), k, [0.6, 1.0, 1.05, 0.7]) for k in range(8)]
    found = units_of(swelling, [], SAMPLING, 0.85)
    assert [train[0].at.size for unit in found for train in unit.trains.values()] in ([], [1] * 8)


def test_nothing_explains_noise():
    (unit,) = units_of(_trains([3, 4, 5, 6], 200), [], SAMPLING, 0.85)
    random = np.random.default_rng(0)
    other = zero_phase(random.normal(0, 80, 1200), 2000.0, 20.0, 450.0)[400:-400]
    assert explained(Stretch(other, 3.0), unit.wave) == []
    assert sought([], [], SAMPLING) is None
