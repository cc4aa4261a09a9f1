"""The stability index against the synthetic cases of its publication, and the filter against SciPy's."""

import numpy as np
import pytest
from scipy import signal

from involuntary.dsp.stability import band_passed, cycle_frequency_hz, main_direction, stability_index_hz
from involuntary.errors import ParameterError

RATE, SECONDS = 1000, 100
TIME = np.arange(RATE * SECONDS) / RATE
TONE = np.sqrt(2) * np.sin(2 * np.pi * 5 * TIME)


def _index(samples):
    return stability_index_hz([band_passed(samples[None], RATE, 3, 7, 2)[0]], RATE)[0]


def test_a_pure_tone_has_index_0():
    index, cycles = stability_index_hz([band_passed(TONE[None], RATE, 3, 7, 2)[0]], RATE)
    assert index == pytest.approx(0, abs=1e-6)
    assert cycles in (499, 500)


@pytest.mark.parametrize(("ratio_db", "published"), [(20, 0.012), (10, 0.038), (0, 0.113)])
def test_white_noise_raises_it_as_published(ratio_db, published):
    noise = np.random.default_rng(5).standard_normal((3, TIME.size)) * 10 ** (-ratio_db / 20)
    assert np.mean([_index(TONE + n) for n in noise]) == pytest.approx(published, rel=0.12)


def test_random_cycle_lengths_raise_it_as_published():
    frequency = 5 + 0.1 * np.random.default_rng(6).standard_normal((3, 600))
    indices = []
    for f in frequency:
        phase = np.interp(TIME, np.concatenate([[0], np.cumsum(1 / f)]), np.arange(601))
        indices.append(_index(np.sin(2 * np.pi * phase)))
    assert np.mean(indices) == pytest.approx(0.106, rel=0.12)


def test_changes_are_not_taken_across_stretches():
    slow, fast = np.sin(2 * np.pi * 4 * TIME[:5000]), np.sin(2 * np.pi * 6 * TIME[:5000])
    assert stability_index_hz([slow, fast], RATE)[0] == pytest.approx(0, abs=1e-9)
    assert np.isnan(stability_index_hz([slow[:900]], RATE)[0])
    assert stability_index_hz([], RATE)[1] == 0


def test_a_crossing_is_found_between_samples():
    np.testing.assert_allclose(cycle_frequency_hz(np.sin(2 * np.pi * 7.3 * TIME[:3000] + 1), RATE), 7.3, rtol=1e-3)


@pytest.mark.parametrize("order", [1, 2, 3])
def test_the_filter_is_scipys_run_forth_and_back(order):
    samples = np.random.default_rng(7).standard_normal((2, 20_000))
    sos = signal.butter(order, [3, 7], "bandpass", fs=RATE, output="sos")
    ours, theirs = band_passed(samples, RATE, 3, 7, order), signal.sosfiltfilt(sos, samples)
    np.testing.assert_allclose(ours[:, 3000:-3000], theirs[:, 3000:-3000], atol=1e-6)


def test_the_main_direction_is_where_it_moves():
    direction = np.array([0.6, -0.8, 0.0])
    samples = direction[:, None] * TONE[:2000] + 0.01 * np.random.default_rng(8).standard_normal((3, 2000))
    np.testing.assert_allclose(main_direction(samples), -direction, atol=0.01)


def test_a_band_beyond_half_of_the_rate_is_refused():
    with pytest.raises(ParameterError) as refused:
        band_passed(np.zeros((1, 100)), 10.0, 3.0, 7.0, 2)
    assert str(refused.value) == "the band: must lie between 0 and 5 Hz; got 3 to 7 Hz"
