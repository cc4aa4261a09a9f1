"""Which OMIM and Orphanet entries are one disease, by the Mondo Disease Ontology's exact mappings.

The table ``data/mondo.tsv.xz`` is derived from Mondo (CC BY 4.0); `make_table` remakes it from a release of
its mappings in SSSOM form (``tools/make_mondo_table.py``). A first comment line names where it comes from.
"""

from __future__ import annotations

import lzma
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from involuntary.errors import KnowledgeError

__all__ = ["MondoTable", "make_table", "read_table"]

_PREFIXES = {"OMIM": "OMIM", "Orphanet": "ORPHA", "ICD10CM": "ICD10CM"}
_COLUMNS = ("subject_id", "subject_label", "predicate_id", "object_id")


@dataclass(frozen=True)
class MondoTable:
    """Mondo's terms and what they map to exactly.

    Attributes
    ----------
    version : str
        Where the table comes from.
    names : dict
        Name by Mondo code.
    codes : dict
        Mondo code by OMIM, ORPHA or ICD10CM code, such as ``"ORPHA:754"``.
    """

    version: str
    names: dict[str, str]
    codes: dict[str, str]

    @cached_property
    def mapped(self) -> dict[str, tuple[str, ...]]:
        """The codes that each Mondo code maps to."""
        found: dict[str, list[str]] = {}
        for code, mondo in self.codes.items():
            found.setdefault(mondo, []).append(code)
        return {mondo: tuple(codes) for mondo, codes in found.items()}


def read_table(path: Path) -> MondoTable:
    """Read the shipped table."""
    with lzma.open(path, "rt", encoding="utf-8") as file:
        first, *lines = file.read().splitlines()
    names: dict[str, str] = {}
    codes: dict[str, str] = {}
    for number, line in enumerate(lines, 2):
        mondo, tab, rest = line.partition("\t")
        name, _, mapped = rest.partition("\t")
        if not tab:
            raise KnowledgeError(path.name, f"line {number}: a row holds a code, a name and what it maps to")
        names[f"MONDO:{mondo}"] = name
        for code in mapped.split():
            # Where two Mondo terms claim one code, the first stands: the table is ordered by number.
            codes.setdefault(code, f"MONDO:{mondo}")
    return MondoTable(first.removeprefix("# "), names, codes)


def make_table(lines: Iterable[str], version: str) -> bytes:
    """Derive the table from ``mondo.sssom.tsv``; equal input gives equal bytes.

    Parameters
    ----------
    lines : iterable of str
        The file's lines.
    version : str
        Where it comes from, as it will be shown.

    Raises
    ------
    KnowledgeError
        If the header lacks a column that is needed.
    """
    rows = (line.rstrip("\r\n").split("\t") for line in lines if not line.startswith("#"))
    header = next(rows, [])
    if tuple(header[:4]) != _COLUMNS:
        raise KnowledgeError("mondo.sssom.tsv", f"begins with the columns {', '.join(_COLUMNS)}", ", ".join(header[:4]))
    names: dict[str, str] = {}
    mapped: dict[str, list[str]] = {}
    for subject, name, predicate, target, *_ in rows:
        prefix, _, number = target.partition(":")
        names[subject] = name
        if predicate == "skos:exactMatch" and prefix in _PREFIXES:
            mapped.setdefault(subject, []).append(f"{_PREFIXES[prefix]}:{number}")
    table = [f"# {version}"]
    table += [
        f"{code.removeprefix('MONDO:')}\t{name}\t{' '.join(sorted(mapped.get(code, ())))}"
        for code, name in sorted(names.items())
    ]
    return lzma.compress("".join(f"{row}\n" for row in table).encode(), preset=9 | lzma.PRESET_EXTREME)
