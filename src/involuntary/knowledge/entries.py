"""Read the entries: small YAML files, one entry each, into the values of the schema."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import yaml

from involuntary.errors import KnowledgeError
from involuntary.knowledge.schema import (
    ConditionEntry,
    LabEntry,
    PhenomenonEntry,
    RedFlagEntry,
    Source,
    SubstanceEntry,
)

__all__ = ["DATA", "Entries", "decode", "encode", "read_entries"]

DATA = Path(__file__).parent / "data"
_LARGEST_BYTES = 512 * 1024


@dataclass(frozen=True, slots=True)
class Entries:
    """All curated entries, each sort by id, sorted."""

    phenomena: dict[str, PhenomenonEntry]
    conditions: dict[str, ConditionEntry]
    red_flags: dict[str, RedFlagEntry]
    substances: dict[str, SubstanceEntry]
    labs: dict[str, LabEntry]
    sources: dict[str, Source]


_SORTS: tuple[tuple[str, type[Any]], ...] = (
    ("phenomena", PhenomenonEntry),
    ("conditions", ConditionEntry),
    ("red_flags", RedFlagEntry),
    ("substances", SubstanceEntry),
    ("labs", LabEntry),
)


class _Loader(yaml.CSafeLoader):
    """YAML that refuses repeated keys, which would hide one another."""

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        seen = set()
        for key in (key for key, _ in node.value if isinstance(key, yaml.ScalarNode)):
            if key.value in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f"the key {key.value!r} is repeated", key.start_mark
                )
            seen.add(key.value)
        return super().construct_mapping(node, deep)


def read_entries(folder: Path = DATA) -> Entries:
    """Read every entry below a folder.

    Parameters
    ----------
    folder : Path
        Holds ``phenomena``, ``conditions``, ``red_flags``, ``substances`` and ``labs`` with ``<id>.yaml``,
        and ``sources`` with files that map keys to sources.

    Raises
    ------
    KnowledgeError
        If a file is too large, no YAML, breaks the schema, or is not named as its id. One line: file, place, reason.
    """
    sorts: dict[str, dict[str, Any]] = {}
    for name, sort in _SORTS:
        found = [_read_one(path, sort) for path in sorted((folder / name).glob("*.yaml"))]
        sorts[name] = {entry.id: entry for entry in found}
    return Entries(**sorts, sources=_read_sources(folder))


def _read_one(path: Path, sort: type[Any]) -> Any:
    entry = _convert(path, _yaml(path), sort)
    if entry.id != path.stem:
        raise KnowledgeError(_short(path), "a file is named as its id", repr(entry.id))
    return entry


def _read_sources(folder: Path) -> dict[str, Source]:
    sources: dict[str, Source] = {}
    for path in sorted((folder / "sources").glob("*.yaml")):
        for key, source in _convert(path, _yaml(path), dict[str, Source]).items():
            if key in sources:
                raise KnowledgeError(_short(path), f"the source {key!r} is given in another file too")
            sources[key] = source
    return dict(sorted(sources.items()))


def _short(path: Path) -> str:
    return f"{path.parent.name}/{path.name}"


def _yaml(path: Path) -> Any:
    if path.stat().st_size > _LARGEST_BYTES:
        raise KnowledgeError(_short(path), f"an entry holds at most {_LARGEST_BYTES} bytes", f"{path.stat().st_size}")
    try:
        return yaml.load(path.read_text(encoding="utf-8"), _Loader)  # noqa: S506 - derived from the safe loader
    except UnicodeDecodeError as error:
        raise KnowledgeError(_short(path), "must be UTF-8 text", f"byte {error.start} is not") from None
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        raise KnowledgeError(_short(path), f"line {line}: no YAML that can be read", str(error.problem)) from None
    except yaml.YAMLError as error:
        raise KnowledgeError(_short(path), "no YAML that can be read", str(error).splitlines()[0]) from None


def _convert(path: Path, data: object, sort: Any) -> Any:  # typed by `sort`, checked by msgspec
    try:
        return msgspec.convert(data, sort)
    except msgspec.ValidationError as error:
        raise KnowledgeError(_short(path), str(error)) from None


def encode(entries: Entries) -> bytes:
    """Write entries for the cache."""
    return msgspec.msgpack.encode(entries)


def decode(data: bytes) -> Entries:
    """Read what `encode` wrote; raises `msgspec.DecodeError` if it is anything else."""
    return msgspec.msgpack.decode(data, type=Entries)
