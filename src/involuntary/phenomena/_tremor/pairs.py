"""Two tremors beside each other: are they coherent, and do they alternate."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from involuntary.detect.oscillation import Oscillation
from involuntary.dsp.coherence import Coherence, coherence
from involuntary.dsp.stability import main_direction
from involuntary.model import Measurement
from involuntary.phenomena._tremor.sensor import CHOICE, NAMES, Seen

__all__ = ["Pair", "measurements", "pairs"]

_SEGMENT_S = 2.0
_WITHIN_HZ = 0.5
_SYNCHRONOUS_DEG, _ALTERNATING_DEG = 60.0, 120.0


@dataclass(frozen=True, slots=True, eq=False)
class Pair:
    """Two sensors of one kind that tremble in the same condition.

    Attributes
    ----------
    first, second : Seen
        The sensors.
    coherence : float
        At the mean of both frequencies, the highest within half a hertz.
    limit : float
        What independent tremors stay below with 99 %.
    coherent : bool
        Two neighbouring bins exceed the limit where both have their peak.
    phase_deg : float
        Of the second before the first, −180 to 180; only of sensors with one axis, whose sign has a meaning.
    segments : int
        Disjoint segments behind it.
    """

    first: Seen
    second: Seen
    coherence: float
    limit: float
    coherent: bool
    phase_deg: float
    segments: int


def pairs(seen: Sequence[Seen]) -> Iterator[Pair]:
    """Give every pair of sensors of one kind, one rate and one condition in which both tremble."""
    for one, other in combinations([s for s in seen if s.steady], 2):
        alike = (one.kind, one.found.rate_hz, one.condition) == (other.kind, other.found.rate_hz, other.condition)
        if alike and one.rhythm is not None and other.rhythm is not None:
            found = _coherence(one.found, other.found)
            if found is not None:
                yield _pair(one, other, found, one.rhythm.peak.frequency_hz, other.rhythm.peak.frequency_hz)


def measurements(found: Sequence[Pair]) -> Iterator[Measurement]:
    """Give coherence of every pair, and the phase of those whose coherence is significant."""
    for pair in found:
        one, other = pair.first, pair.second
        where = f"{one.label}@{one.channel} × {other.channel}"
        time_s = min(one.time_s, other.time_s)
        method = (
            f"highest within {_WITHIN_HZ:g} Hz of the peak, disjoint segments of {_SEGMENT_S:g} s; "
            f"99 % limit {pair.limit:.2f}, two neighbouring bins"
        )
        said = "significant" if pair.coherent else "not significant"
        yield Measurement(
            f"tremor.coherence{where}", "tremor", "", pair.coherence, "1", pair.segments, time_s, said, method, NAMES
        )
        if pair.coherent and np.isfinite(pair.phase_deg):
            method = "phase of the cross-spectrum at the peak; near 0 synchronous, near 180 alternating"
            yield Measurement(
                f"tremor.phase{where}", "tremor", "", pair.phase_deg, "deg", pair.segments, time_s,
                _pattern(pair.phase_deg), method, CHOICE,
            )  # fmt: skip


def _pattern(phase_deg: float) -> str:
    size = abs(phase_deg)
    return (
        "synchronous"
        if size <= _SYNCHRONOUS_DEG
        else "alternating"
        if size >= _ALTERNATING_DEG
        else "neither synchronous nor alternating"
    )


def _pair(one: Seen, other: Seen, found: Coherence, first_hz: float, second_hz: float) -> Pair:
    centre = (first_hz + second_hz) / 2
    near = np.abs(found.frequency_hz - centre) <= _WITHIN_HZ
    at = int(np.flatnonzero(near)[np.argmax(found.squared[near])])
    single = len(one.found.channels) == len(other.found.channels) == 1
    return Pair(
        one,
        other,
        float(found.squared[at]),
        found.limit(0.99),
        bool(found.significant()[near].any()) and abs(first_hz - second_hz) <= 2 * _WITHIN_HZ,
        float(np.degrees(found.phase_rad[at])) if single else float("nan"),
        found.segments,
    )


def _coherence(one: Oscillation, other: Oscillation) -> Coherence | None:
    """Give the coherence in the longest stretch that both share; None below eight segments."""
    shared = [
        (a.samples, b.samples)
        for a in one.stretches
        for b in other.stretches
        if abs(a.start_s - b.start_s) < 0.5 / one.rate_hz
    ]
    if not shared:
        return None
    first, second = (_line(part) for part in max(shared, key=lambda pair: min(pair[0].shape[1], pair[1].shape[1])))
    if min(first.size, second.size) < 8 * _SEGMENT_S * one.rate_hz:
        return None
    return coherence(first, second, one.rate_hz, _SEGMENT_S)


def _line(samples: NDArray[np.float64]) -> NDArray[np.float64]:
    """Give one line along which a sensor moves most; a single axis keeps its sign."""
    centred = samples - samples.mean(axis=1, keepdims=True)
    line: NDArray[np.float64] = centred[0] if len(centred) == 1 else main_direction(centred) @ centred
    return line
