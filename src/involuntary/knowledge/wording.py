"""How much the words of a history are those by which an entry is told.

Histories tell what no code holds: *as soon as I stand still*, *after a hot day's work*. Entries say the same in plain
words, in cues, features and course. The words that both have are weighed by BM25 (Robertson and Zaragoza 2009, *Found
Trends Inf Retr* 3:333, section 3.4): rare words count more, repeated ones ever less, and a long entry's words less than
a short one's.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from involuntary.knowledge.schema import ConditionEntry, Entry
from involuntary.knowledge.words import ANEW, LINKS, NEGATIONS, SUBJECTS, words_of

__all__ = ["MOST", "Wording", "rarity", "stems_of", "weighed", "wording_of"]

_SATURATION, _LENGTH = 1.2, 0.6  # k1 and b; both within the range that the source recommends
MOST = _SATURATION + 1  # so many times its rarity a word counts at most
_COUNTS = {"one", "two", "three", "old", "year", "month", "week", "day", "since", "more", "most", "much", "less", "too"}
_EMPTY = LINKS | NEGATIONS | SUBJECTS | _COUNTS | {ANEW, "no", "am", "but", "all", "over", "up", "out", "own", "same"}


def stems_of(text: str) -> list[tuple[str, int, int]]:
    """Give the stems of the words of a text that tell something, and where each word starts and stops."""
    found = ((word.stem, word.start, word.stop) for word in words_of(text))
    return [word for word in found if word[0][:1].isalpha() and word[0] not in _EMPTY]


@dataclass(frozen=True, eq=False, slots=True)
class Wording:
    """The words of some entries.

    Attributes
    ----------
    word : dict of str to ndarray
        By stem, what it counts for every entry, shape (entries,).
    entries : int
        How many there are.
    """

    word: dict[str, NDArray[np.float64]]
    entries: int

    def score(self, stems: Iterable[str]) -> NDArray[np.float64]:
        """Give by how much some words tell each entry more than they tell most, shape (entries,).

        Parameters
        ----------
        stems : iterable of str
            Each once.

        Returns
        -------
        ndarray
            Sum over the words, less the mean and one standard deviation over the entries: words that tell no entry
            from the others leave all at or below zero.
        """
        score = np.zeros(self.entries)
        for stem in stems:
            if stem in self.word:
                score += self.word[stem]
        return score - score.mean() - score.std() if self.entries else score

    def telling(self, stems: Iterable[str], entry: int, most: int) -> tuple[str, ...]:
        """Give the words that speak most for an entry, at most so many."""
        told = sorted((-float(self.word[s][entry]), s) for s in stems if s in self.word and self.word[s][entry] > 0)
        return tuple(stem for _, stem in told[:most])


def wording_of(entries: Sequence[Entry]) -> Wording:
    """Index the words of entries."""
    counts = [Counter(stem for part in _said(entry) for stem, _, _ in stems_of(part)) for entry in entries]
    return weighed(counts, [float(sum(count.values())) for count in counts])


def weighed(counts: Sequence[Mapping[str, float]], lengths: ArrayLike) -> Wording:
    """Weigh words by BM25.

    Parameters
    ----------
    counts : sequence of mapping
        How often each entry uses each stem; a stem in a more telling place may count as used more often.
    lengths : array_like of float, shape (entries,)
        How long each entry is, against those that it is compared with.
    """
    length = np.asarray(lengths, dtype=float)
    damping = _SATURATION * (1 - _LENGTH + _LENGTH * length / max(length.mean(), 1.0)) if len(counts) else length
    held: dict[str, list[tuple[int, float]]] = {}
    for place, count in enumerate(counts):
        for stem, times in count.items():
            held.setdefault(stem, []).append((place, times))
    word = {}
    for stem, places in sorted(held.items()):
        at = np.array([place for place, _ in places])
        used = np.array([times for _, times in places])
        word[stem] = np.zeros(len(counts))
        word[stem][at] = rarity(len(counts), len(places)) * used * (_SATURATION + 1) / (used + damping[at])
    return Wording(word, len(counts))


def rarity(entries: int, users: int) -> float:
    """Give how much a word tells that so many of the entries use."""
    return math.log((entries + 0.5) / (users + 0.5))


def _said(entry: Entry) -> list[str]:
    """Give what an entry says of how it shows itself; what is done about it tells nobody's history."""
    said = [entry.name, *entry.synonyms, *entry.cues, entry.definition.plain, entry.definition.clinician]
    said += [f"{feature.label} {feature.note}" for feature in entry.features]
    said += [trigger.what for trigger in entry.triggers]
    said += [entry.course.says] if entry.course else []
    if isinstance(entry, ConditionEntry):
        said += [link.id.replace("-", " ") for link in entry.phenomena]
    return said
