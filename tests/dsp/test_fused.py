import numpy as np
import pytest
from scipy import signal

from involuntary.dsp.fused import Band, Buffers, condition, lent_buffers, sections
from simulated import mains

RATE = 2000.0
HOP = 4000
SINGLE = 1e-5  # of the largest sample less the first: what single precision costs between the passes


def signals():
    random = np.random.default_rng(0)
    noise = random.normal(0, 5.0, 70001)
    spikes = np.where(random.random(70001) < 1e-3, 1e5, 0.0)
    return {"noise": noise, "offset": noise + 1e4, "ramp": np.linspace(0, 1e4, 70001), "spikes": spikes + noise}


def largest(x):
    return np.abs(x - x[0]).max()


@pytest.mark.parametrize("name", ["noise", "offset", "ramp", "spikes"])
@pytest.mark.parametrize(("low", "high"), [(20.0, 450.0), (30.0, 1000.0), (100.0, 200.0)])
@pytest.mark.parametrize("window_s", [0.010, 0.011, 0.050])
def test_the_compiled_kernels_are_their_slow_twin(name, low, high, window_s):
    x, band = signals()[name], Band(low, high, window_s)
    slow = condition(x, 2.0, RATE, band, None)
    fast = condition(x, 2.0, RATE, band, None, Buffers())
    for a, b in zip(slow, fast, strict=True):
        np.testing.assert_allclose(b, a, atol=SINGLE * 2 * largest(x))


@pytest.mark.parametrize("n", [50433, 50434, 50464, 50465])
def test_every_remainder_of_the_lanes_is_filtered_to_its_last_sample(n):
    x = np.random.default_rng(1).normal(0, 5.0, n)
    slow = condition(x, 1.0, RATE, Band(20.0, 450.0, 0.01), None)
    fast = condition(x, 1.0, RATE, Band(20.0, 450.0, 0.01), None, Buffers())
    for a, b in zip(slow, fast, strict=True):
        assert a.shape == b.shape == (n,)
        np.testing.assert_allclose(b, a, atol=SINGLE * largest(x))


@pytest.mark.parametrize("rate", [1024.0, 2000.0, 2048.0, 5000.0])
@pytest.mark.parametrize("base", [0.0, 49.95, 60.03])
def test_mains_are_subtracted_as_the_slow_twin_subtracts_them(rate, base):
    x = np.random.default_rng(2).normal(0, 5.0, round(40.7 * rate))
    if base:
        x += mains(x.size, rate, 30.0, base)
    hop, band = round(0.02 * rate) * 100, Band(20.0, 450.0, 0.01)
    slow, _ = condition(x, 1.0, rate, band, hop)
    fast, _ = condition(x, 1.0, rate, band, hop, Buffers())
    # The twin builds its sinusoids from the bins that hold all but 1/2000 of them.
    np.testing.assert_allclose(fast, slow, atol=1e-4 + (0.15 if base else 0.0))


def test_buffers_that_held_something_else_give_the_same():
    x, band = signals()["noise"], Band(20.0, 450.0, 0.01)
    buffers = Buffers()
    first = [a.copy() for a in condition(x, 1.0, RATE, band, HOP, buffers)]
    condition(1e3 * np.resize(x[::-1], 90000), 1.0, RATE, band, HOP, buffers)
    for a, b in zip(first, condition(x, 1.0, RATE, band, HOP, buffers), strict=True):
        np.testing.assert_array_equal(a, b)


def test_two_borrowers_never_share_buffers_and_one_after_the_other_does():
    with lent_buffers() as one, lent_buffers() as two:
        assert one is not two
    with lent_buffers() as again:
        assert again in (one, two)


def test_too_short_for_lanes_is_left_to_the_twin():
    x = np.random.default_rng(2).normal(0, 5.0, 4000)
    slow = condition(x, 1.0, RATE, Band(20.0, 450.0, 0.01), HOP)
    fast = condition(x, 1.0, RATE, Band(20.0, 450.0, 0.01), HOP, Buffers())
    np.testing.assert_array_equal(slow, fast)


def test_the_sections_are_scipys_butterworth_at_the_corrected_cut_offs():
    shift = (np.sqrt(2) - 1) ** 0.25
    high, low = sections(RATE, 20.0, 450.0)
    for ours, cutoff, kind in [(high, 20.0, "high"), (low, 450.0, "low")]:
        factor = shift if kind == "high" else 1 / shift
        moved = np.arctan(np.tan(np.pi * cutoff / RATE) * factor) * RATE / np.pi
        expected = signal.butter(2, moved, kind, fs=RATE, output="sos")[0][[0, 1, 2, 4, 5]]
        np.testing.assert_allclose(ours, expected, atol=1e-12)
    assert sections(RATE, 0.0, 1000.0)[0].tolist() == [1.0, 0.0, 0.0, 0.0, 0.0]
    assert sections(RATE, 0.0, 1000.0)[1].tolist() == [1.0, 0.0, 0.0, 0.0, 0.0]
