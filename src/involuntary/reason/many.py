"""Many cases at once, each as if it were alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor

from involuntary.knowledge import Knowledge, load
from involuntary.model import Case
from involuntary.reason.differential import Ranking, rank
from involuntary.reason.evidence import collect
from involuntary.workers import in_order, processors

__all__ = ["rank_many"]


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
    threads = threads or processors()
    with ThreadPoolExecutor(threads) as pool:
        yield from in_order(lambda case: pool.submit(_ranked, case, knowledge), cases, threads)


def _ranked(case: Case, knowledge: Knowledge) -> Ranking:
    return rank(case, collect(case, knowledge), knowledge)
