"""From an id, a code, a name, a phrase or a misspelling to the entry that it means."""

from __future__ import annotations

import difflib
import math
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from involuntary.knowledge.library import Knowledge
from involuntary.knowledge.schema import ConditionEntry, LabEntry, PhenomenonEntry, RedFlagEntry, SubstanceEntry

__all__ = ["AnyEntry", "by_code", "by_misspelling", "by_name", "by_phrase"]

AnyEntry = PhenomenonEntry | ConditionEntry | SubstanceEntry | LabEntry | RedFlagEntry

_SORTS = ("phenomena", "conditions", "substances", "labs", "red_flags")
_EMPTY = frozenset(
    {
        *("a", "about", "all", "also", "am", "an", "and", "any", "are", "as", "at", "be", "been", "being", "by", "can"),
        *("come", "do", "does", "explain", "for", "from", "get", "got", "had", "has", "have", "how", "i", "in", "is"),
        *("it", "its", "like", "me", "my", "of", "on", "or", "so", "some", "that", "the", "their", "them", "there"),
        *("these", "they", "this", "to", "was", "we", "were", "what", "when", "which", "who", "why", "will", "with"),
        *("you", "your", "s", "t"),
    }
)
# Endings that tell nothing about which thing is meant, longest first.
_ENDINGS = ("ings", "ing", "edly", "ed", "ies", "es", "s", "y", "e")
_ENOUGH = 0.3  # least score at which a phrase is taken to mean an entry; set on the phrasings of the tests
_ALMOST = 0.85  # least likeness of a misspelt name to a known one
_LIKE = 0.75  # least likeness of a misspelt word to a known one


@dataclass(frozen=True, slots=True)
class _Name:
    words: frozenset[str]
    weight: float
    entry: AnyEntry


@dataclass(frozen=True, slots=True)
class _Index:
    by_id: dict[str, AnyEntry]
    by_name: dict[str, AnyEntry]
    by_code: dict[str, AnyEntry]
    names: tuple[_Name, ...]
    information: dict[str, float]


def by_name(text: str, knowledge: Knowledge) -> AnyEntry | None:
    """Give the entry of that id, name or synonym, whatever its case and spacing; None where there is none."""
    index = _index(knowledge)
    return index.by_id.get(text.strip().lower()) or index.by_name.get(_folded(text))


def by_code(code: str, knowledge: Knowledge) -> AnyEntry | None:
    """Give the entry of an HPO, Mondo, OMIM, Orphanet, ICD-10, LOINC or ATC code; None where there is none."""
    return _index(knowledge).by_code.get(code.strip().upper().replace("ORPHANET:", "ORPHA:"))


def by_misspelling(text: str, knowledge: Knowledge) -> AnyEntry | None:
    """Give the entry whose name or synonym looks almost as `text` does; None where none is near enough."""
    names = _index(knowledge).by_name
    close = difflib.get_close_matches(_folded(text), names, n=1, cutoff=_ALMOST)
    return names[close[0]] if close else None


def by_phrase(text: str, knowledge: Knowledge) -> AnyEntry | None:
    """Give the entry whose names or cues a phrase tells best; None where it tells none well enough.

    Words are compared by their stems; one that no entry knows counts as the known word that it looks like.
    A name scores by the share of its information (rare words tell more) that the phrase holds, squared, times how
    much of the phrase it explains; of equals the one that is told first.
    """
    index = _index(knowledge)
    told = [word for word in (_known(stem, index) for stem in _stems(text)) if word]
    if not told:
        return None
    place = {word: len(told) - i for i, word in reversed(list(enumerate(told)))}
    whole = sum(index.information[word] for word in place)
    best: tuple[float, float] = (_ENOUGH, 0.0)
    found = None
    for name in index.names:
        shared = name.words & place.keys()
        if not shared:
            continue
        information = sum(index.information[word] for word in shared)
        share = information / sum(index.information[word] for word in name.words)
        early = max(place[word] for word in shared) / len(told)
        score = (name.weight * share**2 * (0.4 + 0.4 * information / whole + 0.2 * early), early)
        if score > best:
            best, found = score, name.entry
    return found


@lru_cache(maxsize=2)
def _index(knowledge: Knowledge) -> _Index:
    by_id: dict[str, AnyEntry] = {}
    names_of: dict[str, AnyEntry] = {}
    codes: dict[str, AnyEntry] = {}
    names: list[_Name] = []
    for sort in _SORTS:
        for entry in getattr(knowledge, sort).values():
            by_id.setdefault(entry.id, entry)
            for code in _codes(entry):
                codes.setdefault(code.upper(), entry)
            for name, weight in _names(entry):
                if weight >= 1:
                    names_of.setdefault(_folded(name), entry)
                words = frozenset(_stems(name))
                if words:
                    names.append(_Name(words, weight, entry))
    return _Index(by_id, names_of, codes, tuple(names), _information(names))


def _information(names: list[_Name]) -> dict[str, float]:
    """Give each word's information: the fewer entries use it, the more it tells."""
    users: dict[str, set[str]] = defaultdict(set)
    for name in names:
        for word in name.words:
            users[word].add(name.entry.id)
    entries = len({name.entry.id for name in names})
    return {word: math.log(1 + entries / len(ids)) for word, ids in users.items()}


def _names(entry: AnyEntry) -> Iterator[tuple[str, float]]:
    yield entry.name, 1.0
    for name in getattr(entry, "synonyms", ()):
        yield name, 1.0
    for cue in getattr(entry, "cues", ()):
        yield cue, 0.9
    for member in getattr(entry, "members", ()):
        for name in (member.name, *member.synonyms):
            yield name, 1.0


def _codes(entry: AnyEntry) -> Iterator[str]:
    if isinstance(entry, PhenomenonEntry | ConditionEntry):
        codes = entry.codes
        yield from (match.id for match in sorted(codes.hpo, key=lambda m: m.match != "exact"))
        yield from (*codes.mondo, *codes.omim, *codes.orpha, *codes.icd10)
    elif isinstance(entry, LabEntry):
        yield from entry.loinc
    elif isinstance(entry, SubstanceEntry):
        yield from (member.atc for member in entry.members if member.atc)


def _folded(text: str) -> str:
    return " ".join(re.findall(r"[a-z0-9µ]+", _letters(text)))


def _letters(text: str) -> str:
    """Lower case without accents; British and American spellings alike."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(c for c in plain if not unicodedata.combining(c))
    return plain.replace("ae", "e").replace("oe", "e").replace("our", "or").replace("μ", "µ")


def _stems(text: str) -> list[str]:
    return [_stem(word) for word in _folded(text).split() if word not in _EMPTY]


def _stem(word: str) -> str:
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            return word.removesuffix(ending)
    return word


def _known(stem: str, index: _Index) -> str:
    if stem in index.information:
        return stem
    if len(stem) < 4:
        return ""
    close = difflib.get_close_matches(stem, index.information, n=1, cutoff=_LIKE)
    return close[0] if close else ""
