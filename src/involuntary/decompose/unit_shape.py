"""Parameters of one motor-unit potential: amplitude, duration, area, phases, turns, thickness, size index, jiggle."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from involuntary.dsp.runs import joined, true_runs
from involuntary.dsp.shape import measure

__all__ = ["ShapeRule", "UnitShape", "unit_shape"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class ShapeRule:
    """How an averaged potential is measured; engineering choices unless a source is named.

    Attributes
    ----------
    level_uv : float
        Onset and end: beyond, the potential stays within this level of the baseline. Simulations measure duration at
        20 µV and eyes at a high gain see 10; this lies between, where healthy durations come out as published,
    level_factor : float
        or within so many standard errors of the average,
    calm_ms : float
        for at least so long.
    phase_uv : float
        A phase leaves the baseline by so much (Stålberg 1986: 20 µV, recalled).
    turn_uv : float
        A turn differs from those beside it by so much, in the averaged potential.
    """

    level_uv: float = 12.0
    level_factor: float = 3.0
    calm_ms: float = 2.5
    phase_uv: float = 20.0
    turn_uv: float = 25.0


@dataclass(frozen=True, slots=True)
class UnitShape:
    """One motor-unit potential in numbers.

    Attributes
    ----------
    amplitude_uv, duration_ms, area_uv_ms : float
        Peak to peak; onset to end; rectified between them.
    phases, turns : int
    thickness_ms : float
        Area over amplitude (Sonoo & Stålberg 1993).
    size_index : float
        2 log10 of the amplitude in millivolts, plus the thickness (Sonoo & Stålberg 1993).
    rise_ms : float
        From the positive peak before the highest negative one to it, the steeper way of the two.
    jiggle_percent : float
        Median difference of successive discharges over the potential's area, less what noise makes of it.
    """

    amplitude_uv: float
    duration_ms: float
    area_uv_ms: float
    phases: int
    turns: int
    thickness_ms: float
    size_index: float
    rise_ms: float
    jiggle_percent: float


def unit_shape(wave_uv: Floats, single_uv: Floats, rate_hz: float, rule: ShapeRule) -> UnitShape | None:
    """Measure an averaged potential; None where it does not leave the baseline.

    Parameters
    ----------
    wave_uv : ndarray, shape (m,)
        Averaged potential, in microvolts.
    single_uv : ndarray, shape (discharges, m)
        Its discharges.
    rate_hz : float
    rule : ShapeRule

    References
    ----------
    Sonoo M, Stålberg E (1993). The ability of MUP parameters to discriminate between normal and neurogenic MUPs in
    concentric EMG. Electroencephalogr Clin Neurophysiol 89:291-303. PMID 7691568.
    """
    error = 1.25 * float(np.median(single_uv.std(axis=0))) / np.sqrt(max(len(single_uv), 1))
    level = max(rule.level_uv, rule.level_factor * error)
    runs = joined(true_runs(np.abs(wave_uv) > level), round(rule.calm_ms * rate_hz / 1e3))
    peak = int(np.argmax(np.abs(wave_uv)))
    around = runs[(runs[:, 0] <= peak) & (runs[:, 1] > peak)]
    if not len(around) or around[0, 1] - around[0, 0] < 3:
        return None
    onset, stop = int(around[0, 0]), int(around[0, 1])
    inner = wave_uv[onset:stop]
    shape = measure(inner, max(rule.phase_uv, level), max(rule.turn_uv, 2 * error))
    area = shape.area * 1e3 / rate_hz
    thickness = area / shape.amplitude
    return UnitShape(
        shape.amplitude,
        1e3 * (stop - onset) / rate_hz,
        area,
        shape.phases,
        shape.turns,
        thickness,
        2 * float(np.log10(shape.amplitude / 1e3)) + thickness,
        _rise_ms(inner, rate_hz),
        _jiggle_percent(single_uv, onset, stop),
    )


def _rise_ms(inner: Floats, rate_hz: float) -> float:
    """Give the time between the two extremes that lie next to each other with the largest difference."""
    turn = np.concatenate([[0], np.flatnonzero(np.diff(np.sign(np.diff(inner)))) + 1, [inner.size - 1]])
    step = np.abs(np.diff(inner[turn]))
    k = int(np.argmax(step)) if step.size else 0
    return 1e3 * float(turn[min(k + 1, turn.size - 1)] - turn[k]) / rate_hz


def _jiggle_percent(single: Floats, onset: int, stop: int) -> float:
    """Compare successive discharges: the consecutive amplitude difference (Stålberg & Sonoo, Muscle Nerve 17:1135)."""
    if len(single) < 3:
        return float("nan")
    mean = np.median(single, axis=0)
    step = np.median(np.abs(np.diff(single, axis=0)), axis=0)
    outside = np.concatenate([step[: max(onset - 10, 1)], step[stop + 10 :]])
    noise = float(np.median(outside)) if outside.size else 0.0
    inner = np.sqrt(np.maximum(step[onset:stop] ** 2 - noise**2, 0.0))
    return float(100 * np.sum(inner) / max(float(np.sum(np.abs(mean[onset:stop]))), 1e-300))
