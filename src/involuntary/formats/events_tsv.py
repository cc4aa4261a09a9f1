"""Event tables beside a recording (BIDS ``_events.tsv``): what a generator knows, or what was found."""

from __future__ import annotations

import csv
import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from involuntary.errors import RecordingError, printable
from involuntary.model import EVENT_KINDS, Events

__all__ = ["read_events", "write_events"]

_FIXED = ("onset", "duration", "event_type", "channel")
_MISSING = "n/a"


def write_events(path: str | Path, events: Sequence[Events]) -> None:
    """Write events of any kinds, sorted by onset.

    Parameters
    ----------
    path : str or Path
        The file, such as ``a_events.tsv``.
    events : sequence of Events
        Features become further columns; what an event lacks is ``n/a``.
    """
    features = list(dict.fromkeys(name for part in events for name in part.features))
    rows = [
        (part.onset_s[i], part.duration_s[i], part.kind, part.channel[i], {n: c[i] for n, c in part.features.items()})
        for part in events
        for i in range(len(part))
    ]
    lines = ["\t".join((*_FIXED, *features))]
    for onset, duration, kind, channel, known in sorted(rows, key=lambda row: row[:4]):
        cells = [_number(onset), _number(duration), kind, printable(channel) or _MISSING]
        lines.append("\t".join([*cells, *(_number(known.get(name, math.nan)) for name in features)]))
    Path(path).write_text("\n".join(lines) + "\n", encoding="utf-8")


def _number(value: float) -> str:
    return _MISSING if math.isnan(value) else repr(float(value)).removesuffix(".0")


def read_events(path: str | Path) -> tuple[Events, ...]:
    """Read an event table.

    Returns
    -------
    tuple of Events
        One for each kind in the table, in the order of `EVENT_KINDS`; features that a kind has nowhere are left out.

    Raises
    ------
    RecordingError
        If the file is missing, a column is missing, a row is ragged, a kind is unknown or a cell is no number.
    """
    path = Path(path)
    if not path.is_file():
        raise RecordingError(path.name, "no such file", "", "check the path")
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        header, *rows = list(csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE)) or [[]]
    missing = [name for name in _FIXED[:3] if name not in header]
    if missing:
        raise RecordingError(
            path.name, f"an event table needs the columns {', '.join(_FIXED[:3])}", f"no {missing[0]}", "add it"
        )
    table = [_row(path.name, header, row, line) for line, row in enumerate(rows, start=2) if row]
    kinds = [kind for kind in EVENT_KINDS if any(row["event_type"] == kind for row in table)]
    return tuple(_events(kind, header, [row for row in table if row["event_type"] == kind]) for kind in kinds)


def _row(file: str, header: list[str], cells: list[str], line: int) -> dict[str, str]:
    if len(cells) != len(header):
        raise RecordingError(file, f"every row must hold {len(header)} cells", f"{len(cells)} in line {line}")
    row = dict(zip(header, cells, strict=True))
    if row["event_type"] not in EVENT_KINDS:
        raise RecordingError(
            file,
            f"the event type must be one of {', '.join(EVENT_KINDS)}",
            f"{printable(row['event_type'])!r} in line {line}",
        )
    for name in header:
        if name in {"event_type", "channel"}:
            continue
        text = row[name]
        if not _is_number(text) and (text != _MISSING or name in _FIXED):
            raise RecordingError(
                file,
                f"the column {printable(name)!r} must hold numbers",
                f"{printable(text)!r} in line {line}",
                "leave the column out, or write n/a where nothing is known",
            )
    return row


def _is_number(text: str) -> bool:
    try:
        return math.isfinite(float(text))
    except ValueError:
        return False


def _events(kind: str, header: list[str], rows: list[dict[str, str]]) -> Events:
    def column(name: str) -> NDArray[np.float64]:
        return np.array([math.nan if row[name] == _MISSING else float(row[name]) for row in rows])

    features = {name: column(name) for name in header if name not in _FIXED}
    channels = ["" if row.get("channel", _MISSING) == _MISSING else row["channel"] for row in rows]
    onset = column("onset")
    order = np.argsort(onset, kind="stable")
    return Events(
        kind,
        tuple(channels[i] for i in order),
        onset[order],
        column("duration")[order],
        {name: values[order] for name, values in features.items() if not np.all(np.isnan(values))},
    )
