"""Paroxysmal dyskinesia: attacks of twisting after a trigger, logged by the person, and nothing between them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from involuntary.model import Channel, ChannelKind, Events, Recording, Reference
from involuntary.model.recording import Annotation
from involuntary.simulators._checks import check, check_order
from involuntary.simulators._chunks import Floats, Track, record
from involuntary.simulators._epochs import Epochs, trapezia
from involuntary.simulators._motoneurones import FUGLEVAND, Drive
from involuntary.simulators._muscles import Muscles, driven
from involuntary.simulators._recording import noise, surface_track
from involuntary.simulators.base import Generator
from involuntary.simulators.chorea import Strokes, strokes_layer

__all__ = ["GENERATOR", "ParoxysmalDyskinesia", "ParoxysmalDyskinesiaParameters"]

_BRUNO = Reference(
    "title:Bruno 2004, clinical evaluation of idiopathic paroxysmal kinesigenic dyskinesia",
    "Bruno MK, et al. Neurology 2004",
    "121 people: attacks below a minute after sudden movement",
)
_NAMES = ("wrist flexor", "wrist extensor")
_EVERY_S = 0.35


@dataclass(frozen=True, slots=True)
class ParoxysmalDyskinesiaParameters(Muscles):
    """How attacks come; sizes are engineering choices.

    Attributes
    ----------
    per_min : float
        Attacks a minute.
    length_min_s, length_max_s : float
        Length of one.
    lag_min_s, lag_max_s : float
        From the trigger, a sudden movement that is marked, to the attack.
    trigger_share : float
        Part of the attacks with a trigger.
    log_delay_s : float
        The person marks an attack so late on the average,
    logged_share : float
        and so many of them.
    excitation_percent : float
        Drive to both muscles in an attack.
    chorea_share : float
        Size of random movement in an attack, as a share of 90 degrees a second; 0 for a posture alone.
    gyroscope_hz : float
        Sampling rate of the gyroscope.
    """

    per_min: float = 0.5
    length_min_s: float = 5.0
    length_max_s: float = 45.0
    lag_min_s: float = 0.5
    lag_max_s: float = 3.0
    trigger_share: float = 0.9
    log_delay_s: float = 2.0
    logged_share: float = 1.0
    excitation_percent: float = 25.0
    chorea_share: float = 0.7
    gyroscope_hz: float = 100.0


class ParoxysmalDyskinesia(Generator[ParoxysmalDyskinesiaParameters]):
    """Attacks by EMG and gyroscope with their log; truth: one ``tonic`` an attack and muscle."""

    id = "paroxysmal-dyskinesia"
    name = "Paroxysmal dyskinesia"
    references = (_BRUNO, FUGLEVAND)

    def generate(
        self, duration_s: float, random: np.random.Generator, parameters: ParoxysmalDyskinesiaParameters
    ) -> tuple[Recording, tuple[Events, ...]]:
        """Draw triggers and attacks, and let the muscles and the arm follow."""
        p = parameters
        check(self.id, p, "sampling_hz", "units", "per_min", "length_min_s", "gyroscope_hz", "interval_cv")
        check_order(self.id, p, ("length_min_s", "length_max_s"), ("lag_min_s", "lag_max_s"))
        attacks, trigger = _attacks(duration_s, p, random)
        tracks = [
            surface_track(
                self.id, _NAMES, driven([_drive(attacks, p)] * 2, duration_s, p, random), duration_s, p, random
            ),
            _arm(duration_s, attacks, p, random),
        ]
        start, stop = np.array(attacks).reshape(-1, 2).T
        noted = [Annotation(float(at), 0.0, "trigger sudden movement") for at in trigger if np.isfinite(at)]
        logged = random.uniform(size=start.size) < p.logged_share
        delay = p.log_delay_s * random.uniform(0.5, 1.5, start.size)
        noted += [Annotation(float(a), 0.0, "attack") for a in np.minimum(start + delay, duration_s)[logged]]
        features = {"lag_s": start - trigger}
        parts = [Events("tonic", (name,) * start.size, start, stop - start, features) for name in _NAMES]
        return record(tracks, random, annotations=noted), (Events.merged("tonic", parts),)


def _attacks(
    duration_s: float, p: ParoxysmalDyskinesiaParameters, random: np.random.Generator
) -> tuple[Epochs, Floats]:
    """Give the attacks, and of each the time of its trigger, not-a-number without one."""
    mean = 60.0 / p.per_min
    most = int(2 * duration_s / min(mean, 60.0)) + 20
    length = random.uniform(p.length_min_s, p.length_max_s, most)
    rest = np.maximum(mean - length.mean() - 20.0, 5.0)
    start = np.cumsum(20.0 + random.exponential(rest, most) + length) - length
    lag = random.uniform(p.lag_min_s, p.lag_max_s, most)
    trigger = np.where(random.uniform(size=most) < p.trigger_share, start - lag, np.nan)
    kept = start + length < duration_s
    pairs = zip(start[kept], length[kept], strict=True)
    return [(float(a), float(a + b)) for a, b in pairs], trigger[kept]


def _drive(attacks: Epochs, p: ParoxysmalDyskinesiaParameters) -> Drive:
    return trapezia(attacks, 0.5, p.excitation_percent / 100)


def _arm(duration_s: float, attacks: Epochs, p: ParoxysmalDyskinesiaParameters, random: np.random.Generator) -> Track:
    rate, n = p.gyroscope_hz, max(1, round(duration_s * p.gyroscope_hz))
    onset = np.concatenate([np.empty(0), *(np.arange(a, b - _EVERY_S, _EVERY_S) for a, b in attacks)])
    way = random.standard_normal((onset.size, 3))
    # A movement of least jerk is 1.9 times as fast at its height as on the average.
    way *= p.chorea_share * 90.0 * 0.9 * _EVERY_S / 1.9 / np.sqrt(3)
    strokes = Strokes(onset, np.full(onset.size, 0.9 * _EVERY_S), way)
    channels = tuple(Channel(f"gyro {a}", ChannelKind.GYROSCOPE, "deg/s", rate, n) for a in "xyz")
    return Track(channels, (strokes_layer(strokes, rate, 1), noise(0.3, 3)))


GENERATOR = ParoxysmalDyskinesia(ParoxysmalDyskinesiaParameters())
