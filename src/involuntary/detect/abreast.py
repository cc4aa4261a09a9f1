"""Work on several channels at once, one processor each."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from threading import Lock
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from involuntary.detect.conditioned import worth_compiling
from involuntary.model import Recording
from involuntary.model.recording import SampleSource
from involuntary.workers import processors

__all__ = ["abreast", "readable_abreast"]

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _OneAtATime:
    """A source whose reader can do but one thing at a time."""

    source: SampleSource
    lock: Lock = field(default_factory=Lock)

    def read(self, channel: int, start: int, stop: int) -> NDArray[np.float64]:
        with self.lock:
            return self.source.read(channel, start, stop)


def readable_abreast(recording: Recording) -> Recording:
    """Give a recording that several threads may read: one after the other, unless its source says that it can."""
    if getattr(recording.source, "abreast", False):
        return recording
    return replace(recording, source=_OneAtATime(recording.source))


def abreast(recording: Recording, jobs: Sequence[Callable[[], T]]) -> Iterator[T]:
    """Do jobs on a recording and give their results in order; on all processors where it is long enough.

    The kernels, the file and NumPy let other threads run meanwhile; what a job gives does not depend on the others.
    """
    threads = min(processors(), len(jobs)) if len(jobs) > 1 and worth_compiling(recording) else 1
    if threads < 2:
        yield from (job() for job in jobs)
        return
    with ThreadPoolExecutor(threads) as pool:
        running = [pool.submit(job) for job in jobs]
        try:
            yield from (future.result() for future in running)
        finally:
            for future in running:
                future.cancel()
