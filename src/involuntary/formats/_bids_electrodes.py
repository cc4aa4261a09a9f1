"""Electrodes of an EMG-BIDS dataset: their table, the spaces of their positions, and the channels that use them.

Source: Brain Imaging Data Structure 1.11, section "Electromyography": ``_electrodes.tsv``, ``_coordsystem.json``, and
the column ``signal_electrode`` of ``_channels.tsv``. Free text and impedances are not carried.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from pathlib import Path

from involuntary.errors import RecordingError, printable
from involuntary.formats._bids import Rows, read_spaces, read_table
from involuntary.formats.kinds import clean_name
from involuntary.model import Electrode

__all__ = ["electrode_rows", "read_electrodes", "spaces"]

_MISSING = "n/a"
_UNITS = ("m", "mm", "cm", "percent")
_POSITION = ("x", "y", "z")


def read_electrodes(data: Path, channels: Rows, names: Sequence[str]) -> tuple[Electrode, ...]:
    """Give the electrodes that apply to a data file; none where no table does.

    Parameters
    ----------
    data : Path
        The EDF or BDF file.
    channels : list of dict
        Rows of ``channels.tsv``, one a channel.
    names : sequence of str
        The channels' names in the recording.

    Raises
    ------
    RecordingError
        If an electrode has no name, one of another's, or a position that is no number.
    """
    rows = read_table(data, "electrodes.tsv")
    systems = read_spaces(data) if rows else {}
    alone = next(iter(systems)) if len(systems) == 1 else ""
    found = []
    for row in rows:
        system = _stated(row, "coordinate_system") or alone
        unit = str(systems.get(system, {}).get("EMGCoordinateUnits", ""))
        name = _stated(row, "name")
        users = [n for n, c in zip(names, channels, strict=True) if name and c.get("signal_electrode") == name]
        x, y, z = (_number(data, name, row.get(axis, _MISSING)) for axis in _POSITION)
        unit = "" if unit == _MISSING else clean_name(unit)
        found.append(Electrode(name, x, y, z, unit, system, _stated(row, "group"), tuple(users)))
    listed = [electrode.name for electrode in found]
    if "" in listed or len(set(listed)) < len(listed):
        twice = next((name for name in listed if listed.count(name) > 1), "")
        raise RecordingError(
            data.name, "electrodes must have names of their own", repr(printable(twice)), "correct electrodes.tsv"
        )
    return tuple(found)


def _stated(row: dict[str, str], key: str) -> str:
    text = clean_name(row.get(key, _MISSING))
    return "" if text == _MISSING else text


def _number(data: Path, name: str, text: str) -> float:
    if text.strip() in {"", _MISSING}:
        return math.nan
    try:
        value = float(text)
    except ValueError:
        value = math.inf
    if not math.isfinite(value):
        rule = f"the position of electrode {printable(name)!r} must be numbers"
        raise RecordingError(data.name, rule, repr(printable(text)), "correct electrodes.tsv")
    return value


def _labels(electrodes: Sequence[Electrode]) -> list[str]:
    """Give each electrode's space as file names carry it; all empty where none is named, as the validator wants."""
    labels = [re.sub(r"[^A-Za-z0-9]", "", e.system) for e in electrodes]
    return [label or "unnamed" for label in labels] if any(labels) else labels


def electrode_rows(electrodes: Sequence[Electrode]) -> tuple[list[str], list[list[str]]]:
    """Give header and rows of ``electrodes.tsv``."""
    labels = _labels(electrodes)
    named = ["coordinate_system"] if any(labels) else []
    rows = [
        [
            printable(e.name),
            *(_MISSING if math.isnan(value) else repr(float(value)) for value in (e.x, e.y, e.z)),
            *([label] if named else []),
            printable(e.group) or _MISSING,
        ]
        for e, label in zip(electrodes, labels, strict=True)
    ]
    return ["name", *_POSITION, *named, "group"], rows


def spaces(electrodes: Sequence[Electrode]) -> dict[str, dict[str, str]]:
    """Give the content of each ``coordsystem.json`` by its label."""
    return {
        label: {
            "EMGCoordinateSystem": "Other",
            "EMGCoordinateSystemDescription": "positions as the source recording states them",
            "EMGCoordinateUnits": e.unit if e.unit in _UNITS else _MISSING,
        }
        for e, label in zip(electrodes, _labels(electrodes), strict=True)
    }
