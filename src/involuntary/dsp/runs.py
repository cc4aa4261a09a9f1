"""Runs: stretches of samples that are equal, or that a mask marks."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["equal_runs", "inside", "joined", "means", "most", "percentiles", "running_most", "true_runs"]

Samples = NDArray[np.float64]
Floats = NDArray[np.floating]
Indices = NDArray[np.intp]
Spans = NDArray[np.intp]


def true_runs(mask: NDArray[np.bool_]) -> Spans:
    """Give first and last-plus-one index of each stretch of true values, shape (n, 2)."""
    if not mask.size:
        return np.empty((0, 2), dtype=np.intp)
    edges = np.flatnonzero(mask[1:] != mask[:-1]) + 1
    first = [0] if mask[0] else []
    last = [mask.size] if mask[-1] else []
    return np.concatenate([first, edges, last]).astype(np.intp).reshape(-1, 2)


def equal_runs(samples: Samples, shortest: int) -> Spans:
    """Give first and last-plus-one index of each run of at least `shortest` (2 or more) equal samples, shape (n, 2)."""
    spans = true_runs(samples[1:] == samples[:-1])
    spans[:, 1] += 1
    return spans[spans[:, 1] - spans[:, 0] >= shortest]


def joined(spans: Spans, gap: int = 0) -> Spans:
    """Merge spans, sorted by their start, that overlap or lie at most `gap` samples apart."""
    if not len(spans):
        return spans.reshape(-1, 2)
    reach = np.maximum.accumulate(spans[:, 1])
    new = np.concatenate([[True], spans[1:, 0] > reach[:-1] + gap])
    last = np.concatenate([np.flatnonzero(new)[1:] - 1, [len(spans) - 1]])
    return np.column_stack([spans[new, 0], reach[last]])


def inside(spans: Spans) -> tuple[Indices, Indices]:
    """Give every index that lies in a span, span after span, and the number of the span that it lies in."""
    length = spans[:, 1] - spans[:, 0]
    owner = np.repeat(np.arange(len(spans)), length)
    return np.arange(owner.size) + np.repeat(spans[:, 0] - (np.cumsum(length) - length), length), owner


def most(values: Floats, spans: Spans) -> Samples:
    """Give the largest of the values in each span, shape (n,); ends beyond the values are cut."""
    if not len(spans):
        return np.empty(0)
    padded = np.append(values, -np.inf)
    return np.asarray(np.maximum.reduceat(padded, np.clip(spans, 0, values.size).ravel())[::2], dtype=np.float64)


def means(values: Floats | NDArray[np.bool_], spans: Spans) -> Samples:
    """Give the mean of the values in each span, none of them empty, shape (n,)."""
    index, _ = inside(spans)
    length = spans[:, 1] - spans[:, 0]
    if not len(spans):
        return np.empty(0)
    mean: Samples = np.add.reduceat(values[index].astype(np.float64), np.cumsum(length) - length) / length
    return mean


def percentiles(values: Floats, owner: Indices, n: int, percent: float) -> Samples:
    """Give a percentile of the values of each of `n` owners, shape (n,), straight between neighbours.

    Parameters
    ----------
    values : ndarray, shape (k,)
    owner : ndarray of int, shape (k,)
        Whose each value is, rising; none has none.
    """
    ordered = values[np.lexsort((values, owner))].astype(np.float64)
    count = np.bincount(owner, minlength=n)
    place = (count - 1) * (percent / 100)
    below = place.astype(np.intp)
    low, above = np.cumsum(count) - count + below, np.minimum(below + 1, count - 1) - below
    percentile: Samples = ordered[low] + (place - below) * (ordered[low + above] - ordered[low])
    return percentile


def running_most(values: Floats, width: int) -> Floats:
    """Give the largest of each so many values in a row, shape (n - width + 1,)."""
    done, most_yet = 1, values
    while done < width:
        step = min(done, width - done)
        most_yet, done = np.maximum(most_yet[:-step], most_yet[step:]), done + step
    return most_yet
