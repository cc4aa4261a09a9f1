"""Needle EMG: simulated potentials of known size, and every real recording."""

import numpy as np
import pytest

from involuntary.detect.bench import Bench
from involuntary.formats import read
from involuntary.model import Channel, ChannelKind, Recording, State
from involuntary.phenomena.needle import PHENOMENON
from shared_data import shared

RATE = 20_000.0


def _observe(recording):
    return PHENOMENON.observe(Bench(recording))


def _value(measured, what):
    return next(m for m in measured.measurements if m.id.startswith(f"needle-emg.{what}@"))


def _recording(samples, kind=ChannelKind.NEEDLE_EMG, unit="V", rate=RATE):
    return Recording.from_arrays([samples], [Channel("biceps", kind, unit, rate, samples.size)])


def _muscle(amplitude_uv, seconds=8.0, rate_hz=12.0):
    random = np.random.default_rng(0)
    samples = 3e-6 * random.standard_normal(round(seconds * RATE))
    time = np.arange(-6, 6, 1e3 / RATE)
    wave = -np.gradient(np.gradient(np.exp(-((time / 0.6) ** 2))))
    wave *= amplitude_uv * 1e-6 / np.ptp(wave)
    for t in np.arange(0.1, seconds - 0.1, 1 / rate_hz):
        first = round((t + random.uniform(-0.01, 0.01)) * RATE)
        samples[first : first + wave.size] += wave
    return samples


def test_amplitude_rate_and_turns_of_one_unit():
    measured = _observe(_recording(_muscle(600.0)))
    assert _value(measured, "amplitude").value == pytest.approx(600, rel=0.05)
    assert _value(measured, "rate").value == pytest.approx(11.7, rel=0.05)
    # A triphasic potential turns three times, from 420 to 600 µV apart.
    assert _value(measured, "turns_100uv").value == pytest.approx(5 * 12, rel=0.25)
    low, high = _value(measured, "amplitude").interval
    assert low < 600 < high or high - low < 20
    assert {m.unit for m in measured.measurements} == {"µV", "ms", "1", "1/s", "1/(s·µV)"}
    assert measured.events[0].kind == "potential"


def test_the_peak_ratio_by_hand():
    # A square wave of 500 µV that turns 200 times a second in the first half and 400 times in the second.
    count = round(4 * RATE)
    phase = np.cumsum(np.where(np.arange(2 * count) < count, 100.0, 200.0)) / RATE
    found = _value(_observe(_recording(np.where(phase % 1 < 0.5, 250e-6, -250e-6))), "peak_ratio")
    assert found.value == pytest.approx(400 / 500, rel=0.05)


def test_no_disease_and_no_limit_without_a_muscle():
    finding = _observe(_recording(_muscle(9000.0))).findings[0]
    assert finding.state is State.NOT_ASSESSED
    assert finding.rule == (
        "needle-emg: not assessed: limits are published for units of a stated muscle; "
        "here units are not told apart and the muscle is not stated"
    )


def test_few_potentials_are_said_to_be_few():
    measured = _observe(_recording(_muscle(600.0, seconds=1.0)))
    assert _value(measured, "amplitude").quality == "only 10 potentials"


def test_an_unstated_electrode_is_a_needles_only_when_fast():
    samples = _muscle(600.0, seconds=2.0)
    fast = _observe(_recording(samples, kind=ChannelKind.EMG))
    assert "needle-emg: biceps: the electrode is not stated; taken as a needle by its rate" in fast.notes
    slow = _observe(_recording(samples, kind=ChannelKind.EMG, rate=2000.0))
    assert slow.notes == ("needle-emg: biceps not assessed: 2000 Hz is below the 4000 Hz of needle EMG",)
    assert not slow.measurements


def test_counts_are_described_without_turns():
    measured = _observe(_recording(np.rint(_muscle(600.0) * 1e7), unit="count"))
    assert _value(measured, "amplitude").unit == "count"
    assert not any("turn" in m.id for m in measured.measurements)
    assert any("turns not assessed" in note for note in measured.notes)


def _folder(name):
    return sorted(shared("data", name).glob("*.edf"))


def test_every_real_recording_is_measured():
    paths = [*_folder("needle-emg-example"), *_folder("needle-emg-als-myopathy")]
    assert len(paths) == 48
    for path in paths:
        recording = read(path)
        assert recording.channels[0].rate_hz in (4000.0, 23437.5)
        measured = _observe(recording)
        assert len(measured.events[0]) >= 20
        assert all(np.isfinite(m.value) for m in measured.measurements)
        assert {f.state for f in measured.findings} == {State.NOT_ASSESSED}
        clipped = any("clipped, left out" in note for note in measured.notes)
        assert clipped == (path.stem == "N2001A03BB55")


def test_potentials_of_the_neuropathy_are_larger_than_the_healthy_ones():
    healthy, nerve = (
        _observe(read(shared("data", "needle-emg-example", f"emg_{who}.edf"))) for who in ("healthy", "neuropathy")
    )
    for what in ("amplitude", "duration", "turn_amplitude_100uv"):
        assert _value(nerve, what).value > 1.5 * _value(healthy, what).value
    assert "needle-emg: EMG Tib Ant: 24 lone samples mended" in healthy.notes
