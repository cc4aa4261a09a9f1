"""H reflexes, F waves and motor evoked potentials of known latency, 20 dB above white noise, 10 kHz.

The decibels are those of the wave's height against the root mean square of the noise. Waves have five shapes: some
begin with a slope, some flat. They are made here, for there is no generator of them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from frame import SEEDS, Case, Figure, Validation, median
from numpy.typing import NDArray

import involuntary as iv
from involuntary.model import Channel, ChannelKind, Events, Observation, Recording
from involuntary.model.recording import Annotation

Floats = NDArray[np.float64]
LEVELS = ("H reflex", "F waves", "MEP")
_SWEEPS, _RATES = 20, (10_000.0, 5000.0, 2000.0)
# Height of the wave and of the M wave, in volts; latency and its standard deviation, in seconds.
_WAVES = {
    "H reflex": (1.5e-3, 4e-3, 0.0324, 0.0),
    "F waves": (3e-4, 8e-3, 0.029, 0.001),
    "MEP": (1.5e-3, 0.0, 0.0215, 5e-4),
}
_M_S = 0.0045
# Measure of each wave, and what of the true latencies it is.
_MEASURES: dict[str, tuple[tuple[str, Callable[[Floats], float]], ...]] = {
    "H reflex": (("h_latency", np.median),),
    "F waves": (("f_latency_min", np.min), ("f_latency_mean", np.mean)),
    "MEP": (("mep_latency", np.median),),
}


def _shape(number: int, t: Floats) -> Floats:
    """Give a wave that begins at 0 and has a height of about 1."""
    on = np.maximum(t, 0.0)
    length = 0.012
    inside = (t > 0) & (t < length)
    return (
        np.where(inside, np.sin(2 * np.pi * t / length), 0.0),
        on / 0.003 * np.exp(1 - on / 0.003),
        (on / 0.003) ** 2 * np.exp(2 - 2 * on / 0.003),
        (np.exp(-on / 0.004) - np.exp(-on / 0.0015)) / 0.33,
        np.where(inside, 0.5 - 0.5 * np.cos(4 * np.pi * np.minimum(on, length / 2) / length), 0.0)
        - 0.6 * np.where((t > 0.005) & (t < 0.014), 0.5 - 0.5 * np.cos(2 * np.pi * (t - 0.005) / 0.009), 0.0),
    )[number % 5]


def recorded(kind: str, seed: int, rate_hz: float) -> Case:
    """Make one series of stimuli, a second apart."""
    random = np.random.default_rng(seed)
    height, m_height, latency, spread = _WAVES[kind]
    n = round((_SWEEPS + 1) * rate_hz)
    time = np.arange(n) / rate_hz
    samples = height / 10 * random.standard_normal(n)
    stimuli = 0.5 + np.arange(_SWEEPS) + random.uniform(0, 0.05, _SWEEPS)
    latencies = latency + spread * random.standard_normal(_SWEEPS)
    for at, late in zip(stimuli, latencies, strict=True):
        size = 1.0 if kind == "H reflex" else random.uniform(0.7, 1.3)
        samples += m_height * _shape(seed, time - at - _M_S) + size * height * _shape(seed, time - at - late)
        samples[(time >= at) & (time < at + 0.0006)] += 3e-3
    text = "TMS 60 %" if kind == "MEP" else "stimulus 30 mA wrist"
    channel = Channel("apb", ChannelKind.SURFACE_EMG, "V", rate_hz, n)
    marks = [Annotation(float(at), 0.0, text) for at in stimuli]
    truth = Events(
        "response", ("apb",) * _SWEEPS, stimuli + latencies, np.full(_SWEEPS, 0.01), {"latency_s": latencies}
    )
    return Case(Recording.from_arrays([samples], [channel], annotations=marks), truth)


def make(level: str, seed: int) -> Case:
    """At the highest rate."""
    return recorded(level, seed, _RATES[0])


def figures(seen: Sequence[tuple[Case, Observation]]) -> list[Figure]:
    """How far latencies are off, at three rates."""
    rows = []
    for number, kind in enumerate(LEVELS):
        for rate in _RATES:
            these = list(seen[number * len(SEEDS) : (number + 1) * len(SEEDS)])
            if rate != _RATES[0]:
                cases = [recorded(kind, seed, rate) for seed in SEEDS]
                these = [(case, iv.observe(case.recording, ["evoked"])) for case in cases]
            for name, of in _MEASURES[kind]:
                off = np.array([abs(_measured(o, name) - 1e3 * of(c.truth.features["latency_s"])) for c, o in these])
                what = f"{name}, {rate / 1e3:g} kHz"
                value, low, high = median(off)
                rows.append(Figure(f"{what}: median error", value, (low, high), len(off), "at most 0.1", "ms"))
                rows.append(Figure(f"{what}: largest error", float(off.max()), (np.nan,) * 2, len(off), "", "ms"))
    return rows


def _measured(observation: Observation, name: str) -> float:
    found = [m.value for m in observation.measurements if m.id.startswith(f"evoked.{name}@")]
    return found[0] if found else float("nan")


VALIDATION = Validation(
    phenomenon="evoked",
    kind="",
    levels=LEVELS,
    make=make,
    tolerance_s=0.002,
    asked="latencies of H reflex, F waves and MEP within 0.1 ms at 20 dB.",
    published=("None for an automatic reading at this noise",),
    figures=figures,
)
