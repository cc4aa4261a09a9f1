import numpy as np
import pytest

from involuntary.dsp.colour import flattened, foreseen

HOP, LAG = 4000, 2


def coloured(share, n=40000, seed=1):
    """Noise of which each sample is foreseen by the one LAG before, to that share."""
    x = np.random.default_rng(seed).standard_normal(n)
    for i in range(LAG, n):
        x[i] += share * x[i - LAG]
    return x


@pytest.mark.parametrize("share", [0.4, 0.7, 0.95])
def test_the_share_is_that_with_which_the_noise_was_made(share):
    assert foreseen(coloured(share), HOP, LAG) == pytest.approx(np.full(9, share), abs=0.06)


def test_white_noise_and_silence_foresee_nothing():
    assert not np.any(foreseen(coloured(0.0), HOP, LAG))
    assert not np.any(foreseen(np.zeros(40000), HOP, LAG))


def test_events_do_not_change_the_share():
    x = coloured(0.7)
    busy = x.copy()
    for at in range(500, 40000, 2000):
        busy[at : at + 20] += 40 * np.sin(np.linspace(0, 2 * np.pi, 20))
    assert foreseen(busy, HOP, LAG) == pytest.approx(foreseen(x, HOP, LAG), abs=0.05)


def test_flattened_noise_is_what_was_put_in():
    x = coloured(0.8)
    flat = flattened(x, np.full(9, 0.8), HOP, LAG)
    assert flat[LAG:] == pytest.approx(np.random.default_rng(1).standard_normal(40000)[LAG:], abs=1e-9)
    assert flattened(x, np.zeros(9), HOP, LAG) == pytest.approx(x)


@pytest.mark.parametrize("n", [3, 10, 5000])
def test_short_signals_are_one_window(n):
    x = coloured(0.8, n)
    assert flattened(x, foreseen(x, HOP, LAG), HOP, LAG).shape == (n,)


@pytest.mark.parametrize("n", [900, 9001, 30_000])
def test_the_kernel_foresees_as_the_slow_twin(n):
    random = np.random.default_rng(n)
    wave = np.convolve(random.normal(0, 5, n + 20), np.hanning(9), "valid")[:n].astype(np.float32)
    np.testing.assert_allclose(foreseen(wave, 2000, 2, compiled=True), foreseen(wave, 2000, 2), rtol=1e-9)
