"""What was seen outweighs what goes with it; each kind has its reasons for, against and missing."""

import numpy as np
import pytest

from involuntary.model import Case, Finding, LikelihoodRatio, Reference, State
from involuntary.reason.evidence import collect
from involuntary.reason.phenomenology import WEIGHTS, phenomena


def _kinds(knowledge, *told):
    findings = tuple(Finding(knowledge.ontology.term(code), state, **more) for code, state, more in told)
    case = Case(findings=findings)
    return {p.id: p for p in phenomena(collect(case, knowledge), knowledge)}


def present(code, **more):
    return code, State.PRESENT, more


def excluded(code):
    return code, State.EXCLUDED, {}


def test_contributions_add_up_to_the_odds(knowledge):
    for kind in _kinds(knowledge, present("HP:0002380"), present("HP:0001324"), excluded("HP:0001337")).values():
        bits = WEIGHTS.prior + sum(c.bits for c in (*kind.supports, *kind.contradicts))
        assert np.log2(kind.probability / (1 - kind.probability)) == pytest.approx(bits, abs=1e-9)


def test_a_kind_that_was_seen_leads(knowledge):
    for code, kind in (("HP:0002380", "fasciculation"), ("HP:0002322", "tremor"), ("HP:0010828", "hemifacial-spasm")):
        if kind in knowledge.phenomena:
            assert next(iter(_kinds(knowledge, present(code)))) == kind


def test_what_goes_with_a_kind_never_makes_it_likely_by_itself(knowledge):
    for entry in knowledge.phenomena.values():
        own = {code.id for code in entry.codes.hpo if code.match in {"exact", "narrower"}}
        features = [f.hpo for f in entry.features if not any(knowledge.ontology.is_a(f.hpo, code) for code in own)]
        found = _kinds(knowledge, *map(present, features))[entry.id]
        assert found.probability < 0.5


def test_a_form_ruled_out_does_not_rule_out_the_kind(knowledge):
    before = _kinds(knowledge, present("HP:0002322"))["tremor"].probability
    assert _kinds(knowledge, present("HP:0002322"), excluded("HP:0002080"))["tremor"].probability == before
    assert _kinds(knowledge, excluded("HP:0001337"))["tremor"].probability < 0.01


def test_two_witnesses_of_one_kind_count_once(knowledge):
    once = _kinds(knowledge, present("HP:0001308"))["fasciculation"].probability
    assert _kinds(knowledge, present("HP:0001308"), present("HP:0007289"))["fasciculation"].probability == once


def test_a_signal_counts_for_no_more_than_its_ratio(knowledge):
    ratio = LikelihoodRatio(4.0, Reference("expert-judgement", "judgement"))
    found = _kinds(knowledge, present("HP:0002380", likelihood_ratio=ratio))["fasciculation"]
    assert [c.bits for c in found.supports] == [pytest.approx(2.0)]


def test_a_doubtful_detail_does_not_make_what_was_seen_doubtful(knowledge):
    ratio = LikelihoodRatio(50.0, Reference("expert-judgement", "judgement"))
    seen, detail = present("HP:0002411"), present("HP:0000317", likelihood_ratio=ratio)
    alone = _kinds(knowledge, seen)["neuromyotonia"]
    both = _kinds(knowledge, seen, detail)
    assert both["neuromyotonia"].probability == alone.probability
    assert [c.finding for c in both["neuromyotonia"].supports] == ["Myokymia"]
    assert next(iter(both)) == "neuromyotonia"
    assert _kinds(knowledge, detail)["neuromyotonia"].probability < alone.probability


def test_a_sign_near_a_kind_is_no_form_of_it(knowledge):
    found = _kinds(knowledge, present("HP:0000317"))
    assert found["neuromyotonia"].probability > 0.5 > found["hemifacial-spasm"].probability


def test_missing_names_what_nobody_told(knowledge):
    found = _kinds(knowledge, present("HP:0002380"))["fasciculation"]
    labels = {f.label for f in knowledge.phenomena["fasciculation"].features}
    assert found.missing
    assert set(found.missing) <= labels
