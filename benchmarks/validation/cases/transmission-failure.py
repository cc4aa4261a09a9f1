"""Repetitive stimulation of myasthenic junctions; the decibels are those of the response's height against the noise."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from frame import SEEDS, Case, Figure, Validation, median

import involuntary as iv
from involuntary.model import Observation

_HEIGHT_UV = 8000.0
LEVELS = ("60 dB", "50 dB", "40 dB")


def make(level: str, seed: int) -> Case:
    """Two trains of ten at 3 Hz."""
    noise_uv = _HEIGHT_UV / 10 ** (float(level.split()[0]) / 20)
    settings = {"junction": "myasthenic", "noise_uv": noise_uv, "fibres_n": 300}
    recording, (truth,) = iv.simulate("repetitive-stimulation", duration=20, seed=seed, **settings)
    return Case(recording, truth)


def figures(seen: Sequence[tuple[Case, Observation]]) -> list[Figure]:
    """How far decrement, jitter and blocking are off, and how often healthy junctions are called failing."""
    rows = []
    for number, level in enumerate(LEVELS):
        off = []
        for case, observation in seen[number * len(SEEDS) : (number + 1) * len(SEEDS)]:
            size = case.truth.features["amplitude_mv"].reshape(-1, 10)
            true = float(np.median(100 * (1 - size[:, 3] / size[:, 0])))
            off.append(abs(_measured(observation, "decrement_amplitude") - true))
        value, low, high = median(np.array(off))
        rows.append(Figure(f"decrement, {level}: median error", value, (low, high), 5, "at most 1", "points"))
    for jitter in (10, 30, 100):
        value, low, high = median(np.array([_jitter_error(jitter, seed) for seed in SEEDS]))
        rows.append(Figure(f"jitter of {jitter} µs: median error", value, (low, high), 5, "at most 5", "%"))
    healthy = [iv.simulate("repetitive-stimulation", duration=20, seed=s, fibres_n=300)[0] for s in range(20)]
    called = sum(_called(iv.observe(recording, ["transmission-failure"])) for recording in healthy)
    rows.append(Figure("healthy studies called failing", called, (np.nan,) * 2, len(healthy), "none"))
    return rows


def _jitter_error(jitter_us: float, seed: int) -> float:
    settings = {"jitter_us": jitter_us, "sampling_hz": 25000}
    recording, (truth,) = iv.simulate("jitter", duration=40, seed=seed, **settings)
    units = truth.features["unit_id"]
    true = float(np.mean([truth.features["mcd_us"][units == unit][0] for unit in np.unique(units)]))
    return 100 * abs(_measured(iv.observe(recording, ["transmission-failure"]), "jitter_mean") / true - 1)


def _measured(observation: Observation, name: str) -> float:
    found = [m.value for m in observation.measurements if m.id.startswith(f"transmission-failure.{name}@")]
    return found[0] if found else float("nan")


def _called(observation: Observation) -> bool:
    return any(finding.state == "present" for finding in observation.findings)


VALIDATION = Validation(
    phenomenon="transmission-failure",
    kind="response",
    levels=LEVELS,
    make=make,
    tolerance_s=0.005,
    asked="decrement within 1 point, jitter of 10 to 100 µs within 5 %.",
    published=(
        "Decrement of 10 % in the frontalis (10.1002/mus.25214), 122 with myasthenia: sensitivity 46 % (generalised)",
    ),
    figures=figures,
)
