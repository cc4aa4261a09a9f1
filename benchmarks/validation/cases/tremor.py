"""Tremor that comes and goes on a hand; the decibels are those of the tremor against the accelerometer's noise."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from frame import SEEDS, Case, Figure, Validation, median

import involuntary as iv
from involuntary.model import Channel, ChannelKind, Observation, Recording

_HZ = dict(zip(SEEDS, (4.2, 5.0, 6.5, 8.0, 11.0), strict=True))
_MM = 2.0
_RATE = 100.0
_FAST = 1000.0  # at which the published indices of noise come out: it spreads over half of it
# Frequency and size of the tone of the figures, none of which is a line of a window's spectrum.
_TONES_HZ = (4.2, 5.07, 7.31, 11.13, 15.0)
LEVELS = ("20 dB", "10 dB", "0 dB")


def make(level: str, seed: int) -> Case:
    """Two and a half minutes: 31.6 s of tremor after every 12.7 s of rest, no multiples of a window."""
    strong = _MM * 1e-3 * (2 * np.pi * _HZ[seed]) ** 2 / np.sqrt(2)
    noise = strong / 10 ** (float(level.split()[0]) / 20) / np.sqrt(3)
    settings = {"frequency_hz": _HZ[seed], "amplitude_mm": _MM, "epoch_s": 31.6, "pause_s": 12.7, "emg": "false"}
    recording, (truth,) = iv.simulate("tremor", 150, seed, accelerometer_noise_m_s2=noise, **settings)
    return Case(recording, truth)


def figures(seen: Sequence[tuple[Case, Observation]]) -> list[Figure]:
    """Frequency and amplitude of tones from another generator, the largest errors; the published stability indices."""
    rows = []
    for decibel in (20, 10, 0):
        every = [_tone(hz, decibel, seed) for hz in _TONES_HZ for seed in SEEDS]
        off = np.array([(abs(found - hz), 100 * abs(size / _MM - 1)) for hz, found, size in every])
        for column, what, unit, asked in ((0, "frequency", "Hz", "at most 0.05"), (1, "amplitude", "%", "at most 5")):
            largest = float(off[:, column].max())
            rows.append(
                Figure(f"{what}, {decibel} dB: largest error", largest, (np.nan, np.nan), len(off), asked, unit)
            )
    for decibel, published in ((np.inf, "0"), (20, "0.012"), (10, "0.038"), (0, "0.113")):
        value, low, high = median(np.array([_stability(decibel, seed) for seed in SEEDS]))
        what = "pure tone" if np.isinf(decibel) else f"white noise at {decibel} dB"
        rows.append(
            Figure(f"stability index, {what}", value, (low, high), len(SEEDS), f"{published} (published)", "Hz")
        )
    return rows


def _tone(hz: float, decibel: float, seed: int) -> tuple[float, float, float]:
    """Give the frequency, and that and the amplitude found, of a sine along a slanted line in 60 s of white noise."""
    time = np.arange(round(60 * _RATE)) / _RATE
    tone = _MM * 1e-3 * (2 * np.pi * hz) ** 2 * np.sin(2 * np.pi * hz * time)
    random = np.random.default_rng((seed, 3))
    noise = tone.std() * 10 ** (-decibel / 20) / np.sqrt(3) * random.standard_normal((3, time.size))
    found = _observed(np.array([[0.48], [0.64], [0.6]]) * tone + noise + np.array([[0.0], [0.0], [9.81]]))
    return hz, _value(found, "frequency"), _value(found, "amplitude")


def _stability(decibel: float, seed: int) -> float:
    time = np.arange(round(100 * _FAST)) / _FAST
    tone = np.sin(2 * np.pi * 5 * time)
    noise = 0 if np.isinf(decibel) else tone.std() * 10 ** (-decibel / 20)
    noisy = tone + noise * np.random.default_rng((seed, 5)).standard_normal(time.size)
    return _value(_observed(noisy[None], _FAST), "stability_index")


def _observed(arrays: np.ndarray, rate: float = _RATE) -> Observation:
    names = [f"hand {axis}" for axis in "xyz"[: len(arrays)]]
    channels = [Channel(name, ChannelKind.ACCELEROMETER, "m/s²", rate, arrays.shape[1]) for name in names]
    return iv.observe(Recording.from_arrays(list(arrays), channels), ["tremor"])


def _value(observation: Observation, name: str) -> float:
    found = [m.value for m in observation.measurements if m.id.startswith(f"tremor.{name}@")]
    return found[0] if found else float("nan")


VALIDATION = Validation(
    phenomenon="tremor",
    kind="tremor",
    levels=LEVELS,
    make=make,
    tolerance_s=3.1,
    asked="frequency within 0.05 Hz and amplitude within 5 % at 0 dB; the published stability indices.",
    published=(
        "3 s windows, 10 Parkinson's, 10 essential, 10 healthy: sensitivity 85 %, specificity 96 % (10.3390/s19194301)",
        "Stability index: area under the curve 0.92, 0.86 in validation (10.1093/brain/awx104)",
    ),
    figures=figures,
    motion=True,
)
