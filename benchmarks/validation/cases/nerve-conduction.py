"""Motor nerves stimulated at two sites; the decibels are those of the response's height against the noise."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from frame import SEEDS, Case, Figure, Validation, median

import involuntary as iv
from involuntary.model import Observation

_HEIGHT_UV = 10200.0
_BLOCK, _SLOW = 0.6, 38.0
LEVELS = ("60 dB", "40 dB", "30 dB")


def make(level: str, seed: int) -> Case:
    """A slow median nerve that loses three fifths of its response between elbow and wrist."""
    noise_uv = _HEIGHT_UV / 10 ** (float(level.split()[0]) / 20)
    settings = {"velocity_m_s": _SLOW, "block_share": _BLOCK, "noise_uv": noise_uv}
    recording, (truth,) = iv.simulate("nerve-conduction", duration=12, seed=seed, **settings)
    return Case(recording, truth)


def figures(seen: Sequence[tuple[Case, Observation]]) -> list[Figure]:
    """How far velocity, latency, amplitude and block are off, and how often a healthy nerve is called."""
    rows = []
    asked = (
        ("velocity", _SLOW, "at most 1", "m/s"),
        ("latency", 3.7, "at most 0.1", "ms"),
        ("amplitude", 10.2, "at most 0.2", "mV"),
        ("block", 100 * _BLOCK, "at most 2", "points"),
    )
    for number, level in enumerate(LEVELS):
        part = seen[number * len(SEEDS) : (number + 1) * len(SEEDS)]
        for name, true, limit, unit in asked:
            off = np.array([abs(_measured(observation, name) - true) for _, observation in part])
            value, low, high = median(off)
            rows.append(Figure(f"{name}, {level}: median error", value, (low, high), len(part), limit, unit))
    healthy = [iv.simulate("nerve-conduction", duration=12, seed=s)[0] for s in range(20)]
    called = sum(_called(iv.observe(recording, ["nerve-conduction"])) for recording in healthy)
    rows.append(Figure("healthy nerves called abnormal", called, (np.nan,) * 2, len(healthy), "none"))
    return rows


def _measured(observation: Observation, name: str) -> float:
    found = [m.value for m in observation.measurements if m.id.startswith(f"nerve-conduction.{name}@")]
    return found[0] if found else float("nan")


def _called(observation: Observation) -> bool:
    return any(finding.state == "present" for finding in observation.findings)


VALIDATION = Validation(
    phenomenon="nerve-conduction",
    kind="",
    levels=LEVELS,
    make=make,
    tolerance_s=0.005,
    asked="velocity within 3 %, latency within 0.1 ms, amplitude within 2 %.",
    published=("None for an automatic reading; limits of Buschbacher 1999 (10.1097/00002060-199911001-00002)",),
    figures=figures,
)
