"""Repeated movements of a task: tapping, agility, pronation; one by one, with their size and timing."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from involuntary.detect import usable
from involuntary.detect.sensors import sensor_of
from involuntary.dsp.bands import zero_phase
from involuntary.dsp.spectrum import Spectrum, welch
from involuntary.dsp.stability import main_direction
from involuntary.dsp.turns import turning_points
from involuntary.model import Recording

__all__ = ["MovementRule", "Movements", "detect"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class MovementRule:
    """How movements are told apart; engineering choices.

    Attributes
    ----------
    slowest_hz, fastest_hz : float
        The task's dominant rate is sought here.
    drift_hz : float
        What is slower is posture, not movement.
    smooth_factor : float
        Faster parts than this times the dominant rate are the shape of a movement, not another one.
    shape_factor : float
        A movement's swing is measured up to this times the dominant rate.
    smallest_share : float
        A movement is larger than this share of the recording's whole swing (5th to 95th percentile).
    strong_share : float
        The task's rate is the fastest peak with this share of the highest one's density
    harmonic_hz : float
        that does not lie so close to the double or triple of a slower one.
    from_s, to_s : float
        Only this time is looked at.
    """

    slowest_hz: float = 0.6
    fastest_hz: float = 6.0
    drift_hz: float = 0.4
    smooth_factor: float = 1.5
    shape_factor: float = 8.0
    smallest_share: float = 0.1
    strong_share: float = 0.25
    harmonic_hz: float = 0.15
    from_s: float = -np.inf
    to_s: float = np.inf


@dataclass(frozen=True, slots=True, eq=False)
class Movements:
    """The movements of one sensor, from one highest point to the next.

    Attributes
    ----------
    channels : tuple of int
        The sensor's axes.
    rate_hz : float
        Dominant rate of movement; not-a-number without one.
    onset_s, duration_s, size : ndarray, shape (k,)
        Of each movement: start, length, and swing along the main direction in the samples' unit.
    time_s : float
        Usable time looked at.
    """

    channels: tuple[int, ...]
    rate_hz: float
    onset_s: Floats
    duration_s: Floats
    size: Floats
    time_s: float


def detect(recording: Recording, channel: int, rule: MovementRule) -> Movements:
    """Find the repeated movements of the sensor that a channel belongs to, in its longest usable stretch.

    Parameters
    ----------
    recording : Recording
        Of a motion sensor.
    channel : int
        Position of one axis.
    rule : MovementRule
        How movements are told apart.
    """
    axes = sensor_of(recording, channel)
    meta = recording.channels[channel]
    start_s, samples = _longest(recording, axes, rule)
    time_s = samples.shape[1] / meta.rate_hz
    nothing = Movements(axes, float("nan"), np.empty(0), np.empty(0), np.empty(0), time_s)
    if time_s < 6.0:
        return nothing
    dominant = _dominant(welch(samples, meta.rate_hz, 4.0, spacing_hz=0.05), rule)
    if dominant is None:
        return nothing
    smooth, full = (
        np.stack([zero_phase(axis, meta.rate_hz, rule.drift_hz, factor * dominant) for axis in samples])
        for factor in (rule.smooth_factor, rule.shape_factor)
    )
    direction = main_direction(smooth)
    wave, shape = direction @ smooth, direction @ full
    swing = float(np.subtract(*np.percentile(wave, [95, 5])))
    points = turning_points(wave, max(rule.smallest_share * swing, np.finfo(float).tiny))
    tops = points[1:] if points.size > 1 and wave[points[0]] < wave[points[1]] else points
    highest = tops[0::2]
    k = max(highest.size - 1, 0)
    size = np.array([np.ptp(shape[a:b]) for a, b in pairwise(highest.tolist())])
    onset = start_s + highest[:k] / meta.rate_hz
    return Movements(axes, dominant, onset, np.diff(highest) / meta.rate_hz, size, time_s)


def _longest(recording: Recording, axes: tuple[int, ...], rule: MovementRule) -> tuple[float, Floats]:
    time = usable.detect(recording, axes[0], usable.UsableRule()).stretches
    for axis in axes[1:]:
        time = time.intersection(usable.detect(recording, axis, usable.UsableRule()).stretches)
    rate = recording.channels[axes[0]].rate_hz
    best: tuple[float, Floats] = (0.0, np.empty((len(axes), 0)))
    for begin, end in recording.segment_samples(axes[0]):
        origin = float(recording.time_s(axes[0], begin))
        for a, b in time:
            first = max(round((max(a, rule.from_s) - origin) * rate), 0) if max(a, rule.from_s) > origin else 0
            last = min(round((min(b, rule.to_s) - origin) * rate), end - begin)
            if last - first > best[1].shape[1]:
                cut = [recording.samples(axis, begin + first, begin + last) for axis in axes]
                best = (origin + first / rate, np.stack(cut))
    return best


def _dominant(spectrum: Spectrum, rule: MovementRule) -> float | None:
    """Give the fastest strong rate that is no harmonic of a slower one: a movement that slows has several."""
    density, f = spectrum.density, spectrum.frequency_hz
    top = np.zeros(f.size, dtype=np.bool_)
    top[1:-1] = (density[1:-1] > density[:-2]) & (density[1:-1] >= density[2:])
    rates = top & (f >= rule.slowest_hz) & (f <= rule.fastest_hz)
    if not rates.any():
        return None
    strong = f[rates & (density >= rule.strong_share * density[rates].max())].tolist()
    for fast in reversed(strong):
        if not any(abs(fast - k * slow) <= rule.harmonic_hz for slow in strong for k in (2, 3)):
            return float(fast)
    return float(strong[0])
