"""Cases weighed abreast come in order, and to the bit as each does alone."""

import numpy as np

from involuntary.model import Case, Finding, State, Term
from involuntary.reason.differential import rank
from involuntary.reason.evidence import collect
from involuntary.reason.many import rank_many

CODES = ["HP:0001337", "HP:0002380", "HP:0003323", "HP:0001347", "HP:0002322", "HP:0001336", "HP:0001250", "HP:0001332"]


def _cases(knowledge):
    """Each of some pairs of findings, the one there and the other not."""
    term = {code: Term(code, knowledge.ontology.label(knowledge.ontology.index(code))) for code in CODES}
    pairs = [(one, other) for one in CODES for other in CODES if one != other]
    return [
        Case(findings=(Finding(term[one], State.PRESENT), Finding(term[other], State.EXCLUDED))) for one, other in pairs
    ]


def test_many_are_ranked_in_order_and_as_each_alone(knowledge):
    cases = _cases(knowledge)
    for case, found in zip(cases, rank_many(iter(cases), knowledge, threads=3), strict=True):
        alone = rank(case, collect(case, knowledge), knowledge)
        assert found.evidence == alone.evidence
        assert np.array_equal(found.posterior, alone.posterior)
        assert np.array_equal(found.leading, alone.leading)
        assert np.array_equal(found.bits, alone.bits)


def test_cases_are_taken_as_they_are_needed(knowledge):
    taken = []

    def cases():
        for case in _cases(knowledge):
            taken.append(case)
            yield case

    ranked = rank_many(cases(), knowledge, threads=1)
    next(ranked)
    assert 1 <= len(taken) <= 9


def test_no_case_gives_nothing(knowledge):
    assert list(rank_many([], knowledge)) == []
