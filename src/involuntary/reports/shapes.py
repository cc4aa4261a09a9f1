"""The shapes of the JSON output: one struct an object, fields in the order in which they are written.

They are a promise: a key may be added, never renamed. ``msgspec`` derives the JSON Schema from them.
"""

from __future__ import annotations

import msgspec

__all__ = [
    "AssessmentShape",
    "ChannelShape",
    "ConditionShape",
    "ContributionShape",
    "FindingShape",
    "ManagementShape",
    "MeasurementShape",
    "NextStepShape",
    "ObservationShape",
    "PhenomenonShape",
    "RecordingShape",
    "RedFlagShape",
    "UnusableShape",
]

Number = float | None


class UnusableShape(msgspec.Struct, frozen=True):
    """A stretch that did not serve the analysis, and why."""

    reason: str
    onset_s: float
    duration_s: float


class HeartShape(msgspec.Struct, frozen=True):
    """The heart in a channel of EMG: share of the time, rate, and the average beat peak to peak."""

    share: float
    rate_per_min: float
    amplitude: float
    unit: str


class ChannelShape(msgspec.Struct, frozen=True):
    """A channel; `usable_fraction` is null where it was not looked at, `heart` where none was found."""

    name: str
    kind: str
    unit: str
    rate_hz: float
    usable_fraction: Number
    unusable: list[UnusableShape]
    heart: HeartShape | None = None


class RecordingShape(msgspec.Struct, frozen=True):
    """A recording without identity and path."""

    format: str
    duration_s: float
    channels: list[ChannelShape]


class MeasurementShape(msgspec.Struct, frozen=True):
    """A number with all it needs to be trusted; `value` is null where it could not be measured."""

    id: str
    phenomenon: str
    channel: str
    value: Number
    unit: str
    n: int
    interval: list[Number] | None
    quality: str
    method: str
    source: str
    recording_time_s: Number
    parameters: dict[str, str]


class FindingShape(msgspec.Struct, frozen=True):
    """A finding; `source` is that of the likelihood ratio, or of the rule where no ratio is known."""

    phenomenon: str
    hpo: str
    label: str
    state: str
    likelihood_ratio: Number
    because: list[str]
    source: str
    rule: str
    rule_source: str
    side: str
    note: str


class ObservationShape(msgspec.Struct, frozen=True):
    """What one recording shows; an event is a row with ``kind``, ``channel``, ``onset_s``, ``duration_s``, features."""

    recording: RecordingShape
    events: list[dict[str, str | float | None]]
    measurements: list[MeasurementShape]
    findings: list[FindingShape]
    notes: list[str]
    version: str


class ContributionShape(msgspec.Struct, frozen=True):
    """What one finding adds; `bits` is the base-2 logarithm of `likelihood_ratio`."""

    finding: str
    likelihood_ratio: Number
    source: str
    bits: Number


class PhenomenonShape(msgspec.Struct, frozen=True):
    """A kind of contraction with its evidence."""

    id: str
    name: str
    probability: Number
    supports: list[ContributionShape]
    contradicts: list[ContributionShape]
    missing: list[str]


class MemberShape(msgspec.Struct, frozen=True):
    """A subtype of the condition on whose line it stands, with its own probability."""

    id: str
    name: str
    probability: Number


class ConditionShape(msgspec.Struct, frozen=True):
    """A condition with its evidence; `prior_bits` and the contributions' bits add up to its score."""

    rank: int
    id: str
    name: str
    group: str
    codes: dict[str, str]
    probability: Number
    supports: list[ContributionShape]
    contradicts: list[ContributionShape]
    missing: list[str]
    prior_bits: Number
    members: list[MemberShape]


class RedFlagShape(msgspec.Struct, frozen=True):
    """A warning that stands whatever the ranking says."""

    id: str
    why: str
    action: str
    source: str
    urgency: str
    concerns: list[MemberShape] = []


class NextStepShape(msgspec.Struct, frozen=True):
    """A question, sign or test, and what it is expected to tell."""

    kind: str
    what: str
    code: str
    expected_information_bits: Number
    separates: list[str]


class ManagementShape(msgspec.Struct, frozen=True):
    """What may be done, with its caution."""

    what_for: str = msgspec.field(name="for")
    what: str
    kind: str
    caution: str
    source: str


class AssessmentShape(msgspec.Struct, frozen=True):
    """The answer for one person; `references` give the citation of each source that is named by its key."""

    phenomena: list[PhenomenonShape]
    conditions: list[ConditionShape]
    unexplained: list[str]
    red_flags: list[RedFlagShape]
    urgency: str
    next_steps: list[NextStepShape]
    management: list[ManagementShape]
    observations: list[ObservationShape]
    knowledge: dict[str, str]
    version: str
    disclaimer: str
    notes: list[str]
    references: dict[str, str]
