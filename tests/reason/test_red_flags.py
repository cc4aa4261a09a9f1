"""Rules stand whatever the ranking says; what can wait is advice, no warning."""

import dataclasses

import msgspec
import pytest

from involuntary.knowledge.rules import Clause, Clauses, RedFlagEntry
from involuntary.model import Case, Exposure, Finding, LabResult, Onset, State, Urgency
from involuntary.reason.assess import assess
from involuntary.reason.evidence import collect
from involuntary.reason.red_flags import raise_red_flags, routine_advice

WEAK = Clause(finding="HP:0001324", label="Muscle weakness")
RULE = RedFlagEntry(
    id="rule",
    name="Rule",
    why="w",
    action="a",
    urgency="urgent",
    source="expert-judgement",
    when=(Clauses(any=(WEAK,)),),
)


def _with(knowledge, **changed):
    rule = msgspec.structs.replace(RULE, **changed)
    return dataclasses.replace(knowledge, red_flags={rule.id: rule})


def _raised(knowledge, case, **changed):
    knowledge = _with(knowledge, **changed)
    return [flag.id for flag in raise_red_flags(case, collect(case, knowledge), knowledge)]


def _told(knowledge, code, state=State.PRESENT):
    return Case(findings=(Finding(knowledge.ontology.term(code), state),))


def test_a_narrower_finding_meets_a_rule_and_an_excluded_one_does_not(knowledge):
    assert _raised(knowledge, _told(knowledge, "HP:0003690")) == ["rule"]
    assert _raised(knowledge, _told(knowledge, "HP:0003690", State.EXCLUDED)) == []
    assert _raised(knowledge, _told(knowledge, "HP:0002380")) == []


def test_every_line_must_hold_and_no_exception(knowledge):
    case = _told(knowledge, "HP:0001324")
    young = Clauses(any=(Clause(age_below=30.0),))
    assert _raised(knowledge, case, when=(*RULE.when, young)) == []
    assert _raised(knowledge, dataclasses.replace(case, age_years=20.0), when=(*RULE.when, young)) == ["rule"]
    assert _raised(knowledge, case, unless=(WEAK,)) == []


def test_a_limit_is_read_in_its_own_unit(knowledge):
    low = (Clauses(any=(Clause(lab="calcium", below=1.9, unit="mmol/L"),)),)
    for value, unit, raised in ((1.8, "mmol/L", ["rule"]), (7.2, "mg/dL", ["rule"]), (9.0, "mg/dL", [])):
        assert _raised(knowledge, Case(labs=(LabResult("calcium", value, unit),)), when=low) == raised


@pytest.mark.parametrize(
    ("clause", "case"),
    [
        (Clause(onset="acute"), Case(onset=Onset("acute"))),
        (Clause(exposure="loop-diuretics"), Case(exposures=(Exposure("furosemide 40 mg", "drug"),))),
    ],
)
def test_onset_and_exposures_count(knowledge, clause, case):
    if clause.exposure and clause.exposure not in knowledge.substances:
        pytest.skip("the entries hold no such substance")
    assert _raised(knowledge, case, when=(Clauses(any=(clause,)),)) == ["rule"]
    assert _raised(knowledge, Case(), when=(Clauses(any=(clause,)),)) == []


def test_what_can_wait_is_advice(knowledge):
    case, routine = _told(knowledge, "HP:0001324"), _with(knowledge, urgency="routine")
    evidence = collect(case, routine)
    assert raise_red_flags(case, evidence, routine) == ()
    assert [(m.what_for, m.what) for m in routine_advice(case, evidence, routine)] == [("Rule", "a")]


def test_the_most_pressing_comes_first_and_gives_the_urgency(knowledge):
    pressing = msgspec.structs.replace(RULE, id="zz", urgency="emergency")
    both = dataclasses.replace(knowledge, red_flags={"rule": RULE, "zz": pressing})
    result = assess(_told(knowledge, "HP:0001324"), both)
    assert [flag.id for flag in result.red_flags] == ["zz", "rule"]
    assert result.urgency is Urgency.EMERGENCY


def test_a_warning_names_the_dangerous_conditions_that_fit_however_unlikely(knowledge):
    findings = [Finding(knowledge.ontology.term(c), State.PRESENT) for c in ("HP:0000211", "HP:0003394")]
    result = assess(Case(findings=tuple(findings), setting="primary"), knowledge)
    (lockjaw,) = (flag for flag in result.red_flags if flag.id == "lockjaw")
    assert "tetanus" in {c.id for c in lockjaw.concerns}
    chances = [c.probability for c in lockjaw.concerns]
    assert chances == sorted(chances, reverse=True)
    for flag in result.red_flags:
        assert all(flag.id in knowledge.conditions[c.id].red_flags for c in flag.concerns)
