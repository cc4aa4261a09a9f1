"""The usual ways to rank diseases by findings, over the same annotations and candidates."""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp

from involuntary.knowledge import Knowledge
from involuntary.knowledge.propagation import Borrowing, Propagation, propagate


def baselines(knowledge: Knowledge, cases: list[list[int]], rows: np.ndarray) -> dict[str, np.ndarray]:
    """Give the scores of each method, shape (cases, candidates).

    Resnik: mean of the best matches by information of the closest common ancestor, both ways. Pooled: sum of log
    likelihood ratios with the finding's frequency, smoothed by a thousandth. Best ancestor: the same with the best
    of the finding's ancestors. z-sum: standardised Resnik and best-ancestor scores added.
    """
    p = propagate(knowledge.ontology, knowledge.annotations, (), Borrowing(family=0.0, gene=0.0, near=0.0))
    terms = sorted({t for case in cases for t in case})
    place = {t: i for i, t in enumerate(terms)}
    shares = _rows(p, rows)
    background = np.maximum(np.asarray(shares.mean(axis=1)).ravel(), 1e-6)
    pooled = np.stack([_log(shares, background, [t]) for t in terms])
    best = np.stack([_best(shares, background, knowledge.ontology.ancestor_indices(t)) for t in terms])
    chosen = [[place[t] for t in case] for case in cases]
    resnik, ancestor = _resnik(p, knowledge, terms, chosen, rows), np.stack([best[c].sum(axis=0) for c in chosen])
    return {
        "Resnik, best-match average": resnik,
        "pooled likelihood ratios": np.stack([pooled[c].sum(axis=0) for c in chosen]),
        "best-ancestor likelihood ratio": ancestor,
        "z Resnik + z best-ancestor": _standard(resnik) + _standard(ancestor),
    }


def _rows(p: Propagation, rows: np.ndarray) -> sp.csr_matrix:
    """Give term × candidate shares."""
    shape = (len(p), len(p.start) - 1)
    whole = sp.csc_matrix((p.share.astype(np.float32), p.row.astype(np.int32), p.start), shape=shape)
    return whole.tocsr()[rows].T.tocsr()


def _log(shares: sp.csr_matrix, background: np.ndarray, terms: list[int]) -> np.ndarray:
    share = shares[terms].toarray()
    return np.log((share + 1e-3) / (background[terms][:, None] + 1e-3)).sum(axis=0).astype(np.float32)


def _best(shares: sp.csr_matrix, background: np.ndarray, above: np.ndarray) -> np.ndarray:
    ratio = shares[above].toarray() / background[above][:, None]
    return np.log(np.maximum(ratio.max(axis=0), 1.0)).astype(np.float32)


def _resnik(
    p: Propagation, knowledge: Knowledge, terms: list[int], chosen: list[list[int]], rows: np.ndarray
) -> np.ndarray:
    o, information = knowledge.ontology, p.information
    count = np.diff(p.feature_start)[rows]
    feature = np.concatenate([p.feature_term[p.feature_start[r] : p.feature_start[r + 1]] for r in rows])
    used, number = np.unique(feature, return_inverse=True)
    common = np.zeros((len(terms), len(used)), dtype=np.float32)
    ancestors = [o.ancestor_indices(int(t)) for t in used]
    flat, start = np.concatenate(ancestors), np.cumsum([0, *map(len, ancestors)])[:-1]
    for i, term in enumerate(terms):
        reached = np.zeros(len(information), dtype=np.float32)
        above = o.ancestor_indices(term)
        reached[above] = information[above]
        common[i] = np.maximum.reduceat(reached[flat], start)
    has, first = count > 0, (np.cumsum(count) - count)
    one_way = np.zeros((len(terms), len(rows)), dtype=np.float32)
    for i in range(len(terms)):
        one_way[i, has] = np.maximum.reduceat(common[i][number], first[has])
    found = np.zeros((len(chosen), len(rows)), dtype=np.float32)
    for i, case in enumerate(chosen):
        back = np.add.reduceat(common[case].max(axis=0)[number], first[has]) / count[has]
        found[i, has] = (one_way[case].mean(axis=0)[has] + back) / 2
    return found


def _standard(scores: np.ndarray) -> np.ndarray:
    return (scores - scores.mean(axis=1, keepdims=True)) / (scores.std(axis=1, keepdims=True) + 1e-12)
