"""Successions of one waveform whose copies overlap: how many, when and how large.

A stretch is a sum of copies of one short waveform, filtered as the signal was. Given the waveform, the copies of every
count are settled by least squares with what is expected of a train (intervals and sizes change little from one to the
next), and counts are compared by the evidence in the Laplace approximation [1]_. The waveform itself, given the
copies, is solved in `involuntary.dsp.solved_waves`; to do one and the other in turn is the plain form of blind
deconvolution of sparse spikes with a Bernoulli-Gaussian model [2]_.

References
----------
.. [1] Kass RE, Raftery AE (1995). Bayes factors. J Am Stat Assoc 90:773-795.
.. [2] Soussen C, Idier J, Brie D, Duan J (2011). From Bernoulli-Gaussian deconvolution to sparse signal restoration.
   IEEE Trans Signal Process 59:4572-4584, doi:10.1109/TSP.2011.2160633 (abstract).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from involuntary.dsp.bands import fast_length, response

__all__ = [
    "CHANGE", "OVER", "SHORTEST_S", "STEP", "Sampling", "Stretch", "Succession", "Wave", "copied", "counts",
    "nearby", "unknown_cost",
]  # fmt: skip

Samples = NDArray[np.float64]

OVER = 8  # a waveform is kept so many times as dense as its samples: between them it is straight
_REACH_S = 0.035  # a filtered waveform is kept so far to either side of its time
SHORTEST_S, _LONGEST_S = 0.0026, 0.030  # interval of copies that overlap
_MOST = 16  # copies that are tried in even succession
_MOST_S = 0.25  # and the longest stretch in which they are
_MOST_EVER = 40
CHANGE, STEP = 0.2, 0.15  # see `_spread`
_FIRST, _LOSS = 0.1, 0.1
_INTERVALS = math.log(0.25 / SHORTEST_S)  # an interval may be of any length, in proportion, up to 250 ms
_LEAST, _NEAR = 0.4, 0.06  # of the energy: what an even succession explains at least, and less than the best one
_ROUNDS = 15
_HELD = 1.01
_STEPS, _SAME = 4, 0.01  # changes by one copy, and nats


class Sampling(NamedTuple):
    """Samples a second, and the zero-phase band that the signal was filtered to."""

    rate_hz: float
    low_hz: float
    high_hz: float

    @property
    def free(self) -> float:
        """Share of the samples that noise of the band can choose."""
        return min(2 * (self.high_hz - self.low_hz) / self.rate_hz, 1.0)

    def gain(self, n: int) -> Samples:
        """Give the filter's gain at the frequencies of a transform of n samples."""
        frequency_hz = np.arange(n // 2 + 1, dtype=np.float64) * (self.rate_hz / n)
        return response(frequency_hz, self.rate_hz, self.low_hz, self.high_hz, 2)


class Stretch(NamedTuple):
    """Filtered samples, the root mean square of the noise in them, and how far potentials are from their waveform.

    The last is a share of their size, root mean square; while a waveform is only guessed it is large.
    """

    samples: Samples
    noise: float
    misfit: float = 0.03

    @property
    def variance(self) -> float:
        """Of noise, and of what the waveform does not tell of a potential."""
        return self.noise**2 + self.misfit**2 * float(np.mean(self.samples**2)) + np.finfo(np.float64).tiny


class Succession(NamedTuple):
    """Copies that make up a stretch.

    Cost in nats, times in samples, sizes, what they explain of all but noise, the energy that they leave as a share of
    what noise and misfit would leave, by how many standard deviations they are less regular than is expected, and the
    standard error of the time from the first to the last as a share of it (0 of one copy).
    """

    cost: float
    at: Samples
    gains: Samples
    explained: float
    left: float
    strain: float
    error: float


@dataclass(frozen=True, slots=True, eq=False)
class Wave:
    """A waveform: its course before the filter from a sample before its time on, and its length as it was chosen."""

    course: Samples
    first: int
    sampling: Sampling
    fine: Samples
    own: Samples

    @classmethod
    def of(cls, course: Samples, first: int, sampling: Sampling) -> Wave:
        """Filter a course and make it dense."""
        reach = round(_REACH_S * sampling.rate_hz)
        n = fast_length(course.size + 4 * reach)
        padded = np.zeros(n)
        padded[(first + np.arange(course.size)) % n] = course
        dense = np.fft.irfft(np.fft.rfft(padded) * sampling.gain(n), n * OVER) * OVER
        fine = np.ascontiguousarray(dense[np.arange(-reach * OVER, reach * OVER + 1) % (n * OVER)])
        samples = fine[::OVER]
        return cls(course, first, sampling, fine, np.correlate(samples, samples, "full")[samples.size - 1 :])

    @property
    def samples(self) -> Samples:
        """The filtered waveform at the signal's samples, its own time in the middle."""
        return self.fine[::OVER]

    @property
    def peak(self) -> float:
        """Samples from its time to its largest deflection."""
        return (int(np.argmax(np.abs(self.fine))) - self.fine.size // 2) / OVER

    @property
    def size(self) -> float:
        """From its lowest to its highest."""
        return float(np.ptp(self.fine))

    @property
    def free(self) -> float:
        """How many numbers it holds."""
        return self.course.size * self.sampling.free


def _spread(count: int, interval: float) -> Samples:
    """Give the expected deviations, engineering choices.

    The first potential is within 10 % of the unit's size; over a train sizes fall by 10 %, give or take 20; an
    interval differs by 15 % from the one before, as where each varies by 10 %.
    """
    steps = max(count - 1, 1)
    return np.array([_FIRST, CHANGE / math.sqrt(steps), STEP * interval, -_LOSS / steps])


def unknown_cost(stretch: Stretch, sampling: Sampling) -> float:
    """Give the cost of a stretch that no succession explains: of Gaussian samples as large as they are."""
    power = float(np.mean(stretch.samples**2))
    above = max(power / max(stretch.noise**2, np.finfo(np.float64).tiny), 1.0)
    return 0.5 * stretch.samples.size * sampling.free * (1 + math.log(above))


def counts(stretch: Stretch, wave: Wave, starts: Sequence[tuple[Samples, Samples]] = ()) -> list[Succession]:
    """Explain a stretch by copies of a waveform, once for every count that comes near.

    Parameters
    ----------
    stretch : Stretch
    wave : Wave
    starts : sequence of (times, gains)
        Further successions to begin from.

    Returns
    -------
    list of Succession
        The cheapest first, none twice of one count; empty where copies explain nothing.
    """
    found = _all_settled(stretch, wave, starts)
    if not any(_surely(one, wave, stretch) for one in found):
        found += _all_settled(stretch, wave, _even(stretch, wave))
    best: dict[int, Succession] = {}
    for one in sorted(found, key=lambda one: one.cost):
        best.setdefault(one.at.size, one)
    return list(best.values())


def nearby(stretch: Stretch, wave: Wave, found: Sequence[Succession]) -> list[Succession]:
    """Add to successions those with a copy more or less than the cheapest, until none of them is cheaper.

    Parameters
    ----------
    stretch : Stretch
    wave : Wave
    found : sequence of Succession
        As of `counts`.

    Returns
    -------
    list of Succession
        The cheapest first, none twice of one count.
    """
    best = {one.at.size: one for one in sorted(found, key=lambda one: -one.cost)}
    for _ in range(_STEPS if best else 0):
        top = min(best.values(), key=lambda one: one.cost)
        more = _all_settled(stretch, wave, _changed(stretch, wave, top))
        for one in more:
            if one.at.size not in best or one.cost < best[one.at.size].cost - _SAME:
                best[one.at.size] = one
        if min(best.values(), key=lambda one: one.cost) is top:
            break
    return sorted(best.values(), key=lambda one: one.cost)


def _changed(stretch: Stretch, wave: Wave, one: Succession) -> list[tuple[Samples, Samples]]:
    """Give successions with a copy more, where what is left matches or a train would go on, and with one less."""
    least, n = SHORTEST_S * wave.sampling.rate_hz, one.at.size
    usual = float(np.median(one.gains))
    fewer = sorted({0, n - 1, int(np.argmin(one.gains))}) if n > 1 else []
    changed = [(np.delete(one.at, k), np.delete(one.gains, k)) for k in fewer]
    new: list[float] = []
    if n > 1:
        steps = np.diff(one.at)
        step, widest = float(np.median(steps)), int(np.argmax(steps))
        new = [float(one.at[0]) - step, float(one.at[-1]) + step, float(one.at[widest] + steps[widest] / 2)]
    left = np.pad(stretch.samples - copied(wave, one.at, one.gains, stretch.samples.size), wave.own.size // 2)
    match = np.correlate(left, wave.samples, "valid") / wave.own[0]
    for at in [*new, float(np.argmax(match))]:
        if np.min(np.abs(one.at - at)) > least and 0 <= at < stretch.samples.size:
            place = int(np.searchsorted(one.at, at))
            changed.append((np.insert(one.at, place, at), np.insert(one.gains, place, usual)))
    return changed


def copied(wave: Wave, at: Samples, gains: Samples, n: int) -> Samples:
    """Give the sum of copies of a waveform at times in samples, shape (n,)."""
    out, middle = np.zeros(n), wave.fine.size // 2
    reach = middle // OVER
    for time, gain in zip(at.tolist(), gains.tolist(), strict=True):
        first = max(math.ceil(time - reach), 0)
        last = max(min(math.floor(time + reach) + 1, n), first)
        where = (np.arange(first, last) - time) * OVER + middle
        out[first:last] += gain * np.interp(where, np.arange(wave.fine.size), wave.fine)
    return out


def _all_settled(stretch: Stretch, wave: Wave, starts: Sequence[tuple[Samples, Samples]]) -> list[Succession]:
    found = [_settled(stretch, wave, at, gains) for at, gains in starts if 0 < at.size <= _MOST_EVER]
    return [one for one in found if math.isfinite(one.cost)]


def _surely(found: Succession, wave: Wave, stretch: Stretch) -> bool:
    """Tell whether copies that do not overlap leave no more than noise does: no other count explains it better."""
    apart = float(np.min(np.diff(found.at), initial=np.inf)) >= wave.course.size
    return apart and found.left < 1 + math.sqrt(2 / (stretch.samples.size * wave.sampling.free))


def _even(stretch: Stretch, wave: Wave) -> list[tuple[Samples, Samples]]:
    """Give the even successions that explain nearly most."""
    from involuntary.dsp.succession_kernels import even  # compiled; loaded when first used

    rate = wave.sampling.rate_hz
    energy = float(stretch.samples @ stretch.samples)
    padded = np.pad(stretch.samples, wave.own.size // 2)
    most = _MOST if stretch.samples.size <= _MOST_S * rate else 1
    match = np.correlate(padded, wave.samples, "valid")
    tried = even(match, wave.own, SHORTEST_S * rate, _LONGEST_S * rate, most)
    share = tried[:, 3] / energy if energy else tried[:, 3]
    top = float(share.max())
    if top < _LEAST:
        return []
    near = np.flatnonzero(share > max(top - _NEAR - 0.1 * (1 - top), 0.0))
    return [
        (tried[i, 0] + tried[i, 1] * np.arange(i + 1), np.full(i + 1, np.clip(tried[i, 2], 0.3, 2.0)))
        for i in near.tolist()
    ]


def _settled(stretch: Stretch, wave: Wave, at: Samples, gains: Samples) -> Succession:
    """Settle a succession, and give its cost with what its freedom costs (Laplace)."""
    from involuntary.dsp.succession_kernels import settled  # compiled; loaded when first used

    sampling, n = wave.sampling, at.size
    least = SHORTEST_S * sampling.rate_hz
    spread = _spread(n, max(float(at[-1] - at[0]) / max(n - 1, 1), least))
    variance = stretch.variance / sampling.free
    cost, left, determinant, length_variance, at, gains = settled(
        stretch.samples, wave.fine, OVER, at.astype(np.float64), gains, variance, spread, least, _ROUNDS
    )
    if not math.isfinite(cost):
        return Succession(math.inf, at, gains, 0.0, math.inf, math.inf, math.inf)
    unit = 0.5 * math.log(2 * math.pi)
    freedom = 0.5 * determinant - 2 * n * unit + math.log(stretch.samples.size) + unit + math.log(spread[0])
    if n > 1:
        freedom += math.log(_INTERVALS * spread[2] / STEP)
        freedom += (n - 1) * (unit + math.log(spread[1])) + (n - 2) * (unit + math.log(spread[2]))
    noise = stretch.samples.size * stretch.noise**2
    energy = float(stretch.samples @ stretch.samples) - noise
    explained = 1 - max(left - noise, 0.0) / energy if energy > 0 else 0.0
    terms = 1 + (n - 1) + max(n - 2, 0)
    # Copies held apart by the limit alone are parts of something else.
    held = n > 1 and float(np.min(np.diff(at))) < _HELD * least
    strain = math.inf if held else (2 * cost - left / variance - terms) / math.sqrt(2 * terms)
    error = math.sqrt(length_variance) / float(at[-1] - at[0]) if n > 1 else 0.0
    share = left / (stretch.samples.size * stretch.variance)
    return Succession(cost + freedom, at, gains, explained, share, strain, error)
