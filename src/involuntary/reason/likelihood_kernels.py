"""Compiled kernels that weigh findings for all hypotheses at once; they hold no lock, so cases can be weighed abreast.

What the findings imply comes from `implied_kernels`.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from involuntary.reason.implied_kernels import Implied, Table, Told, all_factors, implied_by

__all__ = ["LEAST_INFORMATION", "Room", "combine", "exact", "excluded_at", "ratios_at", "weigh"]

Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]
Indices = NDArray[np.int32]
Starts = NDArray[np.int64]

# In natural logarithms: less than that tells nothing.
LEAST_INFORMATION = 0.1
# So many likelihood ratios of 2e-2 to 5e4 stay inside double precision when multiplied; then logarithms are taken.
_FOLD = 48
# And so many in single precision.
_FEW = 6
# What adds less than this share cannot be seen in single precision.
_UNSEEN = np.float32(1e-8)
# Between the exponents of half and of single precision.
_BIAS = np.float32(2.0**112)


class Room(NamedTuple):
    """Memory to weigh in: to get it anew for every case would take longer than to use it.

    `product` and `logarithm` have the shape (3, rows). `share` has the shape (terms, rows weighed at a time): what so
    many rows need stays in the processor's own memory; a case that implies more terms gets more.
    """

    product: Doubles
    logarithm: Doubles
    share: Floats


@njit(cache=True, nogil=True, error_model="numpy")
def _fill(table: Table, term: Indices, begin: int, end: int, at: Starts, curated_at: Starts, share: Floats) -> None:
    """Write how likely each term is in the rows from `begin` to `end`.

    `at` and `curated_at` are where each column goes on; they are moved to where the next rows begin.
    """
    for i in range(term.size):
        if table.whole_at[term[i]] >= 0:
            _unpack(table.whole_column[table.whole_at[term[i]], begin:end], share[i])
        else:
            share[i, :] = 0.0
            here, last = at[i], table.start[term[i] + 1]
            while here < last and table.row[here] < end:
                share[i, table.row[here] - begin] = table.half[table.share[here]]
                here += 1
            at[i] = here
        here, last = curated_at[i], table.curated_start[term[i] + 1]
        while here < last and table.curated_row[here] < end:
            share[i, table.curated_row[here] - begin] = table.curated_share[here]
            here += 1
        curated_at[i] = here


@njit(cache=True, nogil=True, error_model="numpy")
def _unpack(half: NDArray[np.uint16], share: Floats) -> None:
    """Write half-precision numbers from 0 to 1 as single-precision ones.

    The sign is 0, the exponent has three bits less and another bias: exact, as a multiplication by a power of 2.
    """
    for r in range(half.size):
        share[r] = np.uint32(np.uint32(half[r]) << np.uint32(13)).view(np.float32) * _BIAS


@njit(cache=True, nogil=True, error_model="numpy")
def shares_at(table: Table, term: Indices, rows: Starts) -> Floats:
    """Give how likely each term is in some rows, shape (terms, rows)."""
    found, place = np.zeros((term.size, rows.size), dtype=np.float32), _places(table, rows)
    for i in range(term.size):
        whole, some = table.whole_at[term[i]], found[i]
        for j in range(rows.size if whole >= 0 else 0):
            some[j] = table.half[table.whole_column[whole, rows[j]]]
        for at in range(table.start[term[i]], table.start[term[i] + 1] if whole < 0 else 0):
            if place[table.row[at]] >= 0:
                some[place[table.row[at]]] = table.half[table.share[at]]
        for at in range(table.curated_start[term[i]], table.curated_start[term[i] + 1]):
            if place[table.curated_row[at]] >= 0:
                some[place[table.curated_row[at]]] = table.curated_share[at]
    return found


@njit(cache=True, nogil=True, error_model="numpy")
def _places(table: Table, rows: Starts) -> Indices:
    """Give the place of every row among some; -1 for the others."""
    place = np.full(table.whole.size, -1, dtype=np.int32)
    place[rows] = np.arange(rows.size, dtype=np.int32)
    return place


@njit(cache=True, nogil=True, error_model="numpy")
def _fold(product: Doubles, logarithm: Doubles) -> None:
    for r in range(product.size):
        logarithm[r] += math.log(product[r])
        product[r] = 1.0


@njit(cache=True, nogil=True, error_model="numpy")
def products(table: Table, implied: Implied, found: Told, scales: Doubles, smoothing: float, room: Room) -> None:
    """Multiply every row's ratios M of the two blends, and K; what was folded away by then is in the logarithms.

    `scales` are each blend's steepness and share that comes about anyhow, shape (2, 2). The products and the
    logarithms are written into the room: of the broad blend, of the narrow one, and of K.
    """
    rows, product, logarithm = table.whole.size, room.product, room.logarithm
    product[:], logarithm[:] = 1.0, 0.0
    factor = all_factors(table, implied, found, scales).astype(np.float32)
    at, curated_at = table.start[implied.term], table.curated_start[implied.term]
    share = room.share
    if share.shape[0] < implied.term.size:
        share = np.empty((implied.term.size, share.shape[1]), dtype=np.float32)
    for begin in range(0, rows, share.shape[1]):
        end = min(begin + share.shape[1], rows)
        _fill(table, implied.term, begin, end, at, curated_at, share)
        _times_blends(implied, factor, share, product[:2, begin:end], logarithm[:2, begin:end])
        _times_given(table, implied, smoothing, share, product[2, begin:end], logarithm[2, begin:end])


@njit(cache=True, nogil=True, error_model="numpy")
def _times_blends(implied: Implied, factor: Floats, share: Floats, product: Doubles, logarithm: Doubles) -> None:
    """Multiply by M of both blends, finding by finding."""
    rows, findings = product.shape[1], implied.above_start.size - 1
    broad, narrow = np.empty(rows, dtype=np.float32), np.empty(rows, dtype=np.float32)
    for q in range(findings):
        broad[:], narrow[:] = factor[0, implied.above.size + q], factor[1, implied.above.size + q]
        least = _UNSEEN * narrow[0]
        for at in range(implied.above_start[q], implied.above_start[q + 1]):
            some, one, two = share[implied.above[at]], factor[0, at], factor[1, at]
            if two < least:
                for r in range(rows):
                    broad[r] += one * some[r]
            else:
                for r in range(rows):
                    broad[r] += one * some[r]
                    narrow[r] += two * some[r]
        for r in range(rows):
            product[0, r] *= broad[r]
            product[1, r] *= narrow[r]
        if q % _FOLD == _FOLD - 1:
            _fold(product[0], logarithm[0])
            _fold(product[1], logarithm[1])


@njit(cache=True, nogil=True, error_model="numpy")
def _times_given(
    table: Table, implied: Implied, smoothing: float, share: Floats, product: Doubles, logarithm: Doubles
) -> None:
    """Multiply by K: how likely a term is where its parents are, over how likely it is there in any row."""
    rows, k = product.size, np.float32(smoothing)
    few, under, room = np.ones(rows, np.float32), np.ones(rows, np.float32), np.empty(rows, np.float32)
    for i in range(implied.term.size):
        parents = implied.parent[implied.parent_start[i] : implied.parent_start[i + 1]]
        if parents.size:
            usual, doubt = table.given_parents[implied.term[i]], np.float32(implied.doubt[i])
            least = share[parents[0]]
            for parent in parents[1:]:
                _least(least, share[parent], room)
                least = room
            some = share[i]
            _times(some, least, k * usual, k, doubt, np.float32(1.0) / (usual + doubt), few, under)
        if i % _FEW == _FEW - 1 or i == implied.term.size - 1:
            for r in range(rows):
                product[r] *= few[r] / under[r]
            few[:], under[:] = 1.0, 1.0
        if i % _FOLD == _FOLD - 1:
            _fold(product, logarithm)


@njit(cache=True, nogil=True, error_model="numpy")
def _least(one: Floats, other: Floats, into: Floats) -> None:
    for r in range(into.size):
        into[r] = min(one[r], other[r])


@njit(cache=True, nogil=True, error_model="numpy")
def _times(
    some: Floats,
    least: Floats,
    more: np.float32,
    k: np.float32,
    doubt: np.float32,
    scale: np.float32,
    few: Floats,
    under: Floats,
) -> None:
    """Multiply by ((some + more) / (least + k) + doubt) scale; what it is divided by is kept apart."""
    for r in range(few.size):
        few[r] *= ((some[r] + more) + doubt * (least[r] + k)) * scale
        under[r] *= least[r] + k


@njit(cache=True, nogil=True, error_model="numpy")
def typical(table: Table, implied: Implied) -> Floats:
    """Give the share of each row's features, by frequency and information, that the implied terms reach.

    A term reaches what is below it by its information, less where it is in doubt; what nearly every row shows reaches
    nothing.
    """
    worth = np.empty(implied.term.size, dtype=np.float32)
    for i in range(worth.size):
        worth[i] = table.information[implied.term[i]] / (1.0 + implied.doubt[i])
    reached = np.zeros(table.feature_information.size, dtype=np.float32)
    for i in np.argsort(worth):  # the greatest comes last and stands
        if table.information[implied.term[i]] >= LEAST_INFORMATION:
            for at in range(table.below_start[implied.term[i]], table.below_start[implied.term[i] + 1]):
                reached[table.below[at]] = worth[i]
    found = np.zeros(table.whole.size, dtype=np.float32)
    for f in range(reached.size):
        if reached[f] > 0.0:
            part = min(reached[f] / table.feature_information[f], np.float32(1.0))
            for at in range(table.feature_start[f], table.feature_start[f + 1]):
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
    left, place = np.ones((terms.size, rows.size)), _places(table, rows)
    for i in range(terms.size):
        whole = table.whole_at[terms[i]]
        for j in range(rows.size if whole >= 0 else 0):
            left[i, j] = 1.0 - trust[i, 0] * np.float64(table.half[table.whole_column[whole, rows[j]]])
        for at in range(table.start[terms[i]], table.start[terms[i] + 1] if whole < 0 else 0):
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
    table: Table,
    found: Told,
    absent: Indices,
    trust: Doubles,
    scales: Doubles,
    smoothing: float,
    room: Room,
) -> tuple[Implied, Floats, Doubles]:
    """Do all of it at once: what is implied, `products`, `typical` and `excluded`."""
    implied = implied_by(table, found)
    products(table, implied, found, scales, smoothing, room)
    return implied, typical(table, implied), excluded(table, absent, trust)


@njit(cache=True, nogil=True, error_model="numpy")
def combine(parts: Doubles, mass: Floats, typical: Floats, weights: Doubles) -> Floats:
    """Add up the logarithms of what `products` multiplied, the mass and what is typical, shape (rows,).

    `weights` are those of the three, of the mass and of what is typical.
    """
    score = np.empty(mass.size, dtype=np.float32)
    for r in range(score.size):
        three = (weights[0] * parts[0, r] + weights[1] * parts[1, r]) + weights[2] * parts[2, r]
        score[r] = (three + weights[3] * mass[r]) + weights[4] * typical[r]
    return score


@njit(cache=True, nogil=True, error_model="numpy")
def ratios_at(
    table: Table, implied: Implied, found: Told, scales: Doubles, smoothing: float, rows: Starts
) -> tuple[Doubles, Doubles]:
    """Give M of both blends, shape (2, findings, rows), and K, shape (implied terms, rows), in double precision."""
    share = shares_at(table, implied.term, rows)
    factor = all_factors(table, implied, found, scales)
    blend, given = np.empty((2, found.term.size, rows.size)), np.ones((implied.term.size, rows.size))
    for b in range(2):
        for q in range(found.term.size):
            ratio = blend[b, q]
            ratio[:] = factor[b, implied.above.size + q]
            for at in range(implied.above_start[q], implied.above_start[q + 1]):
                some, one = share[implied.above[at]], factor[b, at]
                for r in range(rows.size):
                    ratio[r] += one * np.float64(some[r])
    for i in range(implied.term.size):
        if implied.parent_start[i] < implied.parent_start[i + 1]:
            _given(table, implied, share, i, smoothing, given[i])
    return blend, given


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


@njit(cache=True, nogil=True, error_model="numpy")
def exact(implied: Implied, blend: Doubles, given: Doubles, weights: Doubles) -> Doubles:
    """Give each finding's part of the logarithms of `ratios_at`, by weight, shape (findings, rows).

    `weights` are those of the two blends and of K; a term that several findings imply is split evenly between them.
    """
    users = np.zeros(given.shape[0])
    part: Doubles = weights[0] * blend[0] + weights[1] * blend[1]
    for i in implied.above:
        users[i] += 1.0
    for q in range(part.shape[0]):
        for at in range(implied.above_start[q], implied.above_start[q + 1]):
            i = implied.above[at]
            one = weights[2] / users[i]
            for r in range(part.shape[1]):
                part[q, r] += one * given[i, r]
    return part
