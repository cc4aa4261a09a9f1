"""From a free sentence to the entry that it tells best.

Two readings are added: how well the sentence tells an entry's names and cues (`lookup.phrase_scores`), and how much of
what its words could tell they tell of that entry, by BM25 over weighted fields (Zaragoza et al. 2004, *TREC-13*: a
word in a name counts as if it were used several times). Neither does as well alone: names are short and miss the story,
and the story mentions what others are named after.
"""

from __future__ import annotations

import difflib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from involuntary.knowledge.library import Knowledge
from involuntary.knowledge.lookup import AnyEntry, all_entries, brought_on, phrase_scores
from involuntary.knowledge.schema import ConditionEntry, PhenomenonEntry, RedFlagEntry
from involuntary.knowledge.wording import MOST, Wording, rarity, stems_of, weighed

__all__ = ["by_sentence"]

# Weights and the least score are judged on 770 phrasings; from half to twice of each does about as well.
_NAME, _CUE, _STORY, _REST, _EXPOSURE = 3.0, 3.0, 1.0, 0.5, 2.0
# What the words' share counts beside the likeness to a name: the more words, the more of a story.
_TELLING_A_WORD, _TELLING = 0.25, 1.5
_LEAST = 0.45
_UNKNOWN = 3.0  # what a word that no entry uses could have told
_LIKE, _LONG = 0.8, 5  # least likeness to a known word, and letters, of one that is misspelt
# A person asks for a kind of contraction or a condition before a drug or a test, and for a warning last.
_ASKED_FOR = {PhenomenonEntry: 1.0, ConditionEntry: 1.0, RedFlagEntry: 0.5}
_OTHERS = 0.8


@dataclass(frozen=True, slots=True, eq=False)
class _Told:
    words: Wording
    rarity: dict[str, float]
    asked_for: NDArray[np.float64]


def by_sentence(text: str, knowledge: Knowledge) -> AnyEntry | None:
    """Give the entry that a sentence tells best; None where it tells none well enough.

    Parameters
    ----------
    text : str
        Such as ``"my hands shake when I pour tea"``.
    knowledge : Knowledge
        Where the entries are.
    """
    told = _told(knowledge)
    stems = dict.fromkeys(_known(stem, told) for stem, _, _ in stems_of(text))
    score = np.zeros(told.words.entries)
    could = 0.0
    for stem in stems:
        could += MOST * told.rarity[stem] if stem in told.rarity else _UNKNOWN
        score += told.words.word.get(stem, 0.0)
    score *= min(_TELLING_A_WORD * len(stems), _TELLING) / max(could, 1.0)
    for place, likeness in phrase_scores(text, knowledge).items():
        score[place] += likeness
    score *= told.asked_for
    best = int(score.argmax()) if len(score) else -1
    return brought_on(best, text, knowledge) if best >= 0 and score[best] >= _LEAST else None


@lru_cache(maxsize=2)
def _told(knowledge: Knowledge) -> _Told:
    entries = all_entries(knowledge)
    counts: list[dict[str, float]] = []
    length = np.zeros(len(entries))
    for place, entry in enumerate(entries):
        count: dict[str, float] = defaultdict(float)
        for weight, texts in _fields(entry):
            for stem in _stems(texts, once=weight > 1):
                count[stem] += weight
                length[place] += weight
        # How many drugs bring a condition on makes it no longer a story.
        for stem in _stems(_exposures(entry, knowledge), once=True):
            count[stem] += _EXPOSURE
        counts.append(count)
    asked_for = np.array([_ASKED_FOR.get(type(entry), _OTHERS) for entry in entries])
    for sort in set(asked_for.tolist()):  # an entry is long or short among its like
        length[asked_for == sort] /= max(length[asked_for == sort].mean(), 1.0)
    users = Counter(stem for count in counts for stem in count)
    return _Told(weighed(counts, length), {stem: rarity(len(entries), n) for stem, n in users.items()}, asked_for)


def _stems(texts: Iterable[str], once: bool) -> Iterable[str]:
    stems = [stem for text in texts for stem, _, _ in stems_of(text)]
    return dict.fromkeys(stems) if once else stems


def _fields(entry: AnyEntry) -> Iterator[tuple[float, list[str]]]:
    """Give what an entry says, with what a word of it counts; in names and cues a word counts once."""
    members = [name for member in getattr(entry, "members", ()) for name in (member.name, *member.synonyms)]
    yield _NAME, [entry.name, *getattr(entry, "synonyms", ()), *members]
    yield _CUE, list(getattr(entry, "cues", ()))
    if isinstance(entry, PhenomenonEntry | ConditionEntry):
        story = [entry.definition.plain, entry.definition.clinician]
        story += [f"{feature.label} {feature.note}" for feature in entry.features]
        story += [trait.says for trait in getattr(entry, "traits", ())]
        story += [trigger.what for trigger in entry.triggers]
        story += [link.id.replace("-", " ") for link in getattr(entry, "phenomena", ())]
        yield _STORY, story
        yield _REST, [entry.mechanism.plain, entry.mechanism.clinician, entry.course.says if entry.course else ""]
        yield _REST, [f"{test.what} {test.shows}" for test in entry.investigations]
        yield _REST, [told.population for told in entry.occurrence]


def _exposures(entry: AnyEntry, knowledge: Knowledge) -> Iterator[str]:
    """Give the names of all that brings a condition on."""
    ties = entry.exposures if isinstance(entry, ConditionEntry) else ()
    for substance in (knowledge.substances[tie.substance] for tie in ties if tie.substance in knowledge.substances):
        yield from (substance.name, *substance.synonyms)
        for member in substance.members:
            yield from (member.name, *member.synonyms)


def _known(stem: str, told: _Told) -> str:
    """Give the known word that a misspelt one looks like; slips seldom strike the first letter."""
    if stem in told.rarity or len(stem) < _LONG:
        return stem
    alike = (word for word in told.rarity if word[0] == stem[0])
    close = difflib.get_close_matches(stem, alike, n=1, cutoff=_LIKE)
    return close[0] if close else stem
