"""Signals for every file of `cases`: contaminants that are mixed in, and negatives, simulated and real."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
from frame import SEEDS, Case
from scipy.io import loadmat

import involuntary as iv
from involuntary.model import Channel, ChannelKind, Events, Intervals, Recording

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
NEGATIVE_S = 1500.0  # five of them are two hours: none found then excludes two an hour
# What every recording has besides its noise, for simulators with the parameters of a surface recording.
CONTAMINANTS: Mapping[str, object] = {
    "mains_uv": 20, "ecg_uv": 80, "ecg_per_min": 65, "drift_uv": 100, "movement_uv": 300, "movement_per_min": 2,
}  # fmt: skip
_MARGIN_S = 5.0  # around a willed contraction, where rest is not yet rest
_EFFORT = {"pattern": "phasic", "excitation_percent": 10, "noise_uv": 0, "mains_uv": 0, "resolution_uv": 0}


def mixed(
    simulator: str, kind: str, seconds: float, seed: int, *, noise_uv: float, effort_s: float = 10.0, **settings: object
) -> Case:
    """Simulate a phenomenon with all contaminants, and two willed contractions on every channel where nothing counts.

    Parameters
    ----------
    simulator, kind : str
        Id of the generator, and the kind of its true events that is scored.
    seconds, seed, noise_uv : float, int, float
        Length, seed, and root mean square of white noise over the recorded band.
    effort_s : float
        Length of each contraction, at a quarter and at three quarters of the recording; 0 for none.
    **settings
        Further parameters of the generator.
    """
    recording, truth = iv.simulate(simulator, seconds, seed, **{**CONTAMINANTS, "noise_uv": noise_uv, **settings})
    true = next((events for events in truth if events.kind == kind), Events.none(kind))
    if not effort_s:
        return Case(recording, true)
    rate = recording.channels[0].rate_hz
    when = {"start_s": seconds / 4, "on_s": effort_s, "off_s": seconds / 2 - effort_s}
    arrays = [
        recording.samples(row)
        + iv.simulate("voluntary", seconds, 1000 * seed + row, sampling_hz=rate, **_EFFORT, **when)[0].samples(0)
        for row in range(len(recording.channels))
    ]
    ignored = Intervals.of(*(
        (at - _MARGIN_S, at + effort_s + _MARGIN_S) for at in (seconds / 4, 3 * seconds / 4)
    ))  # fmt: skip
    return Case(Recording.from_arrays(arrays, recording.channels), true, ignored)


def noise_at(decibel: float, signal_rms_uv: float) -> float:
    """Give the noise that lies so many decibels below a signal, both as root mean square in µV."""
    return signal_rms_uv / 10 ** (decibel / 20)


# Name in the table: simulator and its settings.
_NEGATIVES: Mapping[str, tuple[str, Mapping[str, object]]] = {
    "rest": ("rest", {}),
    "rest, noise of 15 µV": ("rest", {"noise_uv": 15}),
    "steady voluntary contraction": ("voluntary", {}),
    "voluntary contractions of 3 s": ("voluntary", {"pattern": "phasic"}),
    "strong voluntary contractions of 20 s": (
        "voluntary", {"pattern": "phasic", "excitation_percent": 60, "start_s": 10, "on_s": 20, "off_s": 40},
    ),
    "heart, 300 µV": ("rest", {"ecg_uv": 300}),
    "heart, 60 µV, 110/min": ("rest", {"ecg_uv": 60, "ecg_per_min": 110}),
    "mains, 100 µV at 60 Hz": ("rest", {"mains_uv": 100, "mains_hz": 60}),
    "movement and drift, 1 mV": ("rest", {"movement_uv": 1000, "drift_uv": 1000}),
    "contacts that pop, 300 µV": ("rest", {"pops_uv": 300}),
    "all contaminants": ("rest", CONTAMINANTS),
}  # fmt: skip


def simulated_negatives(muscles: tuple[str, ...]) -> Iterator[tuple[str, list[Recording]]]:
    """Give, by name, recordings of these channels in which nothing is involuntary."""
    for name, (simulator, settings) in _NEGATIVES.items():
        yield name, [_stacked(simulator, settings, muscles, seed) for seed in SEEDS]


def _stacked(simulator: str, settings: Mapping[str, object], muscles: tuple[str, ...], seed: int) -> Recording:
    """Give one recording of all muscles: the heart reaches all at once, and so does the will."""
    if simulator == "rest":
        recording, _ = iv.simulate("rest", NEGATIVE_S, seed, channels=len(muscles), **settings)
        channels = [replace(c, name=name) for c, name in zip(recording.channels, muscles, strict=True)]
        return replace(recording, channels=tuple(channels))
    parts = [iv.simulate(simulator, NEGATIVE_S, 100 * seed + row, **settings)[0] for row in range(len(muscles))]
    channels = [replace(part.channels[0], name=name) for part, name in zip(parts, muscles, strict=True)]
    return Recording.from_arrays([part.samples(0) for part in parts], channels)


# Motion that is healthy or willed; name in the table: simulator and its settings.
_MOTION_S = 300.0
_MOTIONS: Mapping[str, tuple[str, Mapping[str, object]]] = {
    "hand held out: physiological tremor": ("physiological-tremor", {}),
    "examination: physiological tremor": ("tremor-protocol", {"kind": "physiological"}),
    "reaching": ("tremor-protocol", {"kind": "physiological", "protocol": "kinetic", "condition_s": _MOTION_S}),
    "hand moved to and fro at will": ("chorea", {"task_share": 1}),
    "walking": ("walking", {}),
    "talking": ("mouth", {"activity": "talking"}),
}  # fmt: skip


def motion_negatives() -> Iterator[tuple[str, list[Recording]]]:
    """Give, by name, recordings of motion sensors, and of muscles that move in rhythm, without anything involuntary."""
    for name, (simulator, settings) in _MOTIONS.items():
        yield name, [iv.simulate(simulator, _MOTION_S, seed, **settings)[0] for seed in SEEDS]


def real_negatives() -> Iterator[tuple[str, list[Recording]]]:
    """Give real recordings without anything involuntary, where they lie beside the checkout."""
    if (folder := DATA / "voluntary-surface-emg").is_dir():
        yield (
            "real: voluntary contractions, surface (BioSPPy)",
            [
                iv.read(path, iv.ReadOptions(rate_hz=1000.0, kinds={f"{path.stem}_adc": "surface-emg:count"}))
                for path in sorted(folder.glob("*.csv"))
            ],
        )
    if (folder := DATA / "needle-emg-als-myopathy").is_dir():
        yield (
            "real: steady effort of healthy people, needle (N2001)",
            [iv.read(path) for path in sorted(folder.glob("N2001C*.edf"))],
        )
    if (path := DATA / "needle-emg-example" / "emg_healthy.edf").is_file():
        yield "real: healthy man, needle (PhysioNet)", [iv.read(path)]
    if path := os.environ.get("OPENHDEMG_FILE"):
        yield "real: steady effort, surface grid (openhdemg)", [_of_the_grid(path)]


def _of_the_grid(path: str) -> Recording:
    """Give four pairs of neighbours of the 64 electrodes over a vastus lateralis that openhdemg 0.1.2 ships."""
    file = loadmat(path)
    data, rate = np.asarray(file["Data"][0, 0], dtype=np.float64), float(file["SamplingFrequency"][0, 0])
    pairs = [1e-6 * (data[:, row] - data[:, row + 1]) for row in (10, 24, 36, 50)]
    kind = ChannelKind.SURFACE_EMG
    channels = [Channel(f"vastus lateralis {i}", kind, "V", rate, pair.size) for i, pair in enumerate(pairs, 1)]
    return Recording.from_arrays(pairs, channels)
