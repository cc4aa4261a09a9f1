"""The smallest of values that are each known to an error: noise alone would draw it down."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["drawn", "expected_smallest"]

Floats = NDArray[np.float64]

# Standard deviations and places over which the chance is integrated: what lies beyond is less than a millionth.
_REACH, _GRID = 5.0, 1001


def drawn(values: Floats, errors: Floats) -> tuple[Floats, Floats]:
    """Draw every value to the mean of all by its own error (empirical Bayes); give what is then known of each.

    Parameters
    ----------
    values, errors : ndarray, shape (n,)
        At least two values, and their standard deviations, of which one is larger than 0.

    Returns
    -------
    middle, spread : ndarray, shape (n,)
        Expected true value, and its standard deviation.
    """
    noise = np.maximum(errors, 1e-3 * errors.max()) ** 2
    own = max(float(np.var(values, ddof=1) - noise.mean()), 0.0)
    mean = float(np.average(values, weights=1 / (own + noise)))
    share = own / (own + noise)
    # With no variation of their own all are the mean.
    return mean + share * (values - mean), np.maximum(np.sqrt(share * noise), 1e-9)


def expected_smallest(values: Floats, errors: Floats) -> float:
    """Give the expected smallest of true values, from values with independent normal errors.

    The true values are taken as normally distributed about a mean, with what the values vary by beyond their errors:
    each is drawn to that mean by its own error (empirical Bayes), and the expected minimum of what is then known of
    them is given. With small errors it is the smallest value.

    Parameters
    ----------
    values, errors : ndarray, shape (n,)
        Values and their standard deviations; not-a-number values are left out.

    Returns
    -------
    float
        Of fewer than three, or where an error is not known, the smallest as it was measured; not-a-number of nothing.
    """
    from scipy.special import ndtr

    known = np.isfinite(values)
    values, errors = values[known], errors[known]
    if not values.size:
        return float("nan")
    if values.size < 3 or not np.all(np.isfinite(errors)) or not errors.max() > 0:
        return float(values.min())
    middle, spread = drawn(values, errors)
    low = float(np.min(middle - _REACH * spread))
    grid = np.linspace(low, float(np.min(middle + _REACH * spread)), _GRID)
    # The expectation is the integral of the chance that all are larger.
    larger = np.prod(1 - ndtr((grid[:, None] - middle) / spread), axis=1)
    return low + float(np.trapezoid(larger, grid))
