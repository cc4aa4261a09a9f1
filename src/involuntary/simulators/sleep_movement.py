"""A night: stages of sleep, periodic leg movements, breaths that fail, grinding, REM with and without atonia."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from involuntary.model import Annotation, Events, Recording, Reference
from involuntary.simulators._checks import check, check_order
from involuntary.simulators._chunks import Floats, record
from involuntary.simulators._epochs import Epochs, trapezia
from involuntary.simulators._muscles import Muscles, driven
from involuntary.simulators._recording import surface_track
from involuntary.simulators.base import Generator

__all__ = ["GENERATOR", "SleepMovement", "SleepMovementParameters"]

_FERRI = Reference(
    "title:World Association of Sleep Medicine (WASM) 2016 standards for recording and scoring leg movements",
    "Ferri R, et al. Sleep Med 2016",
    "periodic movements every 10 to 90 s, 0.5 to 10 s long",
)
_LAVIGNE = Reference(
    "doi:10.1177/00220345960750010601", "Lavigne GJ, et al. J Dent Res 1996;75:546", "bruxers: 5.4 episodes an hour"
)
_NAMES = ("tibialis anterior left", "tibialis anterior right", "masseter", "chin")
# Share of a cycle of sleep, and stage.
_CYCLE = (("W", 0.05), ("N1", 0.1), ("N2", 0.4), ("N3", 0.2), ("R", 0.25))


@dataclass(frozen=True, slots=True)
class SleepMovementParameters(Muscles):
    """How somebody moves in sleep.

    Attributes
    ----------
    cycle_min : float
        Length of a cycle of sleep; at most the recording.
    interval_s, interval_cv : float
        From one leg movement to the next in N2, and its variation.
    length_min_s, length_max_s : float
        Of a movement.
    bilateral_share : float
        Movements of both legs.
    apnoea_per_h : float
        Breaths that fail, a leg movement at the end of each; 20 s long.
    bruxism_per_h : float
        Episodes of four bursts of the masseter, one a second.
    rem_active_share : float
        Share of REM in which the chin is active: 0 with atonia.
    excitation_percent : float
        Drive of a movement.
    """

    sampling_hz: float = 500.0
    noise_uv: float = 1.0
    mains_uv: float = 1.0
    cycle_min: float = 90.0
    interval_s: float = 25.0
    interval_cv: float = 0.2
    length_min_s: float = 1.0
    length_max_s: float = 4.0
    bilateral_share: float = 0.3
    apnoea_per_h: float = 0.0
    bruxism_per_h: float = 5.0
    rem_active_share: float = 0.0
    excitation_percent: float = 15.0


class SleepMovement(Generator[SleepMovementParameters]):
    """Leg movements and grinding in a night; truth: ``limb-movement`` a movement and leg, ``burst`` of the masseter.

    Stages of sleep and apnoeas are marked.
    """

    id = "sleep-movement"
    name = "Periodic limb movements, bruxism and REM in a night"
    references = (_FERRI, _LAVIGNE)

    def generate(
        self, duration_s: float, random: np.random.Generator, parameters: SleepMovementParameters
    ) -> tuple[Recording, tuple[Events, ...]]:
        """Lay out the stages, then the movements in them."""
        p = parameters
        check(self.id, p, "sampling_hz", "units", "cycle_min", "interval_s", "interval_cv", "length_min_s")
        check_order(self.id, p, ("length_min_s", "length_max_s"))
        stages = _stages(duration_s, p)
        apnoeas = _apnoeas(stages, p, random)
        legs = _legs(stages, apnoeas, p, random)
        jaw, chin = _jaw(stages, p, random), _chin(stages, p, random)
        drives = [trapezia(each, 0.02, p.excitation_percent / 100) for each in (*legs, jaw, chin)]
        track = surface_track(self.id, _NAMES, driven(drives, duration_s, p, random), duration_s, p, random)
        marks = [Annotation(a, b - a, f"sleep stage {stage}") for stage, a, b in stages]
        marks += [Annotation(a, b - a, "apnea") for a, b in apnoeas]
        moved = [_events("limb-movement", name, each) for name, each in zip(_NAMES[:2], legs, strict=True)]
        truth = (Events.merged("limb-movement", moved), _events("burst", _NAMES[2], jaw))
        return record([track], random, annotations=marks), truth


def _stages(duration_s: float, p: SleepMovementParameters) -> list[tuple[str, float, float]]:
    found, time, cycle = [], 0.0, min(60 * p.cycle_min, duration_s)
    while time < duration_s - 1e-6:
        for stage, share in _CYCLE:
            stop = min(time + share * cycle, duration_s)
            if stop > time:
                found.append((stage, time, stop))
            time = stop
    return found


def _within(stages: list[tuple[str, float, float]], wanted: str) -> Epochs:
    return [(a, b) for stage, a, b in stages if stage in wanted.split()]


def _at(epochs: Epochs, per_h: float, apart_s: float, room_s: float, random: np.random.Generator) -> list[float]:
    """Give moments in epochs, so many an hour, each with room before the epoch ends."""
    found = []
    for start, stop in epochs:
        time = start + 5.0
        while per_h and (time := time + apart_s + random.exponential(max(3600 / per_h - apart_s, 1.0))) < stop - room_s:
            found.append(float(time))
    return found


def _apnoeas(stages: list[tuple[str, float, float]], p: SleepMovementParameters, random: np.random.Generator) -> Epochs:
    return [(at, at + 20.0) for at in _at(_within(stages, "N1 N3"), p.apnoea_per_h, 40.0, 30.0, random)]


def _legs(
    stages: list[tuple[str, float, float]], apnoeas: Epochs, p: SleepMovementParameters, random: np.random.Generator
) -> tuple[Epochs, Epochs]:
    """Move one leg, or both, periodically in N2 and at the end of apnoeas."""
    left: Epochs = []
    right: Epochs = []
    shape = 1 / p.interval_cv**2
    starts = [stop - 0.5 for _, stop in apnoeas]
    for start, stop in _within(stages, "N2"):
        time = start + 5.0
        while time < stop - p.length_max_s - 5.0:
            starts.append(time)
            time += max(random.gamma(shape, p.interval_s / shape), p.length_max_s + 6.0)
    for time in sorted(starts):
        both, first = random.uniform() < p.bilateral_share, random.uniform() < 0.5
        for leg in (left, right) if both else ((left,) if first else (right,)):
            length = random.uniform(p.length_min_s, p.length_max_s)
            leg.append((float(time), float(time + length)))
    return left, right


def _jaw(stages: list[tuple[str, float, float]], p: SleepMovementParameters, random: np.random.Generator) -> Epochs:
    starts = _at(_within(stages, "N1 N2"), p.bruxism_per_h / 0.5, 20.0, 10.0, random)
    return [(at + k, at + k + 0.5) for at in starts for k in range(4)]


def _chin(stages: list[tuple[str, float, float]], p: SleepMovementParameters, random: np.random.Generator) -> Epochs:
    """Let the chin be active in some of the three-second windows of REM."""
    found: Epochs = []
    for start, stop in _within(stages, "R"):
        for at in np.arange(start + 1.0, stop - 3.0, 3.0).tolist():
            if random.uniform() < p.rem_active_share:
                found.append((at, at + 1.0))
    return found


def _events(kind: str, name: str, epochs: Epochs) -> Events:
    table: Floats = np.array(epochs, dtype=np.float64).reshape(-1, 2)
    return Events(kind, (name,) * len(table), table[:, 0], table[:, 1] - table[:, 0])


GENERATOR = SleepMovement(SleepMovementParameters())
