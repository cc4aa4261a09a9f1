import math

import numpy as np
import pytest

from involuntary.dsp.scales import RAYLEIGH_MEDIAN, magnitudes

RATE, FRAME, WIDTHS = 2000.0, 40, (0.0004, 0.0008, 0.0016, 0.0032)


def _magnitudes(wave):
    return magnitudes(wave, FRAME, WIDTHS, 450.0)


@pytest.mark.parametrize("row", range(4))
def test_a_sine_in_the_middle_of_the_band_has_its_amplitude(row):
    t = np.arange(8000) / RATE
    (step, values) = _magnitudes(30 * np.sin(2 * np.pi * t / (2 * np.pi * WIDTHS[row])))[row]
    assert values[500 : values.size - 500] == pytest.approx(30.0, rel=0.01)
    assert values.size == math.floor(8000 / step)


@pytest.mark.parametrize("order", [0, 1, 2])
def test_a_wave_of_one_two_or_three_phases_shows_once_and_where_it_is(order):
    t = (np.arange(8192) - 5000) / RATE
    x, s = t / 0.0016, np.zeros(8192)
    s = {0: 1 + 0 * x, 1: -x, 2: 1 - x**2}[order] * np.exp(-(x**2) / 2)
    step, values = _magnitudes(s)[2]
    top = int(np.argmax(values))
    assert top * step == pytest.approx(5000, abs=3)
    peaks = (values[1:-1] > values[:-2]) & (values[1:-1] >= values[2:]) & (values[1:-1] > 0.5 * values[top])
    assert np.count_nonzero(peaks) == 1


@pytest.mark.parametrize("power", [0.0, 0.5, 1.0])
def test_in_noise_of_any_colour_magnitudes_follow_rayleighs_law(power):
    rng = np.random.default_rng(4)
    spectrum = np.fft.rfft(rng.standard_normal(400_000))
    spectrum[1:] /= np.arange(1, spectrum.size) ** power
    spectrum[:4000] = 0
    for _, values in _magnitudes(np.fft.irfft(spectrum)):
        deviation = np.median(values) / RAYLEIGH_MEDIAN
        for r in (1.0, 2.0, 3.0):
            assert np.mean(values > r * deviation) == pytest.approx(np.exp(-(r**2) / 2), rel=0.12)


def test_nothing_depends_on_where_a_piece_ends():
    x = np.random.default_rng(5).standard_normal(3 * 4000 + 777)
    for (_, whole), (_, part) in zip(_magnitudes(x), _magnitudes(x[4000:]), strict=True):
        first = whole.size - part.size
        assert np.allclose(whole[first + 200 :], part[200:], atol=2e-3 * whole.max())
