"""Fasciculations at rest; the decibels are those of the mean potential over its length against the noise."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from frame import SEEDS, Case, Figure, Validation, counted, found_events, statistic
from signals import mixed, noise_at

from involuntary.model import Observation
from involuntary.testing.scoring import paired, rand_index

# A potential of 100 µV peak to peak has 30 µV root mean square over its length, averaged over shapes.
_AMPLITUDE_UV = 100.0
_RMS_SHARE = 0.3


def make(level: str, seed: int) -> Case:
    """Five units of one size, 20 discharges a minute."""
    noise_uv = noise_at(float(level.split()[0]), _RMS_SHARE * _AMPLITUDE_UV)
    size = {"amplitude_min_uv": _AMPLITUDE_UV, "amplitude_max_uv": _AMPLITUDE_UV + 1}
    return mixed("fasciculation", "potential", 600.0, seed, noise_uv=noise_uv, per_min=20, **size)


LEVELS = ("20 dB", "15 dB", "10 dB")


def figures(seen: Sequence[tuple[Case, Observation]]) -> list[Figure]:
    """How well five units are told apart, a recording each; potentials that were not found do not count."""
    rows = []
    for number, level in enumerate(LEVELS):
        these = seen[number * len(SEEDS) : (number + 1) * len(SEEDS)]
        index = np.array([sorted_well(case, observation) for case, observation in these])
        asked = "at least 0.9" if level == "20 dB" else ""
        value, low, high = statistic(index, np.mean)
        rows.append(
            Figure(f"units by shape, {level}: adjusted Rand index, mean of recordings", value, (low, high), 5, asked)
        )
        rows.append(Figure(f"units by shape, {level}: lowest of five recordings", float(index.min()), (np.nan,) * 2, 5))
    return rows


def sorted_well(case: Case, observation: Observation) -> float:
    true, found = counted(case, case.truth), found_events(observation, "potential")
    rows = paired(true.onset_s, found.onset_s, 0.02)
    return rand_index(true.features["unit_id"][rows[:, 0]], found.features["unit_id"][rows[:, 1]])


VALIDATION = Validation(
    phenomenon="fasciculation",
    kind="potential",
    levels=LEVELS,
    make=make,
    tolerance_s=0.02,
    asked="at 10 dB sensitivity and precision of at least 0.95; under 2 false alarms an hour on every negative.",
    published=(
        "SPiQE (10.1016/j.clinph.2019.03.032), 5,318 potentials in 80 minutes: sensitivity 83.6 %, specificity 91.6 %",
    ),
    figures=figures,
)
