import numpy as np
import pytest

from involuntary.dsp.unmix_kernels import active_set, products_of_rows, solved


def _rows(first, length, n, seed):
    rows = np.random.default_rng(seed).standard_normal((len(first), length))
    whole = np.zeros((len(first), n))
    for out, row, at in zip(whole, rows, first, strict=True):
        out[at : at + length] = row
    return rows, whole


@pytest.mark.parametrize("first", [[0], [3, 3], [0, 4, 9, 30, 31, 60], [0, 20, 40, 41]])
def test_products_and_solution_are_those_of_the_whole_matrix(first):
    rows, whole = _rows(first, 10, 80, 1)
    products = products_of_rows(rows, np.array(first, dtype=np.intp))
    assert products == pytest.approx(np.tril(whole @ whole.T), abs=1e-12)
    right = np.random.default_rng(2).standard_normal(len(first))
    assert solved(products, right) == pytest.approx(np.linalg.solve(whole @ whole.T, right))


def test_only_the_lower_triangle_is_read():
    assert solved(np.array([[4.0, np.nan], [2.0, 5.0]]), np.array([2.0, 7.0])).tolist() == [-0.25, 1.5]


def test_a_copy_of_each_of_two_units_is_found_and_no_other():
    waves = np.array([[0.0, 2.0, -1.0], [1.0, 1.0, 1.0]])
    products = np.array([[np.correlate(one, other, "full") for other in waves] for one in waves])
    samples, n = np.zeros(12), 10
    samples[2:5] += 3 * waves[0]
    samples[3:6] += waves[1]
    match = np.concatenate([np.correlate(samples, wave, "valid") for wave in waves])
    weights = active_set(products, match, np.full(match.size, 1e-9), n, float(samples @ samples) - 1e-9, 20)
    expected = np.zeros(2 * n)
    expected[2], expected[n + 3] = 3.0, 1.0
    assert weights == pytest.approx(expected, abs=1e-6)
