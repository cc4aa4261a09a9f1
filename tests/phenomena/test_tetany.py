"""Simulated accuracy: figures here say how the rule does on generated signals, nothing about people."""

from dataclasses import replace

import numpy as np
import pytest

import involuntary as iv
from involuntary.detect.bench import Bench
from involuntary.model import State
from involuntary.phenomena.tetany import PHENOMENON


def _observe(recording, **settings):
    return PHENOMENON.observe(Bench(recording), {k: str(v) for k, v in settings.items()})


def _value(measured, name):
    return next(m.value for m in measured.measurements if m.id == f"tetany.{name}")


@pytest.fixture(scope="module")
def tetany():
    return iv.simulate("tetany", 150, 1, active_units=1)


def test_rhythmic_multiplets_after_ischaemia_are_tetany(tetany):
    recording, (truth,) = tetany
    measured = _observe(recording)
    (finding,) = measured.findings
    assert finding.state is State.PRESENT
    assert finding.because
    assert len(measured.events[0]) == len(truth)
    assert _value(measured, "persistence") == pytest.approx(truth.stop_s[-1] - truth.onset_s[0], abs=1)
    assert _value(measured, "rhythm") == pytest.approx(3.0, rel=0.05)
    assert _value(measured, "largest") == truth.features["n"].max()


def test_without_a_mark_of_ischaemia_the_same_multiplets_are_not_called_so(tetany):
    recording = replace(tetany[0], annotations=())
    (finding,) = _observe(recording).findings
    assert finding.state is State.NOT_ASSESSED
    assert "whether after ischaemia is not marked" in finding.rule
    assert _observe(recording, provoked="false").findings[0].state is State.PRESENT
    assert all(f.phenomenon != "tetany" for f in iv.observe(recording).findings)


@pytest.mark.parametrize(
    ("duration_s", "settings"),
    [
        (150, {"smallest_n": 2, "largest_n": 3}),  # what healthy people show
        (100, {}),  # shorter than two minutes
        (150, {"period_cv": 0.8, "per_s": 1.5}),  # without rhythm
        (150, {"rate_hz": 15}),  # as a driven unit fires
    ],
)
def test_nothing_weaker_is(duration_s, settings):
    recording, _ = iv.simulate("tetany", duration_s, 1, active_units=1, **settings)
    assert _observe(recording).findings[0].state is not State.PRESENT


def test_quiet_after_ischaemia_excludes_it():
    recording, _ = iv.simulate("rest", 200, 1)
    cuffed = replace(recording, annotations=(iv.simulate("tetany", 40, 1)[0].annotations))
    (finding,) = _observe(cuffed).findings
    assert finding.state is State.EXCLUDED
    assert finding.rule.startswith("tetany: excluded by this test: no repetitive discharges")


def test_voluntary_activity_after_ischaemia_is_none():
    recording, _ = iv.simulate("voluntary", 160, 1, pattern="phasic")
    cuffed = replace(recording, annotations=(iv.simulate("tetany", 40, 1)[0].annotations))
    assert _observe(cuffed).findings[0].state is not State.PRESENT


@pytest.mark.parametrize("noise_uv", [5, 20])
def test_an_axon_that_never_fires_alone_is_known_beside_a_heart_and_movements(noise_uv):
    contaminants = {"ecg_uv": 80, "mains_uv": 20, "drift_uv": 100, "movement_uv": 300, "movement_per_min": 2}
    recording, truth = iv.simulate("tetany", 150, 2, active_units=1, noise_uv=noise_uv, **contaminants)
    (true,) = (events for events in truth if events.kind == "train")
    measured = _observe(recording)
    assert measured.findings[0].state is State.PRESENT
    (found,) = measured.events
    assert len(found) == pytest.approx(len(true), rel=0.02)
    assert np.mean(found.features["unit_id"] == 0) > 0.95
