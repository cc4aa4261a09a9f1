"""Runs of contractions at steady intervals: more of that than as many irregular bursts would show by chance."""

from __future__ import annotations

import math
import statistics
import sys
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from involuntary.detect._clonus.beats import Beats
from involuntary.detect._clonus.rule import ClonusRule
from involuntary.dsp.noise import row_medians
from involuntary.dsp.runs import true_runs

__all__ = ["SKIPPED", "runs"]

Floats = NDArray[np.floating]
Samples = NDArray[np.float64]
Mask = NDArray[np.bool_]

SKIPPED = 2  # intervals within a run that may be out of step, as around a beat that is missed
# Of intervals that vary as `irregular_cv` says, this share lies within `steadiness`, and those vary so much less
# (2,000,000 simulated intervals; 0.73 and 0.71 where they vary by 0.3).
_STEADY_BY_CHANCE = 0.8
_SPREAD_BY_CHANCE = 0.76


class _Run(NamedTuple):
    """First and last-plus-one contraction; steady intervals on end, and how likely chance makes them at a place."""

    first: int
    last: int
    unbroken: int
    chance: float


def runs(beats: Beats, wave: Floats, rest: float, rate_hz: float, rule: ClonusRule) -> list[tuple[int, int]]:
    """Give first and last-plus-one contraction of the runs at steady intervals, with troughs between them.

    Parameters
    ----------
    beats : Beats
    wave : ndarray, shape (samples of the block,)
    rest, rate_hz : float
        Root mean square of rest in the wave; its samples a second.
    rule : ClonusRule
    """
    if beats.middle.size < rule.fewest:
        return []
    together = np.diff(beats.begin) == 0
    interval = np.where(together, np.diff(beats.middle), 0) / rate_hz
    possible = (interval >= rule.shortest_s) & (interval <= rule.longest_s)
    steady = possible & (beats.trough[1:] <= rule.trough_max_share) & _even(interval, together, rule)
    found = [
        run
        for first, last in _in_step(steady, beats.begin, interval, rule)
        if (run := _as_run(first, last, beats, interval, steady, rule)) is not None
    ]
    # What clonus could be made of, in length and with rest between contractions, outside steady runs.
    irregular = possible & (beats.trough[1:] <= rule.trough_share)
    for run in found:
        irregular[run.first : run.last - 1] = False
    around = int(np.count_nonzero(irregular))
    return [
        (run.first, run.last)
        for run in found
        if (run.unbroken + around) * run.chance <= rule.chance and _of_many_units(run, beats, wave, rest, rate_hz, rule)
    ]


def _even(interval: Samples, together: Mask, rule: ClonusRule) -> Mask:
    """Tell which intervals are near the median of the five around them in their stretch."""
    span = true_runs(together)
    first, last = np.repeat(span, span[:, 1] - span[:, 0], axis=0).T
    inner = np.flatnonzero(together)
    around = np.clip(inner[:, None] + np.arange(-2, 3), first[:, None], last[:, None] - 1)
    usual = row_medians(interval[around])
    even = np.zeros(interval.size, dtype=np.bool_)
    even[inner] = np.abs(interval[inner] - usual) <= rule.steadiness * usual
    return even


def _in_step(steady: Mask, begin: NDArray[np.intp], interval: Samples, rule: ClonusRule) -> list[tuple[int, int]]:
    """Give steady intervals, runs of them that follow each other closely at one rate as one, first to last-plus-one."""
    spans = true_runs(steady)
    # Where no run is long enough by itself chance would give it.
    long = begin[spans[spans[:, 1] - spans[:, 0] >= rule.fewest - 1, 0]]
    joined: list[tuple[int, int]] = []
    for first, last in spans[np.isin(begin[spans[:, 0]], long)].tolist():
        if joined and begin[joined[-1][0]] == begin[first] and _same_rhythm(joined[-1], (first, last), interval, rule):
            joined[-1] = (joined[-1][0], last)
        else:
            joined.append((first, last))
    return [(first, last) for first, last in joined if last + 1 - first >= rule.fewest]


def _same_rhythm(one: tuple[int, int], other: tuple[int, int], interval: Samples, rule: ClonusRule) -> bool:
    between = interval[one[1] : other[0]]
    if between.size > SKIPPED or np.sum(between) > 2.2 * rule.longest_s:
        return False
    first, second = (float(statistics.median(interval[slice(*run)].tolist())) for run in (one, other))
    return abs(first - second) <= rule.interval_max_cv * first


def _as_run(first: int, last: int, beats: Beats, interval: Samples, steady: Mask, rule: ClonusRule) -> _Run | None:
    first += _first_beat(beats.trough[first : last + 1].tolist(), rule)
    inside = slice(first, last)
    if (
        last + 1 - first < rule.fewest
        or np.count_nonzero(steady[inside]) < rule.steady_share * (last - first)
        or statistics.median(beats.trough[first + 1 : last + 1].tolist()) > rule.trough_share
        or not _alike(beats.power[first : last + 1].tolist(), rule)
    ):
        return None
    unbroken, chance = _by_chance(interval[inside], steady[inside], rule)
    return _Run(first, last + 1, unbroken, chance) if unbroken * chance <= rule.chance else None


def _first_beat(trough: list[float], rule: ClonusRule) -> int:
    """Say which contraction of a run has a trough before it as deep as those after it: what comes earlier is tonic."""
    usual = max(rule.trough_share, 2 * statistics.median(trough[1:]))
    return next((i for i, one in enumerate(trough) if one <= usual), 0)


def _alike(power: list[float], rule: ClonusRule) -> bool:
    """Whether each contraction is about as strong as the one before, as random bursts are not."""
    log = [math.log(max(one, sys.float_info.min)) / 2 for one in power]
    return statistics.median(abs(b - a) for a, b in pairwise(log)) <= math.log(rule.change_factor)


def _by_chance(interval: Samples, steady: Mask, rule: ClonusRule) -> tuple[int, float]:
    """Give the length of the longest stretch without a beat out of step, and how likely chance makes one as steady."""
    from scipy.special import gammainc

    if np.std(interval[steady]) > rule.interval_max_cv * np.mean(interval[steady]):
        return 0, math.inf
    spans = true_runs(steady)
    unbroken = interval[slice(*spans[np.argmax(spans[:, 1] - spans[:, 0])])]
    n, cv = unbroken.size, float(np.std(unbroken) / np.mean(unbroken))
    if n + 1 < rule.fewest:
        return n, math.inf
    # The chance that n normal values vary so little: the distribution of χ² with n - 1 degrees of freedom.
    so_even = float(gammainc((n - 1) / 2, n * (cv / (_SPREAD_BY_CHANCE * rule.irregular_cv)) ** 2 / 2))
    return n, (1 - _STEADY_BY_CHANCE) * _STEADY_BY_CHANCE**n * so_even


def _of_many_units(run: _Run, beats: Beats, wave: Floats, rest: float, rate_hz: float, rule: ClonusRule) -> bool:
    """Whether contractions exceed rest, and are more than a potential of one unit that fires steadily.

    Such a potential is short and comes again as it was; the short contraction of many units does not.
    """
    inside = slice(run.first, run.last)
    strength = float(statistics.median(beats.power[inside].tolist())) + rest**2
    single = float(statistics.median(beats.single[inside].tolist()))
    if strength < (rule.rest_factor * rest) ** 2:
        return False
    spans = np.column_stack([beats.start[inside], beats.stop[inside]])
    return single <= rule.single_max_share or _likeness(wave, spans, rest, rate_hz, rule) <= rule.single_max_likeness


def _likeness(wave: Floats, spans: NDArray[np.intp], rest: float, rate_hz: float, rule: ClonusRule) -> float:
    """Give how alike one contraction and the next are near their largest deflection, in the median.

    By their largest correlation at any shift, rest taken off their energy.
    """
    narrow = round(rule.potential_ms * rate_hz / 1e3)
    tops = [start + int(np.argmax(np.abs(wave[start:stop]))) for start, stop in spans.tolist()]
    parts = [np.asarray(wave[max(top - narrow, 0) : top + narrow + 1], dtype=np.float64) for top in tops]
    size = [math.sqrt(max(float(part @ part) - part.size * rest**2, sys.float_info.min)) for part in parts]
    return statistics.median(
        float(np.max(np.correlate(parts[i], parts[i + 1], mode="same"))) / (size[i] * size[i + 1])
        for i in range(len(parts) - 1)
    )
