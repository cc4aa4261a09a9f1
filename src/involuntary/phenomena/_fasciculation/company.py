"""Potentials in company: beside a burst of any muscle, or at the moments of a muscle that is active elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from involuntary.detect import potentials
from involuntary.detect.bench import Bench
from involuntary.model import Events, Intervals
from involuntary.phenomena._counts import more_than_chance
from involuntary.phenomena._fasciculation.measures import FasciculationParameters, Looked

__all__ = ["bursts", "large_enough", "of_many_units", "runs", "without_company"]

Floats = NDArray[np.float64]


def large_enough(found: Events, p: FasciculationParameters) -> NDArray[np.bool_]:
    """Mark what exceeds the noise around it by enough, and the published exclusion where it is noisy."""
    f = found.features
    unit = "uv" if "amplitude_uv" in f else "count"
    large = f[f"amplitude_{unit}"] >= p.noise_factor * f[f"noise_{unit}"]
    if unit == "uv":
        large &= (f["noise_uv"] <= p.noisy_uv) | (f["amplitude_uv"] >= p.exclusion_uv)
    return np.asarray(large, dtype=np.bool_)


def runs(found: Events, p: FasciculationParameters) -> NDArray[np.intp]:
    """Give, for each potential, how many there are in the run with small gaps that it belongs to."""
    start = np.concatenate([[True], np.diff(found.onset_s) > p.burst_gap_ms / 1000])
    run = np.cumsum(start) - 1
    length: NDArray[np.intp] = np.bincount(run)[run]
    return length


def bursts(found: Events, p: FasciculationParameters) -> Intervals:
    """Give the time of runs of `burst_n` or more, with a margin."""
    if not len(found):
        return Intervals.empty()
    inside = found[runs(found, p) >= p.burst_n]
    margin = p.burst_margin_ms / 1000
    spans = zip((inside.onset_s - margin).tolist(), (inside.stop_s + margin).tolist(), strict=True)
    return Intervals.union_of(spans)


def without_company(
    bench: Bench, channels: Sequence[int], looked: Sequence[Looked], p: FasciculationParameters
) -> list[Looked]:
    """Leave out what came with a burst of any muscle, or with the potentials of a muscle that was active elsewhere.

    Jerks, reflexes and spasms reach muscles of which some answer with few units: those are no fasciculations. A muscle
    that contracts under one electrode is seen from afar by others, as single potentials at its moments.
    """
    every = [_large(bench, channel, p) for channel in channels]
    struck = Intervals.union_of(
        pair for found, one in zip(every, looked, strict=True) for pair in bursts(found.within(one.rest), p)
    )
    driven = [_peaks(found[~one.rest.contains(found.onset_s)]) for found, one in zip(every, looked, strict=True)]
    return [
        _alone(one, struck, np.concatenate([np.empty(0), *(driven[k] for k in range(len(looked)) if k != i)]), p)
        for i, one in enumerate(looked)
    ]


def _large(bench: Bench, channel: int, p: FasciculationParameters) -> Events:
    found = bench.detect(potentials.detect, channel, potentials.THOROUGH)
    return found[large_enough(found, p)]


def _alone(one: Looked, struck: Intervals, driven: Floats, p: FasciculationParameters) -> Looked:
    apart = one.events[~struck.contains(one.events.features["peak_s"])]
    dropped = [("beside a burst of this or another muscle", len(one.events) - len(apart))]
    together = _together(_peaks(apart), driven, one.rest, p)
    dropped.append(("at the moments of an active muscle elsewhere", int(np.count_nonzero(together))))
    return replace(
        one,
        rest=one.rest.without(struck),
        calm=one.calm.without(struck),
        events=apart[~together],
        dropped=(*one.dropped, *((reason, n) for reason, n in dropped if n)),
    )


def _together(times_s: Floats, driven_s: Floats, rest: Intervals, p: FasciculationParameters) -> NDArray[np.bool_]:
    """Mark what coincides with potentials of active muscles, where more does than chance gives."""
    reach = p.merge_ms / 1000
    others = np.sort(driven_s[rest.contains(driven_s)])
    near = np.searchsorted(others, times_s + reach) > np.searchsorted(others, times_s - reach)
    if not np.any(near):
        return near
    chance = Intervals.union_of(zip((others - reach).tolist(), (others + reach).tolist(), strict=True)).total_s
    chance = min(chance / rest.total_s, 1.0)
    n = int(np.count_nonzero(near))
    return near & more_than_chance(n, times_s.size, chance, p.together_chance_fraction)


def _peaks(found: Events) -> Floats:
    peaks: Floats = found.features["peak_s"]
    return peaks


def of_many_units(events: Events, rest_s: float, p: FasciculationParameters) -> bool:
    """Tell whether potentials are what several units do together in a jerk.

    Hardly one comes again, and most have many phases, or reach several channels, or more follow each other closely than
    chance gives.
    """
    recur = float(np.mean(np.isfinite(events.features["unit_id"])))
    if recur >= p.recurring_fraction:
        return False
    spread = events.features.get("channels_n", np.ones(len(events)))
    phases = float(np.median(events.features["phases"]))
    return phases >= p.many_phases_n or float(np.mean(spread >= 2)) > 0.5 or _pairs(events, rest_s, p)


def _pairs(events: Events, rest_s: float, p: FasciculationParameters) -> bool:
    """Tell whether more potentials than chance gives are followed by another of their channel within a burst's gap."""
    near, chances = 0, 0.0
    gap_s = p.burst_gap_ms / 1000
    for name in dict.fromkeys(events.channel):
        peaks = np.sort(_peaks(events.on(name)))
        near += int(np.count_nonzero(np.diff(peaks) <= gap_s))
        chances += peaks.size * (1 - np.exp(-peaks.size / rest_s * gap_s))
    return bool(near) and more_than_chance(near, len(events), chances / len(events), p.together_chance_fraction)
