"""How likely each finding is in each annotated disease: frequencies carried up the ontology, thin ones shored up.

An annotation says how often a feature was seen; a patient is told by a broader, a narrower or a neighbouring word.
So frequencies are joined upwards (a disease shows *tremor* where it shows any tremor), and a disease of few
annotations borrows from subtypes of its name, from diseases of its gene and from the diseases most like it. The
constants were chosen by measurement; the documentation's *Reasoning* page says what else was tried.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from involuntary.knowledge.annotations import Annotations
from involuntary.knowledge.families import family_name
from involuntary.knowledge.ontology import Ontology

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

__all__ = ["FINDINGS", "UNSTATED", "Borrowing", "Propagation", "frequency", "propagate"]

FINDINGS = "HP:0000118"  # phenotypic abnormality: what is not below it (onset, inheritance) is no finding
UNSTATED = 0.5  # share of people who show a feature whose frequency nobody gives
_WORDED = 10.0  # a percentage or a word counts as this many patients
_NEVER_CERTAIN = 0.995
_FLOOR = 2e-5  # no finding is rarer than this among all diseases' patients
_DROPPED = 1e-4  # smaller shares are left out

Floats = npt.NDArray[np.float32]
Indices = npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Borrowing:
    """How much a disease of few annotations leans on others, in units of its own annotated mass.

    Attributes
    ----------
    family, gene : float
        Weight of the mean of the diseases of its name, and of its gene.
    near : float
        Share that comes from the nearest diseases.
    nearest : int
        How many they are.
    gene_most : int
        A gene of more diseases than this says nothing.
    common : float
        Findings in more than this share of diseases do not tell which are near.
    """

    family: float = 8.0
    gene: float = 4.0
    near: float = 0.1
    nearest: int = 20
    gene_most: int = 12
    common: float = 0.05


@dataclass(frozen=True, eq=False)
class Propagation:
    """Every group of annotated diseases as how likely each finding is in it.

    Attributes
    ----------
    start : ndarray of int64, shape (terms + 1,)
        Column of term t: ``row[start[t]:start[t + 1]]``, ascending, with the shares there.
    row : ndarray of uint16
        Group of diseases, as `Annotations.group` numbers them.
    share : ndarray of float16
        Probability of the finding or a narrower one.
    information : ndarray of float32, shape (terms,)
        Minus the natural logarithm of the share of diseases annotated with it; 0 for what is no finding.
    background, borrowed_background : ndarray of float32, shape (terms,)
        Mean probability over all diseases, before and after borrowing.
    mass : ndarray of float32, shape (groups,)
        Annotated features by frequency and information, borrowed ones included.
    feature_start, feature_term, feature_share : ndarray
        A group's own annotated features with their frequencies.
    family : ndarray of int32, shape (groups,)
        Groups with one number are subtypes of one name.
    """

    start: npt.NDArray[np.int64]
    row: npt.NDArray[np.uint16]
    share: npt.NDArray[np.float16]
    information: Floats
    background: Floats
    borrowed_background: Floats
    mass: Floats
    feature_start: Indices
    feature_term: Indices
    feature_share: Floats
    family: Indices

    def __len__(self) -> int:
        return len(self.mass)

    def column(self, term: int) -> tuple[npt.NDArray[np.uint16], npt.NDArray[np.float16]]:
        """Give the groups that show a term, ascending, and their shares."""
        place = slice(self.start[term], self.start[term + 1])
        return self.row[place], self.share[place]


def frequency(n: float, of: float) -> float:
    """Estimate a share from counts as if one more patient, half of one, had been seen; `UNSTATED` where none was."""
    return (n + UNSTATED) / (of + 1.0)


def propagate(
    ontology: Ontology,
    annotations: Annotations,
    genes: Iterable[Sequence[str]] = (),
    borrowing: Borrowing = Borrowing(),
) -> Propagation:
    """Work out all arrays; seconds for a whole release.

    Parameters
    ----------
    ontology, annotations
        One release.
    genes : iterable of sequences of str
        Codes of the diseases of each gene.
    borrowing : Borrowing, optional
        How much diseases lean on one another.
    """
    import scipy.sparse as sp

    own = _own(ontology, annotations)
    upward = _upward(ontology)
    certain = own.copy()
    certain.data = np.log1p(-np.minimum(certain.data, _NEVER_CERTAIN))
    closed = (certain @ upward).tocsr()
    closed.data = -np.expm1(closed.data)
    diseases = own.shape[0]
    seen = np.bincount(closed.indices, minlength=own.shape[1])
    information = (np.log(max(diseases, 1)) - np.log(np.maximum(seen, 1))).astype(np.float32)
    information[~_is_finding(ontology)] = 0.0
    mass = np.asarray(own.multiply(information[None]).sum(axis=1)).ravel()
    family = _families(annotations)
    lent, mixed = _lean(closed, mass, family, _gene_groups(annotations, genes, borrowing), borrowing)
    lent = _near(lent, information, borrowing)
    lent.data[lent.data < _DROPPED] = 0
    lent.eliminate_zeros()
    columns = sp.csc_matrix(lent)
    columns.sort_indices()
    return Propagation(
        start=columns.indptr.astype(np.int64),
        row=columns.indices.astype(np.uint16),
        share=columns.data.astype(np.float16),
        information=information,
        background=_mean(closed),
        borrowed_background=_mean(lent),
        mass=mixed.astype(np.float32),
        feature_start=own.indptr.astype(np.int32),
        feature_term=own.indices.astype(np.int32),
        feature_share=own.data.astype(np.float32),
        family=family,
    )


def _mean(shares: csr_matrix) -> Floats:
    mean = np.asarray(shares.mean(axis=0)).ravel() if shares.shape[0] else np.zeros(shares.shape[1])
    return np.maximum(mean, _FLOOR).astype(np.float32)


def _own(ontology: Ontology, annotations: Annotations) -> csr_matrix:
    """Give group × term frequencies: one curator's, or the mean of both where OMIM and Orphanet say it."""
    import scipy.sparse as sp

    a, terms = annotations, len(ontology)
    disease = np.repeat(np.arange(len(a)), np.diff(a.start))
    middle = (a.low.astype(np.float64) + a.high) / 2
    worded = (a.of == 0) & np.isfinite(middle)
    n = np.where(a.of > 0, a.n, np.where(worded, _WORDED * np.nan_to_num(middle), 0.0))
    of = np.where(a.of > 0, a.of, np.where(worded, _WORDED, 0.0))
    told = ~a.excluded & _is_finding(ontology)[a.term]
    pairs, place = np.unique(disease[told].astype(np.int64) * terms + a.term[told], return_inverse=True)
    counted, found = np.bincount(place, of[told], len(pairs)), np.bincount(place, n[told], len(pairs))
    uncounted = np.bincount(place, of[told] == 0, len(pairs))
    seen = (found > 0) | (uncounted > 0)
    pairs, share = pairs[seen], ((found + UNSTATED) / (counted + 1.0))[seen]
    orphanet = np.array([code.startswith("ORPHA:") for code in a.ids], dtype=np.int64)
    of_disease, term = pairs // terms, pairs % terms
    pairs, share = _mean_by((a.group[of_disease].astype(np.int64) * terms + term) * 2 + orphanet[of_disease], share)
    pairs, share = _mean_by(pairs // 2, share)
    groups = len(a.group_ids)
    return sp.csr_matrix((share.astype(np.float32), (pairs // terms, pairs % terms)), shape=(groups, terms))


def _mean_by(
    key: npt.NDArray[np.int64], share: npt.NDArray[np.float64]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float64]]:
    keys, place = np.unique(key, return_inverse=True)
    return keys, np.bincount(place, share, len(keys)) / np.bincount(place, minlength=len(keys))


def _is_finding(ontology: Ontology) -> npt.NDArray[np.bool_]:
    root, term = ontology.find(FINDINGS), np.repeat(np.arange(len(ontology)), np.diff(ontology.ancestor_start))
    inside = np.zeros(len(ontology), dtype=np.bool_)
    inside[term[ontology.ancestor == root]] = True
    return inside


def _upward(ontology: Ontology) -> csr_matrix:
    """Give term × ancestor-or-self, among findings."""
    import scipy.sparse as sp

    inside = _is_finding(ontology)
    term = np.repeat(np.arange(len(ontology)), np.diff(ontology.ancestor_start))
    kept = inside[ontology.ancestor] & inside[term]
    ones = np.ones(int(kept.sum()), np.float32)
    return sp.csr_matrix((ones, (term[kept], ontology.ancestor[kept])), shape=(len(ontology),) * 2)


def _families(annotations: Annotations) -> Indices:
    """Give each group a number by the name of their OMIM entry, else of their first."""
    order = sorted(range(len(annotations)), key=lambda d: (not annotations.ids[d].startswith("OMIM:"), d))
    name: dict[int, str] = {}
    for disease in order:
        name.setdefault(int(annotations.group[disease]), family_name(annotations.names[disease]))
    numbers: dict[str, int] = {}
    families = [numbers.setdefault(name[group], len(numbers)) for group in range(len(annotations.group_ids))]
    return np.array(families, dtype=np.int32)


def _gene_groups(annotations: Annotations, genes: Iterable[Sequence[str]], borrowing: Borrowing) -> list[list[int]]:
    found = [sorted({annotations.group_of(code) for code in codes} - {-1}) for codes in genes]
    return [groups for groups in found if 1 < len(groups) <= borrowing.gene_most]


def _lean(
    closed: csr_matrix, mass: npt.NDArray[np.float64], family: Indices, genes: list[list[int]], borrowing: Borrowing
) -> tuple[csr_matrix, npt.NDArray[np.float64]]:
    """Mix each disease with the means of its family and of its gene, its own annotations by their mass."""
    import scipy.sparse as sp

    members: dict[int, list[int]] = {}
    for group, number in enumerate(family.tolist()):
        members.setdefault(number, []).append(group)
    of_family, of_gene = (_mean_of_others(groups, len(mass)) for groups in (members.values(), genes))
    weight = np.stack(
        [
            mass,
            np.where(np.diff(of_family.indptr) > 0, borrowing.family, 0.0),
            np.where(np.diff(of_gene.indptr) > 0, borrowing.gene, 0.0),
        ]
    )
    weight = (weight / np.maximum(weight.sum(axis=0), 1e-9)).astype(np.float32)
    own, kin, mates = (sp.diags(w).tocsr() for w in weight)
    lent = own @ closed + kin @ (of_family @ closed) + mates @ (of_gene @ closed)
    return lent.tocsr(), weight[0] * mass + weight[1] * (of_family @ mass) + weight[2] * (of_gene @ mass)


def _mean_of_others(groups: Iterable[Sequence[int]], n: int) -> csr_matrix:
    import scipy.sparse as sp

    others: dict[int, set[int]] = {}
    for group in groups:
        for one in group:
            others.setdefault(one, set()).update(group)
    rows, columns, values = [], [], []
    for one, mates in others.items():
        near = sorted(mates - {one})
        rows += [one] * len(near)
        columns += near
        values += [1.0 / max(len(near), 1)] * len(near)
    return sp.csr_matrix((np.array(values, np.float32), (rows, columns)), shape=(n, n))


def _near(lent: csr_matrix, information: Floats, borrowing: Borrowing) -> csr_matrix:
    """Mix each disease with those nearest to it, by the cosine of their weighted findings."""
    import scipy.sparse as sp

    diseases = lent.shape[0]
    if diseases <= borrowing.nearest + 1 or not borrowing.near:
        return lent
    telling = np.where(np.bincount(lent.indices, minlength=lent.shape[1]) <= borrowing.common * diseases, 1.0, 0.0)
    weighted = (lent @ sp.diags((information * telling).astype(np.float32))).tocsr()
    weighted.eliminate_zeros()
    length = np.sqrt(np.asarray(weighted.multiply(weighted).sum(axis=1)).ravel()) + 1e-3
    weighted = (sp.diags((1.0 / length).astype(np.float32)) @ weighted).tocsr()
    across = weighted.T.tocsr()
    parts = [_nearest(weighted, across, first, borrowing.nearest) for first in range(0, diseases, 1000)]
    near = sp.vstack(parts).tocsr()
    return ((1.0 - borrowing.near) * lent + borrowing.near * (near @ lent)).tocsr()


def _nearest(weighted: csr_matrix, across: csr_matrix, first: int, count: int) -> csr_matrix:
    import scipy.sparse as sp

    likeness = (weighted[first : first + 1000] @ across).toarray()
    rows = np.arange(len(likeness))
    likeness[rows, first + rows] = -1.0
    best = np.argpartition(-likeness, count, axis=1)[:, :count]
    weight = np.maximum(np.take_along_axis(likeness, best, axis=1), 1e-6) ** 2
    weight /= weight.sum(axis=1, keepdims=True)
    shape = (len(likeness), weighted.shape[0])
    return sp.csr_matrix((weight.ravel(), (np.repeat(rows, count), best.ravel())), shape=shape)
