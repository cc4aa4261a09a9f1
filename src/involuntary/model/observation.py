"""What one recording shows."""

from __future__ import annotations

from dataclasses import dataclass

from involuntary.model.events import Events
from involuntary.model.finding import Finding
from involuntary.model.intervals import Intervals
from involuntary.model.measurement import Measurement

__all__ = ["ChannelSummary", "HeartSummary", "Observation", "RecordingSummary"]


@dataclass(frozen=True, slots=True)
class HeartSummary:
    """The heart in a channel of EMG: in which share of the time, beats a minute, and the average beat peak to peak."""

    share: float
    rate_per_min: float
    amplitude: float
    unit: str


@dataclass(frozen=True, slots=True)
class ChannelSummary:
    """A channel as a result shows it; `usable_fraction` of its time served the analysis.

    `unusable` holds, by reason (such as ``"clipped"``), the stretches that did not; `heart` is None where no heart
    was found or looked for.
    """

    name: str
    kind: str
    unit: str
    rate_hz: float
    usable_fraction: float
    unusable: tuple[tuple[str, Intervals], ...] = ()
    heart: HeartSummary | None = None


@dataclass(frozen=True, slots=True)
class RecordingSummary:
    """A recording as a result shows it: no identity, no path."""

    format: str
    duration_s: float
    channels: tuple[ChannelSummary, ...]


@dataclass(frozen=True, slots=True)
class Observation:
    """What a recording shows: events, measurements, findings, and why something could not be assessed."""

    recording: RecordingSummary
    events: tuple[Events, ...]
    measurements: tuple[Measurement, ...]
    findings: tuple[Finding, ...]
    notes: tuple[str, ...]
    version: str
