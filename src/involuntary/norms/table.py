"""The table of norms: tab-separated files of the package, or one of the user's own.

A row holds for what its cells name; an empty cell holds for all. Rows that contradict each other, because studies
do, stand side by side, and a result shows them all.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from functools import lru_cache
from importlib import resources
from pathlib import Path

from involuntary.errors import KnowledgeError, nearest, printable
from involuntary.model import Reference

__all__ = ["Norm", "Norms", "Person", "norms"]

_SOURCES = ("doi:", "pmid:", "isbn:", "title:", "url:", "guideline:", "expert-judgement")
_DIRECTIONS = ("above", "below")
_KEYS = ("test", "measure", "muscle", "nerve", "electrode", "filter", "activation", "sex")
# What a row says of its population where its source names none.
_NOBODY = "none stated"
# Tests whose limits laboratories set for themselves: none is shipped.
_OF_LABORATORIES = ("evoked",)
# What each test states when it asks for its limits: a row that names anything else would never hold.
_STATED = {
    "jitter": {"muscle", "electrode", "activation", "filter", "age"},
    "rns": {"muscle", "age"},
    "motor-conduction": {"nerve", "age", "height", "temperature", "sex"},
    "sensory-conduction": {"nerve", "age", "height", "temperature", "sex"},
    "motor-unit": {"muscle", "electrode"},
}
_NEEDED = ("test", "measure", "direction", "limit", "unit", "population", "source_id", "source")


@dataclass(frozen=True, slots=True)
class Person:
    """What of a person changes a limit; not-a-number and empty where not stated."""

    age_years: float = math.nan
    height_m: float = math.nan
    temperature_c: float = math.nan
    sex: str = ""


@dataclass(frozen=True, slots=True)
class Norm:
    """One published limit.

    Attributes
    ----------
    test, measure : str
        Such as ``"jitter"`` and ``"mcd_mean"``.
    direction : str
        Values ``"above"`` or ``"below"`` the limit are abnormal.
    limit : float
        In `unit`.
    unit : str
        As the measurement's.
    population, source_id, source : str
        In whom it was measured, and where that is published.
    muscle, nerve, electrode, filter, activation, sex : str
        For what it holds; empty for all.
    mean, sd : float
        Of the healthy, where published.
    age_from, age_to : float
        Years for which it holds.
    height_from_m, height_to_m : float
        Heights for which it holds.
    per_year, at_years, per_m, at_m, per_c, at_c : float
        The limit changes by so much a year of age beyond the second, a metre of height, a degree of skin temperature.
    sensitivity, specificity : float
        Of this limit for what the test looks for, where published, 0 to 1.
    inclusive : str
        ``"yes"`` where the limit itself is abnormal.
    where : str
        Table or section of the source.
    """

    test: str
    measure: str
    direction: str
    limit: float
    unit: str
    population: str
    source_id: str
    source: str
    muscle: str = ""
    nerve: str = ""
    electrode: str = ""
    filter: str = ""
    activation: str = ""
    sex: str = ""
    mean: float = math.nan
    sd: float = math.nan
    age_from: float = 0.0
    age_to: float = math.inf
    height_from_m: float = 0.0
    height_to_m: float = math.inf
    per_year: float = 0.0
    at_years: float = math.nan
    per_m: float = 0.0
    at_m: float = math.nan
    per_c: float = 0.0
    at_c: float = math.nan
    sensitivity: float = math.nan
    specificity: float = math.nan
    inclusive: str = ""
    where: str = ""

    @property
    def reference(self) -> Reference:
        """Where it is published."""
        return Reference(self.source_id, self.source, self.where)

    @property
    def named(self) -> frozenset[str]:
        """For what the row holds alone, such as ``"muscle"`` and ``"age"``."""
        of_person = {
            "age": (self.age_from, self.age_to, self.per_year) != (0.0, math.inf, 0.0),
            "height": (self.height_from_m, self.height_to_m, self.per_m) != (0.0, math.inf, 0.0),
            "temperature": self.per_c != 0.0,
        }
        return frozenset(
            {key for key in _KEYS[2:] if getattr(self, key)} | {name for name, used in of_person.items() if used}
        )

    def suits(self, person: Person) -> bool:
        """Say whether the row holds for this person; what it asks for and nobody stated does not suit."""
        bounds = (
            (self.age_from, person.age_years, self.age_to),
            (self.height_from_m, person.height_m, self.height_to_m),
        )
        terms = (
            (self.per_year, person.age_years),
            (self.per_m, person.height_m),
            (self.per_c, person.temperature_c),
        )
        inside = all((low, high) == (0.0, math.inf) or low <= value < high for low, value, high in bounds)
        return inside and not any(slope and math.isnan(value) for slope, value in terms)

    def limit_for(self, person: Person) -> float:
        """Give the limit at this person's age, height and temperature."""
        terms = (
            (self.per_year, self.at_years, person.age_years),
            (self.per_m, self.at_m, person.height_m),
            (self.per_c, self.at_c, person.temperature_c),
        )
        return self.limit + sum(slope * (value - zero) for slope, zero, value in terms if slope)

    def abnormal(self, value: float, person: Person | None = None) -> bool:
        """Say whether a value lies beyond the limit; not-a-number never does."""
        limit = self.limit_for(person or Person())
        if self.inclusive and value == limit:
            return True
        return value > limit if self.direction == "above" else value < limit

    def weight(self, *, beyond: bool) -> float:
        """Give the likelihood ratio of a value beyond or within the limit; not-a-number without published figures."""
        if beyond:
            return self.sensitivity / (1 - self.specificity)
        return (1 - self.sensitivity) / self.specificity

    def __str__(self) -> str:
        """Give one line for a result: the limit, what it is of, and in whom it was measured."""
        return self.told()

    def told(self, person: Person | None = None) -> str:
        """Give one line for a result, with the limit at this person's age, height and temperature."""
        return f"{self._bound(person)} ({self._about})"

    def _bound(self, person: Person | None = None) -> str:
        beyond = {("above", ""): ">", ("above", "yes"): "≥", ("below", ""): "<", ("below", "yes"): "≤"}
        sign = beyond[self.direction, "yes" if self.inclusive else ""]
        unit = "" if self.unit == "1" else f" {self.unit}"
        limit = self.limit_for(person) if person else self.limit
        what = self.measure.replace("_", " ").replace("mcd", "MCD")
        return f"{what} {sign} {limit:.4g}{unit}"

    @property
    def _about(self) -> str:
        """For what it holds, and in whom it was measured."""
        named = ", ".join(n for n in (self.muscle, self.nerve, self.electrode, self.activation, self.filter) if n)
        whom = "population not stated" if self.population == _NOBODY else self.population
        return "; ".join(filter(None, (named, whom)))

    @staticmethod
    def listed(rows: Iterable[Norm]) -> str:
        """Give several in one line, in whom they were measured said once for those that have it in common."""
        held: dict[str, list[str]] = {}
        for row in rows:
            held.setdefault(row._about, []).append(row._bound())
        return "; ".join(f"{', '.join(bounds)} ({about})" for about, bounds in held.items())


@dataclass(frozen=True, slots=True)
class Norms:
    """Limits, as read.

    Attributes
    ----------
    rows : tuple of Norm
        In the order of the table.
    """

    rows: tuple[Norm, ...]

    def find(self, test: str, measure: str, person: Person | None = None, **what: str) -> tuple[Norm, ...]:
        """Give the rows that hold, the most particular alone.

        Parameters
        ----------
        test, measure : str
            As in the table.
        person : Person, optional
            Whose limit it is.
        **what
            `muscle`, `nerve`, `electrode`, `filter` or `activation`; what is not stated matches rows for all only.
        """
        person = person or Person()
        given = {**what, "sex": person.sex}
        held = [
            (sum(bool(getattr(row, key)) for key in _KEYS), row)
            for row in self.rows
            if (row.test, row.measure) == (test, measure)
            and row.suits(person)
            and all(getattr(row, key) in {"", given.get(key, "")} for key in _KEYS[2:])
        ]
        most = max((count for count, _ in held), default=0)
        return tuple(row for count, row in held if count == most)

    def values(self, test: str, key: str) -> tuple[str, ...]:
        """Give what the table names for a test, such as all muscles."""
        return tuple(sorted({getattr(row, key) for row in self.rows if row.test == test} - {""}))


def norms(path: str = "") -> Norms:
    """Give the norms of the package, or those of a file of the user's own in their place.

    Parameters
    ----------
    path : str
        A tab-separated file with the columns of `Norm`; the tests that it names replace the package's rows of them.

    Raises
    ------
    KnowledgeError
        If the file is missing or a row breaks the table's rules.
    """
    try:
        state = Path(path).stat() if path else None
    except OSError:
        state = None  # said when it is read
    return _norms(path, (state.st_mtime_ns, state.st_size) if state else ())


@lru_cache(maxsize=8)
def _norms(path: str, _version: tuple[int, ...]) -> Norms:
    """Read the norms; a file of another version is read again."""
    folder = resources.files("involuntary.norms") / "data"
    shipped = [file for file in sorted(folder.iterdir(), key=lambda f: f.name) if file.name.endswith(".tsv")]
    rows = [row for file in shipped for row in _rows(file.name, file.read_text(encoding="utf-8").splitlines())]
    if path:
        own = _own(Path(path))
        _check_that_they_are_read(Path(path).name, own, rows)
        replaced = {row.test for row in own}
        rows = [row for row in rows if row.test not in replaced] + own
    return Norms(tuple(rows))


def _own(path: Path) -> list[Norm]:
    if not path.is_file():
        raise KnowledgeError(path.name, "no such table of norms", "", "check the path")
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except UnicodeDecodeError:
        raise KnowledgeError(path.name, "a table of norms is text in UTF-8", "", "save it so") from None
    return list(_rows(path.name, lines))


def _check_that_they_are_read(file: str, own: Iterable[Norm], shipped: Iterable[Norm]) -> None:
    """Refuse limits that no test would ask for: they would be passed over, and ours hold, without a word."""
    measures: dict[str, set[str]] = {test: set() for test in _OF_LABORATORIES}
    for row in shipped:
        measures.setdefault(row.test, set()).add(row.measure)
    for row in own:
        if row.test not in measures:
            said = f"{printable(row.test)!r} is no test that has limits{nearest(row.test, measures)}"
            raise KnowledgeError(file, said, "", f"use one of {', '.join(sorted(measures))}")
        near = nearest(row.measure, measures[row.test])
        if near and row.measure not in measures[row.test]:
            raise KnowledgeError(file, f"{printable(row.measure)!r} is no measure of {row.test}{near}")
        unread = sorted(row.named - _STATED.get(row.test, set()))
        if unread:
            said = f"limits of {row.test} cannot go by {' or '.join(unread)}: the test does not ask for it"
            raise KnowledgeError(file, said, "", "leave those cells empty, and keep a table for each")


def _rows(file: str, lines: list[str]) -> Iterable[Norm]:
    known = {field.name: field.type for field in fields(Norm)}
    table = csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
    for name in table.fieldnames or ():
        if name not in known:
            raise KnowledgeError(file, f"{printable(name)!r} is no column of norms{nearest(name, known)}")
    missing = [name for name in _NEEDED if name not in (table.fieldnames or ())]
    if missing:
        raise KnowledgeError(file, f"a table of norms needs the column {missing[0]}", "", "add it")
    for line, cells in enumerate(table, start=2):
        yield _norm(f"{file}, line {line}", cells, known)


def _norm(what: str, cells: Mapping[str, str | None], known: Mapping[str, object]) -> Norm:
    if None in cells or None in cells.values():
        raise KnowledgeError(what, "every row needs as many cells as the header", "", "check the tabs")
    given = {name: text.strip() for name, text in cells.items() if text and text.strip()}
    empty = [name for name in _NEEDED if name not in given]
    if empty:
        raise KnowledgeError(what, f"the cell {empty[0]} must not be empty")
    values = {name: _number(what, name, text) if known[name] == "float" else text for name, text in given.items()}
    norm = replace(_EMPTY, **values)  # type: ignore[arg-type]
    if norm.direction not in _DIRECTIONS:
        raise KnowledgeError(what, "the direction must be above or below", repr(norm.direction))
    if not norm.source_id.startswith(_SOURCES):
        raise KnowledgeError(what, f"the source must begin with one of {', '.join(_SOURCES)}", repr(norm.source_id))
    for slope, zero in (("per_year", "at_years"), ("per_m", "at_m"), ("per_c", "at_c")):
        if getattr(norm, slope) and math.isnan(getattr(norm, zero)):
            raise KnowledgeError(what, f"{slope} needs {zero}, where the limit holds as it stands")
    return norm


def _number(what: str, name: str, text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise KnowledgeError(what, f"the cell {name} must be a finite number", repr(printable(text)))
    return value


_EMPTY = Norm("", "", "above", 0.0, "", "", "", "")
