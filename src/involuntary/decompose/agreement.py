"""How well two decompositions agree: discharges in common, unit by unit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

__all__ = ["Agreement", "agreement", "common"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Agreement:
    """Two trains of one unit.

    Attributes
    ----------
    first, second : int
        Number of the unit in either decomposition.
    common, first_only, second_only : int
        Discharges in both, and in one alone.
    lag_s : float
        How much later the second has them.
    """

    first: int
    second: int
    common: int
    first_only: int
    second_only: int
    lag_s: float

    @property
    def rate(self) -> float:
        """Rate of agreement: common over all, from 0 to 1."""
        total = self.common + self.first_only + self.second_only
        return self.common / total if total else 0.0


def common(first_s: Floats, second_s: Floats, tolerance_s: float) -> int:
    """Count pairs of discharges, each used once, no further apart than the tolerance; both sorted."""
    i = j = count = 0
    while i < first_s.size and j < second_s.size:
        apart = second_s[j] - first_s[i]
        if abs(apart) <= tolerance_s:
            i, j, count = i + 1, j + 1, count + 1
        elif apart > 0:
            i += 1
        else:
            j += 1
    return count


def agreement(
    first: Sequence[Floats], second: Sequence[Floats], tolerance_s: float = 0.0005, largest_lag_s: float = 0.03
) -> list[Agreement]:
    """Pair the units of two decompositions so that most discharges agree.

    Two methods date a discharge by different parts of the potential, so one constant lag a pair of units is found.

    Parameters
    ----------
    first, second : sequence of ndarray
        Discharge times of each unit in seconds, sorted.
    tolerance_s : float
        Around the lag; 0.5 ms is usual for needle recordings.
    largest_lag_s : float
        Where the lag is sought.

    Returns
    -------
    list of Agreement
        One a pair, in the order of `first`; units without a partner are not in it.
    """
    table = [[_pair(i, a, j, b, tolerance_s, largest_lag_s) for j, b in enumerate(second)] for i, a in enumerate(first)]
    if not table or not table[0]:
        return []
    rows, columns = linear_sum_assignment([[-cell.rate for cell in row] for row in table])
    return [table[i][j] for i, j in zip(rows.tolist(), columns.tolist(), strict=True) if table[i][j].common]


def _pair(i: int, a: Floats, j: int, b: Floats, tolerance_s: float, largest_s: float) -> Agreement:
    lags = (b[None, :] - a[:, None]).ravel()
    lags = np.sort(lags[np.abs(lags) <= largest_s])
    lag = 0.0
    if lags.size:
        # The densest window of twice the tolerance.
        inside = np.searchsorted(lags, lags + 2 * tolerance_s, side="right") - np.arange(lags.size)
        start = int(np.argmax(inside))
        lag = float(np.median(lags[start : start + int(inside[start])]))
    n = common(a, b - lag, tolerance_s)
    return Agreement(i, j, n, a.size - n, b.size - n, lag)
