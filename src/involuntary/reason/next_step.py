"""What to ask, examine or test next: the greatest expected information for its burden."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from involuntary.knowledge import Knowledge
from involuntary.model import NextStep
from involuntary.reason.differential import Ranking, identity_of

__all__ = ["next_steps"]

_HYPOTHESES = 30
_STEPS = 8
# A finding that was looked for and is absent is not proof: the same share of doubt for all (judgement).
_DOUBT = 0.05


def next_steps(ranking: Ranking, knowledge: Knowledge) -> tuple[NextStep, ...]:
    """Give the findings whose presence or absence is expected to tell most between the leading conditions.

    The expected information is the mutual information, in bits, between the finding and the condition, over the
    leading hypotheses as they stand.
    """
    leading = np.argsort(-ranking.posterior, kind="stable")[:_HYPOTHESES]
    weight = ranking.posterior[leading] / ranking.posterior[leading].sum()
    terms = _askable(ranking, leading.tolist(), knowledge)
    if not terms:
        return ()
    share = np.array([_shares(ranking, term, leading) for term in terms])
    share = _DOUBT + (1.0 - 2.0 * _DOUBT) * share
    gain = _entropy(share @ weight) - _entropy(share) @ weight
    best = np.argsort(-gain, kind="stable")[:_STEPS]
    return tuple(
        NextStep(
            "examine",
            knowledge.ontology.label(terms[i]),
            knowledge.ontology.ids[terms[i]],
            float(gain[i]),
            _separated(ranking, share[i], leading, knowledge),
        )
        for i in best.tolist()
        if gain[i] > 0
    )


def _askable(ranking: Ranking, leading: list[int], knowledge: Knowledge) -> list[int]:
    known: set[int] = set()
    for e in ranking.evidence:
        term = knowledge.ontology.find(e.term) if e.term else -1
        if term >= 0:
            known |= set(knowledge.ontology.ancestor_indices(term).tolist())
    terms = {term for row in leading for term, _ in ranking.profiles.features(row)}
    return sorted(terms - known)


def _shares(ranking: Ranking, term: int, leading: NDArray[np.intp]) -> NDArray[np.float64]:
    rows, frequency = ranking.profiles.column(term)
    place = np.searchsorted(rows, leading)
    inside = (place < len(rows)) & (rows[np.minimum(place, len(rows) - 1)] == leading)
    shares: NDArray[np.float64] = np.where(inside, frequency[np.minimum(place, len(rows) - 1)], 0.0)
    return shares


def _entropy(share: NDArray[np.float64]) -> NDArray[np.float64]:
    entropy: NDArray[np.float64] = -(share * np.log2(share) + (1.0 - share) * np.log2(1.0 - share))
    return entropy


def _separated(
    ranking: Ranking, share: NDArray[np.float64], leading: NDArray[np.intp], knowledge: Knowledge
) -> tuple[str, ...]:
    few = range(min(5, len(leading)))
    high = max(few, key=lambda i: (share[i], -i))
    low = min(few, key=lambda i: (share[i], i))
    names = [identity_of(int(leading[i]), ranking.profiles, knowledge).name for i in dict.fromkeys((high, low))]
    return tuple(names)
