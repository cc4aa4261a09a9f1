"""What a terminal shows of a result: the answer in one screen; the report and the JSON hold the rest."""

from __future__ import annotations

from collections.abc import Iterator

from involuntary.errors import printable
from involuntary.model import Assessment, Finding, Measurement, Observation, State
from involuntary.reports.described import DESCRIBED, of_all
from involuntary.reports.words import percent

__all__ = ["assessment_lines", "observation_lines"]

# A terminal shows the first few conditions, and others only where they weigh something.
_FIRST = 3
_NEGLIGIBLE = 0.005
_SAID_FIRST = (State.PRESENT, State.EXCLUDED, State.NOT_ASSESSED)


def observation_lines(observation: Observation) -> Iterator[str]:
    """Give an observation line by line."""
    recording = observation.recording
    yield f"{recording.format}, {recording.duration_s:.6g} s"
    for channel in recording.channels:
        usable = f"{100 * channel.usable_fraction:.3g} % usable"
        yield f"  {printable(channel.name)}: {channel.kind}, {channel.unit}, {channel.rate_hz:.7g} Hz, {usable}"
    if observation.findings:
        yield "Findings"
        for finding in sorted(observation.findings, key=lambda f: _SAID_FIRST.index(f.state)):
            weight = finding.likelihood_ratio
            ratio = f" (likelihood ratio {weight.value:.3g})" if weight else ""
            rule = finding.rule.removeprefix(f"{finding.phenomenon}: ").removeprefix(f"{finding.state}: ")
            yield f"  {_named(finding)}: {finding.state}{ratio} — {printable(rule, 700)}"
    if observation.measurements:
        yield "Measurements"
        yield from _measurements(observation)
    said = {finding.rule for finding in observation.findings}
    notes = [note for note in observation.notes if note not in said]
    if notes:
        yield "Notes"
        yield from (f"  {printable(note, 300)}" for note in notes)


def _named(finding: Finding) -> str:
    """Give a finding's label; where it does not tell by itself which phenomenon was looked for, that too."""
    label, owner = finding.term.label, finding.phenomenon
    return f"{label} ({owner})" if owner[:5].lower() not in label.lower() else label


def _measurements(observation: Observation) -> Iterator[str]:
    """Give what was measured of the kinds that were assessed or are described; of the rest, how much there is."""
    told = {f.phenomenon for f in observation.findings if f.state is not State.NOT_ASSESSED} | set(DESCRIBED)
    shown = [m for m in observation.measurements if m.phenomenon in told and of_all(m)]
    yield from (f"  {_measurement(m)}" for m in shown)
    rest = len(observation.measurements) - len(shown)
    if rest:
        yield f"  {rest} more in --json and --report: of single units, not measured, or of kinds that were not assessed"


def _measurement(m: Measurement) -> str:
    unit = "" if m.unit == "1" else f" {m.unit}"
    interval = f" (95 % {m.interval[0]:.4g} to {m.interval[1]:.4g})" if m.interval else ""
    limits = "" if m.quality == "good" else f"; {m.quality}"
    return f"{printable(m.id)} = {m.value:.4g}{unit}{interval}, n {m.n}, {m.recording_time_s:.4g} s{limits}"


def assessment_lines(assessment: Assessment) -> Iterator[str]:
    """Give an assessment line by line, warnings first."""
    yield f"Urgency: {assessment.urgency}"
    for flag in assessment.red_flags:
        yield f"  ! {flag.why} — {flag.action}"
        if flag.concerns:
            yield f"    think of {', '.join(f'{c.name} ({percent(c.probability)})' for c in flag.concerns)}"
    yield "Kind of contraction"
    yield from (f"  {100 * p.probability:5.1f} %  {p.name}" for p in assessment.phenomena[:5])
    yield "What could cause it"
    for condition in assessment.conditions:
        if condition.rank > _FIRST and condition.probability < _NEGLIGIBLE:
            break
        reasons = ", ".join(c.finding for c in condition.supports[:4])
        yield f"  {condition.rank:>2}  {100 * condition.probability:5.1f} %  {condition.name}" + (
            f": {reasons}" if reasons else ""
        )
    if assessment.unexplained:
        yield f"Unexplained: {', '.join(assessment.unexplained)}"
    if assessment.notes:
        yield "Not weighed"
        yield from (f"  {printable(note, 300)}" for note in assessment.notes)
    if assessment.next_steps:
        yield "Next"
        yield from (f"  {step.kind}: {step.what}" for step in assessment.next_steps)
    yield assessment.disclaimer
