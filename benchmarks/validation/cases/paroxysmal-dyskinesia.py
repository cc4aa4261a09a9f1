"""Logged attacks; the decibels are those of the contraction against the noise."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from frame import SEEDS, Case, Figure, Validation, median
from signals import CONTAMINANTS

import involuntary as iv
from involuntary.model import Observation
from involuntary.model.recording import Annotation

# Root mean square at a quarter of the drive.
_CONTRACTION_UV = 100.0
LEVELS = ("20 dB", "15 dB", "10 dB")


def make(level: str, seed: int) -> Case:
    """Fifteen minutes with awareness marked; an attack is one event, whatever the muscles."""
    noise = _CONTRACTION_UV / 10 ** (float(level.split()[0]) / 20)
    recording, (truth,) = iv.simulate(
        "paroxysmal-dyskinesia", 900, seed, **{**CONTAMINANTS, "movement_uv": 0, "noise_uv": noise}
    )
    noted = (*recording.annotations, Annotation(1.0, 0.0, "aware"))
    return Case(replace(recording, annotations=noted), truth.on("wrist flexor"))


def figures(seen: Sequence[tuple[Case, Observation]]) -> list[Figure]:
    """How far length and lag are off."""
    rows = []
    for number, level in enumerate(LEVELS):
        these = seen[number * len(SEEDS) : (number + 1) * len(SEEDS)]
        for what, name, true in (
            ("length", "duration", lambda c: np.median(c.truth.duration_s)),
            ("lag after the trigger", "trigger_lag", lambda c: np.nanmedian(c.truth.features["lag_s"])),
        ):
            off = [abs(_measured(o, name) - float(true(c))) for c, o in these]
            value, low, high = median(np.array(off))
            rows.append(Figure(f"{what}, {level}: median error", value, (low, high), 5, "at most 0.5", "s"))
    return rows


def _measured(observation: Observation, name: str) -> float:
    found = [m.value for m in observation.measurements if m.id == f"paroxysmal-dyskinesia.{name}"]
    return found[0] if found else float("nan")


VALIDATION = Validation(
    phenomenon="paroxysmal-dyskinesia",
    kind="tonic",
    levels=LEVELS,
    make=make,
    tolerance_s=0.5,
    asked="duration, trigger lag and attacks a day from log and signal; red flags as notes.",
    published=(
        "Criteria in 121 people: sudden movement, below a minute, awareness kept (Bruno 2004, Neurology)",
        "No published EMG limit of an attack",
    ),
    figures=figures,
)
