"""Red flags: rules as data, over the findings, results, exposures, age and onset of a case."""

from __future__ import annotations

from typing import Literal

from involuntary.knowledge.claims import Claim, Value

__all__ = ["Clause", "Clauses", "Flag", "OnsetKind", "RedFlagEntry"]

Flag = Literal["low", "high", "normal", "positive", "negative"]
OnsetKind = Literal["acute", "subacute", "chronic"]


class Clause(Value, frozen=True, kw_only=True):
    """One thing to look for in a case: exactly one of finding, lab, exposure, age, onset.

    Attributes
    ----------
    finding, label : str
        HPO term; its descendants count too.
    lab : str
        Id of a test, with `flag`, or with `below` or `above` in `unit`.
    exposure : str
        Id of a substance entry; its members count too.
    age_below, age_above : float or None
        Years.
    """

    finding: str = ""
    label: str = ""
    lab: str = ""
    flag: Flag | None = None
    below: float | None = None
    above: float | None = None
    unit: str = ""
    exposure: str = ""
    age_below: float | None = None
    age_above: float | None = None
    onset: OnsetKind | None = None

    def __post_init__(self) -> None:
        """Hold that a clause says one thing, whole."""
        age = self.age_below is not None or self.age_above is not None
        kinds = [bool(self.finding), bool(self.lab), bool(self.exposure), age, self.onset is not None]
        if sum(kinds) != 1:
            raise ValueError("a clause holds exactly one of finding, lab, exposure, age_below/age_above, onset")
        limit = self.below is not None or self.above is not None
        if self.lab and (self.flag is None) != limit:
            raise ValueError("a clause on a lab holds either flag, or below or above with unit")
        if limit and not (self.lab and self.unit):
            raise ValueError("a limit needs its lab and unit")


class Clauses(Value, frozen=True, kw_only=True):
    """Holds where at least `at_least` of `any` hold."""

    any: tuple[Clause, ...]
    at_least: int = 1

    def __post_init__(self) -> None:
        """Hold that it can be met."""
        if not 1 <= self.at_least <= len(self.any):
            raise ValueError(f"at_least must be 1 to {len(self.any)}, the number of clauses; got {self.at_least}")


class RedFlagEntry(Claim, frozen=True, kw_only=True):
    """A warning: stands where every line of `when` holds and no clause of `unless` does.

    Attributes
    ----------
    why, action : str
        What it may mean and what to do, in words that a person understands: what the source tells.
    when, unless : tuple
        The rule, which is our choice and may name more findings than the source.
    dangers : tuple of str
        Ids of the conditions that it guards against, where they have entries.
    """

    id: str
    name: str
    why: str
    action: str
    urgency: Literal["emergency", "urgent", "routine"]
    when: tuple[Clauses, ...]
    unless: tuple[Clause, ...] = ()
    dangers: tuple[str, ...] = ()
