"""Waves that travel along an array: which electrodes they pass in turn, and how fast, window by window."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from involuntary.detect.lines import Lines
from involuntary.detect.spectra import WindowSpectra
from involuntary.dsp.velocity import agreement, lagged, likeliest_delay
from involuntary.phenomena._fatigue.windows import held

__all__ = ["Run", "WaveRule", "Waves", "runs", "travelled"]

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]
Complexes = NDArray[np.complexfloating]

# Two signals alone give uncertain delays: they may lie beyond the limits by this factor.
_WIDER = 1.5
# Of a tone the delay is known but for whole periods: the power of waves that travel fills this width at least
# (engineering choice; that of muscle fills a hundred and more).
_BROAD_HZ = 30.0


@dataclass(frozen=True, slots=True)
class WaveRule:
    """What a wave that travels is.

    Attributes
    ----------
    differences, of_pairs : int
        How often neighbours are subtracted from each other first, and how often to make pairs of electrodes.
    slowest_m_s, fastest_m_s : float
        Limits of the velocity.
    least_agreement : float
        Correlation of neighbours once moved onto each other.
    fewest : int
        Signals that a wave passes in turn.
    """

    differences: int
    of_pairs: int
    slowest_m_s: float
    fastest_m_s: float
    least_agreement: float
    fewest: int


@dataclass(frozen=True, slots=True, eq=False)
class Run:
    """Electrodes along one line that waves pass in this order; `signals` of shape (k, windows, frequencies)."""

    channels: tuple[int, ...]
    signals: Complexes
    pairs: Complexes


@dataclass(frozen=True, slots=True, eq=False)
class Waves:
    """What all runs together give.

    Attributes
    ----------
    velocity_m_s, agreement : ndarray of float64, shape (windows,)
        Velocity, and mean correlation of neighbours at it.
    density : ndarray of float64, shape (windows, frequencies)
        Of pairs of electrodes beside each other, mean over the runs.
    usable : ndarray of bool, shape (windows,)
        Where no signal is missing.
    """

    velocity_m_s: Floats
    agreement: Floats
    density: Floats
    usable: Mask


def runs(
    spectra: Mapping[int, WindowSpectra], usable: Mapping[int, Mask], lines: Lines, rule: WaveRule
) -> tuple[Run, ...]:
    """Give the electrodes that waves pass in turn, on either side of an innervation zone, in both halves of the time.

    Over an innervation zone waves set out both ways, at the end of fibres they stand still, and both move with the
    length of the muscle: there, neighbours agree at no delay that a wave would take, or not in both halves.
    """
    found = []
    for line in lines.channels:
        if len(line) < rule.fewest + rule.differences:
            continue
        signals, whole = _signals(spectra, usable, line, rule.differences)
        way = _ways(signals, whole, next(iter(spectra.values())).frequency_hz, lines.spacing_mm, rule)
        edges = [0, *(np.flatnonzero(np.diff(way)) + 1).tolist(), way.size]
        for begin, end in pairwise(edges):
            turned = int(way[begin])
            first = begin + rule.differences * (turned > 0 and _set_out(way[:begin][::-1], turned))
            last = end - rule.differences * (turned < 0 and _set_out(way[end:], turned))
            if turned == 0 or last - first + 1 < rule.fewest:
                continue
            order = slice(first, last + 1)
            electrodes = line[first : last + 1 + rule.differences]
            pairs, _ = _signals(spectra, usable, electrodes, rule.of_pairs)
            found.append(Run(electrodes[::turned], signals[order][::turned], pairs))
    return tuple(found)


def _set_out(behind: Floats, turned: int) -> bool:
    """Say whether waves may have set out just behind a run, so that its first signals reach over that place."""
    seen = behind[behind != 0]
    return behind.size > 0 and not (seen.size > 0 and seen[0] == turned)


def _signals(
    spectra: Mapping[int, WindowSpectra], usable: Mapping[int, Mask], line: Sequence[int], differences: int
) -> tuple[Complexes, Mask]:
    """Subtract neighbours; what lacks a usable channel is silent. Give also where signals are whole, (k, windows)."""
    whole = np.array([usable[i] for i in line])
    signals: Complexes = np.diff(np.array([spectra[i].values for i in line]), n=differences, axis=0)
    for _ in range(differences):
        whole = whole[1:] & whole[:-1]
    return signals * whole[:, :, None], whole


def _ways(signals: Complexes, whole: Mask, frequency_hz: Floats, spacing_mm: float, rule: WaveRule) -> Floats:
    """Say which way waves pass from each signal to the next, shape (k - 1,): 1, -1, or 0 where none travels."""
    power = np.abs(signals) ** 2
    windows = np.flatnonzero(held(np.median(power.sum(axis=2), axis=0), np.any(whole, axis=0)))
    if _width_hz(power[:, windows].sum(axis=(0, 1)), frequency_hz) < _BROAD_HZ:
        return np.zeros(len(signals) - 1)
    way = np.full(len(signals) - 1, np.nan)
    shortest = spacing_mm / 1e3 / (_WIDER * rule.fastest_m_s)
    longest = spacing_mm / 1e3 * _WIDER / rule.slowest_m_s
    for half in np.array_split(windows, 2):
        both = signals[:, half]
        cross = np.sum(both[1:] * np.conj(both[:-1]), axis=1)
        size = np.sqrt(power[:, half].sum(axis=(1, 2)))
        delay = likeliest_delay(cross[None], frequency_hz, longest)
        moved = np.sum((cross * np.exp(2j * np.pi * frequency_hz * delay[:, None])).real, axis=1)
        alike = (moved > 0) & (moved >= rule.least_agreement * size[1:] * size[:-1])
        in_time = (np.abs(delay) >= shortest) & (np.abs(delay) <= longest)
        seen = np.where(alike & in_time, np.sign(delay), 0.0)
        way = np.where(np.isnan(way) | (way == seen), seen, 0.0)
    return way


def _width_hz(density: Floats, frequency_hz: Floats) -> float:
    """Give how wide a band of even density would be that holds the same power and the same sum of squares."""
    squares = float(np.sum(density**2))
    return float(np.sum(density)) ** 2 / squares * float(frequency_hz[1] - frequency_hz[0]) if squares > 0 else 0.0


def travelled(found: Sequence[Run], frequency_hz: Floats, spacing_mm: float, rule: WaveRule) -> Waves:
    """Give the likeliest velocity of each window from all runs together."""
    longest = max(len(run.signals) for run in found) - 1
    shape = found[0].signals.shape[1:]
    pairs = np.zeros((longest, *shape), dtype=np.complex128)
    for run in found:
        pairs[: len(run.signals) - 1] += lagged(run.signals)
    delay = likeliest_delay(pairs, frequency_hz, _WIDER * spacing_mm / 1e3 / rule.slowest_m_s)
    with np.errstate(divide="ignore"):
        velocity = spacing_mm / 1e3 / delay
    every = np.concatenate([agreement(run.signals, frequency_hz, delay) for run in found])
    usable: Mask = np.all(np.isfinite(every), axis=0)
    density: Floats = np.concatenate([np.abs(run.pairs) ** 2 for run in found]).mean(axis=0, dtype=np.float64)
    return Waves(velocity, np.mean(every, axis=0), density, usable)
