"""Simulated accuracy: figures here say how the rule does on generated signals, nothing about people."""

from dataclasses import replace

import numpy as np
import pytest

import involuntary as iv
from involuntary.detect.bench import Bench
from involuntary.model import Annotation, Recording, State
from involuntary.phenomena.stiffness import PHENOMENON


def _observe(recording):
    return PHENOMENON.observe(Bench(recording))


def _value(measured, name):
    return next(m.value for m in measured.measurements if m.id == f"stiffness.{name}")


@pytest.fixture(scope="module")
def stiff():
    return iv.simulate("stiff-person", 120, 1)[0]


@pytest.fixture(scope="module")
def willed():
    return iv.simulate("stiff-person", 120, 1, inhibition_share=1, effort_percent=20, sleeps=False)[0]


def test_activity_of_antagonists_that_sleep_ends_is_continuous(stiff):
    measured = _observe(stiff)
    (finding,) = measured.findings
    assert finding.state is State.PRESENT
    assert finding.because
    assert "asleep the level falls" in finding.rule
    assert _value(measured, "together@biceps left×triceps left") == 1.0
    assert _value(measured, "asleep_ratio@biceps left") < 0.5


def test_the_reflex_has_its_latency_and_decays(stiff):
    measured = _observe(stiff)
    late = [m.value for m in measured.measurements if m.id.startswith("stiffness.reflex_latency")]
    decay = [m.value for m in measured.measurements if m.id.startswith("stiffness.reflex_decay")]
    assert len(late) == 4
    assert np.median(late) == pytest.approx(65, abs=5)
    assert 0.5 <= np.median(decay) <= 1.6


def test_the_reflex_alone_decides_too(stiff):
    awake = replace(stiff, annotations=tuple(a for a in stiff.annotations if a.text != "sleep"))
    (finding,) = _observe(awake).findings
    assert finding.state is State.PRESENT
    assert "asleep" not in finding.rule


def test_without_a_sign_that_it_is_not_willed_it_is_not_named(stiff):
    only = replace(stiff, annotations=tuple(a for a in stiff.annotations if a.text == "relax"))
    (finding,) = _observe(only).findings
    assert finding.state is State.NOT_ASSESSED
    assert "one who does not relax shows the same" in finding.rule


def test_one_who_does_not_relax_is_not_named(willed):
    (finding,) = _observe(willed).findings
    assert finding.state is State.NOT_ASSESSED


def test_weak_activity_is_no_silence():
    weak = iv.simulate("stiff-person", 120, 1, inhibition_share=1, effort_percent=4, sleeps=False)[0]
    assert _observe(weak).findings[0].state is State.NOT_ASSESSED


def test_who_relaxes_is_not_stiff():
    measured = _observe(iv.simulate("stiff-person", 120, 2, inhibition_share=1)[0])
    assert measured.findings[0].state is State.EXCLUDED
    assert _value(measured, "active_share@biceps left") == 0.0


def test_noise_hides_silence():
    (finding,) = _observe(iv.simulate("stiff-person", 120, 2, inhibition_share=1, noise_uv=15)[0]).findings
    assert finding.state is State.NOT_ASSESSED
    assert "too much noise" in finding.rule


def test_two_attempts_tell_nothing(stiff):
    few = replace(stiff, annotations=stiff.annotations[:2])
    (finding,) = _observe(few).findings
    assert "2 attempts to relax of 30 s in all, at least 3" in finding.rule


@pytest.mark.parametrize("contaminant", [{"ecg_uv": 300}, {"mains_uv": 100}, {"movement_uv": 1000}, {"noise_uv": 15}])
def test_negatives_are_not_named(contaminant):
    recording, _ = iv.simulate("rest", 100, 1, channels=2, **contaminant)
    names = [replace(c, name=n) for c, n in zip(recording.channels, ("biceps left", "triceps left"), strict=True)]
    marks = (*(Annotation(20.0 * i, 15.0, "relax") for i in range(4)), Annotation(80.0, 20.0, "sleep"))
    arrays = [recording.samples(i) for i in range(2)]
    (finding,) = _observe(replace(Recording.from_arrays(arrays, names), annotations=marks)).findings
    assert finding.state is not State.PRESENT


def test_without_marks_or_antagonists_it_is_not_looked_for(stiff):
    silent = replace(stiff, annotations=())
    assert not PHENOMENON.concerns(silent)
    assert "it takes marks of attempts" in _observe(silent).findings[0].rule
    names = ("biceps left", "triceps right", "deltoid left", "soleus")
    other = replace(stiff, channels=tuple(replace(c, name=n) for c, n in zip(stiff.channels, names, strict=True)))
    assert not PHENOMENON.concerns(other)


def test_polarity_and_gain_do_not_matter(stiff):
    arrays = [-stiff.samples(i) for i in range(4)]
    turned = replace(Recording.from_arrays(arrays, stiff.channels), annotations=stiff.annotations)
    assert _observe(turned).findings[0].rule == _observe(stiff).findings[0].rule
