"""Stretch reflexes of a passively moved joint; the decibels are those of the reflex against the noise."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from frame import SEEDS, Case, Figure, Validation, median

import involuntary as iv
from involuntary.model import Observation

# Of the reflex at a middle speed, root mean square.
_REFLEX_UV = 40.0
_THRESHOLD_DEG = 95.0
LEVELS = ("20 dB", "15 dB", "10 dB")


def make(level: str, seed: int) -> Case:
    """Some 25 stretches of 20 to 300 degrees a second."""
    noise_uv = _REFLEX_UV / 10 ** (float(level.split()[0]) / 20)
    recording, (truth,) = iv.simulate("spasticity", duration=170, seed=seed, noise_uv=noise_uv)
    return Case(recording, truth)


def figures(seen: Sequence[tuple[Case, Observation]]) -> list[Figure]:
    """How far the tonic threshold is off, and the relaxation index of a pendulum."""
    rows = []
    for number, level in enumerate(LEVELS):
        these = seen[number * len(SEEDS) : (number + 1) * len(SEEDS)]
        off = np.array([abs(_measured(o, "tonic_threshold") - _THRESHOLD_DEG) for _, o in these])
        value, low, high = median(off)
        rows.append(Figure(f"tonic threshold, {level}: median error", value, (low, high), 5, "at most 2", "deg"))
        rows.append(Figure(f"tonic threshold, {level}: largest error", float(off.max()), (np.nan,) * 2, 5, "", "deg"))
    errors = []
    for seed in SEEDS:
        recording, (truth,) = iv.simulate(
            "spasticity", duration=30, seed=seed, test="pendulum", damping_ratio=0.05 * seed
        )
        true = truth.features["relaxation_index"][0]
        errors.append(100 * abs(_measured(iv.observe(recording, ["spasticity"]), "relaxation_index") / true - 1))
    value, low, high = median(np.array(errors))
    rows.append(Figure("relaxation index of a free swing: median error", value, (low, high), 5, "at most 1", "%"))
    return rows


def _measured(observation: Observation, name: str) -> float:
    found = [m.value for m in observation.measurements if m.id.startswith(f"spasticity.{name}@")]
    return found[0] if found else float("nan")


VALIDATION = Validation(
    phenomenon="spasticity",
    kind="stretch-reflex",
    levels=LEVELS,
    make=make,
    tolerance_s=0.05,
    asked="threshold within 2 degrees from 20 stretches, relaxation index within 1 %.",
    published=(
        "Tonic threshold: intraclass correlation 0.851 (10.2522/ptj.20140243), 0.548 to 0.687 (10.33393/aop.2025.3428)",
        "Pendulum (10.1186/s12984-018-0411-x), 131 knees: over 70 % right for presence of spasticity",
    ),
    figures=figures,
)
