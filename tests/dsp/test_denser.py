import numpy as np
import pytest

from involuntary.dsp.denser import denser


@pytest.mark.parametrize("factor", [2, 3, 4])
@pytest.mark.parametrize("n", [1000, 1023])
def test_a_signal_below_half_the_rate_is_given_between_its_samples(factor, n):
    def signal(time):
        return np.exp(-(((time - n / 2) / 60) ** 2)) * np.cos(2.6 * time)

    found = denser(signal(np.arange(n)), factor)
    assert found.shape == (n * factor,)
    assert np.allclose(found, signal(np.arange(n * factor) / factor), atol=1e-6)


def test_samples_that_were_there_stay():
    samples = np.random.default_rng(1).standard_normal(501)
    assert np.allclose(denser(samples, 4)[::4], samples)
    assert denser(samples, 1) is samples
