"""The chunks of XDF files, walked through before they are read: the reader makes room for any count that it finds.

Source: the XDF 1.0 specification of the Lab Streaming Layer (github.com/sccn/xdf/wiki/Specifications): chunks of a
length, a tag and content; samples are a stream's number, a count, and each a stamp that may be left out and its values.
"""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

from involuntary.errors import RecordingError
from involuntary.formats._otb import parse_xml

__all__ = ["check_chunks"]

_FILE_HEADER, _STREAM_HEADER, _SAMPLES, _STREAM_FOOTER = 1, 2, 3, 6
_TEXT = "string"
_BYTES = {"double64": 8, "float32": 4, "int32": 4, "int16": 2, "int8": 1, "int64": 8, _TEXT: 0}

Stream = tuple[str, int]  # form of a value, and values in a sample


def check_chunks(path: Path) -> None:
    """Walk from chunk to chunk and from sample to sample.

    Raises
    ------
    RecordingError
        If they do not fill the file to its end.
    """
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            file.seek(4)  # what it was recognised by
            _check(path, file, size)
    except (IndexError, KeyError, TypeError, ValueError):  # a count that leads beyond the end or is no number
        raise _damaged(path) from None


def _damaged(path: Path) -> RecordingError:
    return RecordingError(path.name, "must be a whole XDF file", "damaged chunks", "copy or export it again")


def _check(path: Path, file: BinaryIO, size: int) -> None:
    streams: dict[bytes, Stream] = {}
    while head := file.read(1):
        length = int.from_bytes(file.read(_length_of_length(head[0])), "little")
        if not 2 <= length <= size - file.tell():
            raise _damaged(path)
        content = file.read(length)
        tag, number = int.from_bytes(content[:2], "little"), content[2:6]
        if tag == _SAMPLES:
            _check_samples(content, *streams[number])
        elif tag in (_FILE_HEADER, _STREAM_HEADER, _STREAM_FOOTER):
            words = content[2 if tag == _FILE_HEADER else 6 :].decode("utf-8", "replace")
            root = parse_xml(path.name, words.encode())
            if tag == _STREAM_HEADER:
                form, count = root.findtext("channel_format", ""), int(root.findtext("channel_count", ""))
                if not 0 <= count * max(_BYTES[form], 1) <= size:
                    raise _damaged(path)
                streams[number] = form, count


def _check_samples(content: bytes, form: str, channels: int) -> None:
    """Raise an error unless the samples end where the chunk does."""
    count, place = _counted(content, 6)
    for _ in range(count):
        place += 9 if content[place] else 1
        if form == _TEXT:
            for _ in range(channels):
                length, place = _counted(content, place)
                place += length
        else:
            place += _BYTES[form] * channels
    if place != len(content):
        raise IndexError


def _counted(content: bytes, place: int) -> tuple[int, int]:
    """Give a number of variable length and where what follows it begins."""
    start = place + 1
    stop = start + _length_of_length(content[place])
    return int.from_bytes(content[start:stop], "little"), stop


def _length_of_length(byte: int) -> int:
    if byte not in (1, 4, 8):
        raise ValueError
    return byte
