"""How much what was found speaks for every hypothesis, and exactly how much each finding adds.

For findings Q, n in number, and a hypothesis d, in natural logarithms::

    z(d) = n^(-1/3) [ Σ_q ( a1 ln M_broad(q, d) + a2 ln M_narrow(q, d) + a4 ln((m(d) + 15) / (m̃ + 15)) )
                      + a3 Σ_t ln K(t, d) ] + a5 n^(1/6) R(Q, d)

M is the likelihood ratio of a finding, blended over its ancestors, with a share that comes about anyhow; K how much
likelier a term is, given its parents, than in any disease, over all terms that the findings imply, each once; m the
mass of what is known of the disease, m̃ that of the usual one; R the share of the disease's own features, by frequency
and information, that the findings reach. The five weights were fitted by conditional logit on published patients,
cross-validated over diagnoses; the documentation's *Reasoning* page gives the measurements. *None of these* scores 0.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from involuntary.knowledge import Knowledge
from involuntary.reason.profiles import Profiles

__all__ = ["TYPICAL", "WEIGHTS", "Exact", "Weights", "exact_bits", "excluded_bits", "present_bits"]

Floats = NDArray[np.float32]
TYPICAL = "typical features seen"
_BIT = float(np.log(2.0))
_TERMS_KEPT = 384  # of each sort of part, 40 KB each at most for a whole release
_SPARSE = 0.03
_LEAST_INFORMATION = 0.1


@dataclass(frozen=True, slots=True)
class Scale:
    """How far a finding reaches up the ontology, and the share of it that comes about anyhow."""

    steepness: float
    anyhow: float


@dataclass(frozen=True, slots=True)
class Weights:
    """How findings are weighed.

    Attributes
    ----------
    broad, narrow, given, mass, typical : float
        The five fitted weights, a1, a2, a3, a4 and a5.
    broad_scale, narrow_scale : Scale
        Of the two blends over ancestors.
    smoothing : float
        Added to both sides of K, in shares.
    mass_start : float
        Added to the mass, in its unit (natural logarithms of information).
    excluded_trust : float
        Share of an excluded finding's probability that rests on the annotations: what was written down as absent
        was looked for, often because it was expected, and study tables list the disease's own features.
    excluded_trust_curated : float
        The same for curated conditions, whose features were chosen because they tell.
    """

    broad: float = 0.3146
    narrow: float = 0.3865
    given: float = 0.3154
    mass: float = -0.3282
    typical: float = 2.0436
    broad_scale: Scale = Scale(0.5, 0.1)
    narrow_scale: Scale = Scale(4.0, 0.3)
    smoothing: float = 0.1
    mass_start: float = 15.0
    excluded_trust: float = 0.1
    excluded_trust_curated: float = 0.5

    @property
    def scales(self) -> tuple[tuple[float, Scale], ...]:
        """The two blends with their weights."""
        return ((self.broad, self.broad_scale), (self.narrow, self.narrow_scale))


WEIGHTS = Weights()


@dataclass(frozen=True, eq=False, slots=True)
class Exact:
    """Contributions to some rows, in double precision; their sum is the rows' score.

    Attributes
    ----------
    rows : ndarray of int, shape (k,)
        Which rows.
    bits : dict
        By finding (index of its term), shape (k,). A term that several findings imply is split evenly between them.
    typical : ndarray of float64, shape (k,)
        Typical features seen, which is no single finding's.
    """

    rows: NDArray[np.int64]
    bits: dict[int, NDArray[np.float64]]
    typical: NDArray[np.float64]


@dataclass(frozen=True, eq=False, slots=True)
class Part:
    """Values of some rows, or of all."""

    rows: NDArray[np.int32] | slice
    values: Floats


def present_bits(
    profiles: Profiles, knowledge: Knowledge, found: Mapping[int, float], weights: Weights = WEIGHTS
) -> Floats:
    """Give what all present findings add to every row, in bits, in single precision.

    Parameters
    ----------
    profiles : Profiles
        The rows.
    knowledge : Knowledge
        Whose ontology the terms are of.
    found : mapping of int to float
        Index of each finding's term, and its doubt: 0 for one that was seen; 1 / (ratio - 1) for one that a signal
        tells with a likelihood ratio. A doubted finding never counts for more than its ratio.
    weights : Weights, optional
        How findings are weighed.
    """
    total = np.zeros(len(profiles), dtype=np.float32)
    if not found:
        return total
    count = _count(found)
    for term, doubt in sorted(found.items()):
        total += _blended(profiles, knowledge, term, doubt, weights)
    for term, doubt in sorted(_closure(profiles, knowledge, found).items()):
        given = _given(profiles, knowledge, term, doubt, weights)
        total[given.rows] += given.values
    total += (weights.mass * sum(map(_surety, found.values()))) * _log_mass(profiles, weights)
    total *= count ** (-1 / 3)
    total += weights.typical * count ** (1 / 6) * _typical(profiles, knowledge, tuple(sorted(found.items())))
    total[profiles.none] = 0.0
    total /= np.float32(_BIT)
    return total


def excluded_bits(profiles: Profiles, term: int, ratio: float = 0.0, weights: Weights = WEIGHTS) -> Floats:
    """Give what an excluded finding adds to every row, in bits; never above zero.

    `ratio` is the likelihood ratio of a signal that did not show it: 0 where it was surely not there. To rule out one
    form says nothing of an entry that names none.
    """
    bits = np.zeros(len(profiles), dtype=np.float32)
    rows, share = profiles.stated(term)
    curated = rows >= len(profiles.annotated)
    trust = np.where(curated, weights.excluded_trust_curated, weights.excluded_trust).astype(np.float32)
    bits[rows] = np.log2(1.0 - trust * max(0.0, 1.0 - ratio) * share)
    return bits


def exact_bits(
    profiles: Profiles,
    knowledge: Knowledge,
    found: Mapping[int, float],
    rows: NDArray[np.int64],
    weights: Weights = WEIGHTS,
) -> Exact:
    """Give each finding's contribution to some rows, in double precision."""
    count, kept = _count(found), (rows != profiles.none).astype(np.float64)
    closure = sorted(_closure(profiles, knowledge, found).items())
    share = {term: _shares(profiles, term, rows) for term, _ in closure}
    own = {term: _above(profiles, knowledge, term) for term in sorted(found)}
    log_mass = _log_mass(profiles, weights)[rows].astype(np.float64)
    bits = {}
    for term, doubt in sorted(found.items()):
        seen = np.stack([share[a] for a in own[term].tolist()])
        bits[term] = weights.mass * _surety(doubt) * log_mass
        for weight, reach in weights.scales:
            bits[term] += weight * np.log(
                reach.anyhow + _blend(profiles, term, own[term], doubt, reach) @ (seen + doubt)
            )
    for term, doubt in closure:
        users = [finding for finding, above in own.items() if term in above]
        ratio = _given_ratio(
            profiles, term, doubt, share[term], _least_parent(knowledge, profiles, term, share), weights
        )
        for finding in users:
            bits[finding] += weights.given * np.log(ratio) / len(users)
    scale = kept * count ** (-1 / 3) / _BIT
    rest = (
        weights.typical
        * count ** (1 / 6)
        / _BIT
        * _typical(profiles, knowledge, tuple(sorted(found.items())))[rows].astype(np.float64)
    )
    return Exact(rows, {term: b * scale for term, b in bits.items()}, rest * kept if found else 0.0 * kept)


def _surety(doubt: float) -> float:
    return 1.0 / (1.0 + doubt)


def _count(found: Mapping[int, float]) -> float:
    return max(1.0, sum(map(_surety, found.values())))


def _above(profiles: Profiles, knowledge: Knowledge, term: int) -> NDArray[np.int32]:
    above = knowledge.ontology.ancestor_indices(term)
    found: NDArray[np.int32] = above[profiles.inside[above]]
    return found


def _closure(profiles: Profiles, knowledge: Knowledge, found: Mapping[int, float]) -> dict[int, float]:
    """Give every term that the findings imply, as doubtful as the least doubtful of them."""
    implied: dict[int, float] = {}
    for term, doubt in found.items():
        for a in _above(profiles, knowledge, term).tolist():
            implied[a] = min(implied.get(a, doubt), doubt)
    return implied


def _log_mass(profiles: Profiles, weights: Weights) -> Floats:
    log_mass = np.log(profiles.mass + np.float32(weights.mass_start))
    relative: Floats = log_mass - log_mass[profiles.none]
    return relative


def _blend(profiles: Profiles, term: int, above: NDArray[np.int32], doubt: float, reach: Scale) -> NDArray[np.float64]:
    """Give what each ancestor's share is multiplied by: its weight over its background."""
    nearness = np.exp(-reach.steepness * (profiles.information[term] - profiles.information[above].astype(np.float64)))
    weight: NDArray[np.float64] = (1.0 - reach.anyhow) * nearness / nearness.sum()
    return weight / (profiles.background[above] + doubt)


@lru_cache(maxsize=_TERMS_KEPT)
def _blended(profiles: Profiles, knowledge: Knowledge, term: int, doubt: float, weights: Weights) -> Floats:
    """Give a finding's own part for every row, in natural logarithms."""
    above = _above(profiles, knowledge, term)
    blends = [_blend(profiles, term, above, doubt, reach).astype(np.float32) for _, reach in weights.scales]
    ratios = np.empty((len(blends), len(profiles)), dtype=np.float32)
    for ratio, blend, (_, reach) in zip(ratios, blends, weights.scales, strict=True):
        ratio[:] = reach.anyhow + doubt * blend.sum()
    for place, a in enumerate(above.tolist()):
        column = _column(profiles, a)
        for ratio, blend in zip(ratios, blends, strict=True):
            ratio[column.rows] += blend[place] * column.values
    np.log(ratios, out=ratios)
    total: Floats = np.array([weight for weight, _ in weights.scales], dtype=np.float32) @ ratios
    return total


@lru_cache(maxsize=_TERMS_KEPT)
def _column(profiles: Profiles, term: int) -> Part:
    return _part(len(profiles), *profiles.column(term))


def _part(size: int, rows: NDArray[np.int32], values: Floats) -> Part:
    """Hold values whole where many rows have one: to add them up in place is far quicker than to look rows up."""
    if len(rows) < _SPARSE * size:
        return Part(rows, values)
    whole = np.zeros(size, dtype=np.float32)
    whole[rows] = values
    return Part(slice(None), whole)


@lru_cache(maxsize=4 * _TERMS_KEPT)
def _given(profiles: Profiles, knowledge: Knowledge, term: int, doubt: float, weights: Weights) -> Part:
    """Give the rows that say something of a term's parents, and what the term adds to them."""
    parents = _parents(knowledge, profiles, term)
    if not parents:
        return Part(np.zeros(0, np.int32), np.zeros(0, np.float32))
    rows, least = profiles.column(parents[0])
    for parent in parents[1:]:
        rows, least = _both(rows, least, *profiles.column(parent))
    column, share = _column(profiles, term), np.zeros(len(profiles), dtype=np.float32)
    share[column.rows] = column.values
    ratio = _given_ratio(profiles, term, doubt, share[rows], least, weights)
    return _part(len(profiles), rows, np.float32(weights.given) * np.log(ratio).astype(np.float32))


def _both(
    rows: NDArray[np.int32], least: Floats, other: NDArray[np.int32], share: Floats
) -> tuple[NDArray[np.int32], Floats]:
    common, first, second = np.intersect1d(rows, other, assume_unique=True, return_indices=True)
    return common, np.minimum(least[first], share[second])


def _given_ratio(
    profiles: Profiles, term: int, doubt: float, share: NDArray[Any], least: NDArray[Any], weights: Weights
) -> NDArray[Any]:
    """Give K: how likely a term is where its parents are, over how likely it is there in any disease."""
    usual, k = float(profiles.given_parents[term]), weights.smoothing
    return ((share + k * usual) / (least + k) + doubt) / (usual + doubt)


def _parents(knowledge: Knowledge, profiles: Profiles, term: int) -> list[int]:
    o = knowledge.ontology
    parents = o.parent[o.parent_start[term] : o.parent_start[term + 1]]
    found: list[int] = parents[profiles.inside[parents]].tolist()
    return found


def _least_parent(
    knowledge: Knowledge, profiles: Profiles, term: int, share: Mapping[int, NDArray[np.float64]]
) -> NDArray[np.float64]:
    parents = _parents(knowledge, profiles, term)
    # The root has none; it is always there, and so are its parents.
    return np.minimum.reduce([share[p] for p in parents]) if parents else share[term]


def _shares(profiles: Profiles, term: int, rows: NDArray[np.int64]) -> NDArray[np.float64]:
    here, share = profiles.column(term)
    if not len(here):
        return np.zeros(len(rows))
    place = np.minimum(np.searchsorted(here, rows), len(here) - 1)
    return np.where(here[place] == rows, share[place].astype(np.float64), 0.0)


@lru_cache(maxsize=4)  # all rows are asked first, then the leading ones exactly
def _typical(profiles: Profiles, knowledge: Knowledge, found: tuple[tuple[int, float], ...]) -> Floats:
    """Give the share of each row's features, by frequency and information, that the findings reach."""
    f = _features(profiles, knowledge)
    implied = _closure(profiles, knowledge, dict(found))
    worth = {term: float(profiles.information[term]) * _surety(doubt) for term, doubt in implied.items()}
    reached = np.zeros(len(f.information), dtype=np.float32)
    for term in sorted(worth, key=worth.__getitem__):
        reached[f.below[f.below_start[term] : f.below_start[term + 1]]] = worth[term]
    part = np.minimum(reached / f.information, np.float32(1.0))
    typical = np.zeros(len(profiles), dtype=np.float32)
    typical[f.rows] = np.add.reduceat(f.weight * part[f.place], f.first) / f.whole
    return typical


@dataclass(frozen=True, eq=False, slots=True)
class _Features:
    """All rows' features for `_typical`: terms that are a feature of some row are numbered from 0.

    `below` gives for each term of the ontology the numbers of the features below it; `rows` have features, the
    first of each at `first`; `place` and `weight` are each feature's number, and its frequency by its information;
    `whole` is each row's sum of weights, at least 1.
    """

    information: Floats
    below_start: NDArray[np.int64]
    below: NDArray[np.int32]
    rows: NDArray[np.int64]
    first: NDArray[np.int64]
    place: NDArray[np.int32]
    weight: Floats
    whole: Floats


@lru_cache(maxsize=2)
def _features(profiles: Profiles, knowledge: Knowledge) -> _Features:
    o, start = knowledge.ontology, profiles.feature_start.astype(np.int64)
    terms, place = np.unique(profiles.feature_term, return_inverse=True)
    above = [o.ancestor_indices(term) for term in terms.tolist()]
    number = np.repeat(np.arange(len(terms), dtype=np.int32), [len(a) for a in above])
    over = np.concatenate([*above, np.zeros(0, np.int32)])
    order = np.argsort(over, kind="stable")
    rows = np.flatnonzero(np.diff(start))
    weight = profiles.feature_share * profiles.information[profiles.feature_term]
    return _Features(
        information=np.maximum(profiles.information[terms], np.float32(_LEAST_INFORMATION)),
        below_start=np.searchsorted(over[order], np.arange(len(o) + 1)).astype(np.int64),
        below=number[order],
        rows=rows,
        first=start[rows],
        place=place.astype(np.int32),
        weight=weight,
        whole=np.maximum(np.add.reduceat(weight, start[rows]), np.float32(1.0)),
    )
