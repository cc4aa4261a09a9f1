"""What the knowledge must cover, what of it is whole, and how much was checked at its source."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import msgspec
import yaml

from involuntary.knowledge.claims import Claim
from involuntary.knowledge.describe import JUDGEMENT
from involuntary.knowledge.entries import DATA
from involuntary.knowledge.library import Knowledge
from involuntary.knowledge.mondo import MondoTable
from involuntary.knowledge.schema import Entry
from involuntary.knowledge.validate import problems, walk

__all__ = ["Coverage", "Row", "claims", "coverage", "coverage_text"]

_FEATURES, _SOURCES, _CHECKED = 6, 3, 0.8
# What a whole knowledge base holds at least.
_TOTALS = {"phenomena": 25, "conditions": 140, "red_flags": 40, "substance links": 120}


class _Wanted(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    row: str
    entries: tuple[str, ...]


class _Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    phenomena: tuple[_Wanted, ...]
    conditions: tuple[_Wanted, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """One row that must be covered, and what its entries lack: nothing, where it is whole."""

    name: str
    entries: tuple[str, ...]
    lacks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Coverage:
    """Rows with what they lack; totals as (what, how many, how many are needed); claims and those not checked."""

    rows: tuple[Row, ...]
    totals: tuple[tuple[str, int, int], ...]
    claims: int
    unchecked: tuple[str, ...]

    @property
    def checked_share(self) -> float:
        """Share of all claims that were checked at their source; judgement counts as not checked."""
        return 1 - len(self.unchecked) / self.claims if self.claims else 0.0

    @property
    def is_whole(self) -> bool:
        """Whether no row lacks anything, every total is reached and enough was checked."""
        reached = all(n >= needed for _, n, needed in self.totals)
        return reached and not any(row.lacks for row in self.rows) and self.checked_share >= _CHECKED


def claims(knowledge: Knowledge) -> Iterator[tuple[str, Claim]]:
    """Give every claim of every entry with its place, such as ``conditions/als.yaml: features[2]``."""
    for sort in ("phenomena", "conditions", "red_flags", "substances", "labs"):
        for entry in getattr(knowledge, sort).values():
            for place, value in walk(entry):
                if isinstance(value, Claim):
                    yield f"{sort}/{entry.id}.yaml{f': {place}' if place else ''}", value


def coverage(knowledge: Knowledge, mondo: MondoTable, table: Path = DATA / "coverage.yaml") -> Coverage:
    """Hold the entries against the table of what they must cover."""
    wanted = msgspec.convert(yaml.safe_load(table.read_text(encoding="utf-8")), _Table)
    faulty = {problem.partition(".yaml")[0] for problem in problems(knowledge, mondo)}
    rows = [
        Row(want.row, want.entries, tuple(_lacks(sort, want.entries, knowledge, faulty)))
        for sort in ("phenomena", "conditions")
        for want in getattr(wanted, sort)
    ]
    links = sum(len(link.members) or 1 for entry in knowledge.substances.values() for link in entry.links)
    held = {
        "phenomena": len(knowledge.phenomena),
        "conditions": len(knowledge.conditions),
        "red_flags": len(knowledge.red_flags),
        "substance links": links,
    }
    found = list(claims(knowledge))
    return Coverage(
        rows=tuple(rows),
        totals=tuple((what, held[what], needed) for what, needed in _TOTALS.items()),
        claims=len(found),
        unchecked=tuple(f"{place}: {claim.source}" for place, claim in found if not claim.checked),
    )


def _lacks(sort: str, ids: tuple[str, ...], knowledge: Knowledge, faulty: set[str]) -> Iterator[str]:
    for key in ids:
        entry = getattr(knowledge, sort).get(key)
        if entry is None:
            yield f"{key}: no entry"
            continue
        if f"{sort}/{key}" in faulty:
            yield f"{key}: has problems"
        for name, holds in _COLUMNS.items():
            if not holds(entry):
                yield f"{key}: {name}"


def _has_codes(entry: Entry) -> bool:
    codes = entry.codes
    return bool(codes.hpo or codes.mondo or codes.icd10 or codes.omim or codes.orpha)


def _checked_sources(entry: Entry) -> int:
    values = (value for _, value in walk(entry) if isinstance(value, Claim))
    return len({claim.source for claim in values if claim.checked and claim.source != JUDGEMENT})


_COLUMNS: dict[str, Callable[[Entry], bool]] = {
    "codes": _has_codes,
    f"{_FEATURES} features with frequency": lambda entry: sum(bool(f.frequency) for f in entry.features) >= _FEATURES,
    "red flags considered": lambda entry: bool(entry.red_flags or entry.no_red_flags_because),
    "investigations": lambda entry: bool(entry.investigations),
    "management": lambda entry: bool(entry.management),
    f"{_SOURCES} checked sources": lambda entry: _checked_sources(entry) >= _SOURCES,
}


def coverage_text(found: Coverage, listed: bool = False) -> str:
    """Give the coverage as lines: what is not whole, the totals, the share checked; and every unchecked claim."""
    whole = sum(not row.lacks for row in found.rows)
    lines = [f"{whole} of {len(found.rows)} rows are whole"]
    lines += [f"  {row.name}: {'; '.join(row.lacks)}" for row in found.rows if row.lacks]
    lines += [f"{what}: {n} of {needed}" for what, n, needed in found.totals]
    checked = found.claims - len(found.unchecked)
    lines.append(f"claims checked at their source: {checked} of {found.claims} ({found.checked_share:.0%})")
    lines += [f"  {claim}" for claim in found.unchecked if listed]
    return "\n".join(lines)
