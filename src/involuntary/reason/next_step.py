"""What to ask, examine or test next: the greatest expected information for its burden."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from involuntary.knowledge import Knowledge
from involuntary.model import NextStep
from involuntary.reason.differential import Ranking
from involuntary.reason.explanation import identity_of, restating
from involuntary.reason.likelihood import WEIGHTS

__all__ = ["BURDEN", "KIND_OF", "Step", "next_steps", "steps"]

Kind = Literal["ask", "examine", "test"]
_HYPOTHESES = 40
_STEPS = 5
# So many leading conditions bring their tests along, where they are at least so likely, and so many tests in all.
_TESTED, _LIKELY, _TESTS = 3, 0.1, 4
_LEADS = 0.9
_CONSIDERED = 150
# One finding among several moves the ranking by about this power of its likelihood ratio, blended with what comes
# about anyhow; `likelihood.Weights` has the figures.
_ANYHOW, _SHARPNESS = WEIGHTS.broad_scale.anyhow, WEIGHTS.broad + WEIGHTS.narrow
# What a step costs beside a question, all things considered: time, discomfort, money (judgement).
BURDEN: dict[Kind, float] = {"ask": 1.0, "examine": 1.3, "test": 4.0}
# Which kind of step finds out, by branch of the ontology; the first that holds counts, others are examined.
KIND_OF: tuple[tuple[str, Kind], ...] = (
    ("HP:0003457", "test"),  # EMG abnormality
    ("HP:0002353", "test"),  # EEG abnormality
    ("HP:0410263", "test"),  # brain imaging abnormality
    ("HP:0012639", "test"),  # abnormal nervous system morphology
    ("HP:0001939", "test"),  # abnormality of metabolism
    ("HP:0003110", "test"),  # abnormality of urine homeostasis
    ("HP:0001871", "test"),  # abnormality of blood
    ("HP:0002715", "test"),  # abnormality of the immune system
    ("HP:0004303", "test"),  # abnormal muscle fibre morphology
    ("HP:0000924", "examine"),  # skeletal system
    ("HP:0011446", "ask"),  # higher mental function
    ("HP:0000708", "ask"),  # behaviour
    ("HP:0025142", "ask"),  # constitutional symptom
    ("HP:0012531", "ask"),  # pain
    ("HP:0003401", "ask"),  # paraesthesia
    ("HP:0001250", "ask"),  # seizure
    ("HP:0003394", "ask"),  # cramp
    ("HP:0002360", "ask"),  # sleep
    ("HP:0011458", "ask"),  # abdominal symptom
)


@dataclass(frozen=True, eq=False, slots=True)
class Step:
    """A finding not yet known: its term, what it is expected to tell in bits, and its share in each hypothesis."""

    term: int
    kind: Kind
    gain: float
    share: NDArray[np.float64]


def next_steps(ranking: Ranking, knowledge: Knowledge) -> tuple[NextStep, ...]:
    """Give the findings expected to tell most for their burden, and the tests of the leading conditions' entries."""
    leading = ranking.leading[:_HYPOTHESES]
    found = tuple(
        NextStep(
            step.kind,
            knowledge.ontology.label(step.term),
            knowledge.ontology.ids[step.term],
            step.gain,
            _separated(ranking, step.share[:_HYPOTHESES], leading, knowledge),
        )
        for step in _unlike(steps(ranking, knowledge), knowledge)
    )
    tests = _tests(ranking)
    # Where one condition leads by far, what settles it comes before what would tell the others apart.
    settled = float(ranking.posterior[leading[0]]) >= _LEADS if len(leading) else False
    return (*tests, *found) if settled else (*found, *tests)


def _unlike(ordered: list[Step], knowledge: Knowledge) -> list[Step]:
    """Give the first steps of which none is a form of another: asking the same twice tells nothing new."""
    chosen: list[Step] = []
    for step in ordered:
        above = set(knowledge.ontology.ancestor_indices(step.term).tolist())
        if all(
            c.term not in above and step.term not in knowledge.ontology.ancestor_indices(c.term).tolist()
            for c in chosen
        ):
            chosen.append(step)
        if len(chosen) == _STEPS:
            break
    return chosen


def _tests(ranking: Ranking) -> tuple[NextStep, ...]:
    """Give the tests that the leading entries name; one that settles its condition tells what is open about it."""
    found: dict[str, NextStep] = {}
    for row in ranking.leading[:_TESTED].tolist():
        entry, chance = ranking.profiles.entry(row), float(ranking.posterior[row])
        if entry is None or chance < _LIKELY:
            continue
        open_bits = float(_entropy(np.array([chance, 1.0 - chance])))
        for test in entry.investigations:
            if test.kind == "test":
                step = NextStep("test", test.what, test.code, open_bits, (entry.name, "every other cause"))
                found.setdefault(test.what, step)
    return tuple(found.values())[:_TESTS]


def steps(ranking: Ranking, knowledge: Knowledge) -> list[Step]:
    """Give every step that is expected to tell anything, the most information for its burden first.

    The expected information is by how many bits the uncertainty among the leading hypotheses is expected to shrink,
    where a present finding moves them by its likelihood ratio and an excluded one as little as the ranking lets it.
    """
    leading = ranking.leading
    weight = ranking.posterior[leading] / ranking.posterior[leading].sum()
    terms = _askable(ranking, leading[:_HYPOTHESES].tolist(), knowledge)
    if not terms:
        return []
    share = np.stack([_shares(ranking, term, leading) for term in terms])
    background = ranking.profiles.background[terms].astype(np.float64)[:, None]
    seen = (_ANYHOW + (1.0 - _ANYHOW) * share / background) ** _SHARPNESS
    chance = share @ weight
    curated = leading >= len(ranking.profiles.annotated)
    absent = 1.0 - np.where(curated, WEIGHTS.excluded_trust_curated, WEIGHTS.excluded_trust) * share
    gain = _entropy(weight) - chance * _entropy(weight * seen) - (1.0 - chance) * _entropy(weight * absent)
    kinds = _kinds(knowledge)
    found = [
        Step(term, _kind(term, kinds, knowledge), float(g), s)
        for term, g, s in zip(terms, gain, share, strict=True)
        if g > 0
    ]
    return sorted(found, key=lambda step: (-step.gain / BURDEN[step.kind], step.term))


def _kinds(knowledge: Knowledge) -> list[tuple[int, Kind]]:
    return [(knowledge.ontology.find(code), kind) for code, kind in KIND_OF]


def _kind(term: int, kinds: list[tuple[int, Kind]], knowledge: Knowledge) -> Kind:
    above = set(knowledge.ontology.ancestor_indices(term).tolist())
    return next((kind for branch, kind in kinds if branch in above), "examine")


def _askable(ranking: Ranking, leading: list[int], knowledge: Knowledge) -> list[int]:
    """Give the features of the leading hypotheses that nobody told, sought or implied, the likeliest to be there."""
    known: set[int] = set()
    absent: set[int] = set()
    for e in ranking.evidence:
        term = knowledge.ontology.find(e.term) if e.term else -1
        if term >= 0 and e.present:
            known |= set(knowledge.ontology.ancestor_indices(term).tolist())
        elif term >= 0:
            absent.add(term)
    chance: dict[int, float] = {}
    for row in leading:
        for term, share in ranking.profiles.features(row):
            chance[term] = chance.get(term, 0.0) + share * float(ranking.posterior[row])
    likely = sorted(chance.keys() - known, key=lambda term: (-chance[term], term))
    names = restating(leading, ranking.profiles, knowledge)
    likely = [
        t for t in likely if _can_be_looked_for(knowledge.ontology.label(t)) and _plain(t, knowledge) not in names
    ]
    open_ = (t for t in likely if not absent.intersection(knowledge.ontology.ancestor_indices(t).tolist()))
    return sorted(islice(open_, _CONSIDERED))


def _can_be_looked_for(label: str) -> bool:
    """Whether a term is a finding rather than the heading of a branch, which nobody can look for."""
    return not label.startswith("Abnormality of ")


def _plain(term: int, knowledge: Knowledge) -> str:
    return knowledge.ontology.label(term).casefold()


def _shares(ranking: Ranking, term: int, leading: NDArray[np.int64]) -> NDArray[np.float64]:
    rows, share = ranking.profiles.column(term)
    found = np.full(len(leading), 0.0)
    if len(rows):
        place = np.minimum(np.searchsorted(rows, leading), len(rows) - 1)
        found = np.where(rows[place] == leading, share[place].astype(np.float64), 0.0)
    # What is none of these shows a finding as often as anybody.
    return np.where(leading == ranking.profiles.none, float(ranking.profiles.background[term]), found)


def _entropy(weight: NDArray[np.float64]) -> NDArray[np.float64]:
    """Give the uncertainty, in bits, of hypotheses in the last axis, whatever their weights add up to."""
    p = weight / weight.sum(axis=-1, keepdims=True)
    entropy: NDArray[np.float64] = -(p * np.log2(np.maximum(p, 1e-300))).sum(axis=-1)
    return entropy


def _separated(
    ranking: Ranking, share: NDArray[np.float64], leading: NDArray[np.int64], knowledge: Knowledge
) -> tuple[str, ...]:
    few = range(min(5, len(leading)))
    high = max(few, key=lambda i: (share[i], -i))
    low = min(few, key=lambda i: (share[i], i))
    names = [identity_of(int(leading[i]), ranking.profiles, knowledge).name for i in dict.fromkeys((high, low))]
    return tuple(names)
