"""The sources behind an answer, each with its citation."""

from __future__ import annotations

from collections.abc import Sequence

from involuntary.knowledge import Knowledge
from involuntary.knowledge.describe import JUDGEMENT, source_text
from involuntary.model import ConditionResult, Management, PhenomenonResult, RedFlag

__all__ = ["references"]


def references(
    results: Sequence[PhenomenonResult | ConditionResult],
    flags: Sequence[RedFlag],
    management: Sequence[Management],
    knowledge: Knowledge,
) -> tuple[tuple[str, str], ...]:
    """Give key and citation of every source of the knowledge base that is named, in order of the keys.

    Several sources of one claim are named with ``", "`` between their keys.
    """
    named = [c.source for result in results for c in (*result.supports, *result.contradicts)]
    named += [flag.source for flag in flags] + [item.source for item in management]
    keys = {key for source in named for key in source.split(", ")}
    return tuple((key, source_text(key, knowledge)) for key in sorted(keys & {JUDGEMENT, *knowledge.sources}))
