"""Subtypes of one name share a line, which is as probable as none of them alone and no more than all together."""

import numpy as np
import pytest

from involuntary.model import Case, Finding, State
from involuntary.reason.differential import rank
from involuntary.reason.evidence import collect
from involuntary.reason.explanation import SUBTYPES, conditions

CODES = ["HP:0001258", "HP:0001347", "HP:0002061"]  # spastic paraplegia, hyperreflexia, lower limb spasticity


@pytest.fixture(scope="module")
def ranking(knowledge):
    findings = tuple(Finding(knowledge.ontology.term(code), State.PRESENT) for code in CODES)
    case = Case(findings=findings, setting="neurology")
    return rank(case, collect(case, knowledge), knowledge)


@pytest.fixture(scope="module")
def lines(ranking, knowledge):
    return conditions(ranking, knowledge, shown=1000)


def test_a_line_lies_half_way_between_its_first_member_and_all(ranking, lines):
    family = ranking.profiles.family[ranking.leading]
    probability = ranking.posterior[ranking.leading]
    alone = {f: probability[family == f].max() for f in family.tolist()}
    together = {f: probability[family == f].sum() for f in family.tolist()}
    expected = sorted((np.sqrt(alone[f] * together[f]) for f in alone), reverse=True)
    assert [line.probability for line in lines] == pytest.approx(expected, rel=1e-9)
    assert sum(line.probability for line in lines) <= 1.0
    assert max(len(line.members) for line in lines) >= 5


def test_what_the_others_add_is_a_reason_of_its_own(lines):
    for line in lines:
        said = [c for c in line.supports if c.finding == SUBTYPES]
        assert len(said) == bool(line.members)
        assert all(member.probability * c.likelihood_ratio <= line.probability for c in said for member in line.members)


def test_ranks_follow_the_lines_probability(lines):
    assert [line.rank for line in lines] == list(range(1, len(lines) + 1))
    assert np.all(np.diff([line.probability for line in lines]) <= 0)
