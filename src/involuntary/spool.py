"""Columns that wait on disk: what is found in a long recording need not stay in memory until it is asked for.

A long column is written to a temporary file without a name, which goes with the last column in it, and is read from
there as if it were in memory. Where no file can be had, it stays in memory.
"""

from __future__ import annotations

import mmap
import tempfile
import threading
from typing import BinaryIO, TypeVar
from weakref import WeakSet, finalize

import numpy as np
from numpy.typing import NDArray

__all__ = ["Rows", "aside", "given_back"]

Samples = NDArray[np.float64]
D = TypeVar("D", bound=np.generic)

_LEAST = 1 << 15  # bytes of a column that is worth it
_FILE = 1 << 26  # bytes of a file
_LINE = 64  # columns begin at a multiple of it
_HELD = 1 << 19  # bytes of a table that are held until they are written together


class _Map(mmap.mmap):
    """A file as memory; unlike its parent it can be listed weakly."""


class _Files:
    """Where columns are put, one after the other: a file, and another when it is full."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._maps: WeakSet[_Map] = WeakSet()
        self._now: tuple[BinaryIO, _Map] | None = None
        self._used = 0

    def put(self, column: NDArray[D]) -> NDArray[D]:
        """Write a contiguous column, and give it as it is read from there.

        Raises
        ------
        OSError
            If there is no place for a file, or no room in it.
        """
        with self._lock:
            if self._now is None or self._used + column.nbytes > len(self._now[1]):
                self._now, self._used = self._opened(max(column.nbytes, _FILE)), 0
            file, pages = self._now
            file.seek(self._used)
            if file.write(column.data.cast("B")) < column.nbytes:
                raise OSError("no room")
            kept = np.frombuffer(pages, column.dtype, column.size, self._used)
            self._used = -(-(self._used + column.nbytes) // _LINE) * _LINE
        self.give_back()
        return kept

    def give_back(self) -> None:
        """Give back the memory of what was read of columns; it is read again when it is needed again."""
        if hasattr(mmap, "MADV_DONTNEED"):
            with self._lock:
                for one in self._maps:
                    one.madvise(mmap.MADV_DONTNEED)

    def _opened(self, size: int) -> tuple[BinaryIO, _Map]:
        file = tempfile.TemporaryFile(buffering=0, prefix="involuntary-")  # noqa: SIM115  it stays open
        file.truncate(size)
        pages = _Map(file.fileno(), size, access=mmap.ACCESS_READ)
        self._maps.add(pages)
        finalize(pages, file.close)
        return file, pages


_FILES = _Files()


def given_back() -> None:
    """Let go of the memory of what was read of columns, as one who reads through a long one does now and then."""
    _FILES.give_back()


def aside(values: NDArray[D]) -> NDArray[D]:
    """Give values that cannot be written to, shape (n,): a long column from a file, a short one as a copy in memory."""
    if isinstance(values.base, memoryview) and isinstance(values.base.obj, _Map):
        return values  # it is there already
    column = np.ascontiguousarray(values).ravel()
    if column.nbytes >= _LEAST:
        try:
            return _FILES.put(column)
        except OSError:
            pass
    if column.base is not None or column is values:
        column = column.copy()
    column.setflags(write=False)
    return column


class Rows:
    """A table of numbers that rows are added to, and columns read from.

    Parameters
    ----------
    width : int
        Number of columns.
    """

    def __init__(self, width: int) -> None:
        self._columns: list[list[Samples]] = [[] for _ in range(width)]
        self._held: list[Samples] = []
        self._size = 0

    def append(self, rows: Samples) -> None:
        """Add rows, shape (n, width)."""
        if len(rows):
            self._held.append(rows)
            self._size += rows.nbytes
        if self._size >= _HELD:
            self._write()

    def column(self, k: int) -> Samples:
        """Give a column in memory, shape (n,)."""
        self._write()
        column = np.concatenate([np.empty(0), *self._columns[k]])
        given_back()
        return column

    def _write(self) -> None:
        if self._held:
            table = np.concatenate(self._held)
            self._held, self._size = [], 0
            for column, values in zip(self._columns, table.T, strict=True):
                column.append(aside(values))
