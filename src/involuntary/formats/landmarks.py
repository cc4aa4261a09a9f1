"""Landmarks of a body or a hand over time, as any tracker of video writes them: positions like those of a sensor."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from involuntary.errors import RecordingError, printable
from involuntary.formats._landmark_names import SURE, is_frame, landmarks
from involuntary.formats._table import Column, is_time, recording_of
from involuntary.formats.base import ReadOptions, RecordingFormat
from involuntary.formats.kinds import clean_name
from involuntary.model import Recording

__all__ = ["FORMAT", "LandmarksFormat"]

Floats = NDArray[np.float64]

_DELIMITERS = ("\t", ";", ",")
_MISSING = frozenset({"", "nan", "na", "null", "none"})
_LEAST_SURE = 0.5
_LEAST_SEEN = 0.5


class LandmarksFormat(RecordingFormat):
    """Columns ``<landmark>_x``, ``_y``, perhaps ``_z`` and ``_confidence``, beside ``time_s`` or ``frame``."""

    id = "landmarks"
    name = "landmarks of a video (CSV, TSV)"
    suffixes = ()  # .csv belongs to any text; this one is told by its first line

    def sniff(self, path: Path, head: bytes) -> bool:
        """Tell by the names of the columns."""
        return path.suffix.lower() in {".csv", ".tsv", ".txt"} and bool(landmarks(_header(head)))

    def open(self, path: Path, options: ReadOptions) -> Recording:
        """Read the whole table; positions that the tracker did not see are drawn as a line between those it saw."""
        names, table = _table(path)
        scale, unit = _scale(path, options)
        columns, notes = _clock(path, names, table, options)
        for landmark, where in landmarks(names).items():
            seen = _seen(table, where)
            if seen.mean() < _LEAST_SEEN:
                notes.append(f"{printable(landmark)}: left out: seen in {seen.mean():.0%} of the frames")
                continue
            if not seen.all():
                notes.append(f"{printable(landmark)}: not seen in {1 - seen.mean():.0%} of the frames, drawn as lines")
            for axis in sorted(set(where) & {"x", "y", "z"}):
                columns[names[where[axis]]] = Column(scale * _lined(table[:, where[axis]], seen), unit, "pos")
        timed = replace(options, rate_hz=None, unit=None)
        recording = recording_of(path.name, self.id, columns, timed)
        return replace(recording, notes=(*recording.notes, *notes))


def _header(head: bytes) -> list[str]:
    line = head.decode("utf-8-sig", "replace").lstrip("\r\n").splitlines()[:1]
    return [clean_name(cell) for cell in _cells(line[0])] if line else []


def _cells(line: str) -> list[str]:
    delimiter = next((d for d in _DELIMITERS if d in line), ",")
    try:
        return [cell.strip() for cell in next(csv.reader([line], delimiter=delimiter), [])]
    except csv.Error:
        return []


def _table(path: Path) -> tuple[list[str], Floats]:
    """Give the names of the columns and their numbers, not-a-number where a cell is empty, shape (frames, columns)."""
    with path.open(encoding="utf-8-sig", errors="replace") as file:
        lines = [(number, line) for number, line in enumerate(file, start=1) if line.strip()]
    names = [clean_name(cell) for cell in _cells(lines[0][1].strip("\r\n"))]
    rows = []
    for number, line in lines[1:]:
        cells = _cells(line.strip("\r\n"))
        if len(cells) != len(names):
            raise RecordingError(
                path.name,
                f"every row must hold {len(names)} cells",
                f"{len(cells)} in line {number}",
                "export it again",
            )
        rows.append([_number(path, cell, name, number) for cell, name in zip(cells, names, strict=True)])
    if len(rows) < 2:
        raise RecordingError(path.name, "holds fewer than two frames", f"{len(rows)}", "export it again")
    return names, np.array(rows, dtype=np.float64)


def _number(path: Path, cell: str, name: str, line: int) -> float:
    if cell.lower() in _MISSING:
        return float("nan")
    try:
        value = float(cell)
    except ValueError:
        value = float("inf")
    if np.isinf(value):
        raise RecordingError(
            path.name, "every cell must be a number, or empty where the landmark was not seen",
            f"{printable(cell)!r} in line {line}, column {printable(name)!r}", "export it again",
        )  # fmt: skip
    return value


def _scale(path: Path, options: ReadOptions) -> tuple[float, str]:
    if options.scale_mm is not None:
        return options.scale_mm, "mm"
    if options.unit is None:
        raise RecordingError(
            path.name, "the unit of the positions must be known", "",
            "state it with --set unit=mm, or with --set scale_mm=… how many millimetres one of the table's units, "
            "such as a pixel, is",
        )  # fmt: skip
    return 1.0, options.unit


def _clock(path: Path, names: list[str], table: Floats, options: ReadOptions) -> tuple[dict[str, Column], list[str]]:
    """Give the column of time: as it is, or from the frames and their stated rate."""
    time = next((i for i, name in enumerate(names) if is_time(name)), None)
    if time is not None and options.rate_hz is None:
        stamps, name = table[:, time], names[time]
    elif options.rate_hz is None:
        raise RecordingError(
            path.name, "frames tell no time without their rate", "", "state it with --set rate_hz=…, frames a second"
        )
    else:
        frame = next((i for i, name in enumerate(names) if is_frame(name)), None)
        count = table[:, frame] if frame is not None else np.arange(len(table), dtype=np.float64)
        stamps, name = count / options.rate_hz, "time_s"
    if not np.all(np.isfinite(stamps)):
        raise RecordingError(path.name, "every row must say its time or frame", "an empty cell", "export it again")
    return {name: Column(stamps)}, []


def _seen(table: Floats, where: Mapping[str, int]) -> NDArray[np.bool_]:
    """Mark the frames in which a landmark was seen: all of its coordinates, and surely enough."""
    place = table[:, [where[axis] for axis in sorted(set(where) & {"x", "y", "z"})]]
    seen = np.isfinite(place).all(axis=1)
    for what in SURE & set(where):
        seen &= table[:, where[what]] >= _LEAST_SURE
    return np.asarray(seen, dtype=np.bool_)


def _lined(values: Floats, seen: NDArray[np.bool_]) -> Floats:
    at = np.arange(values.size)
    line: Floats = np.interp(at, at[seen], values[seen])
    return line


FORMAT = LandmarksFormat()
