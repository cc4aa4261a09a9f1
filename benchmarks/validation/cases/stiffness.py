"""Continuous activity of antagonists in marked attempts to relax, with and without a sign that it is not willed."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from frame import SEEDS, Case, Figure, Validation, median, share
from signals import mixed

import involuntary as iv
from involuntary.model import Observation, State

_REFLEX_MS = 65.0


def make(level: str, seed: int) -> Case:
    """Two minutes: four attempts to relax, stimuli, sleep."""
    return mixed("stiff-person", "tonic", 120.0, seed, noise_uv=float(level.split()[0]), effort_s=0)


def figures(seen: Sequence[tuple[Case, Observation]]) -> list[Figure]:
    """Latency of the reflex, and people who do not relax, or who do."""
    late = [
        abs(m.value - _REFLEX_MS)
        for _, o in seen for m in o.measurements if m.id.startswith("stiffness.reflex_latency") and np.isfinite(m.value)
    ]  # fmt: skip
    value, low, high = median(np.array(late))
    rows = [Figure("reflex latency: median error", value, (low, high), len(late), "", "ms")]
    others = {"co-contraction by will, named": {"effort_percent": 20, "sleeps": False}, "relaxed people, named": {}}
    for what, settings in others.items():
        found = [
            iv.observe(iv.simulate("stiff-person", 120, seed, inhibition_share=1, **settings)[0], ["stiffness"])
            for seed in SEEDS
        ]
        named = sum(o.findings[0].state is State.PRESENT for o in found)
        wrong, lowest, highest = share(named, len(found))
        rows.append(Figure(what, wrong, (lowest, highest), len(found), "0"))
    return rows


VALIDATION = Validation(
    phenomenon="stiffness",
    kind="",
    levels=("5 µV", "10 µV", "20 µV"),
    make=make,
    tolerance_s=0.02,
    asked="named with the reflex or with sleep; nothing named on any negative, nor on co-contraction by will.",
    published=(
        "Sensitivity and specificity of EMG in stiff person syndrome are not published (10.1097/CND.0000000000000302).",
    ),
    muscles=("biceps left", "triceps left", "paraspinal left", "rectus abdominis left"),
    figures=figures,
)
