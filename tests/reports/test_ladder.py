"""Bars of evidence add up."""

import math
from dataclasses import replace

import pytest

from involuntary.model import Contribution
from involuntary.reports.ladder import common_scale, rungs


def test_each_bar_begins_where_the_last_ended_and_the_sum_is_the_score(assessment):
    for condition in assessment.conditions:
        prior, *steps, total = rungs(condition)
        assert (prior.start, prior.stop) == (0.0, condition.prior_bits)
        assert [step.start for step in steps] == [prior.stop, *(step.stop for step in steps[:-1])]
        added = sum(c.bits for c in (*condition.supports, *condition.contradicts))
        assert total.bits == pytest.approx(condition.prior_bits + added)
        assert total.start == 0.0


def test_the_strongest_reason_comes_first_and_the_weak_ones_are_summed(assessment):
    many = tuple(Contribution(f"f{i}", 2.0**i, float(i), "") for i in range(1, 12))
    _, *steps, _ = rungs(replace(assessment.conditions[0], supports=many, contradicts=()))
    assert [step.label for step in steps] == [*(f"f{i}" for i in range(11, 3, -1)), "3 further findings"]
    assert steps[-1].bits == pytest.approx(1 + 2 + 3)


def test_a_ratio_of_nought_has_an_end(assessment):
    impossible = replace(
        assessment.conditions[0], supports=(), contradicts=(Contribution("x", 0.0, -math.inf, ""),), prior_bits=0.0
    )
    assert rungs(impossible)[-1].stop == -30.0


def test_every_bar_fits_on_the_scale(assessment):
    scale = common_scale(assessment.conditions)
    ends = [end for c in assessment.conditions for rung in rungs(c) for end in (rung.start, rung.stop)]
    assert {0.0, 100.0} == {min(map(scale.percent, ends)), max(map(scale.percent, ends))}
    assert common_scale([]).percent(0.0) == 0.0
