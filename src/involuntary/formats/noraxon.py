"""Text exports of Noraxon myoRESEARCH: two lines on the record, an empty one, and a table that begins with time.

The layout is that of the single-file CSV export of MR 4.0 as open repositories describe and parse it: keys ``type``,
``begin_time``, ``frequency``, ``count`` and versions; columns ``time``, ``Activity``, ``Marker`` and one a signal. In
the export of one file a signal, the keys also give its ``name`` and ``units``.
"""

from __future__ import annotations

import csv
import math
import re
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from involuntary.errors import RecordingError, printable
from involuntary.formats._table import split_unit
from involuntary.formats.base import ReadOptions, RecordingFormat
from involuntary.formats.kinds import Stated, clean_name, identify, unique_names
from involuntary.model import Annotation, Channel, Recording

__all__ = ["FORMAT", "NoraxonFormat"]

_KEYS = {"type", "begin_time", "frequency", "count"}
_TEXTS = ("activity", "marker")
_DELIMITERS = ("\t", ";", ",")
_HEADER_LINES = 4
# The device before a channel's own name, such as "Ultium EMG.Internal Accel 1 Ax": it says nothing of the channel.
_DEVICE = re.compile(r"[^.]*\bEMG\.(?=\S)")
# Standard gravity as Noraxon writes its thousandth.
_UNITS = {"mG": "mg"}


@dataclass(frozen=True, slots=True)
class _Layout:
    """Delimiter, what the first lines say, and the table's columns."""

    delimiter: str
    said: dict[str, str]
    columns: tuple[str, ...]


class NoraxonFormat(RecordingFormat):
    """The single table, or one signal's file."""

    id = "noraxon"
    name = "Noraxon myoRESEARCH text export"
    suffixes = ()  # .csv belongs to any text; this one is told by its first line

    def sniff(self, path: Path, head: bytes) -> bool:
        """Tell by the keys of the first line."""
        first = head[:1000].decode("latin-1").removeprefix("ï»¿").split("\n")[0]
        return set(_cells(first, _delimiter(first))) >= _KEYS

    def open(self, path: Path, options: ReadOptions) -> Recording:
        """Read the whole table."""
        layout = _layout(path)
        numeric = [i for i, column in enumerate(layout.columns) if column.lower() not in _TEXTS]
        table = _table(path, layout, numeric)
        rate = options.rate_hz or _rate(path, layout, table[:, 0])
        names, renamed = unique_names([_name(layout, i) for i in numeric[1:]])
        stated = [Stated(name, _unit(layout, i)) for name, i in zip(names, numeric[1:], strict=True)]
        identities, unknown = identify(path.name, stated, options)
        channels = [
            Channel(s.name, i.kind, i.unit, rate, len(table), i.recorded_unit)
            for s, i in zip(stated, identities, strict=True)
        ]
        arrays = [table[:, i + 1] * identity.scale for i, identity in enumerate(identities)]
        remarks = tuple(_annotations(path, layout, table[0, 0]))
        return Recording.from_arrays(arrays, channels, annotations=remarks, notes=(*renamed, *unknown), format=self.id)


def _delimiter(line: str) -> str:
    return next((d for d in _DELIMITERS if d in line), ",")


def _cells(line: str, delimiter: str) -> list[str]:
    try:
        return [cell.strip() for cell in next(csv.reader([line], delimiter=delimiter), [])]
    except csv.Error:
        return []


def _layout(path: Path) -> _Layout:
    with path.open(encoding="utf-8-sig", errors="replace") as file:
        lines = list(islice(file, _HEADER_LINES))
    delimiter = _delimiter(lines[0])
    cells = [_cells(line.strip("\r\n"), delimiter) for line in lines]
    columns = tuple(clean_name(cell) for cell in cells[-1])
    if len(lines) < _HEADER_LINES or any(cells[2]) or not columns or columns[0].lower() != "time":
        raise RecordingError(
            path.name,
            "a Noraxon export needs an empty third line and then columns that begin with time",
            printable(lines[-1].strip()),
            "export it again",
        )
    if len(cells[0]) != len(cells[1]):
        raise RecordingError(
            path.name, f"the second line must hold {len(cells[0])} cells", f"{len(cells[1])}", "export it again"
        )
    return _Layout(delimiter, dict(zip(cells[0], cells[1], strict=True)), columns)


def _table(path: Path, layout: _Layout, numeric: Sequence[int]) -> NDArray[np.float64]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of a table without rows, which is refused below
            table: NDArray[np.float64] = np.loadtxt(
                path,
                delimiter=layout.delimiter,
                skiprows=_HEADER_LINES,
                usecols=numeric,
                comments=None,
                quotechar='"',
                ndmin=2,
                encoding="utf-8-sig",
            )
    except (ValueError, UnicodeError) as error:
        raise RecordingError(
            path.name, "every row must hold a number for time and each signal", printable(error), "export it again"
        ) from None
    if not len(table) or not np.all(np.isfinite(table)):
        rule = "every cell must be a finite number"
        raise RecordingError(path.name, rule, "one that is not" if len(table) else "no row", "export it again")
    count = _number(path, layout, "count")
    if count != len(table):
        raise RecordingError(path.name, f"its head promises {count:g} rows", f"{len(table)}", "copy or export it again")
    return table


def _rate(path: Path, layout: _Layout, times: NDArray[np.float64]) -> float:
    rate = _number(path, layout, "frequency")
    expected = (len(times) - 1) / rate
    if not (rate > 0 and abs(float(times[-1] - times[0]) - expected) <= 1.0 / rate):
        raise RecordingError(
            path.name,
            f"its times must agree with its frequency of {rate:g} Hz",
            f"{float(times[-1] - times[0]):g} s for {len(times)} rows",
            "state the right one with --set rate_hz=…",
        )
    return rate


def _number(path: Path, layout: _Layout, key: str) -> float:
    try:
        value = float(layout.said.get(key, ""))
    except ValueError:
        value = math.nan
    if not (math.isfinite(value) and value != 0):
        raise RecordingError(
            path.name, f"{key} must be a number", repr(printable(layout.said.get(key, ""))), "export it again"
        )
    return value


def _name(layout: _Layout, column: int) -> str:
    if layout.said.get("type") == "signal":
        return clean_name(layout.said.get("name", ""))
    name, unit = split_unit(layout.columns[column])
    # Only a unit in brackets is one: other names end as they please.
    return _DEVICE.sub("", name if f"({unit})" in layout.columns[column] else layout.columns[column], count=1)


def _unit(layout: _Layout, column: int) -> str:
    if layout.said.get("type") == "signal":
        return clean_name(layout.said.get("units", ""))
    unit = split_unit(layout.columns[column])[1]
    return _UNITS.get(unit, unit) if f"({unit})" in layout.columns[column] else ""


def _annotations(path: Path, layout: _Layout, begin: float) -> Iterator[Annotation]:
    texts = [i for i, column in enumerate(layout.columns) if column.lower() in _TEXTS]
    if not texts:
        return
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        for row in csv.reader(islice(file, _HEADER_LINES, None), delimiter=layout.delimiter):
            for i in texts:
                if i < len(row) and row[i].strip():
                    yield Annotation(float(row[0]) - begin, 0.0, clean_name(row[i]))


FORMAT = NoraxonFormat()
