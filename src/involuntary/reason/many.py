"""Many cases at once, each as if it were alone."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice

from involuntary.knowledge import Knowledge, load
from involuntary.model import Case
from involuntary.reason.differential import Ranking, rank
from involuntary.reason.evidence import collect

__all__ = ["rank_many"]

_AHEAD = 8  # cases a thread that may wait to be taken, so that memory does not grow with their number


def rank_many(cases: Iterable[Case], knowledge: Knowledge | None = None, threads: int = 0) -> Iterator[Ranking]:
    """Weigh all evidence of each case for all hypotheses.

    Parameters
    ----------
    cases : iterable of Case
        Read as they are needed; no more are held than are being weighed.
    knowledge : Knowledge, optional
        The facts to weigh by; the default release when None.
    threads : int, optional
        How many cases to weigh at once; 0 for one a processor, or as many as ``NUMBA_NUM_THREADS`` says.

    Yields
    ------
    Ranking
        Of each case in turn: to the bit what `rank` gives for it alone.
    """
    knowledge = load() if knowledge is None else knowledge
    threads, rest = threads or _processors(), iter(cases)
    with ThreadPoolExecutor(threads) as pool:
        running: deque[Future[Ranking]] = deque()
        for case in islice(rest, threads * _AHEAD):
            running.append(pool.submit(_ranked, case, knowledge))
        while running:
            yield running.popleft().result()
            running.extend(pool.submit(_ranked, case, knowledge) for case in islice(rest, 1))


def _ranked(case: Case, knowledge: Knowledge) -> Ranking:
    return rank(case, collect(case, knowledge), knowledge)


def _processors() -> int:
    from numba import config

    return int(config.NUMBA_NUM_THREADS)  # type: ignore[attr-defined]
