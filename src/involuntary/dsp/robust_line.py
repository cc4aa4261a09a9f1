"""A straight line through points of which some are wrong, with intervals."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Line", "robust_line"]

Floats = NDArray[np.float64]

# Tukey's bisquare at 95 % efficiency, and the median absolute deviation of a Gaussian (Holland & Welsch 1977).
_TUNING, _MAD = 4.685, 0.6745
_ROUNDS = 50


@dataclass(frozen=True, slots=True)
class Line:
    """``y = intercept + slope * x`` with 95 % intervals; `kept` is the share of points with weight."""

    intercept: float
    slope: float
    intercept_interval: tuple[float, float]
    slope_interval: tuple[float, float]
    kept: float


def robust_line(x: Floats, y: Floats, x_error: float = 0.0) -> Line | None:
    """Fit by iterated weights (Tukey's bisquare) from the median of pairwise slopes (Theil & Sen).

    Parameters
    ----------
    x, y : ndarray, shape (n,)
    x_error : float
        Standard deviation of what noise adds to every x. It flattens the line by the share that it has in the variance
        of x, and is made good by that, up to a half (the method of moments for errors in variables).

    Returns
    -------
    Line or None
        None with fewer than four points, or where all x are one.
    """
    from scipy.special import stdtrit

    n = x.size
    if n < 4 or not np.ptp(x) > 0:
        return None
    i, j = np.triu_indices(n, 1)
    apart = x[j] != x[i]
    slope = float(np.median((y[j] - y[i])[apart] / (x[j] - x[i])[apart]))
    best = np.array([np.median(y - slope * x), slope])
    design = np.column_stack([np.ones(n), x])
    weight = np.ones(n)
    for _ in range(_ROUNDS):
        left = y - design @ best
        scale = max(float(np.median(np.abs(left))) / _MAD, 1e-9 * (1 + float(np.max(np.abs(y)))))
        weight = np.clip(1 - (left / (_TUNING * scale)) ** 2, 0.0, None) ** 2
        root = np.sqrt(weight)[:, None]
        new = np.linalg.lstsq(design * root, y * root[:, 0], rcond=None)[0]
        if np.allclose(new, best, rtol=1e-10, atol=1e-12):
            break
        best = new
    left = y - design @ best
    free = max(float(weight.sum()) - 2, 1.0)
    variance = float(np.sum(weight * left**2)) / free * np.linalg.pinv(design.T @ (design * weight[:, None]))
    reach = float(stdtrit(free, 0.975)) * np.sqrt(np.diag(variance))
    (a, b), (da, db) = best.tolist(), reach.tolist()
    mean = float(np.average(x, weights=weight))
    noisy = min(x_error**2 / max(float(np.average((x - mean) ** 2, weights=weight)), np.finfo(np.float64).tiny), 0.5)
    steeper = 1 / (1 - noisy)
    a, b, da, db = a + b * mean * (1 - steeper), b * steeper, da * steeper, db * steeper
    return Line(a, b, (a - da, a + da), (b - db, b + db), float(np.mean(weight > 0)))
