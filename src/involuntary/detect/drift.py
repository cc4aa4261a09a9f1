"""Slow drift under responses to stimuli: the line that the time before each stimulus lies on."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from involuntary.detect.sweeps import Sweeps

__all__ = ["without_drift"]

# The line is fitted to so many means; it is drift where its slope exceeds so many standard errors, and where so much
# time before the stimulus is known: what follows is extrapolated.
_PIECES, _SURE, _KNOWN_S = 10, 4.0, 0.03
# A mark may come a little late.
_GUARD_S = 0.001


def without_drift(sweeps: Sweeps) -> Sweeps:
    """Subtract from each sweep the line of the time before its stimulus, where that clearly slopes.

    Sweeps lie about a level of zero; breath and movement tilt that level, by tens of microvolts within one response.

    Parameters
    ----------
    sweeps : Sweeps
        As `involuntary.detect.sweeps.cut` gives them.
    """
    samples = sweeps.samples.copy()
    for row, first_s in enumerate(sweeps.first_s.tolist()):
        n = int((-first_s - _GUARD_S) * sweeps.rate_hz) // _PIECES * _PIECES
        if n < _KNOWN_S * sweeps.rate_hz:
            continue
        means = samples[row, :n].reshape(_PIECES, -1).mean(axis=1)
        place = (np.arange(_PIECES) + 0.5) * (n // _PIECES) - 0.5
        far = place - place.mean()
        slope = float(far @ means / (far @ far))
        rest = means - means.mean() - slope * far
        error = float(np.sqrt(rest @ rest / (_PIECES - 2) / (far @ far)))
        if abs(slope) > _SURE * error:
            samples[row] -= means.mean() + slope * (np.arange(samples.shape[1]) - place.mean())
    return replace(sweeps, samples=samples)
