import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from involuntary.errors import ParameterError
from involuntary.model import Intervals

TENTHS = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), max_size=8)


def _mask(pairs, n=60):
    """Which unit cells lie in the stretches: the slow, readable twin of interval arithmetic."""
    mask = np.zeros(n, dtype=bool)
    for start, stop in pairs:
        mask[int(start) : max(int(stop), int(start))] = True
    return mask


@given(TENTHS, TENTHS)
def test_set_operations_agree_with_a_mask(a, b):
    left, right = Intervals.union_of(a), Intervals.union_of(b)
    assert np.array_equal(_mask(left.union(right)), _mask(a) | _mask(b))
    assert np.array_equal(_mask(left.intersection(right)), _mask(a) & _mask(b))
    assert np.array_equal(_mask(left.without(right)), _mask(a) & ~_mask(b))
    assert left.total_s == _mask(a).sum()
    cells = np.arange(60) + 0.0
    assert np.array_equal(left.contains(cells), _mask(a))


def test_stretches_closer_than_the_gap_become_one():
    assert Intervals.union_of([(5, 6), (0, 1), (1.5, 2)], merge_gap_s=0.5) == Intervals.of((0, 2), (5, 6))


def test_widening_merges_what_then_touches():
    assert Intervals.of((1, 2), (3, 4)).widened(0.5, 0.5) == Intervals.of((0.5, 4.5))


@pytest.mark.parametrize("pairs", [[(1, 1)], [(2, 1)], [(0, 2), (1, 3)], [(3, 4), (0, 1)], [(0, np.nan)]])
def test_what_is_unsorted_overlapping_or_empty_is_refused(pairs):
    message = "intervals: must be finite, sorted, disjoint and longer than zero; merge them with Intervals.union_of"
    with pytest.raises(ParameterError, match=f"^{message}$"):
        Intervals.of(*pairs)


def test_no_stretch_contains_nothing():
    assert not Intervals.empty().contains(np.array([0.0, 1.0])).any()


def test_the_columns_cannot_be_written():
    with pytest.raises(ValueError, match="read-only"):
        Intervals.of((0, 1)).start_s[0] = 5


@given(TENTHS, TENTHS)
def test_seconds_within_are_those_of_each_intersection(a, b):
    left, others = (
        Intervals.union_of(a),
        np.array([pair for pair in b if pair[1] > pair[0]], dtype=float).reshape(-1, 2),
    )
    slow = [left.intersection(Intervals.of(pair)).total_s for pair in others.tolist()]
    assert left.seconds_within(*others.T).tolist() == slow
