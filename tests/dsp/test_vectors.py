import numpy as np
import pytest
from numba import njit
from numba.core.errors import TypingError

from involuntary.dsp.vectors import LINE, aligned, chosen, larger, load, narrow, root, smaller, splat, store, turn, wide

A, B = np.random.default_rng(0).normal(0, 1, (2, 20))


def test_lanes_are_loaded_computed_and_stored_where_they_are_asked_for():
    @njit
    def compute(a, b, out):
        x, y = load(a, 1), load(b, 3)
        store(out, 2, (x + y) * x - y)

    for dtype, error in ((np.float64, 1e-15), (np.float32, 1e-6)):
        out = np.zeros(20, dtype=dtype)
        compute(A.astype(dtype), B.astype(dtype), out)
        expected = (A[1:17] + B[3:19]) * A[1:17] - B[3:19]
        np.testing.assert_allclose(out, [0, 0, *expected, 0, 0], atol=error)


def test_lanes_are_chosen_rooted_and_filled():
    @njit
    def compute(a, b, out):
        x, y = load(a, 0), load(b, 0)
        store(out, 0, larger(x, y))
        store(out, 16, smaller(x, y))
        store(out, 32, root(x * x))
        store(out, 48, splat(2.5))
        store(out, 64, chosen(x, y, splat(1.0), y))

    out = np.empty(80)
    compute(A, B, out)
    a, b = A[:16], B[:16]
    expected = [np.maximum(a, b), np.minimum(a, b), np.abs(a), [2.5] * 16, np.where(a > b, 1.0, b)]
    np.testing.assert_array_equal(out.reshape(5, 16), expected)


def test_precision_is_widened_and_narrowed():
    @njit
    def compute(a, out):
        store(out, 0, narrow(wide(load(a, 0)) * splat(3.0)))

    single, out = A.astype(np.float32), np.empty(16, dtype=np.float32)
    compute(single, out)
    np.testing.assert_array_equal(out, (single[:16].astype(float) * 3).astype(np.float32))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_square_is_turned(dtype):
    @njit
    def compute(a, out):
        turn(a, 2, 20, out, 1, 18)

    a, out = np.arange(330, dtype=dtype), np.full(300, -1, dtype=dtype)
    compute(a, out)
    rows = np.lib.stride_tricks.as_strided(a[2:], (16, 16), (20 * a.itemsize, a.itemsize))
    written = np.lib.stride_tricks.as_strided(out[1:], (16, 16), (18 * a.itemsize, a.itemsize))
    np.testing.assert_array_equal(written, rows.T)
    assert np.count_nonzero(out == -1) == 300 - 256


def test_what_is_no_line_of_numbers_is_refused():
    @njit
    def compute(a):
        return load(a, 0) + load(a, 0)

    for wrong in (np.zeros((4, 16)), np.zeros(64)[::2], np.zeros(16, dtype=np.int64)):
        with pytest.raises(TypingError):
            compute(wrong)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_memory_begins_with_a_line_and_holds_zeros(dtype):
    kept = [aligned(size, dtype) for size in (1, 16, 1000, 100_000)]
    assert [x.size for x in kept] == [1, 16, 1000, 100_000]
    assert all(x.ctypes.data % LINE == 0 and x.dtype == dtype and not x.any() for x in kept)
