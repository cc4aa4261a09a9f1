"""Eight motor units beside a needle; the decibels are those of the whole signal against white noise."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from frame import SEEDS, Case, Figure, Validation, statistic
from numpy.typing import NDArray

import involuntary as iv
from involuntary.decompose.agreement import agreement
from involuntary.model import Events, Observation, Recording

LEVELS = ("20 dB", "15 dB", "10 dB")
_MUSCLES = ("healthy", "neurogenic", "myopathic")
_UNITS, _SECONDS = 8, 8


def make(level: str, seed: int) -> Case:
    """Muscles in turn."""
    settings = {"muscle": _MUSCLES[seed % 3], "units": _UNITS, "noise_uv": 0.0}
    recording, (truth,) = iv.simulate("needle", _SECONDS, seed, **settings)
    samples = recording.samples(0)
    noise = samples.std() / 10 ** (float(level.split()[0]) / 20)
    noisy = samples + noise * np.random.default_rng(seed).standard_normal(samples.size)
    return Case(Recording.from_arrays([noisy], recording.channels), truth)


def figures(seen: Sequence[tuple[Case, Observation]]) -> list[Figure]:
    """How many discharges are found, how many of those found are true, and how many units agree in nine of ten."""
    rows = []
    for number, level in enumerate(LEVELS):
        these = seen[number * len(SEEDS) : (number + 1) * len(SEEDS)]
        shares = np.array([_shares(case, observation) for case, observation in these])
        asked = "at least 0.9" if level == "15 dB" else ""
        for what, values in zip(("discharges found", "of those found, true", "units"), shares.T, strict=True):
            name = f"{what}, {level}" if what != "units" else f"units that agree by 0.9 or more, {level}"
            value, low, high = statistic(values, np.mean)
            rows.append(Figure(f"{name}: mean of recordings", value, (low, high), len(these), asked))
            rows.append(Figure(f"{name}: lowest", float(values.min()), (np.nan,) * 2, len(these), asked))
    return rows


def _shares(case: Case, observation: Observation) -> tuple[float, float, float]:
    found = Events.merged("potential", [events for events in observation.events if events.kind == "potential"])
    true, trains = _trains(case.truth), _trains(found)
    pairs = agreement(true, trains, 0.001)
    right, said = sum(pair.common for pair in pairs), sum(map(len, trains))
    return (
        right / sum(map(len, true)),
        right / said if said else 0.0,
        sum(pair.rate >= 0.9 for pair in pairs) / len(true),
    )


def _trains(events: Events) -> list[NDArray[np.float64]]:
    unit = events.features.get("unit_id", np.empty(0))
    return [events.onset_s[unit == k] for k in np.unique(unit)]


VALIDATION = Validation(
    phenomenon="motor-units",
    kind="",
    levels=LEVELS,
    make=make,
    tolerance_s=0.001,
    asked="4 to 8 units at 15 dB: at least 0.90 of the discharges right.",
    published=("EMGLAB (10.1016/j.jneumeth.2005.05.015): automatic, then edited by hand; no figure at this noise",),
    figures=figures,
)
