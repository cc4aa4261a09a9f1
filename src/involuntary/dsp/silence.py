"""The silent period: how long ongoing activity is interrupted after a response."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["silent_period"]

_SMOOTH_S = 0.005
_SILENT_SHARE, _BACK_SHARE = 0.3, 0.5
_SHORTEST_S, _BACK_S = 0.015, 0.003


def silent_period(samples: NDArray[np.float64], rate_hz: float, stimulus: int, onset: int) -> float:
    """Give the time from the onset of a response to the return of activity.

    The rectified signal, smoothed over 5 ms, must first fall below 30 % of its mean before the stimulus for at least
    15 ms; it is back where it then exceeds half that mean for 3 ms. Engineering choices: no rule is agreed upon.

    Parameters
    ----------
    samples : ndarray, shape (n,)
        One sweep.
    rate_hz : float
        Samples a second.
    stimulus, onset : int
        Sample of the stimulus and of the response's onset.

    Returns
    -------
    float
        Seconds; not-a-number where nothing was interrupted, or activity does not come back within the sweep.
    """
    width = max(round(_SMOOTH_S * rate_hz), 1)
    level = np.convolve(np.abs(samples), np.ones(width) / width, mode="same")
    before = level[: max(stimulus - width, 0)]
    if before.size < 4 * width or not 0 <= onset < level.size:
        return float("nan")
    usual = float(np.mean(before))
    shortest, back = round(_SHORTEST_S * rate_hz), max(round(_BACK_S * rate_hz), 1)
    silent = np.convolve(level[onset:] < _SILENT_SHARE * usual, np.ones(shortest), mode="valid") >= shortest
    if not silent.any():
        return float("nan")
    start = onset + int(np.argmax(silent))
    again = np.convolve(level[start:] > _BACK_SHARE * usual, np.ones(back), mode="valid") >= back
    return (start + int(np.argmax(again)) - onset) / rate_hz if again.any() else float("nan")
