import numpy as np
import pytest
from scipy.optimize import nnls

from involuntary.dsp.unmix import Kernel, unmixed


def _wave(width, order=1):
    t = np.arange(-30, 31) / width
    return (-t if order == 1 else 1 - t * t) * np.exp(-0.5 * t * t)


def _sum(n, copies):
    out = np.zeros(n)
    for wave, shift, gain in copies:
        out[shift : shift + wave.size] += gain * wave
    return out


def test_weights_are_those_of_scipy():
    random = np.random.default_rng(0)
    wave = _wave(4.0)
    samples = _sum(200, [(wave, 20, 1.0), (wave, 27, 0.8), (wave, 90, 2.0)]) + 0.01 * random.standard_normal(200)
    columns = np.stack([_sum(200, [(wave, k, 1.0)]) for k in range(200 - wave.size + 1)], axis=1)
    expected, left = nnls(columns, samples)
    weights, explained = unmixed(samples, Kernel(wave[None]), least=0.0)
    assert 1 - left**2 / (samples @ samples) == pytest.approx(explained, abs=0.005)
    assert columns @ weights[0] == pytest.approx(columns @ expected, abs=0.1)
    assert np.all(weights >= 0)


@pytest.mark.parametrize("between", [10, 30])
def test_copies_much_closer_than_their_length_are_told_apart(between):
    wave = _wave(4.0)
    shifts = [20 + between * k for k in range(6)]
    samples = _sum(400, [(wave, shift, 1.0) for shift in shifts])
    weights, explained = unmixed(samples, Kernel(wave[None]), least=0.005)
    assert np.flatnonzero(weights[0] > 0.6).tolist() == shifts
    assert explained > 0.99


def test_two_units_share_one_stretch():
    one, other = _wave(4.0), _wave(3.0, order=2)
    samples = _sum(200, [(one, 30, 1.0), (other, 36, 0.7), (one, 80, 1.1)])
    weights, explained = unmixed(samples, Kernel(np.stack([one, other])), least=0.03)
    assert explained > 0.99
    assert weights[0].sum() == pytest.approx(2.1, abs=0.1)
    assert weights[1].sum() == pytest.approx(0.7, abs=0.1)


def test_nothing_explains_nothing_and_noise_little():
    kernel = Kernel(_wave(4.0)[None])
    weights, explained = unmixed(np.zeros(100), kernel)
    assert not weights.any()
    assert explained == 0.0
    noise = np.random.default_rng(1).standard_normal(300)
    assert unmixed(0.01 * noise, kernel)[1] < 0.2
