"""The rhythm of a train: whether one unit can have fired it, and where it was missed."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from involuntary.decompose.needle_rule import Grid, NeedleRule

__all__ = ["Rhythm", "alone", "broken", "by_chance", "evened", "gaps", "hurried", "mixed", "rhythm", "steady"]

Floats = NDArray[np.float64]
Indices = NDArray[np.intp]
# Intervals are normal about the usual one, or about its multiples where discharges were missed; a few are anything.
_MISSED = 0.05
_ANY = 0.01
# Of the usual interval, by which two discharges still lie one apart; and of what lies between two, how much at least
# lies nearer to either of them where it is another unit's.
_IN_RHYTHM = 0.3
_LATE = 0.25


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How a unit fires: its usual interval, and the standard deviation of intervals, in samples."""

    usual: float
    spread: float

    def odds(self, at: Indices, before: int | None, after: int | None) -> Floats:
        """Give the logarithm of the odds of a discharge at each place, between its neighbours, against chance."""
        total = np.zeros(at.size)
        if before is not None:
            total += self._likelihood(at - before)
        if after is not None:
            total += self._likelihood(after - at)
        if before is not None and after is not None:
            total -= self._likelihood(np.array([after - before]))
        return total

    def _likelihood(self, interval: Indices) -> Floats:
        """Give the logarithm of the density of intervals, in units of one over the usual one."""
        table = _table(self.usual, self.spread)
        return np.asarray(table[np.minimum(interval, table.size - 1)])


@lru_cache(maxsize=32)
def _table(usual: float, spread: float) -> Floats:
    """Give the logarithm of the density of each interval; the last is as good as any longer one."""
    interval = np.arange(int(12 * usual) + 1)
    density = np.full(interval.size, _ANY)
    for k in range(1, 6):
        sd = np.sqrt(k) * spread
        z = (interval - k * usual) / sd
        density += (1 - _MISSED) * _MISSED ** (k - 1) * usual / (2.5066 * sd) * np.exp(-0.5 * z * z)
    return np.asarray(np.log(density))


def by_chance(train: Indices, trains: list[Indices], grid: Grid, rule: NeedleRule) -> bool:
    """Tell whether a train's intervals are those of chance, and it does not stand alone."""
    everyone = np.sort(np.concatenate([np.empty(0, np.intp), *trains]))
    fast = train.size > 1 and float(np.median(np.diff(train))) * rule.most_rate_hz < grid.rate_hz
    most = rule.hurried_share if steady(train) < rule.steadier_share else rule.mixed_share
    unsteady = fast or hurried(train) > most or steady(train) < rule.steady_share
    return unsteady and alone(train, everyone, grid.half) < rule.alone_share


def hurried(train: Indices | Floats) -> float:
    """Give the share of intervals shorter than half the median one: none where one unit fires, 0.29 by chance."""
    intervals = np.diff(train)
    return float(np.mean(intervals < 0.5 * np.median(intervals))) if intervals.size else 0.0


def mixed(train: Indices) -> float:
    """Give the share of intervals shorter than half the usual one where they are another unit's, 0 where its own.

    A unit that fires twice in a burst has the shorter interval on one side of them; others fall in anywhere.
    """
    intervals = np.diff(train)
    if intervals.size < 4:
        return 0.0
    short = intervals[1:-1] < 0.5 * np.median(intervals)
    late = intervals[:-2][short] > intervals[2:][short]
    return hurried(train) if short.any() and _LATE < float(np.mean(late)) < 1 - _LATE else 0.0


def evened(train: Indices, share: float) -> Indices:
    """Take out discharges of other units: those without which two neighbours lie one usual interval apart.

    A unit that fires again at once begins its next interval there, or, in a burst, fires so after its neighbour and
    never before the next: such discharges stay. Those of others fall anywhere between two of the unit's own.

    Parameters
    ----------
    train : ndarray of intp, shape (discharges,)
        Sorted.
    share : float
        Of the discharges, beyond what normal intervals of that spread account for: where no more are superfluous, the
        train is left as it is.

    Returns
    -------
    ndarray of intp, shape (discharges that stay,)
    """
    if train.size < 5:
        return train
    low, usual, high = np.quantile(np.diff(train), [0.25, 0.5, 0.75])
    around = (train[2:] - train[:-2]) / usual
    inner = np.flatnonzero(np.abs(around - 1) < _IN_RHYTHM) + 1
    stays = np.ones(train.size, dtype=np.bool_)
    for place in inner[np.argsort(np.abs(np.log(around[inner - 1])), kind="stable")].tolist():
        stays[place] = not stays[place - 1] or not stays[place + 1]
    out = np.flatnonzero(~stays)
    late = train[out] - train[out - 1] > train[out + 1] - train[out]
    # Of two intervals, normal ones vary by the root of two; quartiles lie 1.349 standard deviations apart.
    spread = max(float(high - low) / (1.349 * float(usual)), 1e-12) * np.sqrt(2)
    usually = float(ndtr((_IN_RHYTHM - 1) / spread) - ndtr((-_IN_RHYTHM - 1) / spread))
    foreign = out.size > (share + usually) * train.size and _LATE < float(np.mean(late)) < 1 - _LATE
    return train[stays] if foreign else train


def steady(train: Indices | Floats) -> float:
    """Give the share of intervals within 30 % of the median one: 0.21 by chance, 0.95 at a variation of 15 %."""
    intervals = np.diff(train)
    middle = np.median(intervals) if intervals.size else 0.0
    return float(np.mean(np.abs(intervals - middle) <= 0.3 * middle)) if intervals.size else 0.0


def alone(train: Indices, everyone: Indices, reach: int) -> float:
    """Give the share of discharges with no other unit's within reach."""
    near = np.searchsorted(everyone, train + reach, "right") - np.searchsorted(everyone, train - reach, "left")
    return float(np.mean(near <= 1)) if train.size else 0.0


def rhythm(train: Indices, rule: NeedleRule) -> Rhythm | None:
    """Give the rhythm of a train that has one."""
    if train.size <= 4 or steady(train) < rule.steady_share:
        return None
    intervals = np.diff(train)
    usual = float(np.median(intervals))
    spread = 1.4826 * float(np.median(np.abs(intervals - usual)))
    return Rhythm(usual, min(max(spread, 0.08 * usual), 0.35 * usual))


def broken(train: Indices, beat: Rhythm) -> list[int]:
    """Give where a rhythm is broken: at discharges that come too early, and where one is missing."""
    early = [int(at) for at, apart in zip(train[1:], np.diff(train), strict=True) if apart < 0.5 * beat.usual]
    return early + [(low + high) // 2 for low, high in gaps(train.tolist(), beat.usual)]


def gaps(times: list[int], usual: float) -> list[tuple[int, int]]:
    """Give where a discharge was missed: about one usual interval after the one before an interval too long."""
    found = []
    for before, after in pairwise(times):
        missing = round((after - before) / usual) - 1
        if 1 <= missing <= 4:
            step = (after - before) / (missing + 1)
            found += [
                (round(before + (i + 1) * step - 0.3 * usual), round(before + (i + 1) * step + 0.3 * usual))
                for i in range(missing)
            ]
    return found
