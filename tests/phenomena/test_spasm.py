"""Simulated accuracy: figures here say how the rule does on generated signals, nothing about people."""

from dataclasses import replace

import numpy as np
import pytest

import involuntary as iv
from involuntary.detect.bench import Bench
from involuntary.model import Annotation, State
from involuntary.phenomena._contractions import muscle_of
from involuntary.phenomena.spasm import PHENOMENON


def _observe(recording, **settings):
    return PHENOMENON.observe(Bench(recording), {k: str(v) for k, v in settings.items()})


def _value(measured, name):
    return next(m for m in measured.measurements if m.id == f"spasm.{name}").value


@pytest.mark.parametrize("pattern", ["flexor", "extensor", "adductor"])
def test_spasms_are_found_with_ends_type_and_pattern(pattern):
    recording, (tonic, clonus) = iv.simulate("spasm", 200, 2, pattern=pattern)
    measured = _observe(recording, context="paralysed")
    assert measured.findings[0].state is State.PRESENT
    (events,) = measured.events
    assert len(events) == len(tonic)
    # The first begins in the recording's first second, of which mains is fitted from one side alone.
    assert np.max(np.abs(events.onset_s - tonic.onset_s)[1:]) < 0.25
    assert np.max(np.abs(events.stop_s - tonic.stop_s)) < 0.25
    assert _value(measured, f"count_{pattern}") == len(tonic)
    beating = _value(measured, "count_clonus") + _value(measured, "count_mixed")
    assert abs(beating - len(clonus)) <= 1
    assert _value(measured, "load") == pytest.approx(1440 * tonic.duration_s.sum() / 200, rel=0.03)
    assert _value(measured, "rate") == pytest.approx(len(tonic) * 18)


def test_without_context_they_are_contractions():
    measured = _observe(iv.simulate("spasm", 100, 1)[0])
    (finding,) = measured.findings
    assert finding.state is State.NOT_ASSESSED
    assert "cannot be moved at will" in finding.rule
    assert len(measured.events[0]) > 3
    assert any("count as one" in note for note in measured.notes)


def test_marks_name_spasms_and_tell_night_from_day():
    recording, (tonic, _) = iv.simulate("spasm", 300, 1)
    marks = (Annotation(float(tonic.onset_s[0]) + 1, 0.0, "spasm"), Annotation(150.0, 150.0, "asleep"))
    measured = _observe(replace(recording, annotations=marks), context="paralysed")
    night = int(np.count_nonzero(tonic.onset_s >= 150))
    assert _value(measured, "rate_night") == pytest.approx(3600 * night / 150)
    assert _value(measured, "rate_day") == pytest.approx(3600 * (len(tonic) - night) / 150)


def test_a_longer_merge_makes_fewer():
    recording, _ = iv.simulate("spasm", 200, 1)
    few, many = (_observe(recording, context="paralysed", merge_s=s) for s in (20, 1))
    assert len(few.events[0]) < len(many.events[0])


@pytest.mark.parametrize(
    ("name", "group"),
    [
        ("Tibialis anterior L", "flexor"),
        ("left_soleus", "extensor"),
        ("RECTUS FEMORIS", "extensor"),
        ("biceps femoris", "flexor"),
        ("adductors", "adductor"),
        ("EMG 1", ""),
    ],
)
def test_a_muscles_name_tells_its_group(name, group):
    assert muscle_of(name) == group
