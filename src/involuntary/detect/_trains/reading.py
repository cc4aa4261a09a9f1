"""A block read by the waveforms of units that are known: where one may have fired, and what that place is made of.

A waveform that is known is found by matched filter at a size at which an envelope shows nothing; where copies overlap,
and where the envelope stands out, successions are counted (`involuntary.dsp.succession`).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.signal import oaconvolve

from involuntary.detect._trains.continued import continued
from involuntary.detect._trains.fits import Piece, fitted
from involuntary.detect._trains.limits import LEAST_GAIN, LIKELY, MET, TRIED
from involuntary.detect._trains.rule import TrainRule
from involuntary.detect._trains.search import CLEAR, REGULAR, told_by, told_well
from involuntary.detect._trains.shapes import counted, mixed
from involuntary.detect._trains.stretches import (
    AROUND_S,
    all_high,
    around,
    clear_of,
    crowded,
    faintly,
    recounted,
    sampled,
)
from involuntary.detect.conditioned import Conditioned
from involuntary.dsp.noise import track
from involuntary.dsp.runs import joined
from involuntary.dsp.succession import OVER, SHORTEST_S, Sampling, Stretch, Succession, Wave, nearby
from involuntary.dsp.unmix import Kernel

__all__ = ["Hits", "Reader", "hits_of"]

Samples = NDArray[np.float64]
Places = NDArray[np.intp]
Spans = NDArray[np.intp]

_MATCH = 0.45  # of a unit's waveform: a match is at least so large
_MATCH_DEVIATES = 4.2  # and so many standard deviations of what the filter makes of noise: one in a minute
_QUIET, _QUIET_DEVIATE = 0.25, 0.3186  # share of a block that surely holds noise alone, and the deviates below it
_SEEN = 0.1  # of its largest deflection: a waveform lies where it is larger
_CLEAN = 1.3  # energy left, as a share of noise and misfit, below which no other unit is tried
_TOLD = 4  # places after which what was told of a block is none, if few of several are even trains
_KNOWN_TOGETHER_S = 0.5  # longest place in which several units are sought, for their waveforms are known
_FILLED = 0.25  # of a block
_LESS = 0.5  # of what one unit leaves: several leave no more where they are told instead
_RATE = 0.05  # a rate is right if it lies so near, as a share


class Hits(NamedTuple):
    """Where units match a block: sample, unit, and the match in units of the root of its energy."""

    at: Places
    unit: Places
    size: Samples

    def within(self, place: Piece) -> Hits:
        """Give those in a place, counted from its first sample."""
        first, last = np.searchsorted(self.at, [place.start, place.start + place.wave.size])
        return Hits(self.at[first:last] - place.start, self.unit[first:last], self.size[first:last])


def hits_of(samples: Samples, units: Sequence[Wave]) -> Hits:
    """Find where a unit's waveform matches by far more than noise does."""
    found = []
    for name, wave in enumerate(units):
        own = wave.samples
        energy = float(own @ own)
        match = oaconvolve(samples, own[::-1], "same")
        quiet = float(np.quantile(np.abs(match[::7]), _QUIET)) / _QUIET_DEVIATE
        inner = match[1:-1]
        high = inner > max(_MATCH * energy, _MATCH_DEVIATES * quiet)
        at = np.flatnonzero(high & (inner >= match[:-2]) & (inner > match[2:])) + 1
        found.append((at, np.full(at.size, name), match[at] / math.sqrt(energy)))
    at, unit, size = (np.concatenate([one[k] for one in found]) for k in range(3))
    order = np.argsort(at, kind="stable")
    return Hits(at[order], unit[order], size[order])


class _Told(NamedTuple):
    """Discharges of a place, whether they are an even succession, and what they explain and leave; see `Succession`."""

    rows: Sequence[tuple[float, ...]] = ()
    even: bool = False
    explained: float = 0.0
    left: float = math.inf


class Reader:
    """Reads blocks of a channel by the waveforms of its units."""

    def __init__(self, units: Sequence[Wave], rule: TrainRule) -> None:
        self._units, self._rule, self._faint = units, rule, faintly(rule)
        self._reach = np.array([_reach(wave) for wave in units])
        self._together = Kernel(np.array([wave.samples for wave in units]))
        self._size, self._peak = [wave.size for wave in units], [wave.peak for wave in units]

    def read(self, part: Conditioned) -> Samples | None:
        """Give the discharges of a block; none are given of one that is too full to tell what stands alone.

        Returns
        -------
        ndarray, shape (n, 6)
            Time in samples of the channel, amplitude peak to peak, unit or -1, explained share, certainty
            (not-a-number where it was not weighed, as of several units at once), place.
        """
        high = all_high(part, self._faint)
        spans, _ = clear_of(part, high, self._faint)
        if crowded(part, spans, self._rule):
            return np.empty((0, 6))
        step, sampling, samples = sampled(part, self._rule)
        hits = hits_of(samples, self._units)
        places = self._places(recounted(high, step), hits, samples.size, sampling)
        if places is None:
            return None
        proper = (places[:, 0] * step >= part.block.start) & (places[:, 0] * step < part.block.stop)
        short = places[:, 1] - places[:, 0] <= self._rule.longest_ms / 1e3 * sampling.rate_hz
        places = places[proper & short]
        level = track(part.steps).level_at((places[:, 0] * step).astype(np.intp)) if len(places) else np.empty(0)
        pieces = around(samples, places, level, sampling)
        noise = np.array([piece.noise for piece in pieces])
        rows = continued(self._rows(pieces, hits, sampling.rate_hz), samples, self._units, noise, self._rule)
        rows[:, 0] = rows[:, 0] * step + part.block.first
        rows[:, 5] += part.block.first + part.block.start
        return rows

    def _places(self, high: Spans, hits: Hits, n: int, sampling: Sampling) -> Spans | None:
        """Give where the envelope is high or a unit matches; none where that fills much of a block."""
        gap = round(AROUND_S * sampling.rate_hz)
        matched = hits.at[:, None] + self._reach[hits.unit] * [-1, 1]
        both = np.clip(np.concatenate([high, matched]), 0, n)
        places = joined(both[np.argsort(both[:, 0], kind="stable")], gap)
        return places if float(np.sum(places[:, 1] - places[:, 0])) <= _FILLED * n else None

    def _rows(self, places: Sequence[Piece], hits: Hits, rate_hz: float) -> Samples:
        rows: list[tuple[float, ...]] = []
        tried = met = 0
        for number in mixed(len(places)):
            place = places[number]
            own = hits.within(place)
            told = self._told(place, own)
            found, two = told.rows, len(np.unique(own.unit)) > 1
            several = self._of_several(place) if told.left > _CLEAN and two else []
            if several and 1 - several[0][3] < _LESS * (1 - told.explained):
                found = several
            elif found or not two:
                tried, met = tried + (len(found) != 1), met + (told.even and len(found) > 1)
            rows += [(place.start + row[0], *row[1:], float(number)) for row in found or counted(place, rate_hz)]
            if tried >= TRIED and met < MET * tried:
                break
        if tried >= _TOLD and met < MET * tried:
            rows = []
        rows = _once(rows, SHORTEST_S * rate_hz)
        rows.sort(key=lambda row: (row[5], row[0]))
        return np.array(rows, dtype=np.float64).reshape(-1, 6)

    def _told(self, place: Piece, hits: Hits) -> _Told:
        """Explain a place by an even succession of one unit, or one that is not; nothing where none explains enough."""
        stretch, units = Stretch(place.wave, place.noise), self._units
        tried: list[tuple[Succession, int]] = []
        for unit in self._likely(place, hits):
            found = _successions(stretch, units[unit], hits.at[hits.unit == unit], hits.size[hits.unit == unit])
            tried += [(one, unit) for one in found]
            if found and found[0].left < _CLEAN:
                break
        if not tried:
            return _Told()
        best, unit = min(tried, key=lambda one: one[0].cost)
        if not told_well(best, stretch, units[unit].sampling, self._rule.explained_share):
            return _Told()
        # Counts compete, whichever unit is told: another one that explains as much leaves the count where it is.
        other = sum(math.exp(min(best.cost - one.cost, 0.0)) for one, _ in tried if one.at.size != best.at.size)
        certainty = _near(best.error) / (1 + other)
        rows: list[tuple[float, ...]] = [
            (at + self._peak[unit], gain * self._size[unit], float(unit), best.explained, certainty)
            for at, gain in zip(best.at.tolist(), best.gains.tolist(), strict=True)
        ]
        return _Told(rows, best.strain <= REGULAR, best.explained, best.left)

    def _of_several(self, place: Piece) -> list[tuple[float, ...]]:
        """Explain a place by several units at once; nothing where they do not explain enough."""
        if place.wave.size > _KNOWN_TOGETHER_S * self._units[0].sampling.rate_hz:
            return []
        rate, middle = self._units[0].sampling.rate_hz, self._units[0].own.size // 2
        least = self._rule.explained_share
        found, share = fitted(np.pad(place.wave, middle), self._together, rate, place.noise, least, beyond_noise=True)
        if share < least:
            return []
        return [
            (one.position + self._peak[one.unit], one.gain * self._size[one.unit], float(one.unit), share, np.nan)
            for one in found
            if one.gain >= LEAST_GAIN
        ]

    def _likely(self, place: Piece, hits: Hits) -> list[int]:
        """Give the units that match, the best ones first; the one that matches best where none matches well."""
        if len(hits.at):
            names = np.unique(hits.unit).tolist()
            return sorted(names, key=lambda unit: -float(np.max(hits.size[hits.unit == unit])))[:LIKELY]
        padded = np.pad(place.wave, self._units[0].own.size // 2)
        match = [np.max(np.correlate(padded, one.samples, "valid")) / math.sqrt(one.own[0]) for one in self._units]
        return [int(np.argmax(match))]


def _near(error: float) -> float:
    """Give the probability that a rate with a relative standard error, 0 of one discharge, is as near as is asked."""
    return 1.0 if error == 0 else math.erf(_RATE / (error * math.sqrt(2)))


def _once(rows: list[tuple[float, ...]], least: float) -> list[tuple[float, ...]]:
    """Leave out what two places beside each other both tell."""
    kept: list[tuple[float, ...]] = []
    for row in sorted(rows, key=lambda row: (row[2], row[0])):
        if not (kept and row[2] == kept[-1][2] >= 0 and row[0] - kept[-1][0] < least and row[5] != kept[-1][5]):
            kept.append(row)
    return kept


def _reach(wave: Wave) -> tuple[int, int]:
    """Give how far a waveform reaches before and after its time, in samples, the tails of the filter left out."""
    large, middle = np.flatnonzero(np.abs(wave.fine) > _SEEN * np.max(np.abs(wave.fine))), wave.fine.size // 2
    return (middle - int(large[0])) // OVER + 1, (int(large[-1]) - middle) // OVER + 1


def _successions(stretch: Stretch, wave: Wave, at: Places, size: Samples) -> list[Succession]:
    """Give successions of every count that comes near; those at the matches are tried too."""
    least, gains = SHORTEST_S * wave.sampling.rate_hz, size / math.sqrt(wave.own[0])
    kept: list[int] = []
    for k in np.argsort(-gains, kind="stable").tolist():
        if all(abs(int(at[k] - at[other])) >= least for other in kept):
            kept.append(k)
    own = sorted(kept)
    starts = [(at[own].astype(np.float64), np.clip(gains[own], 0.3, 1.5))] if own else []
    found = told_by(stretch, wave, starts)
    # Copies that stand apart and leave what noise does are as many as there are.
    apart = bool(found) and float(np.min(np.diff(found[0].at), initial=np.inf)) >= wave.course.size
    if apart and found[0].left < _CLEAN and float(np.mean(stretch.samples**2)) > CLEAR * stretch.noise**2:
        return found
    return nearby(stretch, wave, found)
