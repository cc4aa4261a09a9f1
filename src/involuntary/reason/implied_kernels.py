"""Compiled kernels: what the findings of a case imply, how doubtful each is, and how much it counts for a finding.

Terms and rows are places in the arrays of `Table`; *implied* terms are the findings and all above them, each once.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

__all__ = ["Implied", "Table", "Told", "all_factors", "implied_by"]

Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]
Indices = NDArray[np.int32]
Starts = NDArray[np.int64]


class Table(NamedTuple):
    """What the kernels read of the hypotheses and of the ontology, each an array.

    `start`, `row`, `share` and `curated_…` are the columns of `Profiles`, `half` what each half-precision number is.
    The annotated part of a column that many rows stand in is ``whole_column[whole_at[term]]``; `whole_at` is -1 for the
    others. Terms that are a feature of any row are numbered from 0: `below` lists those under each term; feature f is
    one of ``feature_row[feature_start[f]:feature_start[f + 1]]``, by `feature_weight` (frequency by information) of
    `whole`.
    """

    start: Starts
    row: NDArray[np.uint16]
    share: NDArray[np.uint16]
    half: Floats
    whole_at: Indices
    whole_column: NDArray[np.uint16]
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


class Told(NamedTuple):
    """Findings: their terms, ascending, and how doubtful each is.

    `broader` is what was told surer in broader words, and implied: its term, -1 where there is none; `left` is how
    doubtful that is, and otherwise what the finding itself is.
    """

    term: Indices
    doubt: Doubles
    broader: Indices
    left: Doubles


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
def _inside_above(table: Table, terms: Indices, start: Indices, of: Indices) -> tuple[Starts, Indices]:
    """Give what `start` and `of` hold of each term, findings only, one after another."""
    begin, size = np.zeros(terms.size + 1, dtype=np.int64), 0
    for q in range(terms.size):
        size += start[terms[q] + 1] - start[terms[q]]
    held, size = np.empty(size, dtype=np.int32), 0
    for q in range(terms.size):
        for at in range(start[terms[q]], start[terms[q] + 1]):
            if table.inside[of[at]]:
                held[size] = of[at]
                size += 1
        begin[q + 1] = size
    return begin, held[:size]


@njit(cache=True, nogil=True, error_model="numpy")
def implied_by(table: Table, found: Told) -> Implied:
    """Give the findings' terms and all above them; each is as doubtful as the surest of what implies it."""
    above_start, above = _inside_above(table, found.term, table.ancestor_start, table.ancestor)
    term = np.unique(above)
    above = np.searchsorted(term, above).astype(np.int32)
    doubt = np.full(term.size, np.inf)
    for q in range(found.term.size):
        for i in above[above_start[q] : above_start[q + 1]]:
            sure = _is_above(table, term[i], found.broader[q])
            doubt[i] = min(doubt[i], found.left[q] if sure else found.doubt[q])
    parent_start, parent = _inside_above(table, term, table.parent_start, table.parent)
    return Implied(term, doubt, above_start, above, parent_start, np.searchsorted(term, parent).astype(np.int32))


@njit(cache=True, nogil=True, error_model="numpy")
def _is_above(table: Table, term: int, other: int) -> bool:
    """Whether a term is another one, or above it; False where there is no other."""
    if other < 0:
        return False
    begin, end = table.ancestor_start[other], table.ancestor_start[other + 1]
    at = begin + np.searchsorted(table.ancestor[begin:end], term)
    return bool(at < end and table.ancestor[at] == term)


@njit(cache=True, nogil=True, error_model="numpy")
def _nearness(table: Table, found: int, terms: Indices, steepness: float, anyhow: float) -> Doubles:
    """Give how much each term above a finding counts for it; all of them what does not come about anyhow."""
    near = np.empty(terms.size)
    for i in range(terms.size):
        distance = np.float64(table.information[found]) - np.float64(table.information[terms[i]])
        near[i] = math.exp(-steepness * distance)
    near *= (1.0 - anyhow) / near.sum()
    return near


@njit(cache=True, nogil=True, error_model="numpy")
def _factors(table: Table, found: Told, q: int, terms: Indices, scale: Doubles) -> tuple[Doubles, float]:
    """Give what the share of each term above a finding is multiplied by, and what is added.

    A term t enters as (P(t) + e X) / (b(t) + e Y), where e is the doubt, X = (P(s) + e') / (1 + e') and Y the same of
    b(s), for s that was told surer in broader words, with its own doubt e'; X and Y are 1 where nothing was. So a
    doubtful detail leaves what was told for sure. What s implies enters as (P(t) + e') / (b(t) + e').
    """
    factor = _nearness(table, found.term[q], terms, scale[0], scale[1])
    e, left, broader = found.doubt[q], found.left[q], found.broader[q]
    usual = (np.float64(table.background[broader]) + left) / (1.0 + left) if broader >= 0 else 1.0
    added, through = scale[1], 0.0
    for i in range(terms.size):
        background = np.float64(table.background[terms[i]])
        if _is_above(table, terms[i], broader):
            factor[i] /= background + left
            added += left * factor[i]
        else:
            factor[i] /= background + e * usual
            through += e * factor[i]
    if broader < 0:
        return factor, added + through
    factor[np.searchsorted(terms, broader)] += through / (1.0 + left)
    return factor, added + through * left / (1.0 + left)


@njit(cache=True, nogil=True, error_model="numpy")
def all_factors(table: Table, implied: Implied, found: Told, scales: Doubles) -> Doubles:
    """Give `_factors` of every finding for both blends, shape (2, all places above), then what each is added to."""
    factor = np.empty((2, implied.above.size + found.term.size))
    for q in range(found.term.size):
        begin, end = implied.above_start[q], implied.above_start[q + 1]
        terms = implied.term[implied.above[begin:end]]
        for b in range(2):
            factor[b, begin:end], factor[b, implied.above.size + q] = _factors(table, found, q, terms, scales[b])
    return factor
