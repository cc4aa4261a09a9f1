"""Physiological tremor: a hand held out swings at its own frequency under unfused twitches; a load slows it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from involuntary.errors import ParameterError
from involuntary.model import Annotation, Channel, ChannelKind, Events, Recording, Reference
from involuntary.simulators._checks import check
from involuntary.simulators._chunks import Floats, Layer, Track, record
from involuntary.simulators._discharges import Discharges, flowing
from involuntary.simulators._limb import Limb, answers, twitches, with_gain
from involuntary.simulators._motoneurones import FUGLEVAND, firing, pool
from involuntary.simulators._muscles import Muscles, muscle_units
from involuntary.simulators._recording import noise, surface_track
from involuntary.simulators._tremor import direction, posture
from involuntary.simulators.base import Generator

__all__ = ["GENERATOR", "PhysiologicalTremor", "PhysiologicalTremorParameters"]

_REVIEW = Reference(
    "doi:10.1016/j.cnp.2025.05.003",
    "Clin Neurophysiol Pract 2025;10:188-201, electrophysiological tremor classification",
    "Table 2: enhanced physiological tremor falls by more than 1 Hz with a load",
)
# The pool fires at 8 Hz and more: an interval is never as long.
_LONGEST_S = 1.0
Between = Callable[[float, float], Discharges]


@dataclass(frozen=True, slots=True)
class PhysiologicalTremorParameters(Muscles):
    """How a hand is held; what is inherited describes the EMG of its extensors.

    Attributes
    ----------
    excitation_percent : float
        Drive that holds the hand.
    natural_hz, damping_ratio : float
        Frequency at which the hand swings without a load, and its damping; 1 is critical.
    inertia_kg_m2 : float
        Moment of inertia of the hand about the wrist.
    load_kg_m2 : float
        What the load adds to it; the stiffness of the joint stays the same.
    radius_m : float
        From the joint to the accelerometer.
    strongest_n : float
        Twitch force of the last recruited unit; the first is 100 times weaker.
    loaded_share : float
        Part of the recording, at its end, with the load; 0 for none.
    accelerometer_hz, accelerometer_noise_m_s2, sway_m_s2 : float
        Rate of the accelerometer, root mean square of its noise and of its slow turning against gravity.
    """

    units: int = 100
    excitation_percent: float = 20.0
    natural_hz: float = 8.5
    damping_ratio: float = 0.15
    inertia_kg_m2: float = 0.004
    load_kg_m2: float = 0.008
    radius_m: float = 0.1
    strongest_n: float = 1.0
    loaded_share: float = 0.5
    accelerometer_hz: float = 200.0
    accelerometer_noise_m_s2: float = 0.01
    sway_m_s2: float = 0.02


class PhysiologicalTremor(Generator[PhysiologicalTremorParameters]):
    """A hand held out, then with a load; truth: one ``tremor`` each, at the frequency at which the hand swings."""

    id = "physiological-tremor"
    name = "Physiological tremor of a hand held out"
    references = (_REVIEW, FUGLEVAND)

    def generate(
        self, duration_s: float, random: np.random.Generator, parameters: PhysiologicalTremorParameters
    ) -> tuple[Recording, tuple[Events, ...]]:
        """Fire the pool steadily and let its twitches move the hand."""
        p = parameters
        check(
            self.id, p, "sampling_hz", "accelerometer_hz", "units", "interval_cv", "natural_hz", "damping_ratio",
            "inertia_kg_m2", "strongest_n",
        )  # fmt: skip
        for name in ("loaded_share", "damping_ratio"):
            if getattr(p, name) >= 1:
                raise ParameterError(f"{self.id}.{name}", "must be below 1", f"{getattr(p, name)}")
        held = p.excitation_percent / 100
        between = firing(pool(p.units), lambda time: np.full(time.size, held), duration_s, p.interval_cv, random)
        switch_s = duration_s * (1 - p.loaded_share)
        axis, n = direction(random), max(1, round(duration_s * p.accelerometer_hz))
        channels = tuple(
            Channel(f"acceleration {a}", ChannelKind.ACCELEROMETER, "m/s²", p.accelerometer_hz, n) for a in "xyz"
        )
        layers = (
            *(_along(axis, layer) for layer in _swinging(between, switch_s, p)),
            posture(p.sway_m_s2, p.accelerometer_hz, random),
            noise(p.accelerometer_noise_m_s2, 3),
        )
        muscle = [flowing(between, muscle_units(p, random).templates(p.sampling_hz))]
        emg = surface_track(self.id, ["extensor"], muscle, duration_s, p, random)
        spans = [(0.0, switch_s, "posture", p.natural_hz), (switch_s, duration_s, "load", _loaded_hz(p))]
        spans = [span for span in spans if span[1] > span[0]]
        marks = [Annotation(start, stop - start, text) for start, stop, text, _ in spans]
        strongest = channels[int(np.argmax(np.abs(axis)))].name
        onset, stop = np.array([span[:2] for span in spans]).T
        features = {"frequency_hz": np.array([span[3] for span in spans])}
        truth = Events("tremor", (strongest,) * len(spans), onset, stop - onset, features)
        return record([Track(channels, layers), emg], random, annotations=marks), (truth,)


def _loaded_hz(p: PhysiologicalTremorParameters) -> float:
    """Give the frequency with the load: the stiffness stays, the inertia grows."""
    return p.natural_hz * float(np.sqrt(p.inertia_kg_m2 / (p.inertia_kg_m2 + p.load_kg_m2)))


def _swinging(between: Between, switch_s: float, p: PhysiologicalTremorParameters) -> tuple[Layer, Layer]:
    """Give the acceleration from the discharges before the load, and from those with it."""
    muscle = twitches(p.units, p.strongest_n / 100)
    free = Limb(p.inertia_kg_m2, p.natural_hz, p.damping_ratio, radius_m=p.radius_m)
    # Stiffness and damping of the joint stay: the ratio to the critical damping falls as the inertia grows.
    slower = _loaded_hz(p) / p.natural_hz
    loaded = replace(
        free,
        inertia_kg_m2=p.inertia_kg_m2 + p.load_kg_m2,
        natural_hz=_loaded_hz(p),
        damping_ratio=p.damping_ratio * slower,
    )

    def part(limb: Limb, begin_s: float, end_s: float) -> Layer:
        def fired(start_s: float, stop_s: float) -> Discharges:
            # A discharge before the stretch tells the interval, and so the gain, of its first.
            own = with_gain(between(start_s - _LONGEST_S, stop_s), muscle)
            low, high = np.searchsorted(own.time_s, [max(start_s, begin_s), min(stop_s, end_s)])
            return Discharges(own.time_s[low:high], own.unit[low:high], own.gain[low:high])

        return flowing(fired, answers(muscle, limb, p.accelerometer_hz, "acceleration"))

    return part(free, -np.inf, switch_s), part(loaded, switch_s, np.inf)


def _along(axis: Floats, layer: Layer) -> Layer:
    return lambda first, stop, random: axis[:, None] * layer(first, stop, random)


GENERATOR = PhysiologicalTremor(PhysiologicalTremorParameters())
