"""How a recording is laid out as EDF or BDF: record duration, samples in each record, units and ranges."""

from __future__ import annotations

import math
import unicodedata
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from involuntary.errors import RecordingError, UnitError, printable
from involuntary.formats._edf_header import Layout
from involuntary.model import Channel, Recording
from involuntary.units import parse_unit

__all__ = ["Plan", "Trace", "ascii_unit", "labels_of", "plan_of"]

_BLOCK = 1 << 20
_WANTED_RECORD_S = 1.0
_LONGEST_RECORD_S = 60.0
_MOST_SAMPLES = 99_999_999
# Eight characters write a duration to this part of itself at worst.
_RATE_ERROR = 1e-6
_LEAST_SPAN = 2e-3
_MARGIN = 0.01
_LABEL, _FIELD = 16, 8
_ASCII = str.maketrans({"µ": "u", "²": "^2", "·": "", "°": "deg"})


@dataclass(frozen=True, slots=True)
class Trace:
    """One channel as it will be written; `scale` is the value of one written unit in the channel's unit."""

    channel: int
    label: str
    kind: str
    unit: str
    scale: float
    physical_min: float
    physical_max: float
    samples: int


@dataclass(frozen=True, slots=True)
class Plan:
    """The layout of a file; every segment holds a whole number of records."""

    layout: Layout
    record_s: float
    traces: tuple[Trace, ...]
    segments: tuple[int, ...]
    starts_s: tuple[float, ...]


def plan_of(recording: Recording, layout: Layout, file: str) -> Plan:
    """Lay a recording out.

    Raises
    ------
    RecordingError
        If it holds no sample, or its rates have no common record.
    """
    channels = recording.channels
    if not channels or not all(channel.n_samples for channel in channels):
        raise RecordingError(file, "every channel needs samples to be written", "", "leave empty channels out")
    rates = [Fraction(channel.rate_hz).limit_denominator(1_000_000) for channel in channels]
    base = Fraction(math.lcm(*(r.denominator for r in rates)), math.gcd(*(r.numerator for r in rates)))
    units = [int(rate * base) for rate in rates]
    bounds = [recording.segment_samples(i) for i in range(len(channels))]
    lengths = [[stop - start for start, stop in b] for b in bounds]
    needed = [max(-(-row[j] // u) for row, u in zip(lengths, units, strict=True)) for j in range(len(lengths[0]))]
    whole = all(n == m * u for row, u in zip(lengths, units, strict=True) for n, m in zip(row, needed, strict=True))
    times = _times(base, math.gcd(*needed) if whole else 0)
    if times is None or times * max(units) > _MOST_SAMPLES:
        raise RecordingError(
            file,
            "the channels' rates must have a common record",
            printable(", ".join(f"{c.rate_hz:g} Hz" for c in channels)),
            "write them to separate files",
        )
    traces = tuple(
        _trace(recording, i, label, units[i] * times) for i, label in enumerate(labels_of([c.name for c in channels]))
    )
    records = tuple(-(-n // times) for n in needed)
    return Plan(layout, float(_written(base * times)), traces, records, tuple(recording.segments.start_s.tolist()))


def _times(base: Fraction, total: int) -> int | None:
    """Choose how many base periods make a record: near 1 s, written in eight characters, without a remainder."""
    wanted = max(1, round(_WANTED_RECORD_S / base))
    divisors = {d for k in range(1, math.isqrt(total) + 1) if total % k == 0 for d in (k, total // k)}
    fitting = [d for d in divisors if d * base <= _LONGEST_RECORD_S and _written_exactly(d * base)]
    if fitting:
        return min(fitting, key=lambda d: (abs(math.log(d / wanted)), d))
    # No record divides the recording: the last one is filled up. Take the duration that eight characters write best.
    near = [k for k in range(max(1, wanted - 500), wanted + 500) if k * base <= _LONGEST_RECORD_S]
    best = min(near, key=lambda k: (_written_error(k * base), abs(k - wanted)), default=None)
    return best if best is not None and _written_error(best * base) <= _RATE_ERROR else None


def _written(duration: Fraction) -> str:
    return f"{float(duration):.{_FIELD}f}"[:_FIELD].rstrip("0").rstrip(".")


def _written_exactly(duration: Fraction) -> bool:
    return Fraction(_written(duration) or 0) == duration


def _written_error(duration: Fraction) -> float:
    return float(abs(Fraction(_written(duration) or 0) - duration) / duration)


def labels_of(names: list[str]) -> list[str]:
    """Give names in 16 characters of ASCII, told apart by a number where cutting made them equal."""
    labels: list[str] = []
    for name in names:
        plain = unicodedata.normalize("NFKD", name.translate(_ASCII)).encode("ascii", "ignore").decode().strip()
        label, count = plain[:_LABEL].strip() or "channel", 1
        while label in labels:
            count += 1
            label = f"{(plain or 'channel')[: _LABEL - len(str(count)) - 1]}~{count}"
        labels.append(label)
    return labels


def _trace(recording: Recording, index: int, label: str, samples: int) -> Trace:
    channel = recording.channels[index]
    unit, scale = _unit(channel)
    low, high = (channel.lowest, channel.highest)
    if not (math.isfinite(low) and math.isfinite(high)):
        low, high = _extremes(recording, index)
        middle, half = (low + high) / 2, max((high - low) * (0.5 + _MARGIN), _LEAST_SPAN * scale / 2)
        low, high = middle - half, middle + half
    return Trace(
        index, label, channel.kind.value, unit, scale, _outward(low / scale, down=True), _outward(high / scale), samples
    )


def _unit(channel: Channel) -> tuple[str, float]:
    """Choose the unit to write: the recorded one, but microvolts for volts, whose numbers would not fit."""
    for text in ("µV" if channel.recorded_unit == "V" else channel.recorded_unit, channel.unit):
        try:
            unit = parse_unit(text)
        except UnitError:
            continue
        if unit.si == channel.unit:
            return unit.symbol.translate(_ASCII), unit.scale
    return channel.unit.translate(_ASCII).encode("ascii", "ignore").decode()[:_FIELD].strip(), 1.0


def ascii_unit(channel: Channel) -> str:
    """Give the unit that a channel is written in."""
    return _unit(channel)[0]


def _extremes(recording: Recording, index: int) -> tuple[float, float]:
    ends = [(float(b.samples.min()), float(b.samples.max())) for b in recording.blocks(index, _BLOCK)]
    return min(low for low, _ in ends), max(high for _, high in ends)


def _outward(value: float, *, down: bool = False) -> float:
    """Round away from the signal to what eight characters can write; what they can write already stays."""
    exact = float(f"{value:.9g}")
    for places in range(_FIELD - 2, -1, -1):
        factor = 10.0**places
        rounded = (math.floor if down else math.ceil)(float(f"{exact * factor:.12g}")) / factor
        if len(f"{rounded:.{places}f}") <= _FIELD:
            return float(np.round(rounded, places))
    return math.copysign(9_999_999.0 if value < 0 else 99_999_999.0, value)
