"""Tics: the same few movements again and again, in bouts, after an urge, and held back for a while on request."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from involuntary.model import Events, Recording, Reference
from involuntary.model.recording import Annotation
from involuntary.simulators._checks import check, check_order
from involuntary.simulators._chunks import Floats, Layer, record
from involuntary.simulators._discharges import Discharges, summed
from involuntary.simulators._eeg import eeg_track, readiness
from involuntary.simulators._muscles import Muscles, muscle_units, placed, volleys
from involuntary.simulators._recording import MICROVOLT, surface_track
from involuntary.simulators.base import Generator

__all__ = ["GENERATOR", "Tic", "TicParameters"]

_DURATIONS = Reference(
    "doi:10.5334/tohm.533", "McGurrin et al. 2020, Tremor Other Hyperkinet Mov", "50 to 200 ms; sustained above 300 ms"
)
_NAMES = ("orbicularis oculi", "sternomastoid", "trapezius")
# Muscles of each kind of tic with their delays in seconds.
_KINDS = (((0, 0.0),), ((1, 0.0), (2, 0.03)), ((2, 0.0),))


@dataclass(frozen=True, slots=True)
class TicParameters(Muscles):
    """How somebody tics.

    Attributes
    ----------
    per_min : float
        Tics a minute while nothing is held back.
    bout_cv : float
        Coefficient of variation of the time between: above 1 they come in bouts.
    length_min_ms, length_max_ms : float
        Length of a clonic burst.
    sustained_share : float
        Part of all that last longer, 300 to 490 ms.
    rate_hz : float
        Discharge rate within a burst.
    urge_share : float
        Part of all before which the person pressed a button, marked ``urge``.
    suppressed_s, free_s : float
        Length of a marked time of holding back, and of the time before it; no such time where the first is 0.
    suppressed_share : float
        Part of the tics that come although they are held back.
    readiness_uv, readiness_s : float
        Late readiness potential before each, at Cz; no EEG where the first is 0.
    """

    per_min: float = 12.0
    bout_cv: float = 1.3
    length_min_ms: float = 60.0
    length_max_ms: float = 200.0
    sustained_share: float = 0.1
    rate_hz: float = 40.0
    urge_share: float = 0.9
    suppressed_s: float = 60.0
    free_s: float = 60.0
    suppressed_share: float = 0.1
    readiness_uv: float = 0.0
    readiness_s: float = 0.5


class Tic(Generator[TicParameters]):
    """Tics of face, neck and shoulder with urge and suppression marked; truth: one ``burst`` a tic and muscle."""

    id = "tic"
    name = "Tics"
    references = (_DURATIONS,)

    def generate(
        self, duration_s: float, random: np.random.Generator, parameters: TicParameters
    ) -> tuple[Recording, tuple[Events, ...]]:
        """Draw the tics, send each to its muscles, and note what the person said."""
        p = parameters
        check(self.id, p, "sampling_hz", "units", "per_min", "bout_cv", "length_min_ms", "rate_hz", "free_s")
        check_order(self.id, p, ("length_min_ms", "length_max_ms"))
        held = _held(duration_s, p)
        onset = _onsets(duration_s, held, p, random)
        long = random.uniform(size=onset.size) < p.sustained_share
        usual = random.uniform(p.length_min_ms, p.length_max_ms, onset.size) / 1000
        length = np.where(long, random.uniform(0.3, 0.45, onset.size), usual)
        kind = random.integers(len(_KINDS), size=onset.size)
        muscle: list[Layer] = []
        parts = []
        for row, name in enumerate(_NAMES):
            layer, events = _muscle(row, name, (onset, length, kind), p, random)
            muscle.append(layer)
            parts.append(events)
        tracks = [surface_track(self.id, _NAMES, muscle, duration_s, p, random)]
        if p.readiness_uv:
            fired = Discharges.of(onset, np.zeros(onset.size, dtype=np.intp))
            shape = readiness(fired, 500.0, p.readiness_uv * MICROVOLT, max(p.readiness_s, 0.05))
            tracks.append(eeg_track("Cz", fired, shape, duration_s, 500.0, 10 * MICROVOLT, random))
        noted = [Annotation(a, b - a, "suppress") for a, b in held] + _urges(onset, p, random)
        return record(tracks, random, annotations=noted), (Events.merged("burst", parts),)


def _held(duration_s: float, p: TicParameters) -> list[tuple[float, float]]:
    every = p.free_s + p.suppressed_s
    starts = np.arange(p.free_s, duration_s, every) if p.suppressed_s else np.empty(0)
    return [(float(a), float(min(a + p.suppressed_s, duration_s))) for a in starts]


def _onsets(
    duration_s: float, held: list[tuple[float, float]], p: TicParameters, random: np.random.Generator
) -> Floats:
    mean, shape = 60.0 / p.per_min, 1 / p.bout_cv**2
    steps = np.maximum(random.gamma(shape, mean / shape, int(3 * duration_s / mean) + 20), 0.6)
    onset = np.cumsum(steps)
    onset = onset[(onset > 0.1) & (onset < duration_s - 0.6)]
    inside = np.zeros(onset.size, dtype=np.bool_)
    for start, stop in held:
        inside |= (onset >= start - 0.5) & (onset < stop)
    kept: Floats = onset[~inside | (random.uniform(size=onset.size) < p.suppressed_share)]
    return kept


def _muscle(
    row: int, name: str, tics: tuple[Floats, Floats, NDArray[np.intp]], p: TicParameters, random: np.random.Generator
) -> tuple[Layer, Events]:
    onset, length, kind = tics
    delay = np.array([dict(muscles).get(row, np.nan) for muscles in _KINDS])[kind]
    mine = np.isfinite(delay)
    start, lasts = (onset + delay)[mine], length[mine]
    units = muscle_units(p, random)
    share = np.clip(random.normal(0.7, 0.1, start.size), 0.2, 1.0)
    fired = volleys(start, lasts, share, units, p.rate_hz, random)
    layer = placed(summed(fired, units.templates(p.sampling_hz)), row, len(_NAMES))
    return layer, Events("burst", (name,) * start.size, start, lasts, {"tic_kind": kind[mine].astype(np.float64)})


def _urges(onset: Floats, p: TicParameters, random: np.random.Generator) -> list[Annotation]:
    before = onset - random.uniform(0.5, 3.0, onset.size)
    felt = (random.uniform(size=onset.size) < p.urge_share) & (before > 0)
    return [Annotation(float(at), 0.0, "urge") for at in before[felt]]


GENERATOR = Tic(TicParameters())
