"""Repeated movements with known rate, decrement and hesitations, and a phone on real limbs."""

import numpy as np
import pytest

from involuntary.detect.bench import Bench
from involuntary.errors import ParameterError
from involuntary.formats import read
from involuntary.model import Channel, ChannelKind, Recording, State
from involuntary.model.recording import Annotation
from involuntary.phenomena.parkinsonism import PHENOMENON
from shared_data import shared

RATE = 100.0


def _movements(lengths, sizes):
    """One cosine a movement, of given length in seconds and swing."""
    parts = []
    for length, size in zip(lengths, sizes, strict=True):
        phase = np.linspace(0, 2 * np.pi, round(length * RATE), endpoint=False)
        parts.append(size / 2 * np.cos(phase))
    return np.concatenate(parts)


def _recording(x, kind=ChannelKind.ACCELEROMETER, unit="m/s²", marks=()):
    noise = 0.01 * np.random.default_rng(1).standard_normal(x.size)
    channel = Channel("hand", kind, unit, RATE, x.size)
    return Recording.from_arrays([x + noise], [channel], annotations=marks)


def _observe(recording, **settings):
    return PHENOMENON.observe(Bench(recording), settings)


def _value(measured, what):
    return next(m for m in measured.measurements if m.id.startswith(f"parkinsonism.{what}@"))


@pytest.mark.parametrize("fall_percent", [0.0, 1.0, 3.0])
def test_the_decrement_a_movement(fall_percent):
    sizes = 20 * (1 - fall_percent / 100) ** np.arange(50)
    measured = _observe(_recording(_movements([0.5] * 50, sizes)))
    assert _value(measured, "rate").value == pytest.approx(2.0, rel=0.02)
    change = _value(measured, "amplitude_change")
    assert change.value == pytest.approx(-fall_percent, abs=0.15)
    assert change.interval[0] <= change.value <= change.interval[1]
    assert abs(_value(measured, "rate_change").value) < 0.1
    (events,) = measured.events
    assert events.kind == "limb-movement"
    assert len(events) == pytest.approx(49, abs=2)
    np.testing.assert_allclose(events.features["amplitude_m_s2"][3:-3], sizes[3 : len(events) - 3], rtol=0.15)


def test_slowing_and_hesitations():
    lengths = 0.4 * 1.02 ** np.arange(40)
    lengths[[15, 30]] *= 3
    measured = _observe(_recording(_movements(lengths, [10.0] * 40)), task="tapping")
    assert _value(measured, "rate_change").value == pytest.approx(-2.0, abs=0.3)
    assert _value(measured, "hesitations").value == 2
    assert _value(measured, "rhythm_variation").value > 20


def test_angles_come_in_degrees_and_nothing_is_named():
    measured = _observe(_recording(_movements([0.5] * 40, [60.0] * 40), ChannelKind.ANGLE, "deg"))
    assert _value(measured, "amplitude").value == pytest.approx(60, rel=0.05)
    assert _value(measured, "amplitude").unit == "deg"
    assert measured.findings[0].state is State.NOT_ASSESSED
    assert "parkinsonism: the task is not stated; one movement repeats through the recording" in measured.notes


def test_each_marked_task_is_described():
    x = np.concatenate([_movements([0.5] * 30, [10.0] * 30), _movements([0.25] * 60, [10.0] * 60)])
    marks = (Annotation(0.0, 15.0, "tapping"), Annotation(15.0, 15.0, "pronation"))
    measured = _observe(_recording(x, marks=marks))
    assert _value(measured, "rate.tapping").value == pytest.approx(2, rel=0.02)
    assert _value(measured, "rate.pronation").value == pytest.approx(4, rel=0.02)
    rest = _observe(_recording(x, marks=(Annotation(0.0, 30.0, "rest"),)))
    assert rest.notes == ("parkinsonism: not assessed: the marks leave no task",)


@pytest.mark.parametrize(
    ("samples", "why"),
    [
        (_movements([0.2] * 150, [8.0] * 150), "a rhythm of 5.0 Hz may be tremor; state the task"),
        (_movements([0.5] * 60, [0.5] * 60), "no repeated movement as large as a task's; state the task"),
        (_movements([0.5] * 8, [9.0] * 8), "0 repeated movements, 10 are needed"),
        (np.zeros(3000), "state the task"),
    ],
)
def test_what_is_no_task_is_not_described(samples, why):
    measured = _observe(_recording(samples))
    assert not measured.measurements
    assert why in measured.findings[0].rule


def test_a_long_recording_is_a_task_only_where_that_is_said():
    x = _movements([0.5] * 620, [10.0] * 620)
    measured = _observe(_recording(x))
    assert measured.notes == ("parkinsonism: hand: not assessed: 310 s are no task; mark it",)
    assert _value(_observe(_recording(x), task="tapping"), "rate").n > 600


def test_the_slope_of_very_many_movements_is_that_of_some(monkeypatch):
    recording = _recording(_movements([0.5] * 60, 20 * 0.99 ** np.arange(60)))
    every = _value(_observe(recording), "amplitude_change").value
    monkeypatch.setattr("involuntary.phenomena.parkinsonism._MOST_SLOPES", 20)
    assert _value(_observe(recording), "amplitude_change").value == pytest.approx(every, abs=0.1)


def test_an_unknown_task_is_refused():
    with pytest.raises(ParameterError, match="condition: is unknown"):
        _observe(_recording(np.zeros(100)), task="juggling")


def _phone(name):
    return _observe(read(shared("data", "phone-tremor", f"{name}.csv")))


@pytest.mark.parametrize(
    ("name", "rate_hz"),
    [("leg_agility_left_leg", 2.2), ("leg_agility_right_leg", 2.2), ("pronation_supination_right_hand", 3.1)],
)
def test_a_phone_gives_rate_amplitude_and_decrement(name, rate_hz):
    measured = _phone(name)
    assert _value(measured, "rate").value == pytest.approx(rate_hz, abs=0.2)
    assert _value(measured, "amplitude").value > 1.4
    assert _value(measured, "amplitude_change").interval[1] < 0
    assert len(measured.events[0]) > 60


def test_a_pronation_that_breaks_down():
    measured = _phone("pronation_supination_left_hand")
    assert _value(measured, "rate_change").interval[1] < 0
    assert _value(measured, "amplitude_change").interval[1] < 0


@pytest.mark.parametrize("limb", ["left_hand", "right_hand", "left_leg", "right_leg"])
def test_a_limb_at_rest_does_no_task(limb):
    assert not _phone(f"rest_tremor_amplitude_{limb}").measurements
