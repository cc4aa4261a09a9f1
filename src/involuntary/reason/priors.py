"""How often a condition stands behind an involuntary contraction, before anything is known of the person."""

from __future__ import annotations

from math import log2

from involuntary.knowledge.schema import ConditionEntry, Occurrence

__all__ = ["curated_rate", "prior_bits"]

# From what is published to new people a year with it in a population: a prevalent case presents about once in
# ten years, a lifetime prevalence is spread over about fifty. Judgement, in one place.
_PER_YEAR = {"incidence": 1.0, "prevalence": 0.1, "lifetime-prevalence": 0.02}
# Share of one clinic's people with an involuntary contraction, to the same scale: about one person in twenty a year.
_SHARE = 0.05
_UNKNOWN = 1e-5
# Where people are seen moves what they have: a specialist sees the rare, an emergency room the acute. Judgement.
_ACUTE_IN_EMERGENCY = 10.0
_RARE_IN_NEUROLOGY = 5.0
_RARE = 1e-4


def curated_rate(entry: ConditionEntry, setting: str) -> float:
    """Give how many people a year, of one, come with this condition to a setting; a weight, not a probability."""
    if not entry.occurrence:
        return _UNKNOWN
    rate = max(map(_rate, [o for o in entry.occurrence if o.setting == setting] or entry.occurrence))
    if setting == "emergency" and entry.course and "acute" in entry.course.onset:
        rate *= _ACUTE_IN_EMERGENCY
    if setting == "neurology" and rate < _RARE:
        rate *= _RARE_IN_NEUROLOGY
    return rate


def _rate(occurrence: Occurrence) -> float:
    share = occurrence.n / occurrence.of
    return share * (_SHARE if occurrence.measure == "share" else _PER_YEAR[occurrence.measure])


def prior_bits(rate: float, total: float) -> float:
    """Give the base-2 logarithm of a rate's share of all."""
    return log2(rate / total)
