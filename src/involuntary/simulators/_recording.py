"""What a recording adds to the muscle: noise, mains, the heart, movement, bad contacts, and the converter.

Shapes and sizes here are engineering choices that look like what they stand for; none is a published norm.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from involuntary.model import Channel, ChannelKind
from involuntary.simulators._checks import check
from involuntary.simulators._chunks import Floats, Layer, Track
from involuntary.simulators._discharges import Discharges, summed, tabulate

__all__ = ["SurfaceRecording", "noise", "surface_track"]

MICROVOLT = 1e-6
# Odd harmonics carry most of what a rectifier-laden grid emits: (multiple, share of the fundamental).
_HARMONICS = ((1, 1.0), (2, 0.05), (3, 0.3), (5, 0.15), (7, 0.07))
# P, Q, R, S, T as Gaussians: (centre s, width s, share of R).
_HEART = ((-0.17, 0.022, 0.1), (-0.03, 0.009, -0.1), (0.0, 0.0105, 1.0), (0.03, 0.009, -0.2), (0.27, 0.05, 0.25))


@dataclass(frozen=True, slots=True)
class SurfaceRecording:
    """How a surface EMG is recorded: the parameters that all its generators share.

    Attributes
    ----------
    sampling_hz : float
        Samples a second.
    noise_uv : float
        Root mean square of electrode and amplifier noise, white over the recorded band.
    mains_hz, mains_uv : float
        Frequency and root mean square of the power line; odd harmonics come with it.
    ecg_uv, ecg_per_min : float
        Height of the R wave (0: none) and heart rate.
    drift_uv, drift_hz : float
        Largest deflection (0: none) and frequency of a baseline that sways, as with breath.
    movement_uv, movement_per_min : float
        Size of slow deflections as a cable or the skin moves (0: none) and how often.
    pops_uv, pops_per_min : float
        Step of an electrode that loses contact for a moment (0: none) and how often.
    range_uv, resolution_uv : float
        Half the converter's range, beyond which samples are clipped, and its step.
    """

    sampling_hz: float = 2000.0
    noise_uv: float = 5.0
    mains_hz: float = 50.0
    mains_uv: float = 5.0
    ecg_uv: float = 0.0
    ecg_per_min: float = 70.0
    drift_uv: float = 0.0
    drift_hz: float = 0.2
    movement_uv: float = 0.0
    movement_per_min: float = 10.0
    pops_uv: float = 0.0
    pops_per_min: float = 6.0
    range_uv: float = 10000.0
    resolution_uv: float = 0.1


def surface_track(
    owner: str,
    names: Sequence[str],
    muscle: Sequence[Layer],
    duration_s: float,
    recording: SurfaceRecording,
    random: np.random.Generator,
) -> Track:
    """Record muscle activity through surface electrodes.

    Parameters
    ----------
    owner : str
        Id of the generator, for messages.
    names : sequence of str
        One a channel.
    muscle : sequence of Layer
        What the muscle does, in volts.
    duration_s : float
        Length; the number of samples is rounded.
    recording : SurfaceRecording
        Noise, interference and converter.
    random : numpy.random.Generator
        Draws when artefacts happen.
    """
    check(owner, recording, "sampling_hz", "range_uv")
    rate, reach = recording.sampling_hz, recording.range_uv * MICROVOLT
    n = max(1, round(duration_s * rate))
    channels = tuple(Channel(name, ChannelKind.SURFACE_EMG, "V", rate, n, "µV", -reach, reach) for name in names)
    layers = (
        *muscle,
        noise(recording.noise_uv * MICROVOLT, len(names)),
        *_mains(recording, len(names), random),
        *_heart(recording, duration_s, random),
        *_drift(recording),
        *_movement(recording, duration_s, random),
        *_pops(recording, duration_s, len(names), random),
    )
    return Track(channels, layers, recording.resolution_uv * MICROVOLT)


def noise(rms: float, channels: int) -> Layer:
    """Give white noise of that root mean square, independent between channels."""

    def layer(first: int, stop: int, random: np.random.Generator) -> Floats:
        return rms * random.standard_normal((channels, stop - first))

    return layer


def _mains(recording: SurfaceRecording, channels: int, random: np.random.Generator) -> tuple[Layer, ...]:
    if not recording.mains_uv:
        return ()
    phase = random.uniform(0, 2 * np.pi, len(_HARMONICS))
    pickup = random.uniform(0.7, 1.3, (channels, 1))
    pickup[0] = 1.0
    shares = np.array([share for _, share in _HARMONICS])
    peak = np.sqrt(2) * recording.mains_uv * MICROVOLT * shares / np.sqrt(np.sum(shares**2))

    def layer(first: int, stop: int, _: np.random.Generator) -> Floats:
        time = np.arange(first, stop) / recording.sampling_hz
        waves = [
            peak[i] * np.sin(2 * np.pi * multiple * recording.mains_hz * time + phase[i])
            for i, (multiple, _share) in enumerate(_HARMONICS)
            if multiple * recording.mains_hz < recording.sampling_hz / 2
        ]
        total: Floats = pickup * np.sum(waves, axis=0)
        return total

    return (layer,)


def _heart(recording: SurfaceRecording, duration_s: float, random: np.random.Generator) -> tuple[Layer, ...]:
    if not (recording.ecg_uv and recording.ecg_per_min):
        return ()
    mean = 60.0 / recording.ecg_per_min
    beats = np.cumsum(mean * (1 + 0.03 * random.standard_normal(int(1.3 * duration_s / mean) + 10)))
    beats = beats[beats < duration_s]
    # A breath sways the height of the R wave by a few per cent.
    breath = 1 + 0.05 * np.sin(2 * np.pi * 0.25 * beats)

    def shapes(time: Floats) -> Floats:
        waves = [share * np.exp(-0.5 * ((time - centre) / width) ** 2) for centre, width, share in _HEART]
        total: Floats = recording.ecg_uv * MICROVOLT * np.sum(waves, axis=0)
        return total[None, None, :]

    templates = tabulate(shapes, recording.sampling_hz, 0.3, 0.5)
    return (summed(Discharges.of(beats, np.zeros(len(beats), dtype=np.intp), breath), templates),)


def _drift(recording: SurfaceRecording) -> tuple[Layer, ...]:
    if not recording.drift_uv:
        return ()
    turn = 2 * np.pi * recording.drift_hz / recording.sampling_hz

    def layer(first: int, stop: int, _: np.random.Generator) -> Floats:
        wave: Floats = recording.drift_uv * MICROVOLT * np.sin(turn * np.arange(first, stop))[None, :]
        return wave

    return (layer,)


def _movement(recording: SurfaceRecording, duration_s: float, random: np.random.Generator) -> tuple[Layer, ...]:
    if not (recording.movement_uv and recording.movement_per_min):
        return ()
    kinds = 8
    width = random.uniform(0.05, 0.3, kinds)
    swing = random.uniform(1.0, 3.0, kinds)

    def shapes(time: Floats) -> Floats:
        x = time[None, :] / width[:, None]
        wave: Floats = np.exp(-0.5 * x * x) * np.cos(swing[:, None] * x)
        return recording.movement_uv * MICROVOLT * wave[:, None, :]

    moments = _moments(recording.movement_per_min, duration_s, random)
    gain = random.choice([-1.0, 1.0], len(moments)) * random.uniform(0.5, 1.0, len(moments))
    events = Discharges.of(moments, random.integers(kinds, size=len(moments)), gain)
    return (summed(events, tabulate(shapes, recording.sampling_hz, 1.5, 1.5)),)


def _pops(
    recording: SurfaceRecording, duration_s: float, channels: int, random: np.random.Generator
) -> tuple[Layer, ...]:
    if not (recording.pops_uv and recording.pops_per_min):
        return ()
    decay = random.uniform(0.003, 0.03, 4)

    def shapes(time: Floats) -> Floats:
        # A contact breaks at one electrode, hence on one channel.
        step = np.where(time >= 0, np.exp(-np.maximum(time, 0.0) / decay[:, None]), 0.0)
        waves = step[:, None, None, :] * np.eye(channels)[None, :, :, None]
        return recording.pops_uv * MICROVOLT * waves.reshape(-1, channels, time.size)

    moments = _moments(recording.pops_per_min, duration_s, random)
    gain = random.choice([-1.0, 1.0], len(moments)) * random.uniform(0.5, 1.0, len(moments))
    events = Discharges.of(moments, random.integers(4 * channels, size=len(moments)), gain)
    return (summed(events, tabulate(shapes, recording.sampling_hz, 0.005, 0.2)),)


def _moments(per_min: float, duration_s: float, random: np.random.Generator) -> Floats:
    return np.sort(random.uniform(0.0, duration_s, random.poisson(per_min / 60.0 * duration_s)))
