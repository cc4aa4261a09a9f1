"""Which phrases tell which finding: lay words, the entries' cues, labels and synonyms, in this order of trust."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import msgspec
import yaml

from involuntary.errors import KnowledgeError
from involuntary.knowledge.entries import DATA
from involuntary.knowledge.lexicon import NOTHING
from involuntary.knowledge.ontology import SCOPES, Ontology
from involuntary.knowledge.schema import PhenomenonEntry
from involuntary.knowledge.words import words_of

__all__ = ["LayWords", "lay_words", "phrases"]

_PHENOTYPES = "HP:0000118"
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


@cache
def lay_words() -> tuple[LayWords, ...]:
    """Read the table of lay words."""
    path = DATA / "lay_words.yaml"
    try:
        return msgspec.convert(yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader), tuple[LayWords, ...])
    except (msgspec.ValidationError, yaml.YAMLError) as error:
        raise KnowledgeError(path.name, str(error).splitlines()[0]) from None


def phrases(ontology: Ontology, phenomena: dict[str, PhenomenonEntry]) -> Iterator[tuple[str, int, bool]]:
    """Give each phrase, the index of its term and whether it excludes it; the first to claim a phrase keeps it."""
    for lay in lay_words():
        term = ontology.find(lay.hpo) if lay.hpo else NOTHING
        if term >= 0 or not lay.hpo:
            yield from ((words, term, False) for words in lay.words)
            yield from ((words, term, True) for words in lay.excluded_by)
    for entry in phenomena.values():
        exact = [code.id for code in entry.codes.hpo if code.match == "exact"]
        if exact and (term := ontology.find(exact[0])) >= 0:
            yield from ((words, term, False) for words in (entry.name, *entry.synonyms, *entry.cues))
    root = ontology.index(_PHENOTYPES)
    for scope in _TOLD:
        for name, term, said in zip(
            ontology.names, ontology.name_term.tolist(), ontology.name_scope.tolist(), strict=True
        ):
            if said == scope and root in ontology.ancestor_indices(term) and not _withered(name):
                yield name, term, False


def _withered(name: str) -> bool:
    """Whether a name says too little: one word of several, *abnormality of the …*, or an inflammation.

    The stem of *tendonitis* is that of the tendon, which every report names.
    """
    words = name.replace("-", " ").split()
    alone = len(words) == 1 and name.endswith("itis")
    return alone or (len(words) > 1 and len(words_of(name)) < 2) or name.startswith("Abnormality of the")
