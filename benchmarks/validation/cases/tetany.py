"""Multiplets of one axon, four to eight discharges at 150 Hz, three groups a second, from the cuff on."""

from __future__ import annotations

from frame import Case, Validation
from signals import mixed


def make(level: str, seed: int) -> Case:
    """One axon after a minute of ischaemia, for five minutes."""
    noise_uv = float(level.split()[0])
    return mixed("tetany", "train", 300.0, seed, noise_uv=noise_uv, effort_s=0, active_units=1, start_s=20)


VALIDATION = Validation(
    phenomenon="tetany",
    kind="train",
    levels=("5 µV", "10 µV", "20 µV"),
    make=make,
    tolerance_s=0.02,
    asked="multiplets of one unit found in rhythm; nothing named on any negative.",
    published=("Deecke 1983 (10.1007/BF00540035): criteria, no accuracy of a detector.",),
)
