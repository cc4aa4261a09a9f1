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
from threading import local
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from involuntary.knowledge import Knowledge
from involuntary.reason import likelihood_kernels as kernels
from involuntary.reason.implied_kernels import Implied, Table, Told
from involuntary.reason.profiles import Profiles

__all__ = ["TYPICAL", "WEIGHTS", "Exact", "Weighed", "Weights", "weigh_findings"]

Floats = NDArray[np.float32]
TYPICAL = "typical features seen"
_OF_THREAD = local()
# So many terms, in so many rows at a time, are weighed in memory that is kept.
_TERMS, _ROWS = 256, 1024
_BIT = float(np.log(2.0))
# A term that more than this share of all rows show has its column written out.
_MANY = 0.25


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
        By finding (index of its term), present or excluded, shape (k,). A term that several present findings imply
        is split evenly between them.
    typical : ndarray of float64, shape (k,)
        Typical features seen, which is no single finding's.
    """

    rows: NDArray[np.int64]
    bits: dict[int, NDArray[np.float64]]
    typical: NDArray[np.float64]


@dataclass(frozen=True, eq=False, slots=True)
class Weighed:
    """Findings, weighed for every row.

    Attributes
    ----------
    absent : tuple of ndarray
        The excluded terms, ascending, and how far the share of each counts, in annotated and in curated rows.
    bits : ndarray of float32, shape (rows,)
        What all of them, present and excluded, add to every row, in single precision.
    """

    profiles: Profiles
    weights: Weights
    table: Table
    found: Told
    implied: Implied
    typical: Floats
    excluded: Mapping[int, float]
    absent: tuple[NDArray[np.int32], NDArray[np.float64]]
    bits: Floats

    def exact(self, rows: NDArray[np.int64]) -> Exact:
        """Give each finding's contribution to some rows, in double precision."""
        kept, count, w = (
            (rows != self.profiles.none).astype(np.float64),
            max(1.0, _surety(self.found).sum()),
            self.weights,
        )
        blend, given = kernels.ratios_at(self.table, self.implied, self.found, _scales(w), w.smoothing, rows)
        np.log(blend, out=blend)
        np.log(given, out=given)
        bits = kernels.exact(self.implied, blend, given, np.array([w.broad, w.narrow, w.given]))
        bits += w.mass * _surety(self.found)[:, None] * _log_mass(self.profiles, w)[rows].astype(np.float64)
        bits *= kept * (count ** (-1 / 3) / _BIT)
        typical = w.typical * count ** (1 / 6) / _BIT * self.typical[rows].astype(np.float64)
        left = kernels.excluded_at(self.table, *self.absent, rows)
        absent = zip(sorted(self.excluded), np.log2(left), strict=True)
        return Exact(rows, dict([*absent, *zip(self.found.term.tolist(), bits, strict=True)]), typical * kept)


def weigh_findings(
    profiles: Profiles,
    knowledge: Knowledge,
    found: Mapping[int, float],
    excluded: Mapping[int, float] = MappingProxyType({}),
    weights: Weights = WEIGHTS,
    broader: Mapping[int, tuple[int, float]] = MappingProxyType({}),
) -> Weighed:
    """Weigh all findings for every row.

    Parameters
    ----------
    profiles : Profiles
        The rows.
    knowledge : Knowledge
        Whose ontology the terms are of.
    found : mapping of int to float
        Index of each present finding's term, and its doubt: 0 for one that was seen; 1 / (ratio - 1) for one that a
        signal tells with a likelihood ratio. A doubted finding never counts for more than its ratio.
    excluded : mapping of int to float, optional
        Index of each excluded finding's term, and the likelihood ratio of a signal that did not show it: 0 where it
        was surely not there. It never adds; to rule out one form says nothing of an entry that names none.
    weights : Weights, optional
        How findings are weighed.
    broader : mapping of int to (int, float), optional
        Of a doubted finding: what was told surer in broader words, which it implies, and the doubt of that. It is no
        finding of its own; but however doubtful the detail, so much was seen.
    """
    told, w = _told(found, broader), weights
    table, absent, room = _table(profiles, knowledge), _absent(excluded, weights), _room(profiles)
    surety = float(_surety(told).sum())
    count = max(1.0, surety)
    implied, typical, left = kernels.weigh(table, told, *absent, _scales(w), w.smoothing, room)
    parts = room.logarithm
    parts += np.log(room.product, out=room.product)
    own = np.array([w.broad, w.narrow, w.given, w.mass * surety]) * (count ** (-1 / 3) / _BIT)
    bits = kernels.combine(parts, _log_mass(profiles, w), typical, np.append(own, w.typical * count ** (1 / 6) / _BIT))
    bits[profiles.none] = 0.0
    if excluded:
        bits += np.log2(left).astype(np.float32)
    return Weighed(profiles, weights, table, told, implied, typical, excluded, absent, bits)


def _room(profiles: Profiles) -> kernels.Room:
    """Give this thread's memory to weigh in."""
    held: kernels.Room | None = getattr(_OF_THREAD, "room", None)
    if held is None or held.product.shape[1] != len(profiles):
        of_rows = np.empty((2, 3, len(profiles)))
        held = _OF_THREAD.room = kernels.Room(of_rows[0], of_rows[1], np.empty((_TERMS, _ROWS), dtype=np.float32))
    return held


def _absent(excluded: Mapping[int, float], weights: Weights) -> tuple[NDArray[np.int32], NDArray[np.float64]]:
    """Give the excluded terms, ascending, and how far the share of each counts, in annotated and in curated rows."""
    terms = sorted(excluded)
    surety = 1.0 - np.minimum(np.array([excluded[term] for term in terms]), 1.0)
    trust = surety[:, None] * np.array([weights.excluded_trust, weights.excluded_trust_curated])
    return np.array(terms, dtype=np.int32), trust


def _told(found: Mapping[int, float], broader: Mapping[int, tuple[int, float]]) -> Told:
    terms = sorted(found)
    surer = [broader.get(term, (-1, found[term])) for term in terms]
    return Told(
        np.array(terms, dtype=np.int32),
        np.array([found[term] for term in terms], dtype=np.float64),
        np.array([term for term, _ in surer], dtype=np.int32),
        np.array([doubt for _, doubt in surer], dtype=np.float64),
    )


def _surety(found: Told) -> NDArray[np.float64]:
    surety: NDArray[np.float64] = 1.0 / (1.0 + found.left)
    return surety


@lru_cache(maxsize=4)
def _scales(weights: Weights) -> NDArray[np.float64]:
    return np.array([[reach.steepness, reach.anyhow] for reach in (weights.broad_scale, weights.narrow_scale)])


@lru_cache(maxsize=4)
def _log_mass(profiles: Profiles, weights: Weights) -> Floats:
    log_mass = np.log(profiles.mass + np.float32(weights.mass_start))
    relative: Floats = log_mass - log_mass[profiles.none]
    return relative


@lru_cache(maxsize=2)
def _table(profiles: Profiles, knowledge: Knowledge) -> Table:
    """Give what the kernels read; the features that rows have are numbered from 0."""
    o, p = knowledge.ontology, profiles
    terms, number = np.unique(p.feature_term, return_inverse=True)
    above = [o.ancestor_indices(term) for term in terms.tolist()]
    under = np.repeat(np.arange(len(terms), dtype=np.int32), [len(a) for a in above])
    over = np.concatenate([*above, np.zeros(0, np.int32)])
    order, by_feature = np.argsort(over, kind="stable"), np.argsort(number, kind="stable")
    row = np.repeat(np.arange(len(p), dtype=np.int32), np.diff(p.feature_start))
    weight = p.feature_share * p.information[p.feature_term]
    whole_at, whole_column = _whole_columns(p)
    return Table(
        start=p.annotated.start,
        row=p.annotated.row,
        share=p.annotated.share.view(np.uint16),
        half=np.arange(1 << 16, dtype=np.uint16).view(np.float16).astype(np.float32),
        whole_at=whole_at,
        whole_column=whole_column,
        curated_start=p.start,
        curated_row=p.row,
        curated_share=p.share,
        curated_lent=p.lent,
        ancestor_start=o.ancestor_start,
        ancestor=o.ancestor,
        parent_start=o.parent_start,
        parent=o.parent,
        inside=p.inside,
        information=p.information,
        background=p.background,
        given_parents=p.given_parents,
        feature_information=np.maximum(p.information[terms], np.float32(kernels.LEAST_INFORMATION)),
        below_start=np.searchsorted(over[order], np.arange(len(o) + 1)).astype(np.int64),
        below=under[order],
        feature_start=np.searchsorted(number[by_feature], np.arange(len(terms) + 1)).astype(np.int64),
        feature_row=row[by_feature].astype(np.uint16),
        feature_weight=weight[by_feature],
        whole=np.maximum(np.bincount(row, weight, len(p)), 1.0).astype(np.float32),
    )


def _whole_columns(profiles: Profiles) -> tuple[NDArray[np.int32], NDArray[np.uint16]]:
    """Write out the annotated columns of what many rows show, and say where each term's stands; -1 for the others."""
    many = np.flatnonzero(np.diff(profiles.annotated.start) > _MANY * len(profiles))
    at, column = np.full(len(profiles.inside), -1, dtype=np.int32), np.zeros((len(many), len(profiles)), np.float16)
    at[many] = np.arange(len(many), dtype=np.int32)
    for whole, term in zip(column, many.tolist(), strict=True):
        rows, share = profiles.annotated.column(term)
        whole[rows] = share
    return at, column.view(np.uint16)
