"""The ranking in words: one line a condition, numbered subtypes of one name together, every reason with its source."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from involuntary.knowledge import Knowledge
from involuntary.knowledge.schema import CONDITION_GROUPS, ConditionEntry
from involuntary.model import ConditionMember, ConditionResult, Contribution
from involuntary.reason.circumstances import JUDGEMENT
from involuntary.reason.differential import Ranking
from involuntary.reason.evidence import Evidence
from involuntary.reason.likelihood import TYPICAL
from involuntary.reason.profiles import Profiles

__all__ = ["NONE", "SUBTYPES", "Identity", "conditions", "identity_of", "restating"]

NONE = "none-of-these"
SUBTYPES = "further subtypes of its name"
_SHOWN = 50
_MEMBERS_SHOWN = 20
_WORDS_SHOWN = 5
_MISSING_SHOWN = 6
_MISSING_FREQUENCY = 0.3
_SYSTEM = {"OMIM": "omim", "ORPHA": "orpha", "DECIPHER": "decipher"}


@dataclass(frozen=True, slots=True)
class Identity:
    """A hypothesis by its row, id, name, group and codes."""

    row: int
    id: str
    name: str
    group: str
    codes: tuple[tuple[str, str], ...]


def conditions(ranking: Ranking, knowledge: Knowledge, shown: int = _SHOWN) -> tuple[ConditionResult, ...]:
    """Give the leading conditions with their reasons for, against and missing.

    Subtypes of one name share the line of the most probable of them, which lists the others as its members; what they
    add to the line is a contribution of its own, and all others are that one's.
    """
    families: dict[int, list[int]] = {}
    for place, row in enumerate(ranking.leading.tolist()):
        families.setdefault(int(ranking.profiles.family[row]), []).append(place)
    posterior = ranking.posterior[ranking.leading]
    lines = [(_kin_bits(posterior[places]), places) for places in families.values()]
    lines.sort(key=lambda line: -posterior[line[1][0]] * 2.0 ** line[0])  # of equal ones the first stays first
    return tuple(_result(rank, *line, ranking, knowledge) for rank, line in enumerate(lines[:shown], 1))


def _kin_bits(posterior: NDArray[np.float64]) -> float:
    """Give what the subtypes of a name, the most probable first, add to the first of them.

    Were they right and wrong each by itself, the line would be as probable as all together; where they lean on the
    same annotations, as the first alone. Nobody knows which: the middle, in bits.
    """
    return 0.5 * float(np.log2(posterior.sum() / posterior[0])) if len(posterior) > 1 else 0.0


def identity_of(row: int, profiles: Profiles, knowledge: Knowledge) -> Identity:
    """Give the identity of a row."""
    if row == profiles.none:
        return Identity(row, NONE, "None of these", "None of these", ())
    entry = profiles.entry(row)
    if entry:
        codes = tuple((system, found[0]) for system, found in _codes(entry) if found)
        return Identity(row, entry.id, entry.name, CONDITION_GROUPS[entry.group], codes)
    a, group = knowledge.annotations, int(profiles.group[row])
    members = a.members(group).tolist()
    found = {_SYSTEM[a.ids[m].split(":")[0]]: a.ids[m] for m in reversed(members)}
    if a.group_ids[group].startswith("MONDO:"):
        found["mondo"] = a.group_ids[group]
    # OMIM's own name is the one that the literature uses for a single gene's disease.
    named = min(members, key=lambda m: (not a.ids[m].startswith("OMIM:"), a.ids[m]))
    return Identity(row, a.ids[named], a.names[named], "Genetic and rare", tuple(sorted(found.items())))


def restating(rows: Iterable[int], profiles: Profiles, knowledge: Knowledge) -> frozenset[str]:
    """Give the names of hypotheses, case folded: a finding of that name says the diagnosis again, and is no step."""
    names: set[str] = set()
    for row in rows:
        entry = profiles.entry(row)
        names |= {entry.name, *entry.synonyms} if entry else {identity_of(row, profiles, knowledge).name}
    return frozenset(name.casefold() for name in names)


def _codes(entry: ConditionEntry) -> tuple[tuple[str, tuple[str, ...]], ...]:
    codes = entry.codes
    return (("mondo", codes.mondo), ("omim", codes.omim), ("orpha", codes.orpha), ("icd10", codes.icd10))


def _result(rank: int, kin: float, places: list[int], ranking: Ranking, knowledge: Knowledge) -> ConditionResult:
    place, others = places[0], places[1 : 1 + _MEMBERS_SHOWN]
    row = int(ranking.leading[place])
    identity = identity_of(row, ranking.profiles, knowledge)
    said = _contributions(place, row, ranking, knowledge)
    said += [_contribution(SUBTYPES, kin, JUDGEMENT)] if others else []
    return ConditionResult(
        rank,
        identity.id,
        identity.name,
        identity.group,
        identity.codes,
        float(ranking.posterior[row]) * 2.0**kin,
        float(ranking.prior_bits[row]),
        tuple(sorted((c for c in said if c.bits > 0), key=lambda c: (-c.bits, c.finding))),
        tuple(sorted((c for c in said if c.bits < 0), key=lambda c: (c.bits, c.finding))),
        _missing(row, ranking, knowledge),
        tuple(_member(int(ranking.leading[other]), ranking, knowledge) for other in others),
    )


def _member(row: int, ranking: Ranking, knowledge: Knowledge) -> ConditionMember:
    identity = identity_of(row, ranking.profiles, knowledge)
    return ConditionMember(identity.id, identity.name, float(ranking.posterior[row]))


def _contributions(place: int, row: int, ranking: Ranking, knowledge: Knowledge) -> list[Contribution]:
    annotations = f"HPO annotations {dict(knowledge.versions)['annotations']}"
    said = [
        _contribution(
            _name(e, row, ranking, knowledge),
            float(ranking.bits[index, place]),
            ranking.sources[index].get(row) or _entry_source(e, row, ranking, knowledge) or annotations,
        )
        for index, e in enumerate(ranking.evidence)
    ]
    return [*said, _contribution(TYPICAL, float(ranking.typical[place]), annotations)]


def _name(e: Evidence, row: int, ranking: Ranking, knowledge: Knowledge) -> str:
    """Give what a contribution is called; of the words of a history, those that tell the condition most."""
    place = row - len(ranking.profiles.annotated)
    if e.kind == "words" and 0 <= place < len(ranking.profiles.curated):
        told = knowledge.condition_words.telling(e.value.split(), place, _WORDS_SHOWN)
        return f"{e.name}: {', '.join(told)}" if told else e.name
    return e.name if e.present else f"no {e.name}"


def _contribution(name: str, bits: float, source: str) -> Contribution:
    return Contribution(name, float(np.exp2(bits)), bits, source)


def _entry_source(e: Evidence, row: int, ranking: Ranking, knowledge: Knowledge) -> str:
    """Name the source of the entry's own claim about a finding; empty where the entry makes none."""
    entry = ranking.profiles.entry(row)
    features = entry.features if entry and e.term else ()
    return next((f.source for f in features if knowledge.ontology.is_a(e.term, f.hpo)), "")


def _missing(row: int, ranking: Ranking, knowledge: Knowledge) -> tuple[str, ...]:
    """Name the frequent features that nobody has told, sought or implied."""
    ontology = knowledge.ontology
    told = [ontology.find(e.term) for e in ranking.evidence if e.term]
    known = {a for term in told if term >= 0 for a in ontology.ancestor_indices(term).tolist()}
    excluded = {ontology.find(e.term) for e in ranking.evidence if e.term and not e.present}
    again = restating((row,), ranking.profiles, knowledge)
    names: list[str] = []
    for term, share in ranking.profiles.features(row):
        if share < _MISSING_FREQUENCY or len(names) == _MISSING_SHOWN:
            break
        if term not in known and not excluded.intersection(ontology.ancestor_indices(term).tolist()):
            names += [] if ontology.label(term).casefold() in again else [ontology.label(term)]
    return tuple(names)
