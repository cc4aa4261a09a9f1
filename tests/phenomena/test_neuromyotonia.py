"""Simulated accuracy: figures here say how the rule does on generated signals, nothing about people."""

import numpy as np
import pytest

import involuntary as iv
from involuntary.detect.bench import Bench
from involuntary.model import Channel, ChannelKind, Recording, State
from involuntary.phenomena.neuromyotonia import PHENOMENON
from shared_data import shared


def _observe(recording, **settings):
    return PHENOMENON.observe(Bench(recording), {k: str(v) for k, v in settings.items()})


def _value(measured, name):
    return next(m.value for m in measured.measurements if m.id == f"neuromyotonia.{name}")


@pytest.mark.parametrize("settings", [{}, {"active_units": 1}, {"active_units": 2, "noise_uv": 15}])
def test_irregular_bursts_of_single_units_are_neuromyotonia(settings):
    measured = _observe(iv.simulate("neuromyotonia", 60, 1, **settings)[0])
    (finding,) = measured.findings
    assert finding.state is State.PRESENT
    assert finding.term.id == "HP:0034351"
    assert finding.because


def test_bursts_in_rhythm_are_myokymic():
    measured = _observe(iv.simulate("neuromyotonia", 60, 1, rhythm="grouped", active_units=1, burst_hz=3)[0])
    (finding,) = measured.findings
    assert (finding.state, finding.term.id) == (State.PRESENT, "HP:0100288")
    assert _value(measured, "burst_interval") == pytest.approx(0.34, abs=0.05)
    assert _value(measured, "burst_interval_cv") < 0.3


def test_rate_size_decrement_and_growth_are_those_simulated():
    recording, (truth,) = iv.simulate("neuromyotonia", 120, 2, active_units=1)
    measured = _observe(recording)
    n, rate = truth.features["n"], truth.features["rate_hz"]
    large = (n >= 3) & (rate >= 30)
    assert _value(measured, "rate_within") == pytest.approx(np.median(rate[large]), rel=0.1)
    assert _value(measured, "discharges") == pytest.approx(np.median(n[large]), abs=1)
    assert _value(measured, "decrement") == pytest.approx(100 * (1 - 0.97 ** (np.median(n[large]) - 1)), abs=6)
    assert _value(measured, "interval_growth") == pytest.approx(1.08 ** (np.median(n[large]) - 2), abs=0.15)
    assert _value(measured, "share_150_to_300") < _value(measured, "share_30_to_300") <= 1


@pytest.mark.parametrize(
    ("name", "settings"),
    [
        ("voluntary", {"pattern": "phasic"}),
        ("voluntary", {"pattern": "phasic", "excitation_percent": 5, "on_s": 1, "off_s": 2}),
        ("voluntary", {"excitation_percent": 2}),
        ("myoclonus", {}),
        ("hemifacial-spasm", {}),
        ("fasciculation", {"doublet_fraction": 0.2}),
        ("rest", {"ecg_uv": 300}),
        ("rest", {"pops_uv": 300, "movement_uv": 1000}),
    ],
)
def test_what_mixes_units_is_not_named(name, settings):
    measured = _observe(iv.simulate(name, 60, 2, **settings)[0])
    assert measured.findings[0].state is State.NOT_ASSESSED
    assert measured.events == ()


@pytest.mark.parametrize("name", ["emg.csv", "emg_1.csv"])
def test_real_voluntary_bursts_are_none(name):
    path = shared("data", "voluntary-surface-emg", name)
    recording = iv.read(path, iv.ReadOptions(rate_hz=1000.0, kinds={path.stem + "_adc": "surface-emg:count"}))
    assert _observe(recording).findings[0].state is State.NOT_ASSESSED


def test_after_discharges_are_timed_for_each_rate_of_stimulation():
    recording, _ = iv.simulate("neuromyotonia", 60, 1, burst_hz=0.01, stimulus_hz=5, after_discharge_s=1.5)
    measured = _observe(recording)
    assert _value(measured, "after_discharge_5hz") == pytest.approx(1.5, abs=0.2)
    assert any("after-discharges: 1." in note for note in measured.notes)
    recording, _ = iv.simulate("neuromyotonia", 60, 1, burst_hz=0.01, stimulus_hz=1, after_discharge_s=0)
    measured = _observe(recording)
    assert _value(measured, "after_discharge_1hz") == 0
    assert any("no after-discharges at 1 Hz" in note for note in measured.notes)


def test_counts_do_not_need_a_gain():
    recording, _ = iv.simulate("neuromyotonia", 60, 1, active_units=1)
    counts = np.rint(recording.samples(0) / 0.5e-6)
    channel = Channel("EMG", ChannelKind.SURFACE_EMG, "count", 2000.0, counts.size)
    assert _observe(Recording.from_arrays([counts], [channel])).findings[0].state is State.PRESENT


def _slow(rate_hz, groups, seed=1):
    """Doublets to octets of one unit, isolated, over noise."""
    random, at = np.random.default_rng(seed), 2.0
    time = np.arange(-0.01, 0.01, 1 / 2000) / 0.0015
    wave = 200e-6 * (1 - time**2) * np.exp(-(time**2) / 2)
    x = 4e-6 * random.standard_normal(2000 * 130)
    for k in groups:
        for i in range(k):
            first = round((at + i / rate_hz) * 2000)
            x[first : first + wave.size] += wave
        at += (k - 1) / rate_hz + random.uniform(1.5, 2.5)
    return Recording.from_arrays([x], [Channel("hand", ChannelKind.SURFACE_EMG, "V", 2000.0, x.size)])


@pytest.mark.parametrize("rate_hz", [5, 25])
def test_slow_trains_of_a_unit_that_repeats_them_are_handed_on_and_not_named(rate_hz):
    groups = [2, 3, 4, 5, 6, 7, 8] * 4
    measured = _observe(_slow(rate_hz, groups))
    assert all(finding.state is not State.PRESENT for finding in measured.findings)
    (trains,) = measured.events
    assert trains.features["n"].tolist() == groups
    assert trains.features["rate_hz"] == pytest.approx(np.full(28, rate_hz), rel=0.05)


def test_a_few_slow_trains_may_be_chance_and_are_kept_back():
    assert _observe(_slow(5, [2] * 25 + [3] * 5)).events == ()
