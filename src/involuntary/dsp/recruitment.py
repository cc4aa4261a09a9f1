"""Recruitment curves: a sigmoid through responses against stimulus strength, its threshold and slope with intervals."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Curve", "sigmoid"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Curve:
    """A sigmoid ``low + height / (1 + exp(-(level - middle) / width))``.

    Attributes
    ----------
    height, middle, width : float
        Plateau over the foot, level of half height, and level from there to 73 % of it.
    threshold : float
        Where the tangent at half height meets the foot: ``middle - 2 * width``.
    threshold_interval : tuple of float
        95 %, by the covariance of the fit.
    slope : float
        Of that tangent, ``height / (4 * width)``.
    explained : float
        Share of the variance.
    """

    height: float
    middle: float
    width: float
    threshold: float
    threshold_interval: tuple[float, float]
    slope: float
    explained: float


def sigmoid(level: Floats, size: Floats) -> Curve | None:
    """Fit a rising sigmoid.

    Parameters
    ----------
    level, size : ndarray, shape (n,)
        Stimulus strength, and what it evoked.

    Returns
    -------
    Curve or None
        None where there are fewer than five points or three levels, or none can be fitted.
    """
    from scipy.optimize import curve_fit
    from scipy.special import stdtrit

    distinct = np.unique(level)
    if level.size < 5 or distinct.size < 3 or not np.ptp(size) > 0:
        return None
    low, high = float(size.min()), float(size.max())
    step = float(np.median(np.diff(distinct)))
    middle = float(np.interp(0.5, (np.sort(size) - low) / (high - low), np.sort(level)))
    span = float(np.ptp(level))
    bounds = (
        [low - 0.1 * (high - low), 0.0, level.min() - span, step / 50],
        [low + 0.3 * (high - low), 3 * (high - low), level.max() + span, span],
    )
    try:
        best, covariance = curve_fit(
            _sigmoid, level, size, (low, high - low, middle, step), bounds=bounds, maxfev=2000
        )  # fmt: skip
    except RuntimeError:
        return None
    foot, height, middle, width = (float(v) for v in best)
    residual = size - _sigmoid(level, foot, height, middle, width)
    gradient = np.array([1.0, -2.0])
    variance = float(gradient @ covariance[2:, 2:] @ gradient)
    threshold = middle - 2 * width
    reach = float(stdtrit(max(level.size - 4, 1), 0.975)) * np.sqrt(max(variance, 0.0))
    # Between two levels that were tried nothing is known.
    reach = max(reach, step / 2) if np.isfinite(reach) else span
    return Curve(
        height,
        middle,
        width,
        threshold,
        (threshold - reach, threshold + reach),
        height / (4 * width),
        1 - float(residual @ residual) / float(np.sum((size - size.mean()) ** 2)),
    )


def _sigmoid(level: Floats, foot: float, height: float, middle: float, width: float) -> Floats:
    return foot + height / (1 + np.exp(np.clip(-(level - middle) / width, -500, 500)))
