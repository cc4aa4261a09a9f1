"""Units of a channel, learnt window by window while its blocks are read; memory does not grow with its length."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from involuntary.detect._trains.fits import Piece
from involuntary.detect._trains.limits import ALIKE, ALIKE_SIZES, LEAST_OF_ALL, POTENTIAL_S
from involuntary.detect._trains.rule import TrainRule
from involuntary.detect._trains.search import followed, repeats, told_by, told_well, units_of
from involuntary.detect._trains.shapes import Shapes, discharges_of, learnt
from involuntary.detect._trains.stretches import WINDOW_S, Place, Seen, thinned
from involuntary.dsp.solved_waves import solved_wave
from involuntary.dsp.succession import Sampling, Stretch, Wave, unknown_cost

__all__ = ["Learnt", "Windows", "learnt_from"]

Samples = NDArray[np.float64]

_MOST_PLACES = 200  # places that a window is learnt from
_LONGEST_WINDOW_S = 1200.0  # a window grows to this while nothing is learnt
_ENOUGH = 0.5  # of the stretches
_SOME = 40  # places on which units are held against each other
_CLEAR = 0.9  # of the places: where fewer stand out clearly, units are sought in all
_NEARLY, _FEWEST = 0.9, 6  # of the discharges
_PAD_S = 0.02  # around a mean waveform


class Learnt(NamedTuple):
    """Waveforms of units that explain trains; where none does, shapes and what they tell, as of `discharges_of`."""

    waves: list[Wave]
    shapes: Shapes
    rows: Samples


class Windows:
    """What blocks hold is collected here, and units are learnt whenever a window is full."""

    def __init__(self) -> None:
        self.units: list[Wave] = []
        self.told: list[tuple[Shapes, Samples]] = []
        self._held: list[Seen] = []
        self._length_s = WINDOW_S

    def append(self, seen: Seen) -> None:
        """Add what was kept of the next block."""
        self._held.append(seen)
        if sum(one.seconds for one in self._held) >= self._length_s:
            self.close()

    def close(self) -> None:
        """Learn from what is held."""
        held, self._held = self._held, []
        clear, faint = [place for one in held for place in one.clear], [place for one in held for place in one.faint]
        if not clear:
            return
        one = held[0]
        found = learnt_from(clear, thinned(faint, _MOST_PLACES), one.sampling, one.step, one.rule)
        for wave in found.waves:
            if not any(_same(wave, known) for known in self.units):
                self.units.append(wave)
        self.told.append((found.shapes, found.rows))
        # Where nothing is found, as in what muscles do at will, it is sought less often.
        self._length_s = WINDOW_S if found.waves else min(2 * self._length_s, _LONGEST_WINDOW_S)


def _same(one: Wave, other: Wave) -> bool:
    sizes = float(np.linalg.norm(one.samples)), float(np.linalg.norm(other.samples))
    return (
        max(sizes) < ALIKE_SIZES * min(sizes)
        and float(np.max(np.correlate(one.samples, other.samples, "same"))) > ALIKE * sizes[0] * sizes[1]
    )


def learnt_from(
    clear: Sequence[Place], faint: Sequence[Place], sampling: Sampling, step: float, rule: TrainRule
) -> Learnt:
    """Learn the units of places; positions of what is told are in samples of the channel."""
    pieces = [piece for place in clear for piece in place.parts]
    first = learnt(pieces, sampling.rate_hz)
    shapes, rows = _explained(pieces, first, sampling.rate_hz, rule)
    waves = _in_succession(clear, list(first.waves), rows, sampling, rule)
    stretches = [Stretch(place.whole.wave, place.whole.noise) for place in faint]
    if _FEWEST <= len(clear) < _CLEAR * len(faint):
        # Of potentials that noise nearly hides few stand out; what goes on all the time stands out nowhere.
        guesses = learnt([piece for place in faint for piece in place.parts], sampling.rate_hz, noisy=True)
        waves += [unit.wave for unit in units_of(stretches, list(guesses.waves), sampling, rule.explained_share)]
    waves = waves or _only(shapes, rows, pieces, sampling)
    waves = _held_against(waves, stretches, rule.explained_share) if waves else []
    start = np.array([piece.start for piece in pieces], dtype=np.float64)
    owner = rows[:, 5].astype(np.intp)
    return Learnt(waves, shapes, np.column_stack([rows[:, 0] * step + start[owner], rows[:, 1:5], start[owner]]))


def _only(shapes: Shapes, rows: Samples, pieces: Sequence[Piece], sampling: Sampling) -> list[Wave]:
    """Give the waveform of the one unit that tells nearly all stretches, none of them more than a potential."""
    known = rows[rows[:, 2] >= 0]
    names, n = np.unique(known[:, 2], return_counts=True)
    if not len(names) or np.max(n) < max(_NEARLY * len(rows), _FEWEST):
        return []
    unit = names[np.argmax(n)]
    own = known[known[:, 2] == unit].copy()
    own[:, 2] = 0
    return _alone(Shapes(shapes.waves[[int(unit)]]), own, pieces, sampling)


def _in_succession(
    places: Sequence[Place], guesses: list[Samples], rows: Samples, sampling: Sampling, rule: TrainRule
) -> list[Wave]:
    """Give waveforms of units whose copies may overlap, and of those that stand alone beside them."""
    pieces = [piece for place in places for piece in place.parts]
    member = np.repeat(np.arange(len(places)), [len(place.parts) for place in places])
    stretches = [Stretch(place.whole.wave, place.whole.noise) for place in places]
    several = np.count_nonzero(np.bincount(member[rows[:, 5].astype(np.intp)]) > 1)
    if len(stretches) < 2 or (several < 2 and not repeats(stretches, guesses, sampling)):
        return []
    units = units_of(stretches, guesses, sampling, rule.explained_share)
    if not units:
        return []
    told = [number for unit in units for number in unit.trains]
    left = [pieces[number] for number in np.flatnonzero(~np.isin(member, told)).tolist()]
    others = learnt(left, sampling.rate_hz)
    more = discharges_of(left, others, sampling.rate_hz, rule.explained_share)
    return [*(unit.wave for unit in units), *_alone(others, more, left, sampling)]


def _alone(shapes: Shapes, rows: Samples, pieces: Sequence[Piece], sampling: Sampling) -> list[Wave]:
    """Give waveforms of the shapes that tell two stretches or more."""
    if not len(shapes):
        return []
    known = rows[rows[:, 2] >= 0]
    pad = round(_PAD_S * sampling.rate_hz)
    quiet = float(np.median([piece.noise for piece in pieces]))
    waves = []
    for unit, shape in enumerate(shapes.waves):
        n = len(np.unique(known[known[:, 2] == unit, 5]))
        if n >= max(2, LEAST_OF_ALL * len(pieces)):
            mean = Stretch(np.pad(shape, pad), quiet / math.sqrt(n))
            top = np.array([float(np.argmax(np.abs(mean.samples)))])
            waves.append(solved_wave([mean], [(top, np.ones(1))], sampling, POTENTIAL_S)[0])
    return waves


def _held_against(waves: list[Wave], stretches: list[Stretch], least: float) -> list[Wave]:
    """Keep the waveforms that are worth their numbers, each learnt anew from what it alone tells best."""
    some = stretches[:: max(math.ceil(len(stretches) / _SOME), 1)]
    limit = np.array([unknown_cost(one, waves[0].sampling) for one in some])
    cost = np.array([[_cost(one, wave, least) for one in some] for wave in waves])
    size = math.log(sum(one.samples.size for one in some) * waves[0].sampling.free)
    kept: list[int] = []
    best = limit
    while len(kept) < len(waves):
        total = [float(np.sum(np.minimum(best, one))) + 0.5 * w.free * size for one, w in zip(cost, waves, strict=True)]
        k = int(np.argmin(total))
        if k in kept or total[k] >= float(np.sum(best)):
            break
        kept.append(k)
        best = np.minimum(best, cost[k])
    found = []
    for k in kept:
        own = [one for i, one in enumerate(some) if cost[k][i] <= best[i] and cost[k][i] < limit[i]]
        found.append(followed(own, waves[k]).wave if len(own) > 1 else waves[k])
    return found


def _cost(stretch: Stretch, wave: Wave, least: float) -> float:
    """Give the cost of a stretch told by a waveform, or as nothing known where that is less or it is not told well."""
    found, limit = told_by(stretch, wave), unknown_cost(stretch, wave.sampling)
    return min(found[0].cost, limit) if found and told_well(found[0], stretch, wave.sampling, least) else limit


def _explained(pieces: list[Piece], shapes: Shapes, rate_hz: float, rule: TrainRule) -> tuple[Shapes, Samples]:
    """Give the units of stretches and their discharges; where they explain few, of units with several peaks."""
    rows = discharges_of(pieces, shapes, rate_hz, rule.explained_share)
    known = len(np.unique(rows[rows[:, 2] >= 0, 5]))
    if known >= _ENOUGH * len(pieces):
        return shapes, rows
    others = learnt(pieces, rate_hz, several_peaks=True)
    if not len(others):
        return shapes, rows
    more = discharges_of(pieces, others, rate_hz, rule.explained_share)
    better = len(np.unique(more[more[:, 2] >= 0, 5])) > known
    return (others, more) if better else (shapes, rows)
