"""Hand-made sequences that cross every edge of the rules."""

import numpy as np
import pytest

from involuntary.phenomena._limb_series import AASM, WASM, combined, periodic, respiratory

LEFT, RIGHT = 0, 1


def _moves(*rows, rule=WASM):
    onset, duration, side = np.array([(*r, LEFT)[:3] for r in rows], dtype=float).reshape(-1, 3).T
    return combined(onset, duration, side.astype(np.intp), rule)


def _every(interval, n, length=2.0):
    return [(100 + interval * k, length) for k in range(n)]


@pytest.mark.parametrize(
    ("length", "is_one"), [(0.49, False), (0.5, True), (10.0, True), (10.01, False)], ids=lambda v: str(v)
)
@pytest.mark.parametrize("rule", [WASM, AASM])
def test_a_candidate_of_one_side_lasts_half_a_second_to_ten(length, is_one, rule):
    assert _moves((5, length), rule=rule).candidate.tolist() == [is_one]


@pytest.mark.parametrize(("end", "is_one"), [(15.0, True), (15.01, False)])
def test_one_of_both_sides_lasts_up_to_fifteen_by_the_wasm(end, is_one):
    found = _moves((0, 8, LEFT), (end - 7.5, 7.5, RIGHT))
    assert found.bilateral.tolist() == [True]
    assert found.candidate.tolist() == [is_one]


@pytest.mark.parametrize(("gap", "n"), [(0.49, 1), (0.5, 2), (-1.0, 1)])
def test_two_sides_are_one_where_less_than_half_a_second_lies_between(gap, n):
    assert len(_moves((0, 2, LEFT), (2 + gap, 2, RIGHT))) == n


def test_movements_of_one_side_are_never_joined():
    assert len(_moves((0, 2, LEFT), (2.2, 2, LEFT))) == 2


@pytest.mark.parametrize(("apart", "n"), [(4.99, 1), (5.0, 2)])
def test_by_the_aasm_two_sides_are_one_where_onsets_lie_less_than_five_seconds_apart(apart, n):
    assert len(_moves((0, 1, LEFT), (apart, 1, RIGHT), rule=AASM)) == n


@pytest.mark.parametrize(
    ("rule", "interval", "n"),
    [
        (WASM, 9.99, 0), (WASM, 10.0, 4), (WASM, 90.0, 4), (WASM, 90.01, 0),
        (AASM, 4.99, 0), (AASM, 5.0, 4), (AASM, 90.0, 4), (AASM, 90.01, 0),
    ],
)  # fmt: skip
def test_a_series_has_four_at_the_published_intervals(rule, interval, n):
    within, series = periodic(_moves(*_every(interval, 4, 1.0), rule=rule), rule)
    assert within.sum() == n
    assert len(series) == (n > 0)


@pytest.mark.parametrize("rule", [WASM, AASM])
def test_three_are_no_series(rule):
    assert not periodic(_moves(*_every(20, 3), rule=rule), rule)[0].any()


def test_a_short_interval_ends_a_series_by_the_wasm_and_is_passed_over_by_the_aasm():
    rows = sorted([*_every(20, 4), (184, 2), *[(204 + 20 * k, 2) for k in range(3)]])
    rows[4] = (163, 2)  # 3 s after the fourth
    assert periodic(_moves(*rows), WASM)[1][0].tolist() == [0, 1, 2, 3]
    within, _ = periodic(_moves(*rows, rule=AASM), AASM)
    assert within.tolist() == [True] * 4 + [False] + [True] * 3


def test_a_movement_that_is_no_candidate_ends_a_series_by_the_wasm():
    rows = [*_every(20, 3), (150, 12), (170, 2), (190, 2)]
    assert not periodic(_moves(*rows), WASM)[0].any()
    assert periodic(_moves(*rows, rule=AASM), AASM)[0].sum() == 5


@pytest.mark.parametrize(
    ("onset", "length", "belongs"),
    [
        (97.0, 0.99, False), (97.0, 1.0, True), (105.0, 1.0, True), (110.25, 1.0, True), (110.26, 1.0, False),
    ],
)  # fmt: skip
def test_what_overlaps_the_window_around_the_end_of_a_breath_belongs_to_it(onset, length, belongs):
    found = _moves((onset, length))
    assert respiratory(found, np.array([80.0]), np.array([100.0]), WASM).tolist() == [belongs]


@pytest.mark.parametrize(("onset", "belongs"), [(78.0, False), (78.5, True), (90, True), (100.5, True), (100.6, False)])
def test_by_the_aasm_the_window_holds_the_whole_event(onset, belongs):
    found = _moves((onset, 1.0), rule=AASM)
    assert respiratory(found, np.array([80.0]), np.array([100.0]), AASM).tolist() == [belongs]
