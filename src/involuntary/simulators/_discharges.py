"""Discharges of units, and the sum of their potentials: two that overlap add, none is silence."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from involuntary.simulators._chunks import Floats, Layer
from involuntary.spool import Rows, aside

__all__ = [
    "Discharges",
    "Firing",
    "Shapes",
    "Templates",
    "between",
    "episodes",
    "flowing",
    "gathered",
    "layered",
    "minute_by_minute",
    "summed",
    "tabulate",
]

S = TypeVar("S")
# Time from the discharge in seconds, shape (n,) -> potentials, shape (units, channels, n).
Shapes = Callable[[Floats], Floats]
_PHASES = 16
# What is added of a template: all above this share of the unit's largest deflection anywhere (0.1 µV of a millivolt).
_NEGLIGIBLE = 1e-4
# Discharges times channels from which on it pays to load compiled code.
_MANY = 5000
# Discharges of which the samples they begin at are worked out as they are needed.
_LONG = 100_000
_MINUTE_S = 60.0
# Samples of a tile.
_TILE = 1 << 12


@dataclass(frozen=True, slots=True, eq=False)
class Discharges:
    """When which unit fired.

    Attributes
    ----------
    time_s : ndarray of float64, shape (n,)
        Sorted.
    unit : ndarray of intp, shape (n,)
        Number of the unit, from 0.
    gain : ndarray of float64, shape (n,)
        Factor on the unit's potential at this discharge.
    """

    time_s: Floats
    unit: NDArray[np.intp]
    gain: Floats

    @classmethod
    def of(cls, time_s: Floats, unit: NDArray[np.intp], gain: Floats | None = None) -> Discharges:
        """Build from columns in any order."""
        order = np.argsort(time_s, kind="stable")
        factor = np.ones(len(time_s)) if gain is None else gain
        return cls(np.asarray(time_s, dtype=np.float64)[order], np.asarray(unit, dtype=np.intp)[order], factor[order])

    @classmethod
    def by_unit(cls, times_s: Sequence[Floats]) -> Discharges:
        """Build from one array of times a unit."""
        units = np.repeat(np.arange(len(times_s)), [len(times) for times in times_s])
        return cls.of(np.concatenate([np.empty(0), *times_s]), units)

    @classmethod
    def joined(cls, parts: Sequence[Discharges]) -> Discharges:
        """Join the discharges of several stretches or sources."""
        return cls.of(
            np.concatenate([np.empty(0), *(part.time_s for part in parts)]),
            np.concatenate([np.empty(0, dtype=np.intp), *(part.unit for part in parts)]),
            np.concatenate([np.empty(0), *(part.gain for part in parts)]),
        )

    def __len__(self) -> int:
        return int(self.time_s.size)


@dataclass(frozen=True, eq=False)
class Templates:
    """Potentials of all units on the sampling grid.

    Attributes
    ----------
    values : ndarray of float64, shape (units, phases, channels, samples)
        Each shifted by ``phase / phases`` of a sample, so that a discharge keeps its time between two samples.
    before : int
        Samples before the discharge.
    rate_hz : float
        Sampling rate.
    """

    values: Floats
    before: int
    rate_hz: float

    @cached_property
    def lanes(self) -> NDArray[np.float32]:
        """The values once more, shape (channels, units * phases, samples): what one lane reads lies together."""
        units, phases, channels, length = self.values.shape
        laid = np.ascontiguousarray(np.moveaxis(self.values, 2, 0), dtype=np.float32)
        return laid.reshape(channels, units * phases, length)

    @cached_property
    def reach(self) -> NDArray[np.intp]:
        """First sample and last plus one of each that are worth adding, shape (channels, units * phases, 2)."""
        return _reach(self.lanes, self.values.shape[1])


# All discharges, or for long recordings what gives those between two times in seconds, always the same ones.
Firing = Discharges | Callable[[float, float], Discharges]


def between(fired: Firing, start_s: float, stop_s: float) -> Discharges:
    """Give the discharges from one time to before another."""
    if not isinstance(fired, Discharges):
        return fired(start_s, stop_s)
    low, high = np.searchsorted(fired.time_s, [start_s, stop_s])
    return Discharges(fired.time_s[low:high], fired.unit[low:high], fired.gain[low:high])


def episodes(
    starts_s: Sequence[float], longest_s: float, fire: Callable[[int, np.random.Generator], Discharges], seed: int
) -> tuple[Callable[[float, float], Discharges], Callable[[int], Discharges]]:
    """Fire episode by episode as they are needed, each with random numbers of its own.

    Parameters
    ----------
    starts_s : sequence of float
        When each begins, sorted; nothing fires before it.
    longest_s : float
        Nothing of an episode fires later than this after its begin.
    fire : callable
        Number of an episode and its random numbers to its discharges.
    seed : int
        Of them all.

    Returns
    -------
    within, one : callable
        The discharges between two times, as `flowing` takes them, and those of one episode.
    """

    @lru_cache(maxsize=8)
    def one(number: int) -> Discharges:
        return fire(number, np.random.default_rng([seed, number]))

    def within(start_s: float, stop_s: float) -> Discharges:
        first, last = bisect_left(starts_s, start_s - longest_s), bisect_left(starts_s, stop_s)
        return between(Discharges.joined([one(number) for number in range(first, last)]), start_s, stop_s)

    return within, one


def minute_by_minute(
    begun: S, fire: Callable[[int, tuple[float, float], S], tuple[list[Discharges], S]], duration_s: float, pools: int
) -> list[Callable[[float, float], Discharges]]:
    """Fire pools as they are needed, each minute from the state in which the one before it ended.

    The state is kept for every minute that was reached, the discharges only for the latest, so that a day takes little
    more memory than a minute.

    Parameters
    ----------
    begun : object
        State of all pools at 0 s.
    fire : callable
        Number of a minute, its first and last second, and the state at its begin, which is left as it is, to the
        discharges of each pool and the state at its end.
    duration_s : float
        Until when.
    pools : int
        How many.

    Returns
    -------
    list of callable
        Of each pool the discharges between two times, as `flowing` takes them.
    """
    states = [begun]

    def fired(number: int) -> list[Discharges]:
        ends = (_MINUTE_S * number, min(_MINUTE_S * (number + 1), duration_s))
        found, ended = fire(number, ends, states[number])
        if len(states) == number + 1:
            states.append(ended)
        return found

    @lru_cache(maxsize=4)
    def minute(number: int) -> list[Discharges]:
        for before in range(len(states) - 1, number):
            fired(before)
        return fired(number)

    def of(pool: int) -> Callable[[float, float], Discharges]:
        def within(start_s: float, stop_s: float) -> Discharges:
            first, last = max(start_s, 0.0), max(min(stop_s, duration_s), 0.0)
            numbers = range(int(first / _MINUTE_S), int(np.ceil(last / _MINUTE_S)))
            return between(Discharges.joined([minute(number)[pool] for number in numbers]), start_s, stop_s)

        return within

    return [of(pool) for pool in range(pools)]


def gathered(parts: Iterable[Discharges]) -> Discharges:
    """Join the discharges of many small parts as they come; long columns wait on disk."""
    rows = Rows(3)
    for part in parts:
        rows.append(np.column_stack([part.time_s, part.unit, part.gain]))
    order = np.argsort(rows.column(0), kind="stable")
    time, unit, gain = (aside(rows.column(k)[order]) for k in range(3))
    return Discharges(time, aside(unit.astype(np.intp)), gain)


def tabulate(shapes: Shapes, rate_hz: float, before_s: float, after_s: float) -> Templates:
    """Sample potentials around the discharge.

    Parameters
    ----------
    shapes : callable
        Time from the discharge in seconds to potentials, shape (units, channels, n).
    rate_hz : float
        Sampling rate.
    before_s, after_s : float
        What the table spans; the potentials are zero beyond.
    """
    before = int(np.ceil(before_s * rate_hz))
    time = np.arange(-before, int(np.ceil(after_s * rate_hz)) + 2) / rate_hz
    values = np.stack([shapes(time - phase / (_PHASES * rate_hz)) for phase in range(_PHASES)], axis=1)
    return Templates(values, before, rate_hz)


def summed(discharges: Discharges, templates: Templates) -> Layer:
    """Give the layer in which every discharge adds its unit's potential, in single precision."""
    if len(discharges) > _LONG:
        return flowing(lambda start, stop: between(discharges, start, stop), templates)
    placed, length = _placed(discharges, templates), templates.values.shape[3]
    add = _adder(templates, len(discharges))

    def layer(first: int, stop: int, _: np.random.Generator) -> NDArray[np.float32]:
        low, high = np.searchsorted(placed[0], [first - length + 1, stop])
        return add(first, stop, *(column[low:high] for column in placed))

    return layer


def layered(fired: Firing, templates: Templates) -> Layer:
    """Give the layer of all discharges, or of those that are made as they are needed."""
    return summed(fired, templates) if isinstance(fired, Discharges) else flowing(fired, templates)


def flowing(within: Callable[[float, float], Discharges], templates: Templates) -> Layer:
    """Give the layer of discharges that are made as they are needed, so that memory does not grow with time.

    Parameters
    ----------
    within : callable
        First and last second to the discharges between them, always the same ones.
    templates : Templates
        Potentials of the units.
    """
    length, rate = templates.values.shape[3], templates.rate_hz
    add = _adder(templates, _MANY)

    def layer(first: int, stop: int, _: np.random.Generator) -> NDArray[np.float32]:
        fired = within((first - length) / rate, (stop + templates.before + 1) / rate)
        return add(first, stop, *_placed(fired, templates))

    return layer


def _placed(
    discharges: Discharges, templates: Templates
) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.float32]]:
    """Give first sample, row of the table and factor of every discharge's potential."""
    phases = templates.values.shape[1]
    position = np.floor(discharges.time_s * templates.rate_hz * phases + 0.5).astype(np.intp)
    row = discharges.unit * phases + position % phases
    return position // phases - templates.before, row, discharges.gain.astype(np.float32)


def _adder(templates: Templates, discharges: int) -> Callable[..., NDArray[np.float32]]:
    """Give what adds potentials to the samples of a block."""
    lanes, reach, channels = templates.lanes, templates.reach, templates.values.shape[2]
    fill = _add_potentials if discharges * channels < _MANY else _compiled()

    def add(
        first: int, stop: int, begin: NDArray[np.intp], row: NDArray[np.intp], gain: NDArray[np.float32]
    ) -> NDArray[np.float32]:
        # Those of one unit after each other, tile by tile: its potential and the tile stay near the processor.
        order = np.lexsort((row, begin // _TILE))
        out = np.zeros((channels, stop - first), dtype=np.float32)
        fill(out, lanes, reach, begin[order] - first, row[order], gain[order])
        return out

    return add


def _reach(lanes: NDArray[np.float32], phases: int) -> NDArray[np.intp]:
    """Give the span of each template outside which it is negligible beside what any lane sees of the unit."""
    channels, rows, length = lanes.shape
    size = np.abs(lanes)
    largest = np.max(size.reshape(channels, rows // phases, phases * length), axis=(0, 2), initial=0.0)
    worth = size > _NEGLIGIBLE * np.repeat(largest, phases)[:, None]
    some = worth.any(axis=2)
    first = np.where(some, worth.argmax(axis=2), 0)
    stop = np.where(some, length - worth[:, :, ::-1].argmax(axis=2), 0)
    return np.stack([first, stop], axis=2).astype(np.intp)


def _add_potentials(
    out: NDArray[np.float32],
    lanes: NDArray[np.float32],
    reach: NDArray[np.intp],
    begin: NDArray[np.intp],
    row: NDArray[np.intp],
    gain: NDArray[np.float32],
) -> None:
    """Slow twin of `involuntary.simulators._kernels.add_potentials`, to the last bit."""
    for lane, target in enumerate(out):
        for start, r, factor in zip(begin.tolist(), row.tolist(), gain, strict=True):
            a, b = max(start + int(reach[lane, r, 0]), 0), min(start + int(reach[lane, r, 1]), target.size)
            if a < b:
                target[a:b] += factor * lanes[lane, r, a - start : b - start]


def _compiled() -> Callable[..., None]:
    from involuntary.simulators._kernels import add_potentials

    return add_potentials
