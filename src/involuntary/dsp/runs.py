"""Runs: stretches of samples that are equal, or that a mask marks."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["equal_runs", "joined", "true_runs"]

Samples = NDArray[np.float64]
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
