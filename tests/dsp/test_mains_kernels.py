import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from involuntary.dsp import fourier_kernels, mains, mains_kernels
from involuntary.dsp.fourier import circle, ways

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
    single, out = np.append(x, np.zeros(16)).astype(np.float32), np.empty(x.size + 16, dtype=np.float32)
    hann = mains.Look.at(RATE, HOP).hann
    mains_kernels.subtract(single, x.size, 3.0, HOP, number, position, amplitude, hann, out)
    np.testing.assert_allclose(out[: x.size], direct(x, 3.0, number, position, amplitude), atol=5e-4)


def test_samples_are_told_from_the_first_and_what_is_usual_of_them_as_by_the_slow_twin():
    x = 1e4 + np.random.default_rng(1).normal(0, 5.0, 3 * HOP + 7)
    look = mains.Look.at(RATE, HOP)
    out, mean, half = np.ones(x.size + 9, dtype=np.float32), np.empty((3, 20)), np.empty((3, look.looked_at))
    mains_kernels.measured(x, HOP, look.tenth, look.period, mains.EVERY, out, mean, half)
    np.testing.assert_array_equal(out, np.append(x - x[0], np.zeros(9)).astype(np.float32))
    np.testing.assert_allclose(mean, (x - x[0])[: 3 * HOP].reshape(3, -1, 200).mean(axis=2), atol=1e-4)
    np.testing.assert_allclose(half, np.ptp(x[: 3 * HOP].reshape(3, -1, 40)[:, ::4], axis=2) / 2, rtol=1e-5)
    level, reach = np.empty((2, 40)), np.empty(2)
    mains_kernels.usual(mean, half, mains.CLIP, level, reach)
    for ours, slow in zip((level, reach), mains.usual(mean, half), strict=True):
        np.testing.assert_array_equal(ours, slow)


@pytest.mark.parametrize("hop", [4000, 4100, 2050, 32])
@pytest.mark.parametrize("count", [2, 16])
def test_windows_are_cut_at_their_reach_from_a_level_in_straight_lines(hop, count):
    random = np.random.default_rng(2)
    x = random.normal(0, 5.0, 17 * hop).astype(np.float32)
    centres = np.array([0.05, 0.5, 1.49, 1.95]) * hop
    hann = random.random(2 * hop).astype(np.float32)
    even, odd = np.empty(16 * hop, dtype=np.float32), np.empty(16 * hop, dtype=np.float32)
    level, reach = random.normal(0, 5.0, (count, 4)), random.uniform(3.0, 4.0, count)
    mains_kernels.cut(x, hop, centres, level, reach, hann, even, odd)
    out = np.stack([even.reshape(-1, 16), odd.reshape(-1, 16)], axis=1).reshape(-1, 16).T
    for w in range(count):
        along = np.interp(np.arange(2 * hop), centres, level[w])
        expected = np.clip(x[w * hop :][: 2 * hop] - along, -reach[w], reach[w]) * hann
        np.testing.assert_allclose(out[w], expected, rtol=1e-4, atol=1e-5)


def found_in(signals):
    """Lines of up to sixteen signals of two hops, under their Hann windows."""
    look, transformed = mains.Look.at(RATE, HOP), np.zeros((HOP, 16), dtype=np.complex64)
    spectrum = np.fft.fft(signals[:, ::2] + 1j * signals[:, 1::2], axis=1).T
    a, b = (table.shape[1] for table, _ in ways(HOP))
    transformed[[fourier_kernels.place(k, a, b) for k in range(HOP)], : len(signals)] = spectrum
    real, imaginary = (np.ascontiguousarray(part).reshape(-1) for part in (transformed.real, transformed.imag))
    power, count = np.empty(16 * HOP, dtype=np.float32), len(signals)
    fourier_kernels.powers(real, imaginary, circle(2 * HOP), a, b, look.wanted, power)
    number, position, amplitude = np.empty(count, dtype=np.intp), np.empty((count, 20)), np.empty((count, 20, 2))
    mains_kernels.lines(
        real, imaginary, power, circle(2 * HOP), a, b, look.near, mains.NEIGHBOURS, mains.ABOVE_NEIGHBOURS,
        number, position, amplitude,
    )  # fmt: skip
    return number, position, amplitude


def test_silence_and_an_impulse_hold_no_line():
    signals = np.zeros((2, 2 * HOP))
    signals[1, HOP] = 1.0
    assert found_in(signals)[0].tolist() == [0, 0]


def test_lines_of_either_base_are_found_with_place_and_amplitude():
    t, look = np.arange(2 * HOP) / RATE, mains.Look.at(RATE, HOP)
    signals = np.random.default_rng(3).normal(0, 0.01, (3, t.size))
    for signal, base in zip(signals, (50.0, 60.0), strict=False):
        signal += 7 * np.cos(2 * np.pi * (base + 0.03) * t + 0.5) + 3 * np.cos(2 * np.pi * (3 * base + 0.09) * t - 1)
    number, position, amplitude = found_in(signals * look.hann)
    assert number.tolist() == [2, -2, 0]
    for w, base in enumerate((50.0, 60.0)):
        np.testing.assert_allclose(position[w, :2] * RATE / (2 * HOP), [base + 0.03, 3 * base + 0.09], atol=1e-4)
        value = amplitude[w, :2] @ [1, 1j] * 2 / HOP
        np.testing.assert_allclose(value, [7 * np.exp(0.5j), 3 * np.exp(-1j)], atol=0.01)


def test_all_that_is_looked_at_is_wanted():
    look = mains.Look.at(RATE, HOP)
    wanted = np.zeros(HOP, dtype=bool)
    for first, stop in look.wanted.tolist():
        wanted[first:stop] = True
    around = np.arange(-mains.NEIGHBOURS, mains.NEIGHBOURS + 1)
    for near in look.near:
        assert wanted[near[:, :, None] + around].all()


@given(st.lists(st.integers(-3, 3), min_size=4, max_size=12), st.lists(st.integers(0, 3), min_size=1, max_size=6))
@settings(deadline=None)
def test_what_is_usual_is_that_of_the_slow_twin_where_values_are_alike(means, halves):
    mean = np.array([means, means[::-1], means], dtype=float)
    half = np.array([halves, halves[::-1], halves], dtype=float)
    level, reach = np.empty((2, 2 * len(means))), np.empty(2)
    mains_kernels.usual(mean, half, mains.CLIP, level, reach)
    for ours, slow in zip((level, reach), mains.usual(mean, half), strict=True):
        np.testing.assert_array_equal(ours, slow)


@pytest.mark.parametrize("seed", range(6))
def test_windows_lend_their_lines_as_by_the_slow_twins(seed):
    random = np.random.default_rng(seed)
    count, most = 9, 4
    mean, half = random.normal(0, 1, (count + 1, 5)), random.uniform(0, 4, (count + 1, 3))
    half[random.integers(count)] *= 20
    level, _ = mains.usual(mean, half)
    number = random.integers(-most, most + 1, count)
    position, amplitude = random.uniform(100, 3000, (count, most)), random.normal(0, HOP, (count, most, 2))
    complexes = amplitude @ [1, 1j] * (np.arange(most) < np.abs(number)[:, None])
    source = mains.donors(mean, half, level, np.abs(complexes).sum(axis=1) * 2 / HOP)
    expected = mains.carried(complexes[source], position[source], (np.arange(count) - source)[:, None])
    ours, weights = np.empty(count, dtype=np.intp), (mains.weights(6), mains.weights(10))
    lent = number.copy(), position.copy(), amplitude.copy()
    mains_kernels.lend(mean, half, level, weights, mains.ASTRAY, HOP, *lent, ours)
    assert ours.tolist() == source.tolist()
    assert lent[0].tolist() == number[source].tolist()
    for w in range(count):
        some = slice(0, abs(lent[0][w]))
        np.testing.assert_array_equal(lent[1][w, some], position[source[w], some])
        np.testing.assert_allclose(lent[2][w, some] @ [1, 1j], expected[w, some], rtol=1e-9)
    assert any(source != np.arange(count))
