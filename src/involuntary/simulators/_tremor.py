"""A trembling limb: a phase with jittered cycles, the acceleration that follows it, and the sensor's slow turning."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from involuntary.simulators._chunks import Floats, Layer
from involuntary.simulators._motoneurones import Drive
from involuntary.units import STANDARD_GRAVITY

__all__ = ["Phase", "direction", "phase_of", "posture", "shaking"]

# (phase, its first, its second derivative) at times in seconds.
Phase = Callable[[Floats], tuple[Floats, Floats, Floats]]


def direction(random: np.random.Generator) -> Floats:
    """Draw a direction in space, shape (3,)."""
    axis = random.standard_normal(3)
    unit: Floats = axis / np.linalg.norm(axis)
    return unit


def phase_of(
    duration_s: float, frequency_hz: Callable[[float], float], cycle_cv: float, random: np.random.Generator
) -> Phase:
    """Give a smooth phase that passes a multiple of two pi at the end of every jittered cycle.

    Parameters
    ----------
    duration_s : float
        Until when.
    frequency_hz : callable
        Time in seconds to the frequency of the cycle that begins there.
    cycle_cv : float
        Coefficient of variation of the length of a cycle.
    random : numpy.random.Generator
        Draws the lengths.
    """
    from scipy.interpolate import CubicSpline

    ends = [-random.uniform(1, 2) / frequency_hz(0.0)]
    while ends[-1] < duration_s or len(ends) < 20:
        length = max(1 + cycle_cv * random.standard_normal(), 0.3)
        ends.append(ends[-1] + length / frequency_hz(max(ends[-1], 0.0)))
    spline = CubicSpline(ends, 2 * np.pi * np.arange(len(ends)))
    return lambda time: (spline(time), spline(time, 1), spline(time, 2))


def shaking(
    envelope_m: Drive, phase: Phase, axis: Floats, rate_hz: float, harmonics: tuple[tuple[float, float], ...]
) -> Layer:
    """Give the acceleration of a limb that trembles along one direction.

    Parameters
    ----------
    envelope_m : callable
        Time to half the peak-to-peak displacement of the fundamental; slow against a cycle.
    phase : Phase
        Of the fundamental.
    axis : ndarray, shape (3,)
        Along which it moves.
    rate_hz : float
        Sampling rate.
    harmonics : tuple of (share, phase)
        Of the second harmonic and on: displacement as a share of the fundamental's, and phase in radians.
    """
    shares = ((1.0, 0.0), *harmonics)

    def layer(first: int, stop: int, _: np.random.Generator) -> Floats:
        time = np.arange(first, stop) / rate_hz
        angle, speed, change = phase(time)
        wave = np.zeros(time.size)
        for k, (share, shift) in enumerate(shares, 1):
            argument = k * angle + shift
            # The envelope is slow against a cycle, so its own derivatives are left out.
            wave -= share * ((k * speed) ** 2 * np.cos(argument) + k * change * np.sin(argument))
        total: Floats = axis[:, None] * (envelope_m(time) * wave)
        return total

    return layer


def posture(sway_m_s2: float, rate_hz: float, random: np.random.Generator) -> Layer:
    """Give gravity as the sensor slowly turns: a few waves below 0.5 Hz on every axis."""
    down = STANDARD_GRAVITY * direction(random)
    frequency = random.uniform(0.05, 0.5, (3, 4, 1))
    start = random.uniform(0, 2 * np.pi, (3, 4, 1))

    def layer(first: int, stop: int, _: np.random.Generator) -> Floats:
        time = np.arange(first, stop) / rate_hz
        slow = np.sum(np.sin(2 * np.pi * frequency * time + start), axis=1) * sway_m_s2 / np.sqrt(2)
        total: Floats = down[:, None] + slow
        return total

    return layer
