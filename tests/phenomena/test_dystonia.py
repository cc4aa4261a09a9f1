"""Dystonia: co-contraction at rest, overflow in a task, and what must not be called so."""

from dataclasses import replace

import numpy as np
import pytest

from involuntary.detect.bench import Bench
from involuntary.model import State
from involuntary.phenomena.dystonia import PHENOMENON
from involuntary.simulators import simulate

PAIR = "wrist flexor × wrist extensor"


def _observe(recording, **settings):
    return PHENOMENON.observe(Bench(recording), settings)


def _values(measured):
    return {m.id.removeprefix("dystonia."): m for m in measured.measurements}


@pytest.fixture(scope="module")
def resting():
    return simulate("dystonia", 120, 1)


def test_antagonists_that_contract_together_at_rest(resting):
    recording, (truth,) = resting
    measured = _observe(recording)
    (finding,) = measured.findings
    assert finding.state is State.PRESENT
    assert "contract together" in finding.rule
    assert finding.likelihood_ratio.source.id == "expert-judgement"
    (events,) = measured.events
    for name in ("wrist flexor", "wrist extensor"):
        found, true = events.on(name), truth.on(name)
        assert len(found) == len(true)
        assert np.abs(found.onset_s - true.onset_s).max() < 0.15
        assert np.abs(found.stop_s - true.stop_s).max() < 0.15


def test_every_family_of_index_and_the_bursts(resting):
    recording, (truth,) = resting
    values = _values(_observe(recording))
    assert 40 < values[f"cocontraction_shape@{PAIR}"].value < 95
    assert 0.1 < values[f"cocontraction_amplitude@{PAIR}"].value < 0.5
    assert values[f"cocontraction_temporal@{PAIR}"].value > 90
    true = np.median(truth.on("wrist flexor").duration_s)
    assert values["burst_duration@wrist flexor"].value == pytest.approx(true, rel=0.15)
    assert 0.3 < values["low_power_share@wrist flexor"].value < 0.8


def test_a_shared_drive_is_reported_with_both_sides_of_the_controversy(resting):
    recording, _ = resting
    measured = _observe(recording)
    shared, other = (_values(measured)[f"coherence_{band}_hz@{PAIR}"] for band in ("4_7", "8_14"))
    assert shared.quality.startswith("significant")
    assert other.quality.startswith("not significant")
    (both,) = [note for note in measured.notes if "Tijssen 2000" in note]
    assert "Nijmeijer 2014" in both


def test_coherence_alone_names_nothing(resting):
    recording, _ = resting
    unmarked = replace(recording, annotations=())
    measured = _observe(unmarked)
    assert _values(measured)[f"coherence_4_7_hz@{PAIR}"].quality.startswith("significant")
    (finding,) = measured.findings
    assert finding.state is State.NOT_ASSESSED
    assert not measured.events


def test_overflow_in_a_muscle_that_the_task_does_not_need():
    recording, _ = simulate("dystonia", 90, 2, condition="task", overflow_share=0.6)
    measured = _observe(recording)
    (finding,) = measured.findings
    assert finding.state is State.PRESENT
    assert finding.because == ("dystonia.overflow@biceps",)
    overflow = _values(measured)["overflow@biceps"]
    assert overflow.unit == "%MVC"
    assert 5 < overflow.value < 25
    without, _ = simulate("dystonia", 90, 2, condition="task", overflow_share=0)
    assert _observe(without).findings[0].state is State.NOT_ASSESSED


def test_a_task_that_names_no_recorded_muscle_makes_no_overflow():
    recording, _ = simulate("dystonia", 60, 2, condition="task", overflow_share=0.6)
    told = [replace(a, text="task drawing") if "task" in a.text else a for a in recording.annotations]
    measured = _observe(replace(recording, annotations=tuple(told)))
    assert measured.findings[0].state is State.NOT_ASSESSED
    assert not any("overflow" in m.id for m in measured.measurements)


def test_one_muscle_alone_is_no_cocontraction():
    recording, _ = simulate("dystonia", 90, 3, cocontraction_share=0, overflow_share=0)
    measured = _observe(recording)
    assert measured.findings[0].state is State.NOT_ASSESSED
    assert _values(measured)[f"cocontraction_shape@{PAIR}"].value < 10


def test_without_named_antagonists_it_is_not_assessed():
    recording, _ = simulate("voluntary", 20, 1)
    measured = _observe(recording)
    assert measured.findings[0].rule == (
        "dystonia: not assessed: no antagonists are named; state them as dystonia.pairs=biceps=triceps"
    )
    assert not PHENOMENON.concerns(recording)
