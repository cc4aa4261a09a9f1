"""A random sample of claims for a second reader: what is claimed, where, by which source."""

from __future__ import annotations

import csv
import io
import random
from dataclasses import dataclass

from involuntary.errors import ParameterError
from involuntary.knowledge.claims import Claim
from involuntary.knowledge.coverage import claims
from involuntary.knowledge.describe import JUDGEMENT, source_text
from involuntary.knowledge.library import Knowledge

__all__ = ["SampledClaim", "sample", "sample_table"]


@dataclass(frozen=True, slots=True)
class SampledClaim:
    """One claim to be checked again: its place in the files, its words and figures, its source and where in it."""

    place: str
    says: str
    source: str
    where: str


def sample(knowledge: Knowledge, n: int, seed: int) -> tuple[SampledClaim, ...]:
    """Draw claims that name a published source and are marked as checked, each with equal chance.

    Parameters
    ----------
    knowledge : Knowledge
        Where the claims are.
    n : int
        How many, at least 1; all of them where there are fewer.
    seed : int
        The same seed and entries give the same sample.

    Raises
    ------
    ParameterError
        If `n` is less than 1.
    """
    if n < 1:
        raise ParameterError("n", "a sample holds at least 1 claim", str(n))
    published = [(place, claim) for place, claim in claims(knowledge) if claim.checked and claim.source != JUDGEMENT]
    drawn = random.Random(seed).sample(published, min(n, len(published)))  # noqa: S311 - repeatable, not secret
    return tuple(
        SampledClaim(place, _said(claim), source_text(claim.source, knowledge), claim.where) for place, claim in drawn
    )


def _said(claim: Claim) -> str:
    """Give what a claim says: every field that is told, besides where it comes from."""
    told = (
        (name, getattr(claim, name))
        for name in claim.__struct_fields__
        if name not in {"source", "where", "checked"} and isinstance(getattr(claim, name), str | int | float)
    )
    return "; ".join(
        f"{name}{' (judged)' if name in claim.judged else ''}: {value}"
        for name, value in told
        if value not in {"", None}
    )


def sample_table(drawn: tuple[SampledClaim, ...]) -> str:
    """Give a sample as comma-separated values with two columns for the second reader to fill in."""
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\n")
    table.writerow(("place", "says", "source", "where", "holds (yes/no)", "note"))
    table.writerows((claim.place, claim.says, claim.source, claim.where, "", "") for claim in drawn)
    return out.getvalue()
