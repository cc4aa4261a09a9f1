import numpy as np
import pytest

from involuntary.dsp import mains, mains_kernels

RATE, HOP = 2000.0, 4000


def direct(samples, scale, number, position, amplitude):
    """Each window's sinusoids, weighted by the Hann windows, which the ends have for themselves alone."""
    total, t = np.zeros(samples.size), np.arange(samples.size)
    hann = 0.5 - 0.5 * np.cos(np.pi * t / HOP)
    for w, count in enumerate(np.abs(number)):
        local = t - w * HOP
        weight = np.where((local >= 0) & (local < 2 * HOP), hann[np.clip(local, 0, 2 * HOP - 1)], 0.0)
        weight[local < HOP] = 1.0 if w == 0 else weight[local < HOP]
        weight[local >= HOP] = 1.0 if w == len(number) - 1 else weight[local >= HOP]
        for k in range(count):
            value = complex(*amplitude[w, k]) * 2 / HOP * np.exp(1j * np.pi * position[w, k] / HOP * local)
            total += weight * value.real
    return scale * (samples - total)


@pytest.mark.parametrize("numbers", [(0, 0, 0), (2, 0, -3), (0, 4, 0), (-1, 2, 3), (1,)])
@pytest.mark.parametrize("rest", [0, 1, 63, 65, 3999])
def test_sinusoids_are_subtracted_under_their_windows(numbers, rest):
    random = np.random.default_rng(0)
    number = np.array(numbers)
    x = random.normal(0, 5.0, (len(number) + 1) * HOP + rest)
    position, amplitude = random.uniform(100, 3000, (len(number), 4)), random.normal(0, 1e4, (len(number), 4, 2))
    out = np.empty_like(x)
    hann = mains.Look.at(RATE, HOP).hann
    mains_kernels.subtract(x, 3.0, HOP, number, position, amplitude, hann, out)
    np.testing.assert_allclose(out, direct(x, 3.0, number, position, amplitude), atol=2e-4)


def test_means_and_ranges_are_those_of_the_slow_twin():
    x = np.random.default_rng(1).normal(0, 5.0, 3 * HOP + 7)
    look = mains.Look.at(RATE, HOP)
    mean, half = np.empty((3, 20)), np.empty((3, look.looked_at))
    mains_kernels.means(x, HOP, look.tenth, mean)
    mains_kernels.ranges(x, HOP, look.period, mains.EVERY, half)
    np.testing.assert_allclose(mean, x[: 3 * HOP].reshape(3, -1, 200).mean(axis=2), rtol=1e-9, atol=1e-12)
    np.testing.assert_array_equal(half, np.ptp(x[: 3 * HOP].reshape(3, -1, 40)[:, ::4], axis=2) / 2)


def test_windows_are_cut_at_their_reach_from_a_level_in_straight_lines():
    random = np.random.default_rng(2)
    x = random.normal(0, 5.0, 3 * HOP)
    look = mains.Look.at(RATE, HOP)
    out, level = np.empty((2, 2 * HOP), dtype=np.float32), random.normal(0, 5.0, (2, look.centres.size))
    mains_kernels.cut(x, HOP, look.centres, level, np.array([3.0, 4.0]), look.hann, out)
    for w, reach in enumerate([3.0, 4.0]):
        along = np.interp(np.arange(2 * HOP), look.centres, level[w])
        np.testing.assert_allclose(
            out[w], np.clip(x[w * HOP :][: 2 * HOP] - along, -reach, reach) * look.hann, rtol=1e-5, atol=1e-6
        )


@pytest.mark.parametrize("bins", [np.zeros(4001), np.ones(4001)])
def test_a_spectrum_without_towers_holds_no_line(bins):
    spectrum = np.zeros((1, 4001, 2), dtype=np.float32)
    spectrum[0, :, 0] = bins
    number = np.array([9])
    mains_kernels.lines(
        spectrum, mains.Look.at(RATE, HOP).near, mains.NEIGHBOURS, mains.ABOVE_NEIGHBOURS,
        number, np.empty((1, 20)), np.empty((1, 20, 2)),
    )  # fmt: skip
    assert number.tolist() == [0]


@pytest.mark.parametrize(("base", "sign"), [(50.0, 1), (60.0, -1)])
def test_lines_are_found_with_place_and_amplitude(base, sign):
    t, look = np.arange(2 * HOP) / RATE, mains.Look.at(RATE, HOP)
    x = 7 * np.cos(2 * np.pi * (base + 0.03) * t + 0.5) + 3 * np.cos(2 * np.pi * (3 * base + 0.09) * t - 1)
    x += np.random.default_rng(3).normal(0, 0.01, x.size)
    spectrum = np.fft.rfft(x * look.hann).astype(np.complex64).view(np.float32).reshape(1, -1, 2)
    number, position, amplitude = np.empty(1, dtype=np.intp), np.empty((1, 20)), np.empty((1, 20, 2))
    mains_kernels.lines(spectrum, look.near, mains.NEIGHBOURS, mains.ABOVE_NEIGHBOURS, number, position, amplitude)
    assert number[0] == 2 * sign
    np.testing.assert_allclose(position[0, :2] * RATE / (2 * HOP), [base + 0.03, 3 * base + 0.09], atol=1e-4)
    value = amplitude[0, :2] @ [1, 1j] * 2 / HOP
    np.testing.assert_allclose(value, [7 * np.exp(0.5j), 3 * np.exp(-1j)], atol=0.01)
