"""The ranking can be argued with: contributions add up, order does not matter, exclusion never helps."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from involuntary.model import Case, Finding, State
from involuntary.reason.assess import assess
from involuntary.reason.differential import rank
from involuntary.reason.evidence import collect
from involuntary.reason.profiles import profiles_of

CODES = ["HP:0002380", "HP:0001324", "HP:0001337", "HP:0002322", "HP:0001336", "HP:0003394", "HP:0001250", "HP:0000508"]
SETTINGS = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def _case(knowledge, present=(), excluded=()):
    findings = [Finding(knowledge.ontology.term(c), State.PRESENT) for c in present]
    findings += [Finding(knowledge.ontology.term(c), State.EXCLUDED) for c in excluded]
    return Case(findings=tuple(findings), age_years=50.0, sex="female", setting="neurology")


def _posterior(knowledge, **told):
    case = _case(knowledge, **told)
    return rank(case, collect(case, knowledge), knowledge)


@SETTINGS
@given(st.lists(st.sampled_from(CODES), max_size=5, unique=True))
def test_contributions_add_up_to_the_posterior(knowledge, codes):
    ranking = _posterior(knowledge, present=codes)
    total = ranking.prior_bits + ranking.bits.sum(axis=0)
    odds = total - total.max()
    assert np.allclose(np.log2(ranking.posterior), odds - np.log2(np.exp2(odds).sum()), atol=1e-9, rtol=0)
    assert ranking.posterior.sum() == pytest.approx(1.0, abs=1e-9)
    shown = assess(_case(knowledge, present=codes), knowledge).conditions
    first, second = shown[0], shown[1]
    for result in (first, second):
        result_bits = result.prior_bits + sum(c.bits for c in (*result.supports, *result.contradicts))
        assert result_bits == pytest.approx(
            total[np.isclose(ranking.posterior, result.probability, rtol=1e-12)][0], abs=1e-9
        )


@SETTINGS
@given(st.lists(st.sampled_from(CODES), min_size=1, max_size=5, unique=True), st.randoms(use_true_random=False))
def test_the_order_of_findings_does_not_matter(knowledge, codes, random):
    shuffled = list(codes)
    random.shuffle(shuffled)
    assert np.array_equal(
        _posterior(knowledge, present=codes).posterior, _posterior(knowledge, present=shuffled).posterior
    )


@SETTINGS
@given(st.sampled_from(CODES))
def test_an_excluded_finding_never_raises_what_is_annotated_with_it(knowledge, code):
    ranking = _posterior(knowledge, excluded=[code])
    rows, _ = profiles_of(knowledge).column(knowledge.ontology.index(code))
    index = next(i for i, e in enumerate(ranking.evidence) if e.term == code)
    assert np.all(ranking.bits[index, rows] <= 0)


def test_a_finding_that_a_disease_is_annotated_with_supports_it(knowledge):
    profiles = profiles_of(knowledge)
    row = next(r for r in range(len(profiles)) if len(profiles.features(r)) > 3)
    term, _ = profiles.features(row)[0]
    ranking = _posterior(knowledge, present=[knowledge.ontology.ids[term]])
    index = next(i for i, e in enumerate(ranking.evidence) if e.kind == "finding")
    assert ranking.bits[index, row] > 0


def test_the_matrix_agrees_with_the_annotations_row_by_row(knowledge):
    """The slow twin: the frequency of a term in a disease is the largest among its annotated descendants."""
    profiles = profiles_of(knowledge)
    random = np.random.default_rng(1)
    for row in random.integers(0, len(profiles), 40).tolist():
        expected: dict[int, float] = {}
        for term, frequency in profiles.features(row):
            for above in knowledge.ontology.ancestor_indices(term).tolist():
                expected[above] = max(expected.get(above, 0.0), frequency)
        for term in random.choice(sorted(expected), 10).tolist():
            rows, frequencies = profiles.column(term)
            assert frequencies[rows == row].tolist() == [pytest.approx(expected[term])]


def test_nothing_told_gives_an_answer_all_the_same(knowledge):
    result = assess(Case(), knowledge)
    assert sum(c.probability for c in result.conditions) <= 1.0 + 1e-9
    assert result.red_flags == ()
    assert result.disclaimer.endswith("what was not looked at is not absent.")
