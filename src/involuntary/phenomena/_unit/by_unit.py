"""A contraction under a grid of electrodes read unit by unit: who fired, how fast, how evenly, from when to when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from involuntary.decompose.grid import GridRule, GridUnit, decompose
from involuntary.detect.bench import Bench
from involuntary.detect.conditioned import amplitude_scale
from involuntary.model import Events, Measurement, Recording, Reference
from involuntary.phenomena._rows import Row, measured

__all__ = ["FEWEST_CHANNELS", "NEGRO", "ByUnit", "by_unit"]

Floats = NDArray[np.float64]

NEGRO = Reference(
    "doi:10.1088/1741-2560/13/2/026027",
    "Negro F, Muceli S, Castronovo AM, Holobar A, Farina D. Multi-channel intramuscular and surface EMG decomposition"
    " by convolutive blind source separation. J Neural Eng 2016;13:026027",
    "convolutive blind source separation, as programs that follow it tell; the paper was not opened",
)
# Engineering choices.
FEWEST_CHANNELS = 16  # of one rate, to be a grid
_MARGIN_S = 1.0  # of what lies beside a contraction
_LONGEST_S = 120.0  # of contractions that are taken apart, together, which takes up to four times as long
_PAUSE = 3.0  # times the median interval: a unit that fell silent and came again


@dataclass(frozen=True, slots=True)
class ByUnit:
    """Discharges with their units, what was measured of each unit, its intervals without pauses, and notes."""

    events: tuple[Events, ...] = ()
    measurements: tuple[Measurement, ...] = ()
    intervals: tuple[Floats, ...] = ()
    notes: tuple[str, ...] = ()


def by_unit(
    owner: str,
    bench: Bench,
    channels: Sequence[int],
    spans: Sequence[tuple[float, float]],
    rule: GridRule | None = None,
) -> ByUnit:
    """Take contractions apart one by one, all channels of one rate together.

    Parameters
    ----------
    owner : str
        Phenomenon that measures.
    bench : Bench
        With the heart subtracted.
    channels : sequence of int
        Of the muscle.
    spans : sequence of tuple
        Begin and end of each contraction, in seconds. A unit that fires in two of them counts twice. Those that take
        the time beyond two minutes are left out; of a first one that does so alone, its first two minutes are read.
    rule : GridRule, optional
        How they are taken apart.
    """
    metas = bench.recording.channels
    alike = [i for i in channels if metas[i].rate_hz == metas[channels[0]].rate_hz]
    if len(alike) < FEWEST_CHANNELS:
        few = f"{len(alike)} channels of one rate are no grid, {FEWEST_CHANNELS} are asked for"
        return ByUnit(notes=(f"{owner}: not read unit by unit: {few}",))
    taken, left = _taken(spans)
    trains: list[tuple[float, Floats, GridUnit, str]] = []
    for start, stop in taken:
        trains += [(start, *one) for one in _one_contraction(bench.recording, alike, start, stop, rule or GridRule())]
    seconds = float(sum(stop - start for start, stop in taken))
    rows = [row for k, train in enumerate(trains) for row in _rows(k, *train)]
    intervals = tuple(_without_pauses(time_s) for _, time_s, *_ in trains)
    return ByUnit(_events(trains), measured(owner, rows, seconds), intervals, tuple(f"{owner}: {one}" for one in left))


def _taken(spans: Sequence[tuple[float, float]]) -> tuple[list[tuple[float, float]], list[str]]:
    """Give what there is time to take apart, and notes on what is left."""
    taken: list[tuple[float, float]] = []
    notes, spent = [], 0.0
    for start, stop in spans:
        lasts = stop - start
        if not taken and lasts > _LONGEST_S:
            taken.append((start, start + _LONGEST_S))
            notes.append(f"the first {_LONGEST_S:g} of {lasts:.0f} s of the first contraction were read unit by unit")
            spent = _LONGEST_S
        elif spent + lasts <= _LONGEST_S:
            taken.append((start, stop))
            spent += lasts
    left = len(spans) - len(taken)
    if left:
        notes.append(f"{left} of {len(spans)} contractions were not read unit by unit: too long")
    return taken, notes


def _one_contraction(
    recording: Recording, channels: Sequence[int], start: float, stop: float, rule: GridRule
) -> list[tuple[Floats, GridUnit, str]]:
    begin, end = next(((a, b) for a, b in recording.segments if a <= start < b), (start, stop))
    first_s, last_s = max(start - _MARGIN_S, begin), min(stop + _MARGIN_S, end)
    meta = recording.channels[channels[0]]
    first, last = recording.sample_at(channels[0], np.array([first_s, last_s])).tolist()
    first, last = max(first, 0), min(last, meta.n_samples)
    scale = amplitude_scale(meta)[1]
    samples = np.stack([recording.samples(i, first, last) * scale for i in channels])
    alive = np.flatnonzero(samples.std(axis=1) > 0)
    if alive.size < 2:
        return []
    found = decompose(samples[alive], meta.rate_hz, rule)
    from_s = float(recording.time_s(channels[0], first))
    names = [recording.channels[channels[int(i)]].name for i in alive]
    largest = [int(np.argmax(np.ptp(unit.potentials, axis=1))) for unit in found.units]
    return [(from_s + unit.time_s, unit, names[at]) for unit, at in zip(found.units, largest, strict=True)]


def _without_pauses(time_s: Floats) -> Floats:
    interval = np.diff(time_s)
    kept: Floats = interval[interval < _PAUSE * np.median(interval)]
    return kept


def _rows(k: int, start: float, time_s: Floats, unit: GridUnit, place: str) -> list[Row]:
    kept, n = _without_pauses(time_s), time_s.size
    mean = float(np.mean(kept))
    since, until = float(time_s[0]) - start, float(time_s[-1]) - start
    said = (
        ("rate", 1.0 / mean, "1/s", "discharges a second, pauses left out"),
        ("interval_cv", float(np.std(kept)) / mean, "1", "variation of its intervals, pauses left out"),
        ("from", since, "s", "first discharge, from the contraction's begin"),
        ("to", until, "s", "last discharge, from the contraction's begin"),
        ("silhouette", unit.silhouette, "1", "pulses against the rest"),
        ("pulse_to_noise", unit.pulse_to_noise_db, "dB", "power of the pulses over that between them"),
    )
    return [Row(f"unit_{k}.{name}", value, what, n, how, NEGRO, at=place) for name, value, what, how in said]


def _events(trains: list[tuple[float, Floats, GridUnit, str]]) -> tuple[Events, ...]:
    parts = [
        Events("potential", (place,) * t.size, t, np.zeros(t.size), {"unit_id": np.full(t.size, float(k))})
        for k, (_, t, _, place) in enumerate(trains)
    ]
    return (Events.merged("potential", parts),) if parts else ()
