"""What a way in for findings is: a file in, a `Case` out.

To add one, write ``intake/<id>.py`` with a subclass of `CaseReader` and ``READER = <the instance>``.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from pathlib import Path
from typing import ClassVar

from involuntary.errors import CaseError
from involuntary.knowledge import Knowledge, load
from involuntary.model import Case
from involuntary.registry import Registry

__all__ = ["READERS", "CaseReader", "read_case", "read_case_text"]

_LARGEST_BYTES = 16 * 2**20


class CaseReader(ABC):
    """One way that a case is written down."""

    id: ClassVar[str]
    name: ClassVar[str]

    @abstractmethod
    def sniff(self, path: Path, text: str) -> bool:
        """Tell whether this reader would read the file."""

    @abstractmethod
    def read(self, path: Path, text: str, knowledge: Knowledge) -> Case:
        """Read the case; codes and labels are checked against `knowledge`."""


READERS: Registry[CaseReader] = Registry("intake", "READER", "case format")


def read_case(path: str | Path, knowledge: Knowledge | None = None) -> Case:
    """Read a case file.

    Parameters
    ----------
    path : str or Path
        YAML or JSON, as the documentation of the case file says.
    knowledge : Knowledge, optional
        Where codes are looked up; the default release when None.

    Raises
    ------
    CaseError
        If the file is missing, empty, too large, not text, of no known form, or breaks its form.
    """
    path = Path(path)
    if not path.is_file():
        raise CaseError(path.name, "no such file", "", "check the path")
    if path.stat().st_size > _LARGEST_BYTES:
        raise CaseError(path.name, f"a case file holds at most {_LARGEST_BYTES} bytes", f"{path.stat().st_size} bytes")
    return read_case_text(path, path.read_bytes(), knowledge)


def read_case_text(path: Path, data: bytes, knowledge: Knowledge | None = None) -> Case:
    """Read a case from what a file, or one line of it, holds; see `read_case`."""
    if len(data) > _LARGEST_BYTES:
        raise CaseError(path.name, f"a case holds at most {_LARGEST_BYTES} bytes", f"{len(data)} bytes")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise CaseError(path.name, "must be UTF-8 text", f"byte {error.start} is not", "save it as UTF-8") from None
    if not text.strip():
        raise CaseError(path.name, "the file is empty")
    for reader in READERS:
        if reader.sniff(path, text):
            return reader.read(path, text, load() if knowledge is None else knowledge)
    raise CaseError(path.name, "is of no known case form", "", "write it as YAML or JSON")
