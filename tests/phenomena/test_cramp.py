"""Simulated accuracy: figures here say how the rule does on generated signals, nothing about people."""

from dataclasses import replace

import numpy as np
import pytest

import involuntary as iv
from involuntary.detect.bench import Bench
from involuntary.model import Annotation, State
from involuntary.phenomena.cramp import PHENOMENON


def _observe(recording, **settings):
    return PHENOMENON.observe(Bench(recording), {k: str(v) for k, v in settings.items()})


def _value(measured, name):
    return next(m for m in measured.measurements if m.id == f"cramp.{name}")


@pytest.mark.parametrize(("seed", "noise_uv"), [(1, 5), (2, 10), (4, 3)])
def test_marked_cramps_are_found_with_their_ends(seed, noise_uv):
    recording, (truth,) = iv.simulate("cramp", 140, seed, noise_uv=noise_uv)
    marks = [Annotation(t + 5, 0.0, "pain") for t in truth.onset_s.tolist()]
    measured = _observe(replace(recording, annotations=tuple(marks)))
    assert measured.findings[0].state is State.PRESENT
    (events,) = measured.events
    assert len(events) == len(truth)
    assert np.max(np.abs(events.onset_s - truth.onset_s)) < 0.25
    assert np.max(np.abs(events.stop_s - truth.stop_s)) < 0.25
    assert _value(measured, "duration_q50").value == pytest.approx(np.median(truth.duration_s), abs=0.3)


def test_without_context_it_is_a_contraction_and_the_note_says_what_would_decide():
    measured = _observe(iv.simulate("cramp", 80, 1)[0])
    (finding,) = measured.findings
    assert finding.state is State.NOT_ASSESSED
    assert "relief by stretch" in finding.rule
    assert len(measured.events[0]) == 1
    assert _observe(iv.simulate("cramp", 80, 1)[0], context="night").findings[0].state is State.PRESENT


def test_a_willed_contraction_is_no_cramp():
    recording, _ = iv.simulate("voluntary", 60, 1, pattern="phasic", excitation_percent=60)
    assert recording.annotations
    measured = _observe(recording)
    assert measured.findings[0].state is State.NOT_ASSESSED
    assert measured.events == ()
    unmarked = _observe(replace(recording, annotations=()))
    assert unmarked.findings[0].state is State.NOT_ASSESSED


def test_the_interference_is_no_unit_rate():
    recording, _ = iv.simulate("cramp", 80, 1)
    measured = _observe(recording, context="pain")
    assert _value(measured, "interference_rate@EMG 1").value > 60
    assert np.isnan(_value(measured, "unit_rate").value)
    assert "interference" in _value(measured, "unit_rate").quality
    alone = _observe(iv.simulate("cramp", 80, 1, units=1, doublet_fraction=0, noise_uv=3)[0], context="pain")
    assert _value(alone, "unit_rate").value == pytest.approx(15, abs=2)
    assert 0.3 < _value(alone, "unit_interval_cv").value < 0.6


def test_a_contraction_that_outlasts_a_train_of_stimuli_gives_the_threshold():
    recording, (truth,) = iv.simulate("cramp", 80, 1, pause_s=30)
    onset = float(truth.onset_s[0])
    trains = [(5.0, 10.0), (onset - 1.0, 14.0)]
    marks = [Annotation(start + i / hz, 0.0, "stimulus 20 mA") for start, hz in trains for i in range(round(2 * hz))]
    measured = _observe(replace(recording, annotations=tuple(marks)))
    assert measured.findings[0].state is State.PRESENT
    assert _value(measured, "threshold_frequency").value == pytest.approx(14.0, rel=1e-3)
    assert _value(measured, "threshold_frequency").quality == "good"
