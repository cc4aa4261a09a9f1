"""What every fact has in common: a claim with its source, the place in it, and whether it was checked there."""

from __future__ import annotations

import datetime
from typing import ClassVar, Literal

import msgspec

from involuntary.knowledge.frequency import Frequency

__all__ = ["Check", "Claim", "Counted", "Described", "Source", "Value"]


class Value(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Anything read from an entry: frozen, and no key that the schema does not know."""


class Claim(Value, frozen=True, kw_only=True):
    """Something that could be wrong.

    Attributes
    ----------
    source : str
        Key of a `Source`; ``expert-judgement`` where nothing is published.
    where : str
        Page, table, figure or section.
    checked : bool
        Whether the claim was read at its source. What was not weighs less.
    judged : frozenset of str
        Fields that class what the source tells: the class is our judgement, and is shown as such.
    """

    judged: ClassVar[frozenset[str]] = frozenset()

    source: str
    where: str = ""
    checked: bool = False


class Check(Value, frozen=True, kw_only=True):
    """When and how a source was looked at, such as ``abstract``, ``full text`` or ``search excerpt``."""

    date: datetime.date
    how: str


class Source(Value, frozen=True, kw_only=True):
    """Where claims are published; at least one identifier.

    Attributes
    ----------
    organisation : str
        Who issued a guideline or a label.
    label : str
        Drug label: product and regulator's identifier.
    among : str
        Whom it counts or tells of, such as ``69 people with neurological Wilson disease``: the group of every claim
        that rests on it and names none of its own.
    checked : Check or None
        None where only recalled.
    """

    title: str
    year: int
    kind: Literal["guideline", "review", "series", "trial", "case-report", "textbook", "label", "database", "judgement"]
    authors: str = ""
    doi: str = ""
    pmid: str = ""
    isbn: str = ""
    organisation: str = ""
    label: str = ""
    url: str = ""
    among: str = ""
    checked: Check | None = None


class Counted(Claim, frozen=True, kw_only=True):
    """A claim with how often it holds: ``12/40``, ``30%``, ``30-60%`` or a word such as ``frequent``."""

    frequency: str = ""

    def __post_init__(self) -> None:
        """Hold that the frequency can be read."""
        if self.frequency:
            Frequency.parse(self.frequency)

    @property
    def share(self) -> Frequency | None:
        """The frequency as a share of people, or None where none is told."""
        return Frequency.parse(self.frequency) if self.frequency else None


class Described(Claim, frozen=True, kw_only=True):
    """One thing said twice: for the person, and for a clinician."""

    plain: str
    clinician: str
