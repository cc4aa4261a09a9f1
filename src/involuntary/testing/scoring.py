"""How well found events match true ones, each found event used once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Score", "match"]


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


def match(true_s: NDArray[np.float64], found_s: NDArray[np.float64], tolerance_s: float) -> Score:
    """Match sorted times one to one, from the earliest on.

    Parameters
    ----------
    true_s, found_s : ndarray, each sorted
        In seconds.
    tolerance_s : float
        Largest difference of a match.
    """
    matched, i, j = 0, 0, 0
    while i < len(true_s) and j < len(found_s):
        if abs(true_s[i] - found_s[j]) <= tolerance_s:
            matched, i, j = matched + 1, i + 1, j + 1
        elif found_s[j] < true_s[i]:
            j += 1
        else:
            i += 1
    return Score(matched, len(true_s) - matched, len(found_s) - matched)
