"""Two units that were taken for one, or one for two: whether what is left less the template falls into two heaps."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["halves", "two_heaps"]

Samples = NDArray[np.float64]

# Standard deviations between the heaps: in noise of 40 independent samples, cut where it parts best, 12 of 1,000 draws
# of 25 potentials and none of 150 or more exceeded this. An engineering choice.
_APART, _APART_OF_FEW = 3.7, 25.0
_LEAST_SHARE = 0.1  # of the potentials in the smaller heap
_FEWEST = 20  # potentials of both


def halves(left: Samples, fewest: int) -> NDArray[np.bool_] | None:
    """Part potentials where what is left of them falls into two heaps along the direction in which it differs most.

    Parameters
    ----------
    left : ndarray, shape (n, m)
        Aligned potentials less their template.
    fewest : int
        Potentials of a heap, at least.

    Returns
    -------
    ndarray of bool, shape (n,), or None
        Which lie in the second heap; None where there is only one.
    """
    n, least = len(left), max(fewest, round(_LEAST_SHARE * len(left)))
    if n < max(_FEWEST, 2 * least):
        return None
    # What sticks out is a coincidence of two potentials and must not turn the direction.
    size = np.linalg.norm(left, axis=1)
    usual = left[size <= 2 * np.median(size)]
    _, vectors = np.linalg.eigh(usual.T @ usual)
    along = left @ vectors[:, -1]
    order = np.sort(along)
    # The cut that leaves least variance within (Otsu 1979).
    lower = np.arange(least, n - least + 1)
    total = np.cumsum(order)
    between = total[lower - 1] / lower - (total[-1] - total[lower - 1]) / (n - lower)
    cut = int(lower[np.argmax(lower * (n - lower) * between**2)])
    within = np.concatenate([order[:cut] - order[:cut].mean(), order[cut:] - order[cut:].mean()])
    apart = float(order[cut:].mean() - order[:cut].mean())
    second = along >= order[cut]
    return second if apart > _least_apart(n) * float(np.sqrt(within @ within / (n - 2))) else None


def two_heaps(first: Samples, second: Samples) -> bool:
    """Tell whether potentials of two templates, all aligned, lie apart along the line between these.

    Parameters
    ----------
    first, second : ndarray, shapes (n, m) and (k, m)
    """
    line = np.median(second, axis=0) - np.median(first, axis=0)
    # Medians: what sticks out is a coincidence of two potentials.
    along = [part @ line for part in (first, second)]
    strays = np.concatenate([values - np.median(values) for values in along])
    apart = float(np.median(along[1]) - np.median(along[0]))
    return apart > _least_apart(strays.size) * 1.4826 * float(np.median(np.abs(strays)))


def _least_apart(n: int) -> float:
    return _APART + _APART_OF_FEW / n
