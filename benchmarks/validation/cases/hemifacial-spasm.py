"""Spasms of one side of the face: bursts at 250 to 350 Hz in both its muscles at once."""

from __future__ import annotations

from frame import Case, Validation
from signals import mixed


def make(level: str, seed: int) -> Case:
    """Four muscles, 30 spasms a minute on the left."""
    return mixed("hemifacial-spasm", "burst", 180.0, seed, noise_uv=float(level.split()[0]), effort_s=0)


VALIDATION = Validation(
    phenomenon="hemifacial-spasm",
    kind="burst",
    levels=("5 µV", "10 µV", "20 µV"),
    make=make,
    tolerance_s=0.02,
    asked="bursts of one side named, of no side or of both not.",
    published=(
        (
            "Nielsen 1984, 62 patients: trains after stimuli at 250 to 350 Hz; Auger 1979, 23: synkinesis in all;"
            " no accuracy of a detector."
        ),
    ),
    muscles=("orbicularis oculi left", "orbicularis oris left", "orbicularis oculi right", "orbicularis oris right"),
)
