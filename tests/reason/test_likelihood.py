"""The quick score agrees with the exact one, which agrees with a formula written out term by term."""

import math
from types import MappingProxyType

import numpy as np
import pytest

from involuntary.reason.likelihood import WEIGHTS, weigh_findings
from involuntary.reason.profiles import profiles_of

CODES = ["HP:0002380", "HP:0003323", "HP:0001347", "HP:0002322"]
ABSENT = ["HP:0001250", "HP:0001337"]


def _found(knowledge, codes=CODES, doubt=0.0):
    return {knowledge.ontology.index(code): doubt for code in codes}


def _rows(profiles):
    return np.array([*range(0, len(profiles), 211), profiles.none], dtype=np.int64)


@pytest.mark.parametrize("doubt", [0.0, 0.5])
def test_the_quick_score_is_the_exact_one(knowledge, doubt):
    profiles = profiles_of(knowledge)
    found, absent, rows = _found(knowledge, doubt=doubt), _found(knowledge, ABSENT, doubt), _rows(profiles)
    weighed = weigh_findings(profiles, knowledge, found, absent)
    exact = weighed.exact(rows)
    assert sorted(exact.bits) == sorted(found | absent)
    assert weighed.bits[rows] == pytest.approx(sum(exact.bits.values()) + exact.typical, abs=2e-5)


def test_the_exact_score_is_the_formula(knowledge):
    profiles, o = profiles_of(knowledge), knowledge.ontology
    found, rows = _found(knowledge), _rows(profiles)[::20]
    exact = weigh_findings(profiles, knowledge, found).exact(rows)
    for place, row in enumerate(rows.tolist()):
        if row != profiles.none:
            expected = _slow(profiles, o, sorted(found), row)
            assert sum(b[place] for b in exact.bits.values()) + exact.typical[place] == pytest.approx(
                expected, abs=1e-4
            )


def test_the_score_of_a_doubtful_detail_of_something_told_for_sure_is_the_formula(knowledge):
    profiles, o = profiles_of(knowledge), knowledge.ontology
    rows = _rows(profiles)[::20]
    detail, broad, other = (o.index(code) for code in ("HP:0000317", "HP:0002411", "HP:0001324"))
    for doubt, left in ((0.02, 0.0), (3.0, 0.5)):
        found, broader = {detail: doubt, other: 0.0}, {detail: (broad, left)}
        exact = weigh_findings(profiles, knowledge, found, broader=broader).exact(rows)
        for place, row in enumerate(rows[:-1].tolist()):
            assert sum(b[place] for b in exact.bits.values()) + exact.typical[place] == pytest.approx(
                _slow(profiles, o, sorted(found), row, found, broader), abs=1e-4
            )


def test_however_doubtful_a_detail_what_was_told_for_sure_remains(knowledge):
    profiles, o = profiles_of(knowledge), knowledge.ontology
    detail, broad = o.index("HP:0000317"), o.index("HP:0002411")
    never = {detail: 1e9}
    alone = weigh_findings(profiles, knowledge, {broad: 0.0})
    kept = weigh_findings(profiles, knowledge, never, broader={detail: (broad, 0.0)})
    lost = weigh_findings(profiles, knowledge, never)
    told = np.abs(alone.bits) > 1.0
    assert told.sum() > 100
    # All but the nearness of the terms above, which is that of the detail.
    assert np.corrcoef(kept.bits[told], alone.bits[told])[0, 1] > 0.99
    assert kept.typical == pytest.approx(alone.typical, abs=1e-6)
    assert np.abs(lost.bits[told]).max() < 0.1


def test_what_was_told_for_sure_adds_nothing_to_a_detail_that_is_sure(knowledge):
    profiles, o = profiles_of(knowledge), knowledge.ontology
    detail, broad = o.index("HP:0000317"), o.index("HP:0002411")
    sure = weigh_findings(profiles, knowledge, {detail: 0.0})
    both = weigh_findings(profiles, knowledge, {detail: 0.0}, broader={detail: (broad, 0.0)})
    assert both.bits == pytest.approx(sure.bits, abs=1e-6)


def test_more_findings_than_a_product_can_hold_are_weighed_as_few_are(knowledge):
    profiles, rows = profiles_of(knowledge), _rows(profiles_of(knowledge))
    terms = np.unique(profiles.feature_term)[::60]
    assert len(terms) > 100
    weighed = weigh_findings(profiles, knowledge, dict.fromkeys(terms.tolist(), 0.0))
    exact = weighed.exact(rows)
    assert weighed.bits[rows] == pytest.approx(sum(exact.bits.values()) + exact.typical, rel=1e-4)


def test_none_of_these_scores_nothing(knowledge):
    profiles = profiles_of(knowledge)
    assert weigh_findings(profiles, knowledge, _found(knowledge)).bits[profiles.none] == 0.0


def test_nothing_found_says_nothing(knowledge):
    profiles = profiles_of(knowledge)
    weighed, rows = weigh_findings(profiles, knowledge, {}), _rows(profiles)
    assert not weighed.bits.any()
    assert weighed.exact(rows).bits == {}
    assert not weighed.exact(rows).typical.any()


def test_an_excluded_finding_takes_away_little_of_what_shows_it(knowledge):
    profiles, term = profiles_of(knowledge), knowledge.ontology.index("HP:0001337")
    rows, share = profiles.stated(term)
    bits = weigh_findings(profiles, knowledge, {}, {term: 0.0}).bits
    trust = np.where(rows < len(profiles.annotated), 0.1, 0.5)
    assert bits[rows] == pytest.approx(np.log2(1.0 - trust * share), abs=1e-6)
    assert np.all(np.delete(bits, rows) == 0.0)
    assert np.all(weigh_findings(profiles, knowledge, {}, {term: 1.0}).bits == 0.0)


def _slow(profiles, o, terms, row, doubts=MappingProxyType({}), broader=MappingProxyType({})):
    """Bits of one row, by the formula, with plain Python numbers."""
    w = WEIGHTS

    def share(t):
        rows, values = profiles.column(t)
        return float(values[rows == row][0]) if row in rows else 0.0

    def above(t):
        return [a for a in o.ancestor_indices(t).tolist() if profiles.inside[a]]

    def parents(t):
        return [p for p in o.parent[o.parent_start[t] : o.parent_start[t + 1]].tolist() if profiles.inside[p]]

    def usual(t):
        return float(profiles.background[t])

    def surest(q):
        return broader.get(q, (None, doubts.get(q, 0.0)))

    def ratio(q, t):
        s, left = surest(q)
        if s is None:
            return (share(t) + left) / (usual(t) + left)
        if t in above(s):
            return (share(t) + left) / (usual(t) + left)
        here, anywhere = ((of(s) + left) / (1 + left) for of in (share, usual))
        return (share(t) + doubts[q] * here) / (usual(t) + doubts[q] * anywhere)

    def doubt(t):
        implying = (q for q in terms if t in above(q))
        return min(surest(q)[1] if q not in broader or t in above(broader[q][0]) else doubts[q] for q in implying)

    ic, own = profiles.information.astype(float), 0.0
    certainty = {t: 1 / (1 + surest(t)[1]) for t in terms}
    for t in terms:
        known = math.log((float(profiles.mass[row]) + 15) / (float(profiles.mass[profiles.none]) + 15))
        own += w.mass * certainty[t] * known
        for weight, g, leak in ((w.broad, 0.5, 0.1), (w.narrow, 4.0, 0.3)):
            near = {a: math.exp(-g * (ic[t] - ic[a])) for a in above(t)}
            blend = sum(n * ratio(t, a) for a, n in near.items()) / sum(near.values())
            own += weight * math.log((1 - leak) * blend + leak)
    closure = {a for t in terms for a in above(t)}
    for t in closure:
        if parents(t):
            c = float(profiles.given_parents[t])
            given = (share(t) + 0.1 * c) / (min(map(share, parents(t))) + 0.1)
            own += w.given * math.log((given + doubt(t)) / (c + doubt(t)))
    reached = whole = 0.0
    for t, f in profiles.features(row):
        common = max((ic[a] / (1 + doubt(a)) for a in above(t) if a in closure and ic[a] >= 0.1), default=0.0)
        reached += f * ic[t] * min(1.0, common / max(ic[t], 0.1))
        whole += f * ic[t]
    n = max(1.0, sum(certainty.values()))
    return (n ** (-1 / 3) * own + w.typical * n ** (1 / 6) * reached / max(whole, 1.0)) / math.log(2)
