"""Frozen values that every wing speaks: recordings, events, measurements, findings, cases, assessments."""

from involuntary.model.assessment import (
    Assessment,
    ConditionMember,
    ConditionResult,
    Contribution,
    Management,
    NextStep,
    PhenomenonResult,
    RedFlag,
    Urgency,
)
from involuntary.model.case import Case, Exposure, LabResult, Onset
from involuntary.model.electrode import Electrode
from involuntary.model.events import EVENT_KINDS, Events
from involuntary.model.finding import Finding, LikelihoodRatio, State
from involuntary.model.intervals import Intervals
from involuntary.model.joined import join
from involuntary.model.measurement import Measurement
from involuntary.model.observation import ChannelSummary, HeartSummary, Observation, RecordingSummary
from involuntary.model.provenance import Provenance
from involuntary.model.recording import Annotation, ArraySource, Channel, ChannelKind, Recording, SampleSource
from involuntary.model.terms import Reference, Term

__all__ = [
    "EVENT_KINDS",
    "Annotation",
    "ArraySource",
    "Assessment",
    "Case",
    "Channel",
    "ChannelKind",
    "ChannelSummary",
    "ConditionMember",
    "ConditionResult",
    "Contribution",
    "Electrode",
    "Events",
    "Exposure",
    "Finding",
    "HeartSummary",
    "Intervals",
    "LabResult",
    "LikelihoodRatio",
    "Management",
    "Measurement",
    "NextStep",
    "Observation",
    "Onset",
    "PhenomenonResult",
    "Provenance",
    "Recording",
    "RecordingSummary",
    "RedFlag",
    "Reference",
    "SampleSource",
    "State",
    "Term",
    "Urgency",
    "join",
]
