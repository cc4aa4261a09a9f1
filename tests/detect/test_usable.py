from dataclasses import replace

import edfio
import numpy as np
import pytest

import involuntary as iv
from involuntary.detect import usable
from involuntary.detect.bench import Bench
from involuntary.detect.usable import UsableRule
from involuntary.dsp.bands import zero_phase
from involuntary.model import Channel, ChannelKind, Events, Intervals, Recording
from involuntary.model.recording import ArraySource
from shared_data import shared
from simulated import mains, with_potentials

RATE = 1000.0


def recording(x, kind=ChannelKind.SURFACE_EMG, rate=RATE, segments=None, **range_):
    channel = Channel("leg", kind, "V", rate, x.size, "µV", **range_)
    if segments is None:
        return Recording.from_arrays([x], [channel])
    return Recording("memory", (channel,), ArraySource((x,)), segments=segments)


def noise(seconds=10.0, seed=0, rms=5e-6):
    return np.random.default_rng(seed).normal(0, rms, round(seconds * RATE))


def found(x, **given):
    return usable.detect(recording(x, **given), 0, UsableRule())


def reasons(result):
    return {name: list(stretches) for name, stretches in result.unusable}


def test_noise_is_usable_to_the_last_sample():
    result = found(noise())
    assert result.unusable == ()
    assert result.fraction == 1.0
    assert result.stretches == Intervals.of((0.0, 10.0))


def test_a_plateau_at_the_recordings_own_extreme_is_clipped_whatever_the_header_says():
    x = noise()
    x[4000:4010] = 80e-6
    x[7000:7003] = 80e-6
    x[8000:8002] = 80e-6  # two equal samples are no plateau
    x[2000:2010] = 60e-6  # nor is one that is not at the extreme
    assert reasons(found(x)) == {"clipped": [pytest.approx((3.995, 4.015)), pytest.approx((6.995, 7.008))]}


def test_two_samples_at_the_end_of_the_range_are_clipped_and_one_is_not():
    x = noise()
    x[3000], x[5000:5002] = 1e-3, 1e-3
    assert reasons(found(x, highest=1e-3))["clipped"] == [pytest.approx((4.995, 5.007))]


def test_a_slow_signal_may_rest_on_its_crest():
    t = np.arange(20000) / RATE
    x = np.round(np.sin(2 * np.pi * 0.5 * t) * 200) / 200
    assert found(x, kind=ChannelKind.ACCELEROMETER).unusable == ()


def test_a_dropped_electrode_is_a_flat_line():
    x = noise()
    x[6000:6400] = x[6000]
    x[8000:8100] = x[8000]  # shorter than 0.25 s
    assert reasons(found(x)) == {"flat line": [pytest.approx((6.0, 6.4))]}
    assert found(x).fraction == pytest.approx(0.96)


def test_silence_is_wholly_unusable():
    assert found(np.zeros(5000)).fraction == 0.0


@pytest.mark.parametrize("length", [7, 64, 997, 1000, 1003, 4096])
def test_the_length_of_the_blocks_does_not_matter(monkeypatch, length):
    x = noise()
    x[1990:2010] = 80e-6
    x[997:1000] = 80e-6
    x[5000:6001] = x[5000]
    whole = found(x)
    monkeypatch.setattr(usable, "_BLOCK", length)
    assert found(x).unusable == whole.unusable
    assert set(reasons(whole)) == {"clipped", "flat line"}


def test_a_gap_is_not_recorded_time_and_margins_stop_at_it():
    x = noise()
    x[4995:5000] = 80e-6
    segments = Intervals.of((0.0, 5.0), (100.0, 105.0))
    result = found(x, segments=segments)
    assert reasons(result) == {"clipped": [pytest.approx((4.99, 5.0))]}
    assert result.stretches.stop_s[-1] == pytest.approx(105.0)
    assert result.fraction == pytest.approx(0.999)


def test_the_summary_holds_no_more_than_the_result_needs():
    summary = Bench(recording(noise())).summary()
    assert summary.duration_s == 10.0
    (channel,) = summary.channels
    assert (channel.name, channel.kind, channel.unit, channel.rate_hz) == ("leg", "surface-emg", "µV", RATE)
    assert channel.usable_fraction == 1.0


def needle(name, folder="needle-emg-als-myopathy"):
    signal = edfio.read_edf(shared("data", folder, name)).signals[0]
    return recording(signal.data * 1e-6, ChannelKind.NEEDLE_EMG, signal.sampling_frequency)


def test_full_scale_stretches_of_a_real_needle_recording_are_marked_and_its_sisters_are_clean():
    result = usable.detect(needle("N2001A03BB55.edf"), 0, UsableRule())
    assert dict(result.unusable)["clipped"].total_s > 13405 / 23437.5 * 0.9
    assert 0.85 < result.fraction < 0.96
    assert usable.detect(needle("N2001A03BB51.edf"), 0, UsableRule()).fraction == 1.0


def test_a_glitch_of_one_sample_is_found_and_a_sharp_potential_is_not_one():
    x = noise()
    x[5000] += 500e-6
    x[7000:7003] += np.array([200e-6, 500e-6, 200e-6])
    assert reasons(found(x)) == {"glitch": [pytest.approx((4.995, 5.006))]}


def test_an_electrode_pop_is_a_step_that_stays():
    x = noise(seconds=60)
    x[30000:] += 800e-6 * np.exp(-np.arange(30000) / 300)
    lost = dict(found(x).unusable)
    ((start, stop),) = lost["electrode pop"]
    assert start < 30.0 < stop < start + 0.4


def test_movement_is_slow_strong_and_rare():
    t = np.arange(60000) / RATE
    x = noise(seconds=60)
    x[20000:22000] += 1e-3 * np.sin(2 * np.pi * 3 * t[20000:22000])
    assert reasons(found(x)) == {"movement": [pytest.approx((20.0, 22.0))]}
    assert found(x, kind=ChannelKind.NEEDLE_EMG).unusable == ()


@pytest.mark.parametrize("signal", ["potentials", "contraction", "wander", "breathing", "mains"])
def test_what_bodies_and_rooms_do_is_no_artefact(signal):
    x, random = 1e6 * noise(seconds=60), np.random.default_rng(1)
    t = np.arange(x.size) / RATE
    if signal == "potentials":
        x, _ = with_potentials(x, RATE, np.arange(0.5, 59, 0.7), seed=2, amplitudes=(300.0, 2000.0))
    elif signal == "contraction":
        x[20000:40000] += zero_phase(random.normal(0, 600, 20000), RATE, 20, 250)
    elif signal == "wander":
        x += np.cumsum(random.normal(0, 1.0, x.size))
    elif signal == "breathing":
        x += 300 * np.sin(2 * np.pi * 0.3 * t)
    else:
        x += mains(x.size, RATE, 50.0)
    assert found(x * 1e-6).unusable == ()


@pytest.mark.parametrize("length", [1, 3000, 7000])
def test_artefacts_do_not_depend_on_the_length_of_the_blocks(monkeypatch, length):
    x = noise(seconds=30)
    x[[4999, 5000, 12345]] += np.array([0, 500e-6, -500e-6])
    x[17000:] += 800e-6 * np.exp(-np.arange(13000) / 300)
    x[22000:23000] += 1e-3 * np.sin(2 * np.pi * 3 * np.arange(1000) / RATE)
    whole = found(x)
    monkeypatch.setattr(usable, "_BLOCK", length)
    assert found(x).unusable == whole.unusable
    assert {"glitch", "electrode pop", "movement"} == set(reasons(whole))


def test_events_that_touch_an_unusable_stretch_are_not_clear_of_it():
    x = noise()
    x[5000] += 500e-6
    events = Events("potential", ("leg",) * 4, np.array([1.0, 4.99, 4.998, 5.01]), np.full(4, 0.01))
    assert found(x).clear(events).onset_s.tolist() == [1.0, 5.01]
    assert len(found(np.zeros(5000)).clear(events)) == 0


def test_the_marker_that_a_real_recorder_wrote_every_1001_samples_is_found():
    result = usable.detect(needle("emg_healthy.edf", "needle-emg-example"), 0, UsableRule())
    at = np.rint((dict(result.unusable)["glitch"].start_s + 0.005) * 4000).astype(int)
    assert np.count_nonzero((at - 999) % 1001 == 0) >= 20


def test_what_follows_a_stimulus_is_an_answer_and_no_pop():
    stimulated, _ = iv.simulate("nerve-conduction", duration=20, seed=1)
    reasons = dict(iv.observe(stimulated, phenomena=["nerve-conduction"]).recording.channels[0].unusable)
    assert set(reasons) == {usable.ANSWERS}
    unmarked = replace(stimulated, annotations=())
    reasons = dict(iv.observe(unmarked, phenomena=["fasciculation"]).recording.channels[0].unusable)
    assert set(reasons) == {"electrode pop"}


def test_the_pulses_of_a_stimulator_are_not_said_to_be_flat_or_clipped():
    pulses = np.zeros(10_000)
    pulses[500::1000] = 5.0
    (summary,) = Bench(recording(pulses, kind=ChannelKind.STIMULUS)).summary().channels
    assert (summary.usable_fraction, summary.unusable) == (1.0, ())
