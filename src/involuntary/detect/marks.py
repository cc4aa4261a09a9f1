"""Marks in a recording that tell what was done: a cuff, a sound, a sleep stage, a breath that failed."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from involuntary.model import Intervals, Recording

__all__ = ["Mark", "between", "marks", "spans"]

_NUMBER = re.compile(r"[-+]?\d+(?:\.\d+)?")


@dataclass(frozen=True, slots=True)
class Mark:
    """One mark: what it means, when, for how long (0 where only its moment is marked), its first number, its text."""

    name: str
    onset_s: float
    duration_s: float
    number: float
    text: str


def marks(recording: Recording, words: Mapping[str, Sequence[str]]) -> tuple[Mark, ...]:
    """Give the marks that begin with one of the words, in order of time.

    Parameters
    ----------
    recording : Recording
        Holds the marks, as its file or an event table beside it gives them.
    words : mapping of str to sequence of str
        By meaning, how marks begin, in lower case; of several that fit the longest counts.
    """
    known = sorted(((w, name) for name, ws in words.items() for w in ws), key=lambda pair: -len(pair[0]))
    found = []
    for one in recording.annotations:
        text = re.sub(r"[\s_:,;/#-]+", " ", one.text.strip().lower())
        name = next((name for word, name in known if text == word or text.startswith(word + " ")), None)
        if name is not None:
            number = _NUMBER.search(one.text)
            amount = float(number[0]) if number else np.nan
            found.append(Mark(name, one.onset_s, one.duration_s, amount, text))
    return tuple(sorted(found, key=lambda mark: mark.onset_s))


def spans(found: Sequence[Mark], name: str, until_s: float) -> Intervals:
    """Give how long each mark of a name holds: its duration, or until the next mark of any name."""
    pairs = []
    for i, mark in enumerate(found):
        following = found[i + 1].onset_s if i + 1 < len(found) else until_s
        if mark.name == name:
            pairs.append((mark.onset_s, mark.onset_s + mark.duration_s if mark.duration_s > 0 else following))
    return Intervals.union_of(pairs)


def between(recording: Recording, start: Sequence[str], stop: Sequence[str]) -> Intervals:
    """Give the time from marks of a start, for their duration or to the next mark of a stop."""
    found = marks(recording, {"start": start, "stop": stop})
    return spans(found, "start", recording.duration_s)
