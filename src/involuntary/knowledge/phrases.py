"""Which phrases tell which finding: lay words, what is wrong and where, the entries' cues, labels and synonyms.

The first of them to claim a phrase keeps it.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import TypeVar

import msgspec
import yaml

from involuntary.errors import KnowledgeError
from involuntary.knowledge.entries import DATA
from involuntary.knowledge.lexicon import NOTHING
from involuntary.knowledge.ontology import SCOPES, Ontology
from involuntary.knowledge.schema import LabEntry, PhenomenonEntry
from involuntary.knowledge.words import words_of

__all__ = ["Composed", "LayWords", "Whereabouts", "composed", "lay_words", "phrases"]

T = TypeVar("T")
_PHENOTYPES = "HP:0000118"
_SHORTEST_TEST = 3  # letters of a test's name that may stand in a sentence
# How a result is told in words; raised and elevated are read as high, reduced and diminished as decreased.
_RESULT = {
    "low": ("low", "decreased", "deficient", "lack of", "depleted", "fallen"),
    "high": ("high", "increased", "too much", "positive"),
    "positive": ("positive", "high", "found", "detected"),
    "negative": ("negative",),
    "normal": (),
}
_TOLD = (SCOPES.index("LABEL"), SCOPES.index("EXACT"), SCOPES.index("NARROW"))


class LayWords(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Words by which people tell one finding, where the ontology has no such synonym.

    Attributes
    ----------
    hpo, label : str
        The finding; empty for words that tell none and keep others from reading one into them.
    words : tuple of str
        That say it is there.
    excluded_by : tuple of str
        That say it is not, without a negation: *normal reflexes*.
    """

    hpo: str
    label: str
    words: tuple[str, ...] = ()
    excluded_by: tuple[str, ...] = ()


class Whereabouts(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One finding, and where or of what it is told: the thin *hand* is atrophy of the hand's muscles."""

    hpo: str
    label: str
    parts: tuple[str, ...]


class Composed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Words for what is wrong (or, `excluded`, not wrong), each to be joined with every part of each finding."""

    words: tuple[str, ...]
    of: tuple[Whereabouts, ...]
    excluded: bool = False


@cache
def lay_words() -> tuple[LayWords, ...]:
    """Read the table of lay words."""
    return _table("lay_words.yaml", tuple[LayWords, ...])


@cache
def composed() -> tuple[Composed, ...]:
    """Read the table of what is wrong and where."""
    return _table("composed.yaml", tuple[Composed, ...])


def _table(name: str, kind: type[T]) -> T:
    try:
        return msgspec.convert(yaml.load((DATA / name).read_text(encoding="utf-8"), yaml.CSafeLoader), kind)
    except (msgspec.ValidationError, yaml.YAMLError) as error:
        raise KnowledgeError(name, str(error).splitlines()[0]) from None


def phrases(
    ontology: Ontology, phenomena: dict[str, PhenomenonEntry], labs: dict[str, LabEntry]
) -> Iterator[tuple[str, int, bool]]:
    """Give each phrase, the index of its term and whether it excludes it; the first to claim a phrase keeps it."""
    for lay in lay_words():
        term = ontology.find(lay.hpo) if lay.hpo else NOTHING
        if term >= 0 or not lay.hpo:
            yield from ((words, term, False) for words in lay.words)
            yield from ((words, term, True) for words in lay.excluded_by)
    for sign in composed():
        for place in sign.of:
            if (term := ontology.find(place.hpo)) >= 0:
                yield from ((f"{word} {part}", term, sign.excluded) for part in place.parts for word in sign.words)
    yield from _results(ontology, labs)
    # Slowness goes with parkinsonism, but is a finding of its own.
    labels = {ontology.label(term).lower(): term for term in set(ontology.name_term.tolist())}
    for entry in phenomena.values():
        exact = [code.id for code in entry.codes.hpo if code.match == "exact"]
        if exact and (term := ontology.find(exact[0])) >= 0:
            said = (entry.name, *entry.synonyms, *entry.cues)
            yield from ((words, term, False) for words in said if labels.get(words.lower(), term) == term)
    root = ontology.index(_PHENOTYPES)
    for scope in _TOLD:
        for name, term, said in zip(
            ontology.names, ontology.name_term.tolist(), ontology.name_scope.tolist(), strict=True
        ):
            if said == scope and root in ontology.ancestor_indices(term) and not _withered(name):
                yield name, term, False


def _results(ontology: Ontology, labs: dict[str, LabEntry]) -> Iterator[tuple[str, int, bool]]:
    """Give the results of laboratory tests in words: *ammonia raised*, *cortisol low*, *normal potassium*."""
    for lab in labs.values():
        names = [name for name in (lab.name.split(",")[0], *lab.synonyms) if len(name) >= _SHORTEST_TEST]
        for link in lab.links:
            if link.hpo and (term := ontology.find(link.hpo)) >= 0:
                yield from ((f"{word} {name}", term, False) for name in names for word in _RESULT[link.flag])
                yield from ((f"normal {name}", term, True) for name in names)


def _withered(name: str) -> bool:
    """Whether a name says too little: one word of several, *abnormality of the …*, or an inflammation.

    The stem of *tendonitis* is that of the tendon, which every report names.
    """
    words = name.replace("-", " ").split()
    alone = len(words) == 1 and name.endswith("itis")
    return alone or (len(words) > 1 and len(words_of(name)) < 2) or name.startswith("Abnormality of the")
