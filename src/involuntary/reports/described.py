"""Tests of the examination room: what they measured is the result, whether or not a limit could be applied."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass

from involuntary.model import Measurement, Observation, State

__all__ = ["DESCRIBED", "Described", "UnitRow", "described", "of_all", "of_unit", "units"]

DESCRIBED: Mapping[str, str] = {
    "evoked": "Evoked responses",
    "evoked-twitch": "Evoked twitch",
    "transmission-failure": "Nerve-muscle transmission",
    "nerve-conduction": "Nerve conduction",
    "motor-units": "Motor units",
    "needle-emg": "Needle EMG",
    "fatigue": "Fatigue and conduction velocity",
}
_OF_ONE = re.compile(r"\.(unit|jitter)_\d+")  # of one unit or one pair of many
_OF_UNIT = re.compile(r"\.unit_(\d+)\.([^@]+)")


@dataclass(frozen=True, slots=True)
class Described:
    """A test by which nothing was called: its name, what it measured, and why nothing was called."""

    name: str
    measured: tuple[Measurement, ...]
    why: str


@dataclass(frozen=True, slots=True)
class UnitRow:
    """What was measured of one unit, by the name of the measure; `n` discharges on `channel`."""

    unit: str
    channel: str
    n: int
    measured: Mapping[str, Measurement]


def of_unit(measurement: Measurement) -> bool:
    """Say whether a number is of one motor unit of many."""
    return bool(_OF_UNIT.search(measurement.id))


def units(observation: Observation) -> tuple[UnitRow, ...]:
    """Give the motor units of an observation, one a row."""
    # Every phenomenon counts its own units from 0.
    held: dict[tuple[str, str], dict[str, Measurement]] = {}
    for m in observation.measurements:
        if found := _OF_UNIT.search(m.id):
            held.setdefault((m.phenomenon, found[1]), {})[found[2]] = m
    first = {key: next(iter(measured.values())) for key, measured in held.items()}
    return tuple(UnitRow(key[1], first[key].channel, first[key].n, measured) for key, measured in held.items())


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
