"""Evidence as bars that add up: from what holds before any finding, finding by finding, to the sum."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

from involuntary.model import ConditionResult, Contribution, PhenomenonResult

__all__ = ["Result", "Rung", "Scale", "common_scale", "rungs"]

Result = ConditionResult | PhenomenonResult

_SHOWN = 8  # findings on either side that have their own bar
_FURTHEST_BITS = 30.0  # a ratio of nought or infinity ends here


@dataclass(frozen=True, slots=True)
class Rung:
    """One bar from `start` to `stop` (bits), where the last one ended; ``kind`` is prior, for, against or sum."""

    label: str
    kind: str
    start: float
    stop: float
    likelihood_ratio: float | None = None
    source: str = ""

    @property
    def bits(self) -> float:
        """What this bar adds."""
        return self.stop - self.start


@dataclass(frozen=True, slots=True)
class Scale:
    """The lowest and highest sum on the way, common to all bars of a page."""

    low: float
    high: float

    def percent(self, value: float) -> float:
        """Give the place of a value in per cent of the width."""
        return round(100 * (value - self.low) / (self.high - self.low), 2)


def rungs(result: Result) -> tuple[Rung, ...]:
    """Give the bars of one result, the strongest finding first on either side; they add up to the last bar."""
    prior = [Rung("Before any finding", "prior", 0.0, result.prior_bits)] if isinstance(result, ConditionResult) else []
    steps = [*_strongest(result.supports, "for"), *_strongest(result.contradicts, "against")]
    begin = prior[0].stop if prior else 0.0
    ends = list(accumulate((bits for *_, bits in steps), initial=begin))
    moved = [
        Rung(label, kind, start, stop, ratio, source)
        for (label, kind, ratio, source, _), (start, stop) in zip(steps, pairwise(ends), strict=True)
    ]
    return (*prior, *moved, Rung("All together", "sum", 0.0, ends[-1]))


def common_scale(results: Iterable[Result]) -> Scale:
    """Give the scale on which the bars of all results fit."""
    ends = [end for result in results for rung in rungs(result) for end in (rung.start, rung.stop)]
    low, high = min(ends, default=0.0), max(ends, default=0.0)
    return Scale(min(low, 0.0), max(high, 0.0, low + 1.0))


def _strongest(contributions: Sequence[Contribution], kind: str) -> list[tuple[str, str, float | None, str, float]]:
    ordered = sorted(contributions, key=lambda c: -abs(c.bits))
    shown = len(ordered) if len(ordered) == _SHOWN + 1 else _SHOWN  # a sum of one is no sum
    own: list[tuple[str, str, float | None, str, float]] = [
        (c.finding, kind, c.likelihood_ratio, c.source, _bounded(c.bits)) for c in ordered[:shown]
    ]
    rest = ordered[shown:]
    if not rest:
        return own
    return [*own, (f"{len(rest)} further findings", kind, None, "", sum(_bounded(c.bits) for c in rest))]


def _bounded(bits: float) -> float:
    return 0.0 if math.isnan(bits) else max(-_FURTHEST_BITS, min(_FURTHEST_BITS, bits))
