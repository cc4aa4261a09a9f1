"""Sorted stretches of time that do not overlap: recorded, usable, voluntary, artefact."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from involuntary.errors import ParameterError

__all__ = ["Intervals"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Intervals:
    """Stretches of time, sorted, disjoint and longer than zero.

    Attributes
    ----------
    start_s, stop_s : ndarray of float64, shape (n,)
        Seconds on the recording's clock; ``start_s < stop_s <= next start_s``.

    Raises
    ------
    ParameterError
        If they are unsorted, overlapping or empty; use `Intervals.union_of` to merge such stretches.
    """

    start_s: Floats
    stop_s: Floats

    def __post_init__(self) -> None:
        for name in ("start_s", "stop_s"):
            object.__setattr__(self, name, _frozen(getattr(self, name)))
        bounds = np.column_stack([self.start_s, self.stop_s]).ravel()
        steps = np.diff(bounds)
        # Not-a-number fails both comparisons, hence the positive form.
        if not (bool(np.all(steps[::2] > 0)) and bool(np.all(steps[1::2] >= 0)) and bool(np.all(np.isfinite(bounds)))):
            raise ParameterError(
                "intervals",
                "must be finite, sorted, disjoint and longer than zero",
                "",
                "merge them with Intervals.union_of",
            )

    @classmethod
    def empty(cls) -> Intervals:
        """Give no stretch at all."""
        return cls(np.empty(0), np.empty(0))

    @classmethod
    def of(cls, *pairs: tuple[float, float]) -> Intervals:
        """Build from ``(start_s, stop_s)`` pairs that are sorted and disjoint already."""
        table = np.asarray(pairs, dtype=np.float64).reshape(-1, 2)
        return cls(table[:, 0], table[:, 1])

    @classmethod
    def union_of(cls, pairs: Iterable[tuple[float, float]] | Floats, merge_gap_s: float = 0.0) -> Intervals:
        """Merge stretches in any order; those at most `merge_gap_s` apart become one, empty ones vanish."""
        rows = pairs if isinstance(pairs, np.ndarray) else list(pairs)
        table = np.asarray(rows, dtype=np.float64).reshape(-1, 2)
        table = table[table[:, 1] > table[:, 0]]
        if not len(table):
            return cls.empty()
        table = table[np.argsort(table[:, 0], kind="stable")]
        reach = np.maximum.accumulate(table[:, 1])
        new = np.concatenate([[True], table[1:, 0] > reach[:-1] + merge_gap_s])
        last = np.concatenate([np.flatnonzero(new)[1:] - 1, [len(table) - 1]])
        return cls(table[new, 0], reach[last])

    def __len__(self) -> int:
        return int(self.start_s.size)

    def __iter__(self) -> Iterator[tuple[float, float]]:
        return iter(zip(self.start_s.tolist(), self.stop_s.tolist(), strict=True))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Intervals):
            return NotImplemented
        return np.array_equal(self.start_s, other.start_s) and np.array_equal(self.stop_s, other.stop_s)

    __hash__ = None  # type: ignore[assignment]

    @property
    def total_s(self) -> float:
        """Summed length in seconds."""
        return float(np.sum(self.stop_s - self.start_s))

    def union(self, other: Intervals, merge_gap_s: float = 0.0) -> Intervals:
        """Give the stretches in either."""
        return Intervals.union_of(np.concatenate([self._table, other._table]), merge_gap_s)

    def widened(self, before_s: float, after_s: float) -> Intervals:
        """Lengthen every stretch on both sides and merge what then touches."""
        return Intervals.union_of(np.column_stack([self.start_s - before_s, self.stop_s + after_s]))

    def intersection(self, other: Intervals) -> Intervals:
        """Give the stretches in both."""
        first = np.searchsorted(other.stop_s, self.start_s, side="right")
        count = np.maximum(np.searchsorted(other.start_s, self.stop_s) - first, 0)
        own = np.repeat(np.arange(len(self)), count)
        theirs = np.arange(own.size) + np.repeat(first - (np.cumsum(count) - count), count)
        start = np.maximum(self.start_s[own], other.start_s[theirs])
        return Intervals.union_of(np.column_stack([start, np.minimum(self.stop_s[own], other.stop_s[theirs])]))

    def without(self, other: Intervals) -> Intervals:
        """Give the stretches in this and not in `other`."""
        return self.intersection(other._complement())

    def _complement(self) -> Intervals:
        far = np.finfo(np.float64).max / 4  # twice as far is still finite
        edges = np.concatenate([[-far], np.column_stack([self.start_s, self.stop_s]).ravel(), [far]])
        return Intervals.union_of(edges.reshape(-1, 2))

    @property
    def _table(self) -> Floats:
        return np.column_stack([self.start_s, self.stop_s])

    def seconds_within(self, start_s: Floats, stop_s: Floats) -> Floats:
        """Give how many seconds of these stretches lie in each of other stretches, shape (n,); 0 if they do not touch.

        Parameters
        ----------
        start_s, stop_s : ndarray, shape (n,)
            The others, in any order; they may overlap.
        """
        if not len(self):
            return np.zeros(np.shape(start_s))
        passed = np.column_stack([np.zeros(len(self)), self.stop_s - self.start_s]).ravel().cumsum()
        edges = self._table.ravel()
        seconds: Floats = np.interp(stop_s, edges, passed) - np.interp(start_s, edges, passed)
        return seconds

    def contains(self, time_s: Floats) -> NDArray[np.bool_]:
        """Tell for each time whether it lies in a stretch (starts included, stops not)."""
        times = np.asarray(time_s, dtype=np.float64)
        if not len(self):
            return np.zeros(times.shape, dtype=np.bool_)
        index = np.searchsorted(self.start_s, times, side="right") - 1
        inside: NDArray[np.bool_] = (index >= 0) & (times < self.stop_s[np.maximum(index, 0)])
        return inside


def _frozen(values: Floats) -> Floats:
    array = np.array(values, dtype=np.float64).ravel()
    array.setflags(write=False)
    return array
