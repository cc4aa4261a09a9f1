"""What the person was asked to do, and when: one condition for the whole recording, or marks in it."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np

from involuntary.errors import ParameterError, nearest
from involuntary.model import Recording

__all__ = ["CONDITIONS", "Condition", "condition_in", "conditions"]

# How protocols and their marks write each condition.
CONDITIONS = {
    "rest": ("rest", "resting"),
    "posture": ("posture", "postural", "outstretched"),
    "load": ("load", "loaded", "weight"),
    "kinetic": ("kinetic", "action", "finger-nose", "finger-to-nose"),
    "tapping": ("tapping", "tap"),
    "ballistic": ("ballistic",),
    "agility": ("agility",),
    "pronation": ("pronation", "supination", "pronation-supination"),
    "standing": ("standing", "stance"),
}
_BY_WORD = {word: name for name, words in CONDITIONS.items() for word in words}
_NUMBER = re.compile(r"(\d+(?:\.\d+)?)\s*(hz|g|kg)?\b")


@dataclass(frozen=True, slots=True)
class Condition:
    """A stretch of time in which one thing was asked for.

    Attributes
    ----------
    name : str
        A key of `CONDITIONS`, numbered from the second of a kind on; empty where nothing is known.
    start_s, stop_s : float
        On the recording's clock; infinite where it is the whole recording.
    asked : float
        The number in the mark, such as the rate of tapping in hertz or the load in grams; not-a-number without.
    """

    name: str = ""
    start_s: float = -np.inf
    stop_s: float = np.inf
    asked: float = np.nan

    @property
    def kind(self) -> str:
        """The key of `CONDITIONS`."""
        return self.name.split(" ")[0]


def conditions(recording: Recording, stated: str = "") -> tuple[Condition, ...]:
    """Give the conditions of a recording.

    Parameters
    ----------
    recording : Recording
        Marks that begin with a word of `CONDITIONS` count, such as ``"posture"`` or ``"tapping 3 Hz"``; one without a
        duration lasts until the next such mark.
    stated : str
        The condition of the whole recording; then its marks are not read.

    Returns
    -------
    tuple of Condition
        In order of time; a single nameless one where nothing is known.

    Raises
    ------
    ParameterError
        If the stated condition is not known.
    """
    if stated:
        word = stated.strip().lower()
        if word not in _BY_WORD:
            raise ParameterError(
                "condition", f"is unknown{nearest(word, _BY_WORD)}", repr(stated), f"known: {', '.join(CONDITIONS)}"
            )
        return (Condition(_BY_WORD[word]),)
    marks = sorted((mark for mark in recording.annotations if _kind(mark.text)), key=lambda mark: mark.onset_s)
    seen: dict[str, int] = {}
    found = []
    for i, mark in enumerate(marks):
        kind = _kind(mark.text)
        seen[kind] = seen.get(kind, 0) + 1
        following = marks[i + 1].onset_s if i + 1 < len(marks) else np.inf
        stop = mark.onset_s + mark.duration_s if mark.duration_s > 0 else following
        number = _NUMBER.search(mark.text.lower())
        asked = float(number[1]) * (1000 if number[2] == "kg" else 1) if number else np.nan
        if stop > mark.onset_s:
            found.append(Condition(kind if seen[kind] == 1 else f"{kind} {seen[kind]}", mark.onset_s, stop, asked))
    return tuple(found) or (Condition(),)


def condition_in(name: str) -> str:
    """Give the condition that the name of a file tells, such as ``rest`` in ``rest_left_hand``; empty without one.

    Raises
    ------
    ParameterError
        If it tells several.
    """
    words = re.split(r"[\W_\d]+", name.lower())
    found = dict.fromkeys(_BY_WORD[word] for word in words if word in _BY_WORD)
    if len(found) > 1:
        raise ParameterError(
            "condition", "must be one", f"{' and '.join(found)} in the name of a file", "state it with --as"
        )
    return next(iter(found), "")


def _kind(text: str) -> str:
    words = text.strip().lower().replace(",", " ").replace(":", " ").split()
    return _BY_WORD.get(words[0], "") if words else ""
