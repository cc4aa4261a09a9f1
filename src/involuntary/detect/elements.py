"""Elements of movement: from one moment of least speed to the next, each with its size and direction."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from involuntary.detect import usable
from involuntary.detect.sensors import sensor_of
from involuntary.dsp.bands import zero_phase
from involuntary.dsp.derivative import rate_of_change
from involuntary.dsp.turns import turning_points
from involuntary.model import ChannelKind, Recording

__all__ = ["ElementRule", "Elements", "detect"]

Floats = NDArray[np.float64]
# How often the samples are integrated to a velocity.
_TO_VELOCITY = {
    ChannelKind.ACCELEROMETER: 1,
    ChannelKind.GYROSCOPE: 0,
    ChannelKind.ANGLE: -1,
    ChannelKind.DISPLACEMENT: -1,
}


@dataclass(frozen=True, slots=True)
class ElementRule:
    """How movement is cut into elements; engineering choices.

    Attributes
    ----------
    low_hz, high_hz : float
        Zero-phase band of the velocity: below lies the drift of an integrated acceleration, above tremor and noise.
    least_m_s, least_deg_s : float
        An element is faster than this somewhere, and speed falls by as much between two.
    from_s, to_s : float
        Only this time is looked at.
    """

    low_hz: float = 0.3
    high_hz: float = 8.0
    least_m_s: float = 0.03
    least_deg_s: float = 10.0
    from_s: float = -np.inf
    to_s: float = np.inf


@dataclass(frozen=True, slots=True, eq=False)
class Elements:
    """The elements of one sensor.

    Attributes
    ----------
    channels : tuple of int
        The sensor's axes.
    unit : str
        Of `size`: ``"m"`` or ``"deg"``.
    onset_s, duration_s, size, peak : ndarray, shape (k,)
        Of each element: start, length, distance from beginning to end, and highest speed in the unit a second.
    direction : ndarray, shape (k, axes)
        Unit vector from its beginning to its end.
    time_s : float
        Usable time looked at.
    """

    channels: tuple[int, ...]
    unit: str
    onset_s: Floats
    duration_s: Floats
    size: Floats
    peak: Floats
    direction: Floats
    time_s: float


def detect(recording: Recording, channel: int, rule: ElementRule) -> Elements:
    """Cut the movement of the sensor that a channel belongs to into elements, stretch by stretch.

    Parameters
    ----------
    recording : Recording
        Of a motion sensor: acceleration, angular velocity, angle or position.
    channel : int
        Position of one axis.
    rule : ElementRule
        How movement is cut.
    """
    axes = sensor_of(recording, channel)
    meta = recording.channels[channel]
    angular = meta.kind in (ChannelKind.GYROSCOPE, ChannelKind.ANGLE)
    least = rule.least_deg_s if angular else rule.least_m_s
    time = usable.detect(recording, axes[0], usable.UsableRule()).stretches
    for axis in axes[1:]:
        time = time.intersection(usable.detect(recording, axis, usable.UsableRule()).stretches)
    rows, directions, looked = [np.empty((0, 4))], [np.empty((0, len(axes)))], 0.0
    for begin, end in recording.segment_samples(axes[0]):
        origin = float(recording.time_s(axes[0], begin))
        for a, b in time:
            first = max(round((max(a, rule.from_s, origin) - origin) * meta.rate_hz), 0)
            last = min(round((min(b, rule.to_s) - origin) * meta.rate_hz) if rule.to_s < np.inf else end - begin,
                       end - begin, round((b - origin) * meta.rate_hz))  # fmt: skip
            if last - first < 2 * meta.rate_hz:
                continue
            samples = np.stack([recording.samples(axis, begin + first, begin + last) for axis in axes])
            found, direction = _elements(_velocity(samples, meta.rate_hz, meta.kind, rule), meta.rate_hz, least)
            found[:, 0] += origin + first / meta.rate_hz
            rows.append(found)
            directions.append(direction)
            looked += (last - first) / meta.rate_hz
    onset, length, size, peak = np.concatenate(rows).T
    return Elements(axes, "deg" if angular else "m", onset, length, size, peak, np.concatenate(directions), looked)


def _velocity(samples: Floats, rate: float, kind: ChannelKind, rule: ElementRule) -> Floats:
    """Give the velocity of every axis; only what is integrated needs a high-pass, whose tails look like movement."""
    integrated = _TO_VELOCITY[kind] > 0
    low = rule.low_hz if integrated else 0.0
    passed = np.stack([zero_phase(axis, rate, low, min(rule.high_hz, rate / 2)) for axis in samples])
    if integrated:
        return np.stack([zero_phase(axis, rate, low, rate / 2) for axis in np.cumsum(passed, axis=1) / rate])
    if _TO_VELOCITY[kind] < 0:
        return rate_of_change(passed, rate)
    # A gyroscope at rest does not show zero.
    steady: Floats = passed - np.median(passed, axis=1, keepdims=True)
    return steady


def _elements(velocity: Floats, rate: float, least: float) -> tuple[Floats, Floats]:
    """Give onset from the first sample, length, distance and highest speed of each, and their directions."""
    speed = np.sqrt(np.sum(velocity**2, axis=0))
    # The ends are moments of least speed too.
    points = turning_points(np.concatenate([[0.0], speed, [0.0]]), least) - 1
    points = np.clip(points, 0, speed.size - 1)
    lows = points[0::2] if points.size and speed[points[0]] <= speed[points[min(1, points.size - 1)]] else points[1::2]
    rows, directions = [], []
    for a, b in pairwise(lows.tolist()):
        a, b = _edges(speed, a, b, least)
        way = velocity[:, a:b].sum(axis=1)
        length = float(np.linalg.norm(way))
        if b > a and length > 0:
            rows.append((a / rate, (b - a) / rate, length / rate, float(speed[a:b].max())))
            directions.append(way / length)
    return np.array(rows).reshape(-1, 4), np.array(directions).reshape(-1, len(velocity))


def _edges(speed: Floats, a: int, b: int, least: float) -> tuple[int, int]:
    """Leave out what is slow at both ends: below a tenth of the element's highest speed, or half of the least."""
    inside = speed[a : b + 1]
    fast = np.flatnonzero(inside > max(0.1 * float(inside.max()), 0.5 * least))
    return (a + int(fast[0]), a + int(fast[-1]) + 1) if fast.size else (a, a)
