"""Indices of co-contraction on envelopes whose values can be written down, and names of antagonists."""

import numpy as np
import pytest

from involuntary.errors import ParameterError
from involuntary.phenomena._cocontraction import by_amplitude, by_shape, by_time, named_pairs


def test_each_family_answers_its_own_question():
    one, other = np.array([1.0, 0.5, 0.0]), np.array([0.5, 0.5, 0.0])
    assert by_shape(one, other) == pytest.approx(200 * 1.0 / 2.5)
    # Lower over higher, times the sum: 0.5 × 1.5, 1 × 1, nothing.
    assert by_amplitude(one, other) == pytest.approx((0.75 + 1.0 + 0.0) / 3)
    assert by_time(np.array([True, True, False]), np.array([False, True, False])) == pytest.approx(50)
    # A weaker contraction of the same shape: only the amplitude knows.
    assert by_shape(one / 4, other / 4) == pytest.approx(by_shape(one, other))
    assert by_amplitude(one / 4, other / 4) == pytest.approx(by_amplitude(one, other) / 4)


def test_nothing_active_has_no_index():
    nothing = np.zeros(3)
    assert np.isnan(by_shape(nothing, nothing))
    assert np.isnan(by_time(nothing > 0, nothing > 0))
    assert by_amplitude(nothing, nothing) == 0


@pytest.mark.parametrize(
    ("names", "pairs"),
    [
        (["wrist flexor", "wrist extensor", "biceps"], ((0, 1),)),
        (["L biceps", "R triceps", "L triceps"], ((0, 2),)),
        (["EMG Tibialis anterior left", "Soleus left"], ((0, 1),)),
        (["TA left", "soleus left", "gastrocnemius right"], ((0, 1),)),
        (["erector spinae L3 left", "rectus abdominis left", "rectus abdominis right"], ((0, 1),)),
        (["biceps femoris", "triceps"], ()),
        (["flexor left", "extensor right"], ()),
        (["EMG 1", "EMG 2"], ()),
    ],
)
def test_antagonists_are_told_by_name_and_side(names, pairs):
    assert named_pairs(names) == pairs


def test_stated_pairs_go_before_names():
    assert named_pairs(["a", "b", "c"], "a=c, b=c") == ((0, 2), (1, 2))
    with pytest.raises(ParameterError, match="'d' is no EMG channel"):
        named_pairs(["a", "b"], "a=d")
    with pytest.raises(ParameterError, match="takes NAME=NAME"):
        named_pairs(["a", "b"], "a")


def test_a_label_that_a_file_has_cut_still_names_its_muscle():
    names = ["left wrist extensor"[:16], "left wrist flexor"[:16]]
    assert named_pairs(names) == ((1, 0),)
    assert named_pairs(["left wrist exten", "left wrist fluid"]) == ()
