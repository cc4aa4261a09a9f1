import numpy as np
import pytest

from involuntary.detect.sensors import sensor_of, sensors
from involuntary.model import Channel, ChannelKind, Recording


def _recording(*names, kind=ChannelKind.ACCELEROMETER, rates=None):
    rates = rates or [100.0] * len(names)
    channels = [Channel(name, kind, "m/s²", rate, 10) for name, rate in zip(names, rates, strict=True)]
    return Recording.from_arrays([np.zeros(10)] * len(names), channels)


@pytest.mark.parametrize(
    ("names", "groups"),
    [
        (("x", "y", "z"), ((0, 1, 2),)),
        (("gyro_x", "gyro_y", "gyro_z"), ((0, 1, 2),)),
        (("x_m_s2", "y_m_s2", "z_m_s2"), ((0, 1, 2),)),
        (("accZ", "accX", "accY"), ((1, 2, 0),)),
        (("left x", "right x", "left y", "right y"), ((0, 2), (1, 3))),
        (("Y axis",), ((0,),)),
        (("hand", "foot"), ((0,), (1,))),
    ],
)
def test_axes_differ_in_one_letter(names, groups):
    assert sensors(_recording(*names), range(len(names))) == groups


def test_another_rate_is_another_sensor():
    recording = _recording("x", "y", "z", rates=[100.0, 100.0, 50.0])
    assert sensors(recording, range(3)) == ((0, 1), (2,))


def test_only_the_channels_asked_for_are_grouped():
    assert sensors(_recording("x", "y", "z"), [0, 2]) == ((0, 2),)


def test_every_axis_knows_its_sensor():
    recording = _recording("a x", "b x", "a y")
    assert [sensor_of(recording, i) for i in range(3)] == [(0, 2), (1,), (0, 2)]
