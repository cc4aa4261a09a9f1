"""Every hypothesis, curated and annotated, as one matrix: how often each finding is seen in it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from involuntary.knowledge import Knowledge
from involuntary.knowledge.schema import ConditionEntry

__all__ = ["Profiles", "profiles_of"]

# A feature whose frequency nobody gives is taken to be seen in this share of people (expert judgement, close to
# the mean of the counted features of one release).
_UNSTATED = 0.5


@dataclass(frozen=True, eq=False, slots=True)
class Profiles:
    """Hypotheses in rows: curated conditions first, then annotated diseases, one row for all entries of one disease.

    Attributes
    ----------
    curated : tuple of ConditionEntry
        The first rows.
    group : ndarray of int32, shape (rows,)
        Group of annotated diseases that stands in each row; -1 for a curated one that has none.
    start : ndarray of int64, shape (terms + 1,)
        Column of term t: ``row[start[t]:start[t + 1]]`` with the frequencies there.
    row, frequency : ndarray
        Rows that show a term or a more specific one, ascending, and in what share of people.
    background : ndarray of float64, shape (terms,)
        Share of hypotheses' people who show a term, each hypothesis counted alike.
    feature_start, feature_term, feature_frequency : ndarray
        The annotated features of each row, most frequent first.
    """

    curated: tuple[ConditionEntry, ...]
    group: NDArray[np.int32]
    start: NDArray[np.int64]
    row: NDArray[np.int32]
    frequency: NDArray[np.float32]
    background: NDArray[np.float64]
    feature_start: NDArray[np.int64]
    feature_term: NDArray[np.int32]
    feature_frequency: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.group)

    def column(self, term: int) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
        """Give the rows that show a term or a more specific one, and their frequencies."""
        place = slice(self.start[term], self.start[term + 1])
        return self.row[place], self.frequency[place]

    def features(self, row: int) -> list[tuple[int, float]]:
        """Give the annotated features of a row with their frequencies, most frequent first."""
        place = slice(self.feature_start[row], self.feature_start[row + 1])
        return list(zip(self.feature_term[place].tolist(), self.feature_frequency[place].tolist(), strict=True))


@lru_cache(maxsize=2)
def profiles_of(knowledge: Knowledge) -> Profiles:
    """Build the matrix; kept for as long as the knowledge is."""
    curated = tuple(knowledge.conditions.values())
    taken = [_groups_of(entry, knowledge) for entry in curated]
    annotated = [
        g for g in range(int(knowledge.annotations.group.max(initial=-1)) + 1) if not any(g in t for t in taken)
    ]
    row_of_group = np.full(len(knowledge.annotations.group_ids), -1, dtype=np.int32)
    row_of_group[annotated] = np.arange(len(curated), len(curated) + len(annotated), dtype=np.int32)
    for row, groups in enumerate(taken):
        row_of_group[list(groups)] = row
    rows, terms, shares = _annotated_features(knowledge, row_of_group)
    own = [(row, t, f) for row, entry in enumerate(curated) for t, f in _curated_features(entry, knowledge)]
    stated = {(row, t) for row, t, _ in own}
    # What a curated entry says of a finding stands; the annotations add what it does not say.
    keep = np.array([(r, t) not in stated for r, t in zip(rows.tolist(), terms.tolist(), strict=True)], dtype=np.bool_)
    rows = np.concatenate([rows[keep], np.array([r for r, _, _ in own], dtype=np.int32)])
    terms = np.concatenate([terms[keep], np.array([t for _, t, _ in own], dtype=np.int32)])
    shares = np.concatenate([shares[keep], np.array([f for _, _, f in own], dtype=np.float32)])
    group = np.array([min(t, default=-1) for t in taken] + annotated, dtype=np.int32)
    return _profiles(curated, group, rows, terms, shares, knowledge)


def _groups_of(entry: ConditionEntry, knowledge: Knowledge) -> set[int]:
    codes = (*entry.codes.mondo, *entry.codes.omim, *entry.codes.orpha)
    return {g for g in map(knowledge.annotations.group_of, codes) if g >= 0}


def _curated_features(entry: ConditionEntry, knowledge: Knowledge) -> Iterable[tuple[int, float]]:
    best: dict[int, float] = {}

    def add(code: str, share: float) -> None:
        term = knowledge.ontology.find(code)
        if term >= 0:
            best[term] = max(best.get(term, 0.0), share)

    for feature in entry.features:
        add(feature.hpo, feature.share.middle if feature.share else _UNSTATED)
    for link in entry.phenomena:
        shown = knowledge.phenomena.get(link.id)
        for code in shown.codes.hpo if shown else ():
            if code.match in {"exact", "narrower"}:
                add(code.id, link.share.middle if link.share else _UNSTATED)
    for lab in entry.labs:
        test = knowledge.labs.get(lab.lab)
        for meaning in test.links if test else ():
            if meaning.flag == lab.flag and meaning.hpo:
                add(meaning.hpo, lab.share.middle if lab.share else _UNSTATED)
    return best.items()


def _annotated_features(knowledge: Knowledge, row_of_group: NDArray[np.int32]) -> tuple[NDArray, NDArray, NDArray]:  # type: ignore[type-arg]
    """Give (row, term, frequency) of all annotations, one each; counts of several references are added up."""
    a = knowledge.annotations
    disease = np.repeat(np.arange(len(a)), np.diff(a.start))
    rows = row_of_group[a.group[disease]]
    key = rows.astype(np.int64) * len(knowledge.ontology) + a.term
    told = ~a.excluded | (a.of > 0)
    key, n, of = key[told], a.n[told].astype(np.float64), a.of[told].astype(np.float64)
    middle = ((a.low + a.high) / 2)[told].astype(np.float64)
    pairs, place = np.unique(key, return_inverse=True)
    counted = np.bincount(place, of, len(pairs))
    found = np.bincount(place, n, len(pairs))
    stated = np.isfinite(middle)
    words = np.bincount(place[stated], middle[stated], len(pairs))
    n_words = np.bincount(place[stated], minlength=len(pairs))
    uncounted = np.where(n_words > 0, words / np.maximum(n_words, 1), _UNSTATED)
    # One patient does not make a frequency: counts start from one imagined patient of two.
    share = np.where(counted > 0, (found + 2 * _UNSTATED) / (counted + 2), uncounted)
    share[(counted > 0) & (found == 0)] = 0.0
    seen = share > 0
    size = len(knowledge.ontology)
    return (pairs[seen] // size).astype(np.int32), (pairs[seen] % size).astype(np.int32), share[seen].astype(np.float32)


def _profiles(
    curated: tuple[ConditionEntry, ...],
    group: NDArray[np.int32],
    rows: NDArray[np.int32],
    terms: NDArray[np.int32],
    shares: NDArray[np.float32],
    knowledge: Knowledge,
) -> Profiles:
    o = knowledge.ontology
    counts = np.diff(o.ancestor_start)[terms]
    source = np.repeat(np.arange(len(terms)), counts)
    inner = np.arange(len(source)) - np.repeat(np.cumsum(counts) - counts, counts)
    above = o.ancestor[o.ancestor_start[terms][source] + inner]
    order = np.lexsort((-shares[source], rows[source], above))
    above, row, share = above[order], rows[source][order], shares[source][order]
    first = np.ones(len(above), dtype=np.bool_)
    first[1:] = (above[1:] != above[:-1]) | (row[1:] != row[:-1])
    above, row, share = above[first], row[first], share[first]
    start = np.searchsorted(above, np.arange(len(o) + 1))
    background = np.bincount(above, share.astype(np.float64), len(o)) / max(len(group), 1)
    by_row = np.lexsort((terms, -shares, rows))
    feature_start = np.searchsorted(rows[by_row], np.arange(len(group) + 1))
    return Profiles(curated, group, start, row, share, background, feature_start, terms[by_row], shares[by_row])
