import numpy as np
import pytest

from involuntary.detect.elements import ElementRule, detect
from involuntary.model import Channel, ChannelKind, Recording

RATE = 100.0


def _stroke(onset_s, length_s, size, order, seconds=10.0):
    """A movement of least jerk: way, velocity or acceleration."""
    x = np.clip((np.arange(round(seconds * RATE)) / RATE - onset_s) / length_s, 0, 1)
    shape = {
        0: 10 * x**3 - 15 * x**4 + 6 * x**5,
        1: 30 * x**2 * (1 - x) ** 2,
        2: 60 * x * (1 - x) * (1 - 2 * x),
    }[order]
    return size * shape / length_s**order


def _recording(axes, kind, unit):
    noise = {"deg/s": 0.3, "deg": 0.05, "m/s²": 0.01, "m": 1e-4}[unit]
    random = np.random.default_rng(3)
    arrays = [np.asarray(axis) + noise * random.standard_normal(len(axis)) for axis in axes]
    channels = [Channel(f"hand {a}", kind, unit, RATE, len(arrays[0])) for a in "xyz"[: len(arrays)]]
    return Recording.from_arrays(arrays, channels)


@pytest.mark.parametrize(
    ("kind", "unit", "order", "size", "tolerance"),
    [
        (ChannelKind.GYROSCOPE, "deg/s", 1, 20.0, 0.06),
        (ChannelKind.ANGLE, "deg", 0, 20.0, 0.06),
        (ChannelKind.DISPLACEMENT, "m", 0, 0.1, 0.06),
        (ChannelKind.ACCELEROMETER, "m/s²", 2, 0.1, 0.5),
    ],
)
def test_every_sensor_sees_the_same_movements(kind, unit, order, size, tolerance):
    one = _stroke(2.0, 0.5, size, order) + _stroke(6.0, 0.8, -size, order)
    found = detect(_recording([0.6 * one, 0.8 * one, 0 * one], kind, unit), 0, ElementRule())
    strong = found.size > 0.4 * size
    assert found.onset_s[strong] == pytest.approx([2.0, 6.0], abs=0.25)
    assert found.size[strong] == pytest.approx([size, size], rel=tolerance)
    assert found.direction[strong] @ [0.6, 0.8, 0] == pytest.approx([1, -1], abs=0.05)
    assert found.unit == ("deg" if "deg" in unit else "m")


def test_a_still_sensor_has_no_element():
    gravity = np.full(3000, 9.80665)
    found = detect(_recording([gravity, 0 * gravity, 0 * gravity], ChannelKind.ACCELEROMETER, "m/s²"), 0, ElementRule())
    assert found.onset_s.size == 0
    assert found.time_s == pytest.approx(30, abs=0.1)


def test_only_the_time_asked_for_counts():
    one = _stroke(2.0, 0.5, 20, 1) + _stroke(6.0, 0.8, 20, 1)
    found = detect(_recording([one], ChannelKind.GYROSCOPE, "deg/s"), 0, ElementRule(from_s=4.0, to_s=9.0))
    assert found.onset_s == pytest.approx([6.0], abs=0.2)
    assert found.time_s == pytest.approx(5.0)
