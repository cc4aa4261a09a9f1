import numpy as np
import pytest

from involuntary.dsp.bands import zero_phase
from involuntary.dsp.contacts import by_second, likeness
from simulated import mains, noise, with_potentials

RATE = 2000.0


@pytest.mark.parametrize("base", [49.9, 50.0, 60.1])
@pytest.mark.parametrize("rate", [500.0, 2000.0, 2048.0])
def test_mains_is_measured_whatever_its_frequency(base, rate):
    x = mains(round(10 * rate), rate, 100.0, base)
    told = by_second(x, rate)
    assert told.mains == pytest.approx(np.full(10, np.std(x)), rel=0.06)
    assert np.all(told.mains_share > 0.95)


def test_white_noise_is_white_and_muscle_is_not():
    told = by_second(noise(20, RATE, 0, rms=30.0), RATE)
    assert told.white == pytest.approx(np.full(20, 30.0), rel=0.25)
    assert np.median(told.whiteness) == pytest.approx(1.0, abs=0.15)
    assert np.all(by_second(zero_phase(noise(20, RATE, 0, rms=30.0), RATE, 20, 250), RATE).whiteness < 0.05)


def test_white_noise_under_mains_is_white():
    told = by_second(noise(20, RATE, 0, rms=30.0) + mains(40000, RATE, 300.0), RATE)
    # The harmonics add to the second difference and are no part of the rest: the estimate errs upwards.
    assert np.all(told.whiteness > 0.7)


def test_a_sharp_potential_is_no_white_noise():
    x, _ = with_potentials(noise(20, RATE, 0), RATE, np.arange(0.1, 19, 1.0), 1, amplitudes=(1000.0, 2000.0))
    told = by_second(x, RATE)
    assert np.all(told.white < 10)


def test_few_values_are_stepping_and_one_or_many_are_not():
    x = np.round(noise(4, RATE, 0))
    x[:2000] = np.where(x[:2000] > 0, 1.0, 0.0)
    x[2000:4000] = 7.0
    assert by_second(x, RATE).stepping.tolist() == [True, False, False, False]


def test_what_is_no_whole_second_is_left():
    assert by_second(np.zeros(2999), RATE).level.size == 1
    assert by_second(np.zeros(1999), RATE).level.size == 0


@pytest.mark.parametrize("rate", [500.0, 1000.0, 2005.0, 2000.0, 2048.0, 256.0])
def test_the_kernel_describes_seconds_as_its_slow_twin(rate):
    n = round(6 * rate)
    x = noise(6, rate, 0, rms=30.0)[:n] + np.where(np.arange(n) > n / 2, mains(n, rate, 300.0), 0.0) + 1000.0
    x[: round(rate)] = 1000.0
    x[round(rate) : round(2 * rate)] = np.arange(round(rate)) % 3
    slow, fast = by_second(x, rate), by_second(x, rate, compiled=True)
    for name in ("level", "mains", "mains_share", "white", "whiteness"):
        np.testing.assert_allclose(getattr(fast, name)[1:], getattr(slow, name)[1:], rtol=2e-4, atol=1e-4)
    assert fast.stepping.tolist() == slow.stepping.tolist()
    assert [fast.mains[0], slow.mains[0], fast.white[0]] == pytest.approx([0, 0, 0], abs=1e-9)


def naive_likeness(x):
    """The same with every pair's regression on the mean of the others done in full."""
    fast = np.diff(x, 2, axis=1)
    n = len(fast)
    correlation = np.zeros((n, n))
    for i in range(n):
        for j in range(n):
            if i != j:
                one, other = fast[i], fast[j]
                if n > 2:
                    mean = np.mean([fast[k] for k in range(n) if k not in (i, j)], axis=0)
                    one, other = (y - (y @ mean) / (mean @ mean) * mean for y in (one, other))
                correlation[i, j] = one @ other / np.sqrt((one @ one) * (other @ other))
    return correlation


@pytest.mark.parametrize("channels", [2, 3, 8])
def test_likeness_is_the_partial_correlation_given_the_mean_of_the_others(channels):
    random = np.random.default_rng(3)
    x = random.normal(0, 1, (channels, 1000)) + random.normal(0, 3, 1000)
    x[1] = 0.9 * x[0] + 0.1 * x[1]
    correlation, ratio = likeness(x)
    off = ~np.eye(channels, dtype=bool)
    assert np.allclose(correlation[off], naive_likeness(x)[off], atol=1e-9)
    size = np.std(np.diff(x, 2, axis=1), axis=1)
    assert ratio[0, 1] == pytest.approx(min(size[:2]) / max(size[:2]), rel=0.01)


def test_what_all_share_makes_no_pair_alike():
    random = np.random.default_rng(4)
    x = random.normal(0, 1, (8, 4000)) + random.normal(0, 50, 4000)
    correlation, _ = likeness(x)
    assert np.abs(correlation - np.diag(np.diag(correlation))).max() < 0.3


def test_silent_channels_are_like_nothing():
    correlation, ratio = likeness(np.zeros((4, 1000)))
    assert np.all(np.isfinite(correlation))
    assert np.all(correlation < 0.5)
    assert np.all(np.isfinite(ratio))
