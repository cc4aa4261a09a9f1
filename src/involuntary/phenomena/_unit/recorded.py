"""Motor units of a recording: a needle channel's with their shapes, a grid's with their quality."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from involuntary.decompose import grid, needle
from involuntary.decompose.unit_shape import ShapeRule, UnitShape, polarity, unit_shape
from involuntary.decompose.waveforms import unit_potentials
from involuntary.detect import usable
from involuntary.detect.bench import Bench
from involuntary.detect.conditioned import amplitude_scale
from involuntary.detect.discharges import DischargeRule, lost_time, mended_blocks
from involuntary.dsp.bands import zero_phase
from involuntary.dsp.spectrum import welch
from involuntary.model import Events, Intervals
from involuntary.phenomena._unit.linked import linked

__all__ = ["Decomposed", "Unit", "UnitRule", "grid_units", "needle_units", "unit_events"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class UnitRule:
    """How a channel is taken apart; engineering choices.

    Attributes
    ----------
    low_hz, high_hz : float
        Band in which potentials are averaged.
    before_ms, after_ms : float
        What is averaged around a discharge.
    shortest_s, longest_s : float
        Usable stretches are taken apart one by one; shorter ones are left out, longer ones cut.
    remainder_s : float
        A shorter one that goes on where another ends is taken apart with it, unless it is shorter than this.
    margin_s : float
        Time around what is unusable that is left out too.
    """

    low_hz: float = 5.0
    high_hz: float = 10_000.0
    before_ms: float = 20.0
    after_ms: float = 30.0
    shortest_s: float = 3.0
    longest_s: float = 30.0
    remainder_s: float = 0.5
    margin_s: float = 0.05


@dataclass(frozen=True, slots=True, eq=False)
class Unit:
    """One motor unit of one stretch.

    Attributes
    ----------
    channel : str
        Where it was found; the channel where it is largest for a grid.
    time_s : ndarray, shape (discharges,)
        On the recording's clock, sorted.
    amplitude : float
        Peak to peak of its averaged potential, in µV or counts.
    shape : UnitShape or None
        For a needle in volts whose tip lies within the unit's territory.
    silhouette, pulse_to_noise_db : float
        For a grid; else not-a-number.
    """

    channel: str
    time_s: Floats
    amplitude: float
    shape: UnitShape | None = None
    silhouette: float = float("nan")
    pulse_to_noise_db: float = float("nan")

    @property
    def rate_hz(self) -> float:
        """One over the median interval."""
        return 1.0 / float(np.median(np.diff(self.time_s))) if self.time_s.size > 1 else float("nan")


@dataclass(frozen=True, slots=True)
class Decomposed:
    """Units of a channel or a grid, how much time they were sought in, and how much of the signal they explain.

    `low_share` is the power density at 10 to 30 Hz over that at 100 to 1000 Hz, next to nothing after a high-pass.
    """

    units: tuple[Unit, ...]
    time_s: float
    explained: float
    unit: str = "µV"
    low_share: float = float("nan")
    notes: tuple[str, ...] = field(default=())


def needle_units(bench: Bench, channel: int, rule: UnitRule) -> Decomposed:
    """Take a needle channel apart, stretch by stretch; what is clipped or flat is left out."""
    meta = bench.recording.channels[channel]
    _, scale = amplitude_scale(meta)
    found = bench.detect(usable.detect, channel, usable.UsableRule())
    lost = lost_time(found).widened(rule.margin_s, rule.margin_s)
    pieces: list[tuple[float, list[Unit], list[Floats]]] = []
    explained, low_shares, total = [], [], 0.0
    for start_s, samples in _cut(bench, channel, scale, lost, rule):
        seconds = samples.size / meta.rate_hz
        new, potentials, share = _one_stretch(samples, meta.rate_hz, meta.name, start_s, meta.calibrated, rule)
        pieces.append((start_s, new, potentials))
        explained.append(share * seconds)
        low_shares.append(_low_share(samples, meta.rate_hz))
        total += seconds
    units = _joined(pieces, bench.recording.segments, meta.rate_hz)
    without = sum(unit.shape is None for unit in units) if meta.calibrated else 0
    notes = (
        *((f"{meta.name}: {lost.total_s:.1f} s unusable, left out",) if lost.total_s else ()),
        *((f"{meta.name}: {without} units not measured: {_WHY_NOT}",) if without else ()),
    )
    share = sum(explained) / total if total else float("nan")
    kept = float(np.median(low_shares)) if low_shares else float("nan")
    return Decomposed(tuple(units), total, share, "µV" if meta.calibrated else "count", kept, notes)


def _cut(bench: Bench, channel: int, scale: float, lost: Intervals, rule: UnitRule) -> Iterator[tuple[float, Floats]]:
    """Give what is taken apart at a time, with its begin; what is left of a stretch and short joins what it follows."""
    rate_hz = bench.recording.channels[channel].rate_hz
    held_s, held = 0.0, np.empty(0)
    for block, _ in mended_blocks(bench.recording, channel, scale, DischargeRule()):
        samples = block.samples[block.start : block.stop]
        start_s = float(bench.recording.time_s(channel, block.first + block.start))
        whole = Intervals.of((start_s, start_s + samples.size / rate_hz))
        for low_s, high_s in _pieces(whole.without(lost), rule):
            low, high = (round((t - start_s) * rate_hz) for t in (low_s, high_s))
            follows = abs(held_s + held.size / rate_hz - low_s) * rate_hz < 0.5
            together = held.size / rate_hz + high_s - low_s <= rule.longest_s + rule.shortest_s
            if held.size and follows and together and high_s - low_s < rule.shortest_s:
                held = np.concatenate([held, samples[low:high]])
                continue
            if held.size >= rule.shortest_s * rate_hz:
                yield held_s, held
            held_s, held = low_s, samples[low:high]
    if held.size >= rule.shortest_s * rate_hz:
        yield held_s, held


def _joined(pieces: list[tuple[float, list[Unit], list[Floats]]], segments: Intervals, rate_hz: float) -> list[Unit]:
    """Give the units of all pieces; within one recorded stretch, where the needle stayed, each is counted once."""
    units: list[Unit] = []
    stretch = np.searchsorted(segments.start_s, [start for start, *_ in pieces], side="right")
    for one in np.unique(stretch):
        own = [piece for piece, at in zip(pieces, stretch, strict=True) if at == one]
        for places in linked([potentials for *_, potentials in own], rate_hz):
            parts = [own[piece][1][unit] for piece, unit in places]
            # Measured where it fired most.
            best = max(parts, key=lambda part: (part.shape is not None, part.time_s.size))
            units.append(replace(best, time_s=np.concatenate([part.time_s for part in parts])))
    return units


def _low_share(samples: Floats, rate_hz: float) -> float:
    """Give the power density at low frequencies over that of potentials."""
    spectrum = welch(samples, rate_hz, 1.0)
    hz, density = spectrum.frequency_hz, spectrum.density
    low, high = (float(np.mean(density[(hz >= a) & (hz <= b)])) for a, b in ((10.0, 30.0), (100.0, 1000.0)))
    return low / high if high > 0 else float("nan")


_WHY_NOT = "the tip is outside their territory, or their ends drown in noise or mains"


def _pieces(stretches: Intervals, rule: UnitRule) -> list[tuple[float, float]]:
    out = []
    for start, stop in stretches:
        n = max(int(np.ceil((stop - start) / rule.longest_s)), 1)
        edges = np.linspace(start, stop, n + 1)
        out += [(float(a), float(b)) for a, b in pairwise(edges) if b - a >= rule.remainder_s]
    return out


def _one_stretch(
    samples: Floats, rate_hz: float, name: str, start_s: float, calibrated: bool, rule: UnitRule
) -> tuple[list[Unit], list[Floats], float]:
    found = needle.decompose(samples, rate_hz, needle.NeedleRule())
    if not found.time_s:
        return [], [], found.explained
    wave = zero_phase(samples, rate_hz, rule.low_hz, min(rule.high_hz, rate_hz / 2))
    potentials, single = unit_potentials(wave, rate_hz, found.time_s, rule.before_ms, rule.after_ms)
    negative = polarity(list(potentials))
    units = []
    for train, potential, cuts in zip(found.time_s, potentials, single, strict=True):
        shape = unit_shape(potential, cuts, rate_hz, ShapeRule(), negative) if calibrated else None
        size = shape.amplitude_uv if shape else float(np.ptp(potential))
        units.append(Unit(name, start_s + train, size, shape if shape and shape.inside else None))
    return units, list(potentials), found.explained


def grid_units(bench: Bench, channels: tuple[int, ...]) -> Decomposed:
    """Take a grid apart: channels of one rate, whole recorded stretches, dead channels left out."""
    recording = bench.recording
    metas = [recording.channels[i] for i in channels]
    scale = amplitude_scale(metas[0])[1]
    units: list[Unit] = []
    total, explained = 0.0, 0.0
    rule = grid.GridRule()
    for start, stop in recording.segment_samples(channels[0]):
        samples = np.stack([recording.samples(i, start, stop) * scale for i in channels])
        alive = np.flatnonzero(samples.std(axis=1) > 0)
        seconds = (stop - start) / metas[0].rate_hz
        if seconds < 2.0 or alive.size < 2:
            continue
        found = grid.decompose(samples[alive], metas[0].rate_hz, rule)
        start_s = float(recording.time_s(channels[0], start))
        for unit in found.units:
            size = np.ptp(unit.potentials, axis=1)
            place = metas[int(alive[int(np.argmax(size))])].name
            units.append(
                Unit(place, start_s + unit.time_s, float(size.max()), None, unit.silhouette, unit.pulse_to_noise_db)
            )
        total += seconds
        explained += found.explained * seconds
    share = explained / total if total else float("nan")
    return Decomposed(tuple(units), total, share, "µV" if metas[0].calibrated else "count")


def unit_events(found: Decomposed, first_id: int) -> Events:
    """Give one ``potential`` a discharge, with the number of its unit."""
    suffix = "uv" if found.unit == "µV" else "count"
    parts = []
    for k, unit in enumerate(found.units):
        n = unit.time_s.size
        length = unit.shape.duration_ms / 1e3 if unit.shape else 0.0
        features = {"unit_id": np.full(n, float(first_id + k)), f"amplitude_{suffix}": np.full(n, unit.amplitude)}
        parts.append(Events("potential", (unit.channel,) * n, unit.time_s, np.full(n, length), features))
    return Events.merged("potential", parts)
