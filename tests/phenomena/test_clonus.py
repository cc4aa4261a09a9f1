"""Simulated accuracy: figures here say how the rule does on generated signals, nothing about people."""

from dataclasses import replace

import numpy as np
import pytest

import involuntary as iv
from involuntary.detect.bench import Bench
from involuntary.model import Channel, ChannelKind, Recording, State
from involuntary.phenomena.clonus import PHENOMENON


def _observe(recording, **settings):
    return PHENOMENON.observe(Bench(recording), {k: str(v) for k, v in settings.items()})


def _beating(hz, burst_s, beats, seed, level_uv=80.0, rate=2000.0):
    """Rest, and after ten seconds bursts of white noise at a steady rate; another generator than the simulator's."""
    random = np.random.default_rng(seed)
    x = random.normal(0, 4, round(30 * rate))
    for i in range(beats):
        a = round((10 + i / hz + random.normal(0, 0.004)) * rate)
        n = round(burst_s * rate)
        x[a : a + n] += level_uv * np.sin(np.pi * np.arange(n) / n) * random.normal(0, 1, n)
    return Recording.from_arrays([x * 1e-6], [Channel("soleus", ChannelKind.SURFACE_EMG, "V", rate, x.size)])


@pytest.mark.parametrize(("hz", "burst_s"), [(4.0, 0.09), (5.5, 0.07), (7.0, 0.06)])
def test_frequency_size_and_length_are_those_made(hz, burst_s):
    measured = _observe(_beating(hz, burst_s, 15, 1), context="stretch")
    assert measured.findings[0].state is State.PRESENT
    (events,) = measured.events
    assert len(events) == 1
    assert events.features["frequency_hz"][0] == pytest.approx(hz, rel=0.03)
    assert events.onset_s[0] == pytest.approx(10.0, abs=0.05)
    assert events.duration_s[0] == pytest.approx(14 / hz + burst_s, abs=0.06)
    assert events.features["contractions_n"][0] == 15


def test_what_begins_by_itself_may_be_tremor_or_tapping():
    (finding,) = _observe(_beating(6.0, 0.06, 15, 2)).findings
    assert finding.state is State.NOT_ASSESSED
    assert "a mark of the stretch" in finding.rule.lower()


def test_four_beats_are_too_few():
    assert _observe(_beating(6.0, 0.06, 4, 3), context="stretch").events == ()


def test_clonus_out_of_spasms_is_found_and_none_where_none_is():
    recording, truth = iv.simulate("spasm", 300, 1, clonus_share=1.0)
    measured = _observe(recording)
    assert measured.findings[0].state is State.PRESENT
    clonus = truth[1]
    (events,) = measured.events
    middle = events.onset_s + events.duration_s / 2
    hit = [np.any((middle > a) & (middle < b)) for a, b in zip(clonus.onset_s, clonus.stop_s, strict=True)]
    assert np.mean(hit) >= 0.9
    assert np.median(np.abs(events.onset_s[:, None] - clonus.onset_s).min(axis=1)) < 0.05
    assert _observe(iv.simulate("spasm", 300, 1, clonus_share=0.0)[0]).events == ()


@pytest.mark.parametrize(
    ("name", "settings"),
    [("voluntary", {}), ("voluntary", {"excitation_percent": 3}), ("tremor", {"frequency_hz": 6}), ("cramp", {})],
)
def test_what_is_no_clonus_is_not_named(name, settings):
    assert _observe(iv.simulate(name, 60, 1, **settings)[0]).findings[0].state is not State.PRESENT


@pytest.mark.parametrize(("name", "settings"), [("mouth", {"activity": "talking"}), ("mouth", {}), ("walking", {})])
def test_mouth_and_gait_are_no_clonus(name, settings):
    recording, _ = iv.simulate(name, 200, 1, **settings)
    assert PHENOMENON.observe(Bench(recording)).events == ()


def test_speech_is_no_clonus_in_a_muscle_that_could_have_it():
    recording, _ = iv.simulate("mouth", 200, 1, activity="talking")
    channels = tuple(replace(c, name=f"soleus {i}") for i, c in enumerate(recording.channels))
    assert _observe(replace(recording, channels=channels), context="stretch").events == ()


def test_a_muscle_of_the_face_has_no_stretch_reflex():
    recording = _beating(6.0, 0.06, 15, 2)
    face = replace(recording, channels=(replace(recording.channels[0], name="Orbicularis_oris L"),))
    (finding,) = _observe(face, context="stretch").findings
    assert finding.state is State.NOT_ASSESSED
    assert "face" in finding.rule
