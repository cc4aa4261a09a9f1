"""Whether waves follow their stimuli, or something that goes on beside them, as the heart does, was taken for one."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from involuntary.detect.response_onsets import SMOOTH_S, pieces_of
from involuntary.detect.responses import Waves
from involuntary.detect.sweeps import Sweeps
from involuntary.dsp.alike import moved
from involuntary.dsp.smooth import parabolic

__all__ = ["repeats"]

Floats = NDArray[np.float64]

# Engineering choices: the average of what a stimulus evokes is so many times as large as with every other sweep, or
# pair of sweeps, turned over; where each wave has its time, they vary by no more than such a share of what times at
# random vary by, and by no more than those do once in a hundred; and one wave after so
# many stimuli, or two after twice as many, are chance.
_TURNED, _SPREAD, _CHANCE, _MANY = 3.0, 0.5, 0.01, 10


def repeats(sweeps: Sweeps, wave: Waves, from_s: float, to_s: float) -> bool:
    """Say whether the waves found come back, alike or at about one time; the only one of a few stimuli cannot tell.

    Parameters
    ----------
    sweeps : Sweeps
    wave : Waves
        As found in them.
    from_s, to_s : float
        Between which times from the stimulus it was sought.
    """
    from scipy.special import chdtri

    rows = np.flatnonzero(wave.present)
    if rows.size < 2 or (rows.size == 2 and wave.present.size >= 2 * _MANY):
        return not rows.size or wave.present.size < _MANY
    pieces, later, _ = pieces_of(sweeps, rows, from_s, to_s)
    smooth = np.array([parabolic(one, sweeps.rate_hz, SMOOTH_S) for one in moved(pieces, -later)])
    smooth -= np.median(smooth, axis=1, keepdims=True)
    if np.ptp(smooth.mean(axis=0)) > _TURNED * min(_turned(smooth, 1), _turned(smooth, 2)):
        return True
    times = wave.latency_s[rows][np.isfinite(wave.latency_s[rows])]
    if np.unique(times).size < 3:
        return False
    seldom = float(np.sqrt(chdtri(times.size - 1, 1 - _CHANCE) / (times.size - 1)))
    return bool(np.std(times, ddof=1) < min(_SPREAD, seldom) * (to_s - from_s) / np.sqrt(12))


def _turned(sweeps: Floats, every: int) -> float:
    """Give the size of the average with every other sweep, or group of sweeps, turned over; the larger of both ends."""
    n = len(sweeps) // (2 * every) * 2 * every
    signs = np.where(np.arange(n) // every % 2, -1.0, 1.0)
    return max(float(np.ptp(signs @ some / n)) for some in (sweeps[:n], sweeps[len(sweeps) - n :])) if n else np.inf
