"""Cramps that the person marks with pain some seconds after they begin."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from frame import SEEDS, Case, Figure, Validation, found_events, share
from signals import mixed

import involuntary as iv
from involuntary.model import Annotation, Events, Observation

LEVELS = ("noise of 3 µV", "noise of 6 µV", "noise of 12 µV")


def make(level: str, seed: int) -> Case:
    case = mixed("cramp", "tonic", 300.0, seed, noise_uv=float(level.split()[2]), effort_s=0)
    return replace(case, recording=replace(case.recording, annotations=marks(case.truth, "pain", 4.0)))


def marks(truth: Events, text: str, after_s: float) -> tuple[Annotation, ...]:
    return tuple(Annotation(onset + after_s, 0.0, text) for onset in truth.onset_s.tolist())


def figures(seen: Sequence[tuple[Case, Observation]]) -> list[Figure]:
    """How many begin and end within a quarter of a second of the truth."""
    rows = []
    for number, level in enumerate(LEVELS):
        these = seen[number * len(SEEDS) : (number + 1) * len(SEEDS)]
        off = np.concatenate([errors(case.truth, found_events(observation, "tonic")) for case, observation in these])
        for column, what in enumerate(("onset", "end")):
            value, low, high = share(int(np.count_nonzero(off[:, column] <= 0.25)), len(off))
            rows.append(Figure(f"{what} within 0.25 s, {level}", value, (low, high), len(off)))
    return rows + [unit_rates(level) for level in LEVELS]


def unit_rates(level: str) -> Figure:
    """Share of cramps of one unit whose rate, where one is given, lies within one a second of the truth."""
    given = right = 0
    for seed in SEEDS:
        recording, (truth,) = iv.simulate("cramp", 80, seed, units=1, noise_uv=float(level.split()[2]), mains_uv=10)
        observation = iv.observe(recording, ["cramp"], {"cramp.context": "pain"})
        rate = next(m.value for m in observation.measurements if m.id == "cramp.unit_rate")
        true = truth.features["discharges_per_unit_n"][0] / truth.duration_s[0]
        given += bool(np.isfinite(rate))
        right += abs(rate - true) <= 1
    value, low, high = share(right, given)
    return Figure(f"rate of a unit within 1 a second, where given, {level}", value, (low, high), given, "all")


def errors(true: Events, found: Events) -> np.ndarray:
    """Give for every true event how far the nearest found one begins and ends from it; infinite where none is."""
    if not len(found):
        return np.full((len(true), 2), np.inf)
    near = np.argmin(np.abs(found.onset_s[None, :] - true.onset_s[:, None]), axis=1)
    return np.column_stack([np.abs(found.onset_s[near] - true.onset_s), np.abs(found.stop_s[near] - true.stop_s)])


VALIDATION = Validation(
    phenomenon="cramp",
    kind="tonic",
    levels=LEVELS,
    make=make,
    tolerance_s=1.0,
    asked=(
        "found at least 0.98; onset and end within 0.25 s; unit rates within 1 a second; a willed contraction without"
        " context is none."
    ),
    published=("no detector with published figures was found",),
    figures=figures,
)
