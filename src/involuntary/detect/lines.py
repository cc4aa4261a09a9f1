"""Electrodes in a row: which channels follow each other along a line, and how far apart they are."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from involuntary.model import Electrode, Recording

__all__ = ["Lines", "lines"]

_MILLIMETRES = {"mm": 1.0, "cm": 10.0, "m": 1000.0}
_SAME = 0.05  # of the distance between neighbours, by which positions may stray


@dataclass(frozen=True, slots=True)
class Lines:
    """Parallel lines of electrodes, all neighbours equally far apart.

    Attributes
    ----------
    spacing_mm : float
        From each electrode to the next.
    channels : tuple of tuple of int
        Positions of the channels along each line.
    """

    spacing_mm: float
    channels: tuple[tuple[int, ...], ...]


def lines(recording: Recording, channels: Sequence[int]) -> tuple[tuple[Lines, ...], ...]:
    """Give the lines of every array whose positions the recording states: one `Lines` for each way to look at it.

    Parameters
    ----------
    recording : Recording
        Electrodes of one group and coordinate system are an array.
    channels : sequence of int
        Which to use.

    Returns
    -------
    tuple of tuple of Lines
        For each array the lines along each axis that it extends in. Nobody states along which of them the fibres run.
    """
    number = {recording.channels[i].name: i for i in channels}
    arrays: dict[tuple[str, str, float], list[tuple[int, Electrode]]] = {}
    for electrode in recording.electrodes:
        own = [number[name] for name in electrode.channels if name in number]
        if own and electrode.unit in _MILLIMETRES:
            rate = recording.channels[own[0]].rate_hz
            arrays.setdefault((electrode.group, electrode.system, rate), []).append((own[0], electrode))
    found = (tuple(made for axis in range(3) if (made := _along(array, axis))) for array in arrays.values())
    return tuple(ways for ways in found if ways)


def _along(array: list[tuple[int, Electrode]], axis: int) -> Lines | None:
    """Give the lines along one axis, cut where an electrode is missing; None where no two electrodes follow."""
    place = np.array([[_or_zero(v) * _MILLIMETRES[e.unit] for v in (e.x, e.y, e.z)] for _, e in array])
    channel = np.array([i for i, _ in array])
    across = np.round(np.delete(place, axis, axis=1), 1)
    order = np.lexsort((place[:, axis], across[:, 0], across[:, 1]))
    step = np.diff(place[order, axis])
    beside = np.all(np.diff(across[order], axis=0) == 0, axis=1) & (step > 0)
    if not np.any(beside):
        return None
    # Where an electrode is missing the next lies twice as far.
    spacing = float(np.median(step[beside & (step < 1.5 * step[beside].min())]))
    cuts = np.flatnonzero(~beside | (np.abs(step - spacing) > _SAME * spacing)) + 1
    parts = [tuple(part.tolist()) for part in np.split(channel[order], cuts) if part.size > 1]
    return Lines(spacing, tuple(parts)) if parts else None


def _or_zero(value: float) -> float:
    return 0.0 if math.isnan(value) else value
