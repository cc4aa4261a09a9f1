"""Decomposition of a grid's recording: convolutive blind source separation, unit by unit, with its quality.

The channels and their past are whitened; filters that start at moments of much activity are turned by a fixed point
towards the most skewed, that is the sparsest, sources [1]_; each filter is then renewed from its own discharges as
long as their intervals become steadier [2]_; a unit is kept where its pulses stand apart from the rest (silhouette),
its potentials are peeled off all channels, and the search goes on in what is left, whitened anew. At the end each unit
is read once more without the others, then all together by their waveforms, which tell units that look alike apart, and
once more each alone: a filter passes over what no unit here accounts for, where waveforms are given it.

The extended channels are never built: a filter is applied, and correlated with a source, lag by lag.

References
----------
.. [1] Negro F, Muceli S, Castronovo AM, Holobar A, Farina D (2016). Multi-channel intramuscular and surface EMG
   decomposition by convolutive blind source separation. J Neural Eng 13:026027.
   doi:10.1088/1741-2560/13/2/026027.
.. [2] Holobar A, Zazula D (2007). Multichannel blind source separation using convolution kernel compensation.
   IEEE Trans Signal Process 55:4487–4496. doi:10.1109/TSP.2007.896108.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from involuntary.decompose.agreement import agreement
from involuntary.decompose.peeling import laid_down, left_over, waveforms
from involuntary.decompose.pulses import Pulses, completed, in_step, peaks, pulses
from involuntary.decompose.spikes import cut
from involuntary.decompose.together import read_together
from involuntary.dsp import mains
from involuntary.dsp.bands import zero_phase

__all__ = ["GridDecomposition", "GridRule", "GridUnit", "decompose"]

Floats = NDArray[np.float64]
Singles = NDArray[np.float32]
Indices = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class GridRule:
    """How a grid's recording is taken apart; engineering choices unless a source is named.

    Attributes
    ----------
    low_hz, high_hz : float
        Zero-phase band.
    extended_n : int
        Channels times lags come to at least so many (Negro 2016: 1000).
    search_s : float
        Sources are sought in the stretch of this length with the most activity.
    at_once_n : int
        Filters turned at a time, each from a moment of its own.
    turns_n : int
        Steps of the fixed point.
    renewals_n : int
        Renewals of a filter from its discharges at most.
    rounds_n : int
        Searches at most, each in what the one before left over; two in a row that find nothing end it.
    apart_ms : float
        Least interval between discharges.
    least_silhouette : float
        A unit's pulses stand apart at least so well (Negro 2016: 0.90).
    least_pulse_to_noise_db : float
        And so far above the rest of the source. 30 dB go with over 90 % of discharges right (Holobar 2014); units of
        published decompositions have 17 to 21 by this measure, so that it is reported and not asked for.
    most_variation : float
        Coefficient of variation of the intervals between their quartiles, beyond which a source is no unit.
    most_in_step : float
        Mean cosine of its intervals in the period of 50 and 60 Hz: 1 where all are whole periods, 0 by chance; a unit
        at 25 Hz whose intervals vary by 5 % has 0.82.
    fewest_n : int
        Discharges of a unit.
    same_share : float
        Two sources whose discharges agree so well are one unit.
    missed_share : float
        Where the rhythm asks for a discharge, a pulse of this share of the usual height is enough.
    potential_ms : float
        Length of what is peeled off.
    """

    low_hz: float = 20.0
    high_hz: float = 500.0
    extended_n: int = 1000
    search_s: float = 30.0
    at_once_n: int = 64
    turns_n: int = 25
    renewals_n: int = 8
    rounds_n: int = 8
    apart_ms: float = 10.0
    least_silhouette: float = 0.90
    least_pulse_to_noise_db: float = 15.0
    most_variation: float = 0.5
    most_in_step: float = 0.9
    fewest_n: int = 15
    same_share: float = 0.3
    missed_share: float = 0.5
    potential_ms: float = 50.0


@dataclass(frozen=True, slots=True, eq=False)
class GridUnit:
    """One motor unit.

    Attributes
    ----------
    time_s : ndarray, shape (discharges,)
        From the first sample on, sorted.
    silhouette : float
        How far its pulses stand apart from the rest of the source, up to 1.
    pulse_to_noise_db : float
        Their power over that between them.
    potentials : ndarray, shape (channels, m)
        Averaged potential on each channel, the discharge at about a third of the width.
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
        Share of the channels' energy that the units' averaged potentials explain.
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
    signal = np.ascontiguousarray(channels / scale, dtype=np.float32)
    lags = max(-(-rule.extended_n // len(signal)), 2)
    apart = max(round(rule.apart_ms * rate_hz / 1e3), 1)
    window = _busiest(signal, round(rule.search_s * rate_hz))
    before, after = _reach(rate_hz, rule)
    trains = _sought(signal, window, lags, rule, apart, rate_hz)
    found = _alone(signal, trains, window, lags, rule, apart, rate_hz)
    trains = read_together(signal, [p.at for p in found], before, after, apart)
    found = _alone(signal, trains, window, lags, rule, apart, rate_hz)
    trains = [p.at for p in found]
    units = [
        GridUnit(
            p.at / rate_hz,
            p.silhouette,
            p.pulse_to_noise_db,
            scale * np.stack([cut(row, p.at, before, after).mean(axis=0) for row in signal]).astype(np.float64),
        )
        for p in found
    ]
    left = left_over(signal, waveforms(signal, trains, before, after), trains, before)
    energy, rest = (float(np.sum(np.square(rows, dtype=np.float64))) for rows in (signal, left))
    explained = max(1.0 - rest / energy, 0.0) if units else 0.0
    return GridDecomposition(tuple(sorted(units, key=lambda unit: -unit.time_s.size)), explained)


def _sought(signal: Singles, window: slice, lags: int, rule: GridRule, apart: int, rate_hz: float) -> list[Indices]:
    """Seek units, peel them off, and seek in what is left over, whitened by itself: known units hide no others."""
    before, after = _reach(rate_hz, rule)
    trains: list[Indices] = []
    left = signal
    in_vain = 0
    for search in range(rule.rounds_n):
        inverse = _inverse_covariance(left[:, window], lags)
        filters = _turned(left[:, window], lags, inverse, rule, apart, search)
        new = _one_each(_renewed(left, filters, lags, inverse, rule, apart, rate_hz), trains, rate_hz, rule)
        in_vain = 0 if new else in_vain + 1
        if in_vain == 2:
            break
        trains += [p.at for p in new]
        left = left_over(signal, waveforms(signal, trains, before, after), trains, before)
    return trains


def _alone(
    signal: Singles, trains: list[Indices], window: slice, lags: int, rule: GridRule, apart: int, rate_hz: float
) -> list[Pulses]:
    """Read each unit by a filter in the channels without what the others lay down; leave out what is then no unit."""
    before, after = _reach(rate_hz, rule)
    waves = waveforms(signal, trains, before, after)
    left = left_over(signal, waves, trains, before)
    found = []
    for wave, at in zip(waves, trains, strict=True):
        own = left + laid_down(wave, at, before, signal.shape[1])
        inverse = _inverse_covariance(own[:, window], lags)
        found.append(_best(own, at, lags, inverse, rule, apart, rate_hz, last=True))
    return _one_each([p for p in found if p is not None], [], rate_hz, rule)


def _busiest(signal: Singles, n: int) -> slice:
    """Give the stretch of `n` samples with the most energy."""
    if signal.shape[1] <= n:
        return slice(0, signal.shape[1])
    total = np.concatenate([[0.0], np.cumsum(np.sum(signal.astype(np.float64) ** 2, axis=0))])
    start = int(np.argmax(total[n:] - total[:-n]))
    return slice(start, start + n)


def _inverse_covariance(signal: Singles, lags: int) -> Floats:
    """Invert the covariance of channels at all lags, shape (channels lags, channels lags); order: lag, channel.

    The covariance of a stationary signal depends on the difference of lags alone, so `lags` products make all of it.
    Directions weaker than the mean of the weaker half are noise and left out (Negro 2016).
    """
    m, n = signal.shape
    at = [(signal[:, lag:] @ signal[:, : n - lag].T).astype(np.float64) / (n - lag) for lag in range(lags)]
    blocks = np.empty((lags, m, lags, m))
    for a in range(lags):
        for b in range(lags):
            # Row a holds the channels a samples ago: <x(t - a) x(t - b)'> is the product at b - a.
            blocks[a, :, b, :] = at[b - a] if b >= a else at[a - b].T
    values, vectors = np.linalg.eigh(blocks.reshape(lags * m, lags * m))
    floor = float(np.mean(values[: values.size // 2]))
    kept = values > max(floor, 1e-9 * float(values[-1]))
    return np.asarray((vectors[:, kept] / values[kept]) @ vectors[:, kept].T)


def _applied(signal: Singles, filters: Singles, lags: int) -> Singles:
    """Filter all channels and sum, for each filter: shape (filters, n)."""
    m, n = signal.shape
    table = filters.reshape(len(filters), lags, m)
    out = table[:, 0] @ signal
    for lag in range(1, lags):
        out[:, lag:] += table[:, lag] @ signal[:, : n - lag]
    return np.asarray(out)


def _gathered(signal: Singles, weight: Singles, lags: int) -> Floats:
    """Average the extended channels under weights: shape (weights, lags channels)."""
    m, n = signal.shape
    out = np.empty((len(weight), lags, m))
    for lag in range(lags):
        out[:, lag] = weight[:, lag:] @ signal[:, : n - lag].T / n
    return out.reshape(len(weight), lags * m)


def _scaled(pull: Floats, inverse: Floats) -> Floats:
    """Give the filters whose sources correlate with the channels as asked, and have unit variance."""
    filters = pull @ inverse
    return np.asarray(filters / np.sqrt(np.maximum(np.sum(filters * pull, axis=1, keepdims=True), 1e-300)))


def _turned(signal: Singles, lags: int, inverse: Floats, rule: GridRule, apart: int, search: int = 0) -> Singles:
    """Turn filters from moments of much activity to skewed sources of unit variance, shape (filters, lags channels)."""
    at = _moments(signal, rule.at_once_n, apart, search)
    seeds = np.zeros((at.size, signal.shape[1]), dtype=np.float32)
    seeds[np.arange(at.size), np.minimum(at + lags // 2, signal.shape[1] - 1)] = 1.0
    filters = _scaled(_gathered(signal, seeds, lags), inverse)
    # As many steps for all: a step is small not only at the end but also between two sources, where it must not stop.
    for _ in range(rule.turns_n):
        source = _applied(signal, filters.astype(np.float32), lags)
        # The fixed point of the third power: its second derivative averages to nothing.
        filters = _scaled(_gathered(signal, source * source, lags), inverse)
    return filters.astype(np.float32)


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


def _renewed(
    signal: Singles, filters: Singles, lags: int, inverse: Floats, rule: GridRule, apart: int, rate_hz: float
) -> list[Pulses]:
    """Renew each filter from its discharges; give what they come to."""
    found = []
    for source in _applied(signal, filters, lags):
        first = pulses(source, apart, rate_hz)
        best = _best(signal, first.at, lags, inverse, rule, apart, rate_hz) if first is not None else None
        if best is not None:
            found.append(best)
    return found


def _best(
    signal: Singles,
    at: Indices,
    lags: int,
    inverse: Floats,
    rule: GridRule,
    apart: int,
    rate_hz: float,
    last: bool = False,
) -> Pulses | None:
    """Renew a filter from discharges as long as its pulses stand further apart; None where they are no unit's.

    The last time, low pulses are added where the rhythm asks for one; before, they would blur the filter.
    """
    best: Pulses | None = None
    kept = np.empty(0, dtype=np.float32)
    for _ in range(rule.renewals_n):
        if at.size < rule.fewest_n:
            break
        seeds = np.zeros((1, signal.shape[1]), dtype=np.float32)
        seeds[0, at] = 1.0
        filters = _scaled(_gathered(signal, seeds, lags), inverse).astype(np.float32)
        source = _applied(signal, filters, lags)[0]
        new = pulses(source, apart, rate_hz)
        if new is None or (best is not None and new.silhouette <= best.silhouette):
            break
        best, kept, at = new, source, new.at
    if best is None or not _is_unit(best, rule, rate_hz):
        return None
    return completed(kept, best, rule.missed_share) if last else best


def _is_unit(found: Pulses, rule: GridRule, rate_hz: float) -> bool:
    """Hold a source's pulses against the rule; what keeps step with the mains is what is left of them."""
    return (
        found.at.size >= rule.fewest_n
        and found.silhouette >= rule.least_silhouette
        and found.pulse_to_noise_db >= rule.least_pulse_to_noise_db
        and found.variation <= rule.most_variation
        and all(in_step(found.at, rate_hz / line) < rule.most_in_step for line in (50.0, 60.0))
    )


def _one_each(new: list[Pulses], known: list[Indices], rate_hz: float, rule: GridRule) -> list[Pulses]:
    """Leave out sources whose discharges are those of a known unit or of a better source."""
    kept: list[Pulses] = []
    for candidate in sorted(new, key=lambda p: -p.silhouette):
        others = [*known, *(p.at for p in kept)]
        same = agreement([candidate.at / rate_hz], [other / rate_hz for other in others], 0.001)
        if not same or same[0].rate < rule.same_share:
            kept.append(candidate)
    return kept


def _reach(rate_hz: float, rule: GridRule) -> tuple[int, int]:
    total = round(rule.potential_ms * rate_hz / 1e3)
    return total // 2, total - total // 2
