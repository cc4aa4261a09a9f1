"""Cepstral coefficients against a slow reading of their definition."""

import numpy as np
import pytest

from involuntary.dsp.cepstrum import cepstral_coefficients


def _slowly(spectrum, spacing_hz, highest_hz, filters, coefficients):
    mel = np.linspace(0, 64.875 * np.log10(1 + highest_hz / 17.5), filters + 2)
    points = [round(17.5 * (10 ** (m / 64.875) - 1) / spacing_hz) + 1 for m in mel]
    energy = []
    for j in range(filters):
        start, stop = points[j], points[j + 2]
        centre, half = (start + stop - 1) / 2, (stop - start + 1) // 2
        weights = [1 - abs(i - centre) / half for i in range(start, stop)]
        total = sum(w * spectrum[i] for w, i in zip(weights, range(start, stop), strict=True))
        energy.append(np.log10(total / (sum(weights) * spacing_hz) + 1e-10))
    found = []
    for k in range(coefficients):
        scale = np.sqrt((1 if k == 0 else 2) / filters)
        found.append(scale * sum(e * np.cos(np.pi * k * (2 * j + 1) / (2 * filters)) for j, e in enumerate(energy)))
    return found


@pytest.mark.parametrize("spacing_hz", [0.5, 0.25])
def test_is_the_cosine_transform_of_the_log_energies(spacing_hz):
    spectra = np.random.default_rng(0).exponential(size=(4, round(50 / spacing_hz) + 1))
    ours = cepstral_coefficients(spectra, spacing_hz)
    theirs = [_slowly(s, spacing_hz, 25.0, 15, 12) for s in spectra]
    np.testing.assert_allclose(ours, theirs, atol=1e-12)


def test_scale_moves_the_first_coefficient_only():
    spectrum = np.random.default_rng(1).exponential(size=101)
    change = cepstral_coefficients(1000 * spectrum, 0.5) - cepstral_coefficients(spectrum, 0.5)
    np.testing.assert_allclose(change, [3 * np.sqrt(15)] + [0] * 11, atol=1e-6)


def test_silence_is_finite():
    assert np.all(np.isfinite(cepstral_coefficients(np.zeros(101), 0.5)))
