"""Needle EMG of a muscle at rest: fibrillation, positive sharp waves, fasciculation, myotonia, complex discharges."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from involuntary.errors import ParameterError
from involuntary.model import Channel, ChannelKind, Events, Recording, Reference
from involuntary.simulators._checks import check
from involuntary.simulators._chunks import Floats, Track, record
from involuntary.simulators._discharges import Discharges, summed, tabulate
from involuntary.simulators._recording import noise
from involuntary.simulators.base import Generator

__all__ = ["ACTIVITIES", "GENERATOR", "NeedleSpontaneous", "NeedleSpontaneousParameters"]

_AANEM = Reference(
    "title:AANEM glossary of terms in neuromuscular and electrodiagnostic medicine",
    "American Association of Neuromuscular and Electrodiagnostic Medicine",
    "myotonic discharge, as quoted beside a recording",
)
_AFTER_S = 0.035


@dataclass(frozen=True, slots=True)
class NeedleSpontaneousParameters:
    """What fires, and how it is recorded.

    Attributes
    ----------
    activity : str
        ``"fibrillation"``, ``"positive-sharp-wave"``, ``"fasciculation"``, ``"myotonic"``, ``"complex-repetitive"``,
        ``"end-plate"`` or ``"silence"``.
    sources_n : int
        Fibres or units that fire; runs of one after the other for the two kinds of discharge.
    rate_hz : float
        Usual rate; 0 for one that is drawn from the range of the activity.
    amplitude_uv : float
        Largest deflection of the first source; the others lie between half of it and it.
    sampling_hz : float
        Samples a second.
    noise_uv : float
        Root mean square of noise.
    range_uv, resolution_uv : float
        Half the converter's range, and its step.
    """

    activity: str = "fibrillation"
    sources_n: int = 2
    rate_hz: float = 0.0
    amplitude_uv: float = 200.0
    sampling_hz: float = 20000.0
    noise_uv: float = 3.0
    range_uv: float = 5000.0
    resolution_uv: float = 0.2


def _bumps(time: Floats, parts: list[tuple[float, float, float]]) -> Floats:
    """Sum bells, each by its centre and width in milliseconds and its height."""
    wave: Floats = np.sum([h * np.exp(-0.5 * ((time * 1e3 - at) / width) ** 2) for at, width, h in parts], axis=0)
    return wave


def _spike(time: Floats, random: np.random.Generator) -> Floats:
    w = random.uniform(0.25, 0.45)
    return _bumps(time, [(-1.6 * w, w, 0.5), (0.4 * w, w, -1.0), (3.5 * w, 1.8 * w, 0.25)])


def _end_plate_spike(time: Floats, random: np.random.Generator) -> Floats:
    w = random.uniform(0.25, 0.4)
    return _bumps(time, [(0.0, w, -1.0), (2.5 * w, 1.4 * w, 0.45)])


def _sharp_wave(time: Floats, random: np.random.Generator) -> Floats:
    t = time * 1e3
    lag = random.uniform(2.0, 3.0)
    slow = np.where(t > 0.6, -0.25 * (t - 0.6) / lag * np.exp(1 - (np.maximum(t, 0.6) - 0.6) / lag), 0.0)
    return np.exp(-0.5 * (t / np.where(t < 0, 0.25, 0.45)) ** 2) + slow


def _unit(time: Floats, random: np.random.Generator) -> Floats:
    parts = [(x, random.uniform(0.4, 0.8), random.uniform(-1, 1)) for x in random.uniform(-3.5, 3.5, 5)]
    return _bumps(time, [*parts, (0.0, 0.5, -1.5), (-3.0, 1.2, 0.3), (4.0, 2.0, 0.3)])


def _complex(time: Floats, random: np.random.Generator) -> Floats:
    parts = [random.uniform(0.3, 1.0) * _spike(time - x / 1e3, random) for x in (0.0, *random.uniform(1.5, 9.0, 4))]
    return np.asarray(np.sum(parts, axis=0), dtype=np.float64)


def _steady(rate: float, duration_s: float, cv: float, random: np.random.Generator) -> tuple[Floats, Floats]:
    """Fire for the whole time, with a rate that slowly falls."""
    n = int(1.5 * duration_s * rate) + 10
    slower = np.linspace(1.0, 1.3, n)
    time = random.uniform(0.1, 0.5) + np.cumsum(slower * (1 + cv * random.standard_normal(n)) / rate)
    time = time[time < duration_s - _AFTER_S]
    return time, np.ones(time.size)


def _by_chance(rate: float, duration_s: float, least_s: float, random: np.random.Generator) -> tuple[Floats, Floats]:
    n = int(3 * duration_s * rate) + 20
    time = np.cumsum(least_s + random.exponential(max(1 / rate - least_s, 1e-3), n))
    time = time[time < duration_s - _AFTER_S]
    return time, np.ones(time.size)


def _runs(
    duration_s: float, random: np.random.Generator, run: Callable[[float], tuple[Floats, Floats]]
) -> tuple[Floats, Floats]:
    """Lay one run of a few seconds after the other, with pauses."""
    time, gain, at = [np.empty(0)], [np.empty(0)], random.uniform(0.2, 0.8)
    while at < duration_s - 1.0:
        length = min(random.uniform(1.5, 4.0), duration_s - 0.3 - at)
        t, g = run(length)
        time.append(at + t)
        gain.append(g)
        at += length + random.uniform(0.8, 2.0)
    return np.concatenate(time), np.concatenate(gain)


def _waxing(rate: float, length_s: float, random: np.random.Generator) -> tuple[Floats, Floats]:
    """Give a run whose rate and size wax and wane together."""
    peak, time, t = random.uniform(0.2, 0.5), [], 0.0
    while t < length_s:
        time.append(t)
        t += (1 + 0.01 * random.standard_normal()) / (rate * (0.6 + 0.5 * _wave_of(t / length_s, peak)))
    times = np.array(time)
    return times, 0.35 + 0.65 * np.array([_wave_of(x / length_s, peak) for x in times])


def _wave_of(x: float, peak: float) -> float:
    return float(np.sin(np.pi / 2 * (x / peak if x < peak else (1 - x) / (1 - peak))))


def _uniform(rate: float, length_s: float, random: np.random.Generator) -> tuple[Floats, Floats]:
    time = np.arange(0.0, length_s, 1 / rate)
    return time + 0.002 / rate * random.standard_normal(time.size), np.ones(time.size)


@dataclass(frozen=True, slots=True)
class _Activity:
    """Range of rates, shape of a potential, rhythm, and whether runs are the events."""

    rates: tuple[float, float]
    shape: Callable[[Floats, np.random.Generator], Floats]
    rhythm: Callable[[float, float, np.random.Generator], tuple[Floats, Floats]]
    one_by_one: bool = False


ACTIVITIES = {
    "fibrillation": _Activity((1.0, 12.0), _spike, lambda r, d, g: _steady(r, d, 0.03, g)),
    "positive-sharp-wave": _Activity((1.0, 12.0), _sharp_wave, lambda r, d, g: _steady(r, d, 0.03, g)),
    "fasciculation": _Activity((0.2, 0.6), _unit, lambda r, d, g: _by_chance(r, d, 0.4, g)),
    "end-plate": _Activity((5.0, 20.0), _end_plate_spike, lambda r, d, g: _by_chance(r, d, 0.008, g)),
    "myotonic": _Activity(
        (35.0, 75.0), _spike, lambda r, d, g: _runs(d, g, lambda s: _waxing(r, s, g)), one_by_one=True
    ),
    "complex-repetitive": _Activity(
        (8.0, 40.0), _complex, lambda r, d, g: _runs(d, g, lambda s: _uniform(r, s, g)), one_by_one=True
    ),
}


class NeedleSpontaneous(Generator[NeedleSpontaneousParameters]):
    """Activity at rest beside a needle; truth: ``potential``, one a discharge, with its source."""

    id = "needle-spontaneous"
    name = "Needle EMG at rest, spontaneous activity"
    references = (_AANEM,)

    def generate(
        self, duration_s: float, random: np.random.Generator, parameters: NeedleSpontaneousParameters
    ) -> tuple[Recording, tuple[Events, ...]]:
        """Draw a shape and a rhythm for each source, and sum."""
        p = parameters
        check(self.id, p, "sampling_hz", "sources_n", "range_uv")
        if p.activity not in (*ACTIVITIES, "silence"):
            known = ", ".join((*ACTIVITIES, "silence"))
            raise ParameterError(f"{self.id}.activity", f"must be one of {known}", repr(p.activity))
        reach = p.range_uv * 1e-6
        channel = Channel(
            "needle", ChannelKind.NEEDLE_EMG, "V", p.sampling_hz, max(1, round(duration_s * p.sampling_hz)), "µV",
            -reach, reach,
        )  # fmt: skip
        layers = [noise(p.noise_uv * 1e-6, 1)]
        truth = Events.none("potential", ("unit_id", "amplitude_uv"))
        if p.activity != "silence":
            fired, shapes = _fired(ACTIVITIES[p.activity], duration_s, random, p)
            layers.append(summed(fired, tabulate(shapes, p.sampling_hz, 0.015, 0.03)))
            truth = _truth(fired, shapes, p)
        return record([Track((channel,), tuple(layers), p.resolution_uv * 1e-6)], random), (truth,)


def _fired(
    activity: _Activity, duration_s: float, random: np.random.Generator, p: NeedleSpontaneousParameters
) -> tuple[Discharges, Callable[[Floats], Floats]]:
    seeds = random.integers(1 << 31, size=p.sources_n)
    sizes = np.concatenate([[1.0], random.uniform(0.5, 1.0, p.sources_n - 1)]) * p.amplitude_uv * 1e-6
    grid = np.arange(-0.015, 0.03, 1e-5)

    def shapes(time: Floats) -> Floats:
        waves = []
        for seed, size in zip(seeds, sizes, strict=True):
            top = np.abs(activity.shape(grid, np.random.default_rng(seed))).max()
            waves.append(size / top * activity.shape(time, np.random.default_rng(seed)))
        return np.stack(waves)[:, None, :]

    parts = []
    for k in range(p.sources_n):
        own_s = duration_s / p.sources_n if activity.one_by_one else duration_s
        rate = p.rate_hz or float(random.uniform(*activity.rates))
        time, gain = activity.rhythm(rate, own_s, random)
        shift = k * own_s if activity.one_by_one else 0.0
        parts.append(Discharges.of(time + shift, np.full(time.size, k, dtype=np.intp), gain))
    return Discharges.joined(parts), shapes


def _truth(fired: Discharges, shapes: Callable[[Floats], Floats], p: NeedleSpontaneousParameters) -> Events:
    grid = np.arange(-0.015, 0.03, 1e-5)
    waves = shapes(grid)[:, 0, :]
    size = np.ptp(waves, axis=1) * 1e6
    seen = [np.flatnonzero(np.abs(wave) > 0.05 * np.abs(wave).max()) for wave in waves]
    first, last = (np.array([grid[i[at]] for i in seen]) for at in (0, -1))
    onset = fired.time_s + first[fired.unit]
    order = np.argsort(onset, kind="stable")
    unit = fired.unit[order]
    features = {"unit_id": unit.astype(np.float64), "amplitude_uv": size[unit] * fired.gain[order]}
    return Events("potential", ("needle",) * unit.size, onset[order], (last - first)[unit], features)


GENERATOR = NeedleSpontaneous(NeedleSpontaneousParameters())
