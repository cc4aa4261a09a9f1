"""All conditions and causes in one ranking, each with the contributions that add up to its posterior."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from involuntary.knowledge import Knowledge
from involuntary.knowledge.schema import CONDITION_GROUPS
from involuntary.model import Case, ConditionResult, Contribution, LikelihoodRatio
from involuntary.reason.circumstances import weigh
from involuntary.reason.evidence import Evidence
from involuntary.reason.likelihood import excluded_bits, present_bits
from involuntary.reason.priors import curated_rate
from involuntary.reason.profiles import Profiles, profiles_of

__all__ = ["Identity", "Ranking", "conditions", "identity_of", "rank"]

# One annotated, mostly genetic, disease among all that come with an involuntary contraction: about 8,000 of them
# share what rare disease is thought to make up (expert judgement).
_ANNOTATED_RATE = {"primary": 1e-8, "emergency": 1e-8, "neurology": 1e-7, "other": 3e-8}
_SHOWN = 50
_MISSING_SHOWN = 6
_MISSING_FREQUENCY = 0.3
_NEGLIGIBLE_BITS = 0.05


@dataclass(frozen=True, eq=False, slots=True)
class Ranking:
    """What every piece of evidence says of every hypothesis.

    Attributes
    ----------
    profiles : Profiles
        The hypotheses, one a row.
    evidence : tuple of Evidence
        What was weighed.
    prior_bits : ndarray, shape (rows,)
        Base-2 logarithm of each prior probability.
    bits : ndarray, shape (evidence, rows)
        Contributions.
    sources : mapping
        ``(evidence, row)`` to the source of a curated contribution.
    posterior : ndarray, shape (rows,)
        Probabilities; they sum to one.
    """

    profiles: Profiles
    evidence: tuple[Evidence, ...]
    prior_bits: NDArray[np.float64]
    bits: NDArray[np.float64]
    sources: dict[tuple[int, int], str]
    posterior: NDArray[np.float64]


def rank(case: Case, evidence: Sequence[Evidence], knowledge: Knowledge) -> Ranking:
    """Weigh all evidence for all hypotheses."""
    profiles = profiles_of(knowledge)
    bits = np.zeros((len(evidence), len(profiles)))
    sources: dict[tuple[int, int], str] = {}
    for index, e in enumerate(evidence):
        bits[index] = _finding_bits(e, profiles, knowledge)
        for row, entry in enumerate(profiles.curated):
            weighed = weigh(entry, e)
            if weighed:
                bits[index, row] = weighed.bits
                sources[index, row] = weighed.source
    prior = _prior_bits(case, profiles)
    total = prior + bits.sum(axis=0)
    posterior = np.exp2(total - total.max())
    return Ranking(profiles, tuple(evidence), prior, bits, sources, posterior / posterior.sum())


def _prior_bits(case: Case, profiles: Profiles) -> NDArray[np.float64]:
    rate = np.full(len(profiles), _ANNOTATED_RATE[case.setting])
    rate[: len(profiles.curated)] = [curated_rate(entry, case.setting) for entry in profiles.curated]
    prior: NDArray[np.float64] = np.log2(rate / rate.sum())
    return prior


def _finding_bits(e: Evidence, profiles: Profiles, knowledge: Knowledge) -> NDArray[np.float64]:
    term = knowledge.ontology.find(e.term) if e.term else -1
    if term < 0:
        return np.zeros(len(profiles))
    if not e.present:
        return excluded_bits(profiles, term)
    return _doubted(present_bits(profiles, knowledge, term), e.weight)


def _doubted(bits: NDArray[np.float64], weight: LikelihoodRatio | None) -> NDArray[np.float64]:
    """Weigh a finding that is less than certain: its two possibilities by how likely each is, at even odds before."""
    if weight is None:
        return bits
    sure = weight.value / (1.0 + weight.value)
    doubted: NDArray[np.float64] = np.log2(sure * np.exp2(bits) + 1.0 - sure)
    return doubted


def conditions(ranking: Ranking, knowledge: Knowledge, shown: int = _SHOWN) -> tuple[ConditionResult, ...]:
    """Give the leading conditions with their reasons for, against and missing; ties in order of their ids."""
    names = [identity_of(row, ranking.profiles, knowledge) for row in _leading(ranking, shown)]
    order = sorted(names, key=lambda n: (-ranking.posterior[n.row], n.id))
    return tuple(_result(place + 1, identity, ranking, knowledge) for place, identity in enumerate(order))


def _leading(ranking: Ranking, shown: int) -> list[int]:
    count = min(shown, len(ranking.posterior))
    rows: list[int] = np.argpartition(-ranking.posterior, count - 1)[:count].tolist()
    return rows


@dataclass(frozen=True, slots=True)
class Identity:
    """A hypothesis by its row, id, name, group and codes."""

    row: int
    id: str
    name: str
    group: str
    codes: tuple[tuple[str, str], ...]


def identity_of(row: int, profiles: Profiles, knowledge: Knowledge) -> Identity:
    """Give the identity of a row."""
    if row < len(profiles.curated):
        entry = profiles.curated[row]
        systems = (
            ("mondo", entry.codes.mondo),
            ("omim", entry.codes.omim),
            ("orpha", entry.codes.orpha),
            ("icd10", entry.codes.icd10),
        )
        codes = tuple((system, found[0]) for system, found in systems if found)
        return Identity(row, entry.id, entry.name, CONDITION_GROUPS[entry.group], codes)
    a = knowledge.annotations
    group = int(profiles.group[row])
    members = a.members(group).tolist()
    found = {_SYSTEM[a.ids[m].split(":")[0]]: a.ids[m] for m in reversed(members)}
    if a.group_ids[group].startswith("MONDO:"):
        found["mondo"] = a.group_ids[group]
    # OMIM's own name is the one that the literature uses for a single gene's disease.
    named = min(members, key=lambda m: (not a.ids[m].startswith("OMIM:"), a.ids[m]))
    return Identity(row, a.ids[named], a.names[named], "Genetic and rare", tuple(sorted(found.items())))


_SYSTEM = {"OMIM": "omim", "ORPHA": "orpha", "DECIPHER": "decipher"}


def _result(place: int, identity: Identity, ranking: Ranking, knowledge: Knowledge) -> ConditionResult:
    said = [
        Contribution(
            e.name if e.present else f"no {e.name}",
            float(np.exp2(ranking.bits[index, identity.row])),
            float(ranking.bits[index, identity.row]),
            ranking.sources.get((index, identity.row)) or _annotation_source(e, identity, ranking, knowledge),
        )
        for index, e in enumerate(ranking.evidence)
    ]
    return ConditionResult(
        place,
        identity.id,
        identity.name,
        identity.group,
        identity.codes,
        float(ranking.posterior[identity.row]),
        float(ranking.prior_bits[identity.row]),
        tuple(sorted((c for c in said if c.bits > 0), key=lambda c: -c.bits)),
        tuple(sorted((c for c in said if c.bits < 0), key=lambda c: c.bits)),
        _missing(identity.row, ranking, knowledge),
    )


def _annotation_source(e: Evidence, identity: Identity, ranking: Ranking, knowledge: Knowledge) -> str:
    """Name the claim behind a finding's weight: the entry's own source, or the annotations and their release."""
    if identity.row < len(ranking.profiles.curated):
        for feature in ranking.profiles.curated[identity.row].features:
            if e.term and knowledge.ontology.is_a(e.term, feature.hpo):
                return feature.source
    return f"HPO annotations {dict(knowledge.versions)['annotations']}"


def _missing(row: int, ranking: Ranking, knowledge: Knowledge) -> tuple[str, ...]:
    """Name the frequent features that nobody has told, sought or implied."""
    ontology = knowledge.ontology
    known: set[int] = set()
    for e in ranking.evidence:
        term = ontology.find(e.term) if e.term else -1
        if term >= 0:
            known |= set(ontology.ancestor_indices(term).tolist())
    names: list[str] = []
    for term, frequency in ranking.profiles.features(row):
        if frequency < _MISSING_FREQUENCY or len(names) == _MISSING_SHOWN:
            break
        if term not in known and not known.intersection(ontology.ancestor_indices(term).tolist()[-1:]):
            names.append(ontology.label(term))
    return tuple(names)
