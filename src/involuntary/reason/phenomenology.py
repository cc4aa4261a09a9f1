"""Which kind of contraction: each kind weighed on its own, since several may be there at once."""

from __future__ import annotations

from collections.abc import Sequence
from math import exp2, log2

from involuntary.knowledge import Knowledge
from involuntary.knowledge.schema import PhenomenonEntry
from involuntary.model import Contribution, PhenomenonResult
from involuntary.reason.evidence import Evidence
from involuntary.reason.profiles import profiles_of

__all__ = ["phenomena"]

# Weights by judgement. A kind that is told by its own code was seen by someone; a broader word (*abnormal
# movement*) says little; a feature that goes with it counts by its frequency against the background.
_PRIOR_BITS = log2(0.05 / 0.95)
_TOLD_BITS = log2(200.0)
_BROADER_BITS = log2(2.0)
_FEATURE_MOST_BITS = 3.0
_EXCLUDED_BITS = -log2(50.0)
_UNSTATED = 0.3
_MISSING_SHOWN = 5
_JUDGEMENT = "expert-judgement"


def phenomena(evidence: Sequence[Evidence], knowledge: Knowledge) -> tuple[PhenomenonResult, ...]:
    """Give every kind of contraction with its probability, most probable first; ties in order of their ids."""
    found = [_weigh(entry, evidence, knowledge) for entry in knowledge.phenomena.values()]
    return tuple(sorted(found, key=lambda p: (-p.probability, p.id)))


def _weigh(entry: PhenomenonEntry, evidence: Sequence[Evidence], knowledge: Knowledge) -> PhenomenonResult:
    said = [c for c in (_contribution(entry, e, knowledge) for e in evidence) if c is not None]
    bits = _PRIOR_BITS + sum(c.bits for c in said)
    known = {e.term for e in evidence if e.term}
    missing = [f.label for f in entry.features if not any(knowledge.ontology.is_a(k, f.hpo) for k in known)]
    return PhenomenonResult(
        entry.id,
        entry.name,
        1.0 / (1.0 + exp2(-bits)),
        tuple(sorted((c for c in said if c.bits > 0), key=lambda c: -c.bits)),
        tuple(sorted((c for c in said if c.bits < 0), key=lambda c: c.bits)),
        tuple(missing[:_MISSING_SHOWN]),
    )


def _contribution(entry: PhenomenonEntry, e: Evidence, knowledge: Knowledge) -> Contribution | None:
    if not e.term:
        return None
    bits, source = _code_bits(entry, e, knowledge), _JUDGEMENT
    if bits == 0.0 and e.present:
        bits, source = _feature_bits(entry, e, knowledge)
    if e.weight and bits > 0:
        bits, source = min(bits, log2(e.weight.value)), str(e.weight.source)
    if bits == 0.0:
        return None
    return Contribution(e.name if e.present else f"no {e.name}", exp2(bits), bits, source)


def _code_bits(entry: PhenomenonEntry, e: Evidence, knowledge: Knowledge) -> float:
    is_a = knowledge.ontology.is_a
    for code in entry.codes.hpo:
        if code.match not in {"exact", "narrower"}:
            continue
        if e.present and is_a(e.term, code.id):
            return _TOLD_BITS
        # To rule out one form of a kind does not rule out the kind.
        if not e.present and code.match == "exact" and is_a(code.id, e.term):
            return _EXCLUDED_BITS
    broader = any(c.match in {"broader", "related"} and e.term == c.id for c in entry.codes.hpo)
    return _BROADER_BITS if broader and e.present else 0.0


def _feature_bits(entry: PhenomenonEntry, e: Evidence, knowledge: Knowledge) -> tuple[float, str]:
    profiles = profiles_of(knowledge)
    best, source = 0.0, _JUDGEMENT
    for feature in entry.features:
        if not knowledge.ontology.is_a(e.term, feature.hpo):
            continue
        share = feature.share.middle if feature.share else _UNSTATED
        background = max(float(profiles.background[knowledge.ontology.index(feature.hpo)]), 0.02)
        bits = min(log2(max(share, 0.01) / background), _FEATURE_MOST_BITS)
        if bits > best:
            best, source = bits, feature.source
    return best, source
