"""Which kind of contraction: each kind weighed on its own, since several may be there at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import exp, exp2, log2

import numpy as np
from numpy.typing import NDArray

from involuntary.knowledge import Knowledge
from involuntary.knowledge.propagation import UNSTATED
from involuntary.knowledge.schema import PhenomenonEntry
from involuntary.model import Contribution, PhenomenonResult
from involuntary.reason.circumstances import WORDS_BITS
from involuntary.reason.differential import Ranking
from involuntary.reason.evidence import Evidence
from involuntary.reason.explanation import identity_of
from involuntary.reason.profiles import Profiles, profiles_of

__all__ = ["WEIGHTS", "KindWeights", "phenomena"]

_UNSTATED = 0.3
_MISSING_SHOWN = 5
_JUDGEMENT = "expert-judgement"
_MEANS_IT = {"exact", "narrower"}
_LEADING = 10
_RARELY = 0.02
_NEARLY = 1e-9


@dataclass(frozen=True, slots=True)
class KindWeights:
    """How evidence for a kind of contraction is weighed, in bits; all by judgement.

    Attributes
    ----------
    prior : float
        Log odds of a kind before anything is told.
    told, told_broadly : float
        The kind itself, or a form of it, was seen by someone; or what was seen is closer to another kind, of which
        this one's code is only a broader name.
    excluded : float
        The kind itself was looked for and not there.
    broader, related : float
        A broader word (*involuntary movements*), or a sign close to it.
    feature_most : float
        A feature that goes with it counts by its frequency over the background, and for no more than this.
    features_most : float
        All of these together: who shows everything that goes with a kind has not shown the kind.
    background_least : float
        No feature is rarer than this among people with an involuntary contraction.
    linked : float
        A laboratory result, or an exposure, that brings it on.
    against : float
        What the entry says argues against it.
    """

    prior: float = log2(0.05 / 0.95)
    told: float = log2(200.0)
    told_broadly: float = log2(15.0)
    excluded: float = -log2(50.0)
    broader: float = 2.5
    related: float = 2.0
    feature_most: float = 2.5
    features_most: float = 4.0
    background_least: float = 0.05
    linked: float = 1.5
    against: float = -2.0


WEIGHTS = KindWeights()


@dataclass(frozen=True, eq=False, slots=True)
class _Led:
    """The leading conditions: how probable each is, shape (k,); how often it shows each kind, shape (k, kinds)."""

    weight: NDArray[np.float64]
    shown: NDArray[np.float64]
    names: tuple[str, ...]

    def contribution(self, kind: int, bits: float) -> Contribution:
        """Give what the conditions add to the log odds of a kind for which `bits` were said.

        Each condition is heard with its own expectation: who has it shows the kind that often before anything is
        said. The kind is as probable as all of them together make it.
        """
        expected = np.log2(self.shown[:, kind] / (1.0 - self.shown[:, kind]))
        each = self.weight / (1.0 + np.exp2(-(expected + bits)))
        together = min(max(float(each.sum()), _NEARLY), 1.0 - _NEARLY)
        added = log2(together / (1.0 - together)) - bits - WEIGHTS.prior
        name = f"seen in {self.names[int(np.argmax(each))]}" if added > 0 else "seldom seen in what leads"
        return Contribution(name, exp2(added), added, _JUDGEMENT)


@dataclass(frozen=True, slots=True)
class _Said:
    evidence: Evidence
    bits: float
    source: str
    circumstantial: bool


def phenomena(
    evidence: Sequence[Evidence], knowledge: Knowledge, ranking: Ranking | None = None
) -> tuple[PhenomenonResult, ...]:
    """Give every kind of contraction with its probability, most probable first; ties in order of their ids.

    Parameters
    ----------
    evidence : sequence of Evidence
        As `collect` gives it.
    knowledge : Knowledge
        Holds the kinds.
    ranking : Ranking, optional
        Where given, what the leading conditions show counts too.
    """
    closest = {x.term: _closest(x, knowledge) for e in evidence if e.term and e.present for x in (e, *e.surer)}
    led = _led(ranking, knowledge) if ranking else None
    worded = _worded(evidence, knowledge)
    found = []
    for place, entry in enumerate(knowledge.phenomena.values()):
        said = [
            *_all(entry, evidence, closest, knowledge),
            *(_Said(e, float(b[place]), _JUDGEMENT, True) for e, b in worded),
        ]
        found.append(_weigh(place, entry, said, evidence, led, knowledge))
    return tuple(sorted(found, key=lambda p: (-p.probability, p.id)))


def _worded(evidence: Sequence[Evidence], knowledge: Knowledge) -> list[tuple[Evidence, NDArray[np.float64]]]:
    """Give what the words of the history add to each kind."""
    told = [e for e in evidence if e.kind == "words"]
    return [(e, WORDS_BITS * knowledge.phenomenon_words.score(e.value.split())) for e in told]


def _closest(e: Evidence, knowledge: Knowledge) -> frozenset[str]:
    """Give the kinds whose codes come closest to a finding; a sign of one kind is no form of another."""
    information = profiles_of(knowledge).information
    near: dict[str, float] = {}
    for entry in knowledge.phenomena.values():
        codes = [code.id for code in entry.codes.hpo if code.match in {*_MEANS_IT, "related"}]
        told = [float(information[knowledge.ontology.index(c)]) for c in codes if knowledge.ontology.is_a(e.term, c)]
        if told:
            near[entry.id] = max(told)
    return frozenset(id_ for id_, value in near.items() if value >= max(near.values()) - 1e-6)


def _led(ranking: Ranking, knowledge: Knowledge) -> _Led:
    profiles, leading = ranking.profiles, ranking.leading[:_LEADING]
    weight = ranking.posterior[leading] / ranking.posterior[leading].sum()
    names = tuple(identity_of(int(row), profiles, knowledge).name for row in leading)
    return _Led(weight, np.stack([_shows(profiles, int(row), knowledge) for row in leading]), names)


def _shows(profiles: Profiles, row: int, knowledge: Knowledge) -> NDArray[np.float64]:
    """Give how often a hypothesis shows each kind: as its entry says, else by the kind's exact codes."""
    entry = profiles.entry(row)
    linked = {link.id: link.share.middle if link.share else UNSTATED for link in entry.phenomena} if entry else {}
    shares = []
    for kind in knowledge.phenomena.values():
        codes = [c.id for c in kind.codes.hpo if c.match == "exact"] if entry is None and row != profiles.none else []
        columns = [profiles.column(knowledge.ontology.index(code)) for code in codes]
        coded = [float(share[rows == row].sum()) for rows, share in columns]
        shares.append(max([linked.get(kind.id, _RARELY), *coded]))
    return np.clip(shares, _RARELY, 1.0 - _RARELY)


def _weigh(
    place: int,
    entry: PhenomenonEntry,
    everything: Sequence[_Said],
    evidence: Sequence[Evidence],
    led: _Led | None,
    knowledge: Knowledge,
) -> PhenomenonResult:
    damping = _damping(everything)
    said = [_shared(s, damping) for s in everything]
    # A pattern that only an electrode shows, and none recorded, is what to expect and not what is there.
    if led and entry.group != "electrical":
        said.append(led.contribution(place, sum(c.bits for c in said)))
    bits = WEIGHTS.prior + sum(c.bits for c in said)
    known = {e.term for e in evidence if e.term}
    missing = [f.label for f in entry.features if not any(knowledge.ontology.is_a(k, f.hpo) for k in known)]
    return PhenomenonResult(
        entry.id,
        entry.name,
        1.0 / (1.0 + exp2(-bits)),
        tuple(sorted((c for c in said if c.bits > 0), key=lambda c: (-c.bits, c.finding))),
        tuple(sorted((c for c in said if c.bits < 0), key=lambda c: (c.bits, c.finding))),
        tuple(missing[:_MISSING_SHOWN]),
    )


def _damping(said: Sequence[_Said]) -> float:
    """Give the share that circumstances count for: together they approach their most and never reach it."""
    total = sum(s.bits for s in said if s.circumstantial and s.bits > 0)
    return WEIGHTS.features_most * (1.0 - exp(-total / WEIGHTS.features_most)) / total if total else 1.0


def _shared(said: _Said, damping: float) -> Contribution:
    bits = said.bits * damping if said.circumstantial and said.bits > 0 else said.bits
    name = said.evidence.name if said.evidence.present else f"no {said.evidence.name}"
    return Contribution(name, exp2(bits), bits, said.source)


def _all(
    entry: PhenomenonEntry,
    evidence: Sequence[Evidence],
    closest: Mapping[str, frozenset[str]],
    knowledge: Knowledge,
) -> Iterator[_Said]:
    """Give what every piece of evidence says of a kind; the kind itself, told twice, counts once."""
    told = 0.0
    for e in sorted(evidence, key=lambda e: (-(e.weight.value if e.weight else float("inf")), e.term)):
        seen = max((_seen(entry, x, closest, knowledge) for x in (e, *e.surer)), key=lambda said: said.bits)
        if seen.bits > 0:
            bits, told = max(seen.bits - told, 0.0), max(seen.bits, told)
            if bits:
                yield replace(seen, bits=bits)
            continue
        if seen.bits < 0:
            yield seen
            continue
        bits, source = _circumstance(entry, e, knowledge)
        if bits and not (e.weight and e.present and e.weight.value <= 1.0):
            yield _Said(e, bits, source, circumstantial=True)


def _seen(entry: PhenomenonEntry, e: Evidence, closest: Mapping[str, frozenset[str]], knowledge: Knowledge) -> _Said:
    bits = _code_bits(entry, e, closest, knowledge)
    if e.weight and bits > 0:
        return _Said(e, min(bits, log2(max(e.weight.value, 1.0))), str(e.weight.source), circumstantial=False)
    return _Said(e, bits, _JUDGEMENT, circumstantial=False)


def _code_bits(
    entry: PhenomenonEntry, e: Evidence, closest: Mapping[str, frozenset[str]], knowledge: Knowledge
) -> float:
    is_a = knowledge.ontology.is_a
    for code in entry.codes.hpo if e.term else ():
        if code.match not in _MEANS_IT:
            continue
        if e.present and is_a(e.term, code.id):
            return WEIGHTS.told if entry.id in closest[e.term] else WEIGHTS.told_broadly
        # To rule out one form of a kind does not rule out the kind.
        if not e.present and code.match == "exact" and is_a(code.id, e.term):
            return WEIGHTS.excluded
    return 0.0


def _circumstance(entry: PhenomenonEntry, e: Evidence, knowledge: Knowledge) -> tuple[float, str]:
    """Give the bits of what goes with a kind, argues against it or brings it on, and the source."""
    ontology = knowledge.ontology
    for claim in entry.argues_against:
        if claim.hpo and e.term and e.present == (claim.state == "present") and ontology.is_a(e.term, claim.hpo):
            return WEIGHTS.against, claim.source
    if e.present and e.kind in {"lab", "exposure"}:
        linked = _linked(entry, e, knowledge)
        if linked:
            return WEIGHTS.linked, linked
    if not e.term or not e.present:
        return 0.0, _JUDGEMENT
    near = {code.match for code in entry.codes.hpo if e.term == code.id}
    best = (WEIGHTS.related if "related" in near else WEIGHTS.broader if "broader" in near else 0.0, _JUDGEMENT)
    return max(best, *_features(entry, e, knowledge), key=lambda pair: pair[0]) if entry.features else best


def _features(entry: PhenomenonEntry, e: Evidence, knowledge: Knowledge) -> Iterator[tuple[float, str]]:
    profiles = profiles_of(knowledge)
    yield 0.0, _JUDGEMENT
    for feature in entry.features:
        if knowledge.ontology.is_a(e.term, feature.hpo):
            share = feature.share.middle if feature.share else _UNSTATED
            usual = max(float(profiles.background[knowledge.ontology.index(feature.hpo)]), WEIGHTS.background_least)
            yield min(log2(max(share, 0.01) / usual), WEIGHTS.feature_most), feature.source


def _linked(entry: PhenomenonEntry, e: Evidence, knowledge: Knowledge) -> str:
    """Give the source of the link between a result or a substance and a kind; empty where there is none."""
    if e.kind == "lab" and e.entry:
        links = knowledge.labs[e.entry].links
        return next((link.source for link in links if link.flag == e.value and link.phenomenon == entry.id), "")
    if e.kind == "exposure" and e.entry:
        return next((link.source for link in knowledge.substances[e.entry].links if link.phenomenon == entry.id), "")
    return ""
