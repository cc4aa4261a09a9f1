import numpy as np
import pytest
from scipy.optimize import minimize

from involuntary.dsp.succession_kernels import cost_and_slopes, even, settled

OVER = 8
SPREAD = np.array([0.15, 0.2, 2.0, -0.03])
_T = np.arange(-20 * OVER, 20 * OVER + 1) / OVER
FINE = (1 - (_T / 4) ** 2) * np.exp(-(_T**2) / 32)


def _copies(at, gains, n=120):
    """Add up copies at times between samples: the slow twin of the compiled sum."""
    return np.sum([g * np.interp(np.arange(n) - t, _T, FINE, 0, 0) for t, g in zip(at, gains, strict=True)], axis=0)


def _plain_cost(parameters, samples, variance):
    at, gains = np.split(parameters, 2)
    left = samples - _copies(at, gains, samples.size)
    expected = ((gains[0] - 1) / SPREAD[0]) ** 2
    expected += np.sum(((np.diff(gains) - SPREAD[3]) / SPREAD[1]) ** 2) + np.sum((np.diff(at, 2) / SPREAD[2]) ** 2)
    return 0.5 * (left @ left / variance + expected)


@pytest.mark.parametrize("count", [1, 2, 5])
def test_cost_and_its_slope_are_those_of_the_plain_sum(count):
    random = np.random.default_rng(count)
    samples = _copies(30.0 + 9 * np.arange(count), np.ones(count)) + 0.05 * random.standard_normal(120)
    at, gains = 30.3 + 9.1 * np.arange(count), np.linspace(1.1, 0.8, count)
    cost, left, bend, slope = cost_and_slopes(samples, FINE, OVER, at, gains, 0.01, SPREAD)
    here = np.concatenate([at, gains])
    assert cost == pytest.approx(_plain_cost(here, samples, 0.01))
    assert left == pytest.approx(np.sum((samples - _copies(at, gains)) ** 2))
    steps = np.eye(2 * count) * 1e-4
    numeric = [(_plain_cost(here + s, samples, 0.01) - _plain_cost(here - s, samples, 0.01)) / 2e-4 for s in steps]
    assert -slope == pytest.approx(np.array(numeric), rel=0.05, abs=1.0)
    assert np.all(np.linalg.eigvalsh(bend) > 0)


def test_copies_settle_where_a_plain_search_settles():
    at, gains = np.array([30.4, 38.1, 47.2, 55.0]), np.array([1.0, 0.9, 0.85, 0.8])
    samples = _copies(at, gains) + 0.02 * np.random.default_rng(0).standard_normal(120)
    start = np.array([30.0, 38.5, 46.5, 55.5]), np.full(4, 0.9)
    cost, left, determinant, length_variance, found, sizes = settled(samples, FINE, OVER, *start, 4e-4, SPREAD, 5.0, 30)
    plain = minimize(
        _plain_cost, np.concatenate(start), (samples, 4e-4), method="Nelder-Mead", options={"maxiter": 4000}
    )
    assert cost == pytest.approx(plain.fun, rel=0.02)
    assert found == pytest.approx(at, abs=0.1)
    assert sizes == pytest.approx(gains, abs=0.05)
    assert left < 0.1
    bend = cost_and_slopes(samples, FINE, OVER, found, sizes, 4e-4, SPREAD)[2]
    assert determinant == pytest.approx(np.linalg.slogdet(bend)[1])
    spread = np.linalg.inv(bend)
    assert length_variance == pytest.approx(spread[3, 3] + spread[0, 0] - 2 * spread[0, 3])


def test_one_copy_has_no_length():
    samples = _copies(np.array([40.0]), np.ones(1))
    assert settled(samples, FINE, OVER, np.array([39.5]), np.ones(1), 1e-4, SPREAD, 5.0, 30)[3] == 0.0


def test_copies_nearer_than_allowed_cost_without_end():
    assert settled(np.ones(60), FINE, OVER, np.array([20.0, 22.0]), np.ones(2), 1.0, SPREAD, 5.0, 5)[0] == np.inf


def test_even_successions_are_those_of_a_plain_search():
    wave = FINE[::OVER]
    at = 25 + 7.0 * np.arange(4)
    samples = 0.8 * _copies(at, np.ones(4))
    match = np.correlate(np.pad(samples, 20), wave, "valid")
    own = np.correlate(wave, wave, "full")[wave.size - 1 :]
    found = even(match, own, 5.0, 15.0, 6)
    assert found[3, :3] == pytest.approx([25.0, 7.0, 0.8], abs=1e-6)
    assert found[3, 3] == pytest.approx(samples @ samples)
    plain = 0.0
    for step in np.arange(5.0, 15.01, 0.5):
        for shift in range(100 - int(2 * step)):
            copies = _copies(shift + step * np.arange(3), np.ones(3))
            plain = max(plain, max(copies @ samples, 0.0) ** 2 / (copies @ copies))
    assert found[2, 3] == pytest.approx(plain, rel=0.02)
