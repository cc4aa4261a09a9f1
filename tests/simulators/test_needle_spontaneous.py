import numpy as np
import pytest

from involuntary import simulate
from involuntary.errors import ParameterError
from involuntary.simulators.needle_spontaneous import ACTIVITIES


@pytest.mark.parametrize("activity", sorted(ACTIVITIES))
def test_the_truth_is_where_the_signal_is(activity):
    recording, (truth,) = simulate("needle-spontaneous", 12, 2, activity=activity, noise_uv=0, amplitude_uv=400)
    samples, rate = np.abs(recording.samples(0)) * 1e6, recording.channels[0].rate_hz
    assert len(truth) >= 1
    inside = np.zeros(samples.size, dtype=bool)
    for onset, stop in zip(truth.onset_s, truth.stop_s, strict=True):
        inside[round(onset * rate) : round(stop * rate) + 1] = True
    assert samples[~inside].max() < 0.06 * samples.max()


def test_myotonic_discharges_wax_and_wane_and_complex_ones_do_not():
    size = {
        activity: simulate("needle-spontaneous", 12, 2, activity=activity, sources_n=1)[1][0].features["amplitude_uv"]
        for activity in ("myotonic", "complex-repetitive")
    }
    assert size["myotonic"].min() < 0.5 * size["myotonic"].max()
    assert size["complex-repetitive"].min() == size["complex-repetitive"].max()


def test_silence_is_nothing_and_an_unknown_activity_is_refused():
    assert len(simulate("needle-spontaneous", 2, 1, activity="silence")[1][0]) == 0
    with pytest.raises(ParameterError, match="must be one of"):
        simulate("needle-spontaneous", 2, 1, activity="tremor")
