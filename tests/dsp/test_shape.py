import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import naive
from involuntary.dsp.shape import measure, phases, turns
from simulated import potential


@given(st.lists(st.integers(-20, 20), max_size=30), st.integers(1, 15))
def test_turns_are_those_of_the_slow_twin(values, smallest):
    wave = np.array(values, dtype=float)
    assert turns(wave, smallest) == naive.turns(wave, smallest)


@pytest.mark.parametrize(
    ("kind", "expected"), [("monophasic", (1, 1)), ("biphasic", (2, 2)), ("triphasic", (3, 3)), ("polyphasic", (7, 7))]
)
def test_known_shapes_have_their_phases_and_turns(kind, expected):
    wave = potential(0.012, kind, 200.0, 20000.0)
    shape = measure(wave, threshold=5.0, turn=15.0)
    assert (shape.phases, shape.turns) == expected
    assert shape.amplitude == pytest.approx(200.0)
    assert shape.area == np.abs(wave).sum()
    assert abs(wave[shape.peak]) == np.abs(wave).max()


def test_what_stays_within_the_noise_is_no_phase():
    assert phases(np.array([1.0, -1.0, 2.0]), 3.0) == 0
    assert phases(np.array([5.0, -1.0, 5.0, -4.0, -0.5, -4.0]), 3.0) == 2


def test_a_level_stretch_is_no_turn():
    assert turns(np.array([0.0, 5.0, 5.0, 5.0, 10.0]), 1.0) == 0
    assert turns(np.array([0.0, 0.0, 5.0, 5.0, 0.0, 0.0]), 1.0) == 1


def test_what_lies_to_one_side_is_measured_from_the_baseline():
    assert measure(np.array([3.0, 9.0, 4.0]), 1.0, 1.0).amplitude == 9.0
    assert measure(np.array([-3.0, -9.0, -4.0]), 1.0, 1.0).amplitude == 9.0
