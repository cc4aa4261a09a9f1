"""Simulated accuracy: figures here say how the rule does on generated signals, nothing about people."""

from dataclasses import replace

import numpy as np
import pytest

import involuntary as iv
from involuntary.detect.bench import Bench
from involuntary.model import State
from involuntary.phenomena.hemifacial_spasm import PHENOMENON
from involuntary.testing.scoring import match


def _observe(recording):
    return PHENOMENON.observe(Bench(recording))


def _value(measured, name):
    return next(m.value for m in measured.measurements if m.id == f"hemifacial-spasm.{name}")


@pytest.mark.parametrize("noise_uv", [5, 15])
def test_bursts_of_one_side_at_once_are_hemifacial_spasm(noise_uv):
    recording, (truth,) = iv.simulate("hemifacial-spasm", 90, 1, noise_uv=noise_uv)
    measured = _observe(recording)
    (finding,) = measured.findings
    assert finding.state is State.PRESENT
    assert finding.side == "left"
    for name in ("orbicularis oculi left", "orbicularis oris left"):
        score = match(truth.on(name).onset_s, measured.events[0].on(name).onset_s, 0.01)
        assert score.precision >= 0.95
        assert score.sensitivity >= 0.9  # a burst that is one broad potential is left out
    assert _value(measured, "together@orbicularis oculi left×orbicularis oris left") >= 0.95
    assert _value(measured, "across@orbicularis oculi left×orbicularis oculi right") <= 0.05
    rate = np.median(truth.features["rate_hz"][truth.features["n"] >= 4])
    assert _value(measured, "rate_within@orbicularis oculi left") == pytest.approx(rate, rel=0.08)


def test_both_sides_at_once_are_not():
    (finding,) = _observe(iv.simulate("hemifacial-spasm", 90, 1, bilateral="true")[0]).findings
    assert finding.state is State.NOT_ASSESSED
    assert "as in blinks and blepharospasm" in finding.rule


def test_without_the_other_side_it_is_not_told_from_blinks():
    recording, _ = iv.simulate("hemifacial-spasm", 60, 1)
    source = [recording.samples(i) for i in range(2)]
    half = type(recording).from_arrays(source, recording.channels[:2])
    (finding,) = _observe(half).findings
    assert finding.state is State.NOT_ASSESSED
    assert "the other side was not recorded" in finding.rule


@pytest.mark.parametrize(
    ("synkinesis", "said"), [(True, ""), (False, ""), (True, "supraorbital 8 mA left"), (False, "supraorbital left")]
)
def test_the_blink_reflex_is_timed_and_synkinesis_told(synkinesis, said):
    recording, _ = iv.simulate("hemifacial-spasm", 60, 3, per_min=0.01, stimuli_count=10, synkinesis=synkinesis)
    marks = tuple(replace(mark, text=said or mark.text) for mark in recording.annotations)
    recording = replace(recording, annotations=marks)
    measured = _observe(recording)
    at = "supraorbital left→orbicularis"
    assert _value(measured, f"r1_latency@{at} oculi left") == pytest.approx(11, abs=2.5)
    assert _value(measured, f"r2_latency@{at} oculi right") == pytest.approx(33, abs=6)  # small units begin it
    assert _value(measured, f"r1_share@{at} oculi right") < 0.3
    finding = measured.findings[1]
    assert finding.term.id == "HP:0034979"
    assert finding.state is (State.PRESENT if synkinesis else State.EXCLUDED)


def test_blinks_that_are_only_marked_are_no_stimuli():
    recording, _ = iv.simulate("hemifacial-spasm", 60, 3, per_min=0.01, stimuli_count=10)
    marks = tuple(replace(mark, text="blink") for mark in recording.annotations)
    assert len(_observe(replace(recording, annotations=marks)).findings) == 1


def test_other_muscles_are_not_looked_at():
    recording, _ = iv.simulate("hemifacial-spasm", 30, 1)
    names = [replace(c, name=f"EMG {i}") for i, c in enumerate(recording.channels)]
    other = replace(recording, channels=tuple(names))
    assert not PHENOMENON.concerns(other)
    assert "two named muscles of one side" in _observe(other).findings[0].rule


def test_rest_names_nothing():
    recording, _ = iv.simulate("rest", 60, 1, channels=4, ecg_uv=100)
    names = [replace(c, name=n) for c, n in zip(
        recording.channels, ("oculi left", "oris left", "oculi right", "oris right"), strict=True)]  # fmt: skip
    (finding,) = _observe(replace(recording, channels=tuple(names))).findings
    assert finding.state is State.NOT_ASSESSED


def test_the_heart_on_both_sides_is_no_blink():
    recording, _ = iv.simulate("hemifacial-spasm", 60, 1, ecg_uv=80, ecg_per_min=65, noise_uv=5)
    observation = iv.observe(recording, ["hemifacial-spasm"])
    assert observation.findings[0].state is State.PRESENT


def test_the_heart_that_spasms_hide_is_read_from_another_muscle():
    recording, (truth,) = iv.simulate("hemifacial-spasm", 90, 1, ecg_uv=80, ecg_per_min=65)
    (events,) = _observe(recording).events
    score = match(truth.onset_s, events.onset_s, 0.02)
    assert score.sensitivity >= 0.95
    assert score.precision >= 0.95
