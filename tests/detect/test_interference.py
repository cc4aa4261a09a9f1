import numpy as np
import pytest

from involuntary.detect.interference import peaks_hz
from simulated import recording


def test_peaks_above_rest_are_counted_whatever_their_sign():
    rate = 2000.0
    wave = 100 * np.sin(2 * np.pi * 80 * np.arange(8000) / rate)
    assert peaks_hz(recording(wave, rate), 0, 0.5, 3.5, 5.0) == pytest.approx(160, abs=2)
    assert peaks_hz(recording(wave, rate), 0, 0.5, 3.5, 50.0) == 0.0
    assert peaks_hz(recording(-wave, rate), 0, 0.5, 3.5, 5.0) == pytest.approx(160, abs=2)
