import numpy as np
import pytest

from involuntary import simulate
from involuntary.errors import ParameterError


def test_potentials_stand_where_the_truth_says():
    clean = {"noise_uv": 0, "mains_uv": 0, "resolution_uv": 0, "doublet_fraction": 0, "sampling_hz": 10000}
    recording, (truth,) = simulate("fasciculation", 300, 1, **clean)
    x, rate = recording.samples(0), recording.channels[0].rate_hz
    alone = np.flatnonzero(np.diff(truth.onset_s) > 0.05)[1:]
    alone = alone[np.diff(truth.onset_s)[alone - 1] > 0.05]
    assert alone.size > 100
    for i in alone:
        start, stop = truth.onset_s[i], truth.stop_s[i]
        inside = x[int(start * rate) : int(stop * rate) + 2]
        assert np.ptp(inside) * 1e6 == pytest.approx(truth.features["amplitude_uv"][i], rel=0.01)
        # Outside of it nothing of more than the level that defines its length.
        around = x[int((start - 0.01) * rate) : int(start * rate)]
        assert np.max(np.abs(around)) <= 0.06 * np.max(np.abs(inside))


def test_rate_amplitude_and_duration_are_those_asked_for():
    _, (truth,) = simulate("fasciculation", 3600, 2, per_min=30, units=40, doublet_fraction=0)
    assert len(truth) == pytest.approx(1800, rel=0.1)
    amplitude, duration = truth.features["amplitude_uv"], truth.duration_s * 1000
    assert 35 < amplitude.min() < 60
    assert 200 < amplitude.max() < 340
    assert 8 <= duration.min() < duration.max() <= 14
    intervals = np.diff(truth.onset_s)
    assert intervals.std() / intervals.mean() == pytest.approx(1.0, abs=0.1)


def test_intervals_can_be_regular_and_paired():
    _, (regular,) = simulate("fasciculation", 1200, 3, interval_cv=0.2, doublet_fraction=0)
    intervals = np.diff(regular.onset_s)
    assert intervals.std() / intervals.mean() == pytest.approx(0.2, abs=0.03)
    _, (paired,) = simulate("fasciculation", 1200, 3, per_min=10, doublet_fraction=0.5)
    assert np.mean(np.diff(paired.onset_s) < 0.1) == pytest.approx(1 / 3, abs=0.06)


def test_a_unit_shows_on_every_channel_and_is_true_on_one():
    recording, (truth,) = simulate("fasciculation", 120, 4, channels=3, noise_uv=0, mains_uv=0)
    assert set(truth.channel) <= {"EMG 1", "EMG 2", "EMG 3"}
    rate = recording.channels[0].rate_hz
    for i in range(len(truth)):
        cut = slice(max(0, int((truth.onset_s[i] - 0.005) * rate)), int((truth.stop_s[i] + 0.005) * rate))
        heights = [np.ptp(recording.samples(c)[cut]) for c in range(3)]
        assert min(heights) > 0
        assert np.isclose(max(heights), heights[recording.index(truth.channel[i])], rtol=0.3)


def test_no_rate_is_rest():
    recording, (truth,) = simulate("fasciculation", 10, 5, per_min=0)
    assert len(truth) == 0
    assert recording.samples(0).std() * 1e6 == pytest.approx(np.hypot(5, 5), rel=0.05)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"noise_uv": -1}, "fasciculation.noise_uv: must not be negative; got -1.0"),
        ({"sampling_hz": 0}, "fasciculation.sampling_hz: must be above zero; got 0.0"),
        (
            {"amplitude_min_uv": 500},
            "fasciculation.amplitude_min_uv: must not be above amplitude_max_uv; got 500.0; amplitude_max_uv is 300.0",
        ),
    ],
)
def test_impossible_parameters_are_refused(settings, message):
    with pytest.raises(ParameterError) as caught:
        simulate("fasciculation", 10, **settings)
    assert str(caught.value) == message
