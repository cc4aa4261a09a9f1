"""The ranking can be argued with: contributions add up, order does not matter, exclusion never helps."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from involuntary.model import Case, Finding, LikelihoodRatio, Reference, State
from involuntary.reason.assess import assess
from involuntary.reason.differential import NERVE_AND_MUSCLE, rank
from involuntary.reason.evidence import collect
from involuntary.reason.profiles import profiles_of

CODES = ["HP:0002380", "HP:0001324", "HP:0001337", "HP:0002322", "HP:0001336", "HP:0003394", "HP:0001250", "HP:0000508"]
UNRELATED = ["HP:0000545", "HP:0000670", "HP:0001007", "HP:0000365", "HP:0001061", "HP:0000023"]
SETTINGS = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def _case(knowledge, present=(), excluded=(), **more):
    findings = [Finding(knowledge.ontology.term(c), State.PRESENT) for c in present]
    findings += [Finding(knowledge.ontology.term(c), State.EXCLUDED) for c in excluded]
    return Case(findings=tuple(findings), age_years=50.0, sex="female", setting="neurology", **more)


def _rank(knowledge, **told):
    case = _case(knowledge, **told)
    return rank(case, collect(case, knowledge), knowledge)


@SETTINGS
@given(st.lists(st.sampled_from(CODES), max_size=5, unique=True), st.lists(st.sampled_from(UNRELATED), max_size=2))
def test_contributions_add_up_to_the_posterior(knowledge, present, excluded):
    shown = assess(_case(knowledge, present=present, excluded=excluded), knowledge).conditions[:20]
    scores = [r.prior_bits + sum(c.bits for c in (*r.supports, *r.contradicts)) for r in shown]
    odds = [np.log2(r.probability) for r in shown]
    assert np.allclose(np.diff(scores), np.diff(odds), atol=1e-9, rtol=0)
    said = [c for r in shown for c in (*r.supports, *r.contradicts)]
    assert [c.likelihood_ratio for c in said] == pytest.approx([2.0**c.bits for c in said], rel=1e-12)


@SETTINGS
@given(st.lists(st.sampled_from(CODES), max_size=5, unique=True))
def test_posteriors_sum_to_one_and_lead_in_order(knowledge, present):
    ranking = _rank(knowledge, present=present)
    assert ranking.posterior.sum() == pytest.approx(1.0, abs=1e-12)
    assert np.exp2(ranking.prior_bits).sum() == pytest.approx(1.0, abs=1e-12)
    assert np.all(np.diff(ranking.posterior[ranking.leading]) <= 0)
    rest = np.setdiff1d(np.arange(len(ranking.posterior)), ranking.leading)
    assert ranking.posterior[rest].max() <= ranking.posterior[ranking.leading[-1]] * (1 + 1e-4)


@SETTINGS
@given(st.lists(st.sampled_from(CODES), min_size=1, max_size=5, unique=True), st.randoms(use_true_random=False))
def test_the_order_of_findings_does_not_matter(knowledge, codes, random):
    shuffled = list(codes)
    random.shuffle(shuffled)
    assert np.array_equal(_rank(knowledge, present=codes).posterior, _rank(knowledge, present=shuffled).posterior)


@SETTINGS
@given(st.sampled_from(CODES), st.lists(st.sampled_from(UNRELATED), max_size=3, unique=True))
def test_an_excluded_finding_never_raises_what_shows_it(knowledge, code, present):
    before, after = _rank(knowledge, present=present), _rank(knowledge, present=present, excluded=[code])
    rows, _ = before.profiles.column(knowledge.ontology.index(code))
    rows = rows[before.profiles.stands[rows]]
    # Its odds against a row that says nothing of it never rise.
    none = before.profiles.none
    odds_before = before.posterior[rows] / before.posterior[none]
    assert np.all(after.posterior[rows] / after.posterior[none] <= odds_before * (1 + 1e-6))


def test_a_doubtful_detail_takes_no_certainty_from_what_was_told_in_broader_words(knowledge):
    detail, broad = (knowledge.ontology.term(code) for code in ("HP:0000317", "HP:0002411"))
    profiles, judged = profiles_of(knowledge), Reference("expert-judgement", "judgement")

    def posterior(*findings):
        case = Case(findings=findings)
        return rank(case, collect(case, knowledge), knowledge).posterior

    def of(ratio):
        return Finding(detail, State.PRESENT, likelihood_ratio=LikelihoodRatio(ratio, judged))

    sure = Finding(broad, State.PRESENT)
    rows, _ = profiles.column(knowledge.ontology.index(broad.id))
    rows = rows[profiles.stands[rows]]
    told, doubted, alone = posterior(sure, of(1.5)), posterior(of(1.5)), posterior(sure)
    assert told[rows].sum() > 2 * doubted[rows].sum()
    assert told[rows].sum() > 0.9 * alone[rows].sum()


def test_a_finding_that_a_disease_is_annotated_with_supports_it(knowledge):
    before = _rank(knowledge)
    row = next(r for r in range(len(before.profiles)) if len(before.profiles.features(r)) > 3)
    term, _ = before.profiles.features(row)[0]
    after = _rank(knowledge, present=[knowledge.ontology.ids[term]])
    assert after.posterior[row] > 2 * before.posterior[row]


@SETTINGS
@given(st.sampled_from(UNRELATED))
def test_an_irrelevant_finding_never_moves_a_clear_leader(knowledge, code):
    """What a clear leader does not show costs it at most eight bits against anything that was likely before."""
    clear = ["HP:0002322", "HP:0002067", "HP:0002396", "HP:0004409"]
    before, after = _rank(knowledge, present=clear), _rank(knowledge, present=[*clear, code])
    leader = before.leading[0]
    assert after.leading[0] == leader
    likely = before.leading[before.posterior[before.leading] > 1e-4]
    moved = np.log2(after.posterior[likely] / after.posterior[leader])
    moved -= np.log2(before.posterior[likely] / before.posterior[leader])
    assert np.abs(moved).max() < 8.0


def test_a_signals_finding_counts_for_no_more_than_its_ratio(knowledge):
    judged = Reference("expert-judgement", "judgement")
    bits = {}
    for value in (1.0, 3.0, 30.0, None):
        ratio = None if value is None else LikelihoodRatio(value, judged)
        case = Case(findings=(Finding(knowledge.ontology.term("HP:0002380"), State.PRESENT, likelihood_ratio=ratio),))
        ranking = rank(case, collect(case, knowledge), knowledge)
        bits[value] = (ranking.bits[0] + ranking.typical).max() if len(ranking.bits) else 0.0
    assert bits[1.0] == 0.0
    assert 0.0 < bits[3.0] < bits[30.0] < bits[None]
    # Both blends and the chain hold the bound; their weights add up to at most 1.02.
    assert bits[3.0] - _typical_of(knowledge, 3.0) <= 1.02 * np.log2(3.0) + 0.5


def _typical_of(knowledge, value):
    ratio = LikelihoodRatio(value, Reference("expert-judgement", "judgement"))
    case = Case(findings=(Finding(knowledge.ontology.term("HP:0002380"), State.PRESENT, likelihood_ratio=ratio),))
    return float(rank(case, collect(case, knowledge), knowledge).typical.max())


def test_nothing_told_gives_none_of_these(knowledge):
    result = assess(Case(), knowledge)
    assert result.conditions[0].id == "none-of-these"
    assert sum(c.probability for c in result.conditions) <= 1.0 + 1e-9
    assert result.red_flags == ()
    assert result.disclaimer.endswith("what was not looked at is not absent.")


def test_unrelated_findings_lead_to_none_of_these(knowledge):
    """Findings drawn at random from outside nerve and muscle fit nothing together."""
    random = np.random.default_rng(5)
    profiles = _rank(knowledge).profiles
    near = {knowledge.ontology.index(code) for code in NERVE_AND_MUSCLE}
    far = [t for t in np.unique(profiles.feature_term) if near.isdisjoint(knowledge.ontology.ancestor_indices(t))]
    lead = 0
    for _ in range(40):
        codes = [knowledge.ontology.ids[t] for t in random.choice(far, 3, replace=False)]
        lead += _rank(knowledge, present=codes).leading[0] == profiles.none
    assert lead >= 39


def test_words_that_no_code_holds_tell_conditions_apart(knowledge):
    """The same coded finding, told in two ways."""

    def leader(*words):
        finding = Finding(knowledge.ontology.term("HP:0003394"), State.PRESENT)
        return assess(Case(findings=(finding,), words=tuple(sorted(words))), knowledge).conditions[0]

    night = leader("calf", "night", "bed", "wake", "stretch")
    assert night.id == "nocturnal-leg-cramps"
    assert any(c.finding.startswith("the words of the history: ") for c in night.supports)
    assert leader("calf", "heat", "sweat", "work", "sun", "salt").id != "nocturnal-leg-cramps"


def test_words_that_tell_nothing_raise_nothing(knowledge):
    before = rank(Case(), (), knowledge)
    case = Case(words=("bus", "letter", "tuesday", "window"))
    after = rank(case, collect(case, knowledge), knowledge)
    assert after.leading[0] == after.profiles.none
    assert after.posterior[after.profiles.none] >= before.posterior[before.profiles.none] - 1e-9
