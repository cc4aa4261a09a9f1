"""Asterixis and negative myoclonus: pauses in a muscle that should hold, and the hand that falls with them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np

from involuntary.model import Channel, ChannelKind, Events, Recording, Reference
from involuntary.simulators._checks import check, check_order
from involuntary.simulators._chunks import Floats, Track, record
from involuntary.simulators._discharges import Discharges, summed, tabulate
from involuntary.simulators._epochs import trapezia
from involuntary.simulators._motoneurones import FUGLEVAND
from involuntary.simulators._muscles import Muscles, following, muscle_units, placed
from involuntary.simulators._recording import noise, surface_track
from involuntary.simulators.base import Generator
from involuntary.units import STANDARD_GRAVITY

__all__ = ["GENERATOR", "NegativeMyoclonus", "NegativeMyoclonusParameters"]

_PAUSES = Reference(
    "title:asterixis, healthjade",
    "healthjade, asterixis (secondary source)",
    "pauses of 50 to 200 ms in tonic activity, flaps at 3 to 5 Hz",
)


@dataclass(frozen=True, slots=True)
class NegativeMyoclonusParameters(Muscles):
    """How an outstretched hand flaps.

    Attributes
    ----------
    excitation_percent : float
        Drive with which the posture is held.
    per_min : float
        Pauses a minute.
    pause_min_ms, pause_max_ms : float
        Length of a pause in the EMG.
    accelerometer_hz : float
        Sampling rate of the accelerometer on the hand.
    drop_m_s2 : float
        Acceleration of the hand as it falls; it is caught with as much.
    """

    excitation_percent: float = 25.0
    per_min: float = 20.0
    pause_min_ms: float = 60.0
    pause_max_ms: float = 200.0
    accelerometer_hz: float = 200.0
    drop_m_s2: float = 2.0


class NegativeMyoclonus(Generator[NegativeMyoclonusParameters]):
    """Pauses in agonist and antagonist at once; truth: one ``silence`` a pause and muscle."""

    id = "negative-myoclonus"
    name = "Asterixis and negative myoclonus"
    references = (_PAUSES, FUGLEVAND)

    def generate(
        self, duration_s: float, random: np.random.Generator, parameters: NegativeMyoclonusParameters
    ) -> tuple[Recording, tuple[Events, ...]]:
        """Hold a posture, take the discharges out of the pauses, and let the hand fall."""
        p = parameters
        check(self.id, p, "sampling_hz", "units", "per_min", "pause_min_ms", "interval_cv", "accelerometer_hz")
        check_order(self.id, p, ("pause_min_ms", "pause_max_ms"))
        start, length = _pauses(duration_s, p, random)
        names = ["wrist extensor", "wrist flexor"]
        muscle = []
        for row, level in enumerate((1.0, 0.6)):
            drive = trapezia([(-1.0, duration_s + 1.0)], 0.1, level * p.excitation_percent / 100)
            units = muscle_units(p, random)
            held = partial(_outside, onset_s=units.onset_s, length_s=units.duration_s, start=start, length=length)
            layer = following(drive, duration_s, p, random)(units.templates(p.sampling_hz), held)
            muscle.append(placed(layer, row, 2))
        tracks = [surface_track(self.id, names, muscle, duration_s, p, random), _hand(start, duration_s, p)]
        parts = [Events("silence", (name,) * len(start), start, length) for name in names]
        return record(tracks, random), (Events.merged("silence", parts),)


def _pauses(duration_s: float, p: NegativeMyoclonusParameters, random: np.random.Generator) -> tuple[Floats, Floats]:
    apart = 2 * p.pause_max_ms / 1000 + 0.2
    mean = 60.0 / p.per_min
    steps = apart + random.exponential(max(mean - apart, 0.05), int(2 * duration_s / min(mean, apart)) + 20)
    start = np.cumsum(steps) - apart + 0.2
    start = start[start < duration_s - apart]
    return start, random.uniform(p.pause_min_ms, p.pause_max_ms, start.size) / 1000


def _outside(fired: Discharges, onset_s: Floats, length_s: Floats, start: Floats, length: Floats) -> Discharges:
    """Keep the discharges whose potentials reach into no pause."""
    begin = fired.time_s + onset_s[fired.unit]
    end = begin + length_s[fired.unit]
    if not start.size:
        return fired
    # The last pause that starts before a potential ends is the only one that it can reach into.
    pause = np.searchsorted(start, end) - 1
    inside = (pause >= 0) & (begin < (start + length)[np.maximum(pause, 0)])
    return Discharges(fired.time_s[~inside], fired.unit[~inside], fired.gain[~inside])


def _hand(start: Floats, duration_s: float, p: NegativeMyoclonusParameters) -> Track:
    """Give the hand's acceleration: it falls about 50 ms after the muscle pauses, and is caught."""
    rate, n = p.accelerometer_hz, max(1, round(duration_s * p.accelerometer_hz))

    def shapes(time: Floats) -> Floats:
        fall = np.exp(-0.5 * ((time - 0.11) / 0.025) ** 2) - np.exp(-0.5 * ((time - 0.21) / 0.025) ** 2)
        return -p.drop_m_s2 * fall[None, None, :]

    falls = Discharges.of(start, np.zeros(start.size, dtype=np.intp))
    channel = Channel("hand up", ChannelKind.ACCELEROMETER, "m/s²", rate, n)

    def gravity(first: int, stop: int, _: np.random.Generator) -> Floats:
        return np.full((1, stop - first), STANDARD_GRAVITY)

    return Track((channel,), (gravity, summed(falls, tabulate(shapes, rate, 0.01, 0.4)), noise(0.05, 1)))


GENERATOR = NegativeMyoclonus(NegativeMyoclonusParameters())
