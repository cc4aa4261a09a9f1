"""Words are weighed as a slow reading of BM25 weighs them."""

import math
from collections import Counter

import numpy as np
import pytest

from involuntary.knowledge import load
from involuntary.knowledge.wording import _said, stems_of, wording_of


@pytest.fixture(scope="module")
def knowledge():
    return load()


def slow(entries, stems):
    documents = [Counter(s for part in _said(e) for s, _, _ in stems_of(part)) for e in entries]
    length = [sum(d.values()) for d in documents]
    usual, found = sum(length) / len(length), []
    for document, size in zip(documents, length, strict=True):
        score = 0.0
        for stem in stems:
            holding = sum(stem in other for other in documents)
            if stem in document:
                rarity = math.log((len(documents) + 0.5) / (holding + 0.5))
                often = document[stem]
                score += rarity * often * 2.2 / (often + 1.2 * (0.4 + 0.6 * size / usual))
        found.append(score)
    return np.array(found) - np.mean(found) - np.std(found)


def test_a_score_is_that_of_the_slow_reading(knowledge):
    entries = tuple(knowledge.conditions.values())
    stems = ("night", "calf", "stand", "coffe", "word-that-is-nowhere")
    assert wording_of(entries).score(stems) == pytest.approx(slow(entries, stems))


def test_a_cue_finds_its_own_entry(knowledge):
    """Each entry's own first cue, of those that are long enough to tell it, mostly scores it highest."""
    entries = [e for e in knowledge.conditions.values() if e.cues and len(e.cues[0].split()) >= 4]
    ids, right = list(knowledge.conditions), 0
    for entry in entries:
        stems = {stem for stem, _, _ in stems_of(entry.cues[0])}
        right += ids[int(np.argmax(knowledge.condition_words.score(stems)))] == entry.id
    assert right >= 0.8 * len(entries)


def test_words_that_no_entry_holds_leave_all_at_nothing(knowledge):
    assert not knowledge.condition_words.score(("zzz", "qqq")).any()


def test_the_telling_words_are_named_most_telling_first(knowledge):
    place = list(knowledge.conditions).index("orthostatic-tremor")
    told = knowledge.condition_words.telling({"stand", "still", "leg", "tremor"}, place, 2)
    assert len(told) == 2
    weights = [knowledge.condition_words.word[stem][place] for stem in told]
    assert weights == sorted(weights, reverse=True)
