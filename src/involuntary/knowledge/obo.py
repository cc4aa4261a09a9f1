"""Read ``hp.obo`` into the arrays of an `Ontology`.

The OBO 1.2 tags that matter here: id, name, def, synonym, is_a, alt_id, is_obsolete, replaced_by, consider.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from involuntary.errors import KnowledgeError, printable
from involuntary.knowledge.ontology import SCOPES, Ontology, code_number, code_of
from involuntary.knowledge.strings import pack

__all__ = ["read_obo"]

_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"(.*)')


@dataclass(slots=True)
class _Stanza:
    line: int
    number: int = -1
    name: str = ""
    definition: str = ""
    synonyms: list[tuple[str, int]] = field(default_factory=list)
    parents: list[tuple[int, int]] = field(default_factory=list)  # (number, line)
    merged: list[int] = field(default_factory=list)
    replaced_by: list[int] = field(default_factory=list)
    consider: list[int] = field(default_factory=list)
    obsolete: bool = False


def read_obo(lines: Iterable[str], what: str = "hp.obo") -> Ontology:
    """Read an ontology release.

    Parameters
    ----------
    lines : iterable of str
        The file's lines.
    what : str
        Its name, for messages.

    Raises
    ------
    KnowledgeError
        If there is no version, a stanza has no id or name, an id is repeated, a parent is unknown or the parents
        form a circle. The message names the line.
    """
    version, stanzas = _stanzas(lines, what)
    if not version:
        raise KnowledgeError(what, "an ontology names its release in a line 'data-version:'")
    seen: set[int] = set()
    for stanza in stanzas:
        if stanza.number < 0 or not stanza.name:
            raise KnowledgeError(what, f"line {stanza.line}: a term needs id and name")
        if stanza.number in seen:
            raise KnowledgeError(what, f"line {stanza.line}: the id {code_of(stanza.number)} is given twice")
        seen.add(stanza.number)
    current = sorted((s for s in stanzas if not s.obsolete), key=lambda s: s.number)
    if not current:
        raise KnowledgeError(what, "holds no term")
    index = {stanza.number: i for i, stanza in enumerate(current)}
    parents = _parents(current, index, what)
    parent_start, parent = _compress(parents)
    ancestor_start, ancestor = _compress(_ancestors(parents, current, what))
    return Ontology(
        version=version,
        numbers=np.array(list(index), dtype=np.int32),
        parent_start=parent_start,
        parent=parent,
        ancestor_start=ancestor_start,
        ancestor=ancestor,
        **_names(current),
        **_others(stanzas, index),
    )


def _stanzas(lines: Iterable[str], what: str) -> tuple[str, list[_Stanza]]:
    version, stanza, found = "", None, []
    header = True
    for number, raw in enumerate(lines, 1):
        line = raw.rstrip("\r\n")
        if line.startswith("["):
            header = False
            stanza = _Stanza(number) if line == "[Term]" else None
            if stanza:
                found.append(stanza)
        elif header and line.startswith("data-version:"):
            version = line.partition(":")[2].strip().rpartition("/")[2]
        elif stanza is not None and line:
            _read_tag(stanza, line, number, what)
    return version, found


def _read_tag(stanza: _Stanza, line: str, number: int, what: str) -> None:
    tag, _, value = line.partition(":")
    value = value.strip()
    match tag:
        case "id":
            stanza.number = _code(value, number, what)
        case "name":
            stanza.name = value
        case "def":
            stanza.definition = _quoted(value, number, what)[0]
        case "synonym":
            text, rest = _quoted(value, number, what)
            scope = rest.split(maxsplit=1)[0] if rest else "RELATED"
            if scope not in SCOPES:
                raise KnowledgeError(what, f"line {number}: no synonym scope", repr(printable(scope)))
            stanza.synonyms.append((text, SCOPES.index(scope)))
        case "is_a":
            stanza.parents.append((_code(value, number, what), number))
        case "alt_id":
            stanza.merged.append(_code(value, number, what))
        case "replaced_by":
            stanza.replaced_by.append(_code(value, number, what))
        case "consider":
            stanza.consider.append(_code(value, number, what))
        case "is_obsolete":
            stanza.obsolete = value == "true"


def _code(value: str, line: int, what: str) -> int:
    code = value.split("!")[0].split("{")[0].strip()
    number = code_number(code)
    if number < 0:
        raise KnowledgeError(what, f"line {line}: a code is HP: and seven digits", repr(printable(code)))
    return number


def _quoted(value: str, line: int, what: str) -> tuple[str, str]:
    match = _QUOTED.match(value)
    if not match:
        raise KnowledgeError(what, f"line {line}: a text stands in double quotes", printable(value, 40))
    text = re.sub(r"\\n", " ", match[1])
    return re.sub(r"\\(.)", r"\1", text), match[2].strip()


def _parents(current: list[_Stanza], index: dict[int, int], what: str) -> list[list[int]]:
    parents = []
    for stanza in current:
        for number, line in stanza.parents:
            if number not in index:
                raise KnowledgeError(what, f"line {line}: the parent {code_of(number)} is no current term")
        parents.append(sorted({index[number] for number, _ in stanza.parents}))
    return parents


def _ancestors(parents: list[list[int]], current: list[_Stanza], what: str) -> list[list[int]]:
    """Give each term's ancestors and itself; parents are done before their children (Kahn's algorithm)."""
    children: list[list[int]] = [[] for _ in parents]
    waiting = [len(above) for above in parents]
    for child, above in enumerate(parents):
        for one in above:
            children[one].append(child)
    ready = [i for i, n in enumerate(waiting) if n == 0]
    closed: list[set[int]] = [set() for _ in parents]
    done = 0
    while ready:
        i = ready.pop()
        done += 1
        closed[i] = {i}.union(*(closed[above] for above in parents[i]))
        for child in children[i]:
            waiting[child] -= 1
            if waiting[child] == 0:
                ready.append(child)
    if done < len(parents):
        stuck = current[next(i for i, n in enumerate(waiting) if n)]
        raise KnowledgeError(what, f"line {stuck.parents[0][1]}: {code_of(stuck.number)} is among its own ancestors")
    return [sorted(ancestors) for ancestors in closed]


def _compress(lists: list[list[int]]) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int32]]:
    start = np.concatenate([[0], np.cumsum([len(one) for one in lists])]).astype(np.int32)
    return start, np.array([i for one in lists for i in one], dtype=np.int32)


def _names(current: list[_Stanza]) -> dict[str, Any]:
    labels = [(stanza.name, i, 0) for i, stanza in enumerate(current)]
    synonyms = [(text, i, scope) for i, stanza in enumerate(current) for text, scope in stanza.synonyms]
    names, terms, scopes = zip(*labels, *synonyms, strict=True)
    return {
        "packed_names": pack(names),
        "name_term": np.array(terms, dtype=np.int32),
        "name_scope": np.array(scopes, dtype=np.uint8),
        "packed_definitions": pack(stanza.definition for stanza in current),
    }


def _others(stanzas: list[_Stanza], index: dict[int, int]) -> dict[str, Any]:
    """Collect the codes that are known and no longer current: retired, or merged into a term."""
    others: dict[int, tuple[int, bool, str, str]] = {}
    for stanza in stanzas:
        if stanza.obsolete:
            sole = index.get(stanza.replaced_by[0], -1) if len(stanza.replaced_by) == 1 else -1
            better = " or ".join(map(code_of, stanza.replaced_by or stanza.consider))
            others[stanza.number] = (sole, False, stanza.name, better)
    for stanza in stanzas:
        for number in () if stanza.obsolete else stanza.merged:
            if number not in index:
                others[number] = (index[stanza.number], True, stanza.name, code_of(stanza.number))
    numbers = sorted(others)
    terms, merged, labels, advice = zip(*(others[n] for n in numbers), strict=True) if others else ((), (), (), ())
    return {
        "other_number": np.array(numbers, dtype=np.int32),
        "other_term": np.array(terms, dtype=np.int32),
        "other_merged": np.array(merged, dtype=np.bool_),
        "packed_other_labels": pack(labels),
        "packed_other_advice": pack(advice),
    }
