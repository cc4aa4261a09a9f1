"""Parkinsonism: rate, size, decrement and hesitations of a repeated movement."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from involuntary.detect.bench import Bench
from involuntary.detect.conditions import Condition, conditions
from involuntary.detect.movements import MovementRule, Movements, detect
from involuntary.detect.sensors import sensors
from involuntary.model import ChannelKind, Events, Finding, Measurement, Reference, State, Term
from involuntary.phenomena.base import Measured, Phenomenon

__all__ = ["PHENOMENON", "Parkinsonism", "ParkinsonismParameters"]

_METHOD = Reference("expert-judgement", "engineering choice: movements told apart by their turning points")
_SEN = Reference(
    "doi:10.1080/01621459.1968.10480934",
    "Sen 1968, J Am Stat Assoc 63:1379–1389",
    "median of slopes; as others cite it, not opened",
)
_TASKS = ("tapping", "agility", "pronation")
_UNITS = {
    ChannelKind.ACCELEROMETER: ("m/s²", 1.0),
    ChannelKind.GYROSCOPE: ("deg/s", 1.0),
    ChannelKind.ANGLE: ("deg", 1.0),
    ChannelKind.DISPLACEMENT: ("mm", 1e3),
}


@dataclass(frozen=True, slots=True)
class ParkinsonismParameters:
    """How a repeated movement is recognised and measured; engineering choices.

    Attributes
    ----------
    task : str
        What the person was asked to do throughout: ``tapping``, ``agility`` or ``pronation``; marks tell it when empty.
    fewest_movements_count : int
        Fewer are not described.
    fastest_hz : float
        Where no task is stated or marked, a faster rhythm may be tremor and is not described,
    smallest_m_s2 : float
        and an accelerometer's movements are at least so large, four times the largest healthy tremor.
    irregular_percent : float
        and their length varies by less than this.
    longest_s : float
        A longer recording is not one task, unless it is stated.
    hesitation_factor : float
        A movement that takes longer than this times the median is a hesitation.
    """

    task: str = ""
    fewest_movements_count: int = 10
    fastest_hz: float = 4.0
    smallest_m_s2: float = 1.4
    irregular_percent: float = 100.0
    longest_s: float = 300.0
    hesitation_factor: float = 2.0


class Parkinsonism(Phenomenon[ParkinsonismParameters]):
    """Bradykinesia of a repeated movement: described, and not named while no limit is published for a sensor."""

    id = "parkinsonism"
    name = "Parkinsonism"
    term = Term("HP:0002067", "Bradykinesia")
    kinds = frozenset(_UNITS)
    references = (_METHOD, _SEN)

    def measure(self, bench: Bench, channels: Sequence[int], parameters: ParkinsonismParameters) -> Measured:
        """Describe the movements of every sensor in every task."""
        known = conditions(bench.recording, parameters.task)
        tasks = [c for c in known if c.kind in _TASKS or not c.name]
        found: list[tuple[Events, list[Measurement]]] = []
        notes = []
        for axes in sensors(bench.recording, channels):
            meta = bench.recording.channels[axes[0]]
            for task in tasks:
                if not task.name and meta.duration_s > parameters.longest_s:
                    notes.append(f"parkinsonism: {meta.name}: not assessed: {meta.duration_s:g} s are no task; mark it")
                    continue
                rule = MovementRule(from_s=task.start_s, to_s=task.stop_s)
                movements = bench.detect(detect, axes[0], rule)
                why = _reason_against(bench, movements, task, parameters)
                if why:
                    notes.append(f"parkinsonism: {meta.name}: {why}")
                else:
                    label = f".{task.name.replace(' ', '_')}" if len(tasks) > 1 else ""
                    found.append(_describe(bench, movements, label, parameters))
        if not found:
            return self._not_assessed("; ".join(notes) or "parkinsonism: not assessed: the marks leave no task")
        why = "parkinsonism: not assessed: no limit is published for these measures; the movement is described"
        if not tasks[0].name:
            notes.append("parkinsonism: the task is not stated; one movement repeats through the recording")
        return Measured(
            (Events.merged("limb-movement", [events for events, _ in found]),),
            tuple(m for _, measurements in found for m in measurements),
            (Finding(self.term, State.NOT_ASSESSED, self.id, rule=why),),
            (*notes, why),
        )


def _reason_against(bench: Bench, found: Movements, task: Condition, parameters: ParkinsonismParameters) -> str:
    """Say why the movements are not described; empty where they are."""
    if found.size.size < parameters.fewest_movements_count:
        return f"not assessed: {found.size.size} repeated movements, {parameters.fewest_movements_count} are needed"
    if task.name:
        return ""
    if found.rate_hz > parameters.fastest_hz:
        return f"not assessed: a rhythm of {found.rate_hz:.1f} Hz may be tremor; state the task"
    kind = bench.recording.channels[found.channels[0]].kind
    if kind is ChannelKind.ACCELEROMETER and np.median(found.size) < parameters.smallest_m_s2:
        return "not assessed: no repeated movement as large as a task's; state the task"
    if 100 * np.std(found.duration_s) / np.mean(found.duration_s) > parameters.irregular_percent:
        return "not assessed: movements too irregular to be one task; state the task"
    return ""


def _describe(
    bench: Bench, found: Movements, label: str, parameters: ParkinsonismParameters
) -> tuple[Events, list[Measurement]]:
    meta = bench.recording.channels[found.channels[0]]
    unit, scale = _UNITS[meta.kind]
    size, interval = found.size * scale, found.duration_s
    name = "amplitude_" + unit.replace("/", "_").replace("²", "2")
    events = Events("limb-movement", (meta.name,) * size.size, found.onset_s, interval, {name: size})
    quality = "" if size.size >= 2 * parameters.fewest_movements_count else f"only {size.size} movements"
    rows = _rows(size, interval, unit, parameters)
    return events, [
        Measurement(
            f"parkinsonism.{what}{label}@{meta.name}", "parkinsonism", meta.name, value, of, size.size, found.time_s,
            quality or "good", method, source, interval=span,
        )
        for what, value, of, method, source, span in rows
    ]  # fmt: skip


_MOST_SLOPES = 2000
_Row = tuple[str, float, str, str, Reference, tuple[float, float] | None]


def _rows(
    size: NDArray[np.float64], interval: NDArray[np.float64], unit: str, parameters: ParkinsonismParameters
) -> Iterator[_Row]:
    yield "rate", float(1 / np.median(interval)), "Hz", "one over the median movement", _METHOD, None
    yield "amplitude", float(np.median(size)), unit, "median swing along the main direction", _METHOD, None
    for what, values in (("amplitude_change", size), ("rate_change", 1 / interval)):
        slope, low, high = _sen_slope(np.log(np.maximum(values, np.finfo(float).tiny)))
        change = [100 * float(np.expm1(s)) for s in (slope, low, high)]
        method = "median of all slopes of the logarithm; negative is a decrement"
        yield what, change[0], "%/movement", method, _SEN, (change[1], change[2])
    late = interval > parameters.hesitation_factor * np.median(interval)
    method = f"movements that take more than {parameters.hesitation_factor:g} times the median"
    yield "hesitations", float(np.count_nonzero(late)), "1", method, _METHOD, None
    spread = float(np.std(interval) / np.mean(interval))
    yield "rhythm_variation", 100 * spread, "%", "standard deviation over mean of the movements' length", _METHOD, None


def _sen_slope(values: NDArray[np.float64]) -> tuple[float, float, float]:
    """Give the median slope a step between all pairs, and its 95 % interval; of very many, evenly chosen ones."""
    chosen = np.unique(np.linspace(0, values.size - 1, _MOST_SLOPES).round().astype(int))
    n = chosen.size
    first, second = (chosen[i] for i in np.triu_indices(n, 1))
    slopes = np.sort((values[second] - values[first]) / (second - first))
    reach = 1.959964 * np.sqrt(n * (n - 1) * (2 * n + 5) / 18)
    low = max(int(np.floor((slopes.size - reach) / 2)), 0)
    high = min(int(np.ceil((slopes.size + reach) / 2)), slopes.size - 1)
    return float(np.median(slopes)), float(slopes[low]), float(slopes[high])


PHENOMENON = Parkinsonism(ParkinsonismParameters())
