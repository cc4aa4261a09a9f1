import numpy as np
import pytest

from involuntary.dsp.fourier import circle, ways
from involuntary.dsp.fourier_kernels import place, powers, transform, value


def transformed(signals):
    """Real and imaginary parts of the transform of even and odd samples as one, sixteen signals side by side."""
    n = signals.shape[1] // 2
    even, odd = (np.ascontiguousarray(signals[:, i::2].T, dtype=np.float32).reshape(-1) for i in (0, 1))
    transform(even, odd, circle(2 * n), *ways(n))
    return even, odd, *(table.shape[1] for table, _ in ways(n))


@pytest.mark.parametrize("n", [1, 2, 3, 4, 5, 7, 8, 9, 20, 25, 100, 143, 480, 1000, 2050, 4000])
def test_every_kind_of_length_is_transformed_as_by_numpy(n):
    signals = np.random.default_rng(n).normal(0, 1, (16, 2 * n))
    even, odd, a, b = transformed(signals)
    expected = np.fft.fft(signals[:, ::2] + 1j * signals[:, 1::2], axis=1).T
    ours = (even + 1j * odd).reshape(n, 16)[[place(k, a, b) for k in range(n)]]
    np.testing.assert_allclose(ours, expected, atol=2e-6 * np.abs(expected).max())


@pytest.mark.parametrize("n", [8, 60])
def test_bins_of_the_real_signals_come_out_of_both_halves(n):
    signals = np.random.default_rng(n).normal(0, 1, (16, 2 * n))
    even, odd, a, b = transformed(signals)
    expected, power = np.fft.rfft(signals, axis=1)[:, :n], np.full(16 * n, np.nan, dtype=np.float32)
    powers(even, odd, circle(2 * n), a, b, np.array([[0, 3], [5, n]]), power)
    power = power.reshape(n, 16).T
    assert np.isnan(power[:, 3:5]).all()
    np.testing.assert_allclose(
        np.delete(power, [3, 4], 1), np.delete(np.abs(expected) ** 2, [3, 4], 1), rtol=1e-3, atol=1e-3
    )
    for k in (0, 1, n - 1):
        for lane in (0, 15):
            assert value(even, odd, circle(2 * n), a, b, k, lane) == pytest.approx(expected[lane, k], abs=1e-4)
