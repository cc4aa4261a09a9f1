"""Many pieces of work at once, their results in order."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from itertools import islice
from typing import TypeVar

__all__ = ["in_order", "processors"]

T = TypeVar("T")
R = TypeVar("R")

_AHEAD = 8  # pieces a worker that may wait to be taken, so that memory does not grow with their number


def processors() -> int:
    """Give how many processors this process may use; the environment variable ``NUMBA_NUM_THREADS`` says another."""
    from numba import config

    return int(config.NUMBA_NUM_THREADS)  # type: ignore[attr-defined]


def in_order(submit: Callable[[T], Future[R]], work: Iterable[T], workers: int) -> Iterator[R]:
    """Give the result of each piece of work in turn; no more are taken than keep the workers busy.

    Parameters
    ----------
    submit : callable
        Hands a piece to a pool of threads or processes.
    work : iterable
        Read as it is needed.
    workers : int
        How many the pool has.
    """
    rest = iter(work)
    running = deque(map(submit, islice(rest, workers * _AHEAD)))
    while running:
        yield running.popleft().result()
        running.extend(map(submit, islice(rest, 1)))
