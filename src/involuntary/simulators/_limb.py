"""From discharges to force and movement: twitches whose gain falls with the rate, and a limb of the second order.

Twitch and gain are Fuglevand's; the limb turns torque into angle as ``I θ'' + B θ' + K θ = torque``. All of it is
linear after the gain, so a discharge adds the limb's answer to one twitch, as it adds a potential to the EMG: samples
do not depend on the sampling rate, nor on where a block starts.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from involuntary.simulators._chunks import Floats, Layer
from involuntary.simulators._discharges import Discharges, Templates, summed, tabulate

__all__ = ["Limb", "Twitches", "answers", "force", "movement", "twitches", "with_gain"]

# Below this ratio of contraction time to interval twitches are as they are alone.
_UNFUSED = 0.4
# A twitch has sunk to 3e-5 of its peak after so many contraction times.
_TAIL = 14.0


@dataclass(frozen=True, slots=True, eq=False)
class Twitches:
    """Twitches of the units, in the order of recruitment.

    Attributes
    ----------
    force_n : ndarray of float64, shape (units,)
        Peak.
    contraction_s : ndarray of float64, shape (units,)
        From the discharge to the peak.
    """

    force_n: Floats
    contraction_s: Floats

    def shapes(self, time_s: Floats) -> Floats:
        """Give the forces at times from the discharge, shape (units, 1, n)."""
        x = np.maximum(time_s, 0.0)[None, :] / self.contraction_s[:, None]
        wave: Floats = self.force_n[:, None] * x * np.exp(1.0 - x)
        return wave[:, None, :]


def twitches(
    units: int, smallest_n: float = 0.01, force_range: float = 100.0, longest_s: float = 0.09, time_range: float = 3.0
) -> Twitches:
    """Build twitches with the published ranges: the strong are fast.

    Parameters
    ----------
    units : int
        In the order of recruitment.
    smallest_n : float
        Twitch of a unit before the first, which the ranges refer to.
    force_range : float
        Force of the last over that.
    longest_s, time_range : float
        Longest contraction time, and by what factor the shortest is shorter.
    """
    strength = np.exp(np.log(force_range) * np.arange(1, units + 1) / max(units, 1))
    time: Floats = longest_s * strength ** (-np.log(time_range) / np.log(force_range))
    return Twitches(smallest_n * strength, time)


def with_gain(fired: Discharges, muscle: Twitches) -> Discharges:
    """Give every discharge the gain of its twitch, from the interval before it."""
    gain = np.array(fired.gain)
    for unit, contraction in enumerate(muscle.contraction_s):
        own = np.flatnonzero(fired.unit == unit)
        ratio = contraction / np.maximum(np.diff(fired.time_s[own], prepend=-np.inf), 1e-6)
        fused = np.maximum(ratio, _UNFUSED)
        gain[own] *= _sigmoid(fused) / fused / (_sigmoid(_UNFUSED) / _UNFUSED)
    return replace(fired, gain=gain)


def _sigmoid(ratio: Floats | float) -> Floats:
    value: Floats = -np.expm1(-2.0 * np.asarray(ratio) ** 3)
    return value


def force(fired: Discharges, muscle: Twitches, rate_hz: float) -> Layer:
    """Give the layer of the muscle's force in newtons, one channel."""
    longest = float(np.max(muscle.contraction_s, initial=0.01))
    return summed(with_gain(fired, muscle), tabulate(muscle.shapes, rate_hz, 0.0, _TAIL * longest))


@dataclass(frozen=True, slots=True)
class Limb:
    """A segment that turns about one joint.

    Attributes
    ----------
    inertia_kg_m2 : float
        Moment of inertia.
    natural_hz : float
        Frequency at which it swings.
    damping_ratio : float
        1 is critical; below 1.
    arm_m : float
        Lever arm of the muscle; negative for one that turns the other way.
    radius_m : float
        From the joint to the accelerometer.
    """

    inertia_kg_m2: float = 0.006
    natural_hz: float = 3.0
    damping_ratio: float = 0.3
    arm_m: float = 0.01
    radius_m: float = 0.1


def movement(fired: Discharges, muscle: Twitches, limb: Limb, rate_hz: float, quantity: str) -> Layer:
    """Give the layer of one quantity of the limb's movement, one channel: the answers to all discharges of `fired`."""
    if quantity == "torque":
        layer = force(fired, muscle, rate_hz)
        return lambda first, stop, random: limb.arm_m * layer(first, stop, random)
    return summed(with_gain(fired, muscle), answers(muscle, limb, rate_hz, quantity))


def answers(muscle: Twitches, limb: Limb, rate_hz: float, quantity: str) -> Templates:
    """Tabulate what one discharge of each unit does to the limb.

    Parameters
    ----------
    muscle : Twitches
        What they do.
    limb : Limb
        What they move.
    rate_hz : float
        Sampling rate.
    quantity : str
        ``"angle"`` (degrees), ``"velocity"`` (degrees a second) or ``"acceleration"`` (m/s² along the way of the
        accelerometer); `movement` knows ``"torque"`` (Nm) too.
    """
    order, scale = {"angle": (0, 180 / np.pi), "velocity": (1, 180 / np.pi), "acceleration": (2, limb.radius_m)}[
        quantity
    ]
    decay = limb.damping_ratio * 2 * np.pi * limb.natural_hz
    length = _TAIL * float(np.max(muscle.contraction_s, initial=0.01)) + 9.0 / decay
    return tabulate(lambda time: scale * _answer(time, muscle, limb, order), rate_hz, 0.0, length)


def _answer(time_s: Floats, muscle: Twitches, limb: Limb, order: int) -> Floats:
    """Give the angle (or a derivative) after one twitch, shape (units, 1, n): partial fractions, in closed form."""
    turn, t = 2 * np.pi * limb.natural_hz, np.maximum(time_s, 0.0)[None, :]
    pole = turn * complex(-limb.damping_ratio, np.sqrt(1 - limb.damping_ratio**2))
    twice = -1.0 / muscle.contraction_s[:, None]
    size = limb.arm_m / limb.inertia_kg_m2 * muscle.force_n[:, None] * np.e / muscle.contraction_s[:, None]
    below, slope = twice**2 - 2 * pole.real * twice + turn**2, 2 * twice - 2 * pole.real
    part, part_slope = (
        twice**order / below,
        order * twice ** max(order - 1, 0) / below - twice**order * slope / below**2,
    )
    swing = pole**order * np.exp(pole * t) / ((pole - twice) ** 2 * (2j * pole.imag))
    wave: Floats = size * ((part * t + part_slope) * np.exp(twice * t) + 2 * swing.real)
    return np.where(time_s >= 0, wave, 0.0)[:, None, :]
