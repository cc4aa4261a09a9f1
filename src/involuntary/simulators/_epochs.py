"""Stretches of activity: when they lie, and how they wax and wane."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from involuntary.simulators._chunks import Floats

__all__ = ["Epochs", "alternating", "trapezia"]

Epochs = list[tuple[float, float]]


def alternating(duration_s: float, start_s: float, on_s: float, off_s: float) -> Epochs:
    """Give stretches of `on_s` with pauses of `off_s`, from `start_s`; the last is cut at the end."""
    starts = np.arange(start_s, duration_s, on_s + off_s)
    return [(float(start), float(min(start + on_s, duration_s))) for start in starts]


def trapezia(epochs: Epochs, ramp_s: float, height: float = 1.0) -> Callable[[Floats], Floats]:
    """Give a function of time that is `height` in an epoch, 0 outside, with ramps inside the epoch's ends.

    Parameters
    ----------
    epochs : list of (start, stop)
        In seconds, sorted and disjoint.
    ramp_s : float
        Length of a ramp; at most half an epoch.
    height : float
        Value between the ramps.
    """
    time, value = [0.0], [0.0]
    for start, stop in epochs:
        ramp = min(ramp_s, (stop - start) / 2)
        time += [start, start + ramp, stop - ramp, stop]
        value += [0.0, height, height, 0.0]
    if epochs and epochs[0][0] <= 0:
        time, value = time[1:], value[1:]
    return lambda at: np.interp(at, time, value, left=0.0, right=0.0)
