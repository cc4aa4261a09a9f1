"""Spasms of four muscles of a leg, each marked."""

from __future__ import annotations

from dataclasses import replace

from cases import cramp
from frame import Case, Validation
from signals import mixed

PATTERNS = ("flexor", "extensor", "adductor", "flexor", "extensor")


def make(level: str, seed: int) -> Case:
    case = mixed(
        "spasm", "tonic", 300.0, seed, noise_uv=float(level.split()[2]), effort_s=0, pattern=PATTERNS[seed % 5]
    )
    return replace(case, recording=replace(case.recording, annotations=cramp.marks(case.truth, "spasm", 0.5)))


VALIDATION = Validation(
    phenomenon="spasm",
    kind="tonic",
    levels=cramp.LEVELS,
    make=make,
    tolerance_s=1.0,
    asked="found at least 0.98; onset and end within 0.25 s.",
    published=("two raters agreed on the type of 89 % (Thomas et al., J Electromyogr Kinesiol 2014:747-754)",),
    muscles=("tibialis anterior", "soleus"),
    figures=cramp.figures,
)
