"""Exaggerated startle to marked tones, and a healthy one that habituates."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from frame import SEEDS, Case, Figure, Validation, median, share
from signals import mixed

import involuntary as iv
from involuntary.model import Observation, State
from involuntary.simulators.startle import MUSCLES


def make(level: str, seed: int) -> Case:
    """14 tones, all answered."""
    noise_uv = float(level.split()[0])
    return mixed("startle", "burst", 145.0, seed, noise_uv=noise_uv, effort_s=0, exaggerated=True)


def figures(seen: Sequence[tuple[Case, Observation]]) -> list[Figure]:
    """How far latencies are off, and how many healthy people are named."""
    off = [
        abs(m.value - late)
        for _, observation in seen for name, late in MUSCLES for m in observation.measurements
        if m.id == f"startle.latency_{name.replace(' ', '_')}"
    ]  # fmt: skip
    value, low, high = median(np.array([each for each in off if np.isfinite(each)]))
    healthy = [iv.observe(iv.simulate("startle", 145, seed, habituation_n=2)[0], ["startle"]) for seed in SEEDS]
    named = sum(o.findings[0].state is State.PRESENT for o in healthy)
    wrong, lowest, highest = share(named, len(healthy))
    return [
        Figure("latency of a muscle: median error", value, (low, high), len(off), "", "ms"),
        Figure("healthy people who habituate, named", wrong, (lowest, highest), len(healthy), "0"),
    ]


VALIDATION = Validation(
    phenomenon="startle",
    kind="",
    levels=("5 µV", "10 µV", "20 µV"),
    make=make,
    tolerance_s=0.02,
    asked="named where it does not habituate, and nowhere else.",
    published=(
        (
            "10.1016/0168-5597(92)90111-n: abnormal is an answer outside the head after two blocks of four tones;"
            " 8 normals, no accuracy."
        ),
    ),
    muscles=("orbicularis oculi", "sternomastoid", "masseter", "biceps", "abductor pollicis brevis", "quadriceps"),
    figures=figures,
)
