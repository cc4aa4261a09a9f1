"""Thresholds, indices and what must not be called spastic."""

from dataclasses import replace

import numpy as np
import pytest

from involuntary.model import Channel, ChannelKind, Recording, State
from involuntary.phenomena import observe
from involuntary.simulators import simulate

RATE = 2000.0


def read(recording, **settings):
    observation = observe(recording, ["spasticity"], {k: str(v) for k, v in settings.items()})
    return {m.id.split(".", 1)[1].split("@")[0]: m for m in observation.measurements}, observation


def moved(active, n=14, seed=0, noise_uv=5.0, scale=1e-6, unit="V", sign=1.0, torque=None):
    """Ramps of 30 to 250 deg/s; `active` gives, for a speed, seconds from the start of the ramp to the EMG's onset."""
    random = np.random.default_rng(seed)
    speeds = random.permutation(np.linspace(30, 250, n))
    starts = 2.0 + 9.0 * np.arange(n)
    time = np.arange(round((starts[-1] + 9) * RATE)) / RATE
    knots = np.concatenate(
        [[s, s + 100 / v, s + 100 / v + 1, s + 100 / v + 4] for s, v in zip(starts, speeds, strict=True)]
    )
    angle = np.interp(time, knots, np.tile([30.0, 130, 130, 30], n))
    emg = random.normal(0, noise_uv, time.size)
    for start, speed in zip(starts, speeds, strict=True):
        late = active(speed)
        if late is not None:
            on = (time >= start + late) & (time < start + 100 / speed + 0.05)
            emg[on] += random.normal(0, 60, int(on.sum()))
    arrays = [sign * angle, scale * emg]
    channels = [
        Channel("elbow", ChannelKind.ANGLE, "deg", RATE, time.size),
        Channel("biceps", ChannelKind.SURFACE_EMG, unit, RATE, time.size),
    ]
    if torque is not None:
        arrays.append(torque * np.abs(np.gradient(angle) * RATE))
        channels.append(Channel("torque", ChannelKind.TORQUE, "N·m", RATE, time.size))
    return Recording.from_arrays(arrays, channels)


def reflex(threshold=100.0, per_speed=0.15):
    return lambda speed: max(threshold - per_speed * speed - 30, 1) / speed


@pytest.mark.parametrize("seed", [0, 1, 2])
@pytest.mark.parametrize(("threshold", "per_speed"), [(100.0, 0.15), (80.0, 0.1)])
def test_the_tonic_threshold_within_two_degrees_from_20_stretches(threshold, per_speed, seed):
    found, observation = read(moved(reflex(threshold, per_speed), n=20, seed=seed))
    assert found["tonic_threshold"].value == pytest.approx(threshold, abs=2)
    low, high = found["tonic_threshold"].interval
    assert low < found["tonic_threshold"].value < high
    assert found["velocity_dependence"].value == pytest.approx(-per_speed, abs=0.02)
    # The median speed at onset is that of the middle of the ramps, 140 deg/s; the interval is of twenty angles.
    assert found["dynamic_threshold"].value == pytest.approx(threshold - 140 * per_speed, abs=3)
    low, high = found["dynamic_threshold"].interval
    assert low < found["dynamic_threshold"].value < high
    (finding,) = observation.findings
    assert finding.state is State.PRESENT
    assert finding.term.id == "HP:0001257"


def test_the_direction_of_the_angle_and_the_gain_do_not_matter():
    for recording, sign in ((moved(reflex(), sign=-1.0), -1), (moved(reflex(), scale=1.0, unit="count"), 1)):
        found, observation = read(recording)
        assert found["tonic_threshold"].value == pytest.approx(sign * 100, abs=2)
        assert observation.findings[0].state is State.PRESENT


def test_the_simulator_is_read_back():
    recording, (truth,) = simulate("spasticity", duration=170, seed=1)
    found, observation = read(recording)
    assert found["tonic_threshold"].value == pytest.approx(95, abs=2)
    (events,) = observation.events
    assert len(events) >= 0.9 * len(truth)
    assert np.all(np.diff(events.onset_s) > 0)


@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_a_muscle_that_stays_silent_is_not_spastic(sign):
    found, observation = read(moved(lambda _: None, sign=sign))
    assert observation.findings[0].state is State.EXCLUDED
    assert found["answered"].value == 0


def test_a_silent_muscle_beside_one_that_answers_is_not_excluded():
    one = moved(reflex())
    silent = replace(one.channels[1], name="triceps")
    samples = np.random.default_rng(9).normal(0, 5e-6, silent.n_samples)
    both = Recording.from_arrays([one.samples(0), one.samples(1), samples], [*one.channels, silent])
    _, observation = read(both)
    assert [f.state for f in observation.findings] == [State.PRESENT, State.NOT_ASSESSED]
    assert "an antagonist of it is shortened" in observation.findings[1].rule


def test_mains_does_not_hide_the_onset():
    clean = moved(reflex(), n=20)
    time = np.arange(clean.channels[1].n_samples) / RATE
    hum = clean.samples(1) + 60e-6 * np.sin(2 * np.pi * 50 * time)
    found, _ = read(Recording.from_arrays([clean.samples(0), hum], clean.channels))
    assert found["answered"].value == 100
    assert found["tonic_threshold"].value == pytest.approx(100, abs=2)


def test_a_muscle_that_moves_the_limb_is_left_out():
    _, observation = read(moved(lambda _: -0.08))
    assert all(f.state is not State.PRESENT for f in observation.findings)
    assert any("active before the limb moved" in note for note in observation.notes)


def test_activity_that_does_not_come_sooner_with_speed_is_no_stretch_reflex():
    later = {"constant angle": lambda v: 60 / v, "at random": lambda v: (20 + 70 * ((v * 7.3) % 1)) / v}
    for active in later.values():
        _, observation = read(moved(active))
        assert all(f.state is not State.PRESENT for f in observation.findings)


def test_few_or_slow_stretches_exclude_nothing():
    _, observation = read(moved(lambda _: None, n=4))
    assert observation.findings[0].state is State.NOT_ASSESSED


def test_tardieu_torque_and_the_reference():
    found, _ = read(moved(reflex(), torque=0.02), reference_uv=600)
    assert found["resistance_slope"].value == pytest.approx(0.02, rel=0.1)
    assert found["resistance_slope"].unit == "N·m/(deg/s)"
    assert found["r2"].value == pytest.approx(130, abs=3)
    assert found["dynamic_component"].value < 6
    passed = 60 * np.sqrt(430 / 1000)  # of white noise up to 1 kHz, from 20 to 450 Hz
    assert found["reflex_rms"].value == pytest.approx(passed, rel=0.05)
    assert found["reflex_share"].value == pytest.approx(passed / 6, rel=0.05)


def test_an_antagonist_that_is_half_as_active_coactivates_by_two_thirds():
    alone = moved(reflex())
    samples = [alone.samples(0), alone.samples(1), 0.5 * alone.samples(1)]
    channels = [*alone.channels, replace(alone.channels[1], name="triceps")]
    found, _ = read(Recording.from_arrays(samples, channels))
    assert found["coactivation"].value == pytest.approx(200 * 0.5 / 1.5, abs=1)
    assert "coactivation" not in read(alone)[0]


@pytest.mark.parametrize(("damping", "state"), [(0.09, State.EXCLUDED), (0.14, State.EXCLUDED), (0.3, State.PRESENT)])
def test_the_pendulum_against_its_limits(damping, state):
    recording, (truth,) = simulate("spasticity", duration=30, seed=1, test="pendulum", damping_ratio=damping)
    found, observation = read(recording)
    assert found["relaxation_index"].value == pytest.approx(truth.features["relaxation_index"][0], rel=0.01)
    assert found["damping"].value == pytest.approx(damping, rel=0.05)
    (finding,) = observation.findings
    assert finding.state is state
    assert "relaxation index < 1.498 (50 healthy adults, 21 to 67 years)" in finding.rule


def test_a_braked_swing_is_spastic():
    recording, (truth,) = simulate("spasticity", duration=30, seed=1, test="pendulum", brake_share=1)
    found, observation = read(recording)
    assert found["relaxation_index"].value == pytest.approx(truth.features["relaxation_index"][0], rel=0.03)
    assert observation.findings[0].state is State.PRESENT
