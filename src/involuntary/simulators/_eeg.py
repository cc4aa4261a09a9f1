"""One EEG channel: a background, and what precedes a jerk."""

from __future__ import annotations

import numpy as np

from involuntary.model import Channel, ChannelKind
from involuntary.simulators._chunks import Floats, Layer, Track
from involuntary.simulators._discharges import Discharges, summed, tabulate

__all__ = ["eeg_track", "readiness", "spike"]

_WAVES = 120


def eeg_track(
    name: str,
    events: Discharges,
    shape: Layer | None,
    duration_s: float,
    rate_hz: float,
    background_v: float,
    random: np.random.Generator,
) -> Track:
    """Record one EEG channel; `shape` is the layer of its event-locked potentials, if any."""
    n = max(1, round(duration_s * rate_hz))
    channel = Channel(name, ChannelKind.EEG, "V", rate_hz, n, "µV")
    layers = [_background(background_v, rate_hz, random)]
    if shape is not None and len(events):
        layers.append(shape)
    return Track((channel,), tuple(layers))


def spike(events: Discharges, rate_hz: float, height_v: float, lead_s: float) -> Layer:
    """Give a biphasic cortical spike, positive then negative, whose first peak leads each event by `lead_s`."""

    def shapes(time: Floats) -> Floats:
        x = (time + lead_s) / 0.008
        wave: Floats = height_v * (np.exp(-0.5 * x * x) - 0.8 * np.exp(-0.5 * (x - 2.0) ** 2))
        return wave[None, None, :]

    return summed(events, tabulate(shapes, rate_hz, lead_s + 0.06, 0.06))


def readiness(events: Discharges, rate_hz: float, height_v: float, lead_s: float) -> Layer:
    """Give a slow negativity that starts `lead_s` before each event, steepens, and is gone half a second after."""

    def shapes(time: Floats) -> Floats:
        rise = np.clip((time + lead_s) / lead_s, 0.0, 1.0) ** 2
        wave: Floats = -height_v * np.where(time < 0, rise, np.exp(-np.maximum(time, 0.0) / 0.15))
        return wave[None, None, :]

    return summed(events, tabulate(shapes, rate_hz, lead_s, 1.0))


def _background(rms_v: float, rate_hz: float, random: np.random.Generator) -> Layer:
    """Give waves of random frequency and phase whose power falls with frequency, with more near 10 Hz."""
    frequency = np.exp(random.uniform(np.log(0.5), np.log(min(70.0, rate_hz / 3)), _WAVES))
    start = random.uniform(0, 2 * np.pi, _WAVES)
    size = frequency**-0.5 * (1 + 3 * np.exp(-0.5 * (frequency - 10.0) ** 2))
    size *= rms_v * np.sqrt(2 / np.sum(size**2))

    def layer(first: int, stop: int, generator: np.random.Generator) -> Floats:
        time = np.arange(first, stop) / rate_hz
        total = 0.1 * rms_v * generator.standard_normal(time.size)
        for f, phase, amplitude in zip(frequency, start, size, strict=True):
            total += amplitude * np.sin(2 * np.pi * f * time + phase)
        return total[None, :]

    return layer
