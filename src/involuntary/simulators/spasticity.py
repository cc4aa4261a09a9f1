"""Spasticity: passive stretches with their reflex, the pendulum test, and the recruitment of the H reflex."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from involuntary.errors import ParameterError
from involuntary.model import Channel, ChannelKind, Events, Recording, Reference
from involuntary.model.recording import Annotation
from involuntary.simulators._checks import check, check_order
from involuntary.simulators._chunks import Floats, Layer, Track, record
from involuntary.simulators._discharges import Discharges, summed, tabulate
from involuntary.simulators._muscles import Muscles, muscle_units, volleys
from involuntary.simulators._recording import noise, surface_track
from involuntary.simulators.base import Generator

__all__ = ["GENERATOR", "Spasticity", "SpasticityParameters"]

_BLANCHETTE = Reference(
    "doi:10.2522/ptj.20140243",
    "Blanchette AK, Mullick AA, Moïn-Darbari K, Levin MF. Tonic stretch reflex threshold as a measure of ankle"
    " plantar-flexor spasticity after stroke. Phys Ther 2016;96:687",
    "20 stretches at varied velocities; threshold 66.0 ± 13.1 degrees",
)
_WHELAN = Reference(
    "doi:10.1186/s12984-018-0411-x",
    "Whelan A, Sexton A, Jones M, et al. Predictive value of the pendulum test for assessing knee extensor spasticity."
    " J Neuroeng Rehabil 2018;15:68",
    "first flexion over plateau",
)
_TESTS = ("stretch", "pendulum", "h-reflex")


@dataclass(frozen=True, slots=True)
class SpasticityParameters(Muscles):
    """Which test, and how spastic the limb is; what is inherited describes the EMG.

    Attributes
    ----------
    test : str
        ``"stretch"``, ``"pendulum"`` or ``"h-reflex"``.
    threshold_deg : float
        Angle of the tonic stretch reflex threshold: where the muscle answers an infinitely slow stretch. Beyond the
        range there is no reflex.
    velocity_s : float
        By so many degrees a degree per second the dynamic threshold lies before the tonic one.
    threshold_sd_deg : float
        Scatter of the threshold from stretch to stretch.
    from_deg, to_deg : float
        Range of a stretch.
    slowest_deg_s, fastest_deg_s : float
        Speeds of stretches, drawn evenly between.
    pause_s : float
        Between one stretch, or one release, and the next.
    reflex_share : float
        Share of the units that a reflex at the fastest speed recruits.
    angle_hz, angle_noise_deg : float
        Sampling rate of the goniometer, and root mean square of its noise.
    rest_deg, held_deg : float
        Angle at which the limb hangs, and is held before release.
    swing_hz, damping_ratio : float
        Frequency of the free swing and its damping.
    brake_share : float
        Share of the first swing that the reflex takes away; 0 in health.
    h_m_ratio, m_max_mv : float
        Largest H reflex over largest M wave, and that.
    m_latency_ms, h_latency_ms : float
        Of both waves.
    level_step_v : float
        From one strength of stimulus to the next; three stimuli each.
    """

    test: str = "stretch"
    threshold_deg: float = 95.0
    velocity_s: float = 0.12
    threshold_sd_deg: float = 1.5
    from_deg: float = 30.0
    to_deg: float = 130.0
    slowest_deg_s: float = 20.0
    fastest_deg_s: float = 300.0
    pause_s: float = 2.0
    reflex_share: float = 0.8
    angle_hz: float = 1000.0
    angle_noise_deg: float = 0.05
    rest_deg: float = 70.0
    held_deg: float = 5.0
    swing_hz: float = 0.9
    damping_ratio: float = 0.09
    brake_share: float = 0.0
    h_m_ratio: float = 0.6
    m_max_mv: float = 6.0
    m_latency_ms: float = 6.0
    h_latency_ms: float = 32.0
    level_step_v: float = 1.0
    range_uv: float = 50000.0


class Spasticity(Generator[SpasticityParameters]):
    """A limb that is stretched, released or stimulated; truth: ``stretch-reflex`` or ``response``."""

    id = "spasticity"
    name = "Spasticity: stretch reflex, pendulum, H reflex"
    references = (_BLANCHETTE, _WHELAN)

    def generate(
        self, duration_s: float, random: np.random.Generator, parameters: SpasticityParameters
    ) -> tuple[Recording, tuple[Events, ...]]:
        """Do the test that was asked for."""
        p = parameters
        check(self.id, p, "sampling_hz", "angle_hz", "units", "slowest_deg_s", "swing_hz", "range_uv", "level_step_v")
        check_order(self.id, p, ("from_deg", "to_deg"), ("slowest_deg_s", "fastest_deg_s"))
        if p.test not in _TESTS:
            raise ParameterError(f"{self.id}.test", f"must be one of {', '.join(_TESTS)}", repr(p.test))
        return {"stretch": _stretches, "pendulum": _pendulum, "h-reflex": _h_reflex}[p.test](duration_s, p, random)


def _angle(duration_s: float, curve: Callable[[Floats], Floats], p: SpasticityParameters) -> Track:
    n = max(1, round(duration_s * p.angle_hz))

    def layer(first: int, stop: int, _: np.random.Generator) -> Floats:
        return curve(np.arange(first, stop) / p.angle_hz)[None, :]

    channel = Channel("angle", ChannelKind.ANGLE, "deg", p.angle_hz, n)
    return Track((channel,), (layer, noise(p.angle_noise_deg, 1)))


def _stretches(
    duration_s: float, p: SpasticityParameters, random: np.random.Generator
) -> tuple[Recording, tuple[Events, ...]]:
    """Stretch at ever new speeds, and bring the limb back slowly."""
    way = p.to_deg - p.from_deg
    knots, angles, rows = [0.0], [p.from_deg], []
    start = p.pause_s / 2
    while True:
        speed = float(random.uniform(p.slowest_deg_s, p.fastest_deg_s))
        back = way / min(30.0, p.fastest_deg_s)
        end = start + way / speed
        if end + p.pause_s / 2 + back > duration_s:
            break
        knots += [start, end, end + p.pause_s / 2, end + p.pause_s / 2 + back]
        angles += [p.from_deg, p.to_deg, p.to_deg, p.from_deg]
        at = p.threshold_deg - p.velocity_s * speed + p.threshold_sd_deg * float(random.standard_normal())
        if at < p.to_deg:
            at = max(at, p.from_deg + 0.02 * way)
            rows.append((start + (at - p.from_deg) / speed, end, at, speed))
        start = end + p.pause_s / 2 + back + p.pause_s / 2
    table = np.array(rows, dtype=np.float64).reshape(-1, 4)
    length = table[:, 1] - table[:, 0] + 0.05
    share = np.clip(p.reflex_share * table[:, 3] / p.fastest_deg_s, 0.1, 1.0)
    units = muscle_units(p, random)
    fired = volleys(table[:, 0], length, share, units, 30.0, random)
    layers = (summed(fired, units.templates(p.sampling_hz)),)
    tracks = [
        _angle(duration_s, lambda time: np.interp(time, knots, angles), p),
        surface_track("spasticity", ("stretched muscle",), layers, duration_s, p, random),
    ]
    truth = Events(
        "stretch-reflex", ("stretched muscle",) * len(table), table[:, 0], np.minimum(length, duration_s - table[:, 0]),
        {"angle_deg": table[:, 2], "velocity_deg_s": table[:, 3]},
    )  # fmt: skip
    return record(tracks, random), (truth,)


def _pendulum(
    duration_s: float, p: SpasticityParameters, random: np.random.Generator
) -> tuple[Recording, tuple[Events, ...]]:
    """Hold, release, let swing, lift again."""
    swing_s = 9.0
    cycle = 1.0 + swing_s + 3.0
    releases = np.arange(1.0, duration_s - swing_s, cycle)
    depth = p.rest_deg - p.held_deg
    beat = 2 * np.pi * p.swing_hz
    decay = p.damping_ratio * beat / np.sqrt(1 - min(p.damping_ratio, 0.99) ** 2)

    def curve(time: Floats) -> Floats:
        since = time[:, None] - releases[None, :]
        mine = np.where((since >= 0) & (since < cycle - 1.0), since, np.nan)
        s = np.nanmax(np.where(np.isnan(mine), -1.0, mine), axis=1, initial=-1.0)
        free = np.exp(-decay * s) * (np.cos(beat * s) + decay / beat * np.sin(beat * s))
        # The reflex takes from the first swing, and the limb sinks the rest of the way.
        held = depth * p.brake_share * np.exp(-s / 0.8) * (1 - np.exp(-s / 0.25))
        swung = p.rest_deg - depth * free - held
        lifted = np.clip((s - swing_s) / 2.0, 0.0, 1.0)
        return np.where(s < 0, p.held_deg, swung + (p.held_deg - swung) * lifted)

    time = np.arange(0.0, swing_s, 1e-3)
    fine = curve(releases[:1] + time) if releases.size else np.empty(0)
    index = (float(fine[: int(1.2e3 / p.swing_hz)].max()) - p.held_deg) / depth if fine.size else np.nan
    track = surface_track("spasticity", ("quadriceps",), (), duration_s, p, random)
    n = releases.size
    truth = Events(
        "stretch-reflex" if p.brake_share else "limb-movement", ("angle",) * n, releases, np.full(n, swing_s),
        {"relaxation_index": np.full(n, index), "damping": np.full(n, p.damping_ratio)},
    )  # fmt: skip
    marks = [Annotation(float(at), 0.0, "pendulum: release") for at in releases]
    return record([_angle(duration_s, curve, p), track], random, annotations=marks), (truth,)


def _h_reflex(
    duration_s: float, p: SpasticityParameters, random: np.random.Generator
) -> tuple[Recording, tuple[Events, ...]]:
    """Stimulate a mixed nerve with growing strength, three times each, every 2 s."""
    stimuli = np.arange(0.5, duration_s - 0.2, 2.0)
    level = p.level_step_v * (2 + np.arange(stimuli.size) // 3)
    m = p.m_max_mv / (1 + np.exp(-(level - 14 * p.level_step_v) / (1.2 * p.level_step_v)))
    reflex = p.h_m_ratio * p.m_max_mv / (1 + np.exp(-(level - 7 * p.level_step_v) / (0.8 * p.level_step_v)))
    h = reflex * (1 - m / p.m_max_mv)
    waves = ((p.m_latency_ms, m, 0.0), (p.h_latency_ms, h, 1.0))

    def shape(time: Floats) -> Floats:
        wave = np.where((time > 0) & (time < 0.012), np.sin(2 * np.pi * time / 0.012), 0.0)
        return 0.5e-3 * wave[None, None, :]

    layers: list[Layer] = []
    parts = []
    for latency, size, late in waves:
        fired = Discharges.of(stimuli + latency / 1e3, np.zeros(stimuli.size, dtype=np.intp), size)
        layers.append(summed(fired, tabulate(shape, p.sampling_hz, 0.0, 0.014)))
        features = {"amplitude_mv": size, "level": level, "late": np.full(size.size, late)}
        length = np.full(size.size, 0.012)
        parts.append(Events("response", ("soleus",) * size.size, stimuli + latency / 1e3, length, features))
    track = surface_track("spasticity", ("soleus",), layers, duration_s, p, random)
    marks = [
        Annotation(float(at), 0.0, f"stimulus {strength:g} V") for at, strength in zip(stimuli, level, strict=True)
    ]
    return record([track], random, annotations=marks), (Events.merged("response", parts),)


GENERATOR = Spasticity(SpasticityParameters())
