"""Bursts of one axon, three to ten discharges at 30 to 250 Hz, over noise."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from frame import Case, Figure, Validation, found_events, share
from signals import mixed

from involuntary.model import Observation
from involuntary.testing.scoring import paired

_TOLERANCE_S = 0.02
_RATE_SHARE = 0.05


def make(level: str, seed: int) -> Case:
    """One axon, a burst a second."""
    return mixed("neuromyotonia", "train", 120.0, seed, noise_uv=float(level.split()[0]), active_units=1, smallest_n=3)


def figures(seen: Sequence[tuple[Case, Observation]]) -> Sequence[Figure]:
    """Give the share of found bursts whose number is exact, and whose rate is within 5 %."""
    exact = near = n = 0
    for case, observation in seen:
        true, found = case.truth, found_events(observation, "train")
        rows = paired(true.onset_s, found.onset_s, _TOLERANCE_S)
        rows = rows[~case.ignored.contains(true.onset_s[rows[:, 0]])]
        if not len(rows):
            continue
        size = true.features["n"][rows[:, 0]] == found.features["n"][rows[:, 1]]
        ratio = found.features["rate_hz"][rows[:, 1]] / true.features["rate_hz"][rows[:, 0]]
        n += len(rows)
        exact += int(np.count_nonzero(size))
        near += int(np.count_nonzero(np.abs(ratio - 1) <= _RATE_SHARE))
    return [
        Figure("number of discharges exact, share of found bursts", *_with_interval(exact, n)),
        Figure("rate within 5 %, share of found bursts", *_with_interval(near, n)),
    ]


def _with_interval(part: int, whole: int) -> tuple[float, tuple[float, float], int]:
    value, low, high = share(part, whole)
    return value, (low, high), whole


VALIDATION = Validation(
    phenomenon="neuromyotonia",
    kind="train",
    levels=("5 µV", "10 µV", "20 µV"),
    make=make,
    tolerance_s=_TOLERANCE_S,
    asked="size exact and rate within 5 % for trains of one unit; nothing named on any negative.",
    published=("No automatic detector of neuromyotonic discharges with published figures was found.",),
    figures=figures,
)
