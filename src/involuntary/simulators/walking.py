"""Walking: bursts of both legs in turn, a shank that strikes the ground, cables that shake with it. A negative."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from involuntary.model import Annotation, Channel, ChannelKind, Events, Recording, Reference
from involuntary.simulators._checks import check
from involuntary.simulators._chunks import Floats, Layer, Track, record
from involuntary.simulators._discharges import Discharges, summed, tabulate
from involuntary.simulators._epochs import alternating, trapezia
from involuntary.simulators._motoneurones import FUGLEVAND, Drive
from involuntary.simulators._muscles import Muscles, driven
from involuntary.simulators._recording import MICROVOLT, noise, surface_track
from involuntary.simulators.base import Generator
from involuntary.units import STANDARD_GRAVITY

__all__ = ["GENERATOR", "Walking", "WalkingParameters"]

_ANKLE = Reference(
    "title:Electric discharge patterns of ankle muscles during the normal gait cycle",
    "surface EMG of 147 healthy adults; the curves here are drawn after its words",
    "tibialis anterior around toe-off and before heel strike, gastrocnemius in midstance",
)
# Muscle, and its activity at shares of the stride from heel strike to heel strike of its own leg.
_LEG = (
    ("tibialis anterior", ((0.0, 1.0), (0.12, 0.1), (0.55, 0.05), (0.65, 0.7), (0.8, 0.3), (0.95, 1.0), (1.0, 1.0))),
    ("gastrocnemius", ((0.0, 0.0), (0.1, 0.1), (0.3, 0.5), (0.45, 1.0), (0.55, 0.2), (0.62, 0.0), (1.0, 0.0))),
)
_SIDES = (("left", 0.0), ("right", 0.5))
_RAMP_S = 0.5


@dataclass(frozen=True, slots=True)
class WalkingParameters(Muscles):
    """How somebody walks.

    Attributes
    ----------
    stride_s, stride_cv : float
        From one heel strike of a leg to its next, and its variation.
    walk_s, stand_s : float
        Length of a walk and of the stand after it.
    excitation_percent : float
        Drive to a muscle at its height.
    accelerometer_hz : float
        Sampling rate of the accelerometer on the left shank.
    strike_m_s2, swing_m_s2 : float
        Acceleration as the heel strikes, and of the swing.
    cable_uv : float
        Deflection of the baseline at each heel strike.
    """

    stride_s: float = 1.1
    stride_cv: float = 0.03
    walk_s: float = 30.0
    stand_s: float = 10.0
    excitation_percent: float = 30.0
    accelerometer_hz: float = 100.0
    strike_m_s2: float = 15.0
    swing_m_s2: float = 4.0
    cable_uv: float = 50.0


class Walking(Generator[WalkingParameters]):
    """Tibialis anterior and gastrocnemius of both legs with a shank; truth: nothing. Walks are annotated."""

    id = "walking"
    name = "Walking"
    references = (_ANKLE, FUGLEVAND)

    def generate(
        self, duration_s: float, random: np.random.Generator, parameters: WalkingParameters
    ) -> tuple[Recording, tuple[Events, ...]]:
        """Draw the strides, then let muscles, shank and cables follow them."""
        p = parameters
        check(self.id, p, "sampling_hz", "units", "interval_cv", "stride_s", "walk_s", "accelerometer_hz")
        walks = alternating(duration_s, min(p.stand_s, duration_s / 4), p.walk_s, p.stand_s)
        pace = trapezia(walks, _RAMP_S)
        mean = p.stride_s
        wanted = int(1.2 * duration_s / mean) + 20
        strides = np.cumsum(mean * np.maximum(1 + p.stride_cv * random.standard_normal(wanted), 0.5)) - 2 * mean
        names, drives, strikes = [], [], []
        for side, lag in _SIDES:
            heel = np.interp(np.arange(wanted - 1) + lag, np.arange(wanted), strides)
            for muscle, curve in _LEG:
                names.append(f"{side} {muscle}")
                drives.append(_drive(heel, np.array(curve), pace, p))
            strikes.append(heel[pace(heel) > 0.5])
        layers = driven(drives, duration_s, p, random)
        layers += _shaken(strikes, p)
        tracks = [surface_track(self.id, names, layers, duration_s, p, random), _shank(strikes[0], duration_s, p)]
        noted = [Annotation(start, stop - start, "walking") for start, stop in walks]
        return record(tracks, random, annotations=noted), ()


def _drive(heel: Floats, curve: Floats, pace: Drive, p: WalkingParameters) -> Drive:
    stride = np.arange(heel.size, dtype=np.float64)

    def drive(time: Floats) -> Floats:
        part = np.mod(np.interp(time, heel, stride), 1.0)
        level: Floats = p.excitation_percent / 100 * np.interp(part, *curve.T) * pace(time)
        return level

    return drive


def _shaken(strikes: list[Floats], p: WalkingParameters) -> list[Layer]:
    """Give the slow deflection of a leg's channels as its heel strikes."""
    if not p.cable_uv:
        return []
    leg = np.kron(np.eye(len(_SIDES)), np.ones(len(_LEG)))

    def shapes(time: Floats) -> Floats:
        wave = np.exp(-0.5 * ((time - 0.05) / 0.03) ** 2) - 0.6 * np.exp(-0.5 * ((time - 0.15) / 0.05) ** 2)
        return p.cable_uv * MICROVOLT * leg[:, :, None] * wave

    sides = np.repeat(np.arange(len(strikes)), [len(heel) for heel in strikes])
    return [summed(Discharges.of(np.concatenate(strikes), sides), tabulate(shapes, p.sampling_hz, 0.1, 0.4))]


def _shank(strikes: Floats, duration_s: float, p: WalkingParameters) -> Track:
    """Give the left shank along the leg and to the front: a shock that rings, then the swing."""
    rate, n = p.accelerometer_hz, max(1, round(duration_s * p.accelerometer_hz))

    def shapes(time: Floats) -> Floats:
        late = np.maximum(time, 0.0)
        shock = np.where(time >= 0, np.exp(-late / 0.04) * np.sin(2 * np.pi * 12 * late), 0.0)
        swing = np.exp(-0.5 * ((time + 0.3) / 0.08) ** 2) - np.exp(-0.5 * ((time + 0.1) / 0.06) ** 2)
        down = p.strike_m_s2 * shock + 0.3 * p.swing_m_s2 * swing
        return np.stack([down, 0.4 * p.strike_m_s2 * shock + p.swing_m_s2 * swing])[None]

    events = Discharges.of(strikes, np.zeros(strikes.size, dtype=np.intp))
    rest = np.array([[STANDARD_GRAVITY], [0.0]])
    channels = tuple(
        Channel(f"left shank {way}", ChannelKind.ACCELEROMETER, "m/s²", rate, n) for way in ("up", "front")
    )
    moved = summed(events, tabulate(shapes, rate, 0.6, 0.4))
    return Track(channels, (lambda first, stop, _: np.repeat(rest, stop - first, axis=1), moved, noise(0.05, 2)))


GENERATOR = Walking(WalkingParameters())
