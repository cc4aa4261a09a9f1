import numpy as np
import pytest

import naive
from involuntary.dsp.envelope import rms_envelope, smoothed

RATE = 2000.0


@pytest.mark.parametrize("half_width", [1, 2, 3, 10, 11])
@pytest.mark.parametrize("n", [1, 5, 40, 300])
def test_smoothing_is_that_of_the_slow_twin(half_width, n):
    x = np.random.default_rng(n).normal(size=n) ** 2
    np.testing.assert_allclose(smoothed(x, half_width), naive.smoothed(x, half_width), atol=1e-12)


def test_the_envelope_of_a_sine_is_its_root_mean_square():
    x = 10 * np.sin(2 * np.pi * 200 * np.arange(4000) / RATE)
    assert rms_envelope(x, RATE, 0.05)[500:-500] == pytest.approx(10 / np.sqrt(2), rel=0.02)


def test_the_envelope_peaks_where_the_event_is():
    for half_width_ms in (10.0, 11.0, 20.0):
        x = np.zeros(2001)
        x[1000] = 1.0
        envelope = rms_envelope(x, RATE, half_width_ms / 1e3)
        assert abs(np.mean(np.flatnonzero(envelope == envelope.max())) - 1000) <= 0.5
        np.testing.assert_allclose(envelope[900:1101], envelope[900:1101][::-1], atol=1e-9)


def test_a_burst_of_30_ms_is_not_lengthened_by_half_as_a_10_hz_envelope_does():
    x = np.zeros(4000)
    x[2000:2060] = np.random.default_rng(0).choice([-1.0, 1.0], 60)
    envelope = rms_envelope(x, RATE, 0.010)
    assert np.count_nonzero(envelope > envelope.max() / np.sqrt(2)) / RATE == pytest.approx(0.030, abs=0.002)
