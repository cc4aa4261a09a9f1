import numpy as np
import pytest

from involuntary.detect.conditions import Condition, condition_in, conditions
from involuntary.errors import ParameterError
from involuntary.model import Channel, ChannelKind, Recording
from involuntary.model.recording import Annotation


def _recording(*marks):
    channel = Channel("x", ChannelKind.ACCELEROMETER, "m/s²", 100.0, 10)
    return Recording.from_arrays([np.zeros(10)], [channel], annotations=[Annotation(*m) for m in marks])


def test_without_marks_nothing_is_known():
    assert conditions(_recording()) == (Condition(),)
    assert conditions(_recording((3.0, 2.0, "eyes closed"), (4.0, 0.0, ""))) == (Condition(),)


def test_marks_are_read_in_order_of_time():
    found = conditions(
        _recording(
            (60.0, 30.0, "Load 0.5 kg"), (0.0, 30.0, "REST, supine"), (30.0, 0.0, "Posture"), (95.0, 0.0, "tap 3 Hz")
        )
    )
    assert [(c.name, c.start_s, c.stop_s) for c in found] == [
        ("rest", 0.0, 30.0),
        ("posture", 30.0, 60.0),
        ("load", 60.0, 90.0),
        ("tapping", 95.0, np.inf),
    ]
    np.testing.assert_array_equal([c.asked for c in found], [np.nan, np.nan, 500, 3])


def test_a_condition_that_comes_again_is_numbered():
    found = conditions(_recording((0.0, 5.0, "tapping 1 Hz"), (5.0, 5.0, "tapping 3 Hz")))
    assert [(c.name, c.kind, c.asked) for c in found] == [("tapping", "tapping", 1), ("tapping 2", "tapping", 3)]


@pytest.mark.parametrize(("stated", "name"), [("rest", "rest"), (" Postural ", "posture"), ("finger-nose", "kinetic")])
def test_a_stated_condition_overrides_the_marks(stated, name):
    assert conditions(_recording((0.0, 5.0, "standing")), stated) == (Condition(name),)


def test_an_unknown_condition_is_refused():
    with pytest.raises(ParameterError) as refused:
        conditions(_recording(), "tapp")
    assert str(refused.value).startswith("condition: is unknown (did you mean 'tap'?); got 'tapp'; known: rest,")


@pytest.mark.parametrize(
    ("name", "condition"),
    [
        ("rest_tremor_amplitude_left_hand", "rest"),
        ("postural_tremor_of_the_hands_right_hand", "posture"),
        ("sub-01_task-pronation_emg", "pronation"),
        ("Load500g", "load"),
        ("interest", ""),
        ("leg_agility2", "agility"),
    ],
)
def test_the_name_of_a_file_tells_a_condition_by_a_whole_word(name, condition):
    assert condition_in(name) == condition


def test_a_name_with_two_conditions_is_refused():
    with pytest.raises(ParameterError, match="must be one; got rest and posture in the name of a file"):
        condition_in("rest_then_posture")
