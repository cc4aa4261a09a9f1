import numpy as np
import pytest

from involuntary.detect._trains.continued import continued
from involuntary.detect._trains.rule import TrainRule
from involuntary.dsp.succession import Sampling, Wave, copied

SAMPLING = Sampling(2000.0, 20.0, 450.0)
_T = np.arange(-8, 9)
WAVE = Wave.of(100 * (1 - (_T / 3) ** 2) * np.exp(-(_T**2) / 18), -8, SAMPLING)
TIMES = 300.0 + 120.0 * np.arange(6)
N = 1500


def _read(times, told, noise, gains=None, seed=0, place=0):
    """Give what is told of copies at times, some of which were told before, in noise of the band."""
    gains = np.ones(len(times)) if gains is None else gains
    white = np.fft.rfft(np.random.default_rng(seed).standard_normal(N))
    level = noise / np.sqrt(SAMPLING.free)
    samples = copied(WAVE, times, gains, N) + level * np.fft.irfft(white * SAMPLING.gain(N), N)
    own = np.asarray(told, dtype=np.intp)
    rows = np.zeros((own.size, 6))
    rows[:, 0], rows[:, 1] = times[own] + WAVE.peak, gains[own] * WAVE.size
    rows[:, 3], rows[:, 4], rows[:, 5] = 1.0, 1.0, place
    found = continued(rows, samples, [WAVE], np.array([noise]), TrainRule())
    return found[np.argsort(found[:, 0])]


def test_a_train_of_which_all_is_told_stays_and_is_as_certain_as_before():
    found = _read(TIMES, range(6), 10.0)
    assert len(found) == 6
    assert np.all(found[:, 4] > 0.99)


@pytest.mark.parametrize("hidden", [0, 3, 5])
def test_a_discharge_that_was_not_told_is_added_where_the_train_would_have_gone_on(hidden):
    moved = TIMES + np.array([0.0, 8.0, -5.0, 10.0, -8.0, 4.0])
    found = _read(moved, np.delete(np.arange(6), hidden), 25.0)
    assert len(found) == 6
    assert found[hidden, 0] == pytest.approx(moved[hidden] + WAVE.peak, abs=1.5)
    assert found[hidden, 1] == pytest.approx(WAVE.size, rel=0.3)


def test_two_discharges_that_were_not_told_are_added_one_after_the_other():
    assert len(_read(TIMES, [0, 1, 4, 5], 15.0)) == 6
    assert len(_read(TIMES, [0, 1, 2, 3], 15.0)) == 6


def test_what_noise_may_hide_makes_a_train_less_certain():
    certainty = [np.median([_read(TIMES, range(6), noise, seed=s)[0, 4] for s in range(9)]) for noise in (10, 60, 90)]
    assert certainty[0] > 0.99
    assert certainty[0] > certainty[1] > certainty[2]
    assert certainty[2] < 0.9


def test_what_another_potential_left_is_no_discharge():
    other = np.zeros(N)
    other[900:940] = 150 * np.sin(np.arange(40) / 2)
    rows = np.zeros((5, 6))
    rows[:, 0], rows[:, 1], rows[:, 3:5] = TIMES[:5] + WAVE.peak, WAVE.size, 1.0
    found = continued(rows, copied(WAVE, TIMES[:5], np.ones(5), N) + other, [WAVE], np.array([5.0]), TrainRule())
    assert len(found) == 5


def test_single_discharges_and_those_of_unknown_units_are_left_alone():
    rows = np.array([[300.0, 100.0, 0.0, 1.0, 1.0, 0.0], [420.0, 100.0, -1.0, np.nan, np.nan, 0.0]])
    assert np.array_equal(continued(rows, np.zeros(N), [WAVE], np.ones(1), TrainRule()), rows, equal_nan=True)
