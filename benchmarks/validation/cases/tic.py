"""Tics of face, neck and shoulder; the decibels are those of a typical burst against the noise."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from frame import SEEDS, Case, Figure, Validation, median, share
from signals import CONTAMINANTS

import involuntary as iv
from involuntary.model import Observation

# Root mean square of a typical burst.
_BURST_UV = 150.0
LEVELS = ("30 dB", "20 dB", "15 dB")
_MUSCLES = ("orbicularis oculi", "sternomastoid", "trapezius")


def make(level: str, seed: int) -> Case:
    """Five minutes with urges and with every other minute held back; one muscle is scored as all are."""
    noise = _BURST_UV / 10 ** (float(level.split()[0]) / 20)
    recording, (truth,) = iv.simulate("tic", 300, seed, **{**CONTAMINANTS, "movement_uv": 0, "noise_uv": noise})
    return Case(recording, truth)


def figures(seen: Sequence[tuple[Case, Observation]]) -> list[Figure]:
    """Length of the bursts, and how often a name is given without urge or without suppression."""
    rows = []
    for number, level in enumerate(LEVELS):
        these = seen[number * len(SEEDS) : (number + 1) * len(SEEDS)]
        off = [100 * abs(_measured(o, "burst_duration") / (1e3 * np.median(c.truth.duration_s)) - 1) for c, o in these]
        value, low, high = median(np.array(off))
        rows.append(Figure(f"length of a burst, {level}: median error", value, (low, high), 5, "at most 10", "%"))
    for what, settings in (("no urge is marked", {"urge_share": 0}), ("nothing is held back", {"suppressed_share": 1})):
        named = [
            any(f.state == "present" for f in iv.observe(iv.simulate("tic", 300, s, **settings)[0], ["tic"]).findings)
            for s in SEEDS
        ]
        value, low, high = share(sum(named), len(named))
        rows.append(Figure(f"named though {what}", value, (low, high), len(named), "none"))
    return rows


def _measured(observation: Observation, name: str) -> float:
    found = [m.value for m in observation.measurements if m.id == f"tic.{name}"]
    return found[0] if found else float("nan")


VALIDATION = Validation(
    phenomenon="tic",
    kind="burst",
    levels=LEVELS,
    make=make,
    tolerance_s=0.03,
    asked="never a name without urge and suppressibility.",
    published=(
        "Bursts of 50 to 200 ms, sustained above 300 ms (10.5334/tohm.533)",
        "Criteria: urge, suppressibility, isolated late readiness potential (10.1016/j.cnp.2016.04.001)",
    ),
    muscles=_MUSCLES,
    figures=figures,
)
