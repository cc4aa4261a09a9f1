"""How well found events match true ones, each found event used once, and how sure a figure is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Score", "agreement", "match", "paired", "rand_index", "rate_interval", "share_interval"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Score:
    """Matched, missed and false events.

    Attributes
    ----------
    matched, missed, false : int
        Counts.
    """

    matched: int
    missed: int
    false: int

    @property
    def sensitivity(self) -> float:
        """Share of the true events that were found; not-a-number where there were none."""
        true = self.matched + self.missed
        return self.matched / true if true else float("nan")

    @property
    def precision(self) -> float:
        """Share of the found events that are true; not-a-number where none was found."""
        found = self.matched + self.false
        return self.matched / found if found else float("nan")

    def false_per_hour(self, seconds: float) -> float:
        """Give the false alarms an hour."""
        return 3600.0 * self.false / seconds


def match(true_s: Floats, found_s: Floats, tolerance_s: float) -> Score:
    """Match sorted times one to one, from the earliest on.

    Parameters
    ----------
    true_s, found_s : ndarray, each sorted
        In seconds.
    tolerance_s : float
        Largest difference of a match.
    """
    matched = len(paired(true_s, found_s, tolerance_s))
    return Score(matched, len(true_s) - matched, len(found_s) - matched)


def paired(true_s: Floats, found_s: Floats, tolerance_s: float) -> NDArray[np.intp]:
    """Give the rows that `match` joins: one of `true_s` and one of `found_s` each, shape (matched, 2)."""
    pairs, i, j = [], 0, 0
    while i < len(true_s) and j < len(found_s):
        if abs(true_s[i] - found_s[j]) <= tolerance_s:
            pairs.append((i, j))
            i, j = i + 1, j + 1
        elif found_s[j] < true_s[i]:
            j += 1
        else:
            i += 1
    return np.array(pairs, dtype=np.intp).reshape(-1, 2)


def share_interval(part: int, whole: int) -> tuple[float, float]:
    """Give the 95 % interval of a share (Wilson 1927, J Am Stat Assoc 22:209)."""
    from scipy.stats import binomtest

    if not whole:
        return float("nan"), float("nan")
    interval = binomtest(part, whole).proportion_ci(0.95, method="wilson")
    return float(interval.low), float(interval.high)


def rate_interval(n: int, over: float) -> tuple[float, float]:
    """Give the exact 95 % interval of a rate of independent events (Garwood 1936, Biometrika 28:437)."""
    from scipy.stats import gamma

    low = float(gamma.ppf(0.025, n)) if n else 0.0
    return low / over, float(gamma.ppf(0.975, n + 1)) / over


def agreement(table: Floats) -> float:
    """Give the intraclass correlation of measures of the same things: absolute agreement of single measures.

    ICC(A,1) of McGraw & Wong 1996 (Psychol Methods 1:30, Table 4), also ICC(2,1) of Shrout & Fleiss 1979.

    Parameters
    ----------
    table : ndarray, shape (n, k)
        One thing a row, one way to measure it a column; not-a-number for fewer than three things.
    """
    n, k = table.shape
    if n < 3:
        return float("nan")
    mean = table.mean()
    rows = k * np.sum((table.mean(axis=1) - mean) ** 2) / (n - 1)
    columns = n * np.sum((table.mean(axis=0) - mean) ** 2) / (k - 1)
    rest = table - table.mean(axis=1, keepdims=True) - table.mean(axis=0, keepdims=True) + mean
    error = np.sum(rest**2) / ((n - 1) * (k - 1))
    return float((rows - error) / (rows + (k - 1) * error + k * (columns - error) / n))


def rand_index(first: Floats, second: Floats) -> float:
    """Give the adjusted Rand index of two ways to sort the same things (Hubert & Arabie 1985, J Classif 2:193).

    Parameters
    ----------
    first, second : ndarray, shape (n,)
        Labels; each not-a-number is a class of its own.
    """
    columns = []
    for labels in (first, second):
        lone = np.isnan(labels)
        names = np.where(lone, -1.0 - np.arange(labels.size), labels)
        columns.append(np.unique(names, return_inverse=True)[1])
    table = np.zeros((columns[0].max() + 1, columns[1].max() + 1))
    np.add.at(table, (columns[0], columns[1]), 1)
    pairs = [float(np.sum(counts * (counts - 1) / 2)) for counts in (table, table.sum(axis=1), table.sum(axis=0))]
    every = first.size * (first.size - 1) / 2
    chance = pairs[1] * pairs[2] / every
    most = (pairs[1] + pairs[2]) / 2
    return (pairs[0] - chance) / (most - chance) if most > chance else 1.0
