"""Periodic leg movements of two hours of staged sleep, apnoeas and grinding among them."""

from __future__ import annotations

from frame import Case, Validation

import involuntary as iv


def make(level: str, seed: int) -> Case:
    """Both legs, jaw and chin at 500 Hz."""
    recording, truth = iv.simulate("sleep-movement", 7200, seed, noise_uv=float(level.split()[0]), apnoea_per_h=6)
    return Case(recording, next(events for events in truth if events.kind == "limb-movement"))


VALIDATION = Validation(
    phenomenon="sleep-movement",
    kind="limb-movement",
    levels=("1 µV", "2 µV", "4 µV"),
    make=make,
    tolerance_s=0.5,
    asked="rules exact on hand-made sequences (tests); movements found, nothing named on any negative.",
    published=(
        (
            "Automatic detection of leg movements: 94 % of the first scorer's, as against 93 % by a second scorer"
            " (24 nights of 10 people with restless legs;"
            " [abstract](https://paperexplained.cn/articles/paper/detail/cbbb0538127e34e01ea11cdf8412329fd60f985f))."
        ),
    ),
    muscles=("tibialis anterior left", "tibialis anterior right"),
)
