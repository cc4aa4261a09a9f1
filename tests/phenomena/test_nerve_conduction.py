"""Nerves of known velocity, block and number of units."""

from dataclasses import replace

import numpy as np
import pytest

from involuntary.model import Channel, ChannelKind, Recording, State
from involuntary.model.recording import Annotation
from involuntary.phenomena import PHENOMENA, observe
from involuntary.simulators import simulate


def read(recording, **settings):
    observation = observe(recording, ["nerve-conduction"], {k: str(v) for k, v in settings.items()})
    found = {m.id.split(".", 1)[1].split("@")[0]: m for m in observation.measurements}
    return found, {f.term.id: f for f in observation.findings}


def simulated(duration=12, **settings):
    return simulate("nerve-conduction", duration=duration, seed=1, **settings)[0]


@pytest.mark.parametrize("velocity", [30.0, 45.0, 60.0])
@pytest.mark.parametrize(("sampling_hz", "noise_uv"), [(20000, 3), (5000, 30)])
def test_motor_velocity_latency_and_amplitude(velocity, sampling_hz, noise_uv):
    found, _ = read(simulated(velocity_m_s=velocity, sampling_hz=sampling_hz, noise_uv=noise_uv))
    assert found["velocity"].value == pytest.approx(velocity, rel=0.03)
    assert found["latency"].value == pytest.approx(3.7, abs=0.1)
    assert found["amplitude"].value == pytest.approx(10.2, rel=0.02)
    assert found["block"].value == pytest.approx(0, abs=1)


@pytest.mark.parametrize(
    ("settings", "term", "state"),
    [
        ({}, "HP:0003431", State.EXCLUDED),
        ({"velocity_m_s": 40}, "HP:0003431", State.PRESENT),
        # 47.5 m/s lies between the limits of two laboratories, 47 and 47.9.
        ({"velocity_m_s": 47.5}, "HP:0003431", State.NOT_ASSESSED),
        ({"amplitude_mv": 2.5}, "HP:0033383", State.PRESENT),
        ({"block_share": 0.6}, "HP:0012078", State.PRESENT),
        ({"block_share": 0.3}, "HP:0012078", State.EXCLUDED),
        ({"distal_ms": 5.2}, "HP:0040131", State.PRESENT),
        ({}, "HP:0040131", State.EXCLUDED),
        # Of a decreased velocity no abnormal velocity is excluded, whatever the latency.
        ({"velocity_m_s": 40}, "HP:0040131", State.NOT_ASSESSED),
    ],
)
def test_each_measure_is_held_against_the_limits_of_its_nerve(settings, term, state):
    _, findings = read(simulated(**settings))
    assert findings[term].state is state
    assert "velocity < 47 m/s (median; 249 healthy subjects)" in findings["HP:0003431"].rule


def test_a_nerve_without_norms_is_measured_and_not_called():
    found, findings = read(simulated(nerve="musculocutaneous", velocity_m_s=30))
    assert found["velocity"].value == pytest.approx(30, rel=0.02)
    assert findings["HP:0003431"].state is State.NOT_ASSESSED
    assert "names a nerve that has limits" in findings["HP:0003431"].rule


def test_limits_for_an_age_and_sex_hold_for_them_alone():
    slow = simulated(nerve="tibial", velocity_m_s=40)
    unknown = read(slow)[1]["HP:0003431"]
    assert unknown.state is State.NOT_ASSESSED
    assert unknown.rule.endswith(
        "the limits of the tibial nerve hold for certain people: --set nerve-conduction.age_years=…,"
        " --set nerve-conduction.sex=…"
    )
    assert read(slow, age_years=25, sex="male")[1]["HP:0003431"].state is State.PRESENT


@pytest.mark.parametrize("test", ["motor", "sensory"])
def test_of_marks_that_come_after_their_stimuli_nothing_is_called(test):
    rate, at = 10000.0, 0.5 + 0.9 * np.arange(8)
    time = np.arange(80_000) / rate
    samples = 1e-6 * np.random.default_rng(2).standard_normal(time.size)
    for number, moment in enumerate(at):
        since = time - moment
        wave = np.clip((since - (0.0035 if number < 4 else 0.0075)) / 0.012, 0, 1)
        samples += 8e-3 * np.sin(2 * np.pi * wave) * np.sin(np.pi * wave)
        samples += np.where(since >= 0, 2e-3 * np.exp(-np.maximum(since, 0) / 3e-4), 0)
    channel = Channel("median sensory" if test == "sensory" else "APB", ChannelKind.SURFACE_EMG, "V", rate, time.size)

    def said(late_s):
        marks = [
            Annotation(t + late_s, 0.0, f"stimulus {('wrist 70', 'elbow 290')[i > 3]} mm") for i, t in enumerate(at)
        ]
        return read(Recording.from_arrays([samples], [channel], annotations=marks))[1].values()

    assert not any("before the marks" in finding.rule for finding in said(0.0))
    late = said(0.002)
    assert {finding.state for finding in late} == {State.NOT_ASSESSED}
    assert any("a sharp pulse comes 2.0 ms before the marks of the stimuli" in finding.rule for finding in late)


def test_a_sensory_nerve_by_distance_and_latency():
    found, findings = read(simulated(test="sensory", velocity_m_s=50))
    assert found["velocity"].value == pytest.approx(50, rel=0.03)
    assert found["amplitude"].value == pytest.approx(25, rel=0.1)
    assert found["amplitude"].unit == "µV"
    assert findings["HP:0003448"].state is State.EXCLUDED
    assert read(simulated(test="sensory", velocity_m_s=38))[1]["HP:0003448"].state is State.PRESENT


def artefacts(
    response_v, latency_s, tail_s, rate=10_000.0, n=20, name="sural", mark="stimulus calf 140 mm",
    length_s=0.0024, mains_v=0.0, height_v=2e-3, late_s=0.0,
):  # fmt: skip
    """A response like one period of a sine, behind artefacts with an exponential tail, and noise of 3 µV."""
    random = np.random.default_rng(1)
    time = np.arange(round((n + 2) * rate)) / rate
    samples = random.normal(0, 3e-6, time.size) + mains_v * np.sin(2 * np.pi * 50 * time + 1.0)
    marks = []
    for at in 1.0 + np.arange(n) + random.uniform(0, 1e-3, n):
        near = slice(round(at * rate) - 5, round((at + 0.02) * rate))
        since = time[near] - at
        begun = since - late_s
        tail = height_v * np.where(begun < 0.0002, 1.0, -0.4 * np.exp(-begun / tail_s))
        wave = np.sin(2 * np.pi * np.clip((since - latency_s) / length_s, 0, 1))
        samples[near] += np.where(begun >= 0, tail, 0.0) + response_v * wave
        marks.append(Annotation(float(at), 0.0, mark))
    channel = Channel(name, ChannelKind.SURFACE_EMG, "V", rate, time.size)
    return Recording.from_arrays([samples], [channel], annotations=marks)


@pytest.mark.parametrize("rate", [10_000.0, 20_000.0])
@pytest.mark.parametrize("tail_s", [0.0004, 0.0009])
def test_the_tail_of_an_artefact_does_not_hide_a_sensory_response(tail_s, rate):
    found, _ = read(artefacts(20e-6, 0.0028, tail_s, rate))
    assert found["latency"].value == pytest.approx(2.8, abs=0.15)
    assert found["amplitude"].value == pytest.approx(20, rel=0.1)


@pytest.mark.parametrize("rate", [5_000.0, 10_000.0, 20_000.0])
@pytest.mark.parametrize("noise_uv", [2.0, 5.0])
def test_a_short_sensory_potential_begins_where_it_does_at_any_rate(rate, noise_uv):
    for seed in range(3):
        random = np.random.default_rng(seed)
        samples = noise_uv * 1e-6 * random.standard_normal(round(13 * rate))
        marks = []
        for at in 1.0 + 0.5 * np.arange(20) + random.uniform(0, 1 / rate, 20):
            near = np.arange(round(at * rate), round((at + 0.02) * rate))
            since = (near / rate - at) * 1e3 - 2.55
            wave = np.where((since > 0) & (since < 1.6), np.sin(np.pi * since / 1.28) * np.exp(-since / 2), 0.0)
            samples[near] += 25e-6 * wave
            marks.append(Annotation(float(at), 0.0, "stimulus wrist 140 mm"))
        channel = Channel("median SNAP", ChannelKind.SURFACE_EMG, "V", rate, samples.size)
        found, _ = read(Recording.from_arrays([samples], [channel], annotations=marks))
        assert found["latency"].value == pytest.approx(2.55, abs=0.1), (seed, rate)


@pytest.mark.parametrize("mains_v", [10e-6, 30e-6])
def test_mains_in_step_with_the_stimuli_does_not_spoil_a_sensory_response(mains_v):
    found, _ = read(artefacts(20e-6, 0.0028, 0.0004, mains_v=mains_v))
    assert found["latency"].value == pytest.approx(2.8, abs=0.15)
    assert found["amplitude"].value == pytest.approx(20, rel=0.05)


@pytest.mark.parametrize("tail_s", [0.0003, 0.0006])
def test_at_2_khz_an_artefact_between_two_samples_does_not_move_the_motor_latency(tail_s):
    found, _ = read(
        artefacts(
            9e-3, 0.0034, tail_s, 2000.0, 5, "median APB", "stimulus wrist 70 mm", 0.012, height_v=8e-3, late_s=0.0003
        )
    )
    assert found["latency"].value == pytest.approx(3.4, abs=0.1)


def test_a_velocity_that_no_nerve_has_is_not_called_normal():
    _, findings = read(artefacts(20e-6, 0.0028, 0.0004, mark="stimulus calf 300 mm"))
    assert findings["HP:0003448"].state is State.NOT_ASSESSED
    assert "no human nerve is faster than 90 m/s" in findings["HP:0003448"].rule


def test_an_amplitude_in_counts_is_held_against_no_limit_in_millivolts():
    one = simulated()
    counts = replace(one.channels[0], unit="count", lowest=-np.inf, highest=np.inf)
    counted = Recording.from_arrays([1e7 * one.samples(0)], [counts], annotations=one.annotations)
    found, findings = read(counted)
    assert found["amplitude"].unit == "count"
    assert findings["HP:0033383"].state is State.NOT_ASSESSED
    assert "its limits are in mV, not in count" in findings["HP:0033383"].rule
    assert findings["HP:0003431"].state is State.EXCLUDED


def test_a_scan_counts_units_and_is_no_train():
    many = simulated(120, test="scan", stimuli_per_s=3, units_n=80, sampling_hz=5000)
    few = simulated(120, test="scan", stimuli_per_s=3, units_n=12, sampling_hz=5000)
    of_many, of_few = read(many)[0], read(few)[0]
    assert 50 < of_many["scan_units"].value < 120
    assert of_few["scan_units"].value < 30
    assert of_few["scan_d50"].value < of_many["scan_d50"].value
    assert not PHENOMENA.get("transmission-failure").concerns(many)


def test_the_unit_number_index_reads_marked_efforts():
    rate, units = 5000.0, 40
    time = np.arange(round(60 * rate)) / rate
    samples = np.random.default_rng(0).normal(0, 1e-6, time.size)
    wave = np.sin(2 * np.pi * np.arange(50) / 50)
    marks = [Annotation(0.5, 0.0, "stimulus"), Annotation(1.5, 0.0, "stimulus")]
    for at in (0.504, 1.504):
        samples[round(at * rate) : round(at * rate) + 50] += 8e-3 * wave
    for effort in range(25):
        start = 2.0 + 2 * effort
        marks.append(Annotation(start, 0.5, f"SIP {effort + 1}"))
        for k in range(49):
            if k < 25 + effort:
                first = round((start + 0.0102 * k) * rate)
                samples[first : first + 50] += 8e-3 / units * wave
    channel = Channel("abductor pollicis brevis", ChannelKind.SURFACE_EMG, "V", rate, time.size)
    recording = Recording.from_arrays([samples], [channel], annotations=marks)
    found, _ = read(recording, reference_mv=5, least_factor=0.1)
    assert found["munix"].value == pytest.approx(units, rel=0.1)
    assert found["musix"].value == pytest.approx(16e3 / units, rel=0.1)
    assert found["munix"].n == 25


def test_without_marks_nobody_asks_and_who_asks_is_told():
    channel = Channel("apb", ChannelKind.SURFACE_EMG, "V", 2000.0, 4000)
    calm = Recording.from_arrays([np.random.default_rng(0).normal(0, 1e-6, 4000)], [channel])
    assert not [f for f in observe(calm).findings if f.phenomenon == "nerve-conduction"]
    assert "no marks" in next(iter(read(calm)[1].values())).rule


def test_a_cold_limb_is_not_called_slow():
    slow = simulated(velocity_m_s=40)
    assert read(slow, temperature_c=33)[1]["HP:0003431"].state is State.PRESENT
    cold = read(slow, temperature_c=27)[1]["HP:0003431"]
    assert cold.state is State.NOT_ASSESSED
    assert "below 31 °C" in cold.rule
    assert read(simulated(amplitude_mv=2.0), temperature_c=27)[1]["HP:0033383"].state is State.PRESENT


def test_the_fibular_nerve_has_limits_by_any_of_its_names():
    for name in ("fibular", "peroneal", "edb"):
        findings = read(simulated(nerve=name, velocity_m_s=31))[1]
        assert findings["HP:0003431"].state is State.PRESENT


def test_the_interval_of_a_scan_holds_the_units_whatever_their_spread():
    inside = 0
    for seed, spread in enumerate((1.0, 1.3, 1.65, 2.0, 2.5, 1.0, 2.5, 1.65)):
        settings = {"test": "scan", "units_n": 40, "units_cv": 0.2, "stimuli_per_s": 10, "sampling_hz": 5000}
        recording, _ = simulate("nerve-conduction", duration=40, seed=seed, relative_spread_percent=spread, **settings)
        units = read(recording)[0]["scan_units"]
        # The effective number of units whose sizes vary by 0.2.
        inside += units.interval[0] < 40 / 1.04 < units.interval[1]
    assert inside >= 7


def test_a_nerve_that_is_misspelt_is_said_to_be_unknown():
    said = "no limits of its own are known for the nerve 'medain' (did you mean 'median'?)"
    told = observe(simulated(), ["nerve-conduction"], {"nerve-conduction.nerve": "medain"})
    assert any(said in note for note in told.notes)
    told = observe(simulated(), ["nerve-conduction"], {"nerve-conduction.nerve": "APB"})
    assert any(f.term.id == "HP:0003431" and f.state is State.EXCLUDED for f in told.findings)
    assert not any("no limits" in note for note in told.notes)


def motor(responses, *, n=5, seed=0, rate=20_000.0, name="R APB", limit_v=np.inf, beside=None, marks=None, apart_s=1.0):
    """Give a recording of a motor study: (mark, latency in s, size in V) of each site, and what runs beside it."""
    times = 2.0 + apart_s * np.arange(n * len(responses))
    time = np.arange(round((times[-1] + 2) * rate)) / rate
    samples = np.random.default_rng(seed).normal(0, 4e-6, time.size)
    annotations = []
    for at, (mark, latency, size) in zip(times, (one for one in responses for _ in range(n)), strict=True):
        inside = (time > at + latency) & (time < at + latency + 0.01)
        samples[inside] += size * np.sin(2 * np.pi * (time[inside] - at - latency) / 0.01)
        annotations.append(Annotation(float(at), 0.0, mark))
    samples += 0 if beside is None else beside(time)
    channel = Channel(name, ChannelKind.SURFACE_EMG, "V", rate, samples.size)
    clipped = np.clip(samples, -limit_v, limit_v)
    return Recording.from_arrays([clipped], [channel], annotations=[*annotations, *(marks or [])])


WRIST, ELBOW = ("stimulus wrist 70 mm", 0.0035, 9e-3), ("stimulus elbow 290 mm", 0.0076, 8.8e-3)


@pytest.mark.parametrize("name", ["R APB", "APB_left", "EMG APB 1", "Abductor pollicis brevis", "median"])
def test_the_nerve_is_known_by_its_muscle_wherever_it_stands_in_the_name(name):
    assert read(motor([WRIST, ELBOW], name=name))[1]["HP:0003431"].state is State.EXCLUDED


def heart(time):
    beats = np.arange(0.4, time[-1], 0.83)
    return sum(1e-3 * np.exp(-(((time - beat) / 0.012) ** 2)) for beat in beats)


def sway(time):
    return sum(
        2e-3 * np.exp(-(((time - at) / 0.15) ** 2)) * np.sin(6 * np.pi * (time - at))
        for at in np.arange(2, time[-1], 3.1)
    )


@pytest.mark.parametrize("beside", [heart, sway])
@pytest.mark.parametrize("n", [2, 5, 10])
def test_the_heart_or_a_movement_beside_the_stimuli_is_no_response(beside, n):
    nothing = [(mark, latency, 0.0) for mark, latency, _ in (WRIST, ELBOW)]
    found, findings = read(motor(nothing, beside=beside, n=n, apart_s=1.37))
    assert not found
    assert {f.state for f in findings.values()} == {State.NOT_ASSESSED}
    assert f"no response that repeats stands out of the noise at wrist ({n} stimuli)" in findings["HP:0003431"].rule


def test_a_site_that_nothing_answers_is_said_and_is_no_normal_nerve():
    found, findings = read(motor([WRIST, ("stimulus elbow 290 mm", 0.0, 0.0)]))
    assert found["amplitude"].value == pytest.approx(9, rel=0.02)
    for term in ("HP:0003431", "HP:0012078"):
        assert findings[term].state is State.NOT_ASSESSED
        assert "at elbow (5 stimuli): none is there, the stimulus did not reach the nerve" in findings[term].rule


def test_a_clipped_response_has_a_velocity_and_no_size():
    _, findings = read(motor([WRIST, ELBOW], limit_v=2.5e-3))
    assert findings["HP:0003431"].state is State.EXCLUDED
    for term in ("HP:0033383", "HP:0012078"):
        assert findings[term].state is State.NOT_ASSESSED
        assert "beyond the recorder's range, at wrist (5 of 5), elbow (5 of 5)" in findings[term].rule


@pytest.mark.parametrize(
    ("responses", "said"),
    [
        ([("stimulus wrist", *WRIST[1:]), ("stimulus elbow", *ELBOW[1:])], "no distance is marked at wrist, elbow"),
        ([WRIST], "one site alone was stimulated; two are needed, with their distances"),
        (
            [("stimulus wrist 290 mm", *WRIST[1:]), ("stimulus elbow 70 mm", *ELBOW[1:])],
            "wrist, 220 mm further than elbow, is answered sooner: look at sites and distances",
        ),
        ([("stimulus 70 mm", *WRIST[1:]), ("stimulus 70 mm", *ELBOW[1:])], "responses at nerve differ from each other"),
        ([("stimulus wrist 70 mm", 0.0035, size) for size in (1e-3, 4e-3, 9e-3)], "differ from each other"),
    ],
)
def test_a_velocity_that_is_not_there_says_why(responses, said):
    _, findings = read(motor(responses, n=4))
    assert findings["HP:0003431"].state is State.NOT_ASSESSED
    assert said in findings["HP:0003431"].rule


def test_a_muscle_beside_the_one_that_answers_says_nothing():
    one = motor([WRIST, ELBOW])
    other = replace(one.channels[0], name="TA")
    both = Recording.from_arrays(
        [one.samples(0), np.random.default_rng(1).normal(0, 4e-6, other.n_samples)],
        [one.channels[0], other],
        annotations=one.annotations,
    )
    assert not any("TA" in f.rule for f in observe(both, ["nerve-conduction"]).findings)


def test_a_limb_of_unknown_warmth_that_is_slow_is_said_to_be():
    slow = simulated(velocity_m_s=40)
    assert "skin temperature not stated" in read(slow)[1]["HP:0003431"].rule
    assert "skin temperature" not in read(slow, temperature_c=33)[1]["HP:0003431"].rule


def test_an_effort_without_a_duration_is_said_not_to_be_read():
    recording = motor([WRIST], marks=[Annotation(1.0, 0.0, "SIP")])
    assert any("without a duration" in note for note in observe(recording, ["nerve-conduction"]).notes)


def test_every_response_is_an_event_with_its_latency_and_size():
    (events,) = observe(motor([WRIST, ELBOW]), ["nerve-conduction"]).events
    assert (events.kind, len(events)) == ("response", 10)
    assert events.features["latency_ms"] == pytest.approx(np.repeat([3.5, 7.6], 5), abs=0.05)
    assert events.features["amplitude_mv"] == pytest.approx(np.repeat([9.0, 8.8], 5), rel=0.02)
    assert events.onset_s[0] == pytest.approx(2.0035, abs=1e-4)
