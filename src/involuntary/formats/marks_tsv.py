"""Marks from a table of their own, for files that cannot hold any, such as CSV."""

from __future__ import annotations

import csv
import math
from pathlib import Path

from involuntary.errors import RecordingError, printable
from involuntary.model.recording import Annotation

__all__ = ["read_marks"]

_TEXT = ("trial_type", "event_type", "value")


def read_marks(path: str | Path) -> tuple[Annotation, ...]:
    """Read the marks of a tab-separated table with the columns of BIDS: onset, duration and trial_type.

    Raises
    ------
    RecordingError
        If the file is missing, a column is missing or a cell is no number of seconds.
    """
    path = Path(path)
    if not path.is_file():
        raise RecordingError(path.name, "no such file", "", "check the path of the marks")
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE, restval=""))
    header = list(rows[0]) if rows else []
    text = next((name for name in _TEXT if name in header), "")
    if rows and ("onset" not in header or not text):
        raise RecordingError(
            path.name, "marks need the columns onset and trial_type, divided by tabs", printable(", ".join(header))
        )
    return tuple(
        Annotation(
            _seconds(path, row["onset"]), max(_seconds(path, row.get("duration") or "0"), 0.0), printable(row[text])
        )
        for row in rows
    )


def _seconds(path: Path, cell: str) -> float:
    if cell == "n/a":
        return 0.0
    try:
        value = float(cell)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise RecordingError(path.name, "onset and duration of a mark are seconds", printable(repr(cell)))
    return value
