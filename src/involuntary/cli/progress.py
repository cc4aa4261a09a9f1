"""Progress of long work: one line on a terminal that is rewritten in place, nothing in a pipe."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from involuntary.errors import printable
from involuntary.model import Recording

__all__ = ["counted", "watched"]

_EVERY_S = 0.1


@dataclass(slots=True)
class _Line:
    """The line and when it was last written."""

    write: Callable[[str], object]
    now: Callable[[], float]
    doing: str = ""
    written_s: float = field(default=-1.0)

    def show(self, channel: str, share: float) -> None:
        if self.now() - self.written_s >= _EVERY_S:
            self.written_s = self.now()
            self.write("\r\x1b[2K" + "  ".join(filter(None, (self.doing, channel, f"{100 * share:3.0f} %"))))

    def clear(self) -> None:
        if self.written_s >= 0:
            self.write("\r\x1b[2K")


@dataclass(frozen=True, slots=True)
class _Watched:
    """A sample source that says how far it has been read."""

    recording: Recording
    line: _Line

    def read(self, channel: int, start: int, stop: int) -> NDArray[np.float64]:
        meta = self.recording.channels[channel]
        self.line.show(printable(meta.name, 40), stop / max(meta.n_samples, 1))
        return self.recording.source.read(channel, start, stop)


@contextmanager
def counted(total: int) -> Iterator[Callable[[int], None]]:
    """Give what to call with how many of `total` are done; it is shown on a terminal."""
    line = _Line(lambda text: (sys.stderr.write(text), sys.stderr.flush()), time.monotonic)

    def done(count: int) -> None:
        if sys.stderr.isatty():
            line.show(f"{count} of {total}", count / max(total, 1))

    try:
        yield done
    finally:
        line.clear()


@contextmanager
def watched(recording: Recording) -> Iterator[tuple[Recording, Callable[[str], None] | None]]:
    """Give a recording that shows on a terminal how far it has been read, and what to call with each task's name."""
    if not sys.stderr.isatty():
        yield recording, None
        return
    line = _Line(lambda text: (sys.stderr.write(text), sys.stderr.flush()), time.monotonic)

    def doing(name: str) -> None:
        line.doing = name

    try:
        yield replace(recording, source=_Watched(recording, line)), doing
    finally:
        line.clear()
