"""What an interrupted run had finished: kept in ``OUT.json.partial`` until the same command is run to its end."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Iterator, Mapping, MutableMapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import click

from involuntary._version import __version__
from involuntary.cli.packed import packed, unpacked

__all__ = ["Finished", "finished_beside", "lines_beside"]

_SUFFIX = ".partial"
_LENGTH = 8  # bytes
_BEGINNING = 12  # bytes


class Finished(MutableMapping[tuple[object, ...], object]):
    """Results by what was asked for; each new one is written to the file at once.

    Parameters
    ----------
    file : binary file
        Open for reading and writing; what it holds of `request` is read, anything else is thrown away.
    request : str
        What the whole run was asked to do.
    """

    def __init__(self, file: BinaryIO, request: str) -> None:
        self._file = file
        self._results: dict[str, object] = {}
        start = packed(("involuntary", __version__, request))
        if _record(file) == start:
            self._read()
        else:
            file.seek(0)
        file.truncate()
        if not file.tell():
            self._write(start)

    def _read(self) -> None:
        """Read up to the end, or to where the writing was cut short."""
        while data := _record(self._file):
            try:
                key, value = unpacked(data)
            except ValueError:
                self._file.seek(-len(data) - _LENGTH, 1)
                return
            self._results[key] = value

    def _write(self, data: bytes) -> None:
        self._file.write(len(data).to_bytes(_LENGTH, "big") + data)
        self._file.flush()

    def __getitem__(self, key: tuple[object, ...]) -> object:
        return self._results[repr(key)]

    def __setitem__(self, key: tuple[object, ...], value: object) -> None:
        self._results[repr(key)] = value
        try:
            data = packed((repr(key), value))
        except TypeError:
            return  # it is computed again
        self._write(data)

    def __delitem__(self, key: tuple[object, ...]) -> None:
        raise TypeError("a finished result stays")

    def __iter__(self) -> Iterator[tuple[object, ...]]:
        raise TypeError("results are asked for by their key")

    def __contains__(self, key: object) -> bool:
        return repr(key) in self._results

    def __len__(self) -> int:
        return len(self._results)


def _record(file: BinaryIO) -> bytes:
    """Read one record; where it is not whole, nothing, and the file stays where the record began."""
    begin = file.tell()
    head = file.read(_LENGTH)
    length = int.from_bytes(head, "big")
    left = Path(file.name).stat().st_size - file.tell()
    data = file.read(length) if len(head) == _LENGTH and length <= left else b""
    if not data:
        file.seek(begin)
    return data


@contextmanager
def finished_beside(out: str, recordings: Sequence[str], request: Mapping[str, object]) -> Iterator[Finished]:
    """Keep results beside `out` while a run lasts: the file goes when the run ends well, and stays when it does not.

    Parameters
    ----------
    out : str
        Where the result will be written.
    recordings : sequence of str
        Their paths; a file that has changed since makes another request.
    request : mapping
        Whatever else the results depend on.
    """
    with _opened(out) as (path, file):
        finished, done = Finished(file, _digest(recordings, request)), False
        try:
            yield finished
            done = True
        finally:
            if done or not finished:
                path.unlink()


@contextmanager
def lines_beside(
    out: str, inputs: Sequence[str], request: Mapping[str, object]
) -> Iterator[tuple[list[bytes], Callable[[bytes], None]]]:
    """Write a file line by line: what an interrupted run wrote stays beside `out`, which is there when all is.

    Parameters
    ----------
    out : str
        Where the lines will be.
    inputs : sequence of str
        Files or folders; one that has changed since makes another request.
    request : mapping
        Whatever else the lines depend on.

    Yields
    ------
    list of bytes
        How the lines begin that an earlier run has written, as far as `_BEGINNING`.
    callable
        Writes the next line.
    """
    with _opened(out) as (path, file):
        start, written = repr((__version__, _digest(inputs, request))).encode() + b"\n", list[bytes]()
        if file.readline() == start:
            written = _whole_lines(file)
        else:
            file.seek(0)
            file.write(start)
        file.truncate()

        def write(line: bytes) -> None:
            file.write(line + b"\n")
            file.flush()

        yield written, write
        file.seek(len(start))
        with Path(out).open("wb") as whole:
            shutil.copyfileobj(file, whole)
        path.unlink()


def _whole_lines(file: BinaryIO) -> list[bytes]:
    """Give how the lines from here begin that are whole, and stay at their end."""
    begin, end = [], file.tell()
    while (line := file.readline()).endswith(b"\n"):
        begin.append(line[:_BEGINNING])
        end += len(line)
    file.seek(end)
    return begin


@contextmanager
def _opened(out: str) -> Iterator[tuple[Path, BinaryIO]]:
    """Open the file beside `out`; who interrupts is told that the work is kept."""
    path = Path(out + _SUFFIX)
    if not path.parent.is_dir():
        raise click.ClickException(f"{out}: there is no folder {path.parent}; make it first, or write elsewhere")
    with path.open("r+b" if path.exists() else "w+b") as file:
        try:
            yield path, file
        except KeyboardInterrupt:
            click.echo(f"interrupted: the same command goes on from {path}", err=True)
            raise


def _digest(recordings: Sequence[str], request: Mapping[str, object]) -> str:
    states = [
        (str(file.resolve()), file.stat().st_size, file.stat().st_mtime_ns)
        for path in map(Path, recordings)
        for file in (sorted(p for p in path.rglob("*") if p.is_file()) if path.is_dir() else [path])
    ]
    return hashlib.sha256(repr((states, sorted(request.items()))).encode(errors="surrogatepass")).hexdigest()
