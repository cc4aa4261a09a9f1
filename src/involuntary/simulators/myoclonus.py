"""Myoclonus: brief jerks whose length, spread and EEG tell where they come from."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from involuntary.errors import ParameterError
from involuntary.model import Events, Recording, Reference
from involuntary.simulators._checks import check
from involuntary.simulators._chunks import Floats, Layer, Track, record
from involuntary.simulators._discharges import Discharges, summed
from involuntary.simulators._eeg import eeg_track, readiness, spike
from involuntary.simulators._muscles import Muscles, muscle_units, placed, volleys
from involuntary.simulators._recording import MICROVOLT, surface_track
from involuntary.simulators.base import Generator

__all__ = ["GENERATOR", "ORIGINS", "Myoclonus", "MyoclonusParameters", "Origin"]

_CORTICAL = Reference(
    "url:https://pmc.ncbi.nlm.nih.gov/articles/PMC11006339",
    "review of myoclonus",
    "Table 1: cortical bursts of 15-60 ms",
)
_BRAIN_SCI = Reference(
    "doi:10.3390/brainsci7080103", "Brain Sci 2017;7:103", "typical myoclonus lasts 10 to 50 ms, rarely over 100 ms"
)
_TERADA = Reference(
    "title:Presence of Bereitschaftspotential preceding psychogenic myoclonus",
    "Terada K, et al. J Neurol Neurosurg Psychiatry 1995;58:745",
    "slow negativity from 0.7 to 2.1 s before the jerk, in 5 of 6 patients",
)


@dataclass(frozen=True, slots=True)
class Origin:
    """Where jerks come from, as the muscles and the EEG show it.

    Attributes
    ----------
    shortest_s, longest_s : float
        Length of a burst.
    muscles : tuple of (str, float)
        In the order of their names, each with its delay after the first in seconds.
    interval_cv : float
        Of the time between jerks: 1 is irregular, 0.1 rhythmic.
    eeg : str
        ``"spike"``, ``"readiness"`` or ``"none"``.
    order_varies : bool
        Whether the muscles change their order from jerk to jerk.
    """

    shortest_s: float
    longest_s: float
    muscles: tuple[tuple[str, float], ...]
    interval_cv: float
    eeg: str
    order_varies: bool = False


ORIGINS = {
    # Agonist and antagonist together; down the arm at about 50 m/s.
    "cortical": Origin(
        0.015, 0.050, (("biceps", 0.0), ("wrist flexor", 0.005), ("wrist extensor", 0.005), ("hand", 0.009)),
        1.0, "spike",
    ),
    # From the lower brainstem up and down.
    "brainstem": Origin(
        0.040, 0.100, (("sternomastoid", 0.0), ("masseter", 0.010), ("biceps", 0.012), ("quadriceps", 0.030)),
        1.0, "none",
    ),
    "spinal": Origin(0.100, 0.300, (("deltoid", 0.0), ("biceps", 0.003)), 0.1, "none"),
    # Slowly along the cord, 5 to 15 m/s.
    "propriospinal": Origin(
        0.100, 0.300,
        (("rectus abdominis", 0.0), ("intercostal", 0.020), ("quadriceps", 0.040), ("sternomastoid", 0.060)),
        1.0, "none",
    ),
    "functional": Origin(
        0.080, 0.400, (("rectus abdominis", 0.0), ("quadriceps", 0.030), ("sternomastoid", 0.060)),
        0.7, "readiness", order_varies=True,
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class MyoclonusParameters(Muscles):
    """How somebody jerks.

    Attributes
    ----------
    origin : str
        ``"cortical"``, ``"brainstem"``, ``"spinal"``, ``"propriospinal"`` or ``"functional"``.
    per_min : float
        Jerks a minute.
    length_min_ms, length_max_ms : float
        Length of a burst; 0 for what the origin brings.
    recruited_share : float
        Part of the units that join a jerk, on the average.
    rate_hz : float
        Discharge rate within bursts that last longer than one interval.
    eeg : bool
        Whether the cortex is recorded too.
    eeg_hz, eeg_background_uv : float
        Sampling rate and root mean square of the EEG.
    spike_uv, spike_lead_ms : float
        Height of a cortical spike and how long it leads the first muscle.
    readiness_uv, readiness_s : float
        Height of a readiness potential and how long before the jerk it begins.
    """

    origin: str = "cortical"
    per_min: float = 20.0
    length_min_ms: float = 0.0
    length_max_ms: float = 0.0
    recruited_share: float = 0.7
    rate_hz: float = 40.0
    eeg: bool = True
    eeg_hz: float = 1000.0
    eeg_background_uv: float = 12.0
    spike_uv: float = 8.0
    spike_lead_ms: float = 20.0
    readiness_uv: float = 8.0
    readiness_s: float = 1.5


class Myoclonus(Generator[MyoclonusParameters]):
    """Jerks over several muscles with their EEG; truth: one ``burst`` a jerk and muscle."""

    id = "myoclonus"
    name = "Myoclonus"
    references = (_CORTICAL, _BRAIN_SCI, _TERADA)

    def generate(
        self, duration_s: float, random: np.random.Generator, parameters: MyoclonusParameters
    ) -> tuple[Recording, tuple[Events, ...]]:
        """Draw the jerks, send each down its muscles, and put the cortex before them."""
        p = parameters
        check(self.id, p, "sampling_hz", "units", "per_min", "rate_hz", "eeg_hz", "readiness_s")
        if p.origin not in ORIGINS:
            raise ParameterError(f"{self.id}.origin", f"must be one of {', '.join(ORIGINS)}", repr(p.origin))
        origin = ORIGINS[p.origin]
        shortest, longest = p.length_min_ms / 1000 or origin.shortest_s, p.length_max_ms / 1000 or origin.longest_s
        jerk, length = _jerks(duration_s, origin, shortest, max(longest, shortest), p, random)
        names = [name for name, _ in origin.muscles]
        delay = _delays(origin, len(jerk), random)
        share = np.clip(random.normal(p.recruited_share, 0.15, len(jerk)), 0.1, 1.0)
        muscle: list[Layer] = []
        parts = []
        for row, name in enumerate(names):
            units = muscle_units(p, random)
            start = jerk + delay[row]
            fired = volleys(start, length, share, units, p.rate_hz, random)
            muscle.append(placed(summed(fired, units.templates(p.sampling_hz)), row, len(names)))
            parts.append(
                Events("burst", (name,) * len(jerk), start, length, {"jerk_id": np.arange(len(jerk), dtype=np.float64)})
            )
        tracks = [surface_track(self.id, names, muscle, duration_s, p, random)]
        if p.eeg:
            tracks.append(_cortex(jerk, origin, duration_s, p, random))
        return record(tracks, random), (Events.merged("burst", parts),)


def _jerks(
    duration_s: float, origin: Origin, shortest: float, longest: float, p: MyoclonusParameters,
    random: np.random.Generator,
) -> tuple[Floats, Floats]:  # fmt: skip
    """Give onsets in the first muscle and lengths; two jerks keep apart and all end within the recording."""
    mean, shape = 60.0 / p.per_min, 1 / origin.interval_cv**2
    spread = max(delay for _, delay in origin.muscles)
    apart = longest + spread + 0.05
    steps = np.maximum(random.gamma(shape, mean / shape, int(2 * duration_s / mean) + 20), apart)
    onset = np.cumsum(steps) - random.uniform(0, 1) * steps[0]
    onset = onset[(onset > 0.02) & (onset < duration_s - apart)]
    return onset, random.uniform(shortest, longest, onset.size)


def _delays(origin: Origin, jerks: int, random: np.random.Generator) -> Floats:
    """Give the delay of every muscle at every jerk, shape (muscles, jerks)."""
    delay = np.tile(np.array([d for _, d in origin.muscles])[:, None], (1, jerks))
    return random.permuted(delay, axis=0) if origin.order_varies else delay


def _cortex(
    jerk: Floats, origin: Origin, duration_s: float, p: MyoclonusParameters, random: np.random.Generator
) -> Track:
    events = Discharges.of(jerk, np.zeros(jerk.size, dtype=np.intp))
    shapes = {
        "spike": lambda: spike(events, p.eeg_hz, p.spike_uv * MICROVOLT, p.spike_lead_ms / 1000),
        "readiness": lambda: readiness(events, p.eeg_hz, p.readiness_uv * MICROVOLT, p.readiness_s),
    }
    shape = shapes[origin.eeg]() if origin.eeg in shapes else None
    return eeg_track("Cz", events, shape, duration_s, p.eeg_hz, p.eeg_background_uv * MICROVOLT, random)


GENERATOR = Myoclonus(MyoclonusParameters())
