"""A folder of compiled files: written whole or not at all, rebuilt when broken, done without where it cannot be."""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path

__all__ = ["cache_folder", "fetch", "place", "store"]

_KEPT = 6


def cache_folder() -> Path | None:
    """Give ``$INVOLUNTARY_CACHE``, ``$XDG_CACHE_HOME/involuntary`` or ``~/.cache/involuntary``; None without a home."""
    if named := os.environ.get("INVOLUNTARY_CACHE"):
        return Path(named)
    base = os.environ.get("XDG_CACHE_HOME")
    try:
        return (Path(base) if base else Path.home() / ".cache") / "involuntary"
    except RuntimeError:  # no home
        return None


def fetch(name: str) -> bytes | None:
    """Give the bytes stored under a name, or None."""
    folder = cache_folder()
    if folder is None:
        return None
    try:
        return (folder / name).read_bytes()
    except OSError:
        return None


def place(name: str) -> Path | None:
    """Give the file stored under a name, to be read in part; None where there is none."""
    folder = cache_folder()
    return folder / name if folder is not None and (folder / name).is_file() else None


def store(name: str, data: bytes) -> None:
    """Keep bytes under a name, and only the newest few of its kind (the suffix); silently not where it cannot be.

    Written beside and moved into place, so that another process sees the whole file or none.
    """
    folder = cache_folder()
    if folder is None:
        return
    with contextlib.suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=folder, suffix=".part")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
            Path(temporary).replace(folder / name)
        except OSError:
            Path(temporary).unlink(missing_ok=True)
            raise
        _forget(folder, Path(name).suffix)


def _forget(folder: Path, suffix: str) -> None:
    files = sorted(folder.glob(f"*{suffix}"), key=lambda path: path.stat().st_mtime_ns, reverse=True)
    for path in files[_KEPT:]:
        path.unlink(missing_ok=True)
