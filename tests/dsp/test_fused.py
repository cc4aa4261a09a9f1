import numpy as np
import pytest
from scipy import signal

from involuntary.dsp.fused import band_and_envelope, sections

RATE = 2000.0


def signals():
    random = np.random.default_rng(0)
    noise = random.normal(0, 5.0, 70001)
    spikes = np.where(random.random(70001) < 1e-3, 1e5, 0.0)
    return {"noise": noise, "offset": noise + 1e4, "ramp": np.linspace(0, 1e4, 70001), "spikes": spikes + noise}


@pytest.mark.parametrize("name", ["noise", "offset", "ramp", "spikes"])
@pytest.mark.parametrize(("low", "high"), [(20.0, 450.0), (30.0, 1000.0), (100.0, 200.0)])
@pytest.mark.parametrize("window_s", [0.010, 0.011, 0.050])
def test_the_compiled_kernel_is_its_slow_twin(name, low, high, window_s):
    x = signals()[name]
    slow = band_and_envelope(x, RATE, low, high, window_s, compiled=False)
    fast = band_and_envelope(x, RATE, low, high, window_s, compiled=True)
    for a, b in zip(slow, fast, strict=True):
        # The root of a running sum near zero holds what rounding of large samples left in it.
        np.testing.assert_allclose(b, a, atol=1e-8 * np.abs(x).max())


@pytest.mark.parametrize("n", [50433, 50434, 50464, 50465])
def test_every_remainder_of_the_lanes_is_filtered_to_its_last_sample(n):
    x = np.random.default_rng(1).normal(0, 5.0, n)
    slow = band_and_envelope(x, RATE, 20.0, 450.0, 0.01, compiled=False)
    fast = band_and_envelope(x, RATE, 20.0, 450.0, 0.01, compiled=True)
    for a, b in zip(slow, fast, strict=True):
        assert a.shape == b.shape == (n,)
        np.testing.assert_allclose(b, a, atol=1e-8)


def test_too_short_for_lanes_is_left_to_the_twin():
    x = np.random.default_rng(2).normal(0, 5.0, 4000)
    slow = band_and_envelope(x, RATE, 20.0, 450.0, 0.01, compiled=False)
    fast = band_and_envelope(x, RATE, 20.0, 450.0, 0.01, compiled=True)
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
