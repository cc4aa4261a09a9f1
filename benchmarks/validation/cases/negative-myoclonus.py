"""Asterixis in a held posture, at three levels of effort: the weaker, the sparser the discharges between silences."""

from __future__ import annotations

from frame import Case, Validation
from signals import mixed

_EFFORT = {"25 % effort": 25, "15 % effort": 15, "8 % effort": 8}


def make(level: str, seed: int) -> Case:
    """Five minutes, 20 silences a minute of 60 to 200 ms."""
    effort = _EFFORT[level]
    case = mixed("negative-myoclonus", "silence", 300.0, seed, noise_uv=5, effort_s=0, excitation_percent=effort)
    return Case(case.recording, case.truth)


VALIDATION = Validation(
    phenomenon="negative-myoclonus",
    kind="silence",
    levels=tuple(_EFFORT),
    make=make,
    tolerance_s=0.05,
    asked="under 2 false alarms an hour on every negative.",
    published=(
        "home recordings in EPM1 (10.1016/j.clinph.2023.10.005): number and length of silences go with ratings",
    ),
)
