"""What is certain of the trains of single units."""

import numpy as np

from involuntary.model import Events
from involuntary.phenomena._unit.trains import certain, uncertain_note
from involuntary.phenomena.tetany import _largest


def _trains(n, certainty):
    count = len(n)
    features = {"n": np.array(n, dtype=np.float64), "certainty": np.array(certainty, dtype=np.float64)}
    return Events("train", ("muscle",) * count, np.arange(count, dtype=np.float64), np.full(count, 0.1), features)


def test_a_number_that_others_come_near_to_is_not_certain():
    found = _trains([3, 5, 9, 2], [0.99, 0.95, 0.5, np.nan])
    assert certain(found).tolist() == [True, True, False, True]
    assert uncertain_note(found) == "; of 1 of 4 number or rate of the discharges is not certain"
    assert uncertain_note(found[certain(found)]) == ""


def test_trains_that_were_not_weighed_are_neither_doubtful_nor_left_out():
    found = _trains([3, 5], [np.nan, np.nan])
    assert certain(found).tolist() == [True, True]
    assert uncertain_note(found) == ""
    assert _largest(found) == (5, True)


def test_the_largest_train_is_one_whose_number_is_certain_if_any_is():
    assert _largest(_trains([3, 9], [0.95, 0.5])) == (3, True)
    assert _largest(_trains([3, 9], [0.4, 0.5])) == (9, False)
