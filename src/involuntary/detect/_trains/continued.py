"""Discharges that noise hid before a train, after it or within it, and how sure it is that there are none.

Where a train would have gone on, a copy of its waveform is weighed against noise alone: the likelihood ratio of the
samples that told copies leave, over the times and sizes that are expected of the next discharge, even odds before.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from involuntary.detect._trains.groups import boundaries
from involuntary.detect._trains.limits import DEVIATES
from involuntary.detect._trains.rule import TrainRule
from involuntary.dsp.succession import CHANGE, SHORTEST_S, STEP, Stretch, Wave, copied

__all__ = ["continued"]

Samples = NDArray[np.float64]

_REACH = 2.5  # standard deviations of an interval, looked at on either side of where it should end
_GAP = 1.5  # usual intervals, from which on one within a train may hold a discharge more
_MOST = 8  # discharges that are added to a train
_SURE = 50.0  # nats: more would be no surer, and its exponential may overflow
_LEFT = 0.15  # of the energy, too, where noise may leave less: more is left by what is no copy


class _Maybe(NamedTuple):
    """A discharge that may be: its probability, its time in samples, and its size in that of the waveform."""

    chance: float
    at: float
    gain: float


def continued(rows: Samples, samples: Samples, units: Sequence[Wave], noise: Samples, rule: TrainRule) -> Samples:
    """Add discharges that are more likely than not where trains would have gone on, and lower what is not as certain.

    Parameters
    ----------
    rows : ndarray, shape (n, 6)
        Time in samples, amplitude peak to peak, unit or -1, explained share, certainty, place.
    samples : ndarray, shape (m,)
        The block that they were told from.
    units : sequence of Wave
    noise : ndarray, shape (places,)
        Root mean square of the noise at each place.
    rule : TrainRule
        Where one train ends and the next begins.
    """
    trains = list(_trains(rows, units, rule))
    if not trains:
        return rows
    left = samples.copy()
    for unit, wave in enumerate(units):
        own = rows[rows[:, 2] == unit]
        left -= copied(wave, own[:, 0] - wave.peak, own[:, 1] / wave.size, samples.size)
    found = [rows]
    for member in trains:
        wave, quiet = units[int(rows[member[0], 2])], float(noise[int(rows[member[0], 5])])
        more, certainty = _more(rows[member], left, wave, quiet)
        rows[member, 4] *= certainty
        like = np.repeat(rows[member[:1]], len(more), axis=0)
        like[:, 0], like[:, 1] = [one.at + wave.peak for one in more], [one.gain * wave.size for one in more]
        found.append(like)
    return np.concatenate(found)


def _trains(rows: Samples, units: Sequence[Wave], rule: TrainRule) -> Iterator[NDArray[np.intp]]:
    """Give the rows of each train of two discharges or more whose numbers were weighed, in the order of time."""
    for unit, wave in enumerate(units):
        own = np.flatnonzero((rows[:, 2] == unit) & np.isfinite(rows[:, 4]))
        own = own[np.argsort(rows[own, 0], kind="stable")]
        ends = boundaries(np.diff(rows[own, 0]) / wave.sampling.rate_hz, rule)
        yield from (member for member in np.split(own, np.flatnonzero(ends) + 1) if member.size > 1)


def _more(train: Samples, left: Samples, wave: Wave, noise: float) -> tuple[list[_Maybe], float]:
    """Give the discharges that a train has more, and how certain it is that there is no other; take them off `left`."""
    at, gains = train[:, 0] - wave.peak, train[:, 1] / wave.size
    more: list[_Maybe] = []
    certainty = 1.0
    while True:
        maybe = [_weighed(left, wave, noise, at, gains, *one) for one in _expected(at)]
        best = max(maybe, key=lambda one: one.chance)
        if best.chance < 0.5 or len(more) == _MOST:
            return more, certainty * math.prod(1 - one.chance for one in maybe)
        more.append(best)
        certainty *= best.chance
        _take(left, wave, best)
        place = int(np.searchsorted(at, best.at))
        at, gains = np.insert(at, place, best.at), np.insert(gains, place, best.gain)


def _expected(at: Samples) -> Iterator[tuple[float, float]]:
    """Give when discharges would have come that are not there, and the standard deviation of that time."""
    between = np.diff(at)
    usual = float(np.median(between))
    deviation = STEP * usual
    yield float(at[0]) - usual, deviation
    yield float(at[-1]) + usual, deviation
    for k in np.flatnonzero(between > _GAP * usual).tolist():
        yield float(at[k] + between[k] / max(round(float(between[k]) / usual), 2)), deviation


def _weighed(
    left: Samples, wave: Wave, noise: float, at: Samples, gains: Samples, middle: float, deviation: float
) -> _Maybe:
    """Weigh a copy at about a time against none: times and sizes that are expected, each with its likelihood ratio."""
    reach, sampling = wave.own.size // 2, wave.sampling
    first = max(math.ceil(middle - _REACH * deviation), reach)
    tried = np.arange(first, min(math.floor(middle + _REACH * deviation) + 1, left.size - reach))
    apart = np.min(np.abs(tried[:, None] - at), axis=1) >= SHORTEST_S * sampling.rate_hz
    if not apart.any():
        return _Maybe(0.0, middle, 0.0)
    match = np.correlate(left[first - reach : first + tried.size + reach], wave.samples, "valid")
    usual = float(gains[np.argmin(np.abs(at - middle))])
    expected = np.where(apart, np.exp(-0.5 * ((tried - middle) / deviation) ** 2), 0.0)
    variance = Stretch(usual * wave.samples, noise).variance
    energy = sampling.free * wave.own[0] / variance + 1 / CHANGE**2
    size = (usual / CHANGE**2 + sampling.free * match / variance) / energy
    log_ratio = 0.5 * (energy * size**2 - usual**2 / CHANGE**2 - math.log(energy * CHANGE**2))
    weight = expected / expected.sum() * np.exp(np.minimum(log_ratio, _SURE))
    k = int(np.argmax(weight))
    # Where more is left than noise may be, something else lies, to which a copy is no more than alike.
    here = left[tried[k] - reach : tried[k] + reach + 1]
    before, after = float(np.mean(here**2)), float(np.mean((here - size[k] * wave.samples) ** 2))
    more = after / variance - 1
    if more > DEVIATES * math.sqrt(2 / (here.size * sampling.free)) and after > _LEFT * before:
        return _Maybe(0.0, middle, 0.0)
    total = float(weight.sum())
    return _Maybe(total / (1 + total), float(tried[k]), float(size[k]))


def _take(left: Samples, wave: Wave, one: _Maybe) -> None:
    """Take a copy off what is left."""
    reach = wave.own.size // 2
    first = max(math.floor(one.at) - reach, 0)
    part = left[first : first + 2 * reach + 2]
    part -= copied(wave, np.array([one.at - first]), np.array([one.gain]), part.size)
