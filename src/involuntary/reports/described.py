"""Tests of the examination room: what they measured is the result, whether or not a limit could be applied."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass

from involuntary.model import Measurement, Observation, State

__all__ = ["DESCRIBED", "Described", "described", "of_all"]

DESCRIBED: Mapping[str, str] = {
    "evoked": "Evoked responses",
    "evoked-twitch": "Evoked twitch",
    "transmission-failure": "Nerve-muscle transmission",
    "nerve-conduction": "Nerve conduction",
    "motor-units": "Motor units",
    "needle-emg": "Needle EMG",
}
_OF_ONE = re.compile(r"\.(unit|jitter)_\d+")  # of one unit or one pair of many


@dataclass(frozen=True, slots=True)
class Described:
    """A test by which nothing was called: its name, what it measured, and why nothing was called."""

    name: str
    measured: tuple[Measurement, ...]
    why: str


def of_all(measurement: Measurement) -> bool:
    """Say whether a number is of the whole test and is known, not of one unit or one pair."""
    return math.isfinite(measurement.value) and not _OF_ONE.search(measurement.id)


def described(observation: Observation) -> tuple[Described, ...]:
    """Give the tests that measured something and called nothing, in the order of `DESCRIBED`."""
    called = {f.phenomenon for f in observation.findings if f.state is not State.NOT_ASSESSED}
    whys = {f.phenomenon: f.rule.removeprefix(f"{f.phenomenon}: ") for f in reversed(observation.findings)}
    held = {
        name: tuple(m for m in observation.measurements if m.phenomenon == name and of_all(m))
        for name in DESCRIBED
        if name not in called
    }
    return tuple(Described(DESCRIBED[name], rows, whys.get(name, "")) for name, rows in held.items() if rows)
