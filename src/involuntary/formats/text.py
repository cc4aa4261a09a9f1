"""Delimited text: a header, a column a channel, and a time column or a stated rate."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from involuntary.errors import RecordingError, printable
from involuntary.formats._landmark_names import landmarks
from involuntary.formats._sweeps import is_sweeps, recording_of_sweeps
from involuntary.formats._table import Column, recording_of
from involuntary.formats.base import ReadOptions, RecordingFormat
from involuntary.formats.kinds import clean_name
from involuntary.model import Recording

__all__ = ["FORMAT", "TextFormat"]

_BYTE_ORDER_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_DELIMITERS = ("\t", ";", ",")


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a file writes its table."""

    encoding: str
    delimiter: str
    decimal_comma: bool
    names: tuple[str, ...]
    header_lines: int


class TextFormat(RecordingFormat):
    """Comma, tab or semicolon between cells; point or, but with commas between cells, decimal comma."""

    id = "text"
    name = "delimited text (CSV, TSV)"
    suffixes = (".csv", ".tsv", ".txt")

    def sniff(self, path: Path, head: bytes) -> bool:
        """Tell by a row of numbers in the first or second line of a file of that suffix."""
        if path.suffix.lower() not in self.suffixes:
            return False
        encoding = _encoding(head)
        if b"\x00" in head and encoding != "utf-16":
            return False
        # The head may end within a character.
        lines = [line for line in head.decode(encoding, "replace").splitlines() if line.strip()][:2]
        # A table of landmarks is a format of its own.
        return bool(lines) and _is_numeric(lines[-1]) and not landmarks(_cells(lines[0], _delimiter(lines[0])))

    def open(self, path: Path, options: ReadOptions) -> Recording:
        """Read the whole table; text has to be parsed to know its size."""
        dialect = _dialect(path)
        table = _numbers(path, dialect)
        if is_sweeps(dialect.names):
            return recording_of_sweeps(path.name, self.id, dialect.names, table, options)
        columns = {name: Column(table[:, i]) for i, name in enumerate(dialect.names)}
        if len(columns) < len(dialect.names):
            twice = next(name for name in dialect.names if dialect.names.count(name) > 1)
            raise RecordingError(
                path.name, "column names must be unique", f"{printable(twice)!r} repeated", "rename one of them"
            )
        return recording_of(path.name, self.id, columns, options)


def _encoding(head: bytes) -> str:
    # Numbers are ASCII in any case; a header in Latin-1 or UTF-8 is told apart in `_dialect`.
    return next((encoding for mark, encoding in _BYTE_ORDER_MARKS if head.startswith(mark)), "latin-1")


def _lines(path: Path, dialect_encoding: str) -> Iterator[str]:
    with path.open(encoding=dialect_encoding, errors="replace") as file:
        yield from file


def _delimiter(line: str) -> str:
    return next((d for d in _DELIMITERS if d in line), ",")


def _cells(line: str, delimiter: str) -> list[str]:
    return [cell.strip() for cell in next(csv.reader([line], delimiter=delimiter), [])]


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return "_" not in cell


def _is_numeric(line: str) -> bool:
    delimiter = _delimiter(line)
    text = line if delimiter == "," else line.replace(",", ".")
    return all(_is_number(cell) for cell in _cells(text, delimiter))


def _dialect(path: Path) -> Dialect:
    with path.open("rb") as file:
        encoding = _encoding(file.read(4))
    try:
        numbered = enumerate(_lines(path, encoding), start=1)
        first, second = (*islice(((n, line) for n, line in numbered if line.strip()), 2), None, None)[:2]
    except UnicodeError:
        first = second = None
    if first is None:
        raise RecordingError(path.name, "holds no line of text", "", "check that this is the right file")
    headed = not _is_numeric(first[1])
    sample = second if headed else first
    if sample is None:
        raise RecordingError(path.name, "holds a header and no row of numbers", "", "record or export it again")
    delimiter = _delimiter(sample[1])
    decimal_comma = delimiter != "," and "," in sample[1] and "." not in sample[1]
    cells = _cells(_utf8(first[1]) if encoding == "latin-1" else first[1], delimiter)
    names = [clean_name(cell) for cell in cells] if headed else [f"column_{i + 1}" for i in range(len(cells))]
    return Dialect(encoding, delimiter, decimal_comma, tuple(names), first[0] if headed else 0)


def _utf8(line: str) -> str:
    try:
        return line.encode("latin-1").decode("utf-8")
    except UnicodeDecodeError:
        return line


def _numbers(path: Path, dialect: Dialect) -> NDArray[np.float64]:
    source: Path | io.StringIO = path
    if dialect.decimal_comma:
        with path.open(encoding=dialect.encoding) as file:
            source = io.StringIO(file.read().replace(",", "."))
    try:
        table: NDArray[np.float64] = np.loadtxt(
            source,
            delimiter=dialect.delimiter,
            skiprows=dialect.header_lines,
            comments=None,
            quotechar='"',
            ndmin=2,
            encoding=dialect.encoding,
        )
    except (ValueError, UnicodeError) as error:
        raise _first_bad_cell(path, dialect) or RecordingError(
            path.name, "every row must hold numbers", printable(error), "check the file in an editor"
        ) from None
    if table.shape[1] != len(dialect.names) or not np.all(np.isfinite(table)):
        refusal = _first_bad_cell(path, dialect)
        assert refusal is not None
        raise refusal
    return table


def _first_bad_cell(path: Path, dialect: Dialect) -> RecordingError | None:
    """Look for what the fast parser met, row by row."""
    expected = len(dialect.names)
    for number, line in enumerate(_lines(path, dialect.encoding), start=1):
        if number <= dialect.header_lines or not line.strip():
            continue
        cells = _cells(line.replace(",", ".") if dialect.decimal_comma else line, dialect.delimiter)
        if len(cells) != expected:
            return RecordingError(
                path.name,
                f"every row must hold {expected} cell{'' if expected == 1 else 's'}",
                f"{len(cells)} in line {number}",
                "check the file in an editor",
            )
        for name, cell in zip(dialect.names, cells, strict=True):
            if not _is_number(cell) or not np.isfinite(float(cell)):
                return RecordingError(
                    path.name,
                    "every cell must be a finite number",
                    f"{printable(cell)!r} in line {number}, column {printable(name)!r}",
                    "remove those rows; with a time column they become a gap",
                )
    return None


FORMAT = TextFormat()
