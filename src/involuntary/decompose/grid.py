"""Decomposition of a grid's recording: convolutive blind source separation, unit by unit, with its quality.

The channels and their past are whitened; filters that start at moments of much activity are turned by a fixed point
towards the most skewed, that is the sparsest, sources [1]_; each filter is then renewed from its own discharges as
long as its pulses stand further apart [2]_; a unit is kept where its pulses stand apart from the rest (silhouette),
its potentials are peeled off all channels, and the search goes on in what is left, whitened anew. At the end each unit
is read once more without the others, then all together by their waveforms, which tell units that look alike apart, and
once more each alone: a filter passes over what no unit here accounts for, where waveforms are given it.

References
----------
.. [1] Negro F, Muceli S, Castronovo AM, Holobar A, Farina D (2016). Multi-channel intramuscular and surface EMG
   decomposition by convolutive blind source separation. J Neural Eng 13:026027.
   doi:10.1088/1741-2560/13/2/026027.
.. [2] Holobar A, Zazula D (2007). Multichannel blind source separation using convolution kernel compensation.
   IEEE Trans Signal Process 55:4487–4496. doi:10.1109/TSP.2007.896108.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from involuntary.decompose.agreement import agreement
from involuntary.decompose.filters import Extended, applied, extended, from_discharges, turned
from involuntary.decompose.peeling import fitted, laid_down, left_over, waveforms
from involuntary.decompose.pulses import Pulses, completed, in_step, outliers, peaks, pulses
from involuntary.decompose.spikes import cut
from involuntary.decompose.together import read_together
from involuntary.decompose.trains import evened, mixed
from involuntary.dsp import mains
from involuntary.dsp.bands import zero_phase

__all__ = ["GridDecomposition", "GridRule", "GridUnit", "decompose"]

Floats = NDArray[np.float64]
Singles = NDArray[np.float32]
Indices = NDArray[np.intp]

_IN_VAIN = 3  # searches
_HIGHEST = 1.5  # times the usual height of a pulse: higher counts as that
_ECHO_S = 0.1  # within which what follows a unit at a constant lag is a part of it


@dataclass(frozen=True, slots=True)
class GridRule:
    """How a grid's recording is taken apart; engineering choices unless a source is named.

    Attributes
    ----------
    low_hz, high_hz : float
        Zero-phase band.
    read_hz : float
        Of a faster recording every so many samples are read that no fewer a second are left: below 500 Hz the others
        tell nothing new, and as many lags would reach less far.
    extended_n : int
        Channels times lags come to at least so many (Negro 2016: 1000).
    search_s : float
        Sources are sought in the stretch of this length with the most activity.
    at_once_n : int
        Filters turned at a time, each from a moment of its own. Most come to the same few sources, those that stand
        out most, so that few at a time and many searches find more.
    turns_n : int
        Steps of the fixed point.
    renewals_n : int
        Renewals of a filter from its discharges at most.
    rounds_n : int
        Searches at most, each in what the one before left over; three in a row that find nothing end it.
    most_left_out : float
        Share of that stretch, left out for what happened in it only a few times, beyond which the search ends.
    apart_ms : float
        Least interval between discharges.
    least_silhouette : float
        A unit's pulses stand apart at least so well (Negro 2016: 0.90).
    sought_silhouette : float
        Enough while units are sought: those not found yet blur its pulses, and what it lays down must be known for them
        to be found.
    least_pulse_to_noise_db : float
        And so far above the rest of the source. 30 dB go with over 90 % of discharges right (Holobar 2014); units of
        published decompositions have 17 to 21 by this measure, so that 30 are not asked for.
    most_variation : float
        Coefficient of variation of the intervals between their quartiles, beyond which a source is no unit.
    most_in_step : float
        Mean cosine of its intervals in the period of 50 and 60 Hz: 1 where all are whole periods, 0 by chance; a unit
        at 25 Hz whose intervals vary by 5 % has 0.82.
    foreign_share : float
        Of the discharges, beyond what their spread accounts for: where more are superfluous in the rhythm, they are
        other units' and taken out.
    mixed_share : float
        Of the intervals are shorter than half the usual one where a source holds two units, as beside a needle.
    fewest_n : int
        Discharges of a unit.
    slowest_hz : float
        One over the median interval; units that fire steadily do so at several a second. Superpositions, which come now
        and then, have sources of their own.
    same_share : float
        Two sources whose discharges agree so well are one unit.
    missed_share : float
        Where the rhythm asks for a discharge, a pulse of this share of the usual height is enough.
    potential_ms : float
        Length of what is peeled off.
    """

    low_hz: float = 20.0
    high_hz: float = 500.0
    read_hz: float = 2000.0
    extended_n: int = 1000
    search_s: float = 30.0
    at_once_n: int = 24
    turns_n: int = 25
    renewals_n: int = 8
    rounds_n: int = 24
    most_left_out: float = 0.2
    apart_ms: float = 10.0
    least_silhouette: float = 0.90
    sought_silhouette: float = 0.85
    least_pulse_to_noise_db: float = 15.0
    most_variation: float = 0.5
    most_in_step: float = 0.9
    foreign_share: float = 0.03
    mixed_share: float = 0.15
    fewest_n: int = 15
    slowest_hz: float = 3.0
    same_share: float = 0.3
    missed_share: float = 0.5
    potential_ms: float = 50.0


@dataclass(frozen=True, slots=True, eq=False)
class GridUnit:
    """One motor unit.

    Attributes
    ----------
    time_s : ndarray, shape (discharges,)
        From the first sample on, sorted: where the averaged potential is largest on any channel.
    silhouette : float
        How far its pulses stand apart from the rest of the source, up to 1.
    pulse_to_noise_db : float
        Their power over that between them.
    potentials : ndarray, shape (channels, m)
        Averaged potential on each channel, the discharge in the middle.
    """

    time_s: Floats
    silhouette: float
    pulse_to_noise_db: float
    potentials: Floats


@dataclass(frozen=True, slots=True, eq=False)
class GridDecomposition:
    """Units of a grid's recording, the most active first.

    Attributes
    ----------
    units : tuple of GridUnit
    explained : float
        Share of the channels' energy that the units' potentials explain.
    """

    units: tuple[GridUnit, ...]
    explained: float


def decompose(samples: Floats, rate_hz: float, rule: GridRule) -> GridDecomposition:
    """Take a grid's recording apart.

    Parameters
    ----------
    samples : ndarray, shape (channels, n)
        Without gaps, all channels of one rate and unit; dead channels left out.
    rate_hz : float
    rule : GridRule
    """
    high_hz = min(rule.high_hz, rate_hz / 2)
    channels = np.stack([zero_phase(mains.remove(row, rate_hz), rate_hz, rule.low_hz, high_hz) for row in samples])
    scale = float(channels.std()) or 1.0
    every = max(int(rate_hz / rule.read_hz), 1)
    signal = np.ascontiguousarray(channels[:, ::every] / scale, dtype=np.float32)
    look = _look(signal, rate_hz / every, rule)
    sought = _without_echoes(_sought(signal, look), look)
    trains = [p.at for p in _alone(signal, sought, look, rule.sought_silhouette)]
    together = read_together(signal, trains, look.before, look.after, look.apart)
    found = _in_rhythm(_alone(signal, together, look, rule.least_silhouette), rule)
    units = [_unit(channels, p, every, rate_hz, rule) for p in found]
    trains = [p.at for p in found]
    left, _, _ = _peeled(signal, trains, look)
    energy, rest = (float(np.sum(np.square(rows, dtype=np.float64))) for rows in (signal, left))
    explained = max(1.0 - rest / energy, 0.0) if units else 0.0
    return GridDecomposition(tuple(sorted(units, key=lambda unit: -unit.time_s.size)), explained)


@dataclass(frozen=True, slots=True)
class _Look:
    """A rule in samples of what is read."""

    rule: GridRule
    rate_hz: float
    window: slice
    lags: int
    apart: int
    before: int
    after: int


def _look(signal: Singles, rate_hz: float, rule: GridRule) -> _Look:
    window = _busiest(signal, round(rule.search_s * rate_hz))
    lags = max(-(-rule.extended_n // len(signal)), 2)
    return _Look(rule, rate_hz, window, lags, max(round(rule.apart_ms * rate_hz / 1e3), 1), *_reach(rate_hz, rule))


def _unit(channels: Floats, found: Pulses, every: int, rate_hz: float, rule: GridRule) -> GridUnit:
    """Place the discharges where the potential is largest: a source lags behind it by some of what it is read from."""
    before, after = _reach(rate_hz, rule)
    potentials = _averaged(channels, found.at * every, before, after)
    lag = int(np.argmax(np.max(np.abs(potentials), axis=0))) - before
    at = np.clip(found.at * every + lag, 0, channels.shape[1] - 1)
    return GridUnit(at / rate_hz, found.silhouette, found.pulse_to_noise_db, _averaged(channels, at, before, after))


def _averaged(channels: Floats, at: Indices, before: int, after: int) -> Floats:
    return np.stack([cut(row, at, before, after).mean(axis=0) for row in channels])


def _sought(signal: Singles, look: _Look) -> list[Indices]:
    """Seek units, peel them off, and seek in what is left over, whitened by itself: known units hide no others.

    What happens only a few times, a doublet or a twitch of the electrodes, is sparser than any unit and would draw all
    filters to it: it is left out of the next searches.
    """
    trains: list[Indices] = []
    left, loud = signal, np.zeros(signal.shape[1], dtype=np.bool_)
    in_vain = 0
    for search in range(look.rule.rounds_n):
        channels = extended(np.where(loud, np.float32(0.0), left), look.window, look.lags)
        starts = look.window.start + _moments(channels.signal[:, look.window], look.rule.at_once_n, look.apart, search)
        if not starts.size:
            break
        starts = np.minimum(starts + look.lags // 2, look.window.stop - 1)
        filters = turned(channels, look.window, starts, look.rule.turns_n, look.rule.fewest_n)
        found, rare = _renewed(channels, filters, look)
        new = _one_each(found, trains, look)
        for at in rare:
            for place in at.tolist():
                loud[max(place - look.lags - look.before, 0) : place + look.after] = True
        in_vain = 0 if new else in_vain + 1
        # What is left over of known units beyond what is peeled off would draw the next filters as well.
        trains += [p.at for p in new or _one_each(found, [], look)]
        if in_vain == _IN_VAIN or float(loud[look.window].mean()) > look.rule.most_left_out:
            break
        left, _, _ = _peeled(signal, trains, look)
    return trains


def _without_echoes(trains: list[Indices], look: _Look) -> list[Indices]:
    """Leave out what comes at a constant lag to a unit found before: a part of its potential beyond what is peeled off.

    Where there is little noise, what a zero-phase filter makes of a potential stands out that far from it.
    """
    kept: list[Indices] = []
    for at in trains:
        known = [one / look.rate_hz for one in kept]
        same = agreement([at / look.rate_hz], known, 0.001, _ECHO_S)
        if not same or same[0].rate < look.rule.same_share:
            kept.append(at)
    return kept


def _peeled(signal: Singles, trains: list[Indices], look: _Look) -> tuple[Singles, Singles, list[Singles]]:
    """Give what units leave over, their waveforms, and how each discharge differs from them."""
    waves = waveforms(signal, trains, look.before, look.after)
    left, own = fitted(left_over(signal, waves, trains, look.before), waves, trains, look.before)
    return left, waves, own


def _alone(signal: Singles, trains: list[Indices], look: _Look, least: float) -> list[Pulses]:
    """Read each unit by a filter in the channels without what the others lay down; leave out what is then no unit."""
    left, waves, own = _peeled(signal, trains, look)
    found = []
    for wave, at, changes in zip(waves, trains, own, strict=True):
        alone = left + laid_down(wave, at, look.before, signal.shape[1], changes)
        found.append(_best(extended(alone, look.window, look.lags), at, look, least, complete=True))
    return _one_each([p for p in found if p is not None], [], look)


def _in_rhythm(found: list[Pulses], rule: GridRule) -> list[Pulses]:
    """Leave out sources that hold two units, and take discharges of others out of the rest.

    At the very end: what is laid down of two units together still helps to read the others.
    """
    one = [p for p in found if mixed(p.at) <= rule.mixed_share]
    return [replace(p, at=evened(p.at, rule.foreign_share)) for p in one]


def _busiest(signal: Singles, n: int) -> slice:
    """Give the stretch of `n` samples with the most energy."""
    if signal.shape[1] <= n:
        return slice(0, signal.shape[1])
    total = np.concatenate([[0.0], np.cumsum(np.sum(signal.astype(np.float64) ** 2, axis=0))])
    start = int(np.argmax(total[n:] - total[:-n]))
    return slice(start, start + n)


def _moments(signal: Singles, n: int, apart: int, search: int) -> Indices:
    """Give moments of much activity: from the highest to the median of all peaks, apart, others at each search."""
    power = np.sum(signal.astype(np.float64) ** 2, axis=0)
    tops = peaks(power, 2 * apart)
    ordered = tops[np.argsort(-power[tops], kind="stable")]
    half = ordered[: max(ordered.size // 2, 1)]
    if not half.size:
        return half
    step = max(half.size / n, 1.0)
    # The golden ratio spreads the searches' starts over a step, whatever their number.
    start = step * (search * 0.618 % 1)
    return half[np.arange(start, half.size, step).astype(np.intp)[:n]]


def _renewed(channels: Extended, filters: Singles, look: _Look) -> tuple[list[Pulses], list[Indices]]:
    """Renew each filter from its discharges; give what they come to, and pulses too few for a unit."""
    found, rare = [], []
    for source in applied(channels.signal, filters, channels.lags):
        first = pulses(source, look.apart, look.rate_hz)
        few = outliers(source, look.apart, look.rule.fewest_n)
        best = (
            _best(channels, first.at, look, look.rule.sought_silhouette) if first is not None and not few.size else None
        )
        if few.size:
            rare.append(few)
        if best is not None:
            found.append(best)
    return found, rare


def _best(channels: Extended, at: Indices, look: _Look, least: float, complete: bool = False) -> Pulses | None:
    """Renew a filter from discharges as long as its pulses stand further apart; None where they are no unit's.

    Once units are read alone, low pulses are added where the rhythm asks for one; before, they would blur the filter.
    """
    best: Pulses | None = None
    kept = np.empty(0, dtype=np.float32)
    for _ in range(look.rule.renewals_n):
        if at.size < look.rule.fewest_n:
            break
        source = applied(channels.signal, from_discharges(channels, at), channels.lags)[0]
        # A single event much higher than all discharges would be taken for the only pulse.
        source = np.minimum(source, _HIGHEST * max(float(np.median(source[at])), 0.0))
        new = pulses(source, look.apart, look.rate_hz)
        if new is None or (best is not None and new.silhouette <= best.silhouette):
            break
        best, kept, at = new, source, new.at
    if best is None or not _is_unit(best, look.rule, look.rate_hz, least):
        return None
    return completed(kept, best, look.rule.missed_share) if complete else best


def _is_unit(found: Pulses, rule: GridRule, rate_hz: float, least: float) -> bool:
    """Hold a source's pulses against the rule; what keeps step with the mains is what is left of them."""
    return (
        found.at.size >= rule.fewest_n
        and found.silhouette >= least
        and found.pulse_to_noise_db >= rule.least_pulse_to_noise_db
        and float(np.median(np.diff(found.at))) * rule.slowest_hz <= rate_hz
        and found.variation <= rule.most_variation
        and all(in_step(found.at, rate_hz / line) < rule.most_in_step for line in (50.0, 60.0))
    )


def _one_each(new: list[Pulses], known: list[Indices], look: _Look) -> list[Pulses]:
    """Leave out sources whose discharges are those of a known unit or of a better source."""
    kept: list[Pulses] = []
    for candidate in sorted(new, key=lambda p: -p.silhouette):
        others = [*known, *(p.at for p in kept)]
        same = agreement([candidate.at / look.rate_hz], [other / look.rate_hz for other in others], 0.001)
        if not same or same[0].rate < look.rule.same_share:
            kept.append(candidate)
    return kept


def _reach(rate_hz: float, rule: GridRule) -> tuple[int, int]:
    total = round(rule.potential_ms * rate_hz / 1e3)
    return total // 2, total - total // 2
