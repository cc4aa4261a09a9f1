"""Simulated accuracy: figures here say how the rule does on generated signals, nothing about people."""

from dataclasses import replace

import numpy as np
import pytest

import involuntary as iv
from involuntary.detect.bench import Bench
from involuntary.errors import ParameterError
from involuntary.model import Annotation, Channel, ChannelKind, Recording, State
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
    recording, (truth,) = iv.simulate("cramp", 80, 1, units=1, doublet_fraction=0, noise_uv=3)
    alone = _observe(recording, context="pain")
    true = float(truth.features["discharges_per_unit_n"][0] / truth.duration_s[0])
    assert _value(alone, "unit_rate").value == pytest.approx(true, abs=1)
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


def test_an_unknown_context_is_refused_with_the_list():
    recording, _ = iv.simulate("rest", 20, 1)
    with pytest.raises(ParameterError) as caught:
        _observe(recording, context="nihgt")
    assert "must be one of cramp, pain, night, exercise, heat" in str(caught.value)
    assert "night" in str(caught.value)


def test_cramp_and_spasm_say_that_they_name_one_contraction():
    recording, _ = iv.simulate("cramp", 80, 1)
    observation = iv.observe(recording, ["cramp", "spasm"], {"cramp.context": "pain", "spasm.context": "paralysed"})
    assert [f.state for f in observation.findings] == [State.PRESENT] * 2
    assert [note.split(":")[0] for note in observation.notes if "one and the same" in note] == ["cramp", "spasm"]


def _firing(units, rates, seed, rate_hz=2000.0, growth=2.2):
    """Units whose intervals vary by 45 %, each of another size and shape, from the 20th to the 35th second."""
    random = np.random.default_rng(seed)
    x = random.normal(0, 4, round(60 * rate_hz))
    for unit in range(units):
        t = np.arange(-24, 25) / (4.0 + 2 * unit)
        wave = 150 * growth**unit * np.gradient(np.exp(-0.5 * t**2)) * (t if unit else 1)
        time = 20.0
        while time < 35:
            at = round(time * rate_hz)
            x[at : at + wave.size] += wave
            time += max(random.gamma(1 / 0.45**2, 0.45**2 / rates[unit]), 0.008)
    channel = Channel("calf", ChannelKind.SURFACE_EMG, "V", rate_hz, x.size)
    return Recording.from_arrays([x * 1e-6], [channel])


def test_the_rate_of_a_unit_alone_is_right_or_not_given():
    given = []
    for seed, rate in enumerate((18.0, 14.0, 16.0, 12.0)):
        found = _value(_observe(_firing(1, [rate], seed), context="pain"), "unit_rate").value
        if np.isfinite(found):
            given.append(found)
            assert found == pytest.approx(rate, abs=1.6)  # what is drawn lies up to 0.6 beside the rate that is asked
    assert len(given) >= 2


def test_of_many_units_no_rate_is_given():
    unit_rate = _value(_observe(_firing(6, [14, 11, 9, 16, 12, 13], 3, growth=1.1), context="pain"), "unit_rate")
    assert np.isnan(unit_rate.value)
    assert "grid" in unit_rate.quality


def _alike_in_size(seed, rates=(8.0, 11.0), rate_hz=2000.0):
    """Two units, one phase and three, whose largest peaks are alike."""
    random = np.random.default_rng(seed)
    x = random.normal(0, 4, round(60 * rate_hz))
    t = np.arange(-30, 31) / 12.0
    shapes = (150 * np.exp(-0.5 * t**2), 150 * (1 - t**2) * np.exp(-0.5 * t**2))
    true = []
    for wave, rate in zip(shapes, rates, strict=True):
        times = 20 + np.cumsum(np.maximum(random.gamma(25, 1 / (25 * rate), int(6 * rate)), 0.012))
        for at in np.rint(times * rate_hz).astype(int):
            x[at : at + wave.size] += wave
        true.append(1 / np.mean(np.diff(times)))
    return Recording.from_arrays([x * 1e-6], [Channel("calf", ChannelKind.SURFACE_EMG, "V", rate_hz, x.size)]), true


def test_two_units_alike_in_size_are_told_apart_by_shape():
    recording, true = _alike_in_size(1)
    measured = _observe(recording, context="pain")
    assert _value(measured, "unit_rate_lowest").value == pytest.approx(min(true), abs=1)
    assert _value(measured, "unit_rate_highest").value == pytest.approx(max(true), abs=1)
