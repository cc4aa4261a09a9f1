"""Simulated accuracy: figures here say how the rule does on generated signals, nothing about people."""

from dataclasses import replace

import pytest

import involuntary as iv
from involuntary.detect.bench import Bench
from involuntary.model import State
from involuntary.phenomena.startle import PHENOMENON
from involuntary.simulators.startle import MUSCLES


def _observe(recording):
    return PHENOMENON.observe(Bench(recording))


def _value(measured, name):
    return next(m.value for m in measured.measurements if m.id == f"startle.{name}")


@pytest.fixture(scope="module")
def exaggerated():
    return iv.simulate("startle", 130, 1, exaggerated=True)[0]


def test_answers_that_do_not_habituate_are_exaggerated(exaggerated):
    measured = _observe(exaggerated)
    assert measured.findings[0].state is State.PRESENT
    assert measured.findings[0].because
    assert _value(measured, "order") == 1.0
    for name, latency in MUSCLES[:4]:
        found = _value(measured, f"latency_{name.replace(' ', '_')}")
        assert found == pytest.approx(latency, abs=6)


def test_healthy_answers_habituate_and_the_blink_does_not():
    measured = _observe(iv.simulate("startle", 150, 2, habituation_n=2)[0])
    assert measured.findings[0].state is State.EXCLUDED
    assert _value(measured, "later_orbicularis_oculi") >= 0.95
    assert _value(measured, "later_sternomastoid") <= 0.2
    assert _value(measured, "habituation_biceps") <= -0.1


def test_few_sounds_tell_nothing():
    (finding,) = _observe(iv.simulate("startle", 60, 1)[0]).findings
    assert finding.state is State.NOT_ASSESSED
    assert "6 sounds, 12 needed" in finding.rule


def test_without_marks_it_is_not_looked_for(exaggerated):
    silent = replace(exaggerated, annotations=())
    assert not PHENOMENON.concerns(silent)
    assert "it takes marks of sounds" in _observe(silent).findings[0].rule


@pytest.mark.parametrize("said", ["auditory startle", "Startle#3", "startling sound 110 dB", "tone_105dB"])
def test_sounds_are_marked_in_many_ways(exaggerated, said):
    marks = tuple(replace(mark, text=said) for mark in exaggerated.annotations)
    assert PHENOMENON.concerns(replace(exaggerated, annotations=marks))


def test_where_not_even_the_blink_answers_the_sounds_may_not_have_been_heard(exaggerated):
    recording, _ = iv.simulate("rest", 130, 1, channels=6)
    names = tuple(replace(c, name=n) for c, (n, _) in zip(recording.channels, MUSCLES, strict=True))
    measured = _observe(replace(recording, channels=names, annotations=exaggerated.annotations))
    assert measured.findings[0].state is State.NOT_ASSESSED
    assert "were they heard" in measured.findings[0].rule
    assert all(m.value == 0 for m in measured.measurements if m.id.startswith("startle.share"))
