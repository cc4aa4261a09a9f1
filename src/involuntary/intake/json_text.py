"""JSON read with care: a key given twice, or nesting without end, is refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from involuntary.errors import CaseError

__all__ = ["is_exchange", "is_json", "once", "parse_json"]


def is_json(path: Path) -> bool:
    """Tell whether a file's name is that of one JSON text, or of one a line."""
    return not {".json", ".jsonl", ".ndjson"}.isdisjoint(suffix.lower() for suffix in path.suffixes)


def is_exchange(text: str) -> bool:
    """Tell whether a JSON text is a Phenopacket or a FHIR resource rather than a case file."""
    return text.lstrip()[:1] == "{" and any(
        f'"{key}"' in text for key in ("phenotypicFeatures", "phenopacketSchemaVersion", "resourceType")
    )


def parse_json(path: Path, text: str) -> object:
    """Parse a JSON text.

    Raises
    ------
    CaseError
        If it is no valid JSON, gives a key twice or is nested too deeply.
    """
    try:
        return json.loads(text, object_pairs_hook=lambda pairs: once(path, pairs))
    except json.JSONDecodeError as error:
        raise CaseError(path.name, "is not valid JSON", f"line {error.lineno}: {error.msg}") from None
    except RecursionError:
        raise CaseError(path.name, "is nested too deeply") from None


def once(path: Path, pairs: list[tuple[Any, Any]]) -> dict[Any, Any]:
    """Give pairs as a mapping, refusing a key given twice."""
    keys = [key for key, _ in pairs]
    twice = [key for index, key in enumerate(keys) if key in keys[:index]]
    if twice:
        raise CaseError(path.name, f"the key {twice[0]!r} is given twice", "", "keep one")
    return dict(pairs)
