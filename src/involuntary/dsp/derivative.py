"""How fast samples change: central differences that are true up to a quarter of the sampling rate."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["rate_of_change"]

Floats = NDArray[np.float64]

# Of the samples one to four to either side (Fornberg 1988, Math Comp 51:699, table 1, order 8).
_WEIGHTS = (4 / 5, -1 / 5, 4 / 105, -1 / 280)


def rate_of_change(samples: Floats, rate_hz: float) -> Floats:
    """Differentiate along the last axis.

    Two neighbours alone give a sine of a twelfth of the rate, as a tremor of 5 Hz filmed at 60 frames a second, 4.5 %
    too small, and one of a sixth 17 %; four to either side less than 0.2 %, and 2 to 4 % up to a quarter.

    Parameters
    ----------
    samples : ndarray, shape (..., n)
        At least two; the four at either end have their two neighbours.
    rate_hz : float
        Samples a second.
    """
    slope: Floats = np.gradient(samples, axis=-1) * rate_hz
    reach, n = len(_WEIGHTS), samples.shape[-1]
    if n > 2 * reach:
        slope[..., reach : n - reach] = rate_hz * sum(
            weight * (samples[..., reach + k : n - reach + k] - samples[..., reach - k : n - reach - k])
            for k, weight in enumerate(_WEIGHTS, 1)
        )
    return slope
