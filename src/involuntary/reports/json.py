"""JSON: the observation and the assessment in the shapes that `involuntary.reports.shapes` promises.

Times are in seconds, and what was not measured is null: a number that is not finite never reaches the output.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import chain
from typing import Any

import msgspec

from involuntary.model import (
    Assessment,
    ChannelSummary,
    ConditionMember,
    ConditionResult,
    Contribution,
    Events,
    Finding,
    Management,
    Measurement,
    Observation,
    PhenomenonResult,
    RedFlag,
)
from involuntary.reports import shapes
from involuntary.reports.base import Report, Subject

__all__ = ["REPORT", "schema"]


class JsonReport(Report):
    """The result for machines: UTF-8, two spaces of indentation, keys in a fixed order, the same bytes every time."""

    id = "json"
    name = "JSON"
    media_type = "application/json"
    suffix = ".json"

    def compose(self, subject: Subject) -> bytes:
        """Write the observation or the assessment."""
        result = subject.result
        shape = assessment(result) if isinstance(result, Assessment) else observation(result)
        # msgspec writes numbers that are not finite as null; NumPy's scalars come to the hook.
        try:
            packed = msgspec.json.encode(shape, enc_hook=float)
        except UnicodeEncodeError:
            packed = msgspec.json.encode(_encodable(msgspec.to_builtins(shape, enc_hook=float)))
        return msgspec.json.format(packed, indent=2) + b"\n"


def schema() -> dict[str, Any]:
    """Give the JSON Schema (2020-12) of both results, as ``{"observation": …, "assessment": …}``."""
    return {
        "observation": msgspec.json.schema(shapes.ObservationShape),
        "assessment": msgspec.json.schema(shapes.AssessmentShape),
    }


def observation(result: Observation) -> shapes.ObservationShape:
    """Give an observation its shape."""
    summary = result.recording
    return shapes.ObservationShape(
        recording=shapes.RecordingShape(
            summary.format, summary.duration_s, [_channel(channel) for channel in summary.channels]
        ),
        events=list(chain.from_iterable(_rows(events) for events in result.events)),
        measurements=[_measurement(m) for m in result.measurements],
        findings=[_finding(f) for f in result.findings],
        notes=list(result.notes),
        version=result.version,
    )


def assessment(result: Assessment) -> shapes.AssessmentShape:
    """Give an assessment its shape."""
    return shapes.AssessmentShape(
        phenomena=[_phenomenon(p) for p in result.phenomena],
        conditions=[_condition(c) for c in result.conditions],
        unexplained=list(result.unexplained),
        red_flags=[_red_flag(f) for f in result.red_flags],
        urgency=result.urgency.value,
        next_steps=[
            shapes.NextStepShape(s.kind, s.what, s.code, s.expected_information_bits, list(s.separates))
            for s in result.next_steps
        ],
        management=[_management(m) for m in result.management],
        observations=[observation(o) for o in result.observations],
        knowledge=dict(result.knowledge),
        version=result.version,
        disclaimer=result.disclaimer,
        notes=list(result.notes),
        references=dict(result.references),
    )


def _channel(channel: ChannelSummary) -> shapes.ChannelShape:
    unusable = [
        shapes.UnusableShape(reason, start, stop - start)
        for reason, stretches in channel.unusable
        for start, stop in stretches
    ]
    found = channel.heart
    heart = shapes.HeartShape(found.share, found.rate_per_min, found.amplitude, found.unit) if found else None
    return shapes.ChannelShape(
        channel.name, channel.kind, channel.unit, channel.rate_hz, channel.usable_fraction, unusable, heart
    )


def _rows(events: Events) -> Iterable[dict[str, str | float | None]]:
    names = ("kind", "channel", "onset_s", "duration_s", *events.features)
    columns = (
        [events.kind] * len(events),
        events.channel,
        events.onset_s.tolist(),
        events.duration_s.tolist(),
        *(column.tolist() for column in events.features.values()),
    )
    return (dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True))


def _measurement(measured: Measurement) -> shapes.MeasurementShape:
    return shapes.MeasurementShape(
        id=measured.id,
        phenomenon=measured.phenomenon,
        channel=measured.channel,
        value=measured.value,
        unit=measured.unit,
        n=int(measured.n),
        interval=None if measured.interval is None else list(measured.interval),
        quality=measured.quality,
        method=measured.method,
        source=str(measured.source),
        recording_time_s=measured.recording_time_s,
        parameters=dict(measured.provenance.parameters) if measured.provenance else {},
    )


def _finding(finding: Finding) -> shapes.FindingShape:
    ratio, rule_source = finding.likelihood_ratio, str(finding.source) if finding.source else ""
    return shapes.FindingShape(
        phenomenon=finding.phenomenon,
        hpo=finding.term.id,
        label=finding.term.label,
        state=finding.state.value,
        likelihood_ratio=ratio.value if ratio else None,
        because=list(finding.because),
        source=str(ratio.source) if ratio else rule_source,
        rule=finding.rule,
        rule_source=rule_source,
        side=finding.side,
        note=finding.note,
    )


def _contributions(contributions: Iterable[Contribution]) -> list[shapes.ContributionShape]:
    return [shapes.ContributionShape(c.finding, c.likelihood_ratio, c.source, c.bits) for c in contributions]


def _phenomenon(result: PhenomenonResult) -> shapes.PhenomenonShape:
    return shapes.PhenomenonShape(
        result.id,
        result.name,
        result.probability,
        _contributions(result.supports),
        _contributions(result.contradicts),
        list(result.missing),
    )


def _members(members: Iterable[ConditionMember]) -> list[shapes.MemberShape]:
    return [shapes.MemberShape(m.id, m.name, m.probability) for m in members]


def _red_flag(flag: RedFlag) -> shapes.RedFlagShape:
    concerns = _members(flag.concerns)
    return shapes.RedFlagShape(flag.id, flag.why, flag.action, flag.source, flag.urgency.value, concerns)


def _condition(result: ConditionResult) -> shapes.ConditionShape:
    return shapes.ConditionShape(
        rank=result.rank,
        id=result.id,
        name=result.name,
        group=result.group,
        codes=dict(result.codes),
        probability=result.probability,
        supports=_contributions(result.supports),
        contradicts=_contributions(result.contradicts),
        missing=list(result.missing),
        prior_bits=result.prior_bits,
        members=_members(result.members),
    )


def _management(item: Management) -> shapes.ManagementShape:
    return shapes.ManagementShape(item.what_for, item.what, item.kind, item.caution, item.source)


def _encodable(value: Any) -> Any:
    """Give the same tree with half surrogate pairs, which UTF-8 cannot write, as U+FFFD."""
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, Mapping):
        return {_encodable(key): _encodable(item) for key, item in value.items()}
    return [_encodable(item) for item in value] if isinstance(value, list | tuple) else value


REPORT = JsonReport()
