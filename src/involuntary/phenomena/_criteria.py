"""Published tables of names: which criteria of each hold, fail, or were not recorded."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from involuntary.model import Reference
from involuntary.phenomena._rows import Row

__all__ = ["Criterion", "Table", "shares"]


@dataclass(frozen=True, slots=True)
class Criterion:
    """A fact that must lie from `low` to `high`."""

    text: str
    fact: str
    low: float = -np.inf
    high: float = np.inf


Table = Mapping[str, tuple[Criterion, ...]]


def shares(table: Table, known: Mapping[str, float], what: str, sources: Mapping[str, Reference]) -> Iterator[Row]:
    """Give for each name the share of its recorded criteria that hold, with those for, against and not recorded.

    Parameters
    ----------
    table : mapping of str to tuple of Criterion
    known : mapping of str to float
        Facts that were recorded.
    what : str
        What the names are of, such as tremor.
    sources : mapping of str to Reference
        Who published the criteria of each name.
    """
    for name, criteria in table.items():
        told = [c for c in criteria if c.fact in known]
        if not told:
            continue
        held = [c.text for c in told if c.low <= known[c.fact] <= c.high]
        failed = [c.text for c in told if c.text not in held]
        missing = [c.text for c in criteria if c not in told]
        parts = (("for", held), ("against", failed), ("not recorded", missing))
        quality = "; ".join(f"{kind}: {', '.join(texts)}" for kind, texts in parts if texts)
        method = f"share of the recorded criteria of {name.replace('_', ' ')} {what} that hold; no diagnosis"
        share = len(held) / len(told)
        yield Row(f"criteria_{name}", share, "1", len(told), method, sources[name], needs=1, quality=quality)
