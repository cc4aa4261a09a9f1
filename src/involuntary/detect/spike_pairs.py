"""Spikes that keep their distance from a trigger: fibre pairs of one unit, or fibres after a stimulus."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from involuntary.dsp.bands import zero_phase
from involuntary.dsp.jitter import GAUSSIAN, aligned, jitter
from involuntary.model import Recording

__all__ = ["Pair", "PairRule", "after_stimuli", "between_spikes"]

Floats = NDArray[np.float64]


_MEDIAN_OF_GAUSSIAN = 0.6745
_CLEARLY = 0.7
# A high-pass swings for so many dead times after a spike, by so much of it.
_RINGS, _RINGING_SHARE = 4.0, 0.25


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
    """

    distance_s: float
    jitter_us: float
    kind: str
    blocked_share: float
    n: int
    noise_us: float


@dataclass(frozen=True, slots=True, eq=False)
class _Spikes:
    """Filtered samples, and where spikes have their peaks."""

    samples: Floats
    rate_hz: float
    noise: float
    at: NDArray[np.intp]


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
    discharges = np.split(spikes.at, begins[1:])
    triggers = _triggers(spikes, discharges)
    return _followers(spikes, triggers, discharges, -reach, reach, rule)


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
    triggers = times_s * spikes.rate_hz - max(round(start * spikes.rate_hz), 0)
    near = 0.001 * spikes.rate_hz, 0.02 * spikes.rate_hz
    discharges = [spikes.at[(spikes.at > t + near[0]) & (spikes.at < t + near[1])] for t in triggers]
    return _followers(spikes, triggers, discharges, *near, rule)


def _spikes(
    recording: Recording, channel: int, from_s: float, to_s: float, rule: PairRule, stimuli_s: Floats | None = None
) -> _Spikes:
    meta = recording.channels[channel]
    rate = meta.rate_hz
    first, last = max(round(from_s * rate), 0), min(round(to_s * rate), meta.n_samples)
    raw = recording.samples(channel, first, last)
    if raw.size < 0.01 * rate:
        return _Spikes(raw, rate, 0.0, np.empty(0, dtype=np.intp))
    if stimuli_s is not None:
        raw = _blanked(raw, (stimuli_s - first / rate) * rate, rule.blank_ms / 1e3 * rate)
    samples = zero_phase(raw, rate, rule.low_hz, min(rule.high_hz, 0.45 * rate))
    noise = float(np.median(np.abs(samples)) / _MEDIAN_OF_GAUSSIAN)
    if not noise > 0:
        return _Spikes(samples, rate, 0.0, np.empty(0, dtype=np.intp))
    # The sharp phase points one way; it is the larger one.
    samples = samples if samples.max() >= -samples.min() else -samples
    inner = samples[1:-1]
    tops = 1 + np.flatnonzero((inner > samples[:-2]) & (inner >= samples[2:]) & (inner > rule.noise_factor * noise))
    return _Spikes(samples, rate, noise, _apart(samples, tops, rule.dead_ms / 1e3 * rate))


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


def _triggers(spikes: _Spikes, discharges: list[NDArray[np.intp]]) -> Floats:
    """Give the trigger of each discharge: its first spike, or its last where that is clearly steadier in height.

    The trigger fires at every discharge; where the other spike is blocked, the one that is left is the trigger.
    """
    first, last = (np.array([d[end] for d in discharges], dtype=np.intp) for end in (0, -1))
    spread = [float(np.std(spikes.samples[end]) / np.mean(spikes.samples[end])) for end in (first, last)]
    best = last if spread[1] < _CLEARLY * spread[0] else first
    middle = float(np.median(spikes.samples[best]))
    chosen = []
    for d, usual in zip(discharges, best.tolist(), strict=True):
        off = np.abs(spikes.samples[d] / middle - 1)
        # A stray spike of another unit may come first.
        stray = abs(float(spikes.samples[usual]) / middle - 1) > 0.4 and float(off.min()) < 0.2
        chosen.append(float(d[int(np.argmin(off))] if stray else usual))
    return np.array(chosen)


def _followers(
    spikes: _Spikes,
    triggers: Floats,
    discharges: list[NDArray[np.intp]],
    nearest: float,
    furthest: float,
    rule: PairRule,
) -> list[Pair]:
    """Group spikes by their distance from the trigger, and time every group."""
    distance, row, sample = _distances(triggers, discharges, nearest, furthest)
    order = np.argsort(distance)
    distance, row, sample = distance[order], row[order], sample[order]
    cuts = np.flatnonzero(np.diff(distance) > rule.scatter_ms / 1e3 * spikes.rate_hz) + 1
    pairs = []
    for group in np.split(np.arange(distance.size), cuts):
        rows = np.unique(row[group]).size
        wide = distance[group].size and np.ptp(distance[group]) > 6 * rule.scatter_ms / 1e3 * spikes.rate_hz
        if rows < max(rule.fewest_events / 2, rule.seen_share * triggers.size) or wide:
            continue
        pair = _pair(spikes, triggers, row[group], sample[group], stimulated=nearest > 0)
        if pair is not None:
            pairs.append(pair)
    return pairs


def _distances(
    triggers: Floats, discharges: list[NDArray[np.intp]], nearest: float, furthest: float
) -> tuple[Floats, NDArray[np.intp], NDArray[np.intp]]:
    rows = [np.full(d.size, i, dtype=np.intp) for i, d in enumerate(discharges)]
    row = np.concatenate([np.empty(0, dtype=np.intp), *rows])
    sample = np.concatenate([np.empty(0, dtype=np.intp), *discharges])
    distance = sample - triggers[row]
    other = (np.abs(distance) > 0.5) & (distance >= nearest) & (distance <= furthest)
    return distance[other], row[other], sample[other]


def _pair(
    spikes: _Spikes, triggers: Floats, row: NDArray[np.intp], sample: NDArray[np.intp], *, stimulated: bool
) -> Pair | None:
    """Time one fibre against its trigger, discharge by discharge."""
    first = np.unique(row, return_index=True)[1]
    row, sample = row[first], sample[first]
    half = round(0.0006 * spikes.rate_hz)
    inside = (sample >= half) & (sample + half < spikes.samples.size)
    row, sample = row[inside], sample[inside]
    if row.size < 5:
        return None
    late, error = _timed(spikes, sample, half)
    onset, trigger_error = triggers[row], 0.0
    if not stimulated:
        at = triggers[row].astype(np.intp)
        fits = (at >= half) & (at + half < spikes.samples.size)
        row, late, at = row[fits], late[fits], at[fits]
        onset, trigger_error = _timed(spikes, at, half)
    interval = np.full(triggers.size, np.nan)
    interval[row] = late - onset
    preceding = np.diff(triggers, prepend=np.nan)
    value, kind = jitter(1e6 * interval / spikes.rate_hz, preceding)
    noise = 1e6 * GAUSSIAN * float(np.hypot(error, trigger_error)) / spikes.rate_hz
    return Pair(
        float(np.nanmedian(interval)) / spikes.rate_hz,
        float(np.sqrt(max(value**2 - noise**2, 0.0))),
        kind,
        1 - row.size / triggers.size,
        triggers.size,
        noise,
    )


def _timed(spikes: _Spikes, at: NDArray[np.intp], half: int) -> tuple[Floats, float]:
    """Give when each spike comes, to a fraction of a sample, and how much noise alone moves it."""
    cut = spikes.samples[at[:, None] + np.arange(-half, half + 1)[None, :]]
    shift, error = aligned(cut * np.hanning(2 * half + 1), spikes.noise)
    return at + shift, error
