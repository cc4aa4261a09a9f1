"""Twitches through the front door."""

import numpy as np
import pytest

from involuntary.formats import ReadOptions, read
from involuntary.model import Channel, ChannelKind, Recording, State
from involuntary.model.recording import Annotation
from involuntary.phenomena import observe
from shared_data import shared

WAVE = np.interp(np.arange(400.0), [20, 120, 320], [0, 5e-3, 0])


def recording(marks=((0.5, "stimulus 40 mA"), (2.0, "stimulus 50 mA")), factors=(1.0, 2.0)):
    samples = np.random.default_rng(0).normal(0, 1e-6, 4000)
    for (at, _), factor in zip(marks, factors, strict=True):
        samples[round(1000 * at) : round(1000 * at) + 400] += factor * WAVE
    channel = Channel("belly", ChannelKind.DISPLACEMENT, "m", 1000.0, 4000)
    return Recording.from_arrays([samples], [channel], annotations=[Annotation(at, 0.0, text) for at, text in marks])


def test_every_twitch_is_an_event_and_the_medians_are_measured():
    observation = observe(recording())
    (events,) = observation.events
    assert events.kind == "response"
    np.testing.assert_allclose(events.features["displacement_mm"], [5.0, 10.0], rtol=0.01)
    np.testing.assert_allclose(events.features["contraction_ms"], 80.0, atol=0.3)
    np.testing.assert_allclose(events.features["level"], [40, 50])
    values = {m.id: m.value for m in observation.measurements}
    assert values["evoked-twitch.delay@belly"] == pytest.approx(30.0, abs=0.1)
    assert values["evoked-twitch.displacement@belly"] == pytest.approx(7.5, rel=0.01)
    assert all(f.state is State.NOT_ASSESSED for f in observation.findings)


def smooth_twitches(noise_share=0.0, sign=1.0, rate=1000.0, n=8):
    """Critically damped twitches 12 ms after stimuli that fall between samples."""
    random = np.random.default_rng(4)
    time = np.arange(round((2 * n + 2) * rate)) / rate
    at = 1.0 + 2.0 * np.arange(n) + random.uniform(0, 1 / rate, n)
    since = np.maximum(time[:, None] - at - 0.012, 0) / 0.03
    moved = 5e-3 * np.sum(since * np.exp(1 - since), axis=1) + random.normal(0, 5e-3 * noise_share, time.size)
    channel = Channel("belly", ChannelKind.DISPLACEMENT, "m", rate, time.size)
    marks = [Annotation(float(t), 0.0, "stimulus 40 mA") for t in at]
    return Recording.from_arrays([sign * moved], [channel], annotations=marks)


# Of x exp(1 - x), found by bisection: 10 and 90 % on the way up, 90 and 50 % on the way down.
TRUE_MS = {
    "delay": 12 + 30 * 0.0383,
    "contraction": 30 * 0.5702,
    "half_relaxation": 30 * 1.1467,
    "sustain": 30 * 2.4464,
}


@pytest.mark.parametrize(("noise_share", "rate", "within"), [(0, 1000, 0.03), (0.01, 1000, 1.5), (0.05, 5000, 1.5)])
@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_times_are_from_the_stimulus_and_noise_does_not_decide_them(noise_share, rate, within, sign):
    observation = observe(smooth_twitches(noise_share, sign, rate))
    values = {m.id.split(".")[1].split("@")[0]: m.value for m in observation.measurements}
    for name, true in TRUE_MS.items():
        assert values[name] == pytest.approx(true, abs=within), name
    assert values["displacement"] == pytest.approx(5.0, rel=0.02)
    assert any("noisy twitches smoothed" in note for note in observation.notes) == (noise_share > 0)


def test_without_stimuli_nobody_asks_and_who_asks_is_told():
    calm = recording(marks=(), factors=())
    assert not [f for f in observe(calm).findings if f.phenomenon == "evoked-twitch"]
    (finding,) = observe(calm, ["evoked-twitch"]).findings
    assert "no stimuli" in finding.rule


def test_real_twitches_through_a_table_of_sweeps(tmp_path):
    with np.load(shared("data", "evoked-twitch", "twitches.npz")) as stored:
        moved, scored = stored["displacement_mm"].astype(float), stored["scored"]
    rows = np.column_stack([np.arange(moved.shape[1]), moved.T])
    header = "time_ms," + ",".join(str(i + 1) for i in range(len(moved)))
    np.savetxt(tmp_path / "twitches.csv", rows, delimiter=",", header=header, comments="")
    observation = observe(read(tmp_path / "twitches.csv", ReadOptions(kinds={"response": "displacement:mm"})))
    (events,) = [e for e in observation.events if "displacement_mm" in e.features]
    assert len(events) == len(scored) >= 304
    assert np.median(np.abs(events.features["displacement_mm"] - scored[:, 6])) < 0.005
    assert np.median(np.abs(events.features["contraction_ms"] - scored[:, 3])) < 0.05


def test_noise_on_the_crest_of_a_twitch_is_not_said_to_be_a_second_peak():
    notes = observe(smooth_twitches(noise_share=0.001), ["evoked-twitch"]).notes
    assert not any("peak" in note for note in notes)
