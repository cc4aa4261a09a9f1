"""A back that bends and does not fall silent, and one that does."""

from __future__ import annotations

from collections.abc import Sequence

from frame import SEEDS, Case, Figure, Validation, share
from signals import CONTAMINANTS, mixed

import involuntary as iv
from involuntary.model import Observation, State


def make(level: str, seed: int) -> Case:
    """Four bends, by the angle of the trunk."""
    return mixed("guarding", "tonic", 60.0, seed, noise_uv=float(level.split()[0]), effort_s=0)


def figures(_: Sequence[tuple[Case, Observation]]) -> list[Figure]:
    """How many healthy backs are named."""
    settings = {**CONTAMINANTS, "guards": False, "noise_uv": 10}
    found = [iv.observe(iv.simulate("guarding", 60, seed, **settings)[0], ["guarding"]) for seed in SEEDS]
    named = sum(o.findings[0].state is State.PRESENT for o in found)
    wrong, lowest, highest = share(named, len(found))
    return [Figure("backs that fall silent, named", wrong, (lowest, highest), len(found), "0")]


VALIDATION = Validation(
    phenomenon="guarding",
    kind="",
    levels=("5 µV", "10 µV", "20 µV"),
    make=make,
    tolerance_s=0.02,
    asked="named where the bent back is active, and nowhere else.",
    published=(
        (
            "Flexion-extension ratio of 0.692, 130 patients with chronic low back pain and 130 without pain: 76.2 %"
            " sensitive, 98.5 % specific; flexion-relaxation (10.1097/AJP.0b013e318267252d): 79-82 % and 83-100 %."
        ),
    ),
    muscles=("paraspinal left", "paraspinal right"),
    figures=figures,
)
