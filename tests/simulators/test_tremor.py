import numpy as np
import pytest

from involuntary import simulate
from involuntary.model import ChannelKind


def _acceleration(recording):
    return np.array([recording.samples(c) for c in recording.channels_of(ChannelKind.ACCELEROMETER)])


def _peak(x, rate):
    power = np.abs(np.fft.rfft(x * np.hanning(x.size))) ** 2
    frequency = np.fft.rfftfreq(x.size, 1 / rate)
    power[frequency < 2] = 0
    return frequency[np.argmax(power)], power, frequency


@pytest.mark.parametrize("frequency", [3.0, 5.0, 12.0])
def test_frequency_and_displacement_are_those_asked_for(frequency):
    recording, (truth,) = simulate(
        "tremor", 60, 1, frequency_hz=frequency, amplitude_mm=4, cycle_cv=0, amplitude_cv=0, emg=False,
        accelerometer_noise_m_s2=0, sway_m_s2=0,
    )  # fmt: skip
    a = _acceleration(recording)
    # Along the axis of movement, gravity left out.
    moving = a - a.mean(axis=1, keepdims=True)
    axis = np.linalg.svd(moving, full_matrices=False)[0][:, 0]
    found, _, _ = _peak(axis @ moving, 100.0)
    assert found == pytest.approx(frequency, abs=0.05)
    time = np.arange(moving.shape[1]) / 100.0
    line = 2 * np.abs(np.mean((axis @ moving) * np.exp(-2j * np.pi * frequency * time)))
    assert line / (2 * np.pi * frequency) ** 2 * 1000 == pytest.approx(4.0, rel=0.02)
    assert truth.kind == "tremor"
    assert truth.features["frequency_hz"].tolist() == [frequency]
    assert truth.features["amplitude_mm"].tolist() == [4.0]


def test_the_sensor_feels_gravity():
    recording, _ = simulate("tremor", 60, 2, amplitude_mm=0.1, emg=False)
    assert np.linalg.norm(_acceleration(recording).mean(axis=1)) == pytest.approx(9.80665, rel=0.01)


def test_jitter_spreads_the_line():
    def width(cv):
        recording, _ = simulate("tremor", 100, 3, cycle_cv=cv, emg=False, amplitude_cv=0)
        _, power, frequency = _peak(_acceleration(recording)[1], 100.0)
        near = (frequency > 4) & (frequency < 6)
        share = power[near] / power[near].sum()
        return np.sqrt(np.sum(share * (frequency[near] - np.sum(share * frequency[near])) ** 2))

    assert width(0.1) > 3 * width(0.0)


def test_epochs_are_where_the_truth_says():
    recording, (truth,) = simulate("tremor", 100, 4, epoch_s=15, pause_s=10, emg=False)
    assert truth.onset_s.tolist() == [10, 35, 60, 85]
    moving = _acceleration(recording)[recording.index(truth.channel[0])]
    for onset, stop in zip(truth.onset_s, truth.stop_s, strict=True):
        inside = moving[int((onset + 1) * 100) : int((stop - 1) * 100)]
        before = moving[int((onset - 5) * 100) : int(onset * 100)]
        assert inside.std() > 10 * before.std()


@pytest.mark.parametrize(("phase", "sign"), [(180, -1), (0, 1)])
def test_antagonists_alternate_or_go_together(phase, sign):
    recording, _ = simulate("tremor", 60, 5, antagonist_phase_deg=phase)
    envelope = [
        np.convolve(np.abs(recording.samples(c)), np.ones(80) / 80, "same")
        for c in recording.channels_of(ChannelKind.SURFACE_EMG)
    ]
    assert sign * np.corrcoef(*envelope)[0, 1] > 0.3
