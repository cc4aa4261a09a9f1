"""Landmarks of a video as a recording, and what is measured from them."""

import numpy as np
import pytest

import involuntary as iv
from involuntary.errors import RecordingError
from involuntary.formats import ReadOptions, read
from involuntary.model import ChannelKind
from involuntary.testing.formats import FormatContract

FPS = 60.0
TIME = np.arange(round(30 * FPS)) / FPS


def _write(path, columns, header=None):
    names = header or list(columns)
    rows = [",".join("" if np.isnan(v) else f"{v:.9g}" for v in row) for row in zip(*columns.values(), strict=True)]
    path.write_text("\n".join([",".join(names), *rows, ""]))
    return path


def _hand(frequency_hz=5.0, pixels=10.0):
    """A hand that wanders slowly and trembles, in pixels."""
    random = np.random.default_rng(1)
    wander = np.cumsum(random.standard_normal((2, TIME.size)), axis=1) * 0.2
    wave = pixels * np.sin(2 * np.pi * frequency_hz * TIME)
    return {
        "time_s": TIME,
        "right_wrist_x": 300 + wander[0] + 0.6 * wave + 0.2 * random.standard_normal(TIME.size),
        "right_wrist_y": 200 + wander[1] + 0.8 * wave + 0.2 * random.standard_normal(TIME.size),
        "right_wrist_confidence": np.full(TIME.size, 0.9),
    }


class TestContract(FormatContract):
    id = "landmarks"
    options = ReadOptions(unit="mm")

    def fixture(self, folder):
        return _write(folder / "hand.csv", _hand())

    def truth(self):
        hand = _hand()
        return [np.array([float(f"{v:.9g}") for v in hand[f"right_wrist_{a}"]]) * 1e-3 for a in "xy"]

    def test_no_identity_gets_through(self, tmp_path):
        pytest.skip("a table of numbers has no room for a name")


def test_a_tremor_is_measured_from_pixels(tmp_path):
    recording = read(_write(tmp_path / "a.csv", _hand()), ReadOptions(scale_mm=0.5))
    assert {c.kind for c in recording.channels} == {ChannelKind.DISPLACEMENT}
    observation = iv.observe(recording, ["tremor"], {"condition": "rest"})
    values = {m.id.split("@")[0]: m.value for m in observation.measurements}
    assert values["tremor.frequency"] == pytest.approx(5.0, abs=0.05)
    assert values["tremor.amplitude"] == pytest.approx(5.0, rel=0.05)
    assert any(f.term.label == "Resting tremor" and f.state == "present" for f in observation.findings)


def test_a_hand_that_only_wanders_has_no_tremor(tmp_path):
    recording = read(_write(tmp_path / "a.csv", _hand(pixels=0)), ReadOptions(scale_mm=0.5))
    observation = iv.observe(recording, ["tremor"], {"condition": "rest"})
    assert all(f.state != "present" for f in observation.findings)


def test_tapping_is_measured_from_a_film_of_30_frames(tmp_path):
    time = np.arange(600) / 30
    swing = 40 * np.exp(-0.03 * time) * np.cos(2 * np.pi * 2 * time)
    table = {
        "frame": np.arange(600.0),
        "index_tip_x": 100 + 0.2 * np.random.default_rng(1).standard_normal(600),
        "index_tip_y": 50 + swing,
    }
    recording = read(_write(tmp_path / "a.csv", table), ReadOptions(rate_hz=30.0, unit="mm"))
    observation = iv.observe(recording, ["parkinsonism"], {"task": "tapping"})
    values = {m.id.split("@")[0]: m.value for m in observation.measurements}
    assert values["parkinsonism.rate"] == pytest.approx(2.0, abs=0.05)
    assert values["parkinsonism.amplitude_change"] == pytest.approx(-1.5, abs=0.2)


def test_what_was_not_seen_is_said(tmp_path):
    hand = _hand()
    hand["right_wrist_confidence"][100:280] = 0.1
    hand["right_wrist_x"][:90] = np.nan
    recording = read(_write(tmp_path / "a.csv", hand), ReadOptions(unit="mm"))
    assert "right_wrist: not seen in 15% of the frames, drawn as lines" in recording.notes
    x = recording.samples(0)
    assert np.all(x[:90] == x[90])
    assert np.allclose(np.diff(x[100:280], 2), 0, atol=1e-9)


def test_a_landmark_that_is_hardly_seen_is_left_out(tmp_path):
    hand = _hand() | {"nose_x": np.full(TIME.size, np.nan), "nose_y": TIME}
    recording = read(_write(tmp_path / "a.csv", hand), ReadOptions(unit="mm"))
    assert [c.name for c in recording.channels] == ["right_wrist_x", "right_wrist_y"]
    assert "nose: left out: seen in 0% of the frames" in recording.notes


@pytest.mark.parametrize(
    ("table", "options", "message"),
    [
        ({"time_s": TIME[:3], "nose_x": TIME[:3], "nose_y": TIME[:3]}, {}, "the unit of the positions must be known"),
        ({"frame": TIME[:3], "nose_x": TIME[:3], "nose_y": TIME[:3]}, {"unit": "mm"}, "without their rate"),
    ],
)
def test_what_the_table_does_not_say_is_asked_for(tmp_path, table, options, message):
    with pytest.raises(RecordingError, match=message):
        read(_write(tmp_path / "a.csv", table), ReadOptions(**options))


def test_a_motion_sensor_is_no_film(tmp_path):
    table = {"time_s": TIME, "acc_x_g": TIME, "acc_y_g": TIME}
    assert read(_write(tmp_path / "a.csv", table)).format == "text"
    named = {"time_s": TIME, "wrist_acc_x": TIME, "wrist_acc_y": TIME}
    assert read(_write(tmp_path / "b.csv", named), ReadOptions(unit="g")).format == "text"
