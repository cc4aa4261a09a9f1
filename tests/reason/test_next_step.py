"""What it proposes to ask leads to the answer in at most half the questions that asking at random needs."""

import numpy as np

from involuntary.model import Case, Finding, State
from involuntary.reason.assess import assess
from involuntary.reason.differential import rank
from involuntary.reason.evidence import collect
from involuntary.reason.next_step import BURDEN, steps
from involuntary.reason.profiles import profiles_of

MOST = 20


def _patients(knowledge, count, seed):
    """Draw patients: a condition, the features that this patient has of it, and the one they come with."""
    profiles, random = profiles_of(knowledge), np.random.default_rng(seed)
    first = len(profiles.annotated)
    rows = [first + i for i, entry in enumerate(profiles.curated) if entry.phenomena]
    for row in random.permutation(rows).tolist():
        has = [t for t, share in profiles.features(row) if random.random() < share]
        if len(has) >= 4 and count:
            count -= 1
            yield row, has, has[random.integers(len(has))], random


def _questions(knowledge, row, has, first, choose):
    """Count the questions until the disease, or a subtype of its name, leads."""
    ontology, profiles = knowledge.ontology, profiles_of(knowledge)
    truth = {a for t in has for a in ontology.ancestor_indices(t).tolist()}
    told = [Finding(ontology.term(ontology.ids[first]), State.PRESENT)]
    for asked in range(MOST):
        case = Case(findings=tuple(told), setting="neurology")
        ranking = rank(case, collect(case, knowledge), knowledge)
        if profiles.family[ranking.leading[0]] == profiles.family[row]:
            return asked
        open_steps = [s for s in steps(ranking, knowledge) if ontology.ids[s.term] not in {f.term.id for f in told}]
        if not open_steps:
            return MOST
        term = choose(open_steps).term
        told.append(Finding(ontology.term(ontology.ids[term]), State.PRESENT if term in truth else State.EXCLUDED))
    return MOST


def test_following_it_needs_at_most_half_the_questions_of_asking_at_random(knowledge):
    led, drawn = [], []
    for row, has, first, random in _patients(knowledge, 8, seed=2):
        led.append(_questions(knowledge, row, has, first, lambda open_steps: open_steps[0]))
        drawn.append(_questions(knowledge, row, has, first, lambda s, r=random: s[r.integers(len(s))]))
    assert len(led) == 8
    assert np.mean(led) <= np.mean(drawn) / 2


def test_what_is_known_is_not_asked_and_the_best_comes_first(knowledge):
    findings = [Finding(knowledge.ontology.term(c), State.PRESENT) for c in ("HP:0002322", "HP:0002067")]
    findings.append(Finding(knowledge.ontology.term("HP:0001337"), State.EXCLUDED))
    case = Case(findings=tuple(findings))
    found = steps(rank(case, collect(case, knowledge), knowledge), knowledge)
    above = {a for c in ("HP:0002322", "HP:0002067") for a in knowledge.ontology.ancestors(c)}
    assert not above & {knowledge.ontology.ids[s.term] for s in found}
    worth = [s.gain / BURDEN[s.kind] for s in found]
    assert worth == sorted(worth, reverse=True)
    assert min(worth) > 0


def test_each_step_names_what_it_separates(knowledge):
    case = Case(findings=(Finding(knowledge.ontology.term("HP:0001337"), State.PRESENT),))
    result = assess(case, knowledge)
    assert result.next_steps
    names = {c.name for c in result.conditions} | {m.name for c in result.conditions for m in c.members}
    for step in result.next_steps:
        assert step.kind in BURDEN
        assert step.expected_information_bits > 0
        assert set(step.separates) <= names
