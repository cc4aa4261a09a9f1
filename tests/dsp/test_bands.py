import numpy as np
import pytest
from scipy import fft, signal

from involuntary.dsp.bands import causal, fast_length, response, zero_phase

RATE = 2000.0


def corrected_sos(low, high, order=2):
    """Each pass designed so that two passes are 3 dB down at low and high."""
    shift = (np.sqrt(2) - 1) ** (1 / (2 * order))

    def moved(cutoff, factor):
        return np.arctan(np.tan(np.pi * cutoff / RATE) * factor) * RATE / np.pi

    return np.vstack(
        [
            signal.butter(order, moved(low, shift), "high", fs=RATE, output="sos"),
            signal.butter(order, moved(high, 1 / shift), "low", fs=RATE, output="sos"),
        ]
    )


@pytest.mark.parametrize(("low", "high"), [(20.0, 450.0), (5.0, 50.0), (100.0, 900.0)])
def test_away_from_the_ends_it_is_sosfiltfilt(low, high):
    x = np.random.default_rng(0).normal(size=20001) + 100
    expected = signal.sosfiltfilt(corrected_sos(low, high), x)
    inner = slice(4000, -4000)
    np.testing.assert_allclose(zero_phase(x, RATE, low, high)[inner], expected[inner], atol=1e-9)


def test_a_sine_at_the_cut_off_loses_3_db_and_none_of_its_phase():
    t = np.arange(20000) / RATE
    for cutoff in (20.0, 450.0):
        x = np.sin(2 * np.pi * cutoff * t)
        y = zero_phase(x, RATE, 20.0, 450.0)[4000:-4000]
        assert np.sqrt(np.mean(y**2) / np.mean(x**2)) == pytest.approx(np.sqrt(0.5), rel=0.01)
        assert np.corrcoef(x[4000:-4000], y)[0, 1] > 0.9999


def test_a_side_that_is_not_asked_for_is_left_open():
    gain = response(np.array([0.0, 1.0, 10.0, 100.0, 999.0]), RATE, 0.0, 1000.0, 2)
    assert gain.tolist() == [1.0] * 5
    assert response(np.array([0.0]), RATE, 20.0, 450.0, 2)[0] == 0.0


@pytest.mark.parametrize("n", [0, 1, 2, 7])
def test_very_short_signals_keep_their_length(n):
    assert zero_phase(np.ones(n), RATE, 20.0, 450.0).shape == (n,)


def test_a_ramp_does_not_leave_a_swing_at_the_ends():
    y = zero_phase(np.linspace(0, 1000, 10000), RATE, 20.0, 450.0)
    assert np.max(np.abs(y)) < 1.0


def test_the_causal_filter_is_scipys_and_never_early():
    x = np.zeros(4000)
    x[2000:] = 1.0
    y = causal(x, RATE, 20.0, 450.0)
    assert np.all(y[:2000] == 0)
    assert np.any(zero_phase(x, RATE, 20.0, 450.0)[1900:1999] != 0)
    both = [
        signal.butter(2, 20, "high", fs=RATE, output="sos"),
        signal.butter(2, 450, "low", fs=RATE, output="sos"),
    ]
    np.testing.assert_allclose(y, signal.sosfilt(np.vstack(both), x), atol=1e-12)


def test_fast_lengths_are_those_of_scipy():
    for n in [*range(1, 300), 4097, 99991, 262144, 300001]:
        expected = next(m for m in range(n, 2 * n + 1) if _is_smooth(m)) if n < 5000 else None
        assert fast_length(n) >= n
        assert expected is None or fast_length(n) == expected
    assert fast_length(99991) <= fft.next_fast_len(99991, real=True) * 1.01


def _is_smooth(n):
    for prime in (2, 3, 5):
        while n % prime == 0:
            n //= prime
    return n == 1
