"""Simulated accuracy: figures here say how the rule does on generated signals, nothing about people."""

from dataclasses import replace

import pytest

import involuntary as iv
from involuntary.detect.bench import Bench
from involuntary.model import Annotation, Recording, State
from involuntary.phenomena.guarding import PHENOMENON


def _observe(recording):
    return PHENOMENON.observe(Bench(recording))


def _value(measured, name):
    return next(m.value for m in measured.measurements if m.id == f"guarding.{name}")


@pytest.mark.parametrize("angle_hz", [100, 0])
def test_a_back_that_does_not_fall_silent_guards(angle_hz):
    measured = _observe(iv.simulate("guarding", 60, 1, angle_hz=angle_hz)[0])
    assert measured.findings[0].state is State.PRESENT
    assert measured.findings[0].because
    assert _value(measured, "flexion_extension_ratio@paraspinal left") > 0.692
    assert _value(measured, "active_bent@paraspinal right") == 1.0


@pytest.mark.parametrize("angle_hz", [100, 0])
def test_a_healthy_back_falls_silent(angle_hz):
    measured = _observe(iv.simulate("guarding", 60, 1, guards=False, angle_hz=angle_hz)[0])
    assert measured.findings[0].state is State.NOT_ASSESSED
    assert "falls silent when it is bent" in measured.findings[0].rule
    assert _value(measured, "flexion_extension_ratio@paraspinal left") < 0.6
    assert _value(measured, "active_bent@paraspinal left") == 0.0


def test_sides_are_compared_and_never_named():
    recording, _ = iv.simulate("guarding", 20, 1, right_share=0.3, start_s=20)
    measured = _observe(recording)
    assert _value(measured, "asymmetry_relax@paraspinal left×paraspinal right") > 50
    assert measured.findings[0].state is State.NOT_ASSESSED
    assert "do not show pain or guarding by themselves" in measured.findings[0].rule


def test_two_bends_tell_nothing():
    measured = _observe(iv.simulate("guarding", 35, 1)[0])
    assert measured.findings[0].state is State.NOT_ASSESSED
    assert "2 bends" in measured.findings[0].rule


@pytest.mark.parametrize(
    "contaminant", [{}, {"ecg_uv": 300}, {"mains_uv": 100}, {"movement_uv": 1000}, {"noise_uv": 15}]
)
def test_a_silent_back_is_not_named(contaminant):
    recording, _ = iv.simulate("rest", 70, 1, channels=2, **contaminant)
    model, _ = iv.simulate("guarding", 70, 1, angle_hz=0)
    arrays = [recording.samples(i) for i in range(2)]
    rest = replace(Recording.from_arrays(arrays, model.channels), annotations=model.annotations)
    (finding,) = _observe(rest).findings
    assert finding.state is State.NOT_ASSESSED
    assert "0 bends" not in finding.rule


def test_without_marks_or_names_it_is_not_looked_for():
    recording, _ = iv.simulate("voluntary", 20, 1)
    assert not PHENOMENON.concerns(recording)
    assert not PHENOMENON.concerns(replace(recording, annotations=(Annotation(0.0, 5.0, "relax"),)))
    assert "it takes both sides of a muscle" in _observe(recording).findings[0].rule
