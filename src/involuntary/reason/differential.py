"""All conditions and causes in one ranking, each with the contributions that add up to its posterior."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from involuntary.knowledge import Knowledge
from involuntary.model import Case
from involuntary.reason.circumstances import JUDGEMENT, WORDS_BITS, Heard, weigh
from involuntary.reason.evidence import Evidence
from involuntary.reason.likelihood import Exact, weigh_findings
from involuntary.reason.priors import prior_bits
from involuntary.reason.profiles import Profiles, profiles_of

__all__ = ["NERVE_AND_MUSCLE", "Ranking", "rank"]

_LEADING = 200
# Abnormal nervous system physiology, abnormal muscle physiology, abnormal nervous system morphology.
NERVE_AND_MUSCLE = ("HP:0012638", "HP:0011804", "HP:0012639")


@dataclass(frozen=True, eq=False, slots=True)
class Ranking:
    """What every piece of evidence says of the leading hypotheses, and the posterior of all.

    Attributes
    ----------
    profiles : Profiles
        The hypotheses, one a row.
    evidence : tuple of Evidence
        What was weighed.
    prior_bits : ndarray, shape (rows,)
        Base-2 logarithm of each prior probability; minus infinity where a curated condition speaks for the row.
    posterior : ndarray, shape (rows,)
        Probabilities; they sum to one.
    leading : ndarray of int, shape (k,)
        The rows that lead, most probable first; equal ones in order of their rows.
    bits : ndarray, shape (evidence, k)
        Contributions to the leading rows.
    typical : ndarray, shape (k,)
        Contribution of the findings together: how much of what is typical they show.
    sources : tuple of mapping
        Of each piece of evidence: by row, the source of what a curated entry says of it beyond its findings.
    """

    profiles: Profiles
    evidence: tuple[Evidence, ...]
    prior_bits: NDArray[np.float64]
    posterior: NDArray[np.float64]
    leading: NDArray[np.int64]
    bits: NDArray[np.float64]
    typical: NDArray[np.float64]
    sources: tuple[Mapping[int, str], ...]


def rank(case: Case, evidence: Sequence[Evidence], knowledge: Knowledge) -> Ranking:
    """Weigh all evidence for all hypotheses.

    All rows are scored in single precision; the leading ones again, exactly, and theirs are the scores that count.
    """
    profiles = profiles_of(knowledge)
    evidence = tuple(evidence)
    terms = [_term(e, profiles, knowledge) for e in evidence]
    prior = prior_bits(profiles, case.setting, _concerned(evidence, knowledge))
    own, sources = _circumstances(evidence, profiles, knowledge)
    found, excluded = _found(evidence, terms), _excluded(evidence, terms)
    weighed = weigh_findings(profiles, knowledge, found, excluded, broader=_broader(evidence, terms, knowledge))
    total = prior + weighed.bits
    total[_curated(profiles)] += own.sum(axis=0)
    leading = np.argpartition(-total, min(_LEADING, len(total) - 1))[:_LEADING].astype(np.int64)
    leading = leading[profiles.stands[leading]]
    exact = weighed.exact(leading)
    bits = _by_evidence(exact, terms)
    place = leading - len(profiles.annotated)
    curated = (place >= 0) & (place < len(profiles.curated))
    bits[:, curated] += own[:, place[curated]]
    total[leading] = prior[leading] + bits.sum(axis=0) + exact.typical
    posterior = np.exp2(total - total.max())
    posterior /= posterior.sum()
    order = np.lexsort((leading, -posterior[leading]))
    leading, bits, typical = leading[order], bits[:, order], exact.typical[order]
    return Ranking(profiles, evidence, prior, posterior, leading, bits, typical, sources)


def _concerned(evidence: Sequence[Evidence], knowledge: Knowledge) -> bool:
    """Whether anything was told of nerve or muscle, or a laboratory value that was off, or nothing at all."""
    told = [e for e in evidence if e.kind in {"finding", "lab"} and e.present]
    off = any(e.kind == "lab" and e.value not in {"", "normal", "negative"} for e in told)
    nervous = any(not knowledge.ontology.ancestors(e.term).isdisjoint(NERVE_AND_MUSCLE) for e in told if e.term)
    silent = not told and all(e.kind != "words" for e in evidence)
    return silent or off or nervous


def _curated(profiles: Profiles) -> slice:
    return slice(len(profiles.annotated), profiles.none)


def _term(e: Evidence, profiles: Profiles, knowledge: Knowledge) -> int:
    """Give the term that a piece of evidence tells; -1 for none, or one that is no finding."""
    term = knowledge.ontology.find(e.term) if e.term else -1
    return term if term >= 0 and profiles.inside[term] else -1


def _found(evidence: Sequence[Evidence], terms: Sequence[int]) -> dict[int, float]:
    """Give the present findings, each with its doubt; a signal that tells nothing is left out."""
    found = {}
    for e, term in zip(evidence, terms, strict=True):
        if term >= 0 and e.present and (e.weight is None or e.weight.value > 1.0):
            found[term] = _doubt(e)
    return found


def _doubt(e: Evidence) -> float:
    return 1.0 / (e.weight.value - 1.0) if e.weight else 0.0


def _broader(evidence: Sequence[Evidence], terms: Sequence[int], knowledge: Knowledge) -> dict[int, tuple[int, float]]:
    """Give, for doubted findings, the surest and then narrowest of what was told in broader words, and its doubt."""
    profiles, found = profiles_of(knowledge), {}
    for e, term in zip(evidence, terms, strict=True):
        surer = [(_term(x, profiles, knowledge), _doubt(x)) for x in e.surer]
        told = [(place, doubt) for place, doubt in surer if place >= 0]
        if told:
            found[term] = min(told, key=lambda one: (one[1], -float(profiles.information[one[0]]), one[0]))
    return found


def _excluded(evidence: Sequence[Evidence], terms: Sequence[int]) -> dict[int, float]:
    """Give the excluded findings, each with its likelihood ratio."""
    told = zip(evidence, terms, strict=True)
    return {term: e.weight.value if e.weight else 0.0 for e, term in told if term >= 0 and not e.present}


def _circumstances(
    evidence: Sequence[Evidence], profiles: Profiles, knowledge: Knowledge
) -> tuple[NDArray[np.float64], tuple[Mapping[int, str], ...]]:
    """Give what the curated entries say beyond their findings, and on whose word."""
    bits = np.zeros((len(evidence), len(profiles.curated)))
    said = [_words(e, knowledge) if e.kind == "words" else _said(e, knowledge) for e in evidence]
    for own, (added, sources) in zip(bits, said, strict=True):
        if sources:
            own[:] = added
    return bits, tuple(sources for _, sources in said)


def _words(e: Evidence, knowledge: Knowledge) -> tuple[NDArray[np.float64], Mapping[int, str]]:
    profiles = profiles_of(knowledge)
    bits = WORDS_BITS * knowledge.condition_words.score(e.value.split())
    return bits, dict.fromkeys(range(len(profiles.annotated), profiles.none), JUDGEMENT)


@lru_cache(maxsize=4096)
def _said(e: Evidence, knowledge: Knowledge) -> tuple[NDArray[np.float64], Mapping[int, str]]:
    """Give what a piece of evidence adds to each curated condition, and, by row, on whose word."""
    heard, profiles = _heard(knowledge), profiles_of(knowledge)
    weighed = {
        place: weigh(profiles.curated[place], e, knowledge.ontology) for place in heard.by(e, knowledge.ontology)
    }
    told = {place: w for place, w in weighed.items() if w}
    bits = np.zeros(len(profiles.curated))
    bits[list(told)] = [w.bits for w in told.values()]
    return bits, {len(profiles.annotated) + place: w.source for place, w in told.items()}


@lru_cache(maxsize=2)
def _heard(knowledge: Knowledge) -> Heard:
    return Heard.of(profiles_of(knowledge).curated, knowledge.ontology)


def _by_evidence(exact: Exact, terms: Sequence[int]) -> NDArray[np.float64]:
    """Give what each piece of evidence adds by its finding, there or not, shape (evidence, rows)."""
    bits = np.zeros((len(terms), len(exact.rows)))
    for index, term in enumerate(terms):
        if term in exact.bits:
            bits[index] = exact.bits[term]
    return bits
