"""Phrases by which a finding is told: labels, synonyms and lay words, indexed by their stems.

A phrase is found where all its words stand close together in one clause, in any order and inflection
(*weakness of the legs*, *my legs feel weak*). Dictionary matching on stemmed bags of words follows
Groza et al. 2024 (FastHPOCR, doi:10.1093/bioinformatics/btae406).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, cached_property

import numpy as np
from numpy.typing import NDArray

from involuntary.knowledge.strings import pack, unpack

__all__ = ["Lexicon", "Match", "Word", "build_lexicon", "words_of"]

_SPREAD = 2  # so many other words may stand between the words of a phrase
_LONGEST_PHRASE = 7
_WORD = re.compile(r"[a-zµ]+(?:'[a-z]+)?|\d+(?:\.\d+)?|[.,;:!?()\n]", re.IGNORECASE)
_SILENT = frozenset(
    """
    a an the of in on at to and or with by for from my his her their our your its this that these those is are was were
    be been being am has have had having i he she it they we you as into over up some any all both very also which who
    become becomes became gets got getting feel feels felt feeling s t
    """.split()  # noqa: SIM905  a table
)
# People name limbs; the ontology names them after the trunk. Both sides are read alike.
_SAME = {
    "leg": ("lower", "limb"),
    "arm": ("upper", "limb"),
    "shake": ("tremor",),
    "shaki": ("tremor",),
    "trembl": ("tremor",),
    "tummi": ("abdomen",),
    "belli": ("abdomen",),
    "foot": ("feet",),
    "extrem": ("limb",),
}


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a text: its stem and where it stands; punctuation is its own word and ends a clause."""

    stem: str
    start: int
    stop: int


@dataclass(frozen=True, slots=True)
class Match:
    """A phrase found in a text: the term's index and the first and last-plus-one of the words that hold it."""

    term: int
    first: int
    last: int
    size: int


@cache
def _stemmer() -> object:
    import snowballstemmer

    return snowballstemmer.stemmer("english")


@cache
def _stem(word: str) -> str:
    return str(_stemmer().stemWord(word))  # type: ignore[attr-defined]


def words_of(text: str) -> list[Word]:
    """Split a text into stemmed words; words that carry no meaning are left out, punctuation is kept."""
    found = []
    for match in _WORD.finditer(text.replace("’", "'")):
        token = match.group().lower().split("'")[0] if match.group()[0].isalpha() else match.group()
        if token in _SILENT:
            continue
        stem = _stem(token) if token[0].isalpha() else token
        found += [Word(part, match.start(), match.end()) for part in _SAME.get(stem, (stem,))]
    return found


@dataclass(frozen=True, eq=False)
class Lexicon:
    """Phrases indexed by their rarest stem.

    Attributes
    ----------
    packed_stems : ndarray of uint8
        Every stem of a phrase, sorted; its place is its number.
    words : ndarray of int32, shape (n_words,)
        Stem numbers of all phrases, one after the other, each phrase sorted.
    start : ndarray of int32, shape (n_phrases + 1,)
        Where each phrase begins in `words`.
    term : ndarray of int32, shape (n_phrases,)
        Index of the term that each phrase tells.
    rare_start, rare : ndarray of int32
        Phrases by their rarest stem: those of stem ``k`` are ``rare[rare_start[k]:rare_start[k + 1]]``.
    """

    packed_stems: NDArray[np.uint8]
    words: NDArray[np.int32]
    start: NDArray[np.int32]
    term: NDArray[np.int32]
    rare_start: NDArray[np.int32]
    rare: NDArray[np.int32]

    @cached_property
    def stems(self) -> dict[str, int]:
        """Every stem by its number."""
        return {stem: number for number, stem in enumerate(unpack(self.packed_stems))}

    def find(self, words: Sequence[Word]) -> list[Match]:
        """Find every phrase in a text; of phrases that overlap the one with more words stands."""
        numbers = [self.stems.get(word.stem, -1) for word in words]
        stops = [index for index, word in enumerate(words) if not word.stem[0].isalnum()]
        found = [match for at in range(len(words)) for match in self._at(numbers, at, stops)]
        return _longest(found)

    def _at(self, numbers: list[int], at: int, stops: list[int]) -> Iterable[Match]:
        number = numbers[at]
        if number < 0:
            return
        left = max((s + 1 for s in stops if s < at), default=0)
        right = min((s for s in stops if s > at), default=len(numbers))
        for phrase in self.rare[self.rare_start[number] : self.rare_start[number + 1]].tolist():
            wanted = self.words[self.start[phrase] : self.start[phrase + 1]].tolist()
            reach = len(wanted) + _SPREAD
            span = range(max(left, at - reach + 1), min(right, at + reach))
            places = {
                w: min((i for i in span if numbers[i] == w), key=lambda i: abs(i - at), default=-1) for w in wanted
            }
            held = list(places.values())
            if min(held) >= 0 and max(held) - min(held) < reach:
                yield Match(int(self.term[phrase]), min(held), max(held) + 1, len(wanted))


def _longest(found: list[Match]) -> list[Match]:
    kept: list[Match] = []
    for match in sorted(found, key=lambda m: (-m.size, m.last - m.first, m.first, m.term)):
        if all(match.last <= k.first or match.first >= k.last for k in kept):
            kept.append(match)
    return sorted(kept, key=lambda m: m.first)


def build_lexicon(phrases: Iterable[tuple[str, int]]) -> Lexicon:
    """Index phrases.

    Parameters
    ----------
    phrases : iterable of (str, int)
        A phrase and the index of its term; the first term keeps a phrase that several claim.
    """
    bags: dict[tuple[str, ...], int] = {}
    for phrase, term in phrases:
        bag = tuple(sorted({word.stem for word in words_of(phrase) if word.stem[0].isalnum()}))
        if 0 < len(bag) <= _LONGEST_PHRASE:
            bags.setdefault(bag, term)
    count: dict[str, int] = {}
    for bag in bags:
        for stem in bag:
            count[stem] = count.get(stem, 0) + 1
    stems = {stem: number for number, stem in enumerate(sorted(count))}
    by_rarest: list[list[int]] = [[] for _ in stems]
    for index, bag in enumerate(bags):
        by_rarest[stems[min(bag, key=lambda stem: (count[stem], stem))]].append(index)
    flat = [stems[stem] for bag in bags for stem in bag]
    return Lexicon(
        pack(stems),
        np.array(flat, dtype=np.int32),
        np.cumsum([0, *(len(bag) for bag in bags)]).astype(np.int32),
        np.fromiter(bags.values(), dtype=np.int32, count=len(bags)),
        np.cumsum([0, *map(len, by_rarest)]).astype(np.int32),
        np.array([index for group in by_rarest for index in group], dtype=np.int32),
    )
