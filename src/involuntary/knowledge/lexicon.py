"""Phrases by which a finding is told: labels, synonyms and lay words, indexed by their stems.

A phrase is found where all its words stand together in one clause, in any order and inflection (*weakness of
the legs*, *my legs feel weak*); words of degree, side, time and number may stand between. Dictionary matching on
stemmed bags of words follows Groza et al. 2024 (FastHPOCR, doi:10.1093/bioinformatics/btae406).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from involuntary.knowledge.strings import pack, sound, unpack
from involuntary.knowledge.words import ANEW, LINKS, PASSED, SUBJECTS, Word, words_of

__all__ = ["NOTHING", "Lexicon", "Match", "build_lexicon"]

NOTHING = -1  # the term of a phrase that tells no finding and keeps its words from telling one
_PASSED_AT_MOST = 4  # so many words of degree, side, time or number in one place
_SHORTEST_HEARD = 5  # letters of a stem that may be written as it is heard
_SHARED_AT_MOST = 3  # words of a phrase that may share one of them with its neighbour: weak arms and legs
_LONGEST_PHRASE = 8
_NONE: frozenset[str] = frozenset()
_BEHIND = frozenset({"up", "over"})  # they go with the word before them: *falls over*
_NO_ITEM = LINKS | SUBJECTS | {ANEW, "yet", "but", "so", "then", "while", "now", "no", "not"}  # begin a statement
_DENIES = ("no", "not")  # what they deny stands beside them
_TELLS_NOTHING = frozenset({"cannot", "troubl", "not", "no", "high", "low", "loss", "abnorm", "decreas"})


@dataclass(frozen=True, slots=True)
class Match:
    """A phrase found in a text.

    Attributes
    ----------
    term : int
        The index of the term; `NOTHING` for words that tell none.
    held : tuple of int
        The places of the words that hold it, ascending.
    excluded : bool
        Whether the phrase says that the finding is not there, as *normal reflexes* does.
    """

    term: int
    held: tuple[int, ...]
    excluded: bool = False

    @property
    def first(self) -> int:
        """Place of the first word."""
        return self.held[0]

    @property
    def last(self) -> int:
        """Place after the last word."""
        return self.held[-1] + 1


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
        Index of the term that each phrase tells, or `NOTHING`.
    excluded : ndarray of bool, shape (n_phrases,)
        Whether the phrase says that its finding is not there.
    rare_start, rare : ndarray of int32
        Phrases by their rarest stem: those of stem ``k`` are ``rare[rare_start[k]:rare_start[k + 1]]``.
    """

    packed_stems: NDArray[np.uint8]
    words: NDArray[np.int32]
    start: NDArray[np.int32]
    term: NDArray[np.int32]
    excluded: NDArray[np.bool_]
    rare_start: NDArray[np.int32]
    rare: NDArray[np.int32]

    @cached_property
    def stems(self) -> dict[str, int]:
        """Every stem by its number."""
        return {stem: number for number, stem in enumerate(unpack(self.packed_stems))}

    def find(self, words: Sequence[Word]) -> list[Match]:
        """Find every phrase in a text; a phrase whose words all stand in a longer one gives way to it."""
        stems = [word.stem for word in words]
        numbers = [self._number(stem) for stem in stems]
        there = frozenset(numbers)
        found = [match for at in range(len(words)) for match in self._at(stems, numbers, there, at)]
        whole = {match.held for match in found if len(match.held) == _SHARED_AT_MOST - 1 and not _links(match, stems)}
        return _longest(match for match in found if not _borrows(match, stems, whole))

    @cached_property
    def sounds(self) -> dict[str, int]:
        """The longer stems by how they sound, where one alone sounds so."""
        heard: dict[str, list[int]] = {}
        for stem, number in self.stems.items():
            if len(stem) >= _SHORTEST_HEARD:
                heard.setdefault(sound(stem), []).append(number)
        return {key: numbers[0] for key, numbers in heard.items() if len(numbers) == 1}

    def _number(self, stem: str) -> int:
        """Give the number of a stem, of the one that sounds like it where it is none, or -1."""
        number = self.stems.get(stem, -1)
        if number >= 0 or len(stem) < _SHORTEST_HEARD or not stem.isalpha():
            return number
        return self.sounds.get(sound(stem), -1)

    def _at(self, stems: list[str], numbers: list[int], there: Set[int], at: int) -> Iterator[Match]:
        number = numbers[at]
        if number < 0:
            return
        for phrase in self.rare[self.rare_start[number] : self.rare_start[number + 1]].tolist():
            wanted = frozenset(self.words[self.start[phrase] : self.start[phrase + 1]].tolist())
            if not wanted <= there:
                continue
            excluded = bool(self.excluded[phrase])
            denies = any(self.stems.get(word) in wanted for word in _DENIES)
            shares = LINKS | {","} if excluded else LINKS if len(wanted) <= _SHARED_AT_MOST and not denies else _NONE
            tries = [_gather(stems, numbers, wanted, at, steps, shares) for steps in ((-1, 1), (1, -1))]
            held = min((t for t in tries if t), key=lambda places: places[-1] - places[0], default=())
            if held and stems[held[0]] not in _BEHIND and "no" not in [stems[place] for place in held[1:]]:
                yield Match(int(self.term[phrase]), held, excluded)


def _gather(
    stems: list[str],
    numbers: list[int],
    wanted: frozenset[int],
    at: int,
    steps: tuple[int, int],
    shares: frozenset[str],
) -> tuple[int, ...]:
    """Give the places of all wanted words around `at`, looked for one way and then the other; empty where one lacks."""
    held = {numbers[at]: at}
    for step in steps:
        place, passed, shared = at + step, 0, False
        while 0 <= place < len(stems) and len(held) < len(wanted) and passed <= _PASSED_AT_MOST:
            if numbers[place] in wanted:
                if numbers[place] not in held:
                    held[numbers[place]], passed = place, 0
            elif _pair(stems, place, step, shares):
                place, shared = place + step, True
            elif _passes(stems[place]) or (stems[place] in SUBJECTS and not shared):
                passed += 1
            else:
                break
            place += step
    return tuple(sorted(held.values())) if len(held) == len(wanted) else ()


def _links(match: Match, stems: list[str]) -> bool:
    """Whether the words of a match stand on both sides of a link that is none of them."""
    return any(stems[place] in LINKS for place in set(range(match.first, match.last)) - set(match.held))


def _borrows(match: Match, stems: list[str], whole: Set[tuple[int, ...]]) -> bool:
    """Whether a match takes its first or last word over a link though the others tell a finding without it.

    In *pulse fast and pressure low* the pressure is low, and no pulse pressure is.
    """
    if len(match.held) != _SHARED_AT_MOST or not (match.held[1:] in whole or match.held[:-1] in whole):
        return False
    return _links(match, stems)


def _passes(stem: str) -> bool:
    """Whether a word may stand between those of a phrase: *gait: broad-based*, *4 falls*."""
    return stem in PASSED or stem == ":" or stem[0].isdigit()


def _pair(stems: list[str], place: int, step: int, shares: frozenset[str]) -> bool:
    """Whether here stand a word and a link, so that what follows may share its neighbour: weak *arms and* legs."""
    first, second = sorted((place, place + step))
    if first < 0 or second >= len(stems):
        return False
    one, other = stems[first], stems[second]
    word = other if one in shares else one
    return (one in shares) != (other in shares) and word[0].isalpha() and word not in _NO_ITEM


def _longest(found: Iterable[Match]) -> list[Match]:
    kept: list[Match] = []
    taken: dict[int, list[frozenset[int]]] = {}
    for match in sorted(found, key=lambda m: (-len(m.held), m.last - m.first, m.held, m.term)):
        places = frozenset(match.held)
        if any(places <= longer for longer in taken.get(match.first, ())):
            continue
        kept.append(match)
        for place in places:
            taken.setdefault(place, []).append(places)
    return sorted((match for match in kept if match.term != NOTHING), key=lambda m: m.held)


def build_lexicon(phrases: Iterable[tuple[str, int, bool]]) -> Lexicon:
    """Index phrases.

    Parameters
    ----------
    phrases : iterable of (str, int, bool)
        A phrase, the index of its term, and whether it says that the finding is not there; the first keeps a
        phrase that several claim.
    """
    bags: dict[tuple[str, ...], tuple[int, bool]] = {}
    for phrase, term, excluded in phrases:
        bag = tuple(sorted({word.stem for word in words_of(phrase) if word.stem[0].isalnum()} - {ANEW}))
        if 0 < len(bag) <= _LONGEST_PHRASE and not set(bag) <= _TELLS_NOTHING and not all(s[0].isdigit() for s in bag):
            bags.setdefault(bag, (term, excluded))
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
        np.array([term for term, _ in bags.values()], dtype=np.int32),
        np.array([excluded for _, excluded in bags.values()], dtype=np.bool_),
        np.cumsum([0, *map(len, by_rarest)]).astype(np.int32),
        np.array([index for group in by_rarest for index in group], dtype=np.int32),
    )
