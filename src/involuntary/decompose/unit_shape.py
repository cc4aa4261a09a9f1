"""Parameters of one motor-unit potential: amplitude, duration, area, phases, turns, thickness, size index, jiggle."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from involuntary.dsp.runs import joined, true_runs
from involuntary.dsp.shape import measure

__all__ = ["ShapeRule", "UnitShape", "polarity", "unit_shape"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class ShapeRule:
    """How an averaged potential is measured; engineering choices unless a source is named.

    Attributes
    ----------
    level_share : float
        Onset and end: beyond, the potential stays within this share of its amplitude,
    lowest_level_uv, highest_level_uv : float
        but no fewer and no more microvolts than these (the share and both from [1]_),
    level_factor : float
        or within so many standard errors of the average; where these exceed the highest level and that share of the
        amplitude, in mains or noise, ends cannot be told and nothing is measured,
    calm_ms : float
        for at least so long.
    phase_uv : float
        A phase leaves the baseline by so much; judged, the program of [1]_ asks 25 µV.
    turn_uv : float
        A turn differs from those beside it by so much, in the averaged potential (as in [1]_).
    sharp_ms : float
        A potential that takes longer to rise and begins negative comes from outside the unit's territory
        (Barkhaus & Nandedkar 1996, biceps).

    References
    ----------
    .. [1] Program EMGClassificationAlgorithms (github.com/zuhairmhtb), muap_analysis_functions.py, definition of the
       duration; it puts published definitions to use (such as doi:10.1016/j.compbiomed.2013.01.020), which were not
       opened.
    """

    level_share: float = 1 / 15
    lowest_level_uv: float = 10.0
    highest_level_uv: float = 20.0
    level_factor: float = 3.0
    calm_ms: float = 2.5
    phase_uv: float = 20.0
    turn_uv: float = 25.0
    sharp_ms: float = 0.5


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
        From the highest positive peak before the highest negative one to that one (Barkhaus & Nandedkar 1996).
    jiggle_percent : float
        Median difference of successive discharges over the potential's area, less what noise makes of it.
    inside : bool or None
        Whether the tip lies within the unit's territory, as far as the potential tells; None where that was not kept,
        as in what is read back from an observation.
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
    inside: bool | None = None


def polarity(waves: Sequence[Floats]) -> float:
    """Give the sign that negative peaks have in a recording: 1 upwards, -1 downwards.

    The steepest way of all is that from a positive to a negative peak beside the tip.
    """
    slopes = [np.diff(wave) for wave in waves]
    steepest = [float(slope[np.argmax(np.abs(slope))]) for slope in slopes if slope.size]
    return 1.0 if max(steepest, key=abs, default=1.0) >= 0 else -1.0


def unit_shape(
    wave_uv: Floats, single_uv: Floats, rate_hz: float, rule: ShapeRule, negative: float = 1.0
) -> UnitShape | None:
    """Measure an averaged potential; None where it does not leave the baseline, or its ends drown.

    Parameters
    ----------
    wave_uv : ndarray, shape (m,)
        Averaged potential, in microvolts.
    single_uv : ndarray, shape (discharges, m)
        Its discharges.
    rate_hz : float
    rule : ShapeRule
    negative : float
        Sign of negative peaks: 1 where they point upwards, -1 where downwards.

    References
    ----------
    Sonoo M, Stålberg E (1993). The ability of MUP parameters to discriminate between normal and neurogenic MUPs in
    concentric EMG. Electroencephalogr Clin Neurophysiol 89:291-303. PMID 7691568.

    Barkhaus PE, Nandedkar SD (1996). On the selection of concentric needle electromyogram motor unit action potentials:
    is the rise time criterion too restrictive? Muscle Nerve; abstract.
    """
    error = _error(single_uv)
    floor, share = rule.level_factor * error, rule.level_share * float(np.ptp(wave_uv))
    if floor > max(rule.highest_level_uv, share):
        return None
    level = max(min(max(share, rule.lowest_level_uv), rule.highest_level_uv), floor)
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
    rise = _rise_ms(negative * inner, rate_hz)
    return UnitShape(
        shape.amplitude,
        1e3 * (stop - onset) / rate_hz,
        area,
        shape.phases,
        shape.turns,
        thickness,
        2 * float(np.log10(shape.amplitude / 1e3)) + thickness,
        rise,
        _jiggle_percent(single_uv, onset, stop),
        rise <= rule.sharp_ms or negative * float(inner[0]) < 0,
    )


def _error(single: Floats) -> float:
    """Give the standard error of a median of discharges: few superpositions move it."""
    spread = 1.4826 * np.median(np.abs(single - np.median(single, axis=0)), axis=0)
    return 1.25 * float(np.median(spread)) / float(np.sqrt(max(len(single), 1)))


def _rise_ms(upwards: Floats, rate_hz: float) -> float:
    """Give the time from the lowest place before the highest one to it, negative upwards."""
    top = int(np.argmax(upwards))
    return 1e3 * float(top - int(np.argmin(upwards[: top + 1]))) / rate_hz


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
