"""The mechanical answer of a muscle to one stimulus: when it begins, how fast it rises, how long it stays."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Twitch", "twitch"]


@dataclass(frozen=True, slots=True)
class Twitch:
    """One twitch; times in seconds, not-a-number where it does not come so far within the samples.

    Attributes
    ----------
    delay : float
        From the stimulus to 10 % of the largest displacement.
    contraction : float
        From 10 % to 90 %.
    sustain : float
        From 50 % on the way up to 50 % on the way down.
    half_relaxation : float
        From 90 % to 50 % on the way down.
    size : float
        The largest displacement, in the samples' unit.
    peaks : int
        Turning points above half of it before it falls below half.
    """

    delay: float
    contraction: float
    sustain: float
    half_relaxation: float
    size: float
    peaks: int


def twitch(samples: NDArray[np.float64], rate_hz: float, dip: float = 0.0) -> Twitch:
    """Measure a twitch with linear interpolation between samples.

    Parameters
    ----------
    samples : ndarray, shape (n,)
        From the stimulus on, around a baseline of zero, rising.
    rate_hz : float
        Samples a second.
    dip : float
        Between two peaks it falls by more than this, in the samples' unit: less is noise.
    """
    top = int(np.argmax(samples))
    size = float(samples[top])
    up10, up50, up90 = (_rise(samples[: top + 1], share * size) for share in (0.1, 0.5, 0.9))
    down90, down50 = (top + _fall(samples[top:], share * size) for share in (0.9, 0.5))
    inner = samples[1:-1]
    tops = np.flatnonzero((inner > samples[:-2]) & (inner >= samples[2:]) & (inner > 0.5 * size)) + 1
    last = round(down50) if np.isfinite(down50) else samples.size
    return Twitch(
        up10 / rate_hz,
        (up90 - up10) / rate_hz,
        (down50 - up50) / rate_hz,
        (down50 - down90) / rate_hz,
        size,
        _apart(samples, tops[tops < last], dip),
    )


def _apart(samples: NDArray[np.float64], tops: NDArray[np.intp], dip: float) -> int:
    """Count turning points between which it falls far enough."""
    count, kept = min(tops.size, 1), int(tops[0]) if tops.size else 0
    for top in tops[1:].tolist():
        lower = min(samples[kept], samples[top])
        apart = lower - float(samples[kept : top + 1].min()) > dip
        count += apart
        kept = top if apart or samples[top] > samples[kept] else kept
    return count


def _rise(samples: NDArray[np.float64], level: float) -> float:
    """Give where samples first reach a level."""
    over = np.flatnonzero(samples >= level)
    if not over.size:
        return float("nan")
    i = int(over[0])
    return i - float((samples[i] - level) / (samples[i] - samples[i - 1])) if i else 0.0


def _fall(samples: NDArray[np.float64], level: float) -> float:
    """Give where samples first come down to a level."""
    under = np.flatnonzero(samples <= level)
    if not under.size:
        return float("nan")
    i = int(under[0])
    return i - float((level - samples[i]) / (samples[i - 1] - samples[i])) if i else 0.0
