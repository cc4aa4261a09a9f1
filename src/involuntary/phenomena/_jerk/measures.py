"""What the muscles say of jerks: how long, how often, how together, in which order, how fast along the body."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from involuntary.errors import ParameterError
from involuntary.model import Reference
from involuntary.phenomena._counts import per_min, rate_interval
from involuntary.phenomena._jerk.events import Jerks, Looked, regularity
from involuntary.phenomena._rows import Row, median, median_interval

__all__ = ["Pair", "Velocity", "distances", "order_share", "pairs", "rows", "velocity"]

Floats = NDArray[np.float64]

STAUDE = Reference(
    "title:Onset detection in surface electromyographic signals: a systematic comparison of methods",
    "Staude G, Flachenecker C, Daumer M, Wolf W. EURASIP J Appl Signal Process 2001",
    "abstract: likelihood-ratio detectors depend least on noise, rise and background",
)

_TOGETHER_S = 0.005
_FEWEST = 5
_RESAMPLES = 400
_FEWEST_MUSCLES = 4


@dataclass(frozen=True, slots=True)
class Pair:
    """Two muscles in the jerks that reached both: lags of the second behind the first, in seconds."""

    first: str
    second: str
    lag_s: Floats

    @property
    def median_s(self) -> float:
        """Median lag."""
        return float(np.median(self.lag_s))

    @property
    def together(self) -> float:
        """Share of jerks with a lag of at most 5 ms."""
        return float(np.mean(np.abs(self.lag_s) <= _TOGETHER_S))


@dataclass(frozen=True, slots=True)
class Velocity:
    """Speed of spread in m/s with its 95 % interval; not-a-number where the delays do not grow with distance."""

    m_s: float
    interval: tuple[float, float]
    muscles: int
    why: str = ""


def pairs(jerks: Jerks) -> tuple[Pair, ...]:
    """Give the pairs of muscles that at least five jerks reached together."""
    found = []
    for a, b in combinations(range(len(jerks.muscles)), 2):
        lag = jerks.delay_s[:, b] - jerks.delay_s[:, a]
        lag = lag[np.isfinite(lag)]
        if lag.size >= _FEWEST:
            found.append(Pair(jerks.muscles[a], jerks.muscles[b], lag))
    return tuple(found)


def order_share(found: Sequence[Pair]) -> float:
    """Give how often the muscle that usually leads does, over pairs that lie more than 5 ms apart.

    One for a fixed order, a half for none; not-a-number where the muscles jerk together.
    """
    apart = [p for p in found if float(np.median(np.abs(p.lag_s))) > _TOGETHER_S]
    kept = [max(float(np.mean(p.lag_s > 0)), float(np.mean(p.lag_s < 0))) for p in apart]
    return float(np.mean(kept)) if kept else float("nan")


def distances(text: str, muscles: Sequence[str]) -> dict[str, float]:
    """Read ``"biceps=0.3, hand=0.75"``: how far along the pathway each muscle lies, in metres.

    Raises
    ------
    ParameterError
        If a muscle is no channel, or a distance no number.
    """
    found: dict[str, float] = {}
    for part in filter(None, (p.strip() for p in text.split(","))):
        name, _, value = part.rpartition("=")
        try:
            found[name.strip()] = float(value)
        except ValueError:
            raise ParameterError("myoclonus.distance_m", "is written muscle=metres, …", repr(part)) from None
        if name.strip() not in muscles:
            raise ParameterError(
                "myoclonus.distance_m", "names channels of EMG", repr(name.strip()), f"channels: {', '.join(muscles)}"
            )
    return found


def velocity(jerks: Jerks, at_m: dict[str, float]) -> Velocity:
    """Give the speed of spread: distance over delay, by the median of all slopes (Theil–Sen).

    Parameters
    ----------
    jerks : Jerks
    at_m : dict
        By muscle, its distance along the pathway; at least four muscles.
    """
    rows = [i for i, name in enumerate(jerks.muscles) if name in at_m and np.isfinite(jerks.delay_s[:, i]).sum() >= 5]
    nan = float("nan")
    if len(rows) < _FEWEST_MUSCLES:
        why = f"needs distances of at least {_FEWEST_MUSCLES} muscles that jerk, got {len(rows)}"
        return Velocity(nan, (nan, nan), len(rows), why)
    delay, metres = jerks.delay_s[:, rows], np.array([at_m[jerks.muscles[i]] for i in rows])
    random = np.random.default_rng(0)
    draws = random.integers(0, len(delay), (_RESAMPLES, len(delay)))
    slope, spread = _slope(_medians(delay), metres), [_slope(_medians(delay[draw]), metres) for draw in draws]
    low, high = np.nanpercentile(spread, [2.5, 97.5]).tolist()
    if low <= 0 <= high:
        fastest = max(abs(low), abs(high))
        least = f"too synchronous for a speed: above {1 / fastest:.3g} m/s" if fastest else "all muscles at once"
        return Velocity(nan, (nan, nan), len(rows), least)
    ends = sorted((abs(1 / low), abs(1 / high)))
    return Velocity(abs(1 / slope), (ends[0], ends[1]), len(rows))


def _medians(delay: Floats) -> Floats:
    """Give the median of each muscle's delays; of none, not-a-number."""
    ordered = np.sort(delay, axis=0)
    count = np.isfinite(delay).sum(axis=0)
    middle = np.take_along_axis(ordered, np.maximum(count // 2, 0)[None], axis=0)[0]
    lower = np.take_along_axis(ordered, np.maximum((count - 1) // 2, 0)[None], axis=0)[0]
    found: Floats = np.where(count > 0, (middle + lower) / 2, np.nan)
    return found


def _slope(delay: Floats, metres: Floats) -> float:
    """Give the median slope of delay over distance."""
    a, b = np.triu_indices(metres.size, 1)
    apart = metres[b] != metres[a]
    return float(np.median((delay[b] - delay[a])[apart] / (metres[b] - metres[a])[apart]))


def rows(looked: Sequence[Looked], jerks: Jerks, time_s: float, distance_m: str) -> Iterator[Row]:
    """Give everything that the muscles say."""
    n, interval = len(jerks), np.diff(jerks.onset_s)
    per_minute = rate_interval(n, time_s) if time_s else None
    yield Row("rate", per_min(n, time_s), "1/min", n, "jerks over usable time", interval=per_minute, needs=0)
    yield _duration(jerks.length_s[np.isfinite(jerks.length_s)], "")
    for one in looked:
        if len(looked) > 1:
            yield _duration(one.bursts.duration_s, one.name)
        yield _uncertainty(one)
    between = median_interval(interval)
    yield Row("interval_median", median(interval), "s", interval.size, "from jerk to jerk", interval=between)
    cv = float(np.std(interval) / np.mean(interval)) if interval.size else float("nan")
    yield Row("interval_cv", cv, "1", interval.size, "deviation over mean of intervals")
    method = "median of |a − b| / (a + b) of successive intervals: 0.5 by chance, 0 of a clock"
    uneven = regularity(jerks.onset_s)[1]
    yield Row(
        "irregularity", uneven, "1", interval.size, method, why="" if np.isfinite(uneven) else "not measured: few"
    )
    if len(looked) > 1:
        yield from _between_muscles(jerks)
    if distance_m:
        speed = velocity(jerks, distances(distance_m, jerks.muscles))
        method = "distance over delay, median of all slopes; interval by bootstrap"
        yield Row("velocity", speed.m_s, "m/s", n, method, interval=speed.interval, why=speed.why)


def _duration(length_s: Floats, at: str) -> Row:
    ends = median_interval(1e3 * length_s)
    method = "median; change detector on the energy operator, bias calibrated on the recording's own noise"
    return Row("burst_duration", 1e3 * median(length_s), "ms", length_s.size, method, STAUDE, ends, at)


def _uncertainty(one: Looked) -> Row:
    sd, bias = (one.bursts.features[name][:1] for name in ("onset_sd_ms", "onset_bias_ms"))
    known = bool(np.all(np.isfinite(sd))) and sd.size == 1
    told = f"; bias of {bias[0]:.2g} ms taken off" if known else ""
    method = f"standard deviation of the onsets of own bursts put into own noise{told}"
    why = "" if known else "not measured: too little to calibrate on"
    return Row("onset_uncertainty", median(sd), "ms", len(one.bursts), method, STAUDE, at=one.name, why=why)


def _between_muscles(jerks: Jerks) -> Iterator[Row]:
    reached, found = np.isfinite(jerks.length_s).sum(axis=1), pairs(jerks)
    count = float(np.mean(reached)) if len(jerks) else float("nan")
    yield Row("muscles", count, "1", len(jerks), "mean number of muscles a jerk")
    lags = np.concatenate([np.empty(0), *(np.abs(p.lag_s) for p in found)])
    together = float(np.mean(lags <= _TOGETHER_S)) if lags.size else float("nan")
    yield Row("synchrony", together, "1", lags.size, "share of lags between two muscles of a jerk of at most 5 ms")
    share = order_share(found)
    method = "how often the muscle that usually leads does, over pairs more than 5 ms apart; 0.5 is no order"
    why = "" if np.isfinite(share) or lags.size < _FEWEST else "no order: the muscles jerk together"
    yield Row("order", share, "1", lags.size, method, why=why)
    for pair in found:
        ends, where = median_interval(1e3 * pair.lag_s), f"{pair.first} × {pair.second}"
        method = "median of the second muscle after the first"
        yield Row("lag", 1e3 * pair.median_s, "ms", pair.lag_s.size, method, interval=ends, at=where)
