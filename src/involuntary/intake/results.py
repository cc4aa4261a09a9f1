"""Laboratory results that a text tells, by value or in words.

Nothing is guessed: a number without a unit counts only where all its usual units agree (sodium, potassium), or as low
or high where it is so in each of them (a calcium of 1.6 is low in mmol/L and in mg/dL).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from involuntary.intake.scope import scopes_of
from involuntary.knowledge import Knowledge
from involuntary.knowledge.schema import LabEntry
from involuntary.knowledge.shorthand import side
from involuntary.model import LabResult
from involuntary.model.case import LabFlag
from involuntary.units import LAB_UNITS

__all__ = ["labs_in"]

_FLAGS: dict[str, LabFlag] = {
    **dict.fromkeys(
        ("low", "decreased", "reduced", "too low", "fallen", "depleted", "deficient", "undetectable", "suppressed"),
        "low",
    ),
    **dict.fromkeys(("high", "raised", "elevated", "increased", "too high", "up", "off the scale", "sky high"), "high"),
    **dict.fromkeys(("normal", "unremarkable", "fine", "in range"), "normal"),
    **dict.fromkeys(("positive", "detected", "found"), "positive"),
    **dict.fromkeys(("negative", "not detected", "absent"), "negative"),
}
_DEGREE = r"(?:(?:very|slightly|mildly|markedly|severely|clearly|both|still|again|extremely|a little|grossly)\s+)*"
_IS = (
    r"\)?(?:\s*(?:[:=]|\b(?:is|are|was|were|of|level|levels|comes? back|came back|coming back|keeps|kept|has been|found"
    r"|to be|be|remains?|remained|stays?|always|repeatedly|again|just|now|measured|at|only|about|around|values?|count"
    r"|results?)\b))*"
    r"\s*"
)
_NUMBER = r"(?P<value>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:[.,]\d+)?)"
_FLAG = "|".join(sorted(_FLAGS, key=len, reverse=True))
_UNIT = "|".join(re.escape(unit) for unit in sorted(LAB_UNITS - {"1", "s", "ratio"}, key=len, reverse=True))
_COMPARED = r"(?:(?:[<>≤≥~]|over|above|below|under|more than|less than|up to|nearly|almost)\s*)?"
_TIMES = (
    r"(?P<times>(?:\w+[- ]fold|(?:\w+ )?times|twice|double|several times) (?:the )?(?:upper )?"
    r"(?:limit of )?(?:normal|limit))"
)
# Units as they are spoken, and how they are written.
_SPOKEN = tuple(
    (re.compile(pattern, re.IGNORECASE), written)
    for pattern, written in (
        (r"\bmilli ?mol(?:e|es|ar)?\b", "mmol"),
        (r"\bmicro ?mol(?:e|es|ar)?\b", "µmol"),
        (r"\bnano ?mol(?:e|es|ar)?\b", "nmol"),
        (r"\bmilli ?grams?\b", "mg"),
        (r"\bmicro ?grams?\b", "µg"),
        (r"\bunits?(?= (?:per|a) lit)", "U"),
        (r"(?<=mol|.mg|.µg|. U) (?:per|a) lit(?:re|er)\b", "/L"),
        (r"(?<=.mg|.µg) (?:per|a) deci ?lit(?:re|er)\b", "/dL"),
    )
)


def labs_in(text: str, knowledge: Knowledge) -> tuple[LabResult, ...]:
    """Give the person's laboratory results that a text tells, by value or in words."""
    for spoken, written in _SPOKEN:
        text = spoken.sub(written, text)
    scopes, (names, patterns, more) = scopes_of(text), _patterns(knowledge)
    found: dict[str, LabResult] = {}
    for pattern in patterns:
        for match in pattern.finditer(text):
            if scopes.about(match.start(), match.end()) != "present":
                continue
            told = match.groupdict()
            # What one word says of several tests, *low magnesium and calcium*, it says of each.
            together = more.match(text, match.end()) if told.get("flag") and match.end("name") == match.end() else None
            for name in (told["name"], together["name"] if together else None):
                entry = names.get(name or "") or names.get((name or "").lower())
                result = _result(told, entry) if entry else None
                if entry and result:
                    found.setdefault(entry.id, result)
    return tuple(found.values())


@lru_cache(maxsize=2)
def _patterns(knowledge: Knowledge) -> tuple[dict[str, LabEntry], tuple[re.Pattern[str], ...], re.Pattern[str]]:
    """Give the tests by name, the ways in which a result is told, and that of another test behind a link."""
    names = dict(_lab_names(knowledge))
    any_name = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
    name = rf"(?<![\w-])(?P<name>{any_name})(?![\w-])"
    others = rf"(?:(?:,| and| or) (?:{any_name})(?![\w-]))*"
    told = (
        rf"{name}{_IS}{_COMPARED}{_NUMBER}\s*(?P<unit>{_UNIT})?(?![\w/])",
        rf"{name}{_IS}{_DEGREE}(?P<flag>{_FLAG})\b",
        rf"{name}{_IS}{_TIMES}",
        rf"\b{_DEGREE}(?P<flag>{_FLAG})\s+(?:serum |plasma |blood |levels? of )?{name}",
        rf"{name}(?={others}{_IS}{_DEGREE}(?P<flag>{_FLAG})\b)",
    )
    more = re.compile(rf"(?:,| and| or)\s+{name}(?!{_IS}{_DEGREE}(?:\d|{_FLAG}\b))", re.IGNORECASE)
    return names, tuple(re.compile(pattern, re.IGNORECASE) for pattern in told), more


def _lab_names(knowledge: Knowledge) -> Iterator[tuple[str, LabEntry]]:
    """Give each name of a test; one or two letters count as they are written, longer names in any case."""
    for entry in knowledge.labs.values():
        for name in (entry.id.replace("-", " "), entry.name.split(",")[0], *entry.synonyms):
            if len(name) > 2:
                yield name.lower(), entry
            elif name != "Ca":  # cancer, in hurried notes
                yield name, entry


def _result(told: dict[str, str | None], entry: LabEntry) -> LabResult | None:
    if flag := told.get("flag"):
        return LabResult(entry.name, flag=_FLAGS[" ".join(flag.lower().split())], note="told")
    if told.get("times"):
        return LabResult(entry.name, flag="high", note="told")
    unit = told.get("unit") or ""
    value = _value(told["value"] or "", unit)
    if not unit:
        if not entry.unit:
            return None
        if any(factor != 1 for factor in entry.units.values()):
            sides = {side(entry, value, any_unit) for any_unit in (entry.unit, *entry.units)}
            off = sides.pop() if len(sides) == 1 else ""
            return LabResult(entry.name, flag=off, note=f"told: {value:g}") if off else None
        unit = entry.unit
    return LabResult(entry.name, value, _as_known(unit, entry), note="told")


def _value(told: str, unit: str) -> float:
    """Read a number; before three digits a comma parts thousands, but in mmol, where decimals are usual."""
    thousands = re.fullmatch(r"[1-9]\d{0,2}(?:,\d{3})+(?:\.\d+)?", told) and not unit.lower().startswith("mmol")
    return float(told.replace(",", "" if thousands else "."))


def _as_known(unit: str, entry: LabEntry) -> str:
    """Give the unit as the entry or the table of units writes it; case matters to neither."""
    known = (entry.unit, *entry.units, *sorted(LAB_UNITS))
    folded = unit.lower().replace("μ", "µ").replace("umol", "µmol").replace("ug/", "µg/")
    return next((name for name in known if name.lower() == folded), unit)
