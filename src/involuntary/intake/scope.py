"""Whose a finding is, and whether it is there: cues and their reach.

Negation, doubt and whose finding it is are read by cue and scope, after Harkema et al. 2009 (ConText,
doi:10.1016/j.jbi.2009.05.002): a cue reaches forward, or backward, to the end of its clause.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable
from copy import copy
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from involuntary.intake import cues

__all__ = ["About", "Scopes", "scopes_of"]

About = Literal["present", "absent", "family", "unsure"]

_BEHIND_WORDS = 5  # so many words may stand between a phrase and a cue behind it
_SAID_CLOSE: tuple[About, ...] = ("absent", "unsure", "present")
_ATTACHED = 5  # letters of what is written close before a finding
_TAKEN_BACK_WORDS = 8  # so many words may follow a phrase before a clause takes it back
_AT_ONCE = 60  # letters: who is told of is named at once
_ANSWERS = frozenset({"no", "none", "nil"})  # behind a phrase they count where a colon or a dash leads to them
_LEADS = frozenset({":", "-", "–", "—", "="})
_ANSWER_ENDS = re.compile(r"\s*(?:[.,;)\n]|$|(?:seen|found|noted|observed|reported|elicited)\b)")
# The rest of a list of short items, as far as its last.
_LISTED = re.compile(r"(?:,(?:\s+[\w-]+){1,3})*,?\s+(?:and|or)(?:\s+[\w-]+){1,3}\s+")
_ITEM = re.compile(r"[^,.;!?\n]*")
_SENTENCE_MARKS = frozenset(".;!?")
_SENTENCE_ENDS = (". ", "\n", "; ", "? ", "! ")


@dataclass(frozen=True, slots=True)
class _Cue:
    start: int
    stop: int
    effect: str


class Scopes:
    """The cues of one text; `scopes_of` finds them once for all who ask.

    Parameters
    ----------
    text : str
        The text, as told.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._ends = [(m.start(), m.end()) for m in cues.CLAUSE_ENDS.finditer(text)]
        self._end_starts = [start for start, _ in self._ends]
        self._patient = _patient(text)
        self._take(self._cues(cues.AHEAD), self._cues(cues.BEHIND))

    def without(self, spoken_for: Collection[int]) -> Scopes:
        """Give the same without the denials that begin where words are part of a finding's own phrase."""
        other = copy(self)
        free = (
            [cue for cue in found if cue.effect != "absent" or cue.start not in spoken_for] for found in self._found
        )
        other._take(*free)
        return other

    def _take(self, ahead: list[_Cue], behind: list[_Cue]) -> None:
        self._found = ahead, behind
        self._ahead = sorted((c for c in ahead if c.effect != "family"), key=lambda cue: cue.stop)
        self._ahead_stops = [cue.stop for cue in self._ahead]
        self._kin = sorted((c for c in ahead if c.effect == "family"), key=lambda cue: cue.stop)
        self._kin_stops = [cue.stop for cue in self._kin]
        self._behind = sorted(behind, key=lambda cue: (cue.start, -cue.stop))
        self._behind_starts = [cue.start for cue in self._behind]

    def about(self, start: int, stop: int, alone: bool = False) -> About:
        """Tell what is said of the words from `start` to `stop`; `alone`, no cue reaches them over a comma."""
        first, last = self._clause(start, stop)
        if alone:
            first = max(first, *(self._text.rfind(mark, 0, start) + 1 for mark in ",:"))
        behind = self._nearest_behind(stop, last)
        if behind == "family" or (behind != "own" and self._of_relative(start)):
            return "family"  # a relative's finding stays a relative's, whatever else is said of it
        attached = cues.ATTACHED.search(self._text[max(start - _ATTACHED, 0) : start])
        if close := cues.ANSWER.match(self._text, stop) or attached:
            return next(about for about in _SAID_CLOSE if close.groupdict().get(about))
        if behind == "own" or self._in_attacks(start, stop):
            behind = ""
        told = self._taken_back(stop, last) or behind or self._nearest_ahead(first, start)
        told = told or self._asked(start)
        return "absent" if told == "absent" else "unsure" if told == "unsure" else "present"

    def tells_nothing(self, start: int, stop: int) -> bool:
        """Whether the words from `start` to `stop` name but a fear, a remedy or what is over: *removed for*."""
        if cues.REMEDY.match(self._text, stop) or cues.PAST.search(self._text[max(start - _AT_ONCE, 0) : start]):
            return True
        at = bisect_left(self._ahead_stops, stop)
        return any(cue.start <= start and cue.effect != "absent" for cue in self._ahead[at : at + 3])

    def _cues(self, table: Iterable[tuple[str, re.Pattern[str]]]) -> list[_Cue]:
        found = [_Cue(m.start(), m.end(), effect) for effect, pattern in table for m in pattern.finditer(self._text)]
        return [cue for cue in found if cue.effect != "family" or not self._is_patient(cue)]

    def _is_patient(self, cue: _Cue) -> bool:
        """Whether a relative named here is the person told of, or only tells."""
        words = self._text[cue.start : cue.stop].lower()
        if self._patient and re.search(rf"\b{self._patient}\b", words):
            return True
        if cues.RELATIVE_TOLD.search(self._text[max(cue.start - _AT_ONCE, 0) : cue.start]):
            return True
        return "history" not in words and bool(cues.RELATIVE_TELLS.match(self._text, cue.stop))

    def _clause(self, start: int, stop: int) -> tuple[int, int]:
        before = bisect_right(self._end_starts, start) - 1
        while before >= 0 and self._ends[before][1] > start:
            before -= 1
        after = bisect_left(self._end_starts, stop)
        first = self._ends[before][1] if before >= 0 else 0
        last = self._ends[after][0] if after < len(self._ends) else len(self._text)
        return first, last

    def _nearest_ahead(self, first: int, start: int) -> str:
        at = bisect_right(self._ahead_stops, start)
        inside = []
        while at and self._ahead_stops[at - 1] > first:
            at -= 1
            inside.append(self._ahead[at])
        inside = [cue for cue in inside if cue.start >= first and not _shut(self._text[cue.stop : start])]
        if not inside:
            return ""
        nearest = max(inside, key=lambda cue: cue.stop)
        # A longer cue that holds the nearest says what it means: *not only* is no *not*.
        around = [cue for cue in inside if cue.start <= nearest.start and cue.stop >= nearest.stop]
        effect = max(around, key=lambda cue: cue.stop - cue.start).effect
        if effect == "absent" and not self._reaches(nearest, inside, start):
            return ""
        if effect == "absent" and any(cue.effect == "unsure" and cue.stop <= nearest.start for cue in inside):
            return "unsure"
        return effect

    def _reaches(self, nearest: _Cue, inside: list[_Cue], start: int) -> bool:
        """Whether a denial holds behind a comma: not where each item of a list had its own, or the list is over."""
        between = self._text[nearest.stop : start]
        if "," not in between:
            return True
        if between.count(",") == 1 and ", and " in between:
            return False  # *no fever, and weakness followed*; three items are needed for a list with a comma there
        item = _ITEM.match(self._text, start)
        same = self._text[nearest.start : nearest.stop].lower()
        if item and same in item.group().lower().split():
            return False  # *weakness without pain, wasting without twitching*: each has its own
        each = any(
            cue.effect == "absent" and cue.stop <= nearest.start and "," in self._text[cue.stop : nearest.start]
            for cue in inside
        )
        end = re.compile(r"[.;!?\n]").search(self._text, start)
        rest = between + self._text[start : end.start() if end else len(self._text)]
        return not each or bool(re.search(r"\b(?:or|nor)\b", rest))

    def _nearest_behind(self, stop: int, last: int) -> str:
        for cue in self._behind[bisect_left(self._behind_starts, stop) :]:
            if cue.stop > last + 1:
                return ""
            between = self._text[stop : cue.start]
            if _LISTED.fullmatch(between):
                return cue.effect  # *fever, rash and swelling were absent*
            if len(between.split()) > _BEHIND_WORDS or "," in between:
                return ""
            if self._text[cue.start : cue.stop].lower() not in _ANSWERS or (
                between.strip() in {"", *_LEADS} and _ANSWER_ENDS.match(self._text, cue.stop)
            ):
                return cue.effect
        return ""

    def _taken_back(self, stop: int, last: int) -> str:
        """Give ``absent`` where the clause behind that of the words says that what was told is over."""
        near = len(self._text[stop:last].split()) <= _TAKEN_BACK_WORDS
        end = self._text[stop:last].rstrip()[-1:]
        return "absent" if near and end not in _SENTENCE_MARKS and cues.TAKEN_BACK.match(self._text, last) else ""

    def _in_attacks(self, start: int, stop: int) -> bool:
        """Whether what went away came more than once: it comes in attacks, and is there."""
        sentence = max(self._text.rfind(mark, 0, start) for mark in _SENTENCE_ENDS)
        return bool(cues.ENDED.match(self._text, stop) and cues.RECURS.search(self._text, max(sentence, 0), start))

    def _of_relative(self, start: int) -> bool:
        """Whether a relative is named before the words in their sentence, and nobody else since."""
        at = bisect_right(self._kin_stops, start) - 1
        if at < 0:
            return False
        between = self._text[self._kin[at].stop : start]
        if any(mark in between for mark in _SENTENCE_ENDS):
            return False
        return not cues.BACK_TO_PERSON.search(between)

    def _asked(self, start: int) -> str:
        """Give ``unsure`` for what stands in a question."""
        end = re.compile(r"[.!?\n]").search(self._text, start)
        if end is None or end.group() != "?":
            return ""
        sentence = max(self._text.rfind(mark, 0, start) for mark in (".", "\n", "?", "!", ";"))
        return "unsure" if cues.QUESTION.match(self._text[sentence + 1 : end.start()]) else ""


def _shut(between: str) -> bool:
    """Whether a bracket is shut that was opened before: what stood in it says nothing of what follows."""
    return between.find(")") >= 0 and not 0 <= between.find("(") < between.find(")")


@lru_cache(maxsize=4)
def scopes_of(text: str) -> Scopes:
    """Give the cues of a text, from the last few texts' where they were asked for before."""
    return Scopes(text)


def _patient(text: str) -> str:
    """Give the word for the relative that a text is about: *my 9-year-old daughter*; empty where there is none."""
    aged = cues.AGED_RELATIVE.search(text)
    if aged:
        return next((name for name in aged.groupdict().values() if name), "child").lower()
    first = cues.RELATIVE_FIRST.search(text)
    told = first["of"].lower() if first and first.start() < _AT_ONCE else ""
    return told if cues.CARED_FOR.fullmatch(told) and not cues.OWN_WORDS.search(text) else ""
