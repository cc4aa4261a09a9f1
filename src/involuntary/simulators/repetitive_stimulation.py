"""Repetitive stimulation of a nerve: trains at rest and after exercise, in health, myasthenia and Lambert-Eaton."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from involuntary.errors import ParameterError
from involuntary.model import Events, Recording, Reference
from involuntary.model.recording import Annotation
from involuntary.simulators._checks import check
from involuntary.simulators._chunks import Floats, Layer, record
from involuntary.simulators._discharges import Discharges, summed, tabulate
from involuntary.simulators._junction import JUNCTIONS, end_plates, transmit
from involuntary.simulators._recording import SurfaceRecording, surface_track
from involuntary.simulators.base import Generator

__all__ = ["GENERATOR", "RepetitiveStimulation", "RepetitiveStimulationParameters", "m_wave"]

_TECHNIQUE = Reference(
    "url:https://discovery.researcher.life/topic/store-of-acetylcholine/10290631",
    "Review of the technique of repetitive nerve stimulation, read as an abstract that shows no authors",
    "trains of 2 to 3 Hz at rest and after 30 to 60 s of effort; single responses around 10 s of effort",
)
_EFFORT_HZ = 20.0
_FIRST_S = 0.5
# Trains after the effort: its end, then half a minute and minutes later.
_AFTER_S = (1.0, 30.0, 60.0, 120.0, 180.0)
_WAVE_S = 0.03


@dataclass(frozen=True, slots=True)
class RepetitiveStimulationParameters(SurfaceRecording):
    """How the junctions are and how the nerve is stimulated; what is inherited describes the recording.

    Attributes
    ----------
    junction : str
        ``"healthy"``, ``"myasthenic"`` or ``"lambert-eaton"``.
    rate_hz : float
        Stimuli a second in a train.
    train_n : int
        Stimuli of a train.
    trains_n : int
        Trains at rest.
    rest_s : float
        Pause between trains at rest.
    effort_s : float
        Exercise after the trains at rest; 0 for none.
    fibres_n : int
        Muscle fibres under the electrodes.
    amplitude_mv : float
        Height of the response if every fibre fires.
    latency_ms, spread_ms : float
        From the stimulus to the response, and how the fibres' own latencies scatter.
    artefact_mv : float
        Height of the stimulus artefact.
    """

    junction: str = "healthy"
    rate_hz: float = 3.0
    train_n: int = 10
    trains_n: int = 2
    rest_s: float = 10.0
    effort_s: float = 10.0
    fibres_n: int = 800
    amplitude_mv: float = 8.0
    latency_ms: float = 3.5
    spread_ms: float = 0.6
    artefact_mv: float = 2.0
    sampling_hz: float = 10000.0
    range_uv: float = 50000.0


class RepetitiveStimulation(Generator[RepetitiveStimulationParameters]):
    """Marked stimuli and their M waves; truth: one ``response`` a stimulus with its amplitude and share of fibres."""

    id = "repetitive-stimulation"
    name = "Repetitive nerve stimulation"
    references = (_TECHNIQUE,)

    def generate(
        self, duration_s: float, random: np.random.Generator, parameters: RepetitiveStimulationParameters
    ) -> tuple[Recording, tuple[Events, ...]]:
        """Let the axon discharge, transmit to every fibre, and sum what passed."""
        p = parameters
        check(self.id, p, "sampling_hz", "range_uv", "rate_hz", "train_n", "fibres_n", "latency_ms", "spread_ms")
        if p.junction not in JUNCTIONS:
            raise ParameterError(f"{self.id}.junction", f"must be one of {', '.join(JUNCTIONS)}", repr(p.junction))
        stimuli, effort = _protocol(duration_s - _WAVE_S, p)
        during = np.arange(effort[0], effort[1], 1 / _EFFORT_HZ) if effort else np.empty(0)
        every = np.concatenate([stimuli, during])
        order = np.argsort(every, kind="stable")
        sent = transmit(end_plates(JUNCTIONS[p.junction], p.fibres_n, random), every[order], random)
        mine = np.searchsorted(every[order], stimuli)
        late = (p.latency_ms + p.spread_ms * (2 + np.clip(random.standard_normal(p.fibres_n), -2, 2))) / 1e3
        weight = random.lognormal(0.0, 0.3, p.fibres_n)
        wave = _scaled(late, weight / weight.sum(), p)
        stop = [np.flatnonzero(sent.passed[row]) for row in mine]
        time = [at + late[f] + sent.delay_s[row, f] for at, row, f in zip(stimuli, mine, stop, strict=True)]
        gain = [wave * weight[f] / weight.sum() for f in stop]
        fired = Discharges.of(
            np.concatenate([np.empty(0), *time]),
            np.zeros(sum(f.size for f in stop), dtype=np.intp),
            np.concatenate([np.empty(0), *gain]),
        )
        layers = (summed(fired, tabulate(_fibre, p.sampling_hz, 0.0, _WAVE_S)), *_artefact(stimuli, p))
        track = surface_track(self.id, ("muscle",), layers, duration_s, p, random)
        heights = np.array([_height(t - at, g) for at, t, g in zip(stimuli, time, gain, strict=True)])
        share = np.array([f.size / p.fibres_n for f in stop])
        marks = [Annotation(float(at), 0.0, "stimulus") for at in stimuli]
        if effort:
            marks.append(Annotation(effort[0], effort[1] - effort[0], f"exercise {effort[1] - effort[0]:g} s"))
        truth = Events(
            "response",
            ("muscle",) * stimuli.size,
            stimuli + late.min(),
            np.full(stimuli.size, 0.0),
            {"amplitude_mv": 1e3 * heights, "fired_share": share},
        )
        return record([track], random, annotations=sorted(marks, key=lambda mark: mark.onset_s)), (truth,)


def m_wave(time: Floats) -> Floats:
    """Give the surface potential of a fibre from its discharge on: a rise to 1, and a smaller return."""
    x = np.maximum(time, 0.0) / 0.002
    wave: Floats = 1.2778 * x * np.exp(1 - x) * (1 - x / 4)
    return wave


def _fibre(time: Floats) -> Floats:
    return m_wave(time)[None, None, :]


def _scaled(late: Floats, share: Floats, p: RepetitiveStimulationParameters) -> float:
    """Give the factor that brings the sum of all fibres to its height, in volts."""
    return p.amplitude_mv / 1e3 / _height(late, share)


def _height(late: Floats, gain: Floats) -> float:
    time = np.linspace(0.0, _WAVE_S, 1501)
    return float(np.max(gain @ m_wave(time[None, :] - late[:, None]))) if late.size else 0.0


def _protocol(duration_s: float, p: RepetitiveStimulationParameters) -> tuple[Floats, tuple[float, float] | None]:
    train = np.arange(p.train_n) / p.rate_hz
    length = p.train_n / p.rate_hz
    starts = [_FIRST_S + i * (length + p.rest_s) for i in range(p.trains_n)]
    effort = None
    begin = (starts[-1] if starts else 0.0) + length + p.rest_s
    if p.effort_s and begin + p.effort_s < duration_s:
        effort = (begin, begin + p.effort_s)
        starts += [effort[1] + after for after in _AFTER_S]
    stimuli = np.concatenate([np.empty(0), *(start + train for start in starts)])
    kept: Floats = stimuli[stimuli < duration_s]
    return kept, effort


def _artefact(stimuli: Floats, p: RepetitiveStimulationParameters) -> tuple[Layer, ...]:
    if not p.artefact_mv:
        return ()

    def spike(time: Floats) -> Floats:
        pulse = np.where((time >= 0) & (time < 0.0003), 1.0, 0.0) + np.where(time >= 0, 0.05, 0.0) * np.exp(
            -np.maximum(time, 0.0) / 0.002
        )
        shape: Floats = p.artefact_mv / 1e3 * pulse[None, None, :]
        return shape

    fired = Discharges.of(stimuli, np.zeros(stimuli.size, dtype=np.intp))
    return (summed(fired, tabulate(spike, p.sampling_hz, 0.0, 0.015)),)


GENERATOR = RepetitiveStimulation(RepetitiveStimulationParameters())
