"""Nerve conduction: responses to two sites of a motor or a sensory nerve, and the scan of the M wave."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from involuntary.errors import ParameterError
from involuntary.model import Events, Recording, Reference
from involuntary.model.recording import Annotation
from involuntary.simulators._checks import check
from involuntary.simulators._chunks import Floats, record
from involuntary.simulators._discharges import Discharges, summed, tabulate
from involuntary.simulators._recording import SurfaceRecording, surface_track
from involuntary.simulators.base import Generator
from involuntary.simulators.repetitive_stimulation import m_wave

__all__ = ["GENERATOR", "NerveConduction", "NerveConductionParameters"]

_BUSCHBACHER = Reference(
    "doi:10.1097/00002060-199911001-00002",
    "Buschbacher RM. Median nerve motor conduction to the abductor pollicis brevis. Am J Phys Med Rehabil 1999;78",
    "249 subjects: 3.7 ± 0.5 ms, 10.2 ± 3.6 mV, 57 ± 5 m/s",
)
_TESTS = ("motor", "sensory", "scan")
# What a sweep still holds after its last stimulus.
_SWEEP_S = 0.05


@dataclass(frozen=True, slots=True)
class NerveConductionParameters(SurfaceRecording):
    """The nerve and how it is stimulated; what is inherited describes the recording.

    Attributes
    ----------
    test : str
        ``"motor"``, ``"sensory"`` or ``"scan"``.
    nerve : str
        Name of the channel.
    velocity_m_s : float
        Of conduction.
    wrist_m, elbow_m : float
        From the recording electrode to the two sites; a sensory nerve is stimulated at the first.
    distal_ms : float
        Time from the first site to a motor response.
    amplitude_mv, sensory_uv : float
        Height of the motor and of the sensory response.
    block_share : float
        Share of the amplitude lost between the sites.
    stimuli_per_s : float
        Stimuli a second.
    units_n : int
        Motor units, for the scan.
    units_cv : float
        Coefficient of variation of their sizes.
    threshold_v, threshold_sd_v : float
        Mean and spread of their thresholds.
    relative_spread_percent : float
        By which a threshold varies from stimulus to stimulus.
    """

    test: str = "motor"
    nerve: str = "median"
    velocity_m_s: float = 57.0
    wrist_m: float = 0.07
    elbow_m: float = 0.29
    distal_ms: float = 3.7
    amplitude_mv: float = 10.2
    sensory_uv: float = 25.0
    block_share: float = 0.0
    stimuli_per_s: float = 1.0
    units_n: int = 100
    units_cv: float = 0.4
    threshold_v: float = 10.0
    threshold_sd_v: float = 1.2
    relative_spread_percent: float = 1.65
    sampling_hz: float = 20000.0
    noise_uv: float = 3.0
    mains_uv: float = 0.0
    range_uv: float = 50000.0


class NerveConduction(Generator[NerveConductionParameters]):
    """Marked stimuli at wrist and elbow, or of graded strength; truth: one ``response`` a stimulus."""

    id = "nerve-conduction"
    name = "Nerve conduction and M wave scan"
    references = (_BUSCHBACHER,)

    def generate(
        self, duration_s: float, random: np.random.Generator, parameters: NerveConductionParameters
    ) -> tuple[Recording, tuple[Events, ...]]:
        """Stimulate, and sum the responses."""
        p = parameters
        check(self.id, p, "sampling_hz", "range_uv", "velocity_m_s", "stimuli_per_s", "units_n", "threshold_v")
        if p.test not in _TESTS:
            raise ParameterError(f"{self.id}.test", f"must be one of {', '.join(_TESTS)}", repr(p.test))
        stimuli = np.arange(0.2, duration_s - _SWEEP_S, 1 / p.stimuli_per_s)
        latency, size, said = (_scan if p.test == "scan" else _sites)(stimuli, p, random)
        name = f"{p.nerve} sensory" if p.test == "sensory" else p.nerve
        shape = _sensory if p.test == "sensory" else _motor
        fired = Discharges.of(stimuli + latency, np.zeros(stimuli.size, dtype=np.intp), size)
        layers = (summed(fired, tabulate(shape, p.sampling_hz, 0.0, 0.04)),)
        track = surface_track(self.id, (name,), layers, duration_s, p, random)
        truth = Events(
            "response", (name,) * stimuli.size, stimuli + latency, np.zeros(stimuli.size),
            {"latency_ms": 1e3 * latency, "amplitude_mv": 1e3 * size},
        )  # fmt: skip
        marks = [Annotation(float(at), 0.0, f"stimulus {text}") for at, text in zip(stimuli, said, strict=True)]
        return record([track], random, annotations=marks), (truth,)


def _motor(time: Floats) -> Floats:
    return m_wave(time)[None, None, :]


def _sensory(time: Floats) -> Floats:
    """Give a nerve's potential: a negative wave of 1.2 ms and a smaller positive one."""
    x = np.clip(time, 0.0, 0.003)
    negative, positive = np.sin(np.pi * x / 0.0012), -0.4 * np.sin(np.pi * (x - 0.0012) / 0.0018)
    wave: Floats = np.where(x <= 0, 0.0, np.where(x < 0.0012, negative, np.where(x < 0.003, positive, 0.0)))
    return wave[None, None, :]


def _sites(stimuli: Floats, p: NerveConductionParameters, _: np.random.Generator) -> tuple[Floats, Floats, list[str]]:
    """Give latency, size and mark of each stimulus; five at the wrist, five at the elbow, and so on."""
    if p.test == "sensory":
        latency = np.full(stimuli.size, p.wrist_m / p.velocity_m_s)
        return latency, np.full(stimuli.size, p.sensory_uv / 1e6), [f"wrist {1e3 * p.wrist_m:g} mm"] * stimuli.size
    elbow = (np.arange(stimuli.size) // 5) % 2 == 1
    late = p.distal_ms / 1e3 + elbow * (p.elbow_m - p.wrist_m) / p.velocity_m_s
    size = p.amplitude_mv / 1e3 * np.where(elbow, 1 - p.block_share, 1.0)
    way = {False: f"wrist {1e3 * p.wrist_m:g} mm", True: f"elbow {1e3 * p.elbow_m:g} mm"}
    return late, size, [way[bool(e)] for e in elbow]


def _scan(
    stimuli: Floats, p: NerveConductionParameters, random: np.random.Generator
) -> tuple[Floats, Floats, list[str]]:
    """Go from strong to weak in even steps; each unit answers above a threshold that varies."""
    spread = np.sqrt(np.log1p(p.units_cv**2))
    unit = random.lognormal(0.0, spread, p.units_n)
    unit *= p.amplitude_mv / 1e3 / unit.sum()
    threshold = random.normal(p.threshold_v, p.threshold_sd_v, p.units_n)
    level = np.linspace(p.threshold_v + 4 * p.threshold_sd_v, p.threshold_v - 4 * p.threshold_sd_v, stimuli.size)
    size = np.empty(stimuli.size)
    for i, strength in enumerate(level.tolist()):
        now = threshold * (1 + p.relative_spread_percent / 100 * random.standard_normal(p.units_n))
        size[i] = unit[now < strength].sum()
    return np.full(stimuli.size, p.distal_ms / 1e3), size, [f"{strength:.4f} V" for strength in level]


GENERATOR = NerveConduction(NerveConductionParameters())
