import numpy as np
import pytest

from involuntary.simulators import simulate


def test_the_gyroscope_turns_by_the_size_of_each_movement():
    recording, (truth,) = simulate("chorea", 30, 1, gyroscope_noise_deg_s=0)
    turned = np.array([recording.samples(c) for c in range(3)])
    for onset, length, size in zip(truth.onset_s, truth.duration_s, truth.features["size_deg"], strict=True):
        inside = turned[:, round((onset - 0.01) * 100) : round((onset + length + 0.01) * 100)]
        assert np.linalg.norm(inside.sum(axis=1)) / 100 == pytest.approx(size, rel=0.02)
    assert np.all(truth.onset_s[1:] >= truth.stop_s[:-1])


def test_the_accelerometer_feels_gravity_and_the_movement():
    recording, _ = simulate("chorea", 60, 1)
    felt = np.array([recording.samples(c) for c in range(3, 6)])
    assert np.linalg.norm(felt.mean(axis=1)) == pytest.approx(9.80665, rel=0.02)
    assert 0.1 < np.sqrt(np.sum(felt.var(axis=1))) < 20
