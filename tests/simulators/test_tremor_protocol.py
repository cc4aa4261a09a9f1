"""The examination: what each kind of tremor does in each condition, against the protocol and an own spectrum."""

import numpy as np
import pytest

from involuntary import simulate
from involuntary.errors import ParameterError

RATE = 100.0


def _peak(recording, hand, condition, low_hz=2.0):
    """Give frequency and amplitude in mm of the strongest line of a hand in a condition."""
    mark = next(a for a in recording.annotations if a.text == condition)
    first, stop = round((mark.onset_s + 2) * RATE), round((mark.onset_s + mark.duration_s - 2) * RATE)
    a = np.stack([recording.samples(recording.index(f"{hand} hand {axis}"), first, stop) for axis in "xyz"])
    a -= a.mean(axis=1, keepdims=True)
    axis = np.linalg.svd(a, full_matrices=False)[0][:, 0]
    frequency = np.fft.rfftfreq(a.shape[1], 1 / RATE)
    line = np.abs(np.fft.rfft((axis @ a) * np.hanning(a.shape[1]))) * 4 / a.shape[1]
    near = np.where(frequency > low_hz, line, 0)
    top = frequency[int(np.argmax(near))]
    size = np.sqrt(np.sum(line[np.abs(frequency - top) < 0.6] ** 2) / 1.5) / (2 * np.pi * top) ** 2 * 1e3
    return top, size


def test_a_load_slows_a_physiological_tremor_and_hardly_an_essential_one():
    for kind, low, high in (("physiological", 2.0, 3.0), ("essential", 0.0, 0.6)):
        recording, _ = simulate("tremor-protocol", 60, 1, kind=kind, protocol="posture, load 500 g", amplitude_mm=1)
        free, loaded = (_peak(recording, "right", text)[0] for text in ("posture", "load 500 g"))
        assert low <= free - loaded <= high


def test_a_parkinsonian_tremor_is_largest_at_rest():
    recording, (truth,) = simulate("tremor-protocol", 60, 2, kind="parkinsonian", protocol="rest, posture", cycle_cv=0)
    (_, rest), (_, held) = (_peak(recording, "right", text) for text in ("rest", "posture"))
    assert rest == pytest.approx(5.0, rel=0.1)
    assert held == pytest.approx(1.5, rel=0.1)
    right = [c.startswith("right") for c in truth.channel]
    assert truth.features["amplitude_mm"][right].tolist() == [5.0, 1.5]


def test_a_cerebellar_tremor_grows_towards_its_targets():
    recording, _ = simulate(
        "tremor-protocol", 30, 3, kind="cerebellar", protocol="kinetic", reach_mm=0, sway_m_s2=0, cycle_cv=0
    )
    a = np.stack([recording.samples(i, 200, 2800) for i in range(3)])
    power = np.sum((a - a.mean(axis=1, keepdims=True)) ** 2, axis=0)
    phase = np.mod(np.arange(200, 2800) / RATE, 1.5) / 1.5
    assert power[np.abs(phase - 0.5) > 0.4].mean() > 4 * power[np.abs(phase - 0.5) < 0.15].mean()


def test_a_functional_tremor_follows_the_other_hand_and_pauses():
    recording, _ = simulate("tremor-protocol", 60, 4, kind="functional", protocol="tapping 3 Hz, ballistic")
    assert _peak(recording, "right", "tapping 3 Hz")[0] == pytest.approx(3.9, abs=0.1)
    assert _peak(recording, "left", "tapping 3 Hz")[0] == pytest.approx(3.9, abs=0.1)
    a = np.stack([recording.samples(i, 3000, 6000) for i in range(3)])
    size = np.linalg.norm(a - a.mean(axis=1, keepdims=True), axis=0)
    since = np.mod(np.arange(3000) / RATE - 2.5, 5.0)
    assert size[since < 1.0].mean() < 0.4 * size[since > 2.0].mean()


def test_an_essential_tremor_goes_its_own_way():
    recording, _ = simulate("tremor-protocol", 30, 5, protocol="tapping 3 Hz")
    assert _peak(recording, "right", "tapping 3 Hz")[0] == pytest.approx(6.5, abs=0.2)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"kind": "odd"}, "must be one of parkinsonian"),
        ({"protocol": "rest, postur"}, "knows rest, posture.*did you mean 'posture'"),
        ({"protocol": "tapping"}, "tapping needs a rate"),
    ],
)
def test_refusals(settings, message):
    with pytest.raises(ParameterError, match=message):
        simulate("tremor-protocol", 10, 1, **settings)
