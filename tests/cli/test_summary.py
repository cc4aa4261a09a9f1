"""A terminal shows the answer first, and says how much it leaves to the report."""

from dataclasses import replace
from math import nan

from involuntary.cli.summary import observation_lines
from involuntary.model import Finding, Measurement, Observation, RecordingSummary, Reference, State, Term


def _observed(*findings, measurements=()):
    return Observation(RecordingSummary("bdf", 60.0, ()), (), tuple(measurements), tuple(findings), (), "0")


def _finding(phenomenon, state):
    return Finding(Term("HP:0002380", phenomenon), state, phenomenon, rule=f"{phenomenon}: {state}: why")


def _measurement(id_, value):
    rule = Reference("expert-judgement", "a test's")
    return Measurement(id_, id_.partition(".")[0], "", value, "1", 3, 60.0, "good", "counted", rule)


def test_what_is_present_comes_first_and_says_itself_once():
    lines = list(observation_lines(_observed(_finding("tremor", State.NOT_ASSESSED), _finding("cramp", State.PRESENT))))
    findings = lines[lines.index("Findings") + 1 :]
    assert findings == ["  cramp: present — why", "  tremor: not assessed — why"]


def test_numbers_of_what_was_assessed_are_shown_and_the_rest_counted():
    told = (_finding("cramp", State.EXCLUDED), _finding("tremor", State.NOT_ASSESSED))
    measured = (_measurement("cramp.rate", 0.0), _measurement("cramp.x", nan), _measurement("tremor.frequency", 5.0))
    lines = list(observation_lines(_observed(*told, measurements=measured)))
    shown = lines[lines.index("Measurements") + 1 :]
    assert len(shown) == 2
    assert shown[0].startswith("  cramp.rate = 0")
    assert shown[1].startswith("  2 more")


def test_a_note_that_a_finding_says_is_not_said_twice():
    finding = _finding("cramp", State.PRESENT)
    observed = replace(_observed(finding), notes=(finding.rule, "another"))
    lines = list(observation_lines(observed))
    assert lines[lines.index("Notes") + 1 :] == ["  another"]


def test_a_label_that_does_not_tell_its_phenomenon_is_told_with_it():
    spasm = Term("HP:0003394", "Muscle spasm")
    told = [Finding(spasm, State.PRESENT, owner, rule="why") for owner in ("cramp", "spasm")]
    lines = list(observation_lines(_observed(*told)))
    assert lines[lines.index("Findings") + 1 :] == [
        "  Muscle spasm (cramp): present — why",
        "  Muscle spasm: present — why",
    ]


def test_a_test_without_a_limit_shows_what_it_measured_as_a_whole():
    told = _finding("motor-units", State.NOT_ASSESSED)
    measured = (_measurement("motor-units.unit_0.rate", 9.0), _measurement("motor-units.mean_duration", 11.0))
    lines = list(observation_lines(_observed(told, measurements=measured)))
    shown = lines[lines.index("Measurements") + 1 :]
    assert shown[0].startswith("  motor-units.mean_duration = 11")
    assert shown[1].startswith("  1 more")
