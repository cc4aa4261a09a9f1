"""A process that walks through HDF5 files for another: their library hangs or crashes on some damaged ones.

It is run as a script, reads a path a line, and answers ``done`` when it has touched all that a reader may touch. What
merely fails is left to the reader, who says why; a file on which this process dies, falls silent or wants memory out of
all proportion is not opened.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

h5py: Any = import_module("h5py")

_MOST_KIB = 1 << 18
_NO_MEMORY = re.compile(r"memory alloc|(unable|can't|cannot) (to )?alloc|no space|not enough memory", re.IGNORECASE)


def main() -> None:
    """Answer until the other side closes."""
    most = _peak_kib() + _MOST_KIB
    _limit(2 * most)
    _answer("ready")
    for line in sys.stdin:
        modest = walk(line.rstrip("\n"))
        _answer("done" if modest and _peak_kib() <= most else "greedy")


def _answer(word: str) -> None:
    sys.stdout.write(f"{word}\n")
    sys.stdout.flush()


def walk(path: str) -> bool:
    """Touch every object, attribute, index of chunks, text, and both ends of every array.

    Returns
    -------
    bool
        Whether the memory for it was there.
    """
    modest = True

    def attempt(act: Callable[[], object]) -> None:
        nonlocal modest
        try:
            act()
        except Exception as error:  # damaged files fail in ways that derive from nothing in common
            modest = modest and not (isinstance(error, MemoryError) or _NO_MEMORY.search(str(error)))

    def visit(_: str | bytes, item: Any) -> None:
        for key in item.attrs:
            attempt(partial(item.attrs.get, key))
        if isinstance(item, h5py.Dataset):
            for touch in _touches(item):
                attempt(touch)

    def everything() -> None:
        with h5py.File(path, "r") as file:
            visit("", file)
            file.visititems(visit)

    attempt(everything)
    return modest


def _touches(item: Any) -> list[Callable[[], object]]:
    """Give what is done to one array: the index of its chunks, then its texts or both its ends."""
    index: list[Callable[[], object]] = [partial(item.id.chunk_iter, lambda _: None)] if item.chunks else []
    if item.dtype.kind not in "fiu":
        return [*index, partial(item.__getitem__, ())]
    if not item.ndim or not item.shape[0]:
        return index
    return [*index, partial(item.__getitem__, 0), partial(item.__getitem__, -1)]


def _peak_kib() -> int:
    """Give the most address space held so far; 0 where the system does not say."""
    with suppress(OSError, ValueError, StopIteration):
        lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
        return int(next(line for line in lines if line.startswith("VmPeak")).split()[1])
    return 0


def _limit(kib: int) -> None:
    """Let a damaged size fail here, before it is met where there is more to lose."""
    with suppress(ImportError, OSError, ValueError):  # not every system knows such limits
        import resource

        if kib > 2 * _MOST_KIB:
            resource.setrlimit(resource.RLIMIT_AS, (1024 * kib, 1024 * kib))


if __name__ == "__main__":
    main()
