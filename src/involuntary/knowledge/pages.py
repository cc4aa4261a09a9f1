"""A page of Markdown for every entry, for the documentation: what `involuntary explain` tells, with footnotes."""

from __future__ import annotations

import re
from typing import Any

from involuntary.knowledge.describe import JUDGEMENT, Line, sections, source_text
from involuntary.knowledge.library import Knowledge

__all__ = ["page", "pages"]

_SORTS = {
    "phenomena": "Kinds of contraction",
    "conditions": "Conditions and causes",
    "red_flags": "Warnings",
    "substances": "Drugs, toxins and other exposures",
    "labs": "Laboratory tests",
}
_AUDIENCES = {"person": "For you", "clinician": "For a clinician"}
_SPECIAL = re.compile(r"([\\`*_{}\[\]<>|#$~^])")


def pages(knowledge: Knowledge) -> dict[str, str]:
    """Give every page by its path, such as ``conditions/tetanus.md``, and an index of each sort."""
    made: dict[str, str] = {}
    for sort, title in _SORTS.items():
        entries: dict[str, Any] = getattr(knowledge, sort)
        for key, entry in entries.items():
            made[f"{sort}/{key}.md"] = page(entry, knowledge)
        listed = sorted(entries, key=lambda key: entries[key].name.casefold())
        made[f"{sort}/index.md"] = "\n".join([f"# {title}", "", "```{toctree}", ":maxdepth: 1", "", *listed, "```", ""])
    top = [f"{sort}/index" for sort in _SORTS]
    made["index.md"] = "\n".join(["# Entries", "", "```{toctree}", ":maxdepth: 1", "", *top, "```", ""])
    return made


def page(entry: Any, knowledge: Knowledge) -> str:
    """Give one entry as Markdown: for the person first, for a clinician below, sources as footnotes."""
    synonyms = getattr(entry, "synonyms", ())
    lines = [f"# {_escaped(entry.name)}", ""]
    lines += [f"Also: {_escaped(', '.join(synonyms))}", ""] if synonyms else []
    audience = ""
    keys: dict[str, None] = {}
    for part in sections(entry, knowledge):
        if part.audience != audience:
            audience = part.audience
            lines += [f"## {_AUDIENCES[audience]}", ""]
        lines += [f"### {part.title}", "", *(f"- {_cited(line, keys)}" for line in part.lines), ""]
    if keys:
        lines += ["A claim marked † was not checked at its source.", ""]
        lines += [f"[^{key}]: {_escaped(source_text(key, knowledge))}" for key in keys]
    return "\n".join([*lines, ""])


def _cited(line: Line, keys: dict[str, None]) -> str:
    text = _escaped(line.text)
    for claim in line.claims:
        keys.setdefault(claim.source)
        where = f" ({_escaped(claim.where)})" if claim.where else ""
        text += f"{where}[^{claim.source}]{'' if claim.checked or claim.source == JUDGEMENT else '†'}"
    return text


def _escaped(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", text)
