import numpy as np
import pytest

import involuntary as iv
from involuntary.model import State
from shared_data import shared

_NAMED = {
    "fibrillation": "HP:0010546",
    "positive-sharp-wave": "HP:0030007",
    "fasciculation": "HP:0002380",
    "myotonic": "HP:0100284",
    "complex-repetitive": "HP:0003457",
}


def _observed(recording):
    return iv.observe(recording, phenomena=["spontaneous-activity"])


@pytest.mark.parametrize("activity", sorted(_NAMED))
def test_each_activity_is_named_and_nothing_else(activity):
    recording, (truth,) = iv.simulate("needle-spontaneous", 20, 4, activity=activity)
    shown = _observed(recording)
    assert [(f.term.id, f.state) for f in shown.findings] == [(_NAMED[activity], State.PRESENT)]
    (finding,) = shown.findings
    assert finding.because
    assert finding.source is not None
    assert len(shown.events[0]) >= 0.8 * len(truth) / (1 if activity != "complex-repetitive" else 2)


@pytest.mark.parametrize("activity", ["end-plate", "silence"])
def test_what_healthy_muscle_does_at_rest_is_no_finding(activity):
    recording, _ = iv.simulate("needle-spontaneous", 20, 1, activity=activity)
    assert [f.state for f in _observed(recording).findings] == [State.NOT_ASSESSED]


@pytest.mark.parametrize("muscle", ["healthy", "neurogenic", "myopathic"])
@pytest.mark.parametrize("units", [1, 5])
def test_a_willed_contraction_is_indeterminate(muscle, units):
    recording, _ = iv.simulate("needle", 10, 3, muscle=muscle, units=units, interval_cv=0.1)
    (finding,) = _observed(recording).findings
    assert finding.state is State.NOT_ASSESSED
    assert "rest" in finding.rule or "no potential" in finding.rule or "end-plate" in finding.rule


def test_nothing_is_named_in_people_who_contract():
    folder = shared("data", "needle-emg-example")
    for name in ("healthy", "neuropathy", "myopathy"):
        (finding,) = _observed(iv.read(folder / f"emg_{name}.edf")).findings
        assert finding.state is State.NOT_ASSESSED
        assert "may not have been at rest" in finding.rule


RATE = 20_000


def needle(samples):
    channel = iv.Channel("TA", iv.ChannelKind.NEEDLE_EMG, "V", RATE, samples.size)
    return iv.Recording.from_arrays([samples], [channel])


@pytest.mark.parametrize("height_uv", [150, 500])
def test_a_contact_that_jumps_and_recovers_is_no_fasciculation(height_uv):
    random = np.random.default_rng(3)
    samples = 4e-6 * random.standard_normal(20 * RATE)
    for at in np.arange(1.0, 19.0, 1.6):
        after = np.arange(round(0.5 * RATE)) / RATE
        first = round(at * RATE)
        jump = random.choice([-1, 1]) * height_uv * 1e-6 * np.exp(-after / random.uniform(0.02, 0.1))
        samples[first : first + after.size] += jump[: samples.size - first]
    assert [f.state for f in _observed(needle(samples)).findings] == [State.NOT_ASSESSED]


@pytest.mark.parametrize("seed", range(4))
def test_a_complex_that_is_found_in_parts_is_still_repetitive(seed):
    random = np.random.default_rng(seed)
    parts = [(random.uniform(1, 9), random.uniform(0.15, 0.35), random.choice([-1, 1])) for _ in range(7)]
    rate = random.uniform(15, 60)
    samples = 4e-6 * random.standard_normal(12 * RATE)
    for at in np.concatenate([np.arange(1.0, 5.0, 1 / rate), np.arange(6.5, 11.0, 1 / rate)]):
        near = np.arange(round(at * RATE), round((at + 0.014) * RATE))
        late = (near / RATE - at) * 1e3
        for place, width, sign in parts:
            first = np.exp(-(((late - place) / width) ** 2) / 2)
            second = np.exp(-(((late - place - 0.6) / width / 1.5) ** 2) / 2)
            samples[near] += 150e-6 * sign * (first - 0.4 * second)
    (finding,) = _observed(needle(samples)).findings
    assert finding.state is State.PRESENT
    assert "complex repetitive" in finding.rule


@pytest.mark.parametrize(("ends_uv", "state"), [(0.0, State.PRESENT), (15.0, State.NOT_ASSESSED)])
def test_a_steady_short_unit_with_slow_ends_is_no_fibre(ends_uv, state):
    random = np.random.default_rng(5)
    samples = 2e-6 * random.standard_normal(12 * RATE)
    at = 0.3
    while at < 11.8:
        near = np.arange(round((at - 0.02) * RATE), round((at + 0.02) * RATE))
        late = (near / RATE - at) * 1e3
        spike = np.exp(-((late / 0.3) ** 2) / 2) - 0.5 * np.exp(-(((late - 0.9) / 0.4) ** 2) / 2)
        samples[near] += 1e-6 * (400 * spike - ends_uv * np.exp(-((late / 8) ** 2) / 2))
        at += random.normal(0.1, 0.007)
    (finding,) = _observed(needle(samples)).findings
    assert finding.state is state


def test_a_steady_willed_unit_of_a_healthy_person_is_no_fibre():
    recording = iv.read(shared("data", "needle-emg-als-myopathy") / "N2001C03BB51.edf")
    assert [f.state for f in _observed(recording).findings] == [State.NOT_ASSESSED]
