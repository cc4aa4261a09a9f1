"""Coded terms and the references behind every number and claim."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Reference", "Term"]


@dataclass(frozen=True, slots=True)
class Term:
    """A code and its label, such as ``HP:0002380`` *Fasciculations*."""

    id: str
    label: str


@dataclass(frozen=True, slots=True)
class Reference:
    """Where a method, a limit or a claim was published.

    Attributes
    ----------
    id : str
        ``doi:…``, ``pmid:…``, ``isbn:…`` or ``guideline:…``; ``expert-judgement`` where nothing is published.
    text : str
        Authors, year, journal: enough to find it without the identifier.
    where : str
        Section, table or figure that holds the number.
    """

    id: str
    text: str
    where: str = ""

    def __str__(self) -> str:
        """Give one line for a result."""
        place = f", {self.where}" if self.where else ""
        return f"{self.text}{place} ({self.id})"
