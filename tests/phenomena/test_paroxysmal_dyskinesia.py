"""Attacks: the log joined with the signal against known truth, and what must not be called so."""

from dataclasses import replace

import numpy as np
import pytest

from involuntary.detect.bench import Bench
from involuntary.model import State
from involuntary.model.recording import Annotation
from involuntary.phenomena.paroxysmal_dyskinesia import PHENOMENON
from involuntary.simulators import simulate


@pytest.fixture(scope="module")
def attacks():
    recording, (truth,) = simulate("paroxysmal-dyskinesia", 600, 1)
    return recording, truth.on("wrist flexor"), Bench(recording)


def _values(measured):
    return {m.id.split(".")[1]: m for m in measured.measurements}


def test_attacks_begin_and_end_where_the_signal_says(attacks):
    _, truth, bench = attacks
    measured = PHENOMENON.observe(bench, {"aware": "true"})
    assert measured.findings[0].state is State.PRESENT
    (events,) = measured.events
    assert events.onset_s == pytest.approx(truth.onset_s, abs=0.2)
    assert events.stop_s == pytest.approx(truth.stop_s, abs=0.3)
    assert events.features["lag_s"] == pytest.approx(truth.features["lag_s"], abs=0.2, nan_ok=True)
    values = _values(measured)
    assert values["duration"].value == pytest.approx(np.median(truth.duration_s), abs=0.3)
    assert values["trigger_lag"].value == pytest.approx(np.nanmedian(truth.features["lag_s"]), abs=0.1)
    assert values["attacks"].value == pytest.approx(len(truth) * 144)
    assert values["attacks"].quality == "less than a day"
    assert values["unlogged"].value == 0


def test_without_awareness_it_is_not_named(attacks):
    recording, _, bench = attacks
    (finding,) = PHENOMENON.observe(bench).findings
    assert finding.state is State.NOT_ASSESSED
    assert finding.rule.endswith("whether awareness is kept is not told: a seizure looks alike")
    lost = replace(recording, annotations=(*recording.annotations, Annotation(1.0, 0.0, "unaware")))
    (finding,) = PHENOMENON.observe(Bench(lost), {"aware": "true"}).findings
    assert finding.state is State.NOT_ASSESSED
    assert "a seizure must be excluded" in finding.rule


def test_long_attacks_are_a_red_flag():
    recording, (truth,) = simulate("paroxysmal-dyskinesia", 500, 2, length_min_s=70, length_max_s=90, trigger_share=0)
    measured = PHENOMENON.observe(Bench(recording), {"aware": "true"})
    n = len(truth.on("wrist flexor"))
    assert any(f"red flag: {n} of {n} attacks last longer than 60 s" in note for note in measured.notes)
    assert _values(measured)["trigger_lag"].quality == "no trigger is marked"


def test_a_log_that_the_signal_does_not_show_names_nothing():
    recording, _ = simulate("rest", 300, 1, ecg_uv=100)
    noted = tuple(Annotation(t, 10.0, "attack") for t in (50.0, 150.0, 250.0))
    measured = PHENOMENON.observe(Bench(replace(recording, annotations=noted)), {"aware": "true"})
    assert measured.findings[0].rule == (
        "paroxysmal-dyskinesia: not assessed: 3 attacks logged, 0 shown by the signal, 2 are needed"
    )
    assert _values(measured)["confirmed_share"].value == 0


def test_without_a_log_it_is_not_assessed(attacks):
    recording, _, _ = attacks
    unmarked = replace(recording, annotations=())
    assert not PHENOMENON.concerns(unmarked)
    (finding,) = PHENOMENON.observe(Bench(unmarked)).findings
    assert finding.rule == "paroxysmal-dyskinesia: not assessed: no attack is logged; mark each as attack"
