"""Every hypothesis in one table: annotated diseases, curated conditions, and *none of these*."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from involuntary.knowledge import Knowledge
from involuntary.knowledge.claims import Counted
from involuntary.knowledge.families import family_name
from involuntary.knowledge.propagation import FINDINGS, UNSTATED, Propagation, frequency
from involuntary.knowledge.schema import ConditionEntry

__all__ = ["Profiles", "profiles_of"]

Floats = NDArray[np.float32]
Indices = NDArray[np.int32]
_NEVER_CERTAIN = 0.995
_ALIKE = 5
# What is known of it by sight or sound: an exact or narrower code stands for the kind of contraction itself.
_MEANS_IT = ("exact", "narrower")


@dataclass(frozen=True, eq=False, slots=True)
class Profiles:
    """Hypotheses in rows: groups of annotated diseases, then curated conditions, then *none of these*.

    Attributes
    ----------
    annotated : Propagation
        The first rows.
    curated : tuple of ConditionEntry
        The next.
    group : ndarray of int32, shape (rows,)
        Group of annotated diseases that a row speaks for; -1 where it has none.
    stands : ndarray of bool, shape (rows,)
        False for an annotated row that a curated condition speaks for.
    family : ndarray of int32, shape (rows,)
        Rows with one number are subtypes of one name.
    mass : ndarray of float32, shape (rows,)
        Features by frequency and information; that of the usual disease for *none of these*, and for curated
        conditions, of which as much is known as somebody wrote down.
    information, background : ndarray, shape (terms,)
        As in `Propagation`.
    given_parents : ndarray of float32, shape (terms,)
        How likely a term is where its rarest parent is.
    inside : ndarray of bool, shape (terms,)
        The terms that are findings.
    start, row, share : ndarray
        Columns of the curated rows, as `Propagation` has them for the annotated ones.
    lent : ndarray of bool
        Which of these shares an entry leaves unsaid: a form of what it names by a broader word.
    feature_start, feature_term, feature_share : ndarray
        Each row's own features with their frequencies.
    """

    annotated: Propagation
    curated: tuple[ConditionEntry, ...]
    group: Indices
    stands: NDArray[np.bool_]
    family: Indices
    mass: Floats
    information: Floats
    background: Floats
    given_parents: Floats
    inside: NDArray[np.bool_]
    start: NDArray[np.int64]
    row: Indices
    share: Floats
    lent: NDArray[np.bool_]
    feature_start: Indices
    feature_term: Indices
    feature_share: Floats

    def __len__(self) -> int:
        return len(self.group)

    @property
    def none(self) -> int:
        """The row of *none of these*."""
        return len(self.group) - 1

    def entry(self, row: int) -> ConditionEntry | None:
        """Give the curated entry of a row; None for the others."""
        at = row - len(self.annotated)
        return self.curated[at] if 0 <= at < len(self.curated) else None

    def column(self, term: int) -> tuple[Indices, Floats]:
        """Give the rows that show a term or a narrower one, ascending, and how likely it is in them."""
        row, share = self.annotated.column(term)
        place = slice(self.start[term], self.start[term + 1])
        if place.start == place.stop:
            return row.astype(np.int32), share.astype(np.float32)
        return np.concatenate([row.astype(np.int32), self.row[place]]), np.concatenate(
            [share.astype(np.float32), self.share[place]]
        )

    def stated(self, term: int) -> tuple[Indices, Floats]:
        """Give the same without the curated rows whose entry only leaves the term open."""
        row, share = self.annotated.column(term)
        place = np.arange(self.start[term], self.start[term + 1])
        place = place[~self.lent[place]]
        return np.concatenate([row.astype(np.int32), self.row[place]]), np.concatenate(
            [share.astype(np.float32), self.share[place]]
        )

    def features(self, row: int) -> list[tuple[int, float]]:
        """Give a row's own features with their frequencies, most frequent first."""
        place = slice(self.feature_start[row], self.feature_start[row + 1])
        pairs = zip(self.feature_term[place].tolist(), self.feature_share[place].tolist(), strict=True)
        return sorted(pairs, key=lambda pair: (-pair[1], pair[0]))


@lru_cache(maxsize=2)
def profiles_of(knowledge: Knowledge) -> Profiles:
    """Build the table; kept for as long as the knowledge is."""
    p, curated = knowledge.propagation, tuple(knowledge.conditions.values())
    taken = [_groups_of(entry, knowledge) for entry in curated]
    features = [_merged(entry, groups, knowledge) for entry, groups in zip(curated, taken, strict=True)]
    start, row, share, lent = _curated_columns(curated, features, knowledge)
    stands = np.ones(len(p) + len(curated) + 1, dtype=np.bool_)
    stands[[group for groups in taken for group in groups]] = False
    own = np.cumsum([p.feature_start[-1], *map(len, features), 0], dtype=np.int32)
    usual = float(np.median(p.mass)) if len(p) else 0.0
    return Profiles(
        annotated=p,
        curated=curated,
        group=np.array([*range(len(p)), *(min(groups, default=-1) for groups in taken), -1], dtype=np.int32),
        stands=stands,
        family=_families(p, taken, curated, knowledge),
        mass=np.concatenate([p.mass, np.full(len(curated) + 1, usual, dtype=np.float32)]),
        information=p.information,
        background=p.background,
        given_parents=_given_parents(knowledge),
        inside=_inside(knowledge),
        start=start,
        row=row,
        share=share,
        lent=lent,
        feature_start=np.concatenate([p.feature_start, own[1:]]),
        feature_term=np.concatenate([p.feature_term, np.array([t for f in features for t in f], dtype=np.int32)]),
        feature_share=np.concatenate(
            [p.feature_share, np.array([s for f in features for s in f.values()], dtype=np.float32)]
        ),
    )


def _groups_of(entry: ConditionEntry, knowledge: Knowledge) -> set[int]:
    codes = (*entry.codes.mondo, *entry.codes.omim, *entry.codes.orpha)
    return {g for g in map(knowledge.annotations.group_of, codes) if g >= 0}


def _merged(entry: ConditionEntry, groups: Iterable[int], knowledge: Knowledge) -> dict[int, float]:
    """Give what the entry says; the annotations of the same disease add what it does not say."""
    p, found = knowledge.propagation, dict[int, list[float]]()
    for group in sorted(groups):
        place = slice(p.feature_start[group], p.feature_start[group + 1])
        for term, share in zip(p.feature_term[place].tolist(), p.feature_share[place].tolist(), strict=True):
            found.setdefault(term, []).append(share)
    said = dict(_said(entry, knowledge))
    return dict(sorted({**{term: max(shares) for term, shares in found.items()}, **said}.items()))


def _said(entry: ConditionEntry, knowledge: Knowledge) -> Iterable[tuple[int, float]]:
    """Give the entry's features, the codes of the contractions that it shows and those of its laboratory results."""
    best: dict[int, float] = {}

    def add(code: str, claim: Counted) -> None:
        term = knowledge.ontology.find(code)
        if term >= 0 and (share := _frequency(claim)) > 0:
            best[term] = max(best.get(term, 0.0), share)

    for feature in entry.features:
        add(feature.hpo, feature)
    for link in entry.phenomena:
        for code in _codes_shown(link.id, knowledge):
            add(code, link)
    for lab in entry.labs:
        test = knowledge.labs.get(lab.lab)
        for meaning in test.links if test else ():
            if meaning.flag == lab.flag and meaning.hpo:
                add(meaning.hpo, lab)
    return best.items()


def _codes_shown(kind: str, knowledge: Knowledge) -> list[str]:
    """Give the codes that say of a condition that it shows a kind: its forms only where none is the kind itself."""
    shown = knowledge.phenomena.get(kind)
    told = {match: [c.id for c in shown.codes.hpo if c.match == match] for match in _MEANS_IT} if shown else {}
    return next(filter(None, told.values()), [])


def _frequency(claim: Counted) -> float:
    if claim.share is None:
        return UNSTATED
    if claim.share.of == 0:
        return claim.share.middle
    return frequency(claim.share.n, claim.share.of)


def _curated_columns(
    curated: tuple[ConditionEntry, ...], features: list[dict[int, float]], knowledge: Knowledge
) -> tuple[NDArray[np.int64], Indices, Floats, NDArray[np.bool_]]:
    """Carry each row's features up the ontology, and down to what an entry leaves unsaid.

    A broader finding is there where any narrower one is. Entries name features by broad words: a form of a feature,
    none of whose forms the entry names, is as likely as it usually is where the feature is. What is another kind of
    contraction is no form: who has muscle spasms of the back has no hemifacial spasm.
    """
    ontology, inside = knowledge.ontology, _inside(knowledge)
    below, kinds = _Below.of(knowledge), _codes_of_kinds(knowledge)
    parts = [np.zeros((4, 0))]
    for i, (entry, found) in enumerate(zip(curated, features, strict=True)):
        shown = {link.id for link in entry.phenomena}
        others = sorted({code for kind, codes in kinds.items() if kind not in shown for code in codes})
        absent: dict[int, float] = {}
        for term, share in found.items():
            for a in ontology.ancestor_indices(term).tolist() if inside[term] else ():
                absent[a] = absent.get(a, 1.0) * (1.0 - min(share, _NEVER_CERTAIN))
        closed = {a: 1.0 - q for a, q in absent.items() if inside[a]}
        broader = {a for term in found for a in ontology.ancestor_indices(term).tolist() if a != term}
        terms, shares = below.forms(sorted(t for t in found if inside[t] and t not in broader), found, others)
        said = np.zeros(len(ontology), dtype=np.bool_)
        said[list(closed)] = True
        unsaid = ~said[terms]
        lent = np.arange(len(closed) + unsaid.sum()) >= len(closed)
        terms = np.concatenate([np.array(list(closed), dtype=np.int64), terms[unsaid]])
        shares = np.concatenate([np.array(list(closed.values())), shares[unsaid]])
        parts.append(np.stack([terms, np.full(len(terms), len(knowledge.propagation) + i), shares, lent]))
    term, row, share, lent = np.concatenate(parts, axis=1)
    order = np.lexsort((row, term))
    start = np.searchsorted(term[order], np.arange(len(ontology) + 1)).astype(np.int64)
    return start, row[order].astype(np.int32), share[order].astype(np.float32), lent[order] > 0


def _codes_of_kinds(knowledge: Knowledge) -> dict[str, list[int]]:
    """Give the terms that each kind of contraction is seen by."""
    codes = {kind: [c.id for c in e.codes.hpo if c.match in _MEANS_IT] for kind, e in knowledge.phenomena.items()}
    return {kind: [t for t in map(knowledge.ontology.find, found) if t >= 0] for kind, found in codes.items()}


@dataclass(frozen=True, eq=False, slots=True)
class _Below:
    """The descendants of every term, and how common each term is among all diseases."""

    start: NDArray[np.int64]
    term: NDArray[np.int64]
    usual: NDArray[np.float64]

    @classmethod
    def of(cls, knowledge: Knowledge) -> _Below:
        o = knowledge.ontology
        descendant = np.repeat(np.arange(len(o)), np.diff(o.ancestor_start))
        order = np.argsort(o.ancestor, kind="stable")
        start = np.searchsorted(o.ancestor[order], np.arange(len(o) + 1)).astype(np.int64)
        return cls(start, descendant[order], knowledge.propagation.borrowed_background.astype(np.float64))

    def of_term(self, term: int) -> NDArray[np.int64]:
        """Give a term and all that are narrower."""
        return self.term[self.start[term] : self.start[term + 1]]

    def forms(
        self, terms: list[int], share: dict[int, float], others: list[int]
    ) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Give the narrower forms of some terms, each once, and the largest share that one of them lends.

        Nothing is lent to what stands under one of `others` and is narrower than the term.
        """
        most = np.zeros(len(self.usual))
        for term in terms:
            below = self.of_term(term)
            lent = share[term] * np.minimum(self.usual[below] / self.usual[term], 1.0)
            for other in set(others) & set(below.tolist()) - {term}:
                lent[np.isin(below, self.of_term(other))] = 0.0
            most[below] = np.maximum(most[below], lent)
        forms = np.flatnonzero(most)
        return forms, most[forms]


def _families(
    p: Propagation, taken: list[set[int]], curated: tuple[ConditionEntry, ...], knowledge: Knowledge
) -> Indices:
    """Give each row the number of its family; a curated condition joins the numbered subtypes of its own name."""
    named = _families_named({n for e in curated for n in map(family_name, (e.name, *e.synonyms))}, p, knowledge)
    family = [*p.family.tolist()]
    new = len(p)
    for entry, groups in zip(curated, taken, strict=True):
        kin = [int(p.family[g]) for g in sorted(groups)]
        kin += [named[name] for name in map(family_name, (entry.name, *entry.synonyms)) if name in named]
        family.append(kin[0] if kin else new)
        new += 1
    return np.array([*family, new], dtype=np.int32)


def _families_named(names: set[str], p: Propagation, knowledge: Knowledge) -> dict[str, int]:
    """Give the family of each name that annotated diseases have; only names that begin alike are looked at whole."""
    a, begin = knowledge.annotations, {name[:_ALIKE] for name in names}
    alike = (d for d, name in enumerate(a.names) if name[:_ALIKE].lower() in begin)
    found = {family_name(a.names[d]): int(p.family[a.group[d]]) for d in alike}
    return {name: found[name] for name in sorted(names & found.keys())}


def _inside(knowledge: Knowledge) -> NDArray[np.bool_]:
    o = knowledge.ontology
    inside = np.zeros(len(o), dtype=np.bool_)
    term = np.repeat(np.arange(len(o)), np.diff(o.ancestor_start))
    inside[term[o.ancestor == o.find(FINDINGS)]] = True
    return inside


def _given_parents(knowledge: Knowledge) -> Floats:
    o, background = knowledge.ontology, knowledge.propagation.borrowed_background
    inside = _inside(knowledge)
    least = np.full(len(o), np.inf)
    child = np.repeat(np.arange(len(o)), np.diff(o.parent_start))
    among = inside[o.parent]
    np.minimum.at(least, child[among], background[o.parent[among]])
    given: Floats = np.minimum(background / least, 1.0).astype(np.float32)
    given[~np.isfinite(least)] = 1.0
    return given
