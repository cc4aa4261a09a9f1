"""Compile a release and the entries once, keyed by their content; later loads read the compiled form."""

from __future__ import annotations

import hashlib
import io
import zipfile
import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from involuntary.knowledge import entries as entries_
from involuntary.knowledge.annotations import Annotations
from involuntary.knowledge.cache import fetch, place, store
from involuntary.knowledge.entries import DATA, Entries, read_entries
from involuntary.knowledge.hpoa import read_hpoa
from involuntary.knowledge.lexicon import Lexicon, build_lexicon
from involuntary.knowledge.mondo import read_table
from involuntary.knowledge.obo import read_obo
from involuntary.knowledge.ontology import Ontology
from involuntary.knowledge.phrases import phrases
from involuntary.knowledge.propagation import Propagation, propagate
from involuntary.knowledge.release import Release, read_lines
from involuntary.knowledge.schema import LabEntry, PhenomenonEntry
from involuntary.knowledge.strings import pack, unpack

__all__ = ["Compiled", "compiled_entries", "compiled_lexicon", "compiled_propagation", "compiled_release"]

# Raise it whenever the arrays or the schema change their form.
_FORM = b"4"
_DIGITS = 32
# What decides which stems a phrase has: its own text is part of the key.
_PHRASES_BY = ("words", "lexicon", "phrases")
_BROKEN = (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile, zlib.error, NotImplementedError)


@dataclass(frozen=True, slots=True)
class Compiled:
    """A release as arrays, and which Mondo mappings join its diseases."""

    ontology: Ontology
    annotations: Annotations
    mondo: str


def compiled_release(release: Release) -> Compiled:
    """Give a release as arrays, from the cache where it was compiled before.

    Raises
    ------
    KnowledgeError
        If a file is not what it should be; the message names file and line.
    """
    table = DATA / "mondo.tsv.xz"
    files = (release.ontology, release.annotations, table)
    name = f"{_stamped(files, lambda: _digest(map(_file_digest, files)))}.release"
    known = place(name)
    if known is not None:
        try:
            return _load(known)
        except _BROKEN:
            pass  # a damaged cache is compiled anew and overwritten
    mondo = read_table(table)
    ontology = read_obo(read_lines(release.ontology), release.ontology.name)
    annotations = read_hpoa(read_lines(release.annotations), ontology, mondo.codes, release.annotations.name)
    compiled = Compiled(ontology, annotations, mondo.version)
    store(name, _save(compiled))
    return compiled


def compiled_entries(folder: Path = DATA) -> tuple[Entries, str]:
    """Give the entries below a folder and a digest of their files, from the cache where they were read before."""
    paths = sorted(folder.glob("*/*.yaml"))
    parts = (part for path in paths for part in (path.relative_to(folder).as_posix().encode(), path.read_bytes()))
    digest = _stamped(paths, lambda: _digest(parts))
    known = fetch(f"{digest}.msgpack")
    if known is not None:
        try:
            return entries_.decode(known), digest
        except msgspec.MsgspecError:
            pass  # a damaged cache is read anew and overwritten
    entries = read_entries(folder)
    store(f"{digest}.msgpack", entries_.encode(entries))
    return entries, digest


def compiled_lexicon(
    ontology: Ontology, phenomena: dict[str, PhenomenonEntry], labs: dict[str, LabEntry], version: str
) -> Lexicon:
    """Give the phrases that tell findings, from the cache where they were indexed before.

    `version` names the release and the entries that the phrases come from.
    """
    tables = (DATA / "lay_words.yaml", DATA / "composed.yaml")
    reading = (*tables, *(Path(__file__).with_name(f"{part}.py") for part in _PHRASES_BY))
    name = f"{_digest([version.encode(), *(path.read_bytes() for path in reading)])}.words.npz"
    known = fetch(name)
    if known is not None:
        try:
            with np.load(io.BytesIO(known), allow_pickle=False) as arrays:
                values = {field.name: arrays[field.name] for field in fields(Lexicon)}
            return Lexicon(**values)
        except _BROKEN:
            pass  # a damaged cache is indexed anew and overwritten
    lexicon = build_lexicon(phrases(ontology, phenomena, labs))
    buffer = io.BytesIO()
    np.savez(buffer, **{field.name: getattr(lexicon, field.name) for field in fields(lexicon)})
    store(name, buffer.getvalue())
    return lexicon


def compiled_propagation(ontology: Ontology, annotations: Annotations, genes: Path | None) -> Propagation:
    """Give how likely each finding is in each disease, from the cache where it was worked out before.

    The large arrays stay on disk and are read where they are looked at.
    """
    parts = [np.ascontiguousarray(getattr(annotations, field.name)) for field in fields(annotations)[1:]]
    digest = _digest((*map(memoryview, parts), ontology.parent, _file_digest(genes) if genes else b""))  # type: ignore[arg-type]
    name = f"{digest}.shares"
    known = place(name)
    if known is not None:
        try:
            return Propagation(**_mapped(known))
        except _BROKEN:
            pass  # a damaged cache is worked out anew and overwritten
    found = propagate(ontology, annotations, _of_genes(genes) if genes else ())
    store(name, _flat({field.name: getattr(found, field.name) for field in fields(found)}))
    return found


def _of_genes(path: Path) -> list[list[str]]:
    """Read the diseases of each gene from ``genes_to_phenotype.txt``."""
    diseases: dict[str, dict[str, None]] = {}
    for line in read_lines(path)[1:]:
        cells = line.rstrip("\r").split("\t")
        diseases.setdefault(cells[0], {})[cells[-1]] = None
    return [list(codes) for codes in diseases.values()]


def _flat(arrays: dict[str, Any]) -> bytes:
    """Write arrays one after the other, each at a multiple of 64 bytes, behind a line that says where."""
    whole = {name: np.ascontiguousarray(array) for name, array in arrays.items()}
    table, at = [], 0
    for name, array in whole.items():
        table.append((name, array.dtype.str, len(array), at))
        at += -(-array.nbytes // 64) * 64
    body = b"".join(array.tobytes() + bytes(-array.nbytes % 64) for array in whole.values())
    head = msgspec.json.encode((at, zlib.crc32(body), table))
    head += b" " * (-(len(head) + 1) % 64) + b"\n"
    return head + body


def _mapped(path: Path, checked: bool = False) -> dict[str, Any]:
    """Give the arrays of a file that `_flat` wrote, left on disk until looked at, or read once to check them."""
    with path.open("rb") as file:
        head = file.readline()
    size, sum_, table = msgspec.json.decode(head, type=tuple[int, int, list[tuple[str, str, int, int]]])
    if path.stat().st_size != len(head) + size:
        raise ValueError(path.name)
    whole = np.memmap(path, dtype=np.uint8, mode="r") if size else np.empty(len(head), np.uint8)
    if checked and zlib.crc32(whole[len(head) :]) != sum_:  # type: ignore[arg-type]  # an array is a buffer
        raise ValueError(path.name)
    arrays = {}
    for name, kind, count, at in table:
        start = len(head) + at
        arrays[name] = np.asarray(whole[start : start + count * np.dtype(kind).itemsize]).view(kind)
    return arrays


def _stamped(files: Iterable[Path], content: Callable[[], str]) -> str:
    """Give the digest of the files' content, remembered for as long as no file changes its size or time."""
    states = ((str(path), path.stat()) for path in files)
    state = _digest(f"{name} {status.st_size} {status.st_mtime_ns}".encode() for name, status in states)
    name = f"{state}.stamp"
    known = fetch(name)
    if known is not None and len(known) == _DIGITS:
        return known.decode("ascii", "replace")
    digest = content()
    store(name, digest.encode())
    return digest


def _file_digest(path: Path) -> bytes:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").digest()


def _digest(parts: Iterable[bytes]) -> str:
    """Digest parts so that no two lists of parts give the same by joining differently."""
    digest = hashlib.sha256(_FORM)
    for part in parts:
        digest.update(len(part).to_bytes(8, "little"))
        digest.update(part)
    return digest.hexdigest()[:_DIGITS]


def _save(compiled: Compiled) -> bytes:
    arrays: dict[str, Any] = {"mondo": pack([compiled.mondo])}
    for part in (compiled.ontology, compiled.annotations):
        for field in fields(part):
            value = getattr(part, field.name)
            arrays[f"{type(part).__name__}.{field.name}"] = pack([value]) if isinstance(value, str) else value
    return _flat(arrays)


def _load(path: Path) -> Compiled:
    arrays = _mapped(path, checked=True)
    parts: list[Any] = []
    for part in (Ontology, Annotations):
        values: dict[str, Any] = {f.name: arrays[f"{part.__name__}.{f.name}"] for f in fields(part)}
        parts.append(part(**{**values, "version": unpack(values["version"])[0]}))
    return Compiled(parts[0], parts[1], unpack(arrays["mondo"])[0])
