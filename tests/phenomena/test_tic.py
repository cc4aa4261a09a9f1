"""Tics: patterns and lengths against known truth; named only with urge and suppressibility."""

from dataclasses import replace

import numpy as np
import pytest

from involuntary.detect.bench import Bench
from involuntary.model import State
from involuntary.model.recording import Annotation
from involuntary.phenomena.tic import PHENOMENON
from involuntary.simulators import simulate
from simulated import matched


@pytest.fixture(scope="module")
def tics():
    recording, (truth,) = simulate("tic", 300, 2)
    return recording, truth, Bench(recording)


def _values(measured):
    return {m.id.removeprefix("tic."): m for m in measured.measurements}


def test_named_where_urge_and_suppression_are_both_shown(tics):
    _, truth, bench = tics
    measured = PHENOMENON.observe(bench)
    (finding,) = measured.findings
    assert finding.state is State.PRESENT
    assert finding.because == ("tic.urge_share", "tic.suppression")
    assert finding.likelihood_ratio.source.id == "expert-judgement"
    (events,) = measured.events
    for name in set(truth.channel):
        assert matched(truth.on(name).onset_s, events.on(name).onset_s, 0.03) >= 0.9 * len(truth.on(name))


def test_lengths_and_patterns(tics):
    _, truth, bench = tics
    values = _values(PHENOMENON.observe(bench))
    assert values["burst_duration"].value == pytest.approx(1e3 * np.median(truth.duration_s), rel=0.1)
    assert values["sustained_share"].value == pytest.approx(np.mean(truth.duration_s > 0.3), abs=0.08)
    assert values["pattern_share"].value > 0.95
    assert "sternomastoid then trapezius" in values["pattern_share"].quality


@pytest.mark.parametrize(
    ("left_out", "missing"),
    [
        ("urge", "an urge before them is not told or shown"),
        ("suppress", "that they can be held back is not told or shown"),
        ("", "an urge before them and that they can be held back is not told or shown"),
    ],
)
def test_without_urge_or_suppression_it_has_no_name(tics, left_out, missing):
    recording, _, _ = tics
    kept = tuple(a for a in recording.annotations if left_out and a.text != left_out)
    measured = PHENOMENON.observe(Bench(replace(recording, annotations=kept)))
    (finding,) = measured.findings
    assert finding.state is State.NOT_ASSESSED
    assert missing in finding.rule
    assert not measured.events


def test_what_the_person_told_counts_as_well(tics):
    recording, _, _ = tics
    bench = Bench(replace(recording, annotations=()))
    told = PHENOMENON.observe(bench, {"urge": "true", "suppressible": "true"})
    assert told.findings[0].state is State.PRESENT
    assert np.isnan(_values(told)["suppression"].value)
    assert not PHENOMENON.concerns(bench.recording)


def test_movements_that_go_on_while_held_back_are_not_suppressible():
    recording, _ = simulate("tic", 240, 3, suppressed_share=1)
    (finding,) = PHENOMENON.observe(Bench(recording)).findings
    assert finding.state is State.NOT_ASSESSED
    assert "held back" in finding.rule


def test_no_movement_is_no_tic_whatever_is_marked():
    recording, _ = simulate("rest", 120, 1)
    noted = (*(Annotation(t, 0, "urge") for t in range(10, 60, 5)), Annotation(60, 60, "suppress"))
    (finding,) = PHENOMENON.observe(Bench(replace(recording, annotations=noted))).findings
    assert finding.rule == "tic: not assessed: 0 movements, 10 are needed"
