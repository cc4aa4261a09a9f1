"""A finding with its evidence: what a sensor saw and what a person told, in one language."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from involuntary.model.terms import Reference, Term

__all__ = ["Finding", "LikelihoodRatio", "State"]


class State(StrEnum):
    """Present, excluded, or not assessed: what was not looked at is never absent."""

    PRESENT = "present"
    EXCLUDED = "excluded"
    NOT_ASSESSED = "not assessed"


@dataclass(frozen=True, slots=True)
class LikelihoodRatio:
    """How much a finding shifts the odds that its phenomenon is there.

    Attributes
    ----------
    value : float
        Sensitivity / (1 − specificity) for a present finding, (1 − sensitivity) / specificity for an excluded one.
    source : Reference
        Where sensitivity and specificity are published, or ``expert-judgement``.
    """

    value: float
    source: Reference


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding about one person.

    Attributes
    ----------
    term : Term
        HPO code and label.
    state : State
        Present, excluded or not assessed.
    phenomenon : str
        Id of the phenomenon; empty where a case file told it.
    because : tuple of str
        Ids of the measurements behind it.
    rule : str
        The published rule that fired, in words, or why it could not be assessed.
    source : Reference or None
        Source of the rule; None for a told finding.
    likelihood_ratio : LikelihoodRatio or None
        None where no weight is published and none is judged.
    side, note, onset : str
        As told.
    """

    term: Term
    state: State
    phenomenon: str = ""
    because: tuple[str, ...] = ()
    rule: str = ""
    source: Reference | None = None
    likelihood_ratio: LikelihoodRatio | None = None
    side: str = ""
    note: str = ""
    onset: str = ""
