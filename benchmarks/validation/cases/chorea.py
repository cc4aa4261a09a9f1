"""Elements of random movement by a gyroscope; the decibels are those of a typical element against the noise."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from frame import SEEDS, Case, Figure, Validation, median

import involuntary as iv
from involuntary.model import Observation

# Root mean square of a movement of 15 degrees in half a second.
_ELEMENT_DEG_S = 36.0
LEVELS = ("30 dB", "20 dB", "15 dB")


def make(level: str, seed: int) -> Case:
    """Two minutes of a forearm marked as rest; the gyroscope alone."""
    noise = _ELEMENT_DEG_S / 10 ** (float(level.split()[0]) / 20)
    recording, (truth,) = iv.simulate("chorea", 120, seed, gyroscope_noise_deg_s=noise)
    return Case(replace(recording, channels=recording.channels[:3]), truth)


def figures(seen: Sequence[tuple[Case, Observation]]) -> list[Figure]:
    """Size of the elements, and entropy of random and of willed movement."""
    rows = []
    for number, level in enumerate(LEVELS):
        these = seen[number * len(SEEDS) : (number + 1) * len(SEEDS)]
        off = [100 * abs(_measured(o, "element_size") / np.median(c.truth.features["size_deg"]) - 1) for c, o in these]
        value, low, high = median(np.array(off))
        rows.append(Figure(f"size of an element, {level}: median error", value, (low, high), 5, "at most 10", "%"))
    for what, share in (("any way", 0.0), ("to and fro along one line", 1.0)):
        found = [
            _measured(iv.observe(iv.simulate("chorea", 120, s, task_share=share)[0], ["chorea"]), "direction_entropy")
            for s in SEEDS
        ]
        value, low, high = median(np.array(found))
        rows.append(Figure(f"entropy of direction, {what}", value, (low, high), 5, "1" if not share else "0.39"))
    return rows


def _measured(observation: Observation, name: str) -> float:
    found = [m.value for m in observation.measurements if m.id == f"chorea.{name}@gyro x"]
    return found[0] if found else float("nan")


VALIDATION = Validation(
    phenomenon="chorea",
    kind="limb-movement",
    levels=LEVELS,
    make=make,
    tolerance_s=0.15,
    asked="described as a trend, never named.",
    published=(
        "60 s of posture, Huntington's chorea (20) or levodopa dyskinesia (10): AUC 99.5 % (10.1109/TBME.2022.3177396)",
        "A wearable's dyskinesia score against the chorea rating, 25 people: rank correlation 0.66 (Kotschet 2023)",
    ),
    figures=figures,
    motion=True,
)
