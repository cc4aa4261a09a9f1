"""Chorea: random movement against known truth, willed movement and tremor beside it, and never a name."""

from dataclasses import replace

import numpy as np
import pytest

from involuntary.detect.bench import Bench
from involuntary.model import State
from involuntary.phenomena.chorea import PHENOMENON, direction_entropy
from involuntary.simulators import simulate
from simulated import matched


def _observe(recording, **settings):
    return PHENOMENON.observe(Bench(recording), settings)


def _value(measured, what, at="gyro x"):
    return next(m.value for m in measured.measurements if m.id == f"chorea.{what}@{at}")


def test_elements_are_those_that_were_made():
    recording, (truth,) = simulate("chorea", 120, 1)
    measured = _observe(recording)
    (events,) = measured.events
    turned = events.on("gyro x")
    assert matched(truth.onset_s, turned.onset_s, 0.15) >= 0.97 * len(truth)
    assert len(turned) <= 1.05 * len(truth)
    assert _value(measured, "element_size") == pytest.approx(np.median(truth.features["size_deg"]), rel=0.1)
    assert _value(measured, "element_rate") == pytest.approx(len(truth) / 2, rel=0.05)
    # The slow beginning and end of every movement are left out.
    assert 0.7 < _value(measured, "movement_share") / (truth.duration_s.sum() / 120) < 1.0


def test_it_is_described_and_never_named():
    measured = _observe(simulate("chorea", 60, 2)[0])
    (finding,) = measured.findings
    assert finding.state is State.NOT_ASSESSED
    assert finding.rule == (
        "chorea: not assessed: movement is described; no limit is published; compare a person with themselves"
    )


def test_entropy_tells_any_way_from_to_and_fro():
    anyway = _observe(simulate("chorea", 120, 3)[0])
    to_and_fro = _observe(simulate("chorea", 120, 3, task_share=1)[0])
    assert _value(anyway, "direction_entropy") > 0.9
    assert _value(to_and_fro, "direction_entropy") == pytest.approx(np.log2(2) / np.log2(6), abs=0.02)


def test_entropy_does_not_depend_on_how_the_sensor_lies():
    random = np.random.default_rng(1)
    turn, _ = np.linalg.qr(random.standard_normal((3, 3)))
    line = np.where(np.arange(60) % 2, 1.0, -1.0)[:, None] * np.array([[1.0, 0, 0]])
    assert direction_entropy(line) == pytest.approx(direction_entropy(line @ turn))
    assert direction_entropy(np.repeat([[0, 1.0, 0]], 30, axis=0)) == 0


def test_a_tremor_is_told_to_be_a_rhythm():
    recording, _ = simulate("tremor", 60, 1, emg=False, amplitude_mm=20)
    measured = _observe(recording, condition="rest")
    assert any("as regular as a rhythm: see tremor" in note for note in measured.notes)
    assert not any(len(events) for events in measured.events)


def test_without_a_condition_the_share_has_no_meaning():
    recording = replace(simulate("chorea", 60, 4)[0], annotations=())
    assert not PHENOMENON.concerns(recording)
    measured = _observe(recording)
    assert np.isnan(_value(measured, "movement_share"))
    assert _value(measured, "element_rate") > 40


def test_a_still_hand_moves_for_none_of_the_time():
    recording, _ = simulate("tremor", 30, 1, emg=False, amplitude_mm=0, sway_m_s2=0)
    measured = _observe(recording, condition="rest")
    (share,) = [m for m in measured.measurements if "movement_share" in m.id]
    assert share.value == 0
