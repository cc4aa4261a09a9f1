"""Compiled kernels that weigh findings for all hypotheses at once; they hold no lock, so cases can be weighed abreast.

Terms and rows are places in the arrays of `Table`; *implied* terms are the findings and all above them, each once.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

__all__ = ["Implied", "Table", "exact", "excluded_at", "weigh"]

Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]
Indices = NDArray[np.int32]
Starts = NDArray[np.int64]

# So many likelihood ratios of 2e-2 to 5e4 stay inside double precision when multiplied; then logarithms are taken.
_FOLD = 48
# And so many in single precision.
_FEW = 6


class Table(NamedTuple):
    """What the kernels read of the hypotheses and of the ontology, each an array.

    `start`, `row`, `share` and `curated_…` are the columns of `Profiles`, `half` what each half-precision number is.
    Terms that are a feature of any row are numbered from 0: `below` lists those under each term; feature f is one of
    ``feature_row[feature_start[f]:feature_start[f + 1]]``, by `feature_weight` (frequency by information) of `whole`.
    """

    start: Starts
    row: NDArray[np.uint16]
    share: NDArray[np.uint16]
    half: Floats
    curated_start: Starts
    curated_row: Indices
    curated_share: Floats
    curated_lent: NDArray[np.bool_]
    ancestor_start: Indices
    ancestor: Indices
    parent_start: Indices
    parent: Indices
    inside: NDArray[np.bool_]
    information: Floats
    background: Floats
    given_parents: Floats
    feature_information: Floats
    below_start: Starts
    below: Indices
    feature_start: Starts
    feature_row: NDArray[np.uint16]
    feature_weight: Floats
    whole: Floats


class Implied(NamedTuple):
    """What some findings imply.

    `term` and `doubt` are the implied terms, ascending, and how doubtful each is; those of finding q are
    ``above[above_start[q]:above_start[q + 1]]``, those right above the implied term i
    ``parent[parent_start[i]:parent_start[i + 1]]``, as places in `term`.
    """

    term: Indices
    doubt: Doubles
    above_start: Starts
    above: Indices
    parent_start: Starts
    parent: Indices


@njit(cache=True, nogil=True, error_model="numpy")
def implied_by(table: Table, found: Indices, doubts: Doubles) -> Implied:
    """Give the findings' terms and all above them; each is as doubtful as the surest finding that implies it."""
    least = np.full(table.inside.size, np.inf)
    size = 0
    for q in range(found.size):
        for at in range(table.ancestor_start[found[q]], table.ancestor_start[found[q] + 1]):
            a = table.ancestor[at]
            if table.inside[a]:
                size += 1
                least[a] = min(least[a], doubts[q])
    term = np.flatnonzero(least < np.inf).astype(np.int32)
    place = np.empty(table.inside.size, dtype=np.int32)
    place[term] = np.arange(term.size, dtype=np.int32)
    above_start, above = np.zeros(found.size + 1, dtype=np.int64), np.empty(size, dtype=np.int32)
    size = 0
    for q in range(found.size):
        for at in range(table.ancestor_start[found[q]], table.ancestor_start[found[q] + 1]):
            if table.inside[table.ancestor[at]]:
                above[size] = place[table.ancestor[at]]
                size += 1
        above_start[q + 1] = size
    parent_start = np.zeros(term.size + 1, dtype=np.int64)
    for i in range(term.size):
        kept = 0
        for at in range(table.parent_start[term[i]], table.parent_start[term[i] + 1]):
            kept += 1 if table.inside[table.parent[at]] else 0
        parent_start[i + 1] = parent_start[i] + kept
    parent, size = np.empty(parent_start[-1], dtype=np.int32), 0
    for i in range(term.size):
        for at in range(table.parent_start[term[i]], table.parent_start[term[i] + 1]):
            if table.inside[table.parent[at]]:
                parent[size] = place[table.parent[at]]
                size += 1
    return Implied(term, least[term], above_start, above, parent_start, parent)


@njit(cache=True, nogil=True, error_model="numpy")
def shares(table: Table, term: Indices) -> Floats:
    """Give how likely each term is in each row, shape (terms, rows)."""
    found = np.zeros((term.size, table.whole.size), dtype=np.float32)
    for i in range(term.size):
        whole = found[i]
        for at in range(table.start[term[i]], table.start[term[i] + 1]):
            whole[table.row[at]] = table.half[table.share[at]]
        for at in range(table.curated_start[term[i]], table.curated_start[term[i] + 1]):
            whole[table.curated_row[at]] = table.curated_share[at]
    return found


@njit(cache=True, nogil=True, error_model="numpy")
def _factors(table: Table, found: int, terms: Indices, doubt: float, steepness: float, anyhow: float) -> Doubles:
    """Give what the share of each term above a finding is multiplied by: its nearness over its background."""
    factor = np.empty(terms.size)
    for i in range(terms.size):
        distance = np.float64(table.information[found]) - np.float64(table.information[terms[i]])
        factor[i] = math.exp(-steepness * distance)
    factor *= (1.0 - anyhow) / factor.sum()
    for i in range(terms.size):
        factor[i] /= np.float64(table.background[terms[i]]) + doubt
    return factor


@njit(cache=True, nogil=True, error_model="numpy")
def _fold(product: Doubles, logarithm: Doubles) -> None:
    for r in range(product.size):
        logarithm[r] += math.log(product[r])
        product[r] = 1.0


@njit(cache=True, nogil=True, error_model="numpy")
def products(
    table: Table,
    implied: Implied,
    share: Floats,
    found: Indices,
    doubts: Doubles,
    scales: Doubles,
    smoothing: float,
) -> tuple[Doubles, Doubles]:
    """Multiply every row's ratios M of the two blends, and K; what was folded away by then is in the logarithms.

    `scales` are each blend's steepness and share that comes about anyhow, shape (2, 2). Both results have the shape
    (3, rows): the broad blend, the narrow one, and K.
    """
    rows = share.shape[1]
    product, logarithm = np.ones((3, rows)), np.zeros((3, rows))
    ratio, other = np.empty(rows, dtype=np.float32), np.empty(rows, dtype=np.float32)
    for q in range(found.size):
        above = implied.above[implied.above_start[q] : implied.above_start[q + 1]]
        broad = _factors(table, found[q], implied.term[above], doubts[q], scales[0, 0], scales[0, 1])
        narrow = _factors(table, found[q], implied.term[above], doubts[q], scales[1, 0], scales[1, 1])
        ratio[:] = np.float32(scales[0, 1] + doubts[q] * broad.sum())
        other[:] = np.float32(scales[1, 1] + doubts[q] * narrow.sum())
        for i in range(above.size):
            one, two, whole = np.float32(broad[i]), np.float32(narrow[i]), share[above[i]]
            for r in range(rows):
                ratio[r] += one * whole[r]
                other[r] += two * whole[r]
        for r in range(rows):
            product[0, r] *= ratio[r]
            product[1, r] *= other[r]
        if q % _FOLD == _FOLD - 1:
            _fold(product[0], logarithm[0])
            _fold(product[1], logarithm[1])
    _times_given(table, implied, share, smoothing, product[2], logarithm[2])
    return product, logarithm


@njit(cache=True, nogil=True, error_model="numpy")
def _times_given(
    table: Table, implied: Implied, share: Floats, smoothing: float, product: Doubles, logarithm: Doubles
) -> None:
    """Multiply by K: how likely a term is where its parents are, over how likely it is there in any row."""
    few, room = np.ones(product.size, dtype=np.float32), np.empty(product.size, dtype=np.float32)
    k = np.float32(smoothing)
    for i in range(implied.term.size):
        parents = implied.parent[implied.parent_start[i] : implied.parent_start[i + 1]]
        if parents.size:
            usual, doubt = table.given_parents[implied.term[i]], np.float32(implied.doubt[i])
            least = share[parents[0]]
            for parent in parents[1:]:
                _least(least, share[parent], room)
                least = room
            _times(share[i], least, k * usual, k, doubt, np.float32(1.0) / (usual + doubt), few)
        if i % _FEW == _FEW - 1 or i == implied.term.size - 1:
            for r in range(product.size):
                product[r] *= few[r]
            few[:] = 1.0
        if i % _FOLD == _FOLD - 1:
            _fold(product, logarithm)


@njit(cache=True, nogil=True, error_model="numpy")
def _least(one: Floats, other: Floats, into: Floats) -> None:
    for r in range(into.size):
        into[r] = min(one[r], other[r])


@njit(cache=True, nogil=True, error_model="numpy")
def _times(
    whole: Floats,
    least: Floats,
    more: np.float32,
    k: np.float32,
    doubt: np.float32,
    scale: np.float32,
    product: Floats,
) -> None:
    for r in range(product.size):
        product[r] *= ((whole[r] + more) / (least[r] + k) + doubt) * scale


@njit(cache=True, nogil=True, error_model="numpy")
def typical(table: Table, implied: Implied) -> Floats:
    """Give the share of each row's features, by frequency and information, that the implied terms reach.

    A term reaches what is below it by its information, less where it is in doubt.
    """
    reached = np.zeros(table.feature_information.size, dtype=np.float32)
    worth = np.empty(implied.term.size, dtype=np.float32)
    for i in range(worth.size):
        worth[i] = table.information[implied.term[i]] / (1.0 + implied.doubt[i])
    for i in np.argsort(worth):  # the greatest comes last and stands
        for at in range(table.below_start[implied.term[i]], table.below_start[implied.term[i] + 1]):
            reached[table.below[at]] = worth[i]
    found = np.zeros(table.whole.size, dtype=np.float32)
    for f in range(reached.size):
        part = min(reached[f] / table.feature_information[f], np.float32(1.0))
        for at in range(table.feature_start[f], table.feature_start[f + 1] if part > 0.0 else 0):
            found[table.feature_row[at]] += table.feature_weight[at] * part
    found /= table.whole
    return found


@njit(cache=True, nogil=True, error_model="numpy")
def excluded(table: Table, terms: Indices, trust: Doubles) -> Doubles:
    """Multiply what is left of every row's probability when terms are ruled out.

    `trust` is how far the share of each counts, in annotated and in curated rows, shape (terms, 2).
    """
    product = np.ones(table.whole.size if terms.size else 0)
    for i in range(terms.size):
        for at in range(table.start[terms[i]], table.start[terms[i] + 1]):
            product[table.row[at]] *= 1.0 - trust[i, 0] * np.float64(table.half[table.share[at]])
        for at in range(table.curated_start[terms[i]], table.curated_start[terms[i] + 1]):
            if not table.curated_lent[at]:
                product[table.curated_row[at]] *= 1.0 - trust[i, 1] * np.float64(table.curated_share[at])
    return product


@njit(cache=True, nogil=True, error_model="numpy")
def excluded_at(table: Table, terms: Indices, trust: Doubles, rows: Starts) -> Doubles:
    """Give what is left of some rows' probability when a term is ruled out, shape (terms, rows); see `excluded`."""
    left, place = np.ones((terms.size, rows.size)), np.full(table.whole.size, -1, dtype=np.int32)
    place[rows] = np.arange(rows.size, dtype=np.int32)
    for i in range(terms.size):
        for at in range(table.start[terms[i]], table.start[terms[i] + 1]):
            j = place[table.row[at]]
            if j >= 0:
                left[i, j] = 1.0 - trust[i, 0] * np.float64(table.half[table.share[at]])
        for at in range(table.curated_start[terms[i]], table.curated_start[terms[i] + 1]):
            j = place[table.curated_row[at]]
            if j >= 0 and not table.curated_lent[at]:
                left[i, j] = 1.0 - trust[i, 1] * np.float64(table.curated_share[at])
    return left


@njit(cache=True, nogil=True, error_model="numpy")
def weigh(
    table: Table, found: Indices, doubts: Doubles, absent: Indices, trust: Doubles, scales: Doubles, smoothing: float
) -> tuple[Implied, Floats, Doubles, Doubles, Floats, Doubles]:
    """Do all of it at once: what is implied, how likely in each row, `products`, `typical` and `excluded`."""
    implied = implied_by(table, found, doubts)
    share = shares(table, implied.term)
    product, logarithm = products(table, implied, share, found, doubts, scales, smoothing)
    return implied, share, product, logarithm, typical(table, implied), excluded(table, absent, trust)


@njit(cache=True, nogil=True, error_model="numpy")
def exact(
    table: Table,
    implied: Implied,
    share: Floats,
    found: Indices,
    doubts: Doubles,
    scales: Doubles,
    weights: Doubles,
    smoothing: float,
) -> Doubles:
    """Give each finding's part for every row of `share`, in double precision and natural logarithms, unscaled.

    `weights` are those of the two blends and of K; a term that several findings imply is split evenly between them.
    """
    part, ratio = np.zeros((found.size, share.shape[1])), np.empty(share.shape[1])
    for q in range(found.size):
        above = implied.above[implied.above_start[q] : implied.above_start[q + 1]]
        for b in range(2):
            factor = _factors(table, found[q], implied.term[above], doubts[q], scales[b, 0], scales[b, 1])
            ratio[:] = scales[b, 1]
            for i in range(above.size):
                whole = share[above[i]]
                for r in range(ratio.size):
                    ratio[r] += factor[i] * (np.float64(whole[r]) + doubts[q])
            for r in range(ratio.size):
                part[q, r] += weights[b] * math.log(ratio[r])
    users = np.zeros(implied.term.size)
    for i in implied.above:
        users[i] += 1.0
    for i in range(implied.term.size):
        if implied.parent_start[i] == implied.parent_start[i + 1]:
            continue
        _given(table, implied, share, i, smoothing, ratio)
        for r in range(ratio.size):
            ratio[r] = weights[2] * math.log(ratio[r]) / users[i]
        for q in range(found.size):
            above = implied.above[implied.above_start[q] : implied.above_start[q + 1]]
            if i in above:
                for r in range(ratio.size):
                    part[q, r] += ratio[r]
    return part


@njit(cache=True, nogil=True, error_model="numpy")
def _given(table: Table, implied: Implied, share: Floats, i: int, smoothing: float, ratio: Doubles) -> None:
    """Write K of one implied term."""
    usual, doubt = np.float64(table.given_parents[implied.term[i]]), implied.doubt[i]
    ratio[:] = np.inf
    for parent in implied.parent[implied.parent_start[i] : implied.parent_start[i + 1]]:
        for r in range(ratio.size):
            ratio[r] = min(ratio[r], np.float64(share[parent, r]))
    for r in range(ratio.size):
        over = np.float64(share[i, r]) + smoothing * usual
        ratio[r] = (over / (ratio[r] + smoothing) + doubt) / (usual + doubt)
