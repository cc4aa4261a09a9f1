"""The answer: phenomena, conditions, warnings, next steps and management, each with its reasons."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from involuntary.model.observation import Observation

__all__ = [
    "Assessment",
    "ConditionMember",
    "ConditionResult",
    "Contribution",
    "Management",
    "NextStep",
    "PhenomenonResult",
    "RedFlag",
    "Urgency",
]


class Urgency(StrEnum):
    """How soon to act, most pressing first."""

    EMERGENCY = "emergency"
    URGENT = "urgent"
    ROUTINE = "routine"
    SELF_CARE = "self-care"


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one finding adds to one hypothesis: ``bits`` is the base-2 logarithm of `likelihood_ratio`."""

    finding: str
    likelihood_ratio: float
    bits: float
    source: str


@dataclass(frozen=True, slots=True)
class PhenomenonResult:
    """A kind of contraction with its evidence."""

    id: str
    name: str
    probability: float
    supports: tuple[Contribution, ...] = ()
    contradicts: tuple[Contribution, ...] = ()
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ConditionMember:
    """A condition by name, with its own probability: a subtype on another's line, or what a warning concerns."""

    id: str
    name: str
    probability: float


@dataclass(frozen=True, slots=True)
class ConditionResult:
    """A condition or cause with its evidence.

    Attributes
    ----------
    probability : float
        Of its line: with further subtypes of its name, half-way in bits between its own and that of all together.
    codes : tuple of (str, str)
        Code system (``mondo``, ``omim``, ``orpha``, ``icd10``) and code.
    prior_bits : float
        Base-2 logarithm of its prior probability; the contributions add to it.
    members : tuple of ConditionMember
        Other subtypes of its name, which share its line.
    """

    rank: int
    id: str
    name: str
    group: str
    codes: tuple[tuple[str, str], ...]
    probability: float
    prior_bits: float
    supports: tuple[Contribution, ...] = ()
    contradicts: tuple[Contribution, ...] = ()
    missing: tuple[str, ...] = ()
    members: tuple[ConditionMember, ...] = ()


@dataclass(frozen=True, slots=True)
class RedFlag:
    """A warning that stands whatever the ranking says.

    Attributes
    ----------
    concerns : tuple of ConditionMember
        The dangerous conditions that it warns of and that fit, most probable first: shown even where unlikely.
    """

    id: str
    why: str
    action: str
    urgency: Urgency
    source: str
    concerns: tuple[ConditionMember, ...] = ()


@dataclass(frozen=True, slots=True)
class NextStep:
    """A question, sign or test, what it is expected to tell, and which hypotheses it separates."""

    kind: Literal["ask", "examine", "test"]
    what: str
    code: str
    expected_information_bits: float
    separates: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Management:
    """What may be done, for which condition or phenomenon, with its caution."""

    what_for: str
    what: str
    kind: Literal["self-care", "treat-cause", "medicine-class", "therapy", "procedure", "refer"]
    caution: str
    source: str


@dataclass(frozen=True, slots=True)
class Assessment:
    """Everything that a report prints.

    `references` give key and citation of the knowledge base's sources that are named by their key; `notes`
    say what was told and could not be weighed.
    """

    phenomena: tuple[PhenomenonResult, ...]
    conditions: tuple[ConditionResult, ...]
    unexplained: tuple[str, ...]
    red_flags: tuple[RedFlag, ...]
    urgency: Urgency
    next_steps: tuple[NextStep, ...]
    management: tuple[Management, ...]
    observations: tuple[Observation, ...]
    knowledge: tuple[tuple[str, str], ...]
    version: str
    disclaimer: str
    references: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()
