import numpy as np
import pytest

from involuntary.detect.oscillation import OscillationRule, detect, epochs, typical_spectrum
from involuntary.dsp.spectrum import peak
from involuntary.model import Channel, ChannelKind, Intervals, Recording
from involuntary.model.recording import ArraySource

RATE = 100.0
RULE = OscillationRule()


def _recording(*axes, kind=ChannelKind.ACCELEROMETER, unit="m/s²", rate=RATE, segments=None):
    channels = tuple(Channel(f"a {n}", kind, unit, rate, a.size) for n, a in zip("xyz", axes, strict=False))
    return Recording("memory", channels, ArraySource(axes), segments or Intervals.empty())


def _time(seconds, rate=RATE):
    return np.arange(round(seconds * rate)) / rate


def _noise(seconds, size=0.01, seed=0):
    return size * np.random.default_rng(seed).standard_normal(round(seconds * RATE))


def test_every_window_of_a_tremor_is_found_with_its_frequency():
    x = np.sin(2 * np.pi * 5.5 * _time(30)) + _noise(30)
    found = detect(_recording(x, 0.2 * x, _noise(30)), 1, RULE)
    assert found.channels == (0, 1, 2)
    np.testing.assert_allclose(found.start_s, np.arange(0, 30, 3))
    assert found.tremor.all()
    np.testing.assert_allclose(found.peak_hz, 5.5)
    assert np.all(found.relative_power > 0.99)
    (epoch,) = epochs(found, found.peak_hz)
    assert (epoch.first, epoch.stop, epoch.frequency_hz) == (0, 10, 5.5)


def test_white_noise_is_not_tremor():
    found = detect(_recording(_noise(9000)), 0, RULE)
    assert found.tremor.mean() < 0.002


def test_drift_is_not_tremor():
    found = detect(_recording(np.cumsum(_noise(9000))), 0, RULE)
    assert found.tremor.mean() < 0.005


@pytest.mark.parametrize("pace_hz", [1.0, 1.5, 1.9, 2.4])
def test_harmonics_of_a_slow_movement_are_not_tremor(pace_hz):
    t = _time(30)
    x = sum(a * np.sin(2 * np.pi * k * pace_hz * t + k) for k, a in ((1, 1.0), (2, 1.6), (3, 0.7), (4, 0.4)))
    found = detect(_recording(x + _noise(30, 0.05)), 0, RULE)
    assert not found.tremor.any()
    assert found.moving.all()


def test_epochs_part_where_the_frequency_jumps_or_tremor_pauses():
    t = _time(9)
    parts = [np.sin(2 * np.pi * 5 * t), np.sin(2 * np.pi * 7 * t), np.zeros(900), np.sin(2 * np.pi * 5 * t)]
    found = detect(_recording(np.concatenate(parts) + _noise(36)), 0, RULE)
    assert [(e.first, e.stop) for e in epochs(found, found.peak_hz)] == [(0, 3), (3, 6), (9, 12)]


def test_windows_do_not_cross_gaps_or_flat_lines():
    x = np.sin(2 * np.pi * 5 * _time(20)) + _noise(20)
    x[1000:1100] = 0.0
    found = detect(_recording(x, segments=Intervals.of((0.0, 5.0), (100.0, 115.0))), 0, RULE)
    assert found.start_s.tolist() == pytest.approx([0.0, 100.0, 106.0, 109.0, 112.0])
    (epoch, *more) = epochs(found, found.peak_hz)
    assert (epoch.first, epoch.stop) == (0, 1)
    assert [(e.first, e.stop) for e in more] == [(1, 2), (2, 5)]


def test_bursts_of_muscle_are_counted_on_the_envelope():
    rate = 2000.0
    t = _time(30, rate)
    gate = (np.mod(5.0 * t, 1) < 0.4) * 1.0
    x = (gate + 0.05) * np.random.default_rng(1).standard_normal(t.size) * 1e-4
    found = detect(_recording(x, kind=ChannelKind.SURFACE_EMG, unit="V", rate=rate), 0, RULE)
    assert found.rate_hz == 200.0
    assert found.tremor.mean() > 0.9
    assert np.median(found.peak_hz) == 5.0


def test_the_envelope_does_not_depend_on_blocks(monkeypatch):
    x = np.random.default_rng(2).standard_normal(30_000)
    recording = _recording(x, kind=ChannelKind.SURFACE_EMG, unit="V", rate=1000.0)
    whole = detect(recording, 0, RULE).stretches[0].samples
    monkeypatch.setattr("involuntary.detect.oscillation._BLOCK", 4001)
    np.testing.assert_allclose(detect(recording, 0, RULE).stretches[0].samples, whole, atol=1e-3)


def test_the_typical_moment_leaves_a_movement_out():
    x = 0.05 * np.sin(2 * np.pi * 8 * _time(30)) + _noise(30)
    x[500:800] += 5 * np.sin(2 * np.pi * 3.5 * _time(3))
    found = detect(_recording(x), 0, RULE)
    assert peak(typical_spectrum(found), 3, 18).frequency_hz == pytest.approx(8, abs=0.05)


def test_what_is_too_short_has_no_window():
    found = detect(_recording(_noise(2)), 0, RULE)
    assert found.start_s.size == 0
    assert typical_spectrum(found) is None
    assert epochs(found, found.peak_hz) == ()
