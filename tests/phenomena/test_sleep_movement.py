"""Simulated accuracy: figures here say how the rules do on generated signals, nothing about people."""

from dataclasses import replace

import numpy as np
import pytest

import involuntary as iv
from involuntary.detect.bench import Bench
from involuntary.model import Annotation, Recording, State
from involuntary.phenomena.sleep_movement import PHENOMENON
from involuntary.testing.scoring import match


def _observe(recording):
    return PHENOMENON.observe(Bench(recording))


def _value(measured, name):
    return next(m.value for m in measured.measurements if m.id == f"sleep-movement.{name}")


@pytest.fixture(scope="module")
def night():
    recording, truth = iv.simulate(
        "sleep-movement", 1500, 1, cycle_min=25, units=12, bruxism_per_h=20, rem_active_share=0.4, apnoea_per_h=30
    )
    arrays = [recording.samples(i) for i in range(4)]
    return Recording.from_arrays(arrays, recording.channels, annotations=recording.annotations), truth


def test_periodic_movements_are_counted_by_both_rules(night):
    recording, (moved, _) = night
    measured = _observe(recording)
    plms = measured.findings[0]
    assert (plms.term.id, plms.state) == ("HP:5200295", State.PRESENT)
    found = next(e for e in measured.events if e.kind == "limb-movement")
    for leg in ("tibialis anterior left", "tibialis anterior right"):
        score = match(moved.on(leg).onset_s, found.on(leg).onset_s, 0.2)
        assert min(score.sensitivity, score.precision) == 1.0
    assert _value(measured, "wasm_index") >= 15
    assert _value(measured, "wasm_respiratory") == sum(a.text == "apnea" for a in recording.annotations) > 0
    assert _value(measured, "wasm_interval") == pytest.approx(25, rel=0.2)


def test_bursts_of_the_jaw_are_no_limb_movements(night):
    recording, (moved, jaw) = night
    measured = _observe(recording)
    limbs, bursts = ([e for e in measured.events if e.kind == kind] for kind in ("limb-movement", "burst"))
    assert {name for events in limbs for name in events.channel} == set(moved.channel)
    assert {name for events in bursts for name in events.channel} == {"masseter"}
    score = match(jaw.onset_s, bursts[0].onset_s, 0.2)
    assert min(score.sensitivity, score.precision) > 0.95


def test_the_jaw_and_rem_are_scored(night):
    recording, (_, bursts) = night
    measured = _observe(recording)
    bruxism = measured.findings[1]
    assert (bruxism.term.id, bruxism.state) == ("HP:0003763", State.PRESENT)
    episodes = len(bursts) / 4
    sleep_h = (
        sum(a.duration_s for a in recording.annotations if a.text[:11] == "sleep stage" and a.text[-1] != "W") / 3600
    )
    assert _value(measured, "bruxism_episodes") == pytest.approx(episodes / sleep_h, rel=0.05)
    assert _value(measured, "rem_without_atonia") == pytest.approx(0.4, abs=0.12)


def test_a_still_night_names_nothing():
    recording, _ = iv.simulate(
        "sleep-movement", 900, 2, cycle_min=15, units=4, interval_s=400, bruxism_per_h=0, noise_uv=3
    )
    measured = _observe(recording)
    assert all(finding.state is not State.PRESENT for finding in measured.findings)
    assert _value(measured, "wasm_index") == _value(measured, "aasm_index") == 0


def test_without_a_hypnogram_it_is_not_assessed_and_not_looked_for(night):
    recording = replace(night[0], annotations=())
    (finding,) = _observe(recording).findings
    assert finding.state is State.NOT_ASSESSED
    assert "no stages of sleep are marked" in finding.rule
    assert not PHENOMENON.concerns(recording)


@pytest.mark.parametrize("written", ["{}", "SLEEP-{}", "Hypnogram: {}", "stage_{}"])
def test_stages_are_written_in_many_ways(night, written):
    def text(one):
        return written.format(one.text.split()[-1]) if "stage" in one.text.lower() else one.text

    other = replace(night[0], annotations=tuple(replace(a, text=text(a)) for a in night[0].annotations))
    mine, theirs = _observe(other), _observe(night[0])
    assert [m.value for m in mine.measurements] == pytest.approx([m.value for m in theirs.measurements], nan_ok=True)


def test_older_stages_are_read_and_codes_of_stimuli_are_none():
    recording, _ = iv.simulate("rest", 60, 1, channels=1)
    marked = replace(recording, annotations=tuple(Annotation(30.0 * i, 30.0, f"NREM {i + 1}") for i in range(2)))
    assert PHENOMENON.concerns(marked)
    coded = replace(
        recording, annotations=(Annotation(1.0, 0.0, "S1"), Annotation(2.0, 0.0, "R"), Annotation(3.0, 0.0, "2"))
    )
    assert not PHENOMENON.concerns(coded)


def test_a_leg_is_known_by_its_muscle(night):
    renamed = [replace(c, name=n) for c, n in zip(night[0].channels, ("TA left", "EMG.RLeg", "c", "d"), strict=True)]
    assert len(_observe(replace(night[0], channels=tuple(renamed))).findings) == 1
    renamed = [replace(c, name=n) for c, n in zip(renamed, ("tape", "plug", "c", "d"), strict=True)]
    assert "no calibrated channel of a leg" in _observe(replace(night[0], channels=tuple(renamed))).findings[0].rule


def test_without_legs_or_jaw_it_says_which_channels_it_wants(night):
    recording = night[0]
    names = [replace(c, name=f"EMG {i}") for i, c in enumerate(recording.channels)]
    (finding,) = _observe(replace(recording, channels=tuple(names))).findings
    assert "no calibrated channel of a leg or the jaw" in finding.rule


def test_wake_does_not_count(night):
    recording = night[0]
    awake = tuple(replace(a, text=a.text.replace("N2", "W")) for a in recording.annotations)
    measured = _observe(replace(recording, annotations=awake))
    assert _value(measured, "aasm_index") < 15
    assert np.isfinite(_value(measured, "bruxism_episodes"))
