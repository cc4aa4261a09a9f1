"""Spikes that keep their distance from a trigger: fibre pairs of one unit, or fibres after a stimulus."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from involuntary.detect.fibres import LEAST_S, Fibre, Spikes, fibres
from involuntary.detect.overlaps import pairs
from involuntary.dsp.bands import zero_phase
from involuntary.dsp.jitter import GAUSSIAN, MEDIAN_OF_GAUSSIAN, jitter
from involuntary.model import Recording

__all__ = ["Pair", "PairRule", "after_stimuli", "between_spikes"]

Floats = NDArray[np.float64]


# Spikes of one fibre are within this of their usual height; so many of the largest that are alike set it.
_OFF, _SAME, _NO_NEARER, _ALIKE, _ENOUGH = 0.4, 0.6, 0.15, 0.2, 0.25
# Of its average, by least squares: a fibre fired where so much of it is there.
_PRESENT = 0.5
# A high-pass swings for so many dead times after a spike, by so much of it.
_RINGS, _RINGING_SHARE = 4.0, 0.25


# Later phases are no spikes: once they are known, triggers are sought again without them.
_PASSES = 3


@dataclass(frozen=True, slots=True)
class PairRule:
    """How spikes are found and told apart; engineering choices.

    Attributes
    ----------
    low_hz : float
        Slower parts come from distant fibres.
    high_hz : float
        Of the band.
    noise_factor : float
        A spike exceeds the noise by this factor.
    dead_ms : float
        Two turning points nearer than this are one spike.
    reach_ms : float
        The second spike of a pair lies so close to the first.
    scatter_ms : float
        Distances with a gap of this between them belong to two fibres; a fibre's own scatter by six times that at most.
    fewest_events : int
        Discharges that a pair needs.
    seen_share : float
        And the share of discharges in which both fired.
    blank_ms : float
        Time after a stimulus that holds its artefact.
    """

    low_hz: float = 500.0
    high_hz: float = 10_000.0
    noise_factor: float = 6.0
    dead_ms: float = 0.3
    reach_ms: float = 5.0
    scatter_ms: float = 0.4
    fewest_events: int = 20
    seen_share: float = 0.1
    blank_ms: float = 0.9


@dataclass(frozen=True, slots=True, eq=False)
class Pair:
    """One fibre against its trigger.

    Attributes
    ----------
    distance_s : float
        Median distance of the spike from the trigger.
    jitter_us : float
        Mean consecutive difference of that distance, or mean sorted difference where the former is larger by a
        quarter; what noise alone makes is subtracted.
    kind : str
        ``"MCD"`` or ``"MSD"``.
    blocked_share : float
        Discharges of the trigger without the spike.
    n : int
        Discharges of the trigger.
    noise_us : float
        Jitter that noise alone makes.
    time_s, interval_s : ndarray, shape (n,)
        Each discharge of the trigger on the recording's clock, and the distance of the spike from it; not-a-number
        where it was blocked, and where another unit's potential lies over it.
    blocked : ndarray of bool, shape (n,)
        Discharges without the spike.
    """

    distance_s: float
    jitter_us: float
    kind: str
    blocked_share: float
    n: int
    noise_us: float
    time_s: Floats
    interval_s: Floats
    blocked: NDArray[np.bool_]


def between_spikes(recording: Recording, channel: int, from_s: float, to_s: float, rule: PairRule) -> list[Pair]:
    """Find the pairs of one stretch: what fires with its largest steady spike, at a steady distance.

    Parameters
    ----------
    recording : Recording
        Of a needle.
    channel : int
        Position of the channel.
    from_s, to_s : float
        The stretch, such as one site of the needle, on the recording's clock.
    rule : PairRule
        How spikes are found.
    """
    spikes = _spikes(recording, channel, from_s, to_s, rule)
    if spikes.at.size < rule.fewest_events:
        return []
    reach = rule.reach_ms / 1e3 * spikes.rate_hz
    begins = np.flatnonzero(np.diff(spikes.at, prepend=-np.inf) > reach)
    fired = np.split(spikes.at, begins[1:])
    for _ in range(_PASSES):
        triggers, discharges = _triggers(spikes, fired, rule)
        if triggers.size < rule.fewest_events:
            return []
        groups = _groups(spikes, triggers.astype(np.float64), discharges, -reach, reach, rule)
        own = Fibre(np.arange(triggers.size), triggers, triggers.astype(np.float64), 0.0)
        (first, *others), phases = fibres(spikes, [own, *groups])
        if not phases:
            break
        late = np.concatenate([one.sample for one in phases])
        fired = [d for d in (np.setdiff1d(d, late) for d in fired) if d.size]
    begin_s = max(round(from_s * spikes.rate_hz), 0) / spikes.rate_hz
    return [_pair(spikes, *both, begin_s) for both in pairs(spikes, first, others)]


def after_stimuli(recording: Recording, channel: int, times_s: Floats, rule: PairRule) -> list[Pair]:
    """Find the fibres that answer stimuli at a steady latency of 1 to 20 ms.

    Parameters
    ----------
    recording : Recording
        Of a needle.
    channel : int
        Position of the channel.
    times_s : ndarray
        Stimuli, sorted.
    rule : PairRule
        How spikes are found.
    """
    if times_s.size < rule.fewest_events:
        return []
    start = float(times_s[0]) - 0.005
    spikes = _spikes(recording, channel, start, float(times_s[-1]) + 0.025, rule, times_s)
    first = max(round(start * spikes.rate_hz), 0)
    triggers = times_s * spikes.rate_hz - first
    near = 0.001 * spikes.rate_hz, 0.02 * spikes.rate_hz
    discharges = [spikes.at[(spikes.at > t + near[0]) & (spikes.at < t + near[1])] for t in triggers]
    groups = _groups(spikes, triggers, discharges, *near, rule)
    stimulus = Fibre(np.arange(triggers.size), np.empty(0, dtype=np.intp), triggers, 0.0)
    found = pairs(spikes, stimulus, fibres(spikes, groups)[0])
    return [_pair(spikes, *both, first / spikes.rate_hz) for both in found]


def _spikes(
    recording: Recording, channel: int, from_s: float, to_s: float, rule: PairRule, stimuli_s: Floats | None = None
) -> Spikes:
    meta = recording.channels[channel]
    rate = meta.rate_hz
    first, last = max(round(from_s * rate), 0), min(round(to_s * rate), meta.n_samples)
    raw = recording.samples(channel, first, last)
    if raw.size < 0.01 * rate:
        return Spikes(raw, rate, 0.0, np.empty(0, dtype=np.intp))
    if stimuli_s is not None:
        raw = _blanked(raw, (stimuli_s - first / rate) * rate, rule.blank_ms / 1e3 * rate)
    samples = zero_phase(raw, rate, rule.low_hz, min(rule.high_hz, 0.45 * rate))
    noise = float(np.median(np.abs(samples)) / MEDIAN_OF_GAUSSIAN)
    if not noise > 0:
        return Spikes(samples, rate, 0.0, np.empty(0, dtype=np.intp))
    # The sharp phase points one way; it is the larger one.
    samples = samples if samples.max() >= -samples.min() else -samples
    inner = samples[1:-1]
    tops = 1 + np.flatnonzero((inner > samples[:-2]) & (inner >= samples[2:]) & (inner > rule.noise_factor * noise))
    return Spikes(samples, rate, noise, _apart(samples, tops, rule.dead_ms / 1e3 * rate))


def _blanked(raw: Floats, stimuli: Floats, length: float) -> Floats:
    """Draw a line over each stimulus artefact."""
    out = raw.copy()
    for stimulus in stimuli.tolist():
        a, b = max(int(stimulus) - 2, 0), min(int(stimulus + length) + 1, raw.size - 1)
        if b > a:
            out[a : b + 1] = np.linspace(raw[a], raw[b], b - a + 1)
    return out


def _apart(samples: Floats, tops: NDArray[np.intp], dead: float) -> NDArray[np.intp]:
    """Keep, of turning points too close to each other, the highest; drop the ringing of a filter beside a spike."""
    kept: list[int] = []
    for top in tops.tolist():
        if kept and top - kept[-1] < dead:
            if samples[top] > samples[kept[-1]]:
                kept[-1] = top
        else:
            kept.append(top)
    at = np.array(kept, dtype=np.intp)
    near = zip(np.searchsorted(at, at - _RINGS * dead), np.searchsorted(at, at + _RINGS * dead), strict=True)
    beside = np.array([samples[at[first:last]].max() for first, last in near])
    return at[samples[at] > _RINGING_SHARE * beside]


def _triggers(
    spikes: Spikes, discharges: list[NDArray[np.intp]], rule: PairRule
) -> tuple[NDArray[np.intp], list[NDArray[np.intp]]]:
    """Give the trigger of each discharge of the largest unit, and those discharges.

    The trigger fires at every discharge: it is what is left alone where the other is blocked, and the first where none
    is. A discharge without a spike of its height is another unit's.
    """
    several = [d for d in discharges if d.size > 1]
    if not several:
        return np.empty(0, dtype=np.intp), []
    usual = [_usual(spikes.samples[[d[end] for d in several]], rule.fewest_events) for end in (0, -1)]
    alone = np.array([spikes.samples[d[0]] for d in discharges if d.size == 1])
    off = [np.abs(alone / height - 1) for height in usual]
    left = [int(np.count_nonzero((off[i] < _OFF) & (off[i] < off[1 - i]))) for i in (0, 1)]
    end = 1 if left[1] > left[0] else 0
    chosen, kept = [], []
    for d in discharges:
        far = np.abs(spikes.samples[d] / usual[end] - 1)
        inside = np.flatnonzero(far <= _OFF)
        if inside.size:
            chosen.append(int(d[inside[-end]]))
            kept.append(d)
    return np.array(chosen, dtype=np.intp), kept


def _usual(heights: Floats, fewest: int) -> float:
    """Give the height of the largest spikes that are many and alike, as one sets the level of a trigger."""
    heights = np.sort(heights)
    many = np.searchsorted(heights, heights / (1 - _ALIKE), "right") - np.searchsorted(heights, heights * (1 - _ALIKE))
    often = heights[many >= max(min(fewest, heights.size), _ENOUGH * heights.size)]
    top = float(often[-1]) if often.size else float(np.median(heights))
    near = heights[np.abs(heights / top - 1) <= _ALIKE]
    return float(np.median(near)) if near.size else top


def _groups(
    spikes: Spikes,
    triggers: Floats,
    discharges: list[NDArray[np.intp]],
    nearest: float,
    furthest: float,
    rule: PairRule,
) -> list[Fibre]:
    """Group spikes by their distance from the trigger: one of one height a discharge."""
    distance, row, sample = _distances(triggers, discharges, nearest, furthest)
    order = np.argsort(distance)
    distance, row, sample = distance[order], row[order], sample[order]
    cuts = np.flatnonzero(np.diff(distance) > rule.scatter_ms / 1e3 * spikes.rate_hz) + 1
    found = []
    split = (one for group in np.split(np.arange(distance.size), cuts) for one in _once(group, distance, row))
    for group in split:
        heights = spikes.samples[sample[group]]
        if group.size == 0 or np.ptp(distance[group]) > 6 * rule.scatter_ms / 1e3 * spikes.rate_hz:
            continue
        off = np.abs(heights / _usual(heights, rule.fewest_events) - 1)
        # Of several in one discharge, the first of those that are as near to the usual height as any.
        nearest_off = np.full(triggers.size, np.inf)
        np.minimum.at(nearest_off, row[group], off)
        best = group[(off <= _SAME) & (off <= nearest_off[row[group]] + _NO_NEARER)]
        best = best[np.unique(row[best], return_index=True)[1]]
        if best.size < max(rule.fewest_events / 2, rule.seen_share * triggers.size, 5):
            continue
        found.append(_completed(spikes, triggers, row[best], sample[best], rule))
    return found


def _once(group: NDArray[np.intp], distance: Floats, row: NDArray[np.intp]) -> list[NDArray[np.intp]]:
    """Split what holds two spikes of most discharges, for a fibre fires once in each; the group is in order of time."""
    rows, first, count = np.unique(row[group], return_index=True, return_counts=True)
    if np.count_nonzero(count > 1) <= rows.size / 2:
        return [group]
    by_row = np.argsort(row[group], kind="stable")
    second = distance[group][by_row[(np.cumsum(count) - count)[count > 1] + 1]]
    middle = (float(np.median(distance[group][first])) + float(np.median(second))) / 2
    low, high = group[distance[group] < middle], group[distance[group] >= middle]
    return [low, *_once(high, distance, row)] if low.size and high.size else [group]


def _completed(
    spikes: Spikes, triggers: Floats, row: NDArray[np.intp], sample: NDArray[np.intp], rule: PairRule
) -> Fibre:
    """Look for a fibre by its shape where no peak of it passed the level: what is there is small, not blocked."""
    half = round(LEAST_S * spikes.rate_hz)
    around = np.arange(-half, half + 1)
    inside = (sample >= half) & (sample + half < spikes.samples.size)
    shape = spikes.samples[sample[inside][:, None] + around].mean(axis=0)
    distance = sample - triggers[row]
    middle, reach = float(np.median(distance)), float(np.ptp(distance)) / 2 + rule.dead_ms / 2e3 * spikes.rate_hz
    rows, samples = row.tolist(), sample.tolist()
    for missing in np.setdiff1d(np.arange(triggers.size), row).tolist():
        first = round(triggers[missing] + middle - reach) - half
        last = round(triggers[missing] + middle + reach) + half + 1
        if first < 0 or last > spikes.samples.size or last - first < shape.size:
            continue
        size = np.correlate(spikes.samples[first:last], shape, mode="valid") / float(shape @ shape)
        if size.max() >= _PRESENT:
            rows.append(missing)
            samples.append(first + half + int(np.argmax(size)))
    order = np.argsort(rows)
    at = np.array(samples, dtype=np.intp)[order]
    return Fibre(np.array(rows, dtype=np.intp)[order], at, at.astype(np.float64), 0.0)


def _distances(
    triggers: Floats, discharges: list[NDArray[np.intp]], nearest: float, furthest: float
) -> tuple[Floats, NDArray[np.intp], NDArray[np.intp]]:
    rows = [np.full(d.size, i, dtype=np.intp) for i, d in enumerate(discharges)]
    row = np.concatenate([np.empty(0, dtype=np.intp), *rows])
    sample = np.concatenate([np.empty(0, dtype=np.intp), *discharges])
    distance = sample - triggers[row]
    other = (np.abs(distance) > 0.5) & (distance >= nearest) & (distance <= furthest)
    return distance[other], row[other], sample[other]


def _pair(spikes: Spikes, first: Fibre, other: Fibre, begin_s: float) -> Pair:
    """Hold one fibre against its trigger, discharge by discharge, in spikes that begin there on the clock."""
    _, mine, theirs = np.intersect1d(first.row, other.row, return_indices=True)
    interval = np.full(first.row.size, np.nan)
    interval[mine] = other.place[theirs] - first.place[mine]
    preceding = np.diff(first.place, prepend=np.nan)
    value, kind = jitter(1e6 * interval / spikes.rate_hz, preceding)
    noise = 1e6 * GAUSSIAN * float(np.hypot(first.error, other.error)) / spikes.rate_hz
    return Pair(
        float(np.nanmedian(interval)) / spikes.rate_hz,
        float(np.sqrt(max(value**2 - noise**2, 0.0))),
        kind,
        1 - mine.size / first.row.size,
        first.row.size,
        noise,
        begin_s + first.place / spikes.rate_hz,
        interval / spikes.rate_hz,
        ~np.isin(first.row, other.row),
    )
