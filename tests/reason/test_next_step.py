"""What it proposes to ask leads to the answer in at most half the questions that asking at random needs."""

import numpy as np

from involuntary.model import Case, Finding, State
from involuntary.reason.assess import assess
from involuntary.reason.differential import rank
from involuntary.reason.evidence import collect
from involuntary.reason.next_step import BURDEN, steps
from involuntary.reason.profiles import profiles_of

MOST = 40


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
        term = choose(ranking, {f.term.id for f in told})
        told.append(Finding(ontology.term(ontology.ids[term]), State.PRESENT if term in truth else State.EXCLUDED))
    return MOST


def test_following_it_needs_at_most_half_the_questions_of_asking_at_random(knowledge):
    ids = knowledge.ontology.ids

    def proposed(ranking, told):
        return next(s.term for s in steps(ranking, knowledge) if ids[s.term] not in told)

    def at_random(random):
        def choose(ranking, told):
            features = {t for row in ranking.leading[:40].tolist() for t, _ in ranking.profiles.features(row)}
            return random.choice(sorted(t for t in features if ids[t] not in told))

        return choose

    led, drawn = [], []
    for row, has, first, random in _patients(knowledge, 20, seed=4):
        led.append(_questions(knowledge, row, has, first, proposed))
        drawn.append(_questions(knowledge, row, has, first, at_random(random)))
    assert len(led) == 20
    assert np.mean(led) <= np.mean(drawn) / 2, (led, drawn)


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
    names.add("every other cause")
    for step in result.next_steps:
        assert step.kind in BURDEN
        assert step.expected_information_bits > 0
        assert set(step.separates) <= names


def test_no_step_is_a_form_of_another_none_restates_a_diagnosis_and_tests_are_named(knowledge):
    case = Case(
        findings=tuple(Finding(knowledge.ontology.term(c), State.PRESENT) for c in ("HP:0002380", "HP:0003323"))
    )
    result = assess(case, knowledge)
    codes = [s.code for s in result.next_steps if s.code.startswith("HP:")]
    assert codes
    assert not any(knowledge.ontology.is_a(a, b) for a in codes for b in codes if a != b)
    assert any(s.kind == "test" for s in result.next_steps)
    names = {c.name.casefold() for c in result.conditions[:5]}
    assert not names & {s.what.casefold() for s in result.next_steps}
    assert not names & {m.casefold() for c in result.conditions[:5] for m in c.missing}
