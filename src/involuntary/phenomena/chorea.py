"""Chorea: elements of movement that nobody asked for, how many, how large, and how random; described, not named."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from involuntary.detect import elements
from involuntary.detect.bench import Bench
from involuntary.detect.conditions import Condition, conditions
from involuntary.detect.sensors import sensors
from involuntary.model import ChannelKind, Events, Finding, Recording, Reference, State, Term
from involuntary.phenomena._jerk.events import regularity
from involuntary.phenomena._rows import CHOICE, Row, measured, median, median_interval
from involuntary.phenomena.base import Measured, Phenomenon

__all__ = ["PHENOMENON", "Chorea", "ChoreaParameters", "direction_entropy"]

Floats = NDArray[np.float64]

WEARABLE = Reference(
    "doi:10.1109/TBME.2022.3177396",
    "Liu et al. 2022, IEEE Trans Biomed Eng 69:3784",
    "60 s of posture: Huntington's chorea (20) told from levodopa dyskinesia (10), AUC 99.5 %",
)
TREND = Reference(
    "title:Kotschet 2023, wearable dyskinesia score and chorea rating in Huntington's disease",
    "Kotschet et al. 2023",
    "25 people: a wearable's dyskinesia score against the chorea rating, rank correlation 0.66",
)
_STILL = {"rest", "posture", "load", "standing"}
_TREND_ONLY = "no limit is published; compare a person with themselves"


@dataclass(frozen=True, slots=True)
class ChoreaParameters:
    """How movement that nobody asked for is described; engineering choices.

    Attributes
    ----------
    condition : str
        What the person was asked to do throughout: ``rest``, ``posture`` or ``standing``; marks tell it when empty.
    least_m_s, least_deg_s : float
        An element of movement is faster than this somewhere.
    fewest_n : int
        Elements that entropy and regularity need.
    shortest_s : float
        Time that a rate needs.
    rhythm_share : float
        Intervals more even than this (median of |a − b| / (a + b)) are a rhythm, see tremor.
    """

    condition: str = ""
    least_m_s: float = 0.03
    least_deg_s: float = 10.0
    fewest_n: int = 20
    shortest_s: float = 10.0
    rhythm_share: float = 0.15


class Chorea(Phenomenon[ChoreaParameters]):
    """Elements of movement by accelerometer, gyroscope, angle or position while nothing was asked for."""

    id = "chorea"
    name = "Chorea"
    term = Term("HP:0002072", "Chorea")
    kinds = frozenset({ChannelKind.ACCELEROMETER, ChannelKind.GYROSCOPE, ChannelKind.DISPLACEMENT, ChannelKind.ANGLE})
    references = (WEARABLE, TREND)

    def concerns(self, recording: Recording) -> bool:
        """Say whether a time is marked in which nothing was to be moved."""
        return any(c.kind in _STILL for c in conditions(recording))

    def measure(self, bench: Bench, channels: Sequence[int], parameters: ChoreaParameters) -> Measured:
        """Describe the movement of every sensor in every condition without a task."""
        p = parameters
        asked = conditions(bench.recording, p.condition)
        still = [c for c in asked if c.kind in _STILL or not c.name]
        if not still:
            return self._not_assessed("chorea: not assessed: only movements on request were recorded")
        rows: list[Row] = []
        events, notes = [], []
        looked_s = 0.0
        for axes in sensors(bench.recording, channels):
            name = bench.recording.channels[axes[0]].name
            for condition in still:
                rule = elements.ElementRule(
                    least_m_s=p.least_m_s, least_deg_s=p.least_deg_s, from_s=condition.start_s, to_s=condition.stop_s
                )
                found = bench.detect(elements.detect, axes[0], rule)
                looked_s = max(looked_s, found.time_s)
                if found.time_s < p.shortest_s:
                    notes.append(f"chorea: {name}: not assessed: {found.time_s:.0f} s usable, {p.shortest_s:g} needed")
                    continue
                label = f".{condition.name.replace(' ', '_')}" if len(still) > 1 else ""
                rows += list(_rows(found, condition, label, name, p))
                said, random = _said(found, condition, name, p)
                notes.append(said)
                events += [_events(found, name)] if random else []
        if not rows:
            return self._not_assessed("; ".join(notes) or "chorea: not assessed: no usable time")
        why = f"chorea: not assessed: movement is described; {_TREND_ONLY}"
        return Measured(
            (Events.merged("limb-movement", events),),
            measured(self.id, rows, looked_s),
            (Finding(self.term, State.NOT_ASSESSED, self.id, rule=why, source=CHOICE),),
            (*notes, why),
        )


def direction_entropy(direction: Floats) -> float:
    """Give how evenly directions lie over both ways of every axis: 0 for one, 1 for all alike.

    Parameters
    ----------
    direction : ndarray, shape (k, axes)
        Unit vectors, of at least two axes. They are turned to their main directions, so that the sensor's place on the
        limb does not matter; each counts for the axis and way that it is closest to.
    """
    _, _, main = np.linalg.svd(direction, full_matrices=False)
    turned = direction @ main.T
    nearest = np.argmax(np.abs(turned), axis=1)
    ways = 2 * nearest + (turned[np.arange(len(turned)), nearest] > 0)
    share = np.bincount(ways, minlength=2 * direction.shape[1]) / len(direction)
    used = share[share > 0]
    return float(-np.sum(used * np.log2(used)) / np.log2(share.size)) + 0.0


def _rows(found: elements.Elements, condition: Condition, label: str, name: str, p: ChoreaParameters) -> Iterator[Row]:
    n, unit = found.onset_s.size, found.unit
    scale, shown = (1e3, "mm") if unit == "m" else (1.0, "deg")
    cut = "from one moment of least speed to the next"
    share = float(np.sum(found.duration_s)) / found.time_s
    why = "" if condition.name else "what was asked for is not known: mark rest or posture"
    yield Row(f"movement_share{label}", share, "1", n, "time in movement that nobody asked for", CHOICE, at=name,
              needs=0, why=why)  # fmt: skip
    yield Row(f"element_rate{label}", 60 * n / found.time_s, "1/min", n, f"elements, {cut}", CHOICE, at=name, needs=0)
    size = scale * found.size
    for what, values, of in (("size", size, shown), ("duration", found.duration_s, "s")):
        yield Row(
            f"element_{what}{label}", median(values), of, n, f"median, {cut}", CHOICE, median_interval(values), name
        )
    speed = scale * found.peak
    yield Row(f"element_speed{label}", median(speed), f"{shown}/s", n, f"median of the highest speed, {cut}", CHOICE,
              median_interval(speed), name)  # fmt: skip
    one_axis = "" if found.direction.shape[1] > 1 else "one axis has no direction"
    entropy = direction_entropy(found.direction) if n >= p.fewest_n and not one_axis else float("nan")
    yield Row(f"direction_entropy{label}", entropy, "1", n, "over both ways of every main axis; 0 one way, 1 any way",
              CHOICE, at=name, needs=p.fewest_n, why=one_axis)  # fmt: skip
    _, uneven = regularity(found.onset_s)
    yield Row(f"irregularity{label}", uneven, "1", n,
              "median of |a − b| / (a + b) of successive intervals: 0.5 by chance", CHOICE, at=name,
              needs=p.fewest_n)  # fmt: skip


def _said(found: elements.Elements, condition: Condition, name: str, p: ChoreaParameters) -> tuple[str, bool]:
    n = found.onset_s.size
    where = f"chorea: {name}{f', {condition.name}' if condition.name else ''}: {n} elements in {found.time_s:.0f} s"
    if n < p.fewest_n:
        return f"{where}: too few to say more", False
    _, uneven = regularity(found.onset_s)
    if np.isfinite(uneven) and uneven < p.rhythm_share:
        return f"{where}, as regular as a rhythm: see tremor", False
    return f"{where}, irregular", bool(condition.name)


def _events(found: elements.Elements, name: str) -> Events:
    scale, what = (1e3, "size_mm") if found.unit == "m" else (1.0, "size_deg")
    return Events("limb-movement", (name,) * found.onset_s.size, found.onset_s, found.duration_s,
                  {what: scale * found.size})  # fmt: skip


PHENOMENON = Chorea(ChoreaParameters())
