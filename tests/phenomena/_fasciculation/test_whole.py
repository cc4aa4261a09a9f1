import numpy as np

from involuntary.model import Events
from involuntary.phenomena._fasciculation.whole import whole


def _events(peak_ms, size, length_ms=8.0):
    peak = np.asarray(peak_ms, dtype=float) / 1000
    n = peak.size
    features = {"peak_s": peak, "snr": np.asarray(size, dtype=float), "phases": np.full(n, 2.0)}
    return Events("potential", ("a",) * n, peak - length_ms / 2000, np.full(n, length_ms / 1000), features)


def test_parts_that_follow_without_a_pause_are_one_and_the_larger_gives_its_time():
    found = whole(_events([100, 110, 400], [5, 9, 7]), 0.015, 0.0025)
    assert np.allclose(found.features["peak_s"], [0.110, 0.400])
    assert np.allclose(found.onset_s, [0.096, 0.396])
    assert np.allclose(found.duration_s, [0.018, 0.008])
    assert found.features["phases"].tolist() == [4.0, 2.0]


def test_a_pause_or_a_longer_interval_parts_them():
    assert len(whole(_events([100, 114], [5, 9], 8.0), 0.015, 0.0025)) == 2
    assert len(whole(_events([100, 116], [5, 9], 16.0), 0.015, 0.0025)) == 2
    assert len(whole(_events([], []), 0.015, 0.0025)) == 0
