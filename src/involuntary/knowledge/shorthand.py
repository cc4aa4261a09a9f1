"""What people type instead of names: initials, a test with its result, the category of a code."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Literal

from involuntary.knowledge.library import Knowledge
from involuntary.knowledge.lookup import AnyEntry, by_name, by_phrase, plain_code
from involuntary.knowledge.schema import ConditionEntry, LabEntry, PhenomenonEntry, SubstanceEntry

__all__ = ["by_category", "by_initials", "by_result", "side"]

_INITIALS = re.compile(r"[A-Z]{2,6}s?")
_SMALL = {"a", "an", "and", "by", "for", "in", "of", "on", "or", "the", "to", "with"}
_ICD10 = re.compile(r"[A-Z]\d[0-9A-Z](?:\.?[0-9A-Z]{1,4})?")
_ATC_GROUP = re.compile(r"[A-Z]\d\d[A-Z]{1,2}")
_RESULT = re.compile(
    r"(?P<name>.*?[^\s\d<>=:,.])\s*(?:is|was|of|at|[:=])?\s*[<>≤≥]?\s*(?P<value>\d+(?:[.,]\d+)?)\s*(?P<unit>\S+)?"
)
_SIDES = {"low": ("low", "lowered", "decreased", "reduced"), "high": ("high", "raised", "elevated", "increased")}


def by_initials(text: str, knowledge: Knowledge) -> AnyEntry | None:
    """Give the only entry that has a name of those initials, as in *GBS*; None where there is none or several."""
    if not _INITIALS.fullmatch(text.strip()):
        return None
    return _initials(knowledge).get(text.strip().removesuffix("s"))


@lru_cache(maxsize=2)
def _initials(knowledge: Knowledge) -> dict[str, AnyEntry]:
    led: dict[str, dict[str, AnyEntry]] = {}
    entries: list[ConditionEntry | PhenomenonEntry | LabEntry | SubstanceEntry]
    entries = [*knowledge.conditions.values(), *knowledge.phenomena.values(), *knowledge.labs.values()]
    entries += knowledge.substances.values()
    for entry in entries:
        for name in (entry.name, *entry.synonyms):
            words = [word for word in re.findall(r"[^\W\d_]+", name) if word.lower() not in _SMALL]
            if len(words) > 1:
                led.setdefault("".join(word[0] for word in words).upper(), {})[entry.id] = entry
    return {initials: next(iter(found.values())) for initials, found in led.items() if len(found) == 1}


def by_result(text: str, knowledge: Knowledge) -> AnyEntry | None:
    """Give what a laboratory result is a sign of, as in *magnesium 0.4*; the test itself where it is no entry's name.

    The value is held against the reference range, in the unit that is told or, without one, in that of the range.
    None where the text is not a known test with a number.
    """
    match = _RESULT.fullmatch(text.strip())
    if not match:
        return None
    words = match["name"].replace("+", "").split()
    told = next((side for side, names in _SIDES.items() if words[0].lower() in names), "") if words else ""
    lab = knowledge.lab(" ".join(words[1:] if told else words))
    if lab is None:
        return None
    off = told or side(lab, float(match["value"].replace(",", ".")), match["unit"] or "")
    called = (f"{off} {name}" for name in (lab.id.replace("-", " "), lab.name, *lab.synonyms)) if off else ()
    named = (by_name(name, knowledge) for name in called)
    condition = next((entry for entry in named if isinstance(entry, ConditionEntry)), None)
    return condition or (_cause(off, lab, knowledge) if off else None) or lab


def _cause(off: str, lab: LabEntry, knowledge: Knowledge) -> ConditionEntry | None:
    """Give the condition that by its definition has this result, as hypocalcaemia has a low calcium."""
    found = by_phrase(f"{off} {lab.id.replace('-', ' ')}", knowledge)
    return found if isinstance(found, ConditionEntry) else None


def side(lab: LabEntry, value: float, unit: str) -> Literal["low", "high", ""]:
    """Tell on which side of any of its reference ranges a value lies; an unknown unit is read as that of the range."""
    factor = (
        1.0 if unit.lower() == lab.unit.lower() else {u.lower(): f for u, f in lab.units.items()}.get(unit.lower(), 1.0)
    )
    for told in lab.reference:
        if told.low is not None and value * factor < told.low:
            return "low"
        if told.high is not None and value * factor > told.high:
            return "high"
    return ""


def by_category(code: str, knowledge: Knowledge) -> AnyEntry | None:
    """Give the entry nearest to a code that no entry has.

    For the ATC code of a group of drugs that which has most of them; for an ICD-10 code one of its category, a kind of
    contraction first.
    """
    text = plain_code(code)
    if not _ICD10.fullmatch(text):
        return None
    plain = text.replace(".", "")
    if drugs := _class(text, knowledge):
        return drugs
    near = [
        (-_shared(plain, own), rank, i) for i, (own, rank, _) in enumerate(_icd10(knowledge)) if own[:3] == plain[:3]
    ]
    return _icd10(knowledge)[min(near)[2]][2] if near else None


def _class(code: str, knowledge: Knowledge) -> SubstanceEntry | None:
    """Give the substances of which most have an ATC code that begins so."""
    if not _ATC_GROUP.fullmatch(code):
        return None
    counts = {x.id: sum(m.atc.startswith(code) for m in x.members if m.atc) for x in knowledge.substances.values()}
    best = max(counts, key=lambda name: counts[name], default="")
    return knowledge.substances[best] if best and counts[best] else None


def _shared(one: str, other: str) -> int:
    """Count the letters that two codes begin with alike."""
    return next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


@lru_cache(maxsize=2)
def _icd10(knowledge: Knowledge) -> tuple[tuple[str, int, PhenomenonEntry | ConditionEntry], ...]:
    """Give the codes of phenomena, then of conditions, each with its rank in its entry."""
    return tuple(_coded(knowledge))


def _coded(knowledge: Knowledge) -> Iterator[tuple[str, int, PhenomenonEntry | ConditionEntry]]:
    entries: list[PhenomenonEntry | ConditionEntry] = [*knowledge.phenomena.values(), *knowledge.conditions.values()]
    for entry in entries:
        for rank, code in enumerate(entry.codes.icd10):
            yield code.upper().replace(".", ""), rank, entry
