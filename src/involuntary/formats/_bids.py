"""What lies beside a data file of a BIDS dataset: tables and sidecars, found by the inheritance principle.

Source: Brain Imaging Data Structure 1.11, sections "Common principles" and "Electromyography".
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from involuntary.errors import RecordingError, printable

__all__ = ["ROOT", "Rows", "data_files", "in_dataset", "read_sidecar", "read_spaces", "read_table"]

ROOT = "dataset_description.json"
Rows = list[dict[str, str]]
_SUFFIXES = ("_emg.edf", "_emg.bdf")
_SPACE = "space-"


def data_files(folder: Path) -> list[Path]:
    """Give the EMG recordings in a dataset or a part of it, sorted."""
    return sorted(p for p in folder.rglob("*_emg.*df") if p.name.endswith(_SUFFIXES) and p.parent.name == "emg")


def in_dataset(path: Path) -> bool:
    """Whether a path is a dataset, a folder of one, or an EMG recording in one."""
    if path.is_dir():
        return any((folder / ROOT).is_file() for folder in (path, *path.resolve().parents))
    return path.name.endswith(_SUFFIXES) and bool(_beside(path, "channels.tsv"))


def _folders(data: Path) -> Iterator[Path]:
    """Give the data file's folder and those above it, up to the dataset's root."""
    for folder in data.resolve().parents:
        yield folder
        if (folder / ROOT).is_file():
            return
        if folder.name != "emg" and not folder.name.startswith(("sub-", "ses-")):
            return


def _beside(data: Path, ending: str) -> list[Path]:
    """Give the files of that ending that apply to a data file, nearest first; in whatever space."""
    own = set(data.name.split("_")[:-1])
    return [
        found
        for folder in _folders(data)
        for found in sorted(folder.glob(f"*{ending}"))
        if found.name.removesuffix(ending).rstrip("_") == ""
        or {e for e in found.name.removesuffix(f"_{ending}").split("_") if not e.startswith(_SPACE)} <= own
    ]


def read_table(data: Path, ending: str) -> Rows:
    """Read the nearest table that applies, such as ``channels.tsv``; empty where there is none.

    Raises
    ------
    RecordingError
        If a row is ragged.
    """
    for path in _beside(data, ending)[:1]:
        with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
            header, *rows = list(csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE)) or [[]]
        for line, row in enumerate(rows, start=2):
            if row and len(row) != len(header):
                raise RecordingError(
                    path.name, f"every row must hold {len(header)} cells", f"{len(row)} in line {line}", "correct it"
                )
        return [dict(zip(header, row, strict=True)) for row in rows if row]
    return []


def read_sidecar(data: Path) -> dict[str, Any]:
    """Merge the ``emg.json`` files that apply; the nearer one wins.

    Raises
    ------
    RecordingError
        If one is no JSON object.
    """
    merged: dict[str, Any] = {}
    for path in reversed(_beside(data, "emg.json")):
        merged |= _json(path)
    return merged


def read_spaces(data: Path) -> dict[str, dict[str, Any]]:
    """Read the ``coordsystem.json`` files that apply, by the label of their space; the nearest of each wins.

    Raises
    ------
    RecordingError
        If one is no JSON object.
    """
    found: dict[str, dict[str, Any]] = {}
    for path in _beside(data, "coordsystem.json"):
        label = next((e.removeprefix(_SPACE) for e in path.name.split("_") if e.startswith(_SPACE)), "")
        found.setdefault(label, _json(path))
    return found


def _json(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text(encoding="utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise RecordingError(path.name, "must be JSON", printable(error), "correct it") from None
    if not isinstance(content, dict):
        raise RecordingError(path.name, "must be a JSON object", printable(type(content).__name__), "correct it")
    return content
