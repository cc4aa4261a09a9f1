"""The published kinds of myoclonus: which of their criteria hold, fail, or were not recorded."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from involuntary.model import Reference
from involuntary.phenomena._criteria import Criterion, Table, shares
from involuntary.phenomena._jerk.events import Jerks, Looked, regularity
from involuntary.phenomena._jerk.measures import order_share, pairs
from involuntary.phenomena._rows import Row, median

__all__ = ["REFERENCES", "TABLE", "facts", "rows"]

REVIEW = Reference(
    "url:https://pmc.ncbi.nlm.nih.gov/articles/PMC11006339",
    "review of myoclonus",
    "Table 1: cortical bursts of about 15 to 60 ms, arrhythmic, spike in the jerk-locked average",
)
ERRO = Reference(
    "doi:10.1002/mds.25627",
    "Erro R, et al. Mov Disord 2013;28:1868",
    "of 65 suspected propriospinal jerks all had evidence of a functional origin: order alone proves nothing",
)
TERADA = Reference(
    "title:Presence of Bereitschaftspotential preceding psychogenic myoclonus",
    "Terada K, et al. J Neurol Neurosurg Psychiatry 1995;58:745",
    "slow negativity from 0.7 to 2.1 s before the jerk, in 5 of 6 patients",
)
REFERENCES = (REVIEW, ERRO, TERADA)


# methods of the cited reviews; durations in ms, order as the share in which the usual leader leads. Where a limit is
# not published in the source named, it is an engineering choice (order, irregularity, speed).
TABLE: Table = {
    "cortical": (
        Criterion("bursts of 15–60 ms", "duration_ms", 15, 60),
        Criterion("irregular", "irregularity", 0.2),
        Criterion("muscles within 15 ms", "spread_ms", high=15),
        Criterion("cortical spike before the jerk", "spike", 1),
        Criterion("no readiness potential", "readiness", high=0),
    ),
    "brainstem": (
        Criterion("bursts below 100 ms", "duration_ms", high=100),
        Criterion("fixed order of muscles", "order", 0.9),
        Criterion("no cortical spike", "spike", high=0),
        Criterion("no readiness potential", "readiness", high=0),
    ),
    "spinal": (
        Criterion("bursts above 100 ms", "duration_ms", 100),
        Criterion("rhythmic", "irregularity", high=0.15),
        Criterion("one to three muscles", "muscles", 1, 3),
        Criterion("no cortical spike", "spike", high=0),
        Criterion("no readiness potential", "readiness", high=0),
    ),
    "propriospinal": (
        Criterion("bursts above 100 ms", "duration_ms", 100),
        Criterion("fixed order of muscles", "order", 0.9),
        Criterion("spread of 5–15 m/s", "velocity_m_s", 5, 15),
        Criterion("no readiness potential", "readiness", high=0),
    ),
    "functional": (
        Criterion("bursts above 75 ms", "duration_ms", 75),
        Criterion("order varies from jerk to jerk", "order", high=0.8),
        Criterion("readiness potential", "readiness", 1),
        Criterion("desynchronisation before the jerk", "desynchronised", 1),
        Criterion("no cortical spike", "spike", high=0),
    ),
}
_NAMED = {
    "cortical": REVIEW, "brainstem": REVIEW, "spinal": REVIEW, "propriospinal": ERRO, "functional": TERADA,
}  # fmt: skip
_FEWEST = 5


def facts(looked: Sequence[Looked], jerks: Jerks) -> dict[str, float]:
    """Give what the muscles say, by the names that the table uses; what was not recorded is not in it."""
    length = jerks.length_s[np.isfinite(jerks.length_s)]
    if length.size < _FEWEST:
        return {}
    known = {"duration_ms": 1e3 * median(length), "irregularity": regularity(jerks.onset_s)[1]}
    if len(looked) > 1:
        reached = np.isfinite(jerks.length_s)
        found = pairs(jerks)
        known["muscles"] = float(np.median(reached.sum(axis=1)))
        known["order"] = order_share(found)
        known["spread_ms"] = max((1e3 * abs(p.median_s) for p in found), default=float("nan"))
    return {name: value for name, value in known.items() if np.isfinite(value)}


def rows(known: Mapping[str, float]) -> Iterator[Row]:
    """Give for each kind the share of its recorded criteria that hold, with those for, against and not recorded."""
    yield from shares(TABLE, known, "myoclonus", _NAMED)
