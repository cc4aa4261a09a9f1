"""How likely each hypothesis is before anything is known of the person but where they are seen.

Rates differ a million-fold, and whoever reaches a clinic is no sample of the population: the obvious has been told,
treated and sent home. So published rates count in full nowhere, least where people are most selected. All figures
here are judgements, in one table; occurrence comes from the entries.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from involuntary.knowledge.schema import ConditionEntry, Occurrence
from involuntary.reason.profiles import Profiles

__all__ = ["SETTINGS", "Shares", "curated_rate", "prior_bits"]

# From what is published to new people a year with it in a population: a prevalent case presents about once in
# ten years, a lifetime prevalence is spread over about fifty.
_PER_YEAR = {"incidence": 1.0, "prevalence": 0.1, "lifetime-prevalence": 0.02}
# Share of one clinic's people with an involuntary contraction, to the same scale: about one person in twenty a year.
_SHARE = 0.05
_UNKNOWN = 1e-5
_MOST = 0.01  # nothing brings more people of a hundred each year to anybody's attention
# Who cannot have a condition without an exposure is counted among the exposed: about one person in fifty.
_EXPOSED = 0.02
_ACUTE_IN_EMERGENCY = 10.0
# Who tells nothing of nerve or muscle has none of these more often, in odds.
_NOTHING_TOLD = 20.0


@dataclass(frozen=True, slots=True)
class Shares:
    """What people in a setting have.

    Attributes
    ----------
    none : float
        Share with none of the hypotheses: nothing, or nothing that is known here.
    annotated : float
        Share with one of the annotated, mostly genetic, diseases that no curated entry speaks for; all alike.
    power : float
        Published rates of curated conditions are raised to it: 1 where people come as they are, less where others
        have chosen whom to send.
    """

    none: float
    annotated: float
    power: float


SETTINGS = {
    "primary": Shares(0.3, 0.01, 0.7),
    "emergency": Shares(0.15, 0.02, 0.4),
    "neurology": Shares(0.1, 0.2, 0.3),
    "other": Shares(0.15, 0.1, 0.4),
}


@lru_cache(maxsize=16)
def prior_bits(profiles: Profiles, setting: str, concerned: bool = True) -> NDArray[np.float64]:
    """Give the base-2 logarithm of every row's prior probability; they sum to one over the rows that stand.

    Parameters
    ----------
    profiles : Profiles
        The rows.
    setting : str
        Where the person is seen.
    concerned : bool
        Whether anything was told of nerve or muscle at all.
    """
    shares, first = SETTINGS[setting], len(profiles.annotated)
    prior = np.zeros(len(profiles))
    prior[profiles.none] = shares.none * (1.0 if concerned else _NOTHING_TOLD)
    standing = int(profiles.stands[:first].sum())
    prior[:first][profiles.stands[:first]] = shares.annotated / max(standing, 1)
    rate = np.array([curated_rate(entry, setting) for entry in profiles.curated]) ** shares.power
    prior[first : profiles.none] = (1.0 - shares.none - shares.annotated) * rate / rate.sum() if len(rate) else []
    prior /= prior.sum()
    with np.errstate(divide="ignore"):
        bits: NDArray[np.float64] = np.log2(prior)
    return bits


def curated_rate(entry: ConditionEntry, setting: str) -> float:
    """Give how many people a year, of one, come with this condition to a setting; a weight, not a probability."""
    told = [o for o in entry.occurrence if o.setting == setting] or entry.occurrence
    needy = any(link.strength == "necessary" for link in entry.exposures)
    rate = min(max((_rate(o, needy) for o in told), default=_UNKNOWN), _MOST)
    acute = entry.course is not None and "acute" in entry.course.onset
    return rate * (_ACUTE_IN_EMERGENCY if setting == "emergency" and acute else 1.0)


def _rate(occurrence: Occurrence, needy: bool) -> float:
    share = occurrence.n / occurrence.of
    if occurrence.measure == "share":
        return share * _SHARE
    return share * _PER_YEAR[occurrence.measure] * (_EXPOSED if needy else 1.0)
