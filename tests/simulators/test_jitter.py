import numpy as np
import pytest

from involuntary import simulate


def _seen_us(recording, around_s):
    """Time of each potential's peak in the signal, between two samples, in microseconds."""
    x, rate = recording.samples(0), recording.channels[0].rate_hz
    peaks = []
    for at in around_s:
        first = round((at - 0.0003) * rate)
        k = first + int(np.argmax(x[first : first + round(0.0006 * rate)]))
        before, top, after = x[k - 1 : k + 2]
        peaks.append(1e6 * (k + 0.5 * (before - after) / (before - 2 * top + after)) / rate)
    return np.array(peaks)


@pytest.mark.parametrize("asked_us", [0.0, 50.0])
@pytest.mark.parametrize("stimulated", [True, False])
def test_the_jitter_that_is_asked_for_is_in_the_signal(asked_us, stimulated):
    recording, (truth,) = simulate("jitter", 60, 1, jitter_us=asked_us, stimulated=stimulated, rate_hz=10, noise_uv=0)
    differences = []
    for site in np.unique(truth.features["unit_id"]):
        own = truth[truth.features["unit_id"] == site]
        one, two = (own.onset_s[own.features["fibre"] == fibre] + 0.0003 for fibre in (0, 1))
        if stimulated:
            begin = np.array([mark.onset_s for mark in recording.annotations if mark.text == "stimulus"])
            latency = _seen_us(recording, one) - 1e6 * begin[(begin > one[0] - 0.05) & (begin < one[-1])]
        else:
            latency = _seen_us(recording, two) - _seen_us(recording, one)
        differences.append(np.abs(np.diff(latency)))
    assert np.mean(np.concatenate(differences)) == pytest.approx(asked_us, rel=0.03, abs=1.0)


def test_without_a_jitter_asked_for_it_is_that_of_the_junction():
    _, (healthy,) = simulate("jitter", 100, 1)
    _, (ill,) = simulate("jitter", 100, 1, junction="myasthenic")
    assert 10 < np.median(healthy.features["mcd_us"]) < 60
    assert np.nanmedian(ill.features["mcd_us"]) > 1.3 * np.median(healthy.features["mcd_us"])
