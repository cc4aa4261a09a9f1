"""The waveform of a unit that fires in succession, sought where it may never stand alone."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from involuntary.detect._trains.fits import fitted
from involuntary.detect._trains.limits import DEVIATES, LEAST_OF_ALL, POTENTIAL_S
from involuntary.dsp.solved_waves import even_parts, solved_wave
from involuntary.dsp.succession import (
    Sampling,
    Stretch,
    Succession,
    Wave,
    counts,
    unknown_cost,
)
from involuntary.dsp.unmix import Kernel

__all__ = [
    "CLEAR", "REGULAR", "Unit", "explained", "followed", "repeats", "sought", "told_by", "told_well",
    "units_of",
]  # fmt: skip

Samples = NDArray[np.float64]

_SHORT_S = 0.35  # with what lies around them: waveforms are sought in stretches no longer
_FEW, _MORE = 6, 12  # stretches that a waveform is tried on, first and then
_WHOLE_S = 0.045  # of what is taken for one potential at first
_MOST_PARTS, _PARTS = 8, 3
_BEST = 3  # waveforms that are followed
_ROUNDS = 4
_ROOTS, CLEARLY = 3, 3.0  # waveforms that are looked at for repetition, and nats
_ROUGH = 0.1  # misfit of waveforms that are guessed
_LEAST_APART = 0.3  # of the waveform's size: where one fits apart from others, a succession may begin
_HOPEFUL = 0.6  # of the energy: if copies at any shift explain less, no train does
_HEADS_S, _OUTSTANDING = (0.010, 0.018), 0.15  # beginnings that may be a potential; of the largest sample: its onset
_MOST_UNITS = 4
CLEAR = 10.0  # power over noise, above which copies that explain little are none
_HALF = 0.5  # of the energy, at least
REGULAR, _MOST_TRAINS = 3.0, 0.9  # a train is no more irregular than this, and so many of a unit's must be trains
_LEAST_SHARE = 0.25  # of the stretches that are left; a waveform that explains fewer is no unit's


class Unit(NamedTuple):
    """A unit's waveform, and what it explains: for every such stretch, by number, successions, cheapest first."""

    wave: Wave
    trains: dict[int, list[Succession]]


class Found(NamedTuple):
    """A waveform, what it costs to explain stretches by it, and the best explanation of each that it explains."""

    wave: Wave
    cost: float
    trains: list[Succession | None]


def explained(stretch: Stretch, wave: Wave) -> list[Succession]:
    """Give the successions of every count that explain a stretch better than nothing known, cheapest first."""
    limit = unknown_cost(stretch, wave.sampling)
    return [one for one in told_by(stretch, wave) if one.cost < limit]


def told_by(stretch: Stretch, wave: Wave, starts: Sequence[tuple[Samples, Samples]] = ()) -> list[Succession]:
    """Give the successions of every count that come near a stretch, cheapest first; `starts` are tried too."""
    rate = wave.sampling.rate_hz
    padded = np.pad(stretch.samples, wave.own.size // 2)
    apart, share = fitted(padded, Kernel(wave.samples[None]), rate, stretch.noise, _HOPEFUL, beyond_noise=True)
    # A copy that noise outweighs is not seen so, and even successions are tried all the same.
    if not share and float(np.mean(stretch.samples**2)) > CLEAR * stretch.noise**2:
        return []
    own = sorted(one for one in apart if one.gain >= _LEAST_APART)
    fits = [(np.array([one.position for one in own]), np.array([one.gain for one in own]))] if own else []
    return counts(stretch, wave, [*fits, *starts])


def told_well(found: Succession, stretch: Stretch, sampling: Sampling, least: float) -> bool:
    """Tell whether a succession explains enough, or leaves no more than noise may be."""
    spread = math.sqrt(2 / (stretch.samples.size * sampling.free))
    return found.explained >= least or (found.explained > _HALF and found.left < 1 + DEVIATES * spread)


def units_of(
    stretches: Sequence[Stretch], guesses: Sequence[Samples], sampling: Sampling, explained_share: float
) -> list[Unit]:
    """Give the units that fire alone in stretches, one after the other, each with what it explains well enough.

    What a unit's waveform explains by no such train as a unit fires is left to the others. Where that is much of all,
    none is a unit: copies of what is no potential explain much, but not evenly.
    """
    left, units = dict(enumerate(stretches)), list[Unit]()
    told = dict[int, Succession]()
    while len(left) > 1 and len(units) < _MOST_UNITS:
        found = sought(list(left.values()), guesses, sampling)
        if found is None or not _of_a_unit(found.trains):
            break
        every = {number: explained(stretch, found.wave) for number, stretch in left.items()}
        every = {n: own for n, own in every.items() if own and told_well(own[0], left[n], sampling, explained_share)}
        trains = {n: own for n, own in every.items() if own[0].strain <= REGULAR}
        if len(trains) < max(2, LEAST_OF_ALL * len(stretches)) or len(trains) < _LEAST_SHARE * len(left):
            break
        told |= {n: own[0] for n, own in every.items()}
        units.append(Unit(found.wave, trains))
        left = {number: stretch for number, stretch in left.items() if number not in trains}
    return units if _of_a_unit(list(told.values())) else []


def _of_a_unit(trains: Sequence[Succession | None]) -> bool:
    """Tell whether a waveform explains enough stretches, and most of them by such trains as a unit fires.

    Copies of what is no potential explain much, but not evenly.
    """
    told = [one for one in trains if one is not None]
    several = [one.strain <= REGULAR for one in told if one.at.size > 1]
    return len(told) >= _LEAST_SHARE * len(trains) and sum(several) >= _MOST_TRAINS * len(several)


def sought(stretches: Sequence[Stretch], guesses: Sequence[Samples], sampling: Sampling) -> Found | None:
    """Seek the waveform whose successions explain stretches at the least cost.

    Every guess, and the shortest stretches, may be one potential or an even succession of shorter ones; those that
    cost least on a few stretches are learnt anew from what they explain, until they cost no less.
    """
    short = [one for one in stretches if one.samples.size <= _SHORT_S * sampling.rate_hz]
    if len(short) < 2:
        return None
    ordered = sorted(short, key=lambda one: one.samples.size)
    heads = [_head(ordered[len(ordered) // 2], length_s, sampling) for length_s in _HEADS_S]
    roots = [*_as_stretches(guesses, stretches, sampling)[:_ROOTS], *ordered[:2], *heads]
    more = _some(ordered, _MORE)
    few = [one._replace(misfit=_ROUGH) for one in _some(ordered, _FEW)]
    readings = [wave for root in roots for wave in _readings(root, sampling)]
    tried = [_tried(few, wave, first=3) for wave in readings]
    likely = [one for one in tried if sum(train is not None for train in one.trains) >= _LEAST_SHARE * len(few)]
    best = sorted(likely, key=lambda one: one.cost)[:_BEST]
    if not best:
        return None
    found = min((followed(more, one.wave) for one in best), key=lambda one: one.cost)
    for _ in range(_ROUNDS):
        shorter = _in_parts(found, more)
        if shorter is None:
            break
        found = shorter
    return found


def _in_parts(found: Found, stretches: Sequence[Stretch]) -> Found | None:
    """Give a shorter waveform of which the one that was found is an even succession, if it costs less to tell so.

    Trains that do not vary cost more than one long potential, which is told once for all. Where all stretches are one
    potential, what repeats evenly within it is told by fewer numbers all the same.
    """
    told = [train for train in found.trains if train is not None]
    if not told or not _of_a_unit(found.trains):
        return None
    noise = float(np.median([one.noise for one in stretches])) / math.sqrt(len(told))
    _, cost, parts = _read(Stretch(found.wave.samples, noise), found.wave.sampling)
    alone = all(train.at.size == 1 for train in told)
    for wave, less in parts[:_PARTS]:
        other = followed(stretches, wave)
        less_is_told = other.cost < found.cost - CLEARLY or (alone and less < cost - CLEARLY)
        as_many = sum(one is not None for one in other.trains) >= len(told)
        if less_is_told and as_many and _of_a_unit(other.trains):
            return other
    return None


def repeats(stretches: Sequence[Stretch], guesses: Sequence[Samples], sampling: Sampling) -> bool:
    """Tell whether one of some waveforms or stretches costs less as an even succession than as one."""
    ordered = sorted(stretches, key=lambda one: one.samples.size)
    middle = len(ordered) // 2
    for root in [*_as_stretches(guesses, stretches, sampling)[:_ROOTS], *ordered[middle : middle + 2]]:
        _, cost, parts = _read(root, sampling)
        if parts and parts[0][1] < cost - CLEARLY:
            return True
    return False


def _head(stretch: Stretch, length_s: float, sampling: Sampling) -> Stretch:
    """Give the beginning of a stretch, where the first potential is not yet overlapped."""
    size = np.abs(stretch.samples)
    onset = int(np.argmax(size > max(_OUTSTANDING * float(size.max()), 4 * stretch.noise)))
    return stretch._replace(samples=stretch.samples[: onset + round(length_s * sampling.rate_hz)])


def _as_stretches(guesses: Sequence[Samples], stretches: Sequence[Stretch], sampling: Sampling) -> list[Stretch]:
    quiet = float(np.median([one.noise for one in stretches])) / 3
    pad = round(0.02 * sampling.rate_hz)
    return [Stretch(np.pad(guess, pad), quiet) for guess in guesses]


def _some(stretches: Sequence[Stretch], n: int) -> list[Stretch]:
    """Give about n, of all lengths."""
    return list(stretches[:: max(len(stretches) // n, 1)][: n + n // 3])


def _readings(root: Stretch, sampling: Sampling) -> list[Wave]:
    """Give what a stretch may be one of, or a succession of."""
    whole, _, parts = _read(root._replace(misfit=_ROUGH), sampling, closely=False)
    return [whole, *(wave for wave, _ in parts[:_PARTS])]


def _read(root: Stretch, sampling: Sampling, *, closely: bool = True) -> tuple[Wave, float, list[tuple[Wave, float]]]:
    """Read a stretch as one potential, with what that costs, and as an even succession of shorter ones."""
    at = float(np.argmax(np.abs(root.samples)))
    whole, cost = solved_wave([root], [(np.array([at]), np.ones(1))], sampling, _WHOLE_S)
    return whole, cost, even_parts(root, whole, at, _MOST_PARTS, closely=closely)


def _even_one(stretch: Stretch, wave: Wave) -> Succession | None:
    """Give the cheapest explanation of a stretch, if it is such a train as a unit fires: another may be another's."""
    best = next(iter(explained(stretch, wave)), None)
    return best if best is not None and best.strain <= REGULAR else None


def _tried(stretches: Sequence[Stretch], wave: Wave, first: int = 0) -> Found:
    """Explain stretches by a waveform; none, where it explains none of the `first`."""
    trains = [_even_one(one, wave) for one in stretches[:first]]
    hopeless = first > 0 and all(train is None for train in trains)
    trains += [None if hopeless else _even_one(one, wave) for one in stretches[first:]]
    cost = sum(
        unknown_cost(one, wave.sampling) if train is None else train.cost
        for one, train in zip(stretches, trains, strict=True)
    )
    size = sum(one.samples.size for one in stretches) * wave.sampling.free
    return Found(wave, cost + 0.5 * wave.free * math.log(size), trains)


def followed(stretches: Sequence[Stretch], wave: Wave) -> Found:
    """Learn a waveform anew from the successions that it explains, until that costs no less."""
    best = _tried(stretches, wave)
    for _ in range(_ROUNDS):
        told = [(one, train) for one, train in zip(stretches, best.trains, strict=True) if train is not None]
        if not told:
            break
        size = float(np.median([train.gains[0] for _, train in told]))
        copies = [(train.at, train.gains / size) for _, train in told]
        learnt, _ = solved_wave([one for one, _ in told], copies, wave.sampling, POTENTIAL_S)
        found = _tried(stretches, learnt)
        if found.cost > best.cost - 1:
            break
        best = found
    return best
