"""Counting events: a rate with its interval, the times between them, and one event seen by several channels."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from involuntary.model import Events, Intervals

__all__ = ["fewer", "gaps", "merged_channels", "more_than_chance", "per_min", "rate_interval", "share"]

Floats = NDArray[np.float64]


def share(part: float, whole: float) -> float:
    """Give part over whole; not-a-number of nothing."""
    return part / whole if whole else float("nan")


def per_min(n: int, seconds: float) -> float:
    """Give a rate a minute."""
    return share(60.0 * n, seconds)


def rate_interval(n: int, seconds: float) -> tuple[float, float]:
    """Give the exact 95 % interval of a rate a minute, were the events independent (Garwood 1936, Biometrika 28:437).

    Parameters
    ----------
    n : int
        Events counted.
    seconds : float
        In how much time; above 0.
    """
    from scipy.special import gammaincinv

    low = float(gammaincinv(n, 0.025)) if n else 0.0
    return 60.0 * low / seconds, 60.0 * float(gammaincinv(n + 1, 0.975)) / seconds


def fewer(n: int, seconds: float, others: int, other_s: float, chance: float = 0.01) -> bool:
    """Say whether events came at under half the rate of others, and so few hardly by chance at one common rate.

    Given the total, the count of one of two Poisson processes of one rate is binomial.
    """
    from scipy.special import bdtr

    if not seconds or not other_s or 2 * n * other_s >= others * seconds:
        return False
    return bool(bdtr(n, n + others, seconds / (seconds + other_s)) < chance)


def more_than_chance(n: int, of: int, share: float, chance: float) -> bool:
    """Say whether so many of all fall into a share of the time by themselves in fewer than `chance` recordings."""
    from scipy.special import bdtrc

    return n > 0 and bool(bdtrc(n - 1, of, share) < chance)


def gaps(events: Events, within: Intervals) -> Floats:
    """Give the times from peak to peak of events in one stretch, in seconds; none spans two stretches."""
    time = events.features.get("peak_s", events.onset_s)
    stretch = np.searchsorted(within.start_s, events.onset_s, side="right")
    order = np.argsort(time, kind="stable")
    found: Floats = np.diff(time[order])[np.diff(stretch[order]) == 0]
    return found


def merged_channels(parts: Sequence[Events], within_s: float) -> Events:
    """Join events that several channels saw at one time; the channel where one stands out most keeps it.

    Parameters
    ----------
    parts : sequence of Events
        One a channel, with ``peak_s`` and ``snr``.
    within_s : float
        Peaks this close are one event.

    Returns
    -------
    Events
        With the further feature ``channels_n``, how many channels saw it.
    """
    every = Events.merged("potential", list(parts))
    if not len(every):
        return every
    peak, snr = every.features["peak_s"], every.features["snr"]
    groups: list[list[int]] = []
    for row in np.argsort(peak, kind="stable").tolist():
        near = groups and peak[row] - peak[groups[-1][0]] <= within_s
        if near and every.channel[row] not in {every.channel[i] for i in groups[-1]}:
            groups[-1].append(row)
        else:
            groups.append([row])
    best = np.array([max(group, key=lambda row: float(snr[row])) for group in groups], dtype=np.intp)
    seen = np.array([len(group) for group in groups], dtype=np.float64)
    order = np.argsort(best)
    return every[best[order]].with_features(channels_n=seen[order])
