"""HDF5 files opened only after another process came through them alive."""

from __future__ import annotations

import atexit
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Lock, Timer
from typing import Any

from involuntary.errors import RecordingError
from involuntary.formats._extra import foreign_reader, optional_module

__all__ = ["check_hdf5", "opened_hdf5"]

_PROBE = Path(__file__).with_name("_hdf5_probe.py")
# A sound file takes milliseconds; the allowance for long ones is for slow disks.
_LIMIT_S = 3.0
_BYTES_A_SECOND = 50e6

_lock = Lock()
_probes: dict[int, subprocess.Popen[str]] = {}


@contextmanager
def opened_hdf5(path: Path) -> Iterator[Any]:
    """Open a file that was checked; whatever its library raises becomes one refusal."""
    h5py = optional_module("h5py", "formats", "reading HDF5")
    with foreign_reader(path, "h5py"), h5py.File(path, "r") as file:
        yield file


def check_hdf5(path: Path) -> None:
    """Let another process walk through the file first.

    Raises
    ------
    RecordingError
        If that process dies, does not come to an end in time, or wants memory out of all proportion.
    """
    optional_module("h5py", "formats", "reading HDF5")
    text = str(path.resolve())
    if "\n" in text:
        raise RecordingError(path.name, "the path of an HDF5 file must be one line", "", "rename the file")
    with _lock:
        probe = _probe()
        timer = Timer(_LIMIT_S + path.stat().st_size / _BYTES_A_SECOND, probe.kill)
        timer.start()
        try:
            answer = _asked(probe, text)
        finally:
            timer.cancel()
            timer.join()
        if answer != "done":
            _end(probe)
    if answer != "done":
        raise RecordingError(
            path.name,
            "must be a whole HDF5 file",
            "one on which its library hangs, crashes or runs out of memory",
            "export it again",
        )


def _asked(probe: subprocess.Popen[str], path: str) -> str:
    assert probe.stdin is not None
    assert probe.stdout is not None
    with suppress(OSError):
        probe.stdin.write(path + "\n")
        probe.stdin.flush()
        return probe.stdout.readline().strip()
    return ""


def _probe() -> subprocess.Popen[str]:
    """Give this process's own probe: a fork must not share its parent's."""
    found = _probes.get(os.getpid())
    if found is None or found.poll() is not None:
        found = _probes[os.getpid()] = _started()
    return found


def _started() -> subprocess.Popen[str]:
    rule = "checking HDF5 files needs a process of its own"
    try:
        probe = subprocess.Popen(  # noqa: S603
            # Neither this folder nor the current one may lend modules.
            [sys.executable, "-P", str(_PROBE)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            encoding="utf-8",
            errors="surrogateescape",
            env={**os.environ, "OPENBLAS_NUM_THREADS": "1", "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        )
    except OSError as error:
        raise RecordingError("HDF5", rule, error.strerror or "", "allow it to start one") from None
    assert probe.stdout is not None
    if probe.stdout.readline().strip() != "ready":
        _end(probe)
        raise RecordingError("HDF5", rule, "one that does not start", "see that h5py can be imported")
    return probe


@atexit.register
def _end(probe: subprocess.Popen[str] | None = None) -> None:
    own = _probes.pop(os.getpid(), None)
    ended = probe or own
    if ended is None:
        return
    ended.kill()
    ended.wait()
    for stream in (ended.stdin, ended.stdout):
        if stream is not None:
            with suppress(OSError):
                stream.close()
