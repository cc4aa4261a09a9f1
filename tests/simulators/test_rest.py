import numpy as np
import pytest

from involuntary import simulate


def _bare(**settings):
    recording, truth = simulate("rest", 120, 1, **{"mains_uv": 0, "noise_uv": 0, "resolution_uv": 0, **settings})
    assert truth == ()
    return recording.samples(0) * 1e6


def test_noise_has_the_asked_level_and_is_white():
    x = _bare(noise_uv=5)
    assert x.std() == pytest.approx(5.0, rel=0.01)
    assert abs(np.corrcoef(x[:-1], x[1:])[0, 1]) < 0.01


def test_mains_has_the_asked_level_frequency_and_odd_harmonics():
    x = _bare(mains_uv=20, mains_hz=60)
    assert x.std() == pytest.approx(20.0, rel=0.01)
    power = np.abs(np.fft.rfft(x)) ** 2
    peaks = np.flatnonzero(power > 1e-3 * power.max()) / 120
    assert peaks.tolist() == [60.0, 120.0, 180.0, 300.0, 420.0]


def test_the_baseline_drifts_as_asked():
    x = _bare(drift_uv=200, drift_hz=0.25)
    assert (x.min(), x.max()) == pytest.approx((-200, 200), rel=1e-3)
    assert np.argmax(np.abs(np.fft.rfft(x))) == 120 * 0.25


def test_the_heart_beats_at_its_rate_with_its_height():
    x = _bare(ecg_uv=200, ecg_per_min=80)
    beats = np.flatnonzero((x[1:-1] > 150) & (x[1:-1] > x[:-2]) & (x[1:-1] >= x[2:]))
    assert len(beats) == pytest.approx(160, abs=4)
    assert x.max() == pytest.approx(200, rel=0.1)


def test_movement_is_slow_and_pops_are_fast():
    def share_below_20_hz(x):
        power = np.abs(np.fft.rfft(x)) ** 2
        return power[: 20 * 120].sum() / power.sum()

    assert share_below_20_hz(_bare(movement_uv=300)) > 0.98
    assert share_below_20_hz(_bare(pops_uv=300)) < 0.9


def test_a_signal_beyond_the_range_is_clipped_at_the_stated_ends():
    recording, _ = simulate("rest", 60, 1, ecg_uv=500, range_uv=100)
    channel, x = recording.channels[0], recording.samples(0)
    assert (channel.lowest, channel.highest) == pytest.approx((-100e-6, 100e-6))
    assert np.sum(x == channel.highest) > 100


def test_channels_share_the_room_but_not_the_noise():
    recording, _ = simulate("rest", 60, 1, channels=2, mains_uv=0)
    assert abs(np.corrcoef(recording.samples(0), recording.samples(1))[0, 1]) < 0.02
