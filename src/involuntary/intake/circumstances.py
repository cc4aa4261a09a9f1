"""What else a text tells: drugs and other exposures, since when, how old, man or woman.

Nothing is guessed: a way of beginning counts only where the text says it or the whole story is three days old.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from involuntary.intake.durations import days
from involuntary.intake.scope import scopes_of
from involuntary.knowledge import Knowledge
from involuntary.model import Exposure, Onset
from involuntary.model.case import Sex

__all__ = ["age_in", "exposures_in", "onset_in", "sex_in"]

_SHORTEST = 3  # letters of a substance's name
_AMBIGUOUS = frozenset({"drinking", "spirits", "running", "training", "heat", "wound", "lithium level"})
_COUNT = (
    r"(?:\d+(?:\.\d+)?(?:\s*(?:-|–|to|or)\s*\d+)?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|a|an|several"
    r"|a few|half a)"
)
_SPAN = rf"(?P<span>{_COUNT}\s+(?:second|minute|hour|day|week|month|year)s?)"
_ABOUT = r"(?:(?:about|around|almost|nearly|over|more than|at least|the|past|last)\s+)*"
_SINCE = (
    re.compile(
        rf"\b(?:for|over|within|in|during|these|past|last)\s+{_ABOUT}{_SPAN}\b(?!\s+(?:ago|old|before|after))",
        re.IGNORECASE,
    ),
    re.compile(rf"\b{_SPAN}(?:['’]s?)?\s+(?:history|of\b|ago)", re.IGNORECASE),
)
_DAYS_AGO = {
    "yesterday": "1 day",
    "this morning": "12 hours",
    "today": "12 hours",
    "last night": "12 hours",
    "last week": "1 week",
}
_RECENT = re.compile(rf"\b(?:since|began|started|from)\s+(?P<when>{'|'.join(_DAYS_AGO)})\b", re.IGNORECASE)
_SUDDEN = re.compile(r"\b(?:sudden(?:ly)?|abrupt(?:ly)?|out of the blue|from one moment|acute(?:ly)?)\b", re.IGNORECASE)
_ACUTE_DAYS = 3.0
_AGE = re.compile(
    r"\b(?P<n>\d{1,3})[- ](?P<unit>year|month|week|day)s?[- ]old\b|\b(?P<yo>\d{1,3})\s*(?:yo|y/o|yr old|yrs old)\b"
    r"|\b(?:i am|i'm|aged|age:?|who is|is)\s+(?:a\s+)?(?P<am>\d{1,3})(?=[,.;]|\s+(?:and|years?|with)\b|\s*$)"
    r"|\b(?:my|our)\s+\w+,\s+(?P<comma>\d{1,3})\b",
    re.IGNORECASE,
)
_PER_YEAR = {"year": 1.0, "month": 12.0, "week": 365.25 / 7, "day": 365.25}
_OLDEST = 120.0
_FEMALE = "woman|female|girl|lady|daughter|wife|mother|grandmother|sister|f"
_MALE = "man|male|boy|gentleman|son|husband|father|grandfather|brother|m"
_AGED_SEX = re.compile(
    r"(?:\d+|\w+)[- ](?:(?:year|month|week|day)s?[- ]old|yo|y/o)[\s,]+(?:\w+[\s,]+)?"
    rf"(?:(?P<female>{_FEMALE})|(?P<male>{_MALE}))\b"
    rf"|\b(?:i am|i'm|this is|a)\s+(?:\w+\s+)?(?:(?P<female2>woman|girl|female)|(?P<male2>man|boy|male))\b"
    r"|\b(?:my|our)\s+(?:baby\s+|little\s+)?(?:(?P<female3>daughter|wife|girl)|(?P<male3>son|husband|boy))\b"
    r"|\bi(?:'m| am)\s+(?:\w+\s+)?(?P<female4>pregnant)\b",
    re.IGNORECASE,
)


def exposures_in(text: str, knowledge: Knowledge) -> tuple[Exposure, ...]:
    """Give the person's own drugs, toxins, foods and activities that the knowledge base holds, as told."""
    scopes, (names, any_name) = scopes_of(text), _substances(knowledge)
    found: dict[str, Exposure] = {}
    for match in any_name.finditer(text):
        kind, entry = names[_plain(match["name"])]
        if scopes.about(match.start(), match.end()) == "present":
            found.setdefault(entry, Exposure(match["name"].lower(), kind, "told"))  # type: ignore[arg-type]
    return tuple(found.values())


def onset_in(text: str) -> Onset:
    """Give since when and how it began, where the text says so; the first that it tells counts."""
    scopes = scopes_of(text)
    recent = _RECENT.search(text)
    if recent:
        span = _DAYS_AGO[recent["when"].lower()]
    else:
        spans = (
            m for pattern in _SINCE for m in pattern.finditer(text) if scopes.about(m.start(), m.end()) != "family"
        )
        span = next((match["span"].lower() for match in spans), "")
    lasted = days(span)
    sudden = bool(_SUDDEN.search(text)) or (lasted is not None and lasted <= _ACUTE_DAYS)
    return Onset("acute" if sudden else "", span, lasted)


def age_in(text: str) -> float | None:
    """Give the age in years that a text tells first."""
    match = _AGE.search(text)
    if match is None:
        return None
    number = next(float(match[name]) for name in ("n", "yo", "am", "comma") if match[name])
    years = number / _PER_YEAR[(match["unit"] or "year").lower()]
    return years if years <= _OLDEST else None


def sex_in(text: str) -> Sex:
    """Give the sex of the person told of: *a 40-year-old woman*, *my husband*."""
    match = _AGED_SEX.search(text)
    if match is None:
        return "unknown"
    return "female" if any(match[f"female{n}"] for n in ("", "2", "3", "4")) else "male"


@lru_cache(maxsize=2)
def _substances(knowledge: Knowledge) -> tuple[dict[str, tuple[str, str]], re.Pattern[str]]:
    """Give kind and entry of each substance by its names, and the pattern of all of them."""
    names: dict[str, tuple[str, str]] = {}
    for entry in knowledge.substances.values():
        members = (name for member in entry.members for name in (member.name, *member.synonyms))
        for name in (entry.name, *entry.synonyms, *members):
            plain = _plain(name)
            if len(plain) >= _SHORTEST and plain not in _AMBIGUOUS:
                names.setdefault(plain, (entry.kind, entry.id))
    return names, _any_of(names)


def _any_of(names: Iterable[str]) -> re.Pattern[str]:
    alternatives = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
    return re.compile(rf"(?<![\w-])(?P<name>{alternatives})(?:s|es)?(?![\w-])", re.IGNORECASE)


def _plain(name: str) -> str:
    return " ".join(name.casefold().split())
