import numpy as np
import pytest

from involuntary import simulate
from involuntary.errors import ParameterError
from involuntary.simulators.needle import MUSCLES, NeedleParameters, extent, potential


def _units(muscle, n=12):
    random, p = np.random.default_rng(1), NeedleParameters()
    waves = [potential(MUSCLES[muscle], p, random) * 1e6 for _ in range(n)]
    amplitude = np.array([np.ptp(wave) for wave in waves])
    length = np.array([np.diff(extent(wave))[0] for wave in waves]) / (2 * p.sampling_hz) * 1000
    return amplitude, length


def test_units_have_the_published_sizes():
    healthy, neurogenic, myopathic = (_units(muscle) for muscle in MUSCLES)
    # Healthy: 0.2 to 2 mV and 5 to 15 ms.
    low, high = np.percentile(healthy[0], [5, 95])
    assert 200 < low < high < 2000
    assert np.all((healthy[1] > 5) & (healthy[1] < 15))
    for larger, smaller in ((neurogenic, healthy), (healthy, myopathic)):
        assert np.median(larger[0]) > 1.3 * np.median(smaller[0])
        assert np.median(larger[1]) > 1.1 * np.median(smaller[1])


@pytest.mark.parametrize("muscle", sorted(MUSCLES))
def test_the_average_at_the_truth_is_the_potential(muscle):
    recording, (truth,) = simulate("needle", 20, 2, muscle=muscle)
    x, rate = recording.samples(0) * 1e6, recording.channels[0].rate_hz
    for unit in np.unique(truth.features["unit_id"]):
        own = truth[truth.features["unit_id"] == unit]
        # A small unit leaves the baseline by one of its phases only.
        early, n = round(0.005 * rate), int((own.duration_s[0] + 0.01) * rate)
        cuts = [x[round(o * rate) - early : round(o * rate) - early + n] for o in own.onset_s[1:-1]]
        mean = np.mean(cuts, axis=0)
        assert np.ptp(mean) == pytest.approx(own.features["amplitude_uv"][0], rel=0.15, abs=8.0)
        before = np.mean([x[max(0, int(o * rate) - 40) : int(o * rate) - 5].mean() for o in own.onset_s[1:]])
        assert abs(before) < 0.25 * np.ptp(mean)


@pytest.mark.parametrize("seed", [2, 5])
def test_every_unit_that_fires_is_seen_and_told(seed):
    _, (truth,) = simulate("needle", 3, seed, muscle="myopathic", units=8)
    assert np.unique(truth.features["unit_id"]).size == 8
    assert truth.features["amplitude_uv"].min() >= 50


def test_units_fire_at_slight_effort():
    _, (truth,) = simulate("needle", 30, 3)
    for unit in np.unique(truth.features["unit_id"]):
        between = np.diff(truth.onset_s[truth.features["unit_id"] == unit])
        assert 5 < 1 / between.mean() < 25
        assert between.std() / between.mean() == pytest.approx(0.15, abs=0.04)


def test_an_unknown_muscle_is_refused():
    with pytest.raises(ParameterError) as caught:
        simulate("needle", 5, muscle="old")
    assert str(caught.value) == "needle.muscle: must be one of healthy, neurogenic, myopathic; got 'old'"
