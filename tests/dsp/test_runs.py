import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from involuntary.dsp.runs import (
    equal_runs,
    inside,
    joined,
    means,
    most,
    percentiles,
    running_most,
    true_runs,
)


def _slow_runs(same):
    spans, start = [], None
    for i, value in enumerate([*same, False]):
        if value and start is None:
            start = i
        elif not value and start is not None:
            spans.append([start, i])
            start = None
    return spans


@given(st.lists(st.booleans(), max_size=40))
def test_true_runs_are_those_of_a_plain_loop(mask):
    assert true_runs(np.array(mask, dtype=bool)).tolist() == _slow_runs(mask)


@given(st.lists(st.integers(0, 2), min_size=1, max_size=40), st.integers(2, 5))
def test_equal_runs_cover_exactly_the_samples_with_enough_equal_neighbours(values, shortest):
    runs = equal_runs(np.array(values, dtype=float), shortest).tolist()
    for start, stop in runs:
        assert stop - start >= shortest
        assert len(set(values[start:stop])) == 1
        assert start == 0 or values[start - 1] != values[start]
        assert stop == len(values) or values[stop] != values[start]
    long_enough = sum(
        1 for i in range(len(values) - shortest + 1)
        if len(set(values[i : i + shortest])) == 1 and (i == 0 or values[i - 1] != values[i])
    )  # fmt: skip
    assert len(runs) == long_enough


def test_spans_are_joined_across_the_gap_and_no_further():
    spans = np.array([[0, 5], [5, 6], [8, 9], [20, 30], [22, 25], [29, 40]])
    assert joined(spans).tolist() == [[0, 6], [8, 9], [20, 40]]
    assert joined(spans, gap=2).tolist() == [[0, 9], [20, 40]]
    assert joined(np.empty((0, 2), dtype=np.intp)).shape == (0, 2)


spans_of = st.lists(st.tuples(st.integers(0, 3), st.integers(1, 6)), max_size=8)


@given(spans_of, st.data())
def test_what_spans_hold_is_measured_as_span_by_span(steps, data):
    ends, spans = 0, []
    for gap, length in steps:
        spans.append([ends + gap, ends + gap + length])
        ends += gap + length
    values = np.array(data.draw(st.lists(st.integers(-5, 5), min_size=ends + 1, max_size=ends + 1)), dtype=float)
    table = np.array(spans, dtype=np.intp).reshape(-1, 2)
    index, owner = inside(table)
    parts = [values[a:b] for a, b in spans]
    assert values[index].tolist() == [x for part in parts for x in part.tolist()]
    assert most(values, table).tolist() == [part.max() for part in parts]
    np.testing.assert_allclose(means(values, table), [part.mean() for part in parts])
    np.testing.assert_allclose(
        percentiles(values[index], owner, len(spans), 90), [np.percentile(part, 90) for part in parts]
    )


@given(st.lists(st.integers(-5, 5), min_size=1, max_size=40), st.integers(1, 12))
def test_the_running_most_is_that_of_every_window(values, width):
    width = min(width, len(values))
    slow = [max(values[i : i + width]) for i in range(len(values) - width + 1)]
    assert running_most(np.array(values, dtype=float), width).tolist() == slow
