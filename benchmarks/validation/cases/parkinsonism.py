"""A repeated movement that shrinks; the decibels are those of the movement against the gyroscope's noise."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from frame import SEEDS, Case, Figure, Validation, median

import involuntary as iv
from involuntary.model import Events, Observation

# Root mean square of the angular velocity of 60 degrees twice a second.
_MOVEMENT_DEG_S = 280.0
_SHRINK = {1: 0.0, 2: 0.5, 3: 1.0, 4: 2.0, 5: 3.0}  # per cent a movement, by seed
LEVELS = ("30 dB", "20 dB", "10 dB")


def make(level: str, seed: int) -> Case:
    """A minute, a quarter of it rest with tremor, then pronation."""
    noise = _MOVEMENT_DEG_S / 10 ** (float(level.split()[0]) / 20)
    recording, (_, truth) = iv.simulate(
        "parkinsonism", 60, seed, shrink_percent=_SHRINK[seed], slow_percent=0, gyroscope_noise_deg_s=noise
    )
    return Case(recording, Events("limb-movement", truth.channel, truth.onset_s, truth.duration_s, truth.features))


def figures(seen: Sequence[tuple[Case, Observation]]) -> list[Figure]:
    """How far rate and decrement are off."""
    rows = []
    for number, level in enumerate(LEVELS):
        these = seen[number * len(SEEDS) : (number + 1) * len(SEEDS)]
        rate = [100 * abs(_measured(o, "rate") * np.median(c.truth.duration_s) - 1) for c, o in these]
        fall = [abs(_measured(o, "amplitude_change") + _SHRINK[s]) for s, (_, o) in zip(SEEDS, these, strict=True)]
        for what, values, asked, unit in (
            ("rate", rate, "at most 3", "%"),
            ("decrement", fall, "at most 0.3", "%/movement"),
        ):
            value, low, high = median(np.array(values))
            rows.append(Figure(f"{what}, {level}: median error", value, (low, high), 5, asked, unit))
    return rows


def _measured(observation: Observation, name: str) -> float:
    found = [m.value for m in observation.measurements if m.id.startswith(f"parkinsonism.{name}")]
    return found[0] if found else float("nan")


VALIDATION = Validation(
    phenomenon="parkinsonism",
    kind="",
    levels=LEVELS,
    make=make,
    tolerance_s=0.1,
    asked="rate, amplitude and decrement a movement; no name, since no limit is published.",
    published=(
        "Criteria: slowness and decrement or hesitations as movements go on (10.1002/mds.26424); no sensor limit",
    ),
    figures=figures,
    motion=True,
)
