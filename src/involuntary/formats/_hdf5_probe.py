"""A process that walks through HDF5 files for another: their library hangs or crashes on some damaged ones.

It is run as a script, reads a path a line, and answers ``done`` when it has touched all that a reader may touch. What
merely fails is left to the reader, who says why; a file on which this process dies or falls silent is not opened.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from importlib import import_module
from typing import Any

h5py: Any = import_module("h5py")

_MOST_BYTES = 1 << 29


def main() -> None:
    """Answer until the other side closes."""
    _bound_memory()
    _answer("ready")
    for line in sys.stdin:
        walk(line.rstrip("\n"))
        _answer("done")


def _answer(word: str) -> None:
    sys.stdout.write(f"{word}\n")
    sys.stdout.flush()


def walk(path: str) -> None:
    """Touch every object, attribute, index of chunks, text, and both ends of every array."""

    def visit(_: str | bytes, item: Any) -> None:
        for key in item.attrs:
            _attempt(partial(item.attrs.get, key))
        if isinstance(item, h5py.Dataset):
            _touch(item)

    def everything() -> None:
        with h5py.File(path, "r") as file:
            visit("", file)
            file.visititems(visit)

    _attempt(everything)


def _touch(item: Any) -> None:
    if item.chunks:
        _attempt(lambda: item.id.chunk_iter(lambda _: None))
    if item.dtype.kind not in "fiu":
        _attempt(lambda: item[()])
    elif item.ndim and item.shape[0]:
        _attempt(lambda: item[0])
        _attempt(lambda: item[-1])


def _attempt(act: Callable[[], object]) -> None:
    # Damaged files fail in ways that derive from nothing in common.
    with suppress(Exception):
        act()


def _bound_memory() -> None:
    """Let a damaged size fail here, before it is met where there is more to lose."""
    with suppress(ImportError, OSError, ValueError):  # not every system knows such limits
        import resource
        from pathlib import Path

        used = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (used + _MOST_BYTES, used + _MOST_BYTES))


if __name__ == "__main__":
    main()
