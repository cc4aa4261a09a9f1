"""MATLAB 5 files, read with every length checked: the reader that others keep crashes on damaged ones.

Source: The MathWorks, "MAT-File Format", level 5: elements of a type, a length and content padded to eight
bytes; arrays hold flags, dimensions, a name and their numbers; a compressed element is a zlib stream.
"""

from __future__ import annotations

import math
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from involuntary.errors import RecordingError

__all__ = ["read_mat5"]

_HEADER = 128
_MATRIX, _COMPRESSED = 14, 15
_CELL, _CHAR = 1, 4
_NUMERIC = range(6, 16)
_MOST_BYTES = 1 << 31
_DTYPES = {
    1: "<i1", 2: "<u1", 3: "<i2", 4: "<u2", 5: "<i4", 6: "<u4", 7: "<f4", 9: "<f8", 12: "<i8", 13: "<u8",
    16: "<u1", 17: "<u2", 18: "<u4",
}  # fmt: skip


def read_mat5(path: Path) -> dict[str, NDArray[Any]]:
    """Give the numeric arrays, texts and cells of texts of a file, by name.

    Raises
    ------
    RecordingError
        If a length, type or size does not fit, or the file was written by a machine of the other byte order.
    """
    raw = path.read_bytes()
    if raw[126:128] != b"IM":
        raise _damaged(path, "its first 128 bytes do not end in 'IM'")
    arrays: dict[str, NDArray[Any]] = {}
    try:
        for kind, content in _elements(path, raw[_HEADER:]):
            body = content
            if kind == _COMPRESSED:
                ((kind, body),) = _elements(path, _inflated(path, content))
            if kind == _MATRIX:
                name, array = _array(path, body)
                if array is not None:
                    arrays[name] = array
    except (ValueError, struct.error, zlib.error):
        raise _damaged(path, "an element that is cut short") from None
    return arrays


def _damaged(path: Path, got: str) -> RecordingError:
    return RecordingError(path.name, "must be a whole MATLAB 5 file", got, "save it again")


def _inflated(path: Path, content: bytes) -> bytes:
    stream = zlib.decompressobj()
    found = stream.decompress(content, _MOST_BYTES)
    if stream.unconsumed_tail or not stream.eof:
        raise _damaged(path, "a compressed element that does not end")
    return found


def _elements(path: Path, raw: bytes) -> Iterator[tuple[int, bytes]]:
    place = 0
    while place + 8 <= len(raw):
        kind, size = struct.unpack_from("<II", raw, place)
        if kind >> 16:  # type and length share four bytes, and four of content follow
            kind, size = kind & 0xFFFF, kind >> 16
            start, after = place + 4, place + 8
        else:
            start = place + 8
            # Compressed elements are not padded.
            after = start + (size if kind == _COMPRESSED else -(-size // 8) * 8)
        if start + size > len(raw):
            raise _damaged(path, "an element that ends after the file")
        yield kind, raw[start : start + size]
        place = after


def _array(path: Path, raw: bytes) -> tuple[str, NDArray[Any] | None]:
    parts = _elements(path, raw)
    flags, shape, name = (next(parts, (0, b""))[1] for _ in range(3))
    kind = flags[0] if flags else 0
    dimensions = [int(n) for n in np.frombuffer(shape, "<i4")]
    text = name.decode("latin-1")
    if min(dimensions, default=-1) < 0:
        raise _damaged(path, "an array without dimensions")
    if kind == _CELL:
        words = [_array(path, content)[1] for part, content in parts if part == _MATRIX]
        return text, np.array(
            ["" if w is None or w.dtype.kind != "U" else str(w.ravel()[0]) for w in words], dtype=object
        )
    if kind not in _NUMERIC and kind != _CHAR:
        return text, None
    stored, content = next(parts, (0, b""))
    if stored not in _DTYPES:
        raise _damaged(path, f"numbers of an unknown type {stored}")
    numbers = np.frombuffer(content, _DTYPES[stored])
    if numbers.size != math.prod(dimensions):
        raise _damaged(path, f"{numbers.size} numbers for {'×'.join(map(str, dimensions))}")
    if kind == _CHAR and (numbers.dtype.kind == "f" or np.any(numbers < 0)):
        raise _damaged(path, "characters that are no whole numbers")
    table = numbers.reshape(dimensions, order="F")
    return text, _words(table) if kind == _CHAR else np.squeeze(table)


def _words(codes: NDArray[Any]) -> NDArray[Any]:
    """Give the rows of a matrix of characters as texts."""
    rows = codes.reshape(codes.shape[0], -1) if codes.size else np.zeros((1, 0), dtype=np.uint16)
    return np.array(["".join(chr(c) for c in row if c < 0xD800).strip() for row in rows.tolist()])
