"""Mains interference: sinusoids fitted window by window and subtracted, so that nothing rings before an onset."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from involuntary.dsp.runs import joined

__all__ = [
    "ABOVE_NEIGHBOURS",
    "ASTRAY",
    "CLIP",
    "EVERY",
    "NEIGHBOURS",
    "Look",
    "MainsFit",
    "carried",
    "donors",
    "fit",
    "remove",
    "usual",
    "weights",
]

Samples = NDArray[np.float64]
Complexes = NDArray[np.complex128]

WINDOW_S = 4.0
_BASES_HZ = (50.0, 60.0)
_DRIFT_HZ = 0.2  # of the fundamental; grids keep closer than this
_HIGHEST_HZ = 1000.0
# A line of noise alone exceeds so many times the median of its neighbours once in 2^20.
ABOVE_NEIGHBOURS = 20.0
NEIGHBOURS = 24  # bins on either side
_SKIRT = 8  # bins on either side that a Hann-windowed sinusoid fills to 1/2000
CLIP = 1.5  # times the usual largest deflection in a period; what sticks out further is no mains
_PERIOD_S = 0.02
EVERY = 4  # periods: every fourth tells as well as all do
_LEVEL_S = 0.1  # whole periods of 50 and of 60 Hz, so that a mean over it holds drift and no mains
ASTRAY = 0.1  # of its power, what mains may change in half a window
_BATCH = 16  # windows at a time, so that the work stays near the processor


@dataclass(frozen=True, slots=True)
class MainsFit:
    """The sinusoids found in each window.

    Attributes
    ----------
    base_hz : ndarray, shape (w,)
        50 or 60, or 0 where the window holds no mains.
    amplitude : ndarray, shape (w,)
        Root of the summed squared amplitudes of fundamental and harmonics, in the unit of the samples.
    """

    base_hz: NDArray[np.float64]
    amplitude: NDArray[np.float64]


def remove(samples: Samples, rate_hz: float, hop: int | None = None) -> Samples:
    """Subtract mains and its harmonics where they are there.

    Sinusoids (amplitude, phase and frequency free) are fitted to the spectrum of Hann windows of 4 s every 2 s,
    and subtracted with the windows' weights, which add up to one. What is no line at a multiple of 50 or 60 Hz
    stays untouched, and a window without such a line stays untouched to the bit. A window that holds a contraction
    or a movement takes over the sinusoids of a calmer one up to two further, see `donors`. For the fit alone, the
    drift of the baseline is taken away, and what then sticks out of the usual range of a period is cut to it, so that
    a large potential does not leave a sinusoid behind.

    Parameters
    ----------
    samples : ndarray, shape (n,)
        At least one second, or they are given back as they are.
    rate_hz : float
    hop : int, optional
        Samples from window to window, in place of two seconds.

    Returns
    -------
    ndarray, shape (n,)
    """
    return fit(samples, rate_hz, hop)[0]


def fit(samples: Samples, rate_hz: float, hop: int | None = None) -> tuple[Samples, MainsFit]:
    """Do as `remove`, and say what was found."""
    hop = min(hop or round(WINDOW_S * rate_hz / 2), samples.size // 2)
    if hop < rate_hz / 2:
        return samples, MainsFit(np.zeros(0), np.zeros(0))
    count = samples.size // hop - 1
    batches = [slice(first, min(first + _BATCH, count)) for first in range(0, count, _BATCH)]
    parts = [_lines(samples[batch.start * hop : (batch.stop + 1) * hop], hop, rate_hz) for batch in batches]
    mean, half = _measured(samples, hop, count, rate_hz)
    lines = _Lines.joined(parts)
    lines = lines.heard_in(donors(mean, half, usual(mean, half)[0], lines.height()))
    found = MainsFit(lines.base_hz, lines.strength())
    if not lines.window.size:
        return samples, found
    clean = samples.copy()
    for batch in batches:
        _subtract(clean[batch.start * hop : (batch.stop + 1) * hop], lines.of(batch), hop)
    # Before the first and after the last centre no second window adds its weight: carry the sinusoids on.
    rising = 1 - _hann(2 * hop)[:hop]
    clean[:hop] -= _sinusoids(lines, 0, np.arange(hop), 2 * hop) * rising
    rest = np.arange(hop, samples.size - (count - 1) * hop)
    missing = np.ones(rest.size)
    missing[:hop] = rising[::-1]
    clean[count * hop :] -= _sinusoids(lines, count - 1, rest, 2 * hop) * missing
    return clean, found


@dataclass(frozen=True, slots=True)
class _Lines:
    """Sinusoids: base of each window (w,); window, position in bins and complex amplitude of each line (l,)."""

    base_hz: NDArray[np.float64]
    window: NDArray[np.intp]
    position: NDArray[np.float64]
    amplitude: Complexes

    @classmethod
    def joined(cls, parts: Sequence[_Lines]) -> _Lines:
        """Join the lines of consecutive stretches of windows."""
        before = np.cumsum([0, *(part.base_hz.size for part in parts)])
        return cls(
            np.concatenate([part.base_hz for part in parts]),
            np.concatenate([part.window + first for part, first in zip(parts, before, strict=False)]),
            np.concatenate([part.position for part in parts]),
            np.concatenate([part.amplitude for part in parts]),
        )

    def heard_in(self, source: NDArray[np.intp]) -> _Lines:
        """Give every window the lines of its source, their phase carried on."""
        order = np.argsort(self.window, kind="stable")
        first = np.searchsorted(self.window[order], source)
        number = np.searchsorted(self.window[order], source, side="right") - first
        window = np.repeat(np.arange(source.size), number)
        within = np.arange(window.size) - np.repeat(np.cumsum(number) - number, number)
        row = order[first[window] + within]
        turned = carried(self.amplitude[row], self.position[row], window - source[window])
        return _Lines(self.base_hz[source], window, self.position[row], turned)

    def of(self, windows: slice) -> _Lines:
        """Give the lines of some windows, counted from the first of them."""
        here = (self.window >= windows.start) & (self.window < windows.stop)
        return _Lines(
            self.base_hz[windows], self.window[here] - windows.start, self.position[here], self.amplitude[here]
        )

    def height(self) -> NDArray[np.float64]:
        """Give the summed amplitudes of each window."""
        total = np.zeros(self.base_hz.size)
        np.add.at(total, self.window, np.abs(self.amplitude))
        return total

    def strength(self) -> NDArray[np.float64]:
        """Give the root of the summed squared amplitudes of each window."""
        total: NDArray[np.float64] = np.sqrt(np.bincount(self.window, np.abs(self.amplitude) ** 2, self.base_hz.size))
        return total


def _subtract(samples: Samples, lines: _Lines, hop: int) -> None:
    """Take the sinusoids of consecutive windows, under their weights, out of the samples that they cover."""
    count = lines.base_hz.size
    shape = _synthesised(lines, count, 2 * hop)
    samples[: count * hop] -= shape[:, :hop].ravel()
    samples[hop:] -= shape[:, hop:].ravel()


def _lines(samples: Samples, hop: int, rate_hz: float) -> _Lines:
    """Find the lines of the windows that cover the samples, one every hop."""
    n, count = 2 * hop, samples.size // hop - 1
    level, reach = _usual(samples, hop, count, rate_hz)
    cut = np.lib.stride_tricks.sliding_window_view(samples, n)[::hop] - level
    np.minimum(cut, reach, out=cut)
    np.maximum(cut, -reach, out=cut)
    cut *= _hann(n)
    spectrum = np.fft.rfft(cut, axis=1)
    power = (spectrum.real**2 + spectrum.imag**2) * (4 / n) ** 2
    towers = [_towering(power, base, n, rate_hz) for base in _BASES_HZ]
    strength = [
        np.bincount(window, power[window, peak], count) if window.size else np.zeros(count) for window, peak in towers
    ]
    second = strength[1] > strength[0]
    base_hz = np.where(strength[0] + strength[1] > 0, np.where(second, _BASES_HZ[1], _BASES_HZ[0]), 0.0)
    window, peak = (np.concatenate(both) for both in zip(*towers, strict=True))
    kept = np.repeat([False, True], [towers[0][0].size, towers[1][0].size]) == second[window]
    window, peak = window[kept], peak[kept]
    # Under a Hann window the ratio of the two highest bins gives the position in closed form.
    side = np.where(power[window, peak + 1] >= power[window, peak - 1], 1, -1)
    ratio = np.sqrt(power[window, peak + side] / power[window, peak])
    position = peak + side * (2 * ratio - 1) / (ratio + 1)
    return _Lines(base_hz, window, position, spectrum[window, peak] * (4 / n) / _kernel(peak - position))


def _usual(samples: Samples, hop: int, count: int, rate_hz: float) -> tuple[Samples, Samples]:
    """Give the level along each window, shape (w, 2 · hop), and how far from it mains may reach, shape (w, 1)."""
    knots, reach = usual(*_measured(samples, hop, count, rate_hz))
    centres, i = _centres(hop, round(_LEVEL_S * rate_hz)), np.arange(2 * hop)
    return np.array([np.interp(i, centres, one) for one in knots]), reach[:, None]


def _measured(samples: Samples, hop: int, count: int, rate_hz: float) -> tuple[Samples, Samples]:
    """Give what `usual` wants to know of each hop: means of its tenths of a second, half ranges of its periods."""
    hops = samples[: (count + 1) * hop].reshape(count + 1, hop)
    periods = _parted(hops, _period(rate_hz))[:, ::EVERY]
    mean: Samples = _parted(hops, round(_LEVEL_S * rate_hz)).mean(axis=2)
    return mean, 0.5 * (periods.max(axis=2) - periods.min(axis=2))


def donors(mean: Samples, half: Samples, level: Samples, height: Samples) -> NDArray[np.intp]:
    """Give for each window the one in which its mains is best heard: itself, or a calmer one near by.

    Mains goes on as it is while a muscle contracts or a cable moves; a window that holds such a thing tells little of
    it, and what it then leaves, or puts, beside the contraction would pass for its beginning. Mains that changes is
    no reason: what is held against a window is only what its own sinusoids do not explain.

    Parameters
    ----------
    mean, half : ndarray, shapes (w + 1, k) and (w + 1, p)
        As in `usual`.
    level : ndarray, shape (w, 2 · k)
        From it.
    height : ndarray, shape (w,)
        Summed amplitudes of each window's sinusoids.

    Returns
    -------
    ndarray of int, shape (w,)
    """
    strayed = np.concatenate([mean[:-1], mean[1:]], axis=1) - level
    ranges = np.concatenate([half[:-1], half[1:]], axis=1)
    whole = ranges**2 @ weights(ranges.shape[1]) + strayed**2 @ weights(strayed.shape[1])
    unrest = np.maximum(whole - height**2, 0.0)
    window = np.arange(unrest.size)
    source, least = window.copy(), unrest.copy()
    for step in (-1, 1, -2, 2):
        other = np.clip(window + step, 0, unrest.size - 1)
        # The variance of a phase that is carried on so many half windows, over that in the middle; then what mains
        # itself may have changed.
        cost = (1 + 3 * step * step) * unrest[other]
        cost += step * step * ASTRAY * height[other] ** 2 + (height[other] - height) ** 2
        better = cost < least
        source[better], least[better] = other[better], cost[better]
    return source


@lru_cache(maxsize=8)
def weights(n: int) -> Samples:
    """Give the Hann window at the middles of so many parts of it, with the sum one."""
    weight: Samples = np.sin(np.pi * (np.arange(n) + 0.5) / n) ** 2
    weight /= weight.sum()
    return weight


def carried(amplitude: Complexes, position: Samples, hops: NDArray[np.intp]) -> Complexes:
    """Give the complex amplitudes of lines as many hops later."""
    turned: Complexes = amplitude * np.exp(1j * np.pi * position * hops)
    return turned


def usual(mean: Samples, half: Samples) -> tuple[Samples, Samples]:
    """Give level, shape (w, 2 · k), and reach, shape (w,), of each window.

    The level follows the baseline in straight lines from knot to knot. A knot is the median of five means in a row,
    which a large potential does not move. The median of the periods' ranges is what mains reaches.

    Parameters
    ----------
    mean : ndarray, shape (w + 1, k)
        Of the tenths of a second of each hop.
    half : ndarray, shape (w + 1, p)
        Half the range of the periods that are looked at.
    """
    row = np.pad(np.concatenate([mean[:-1], mean[1:]], axis=1), ((0, 0), (2, 2)), mode="edge")
    level = np.median(np.lib.stride_tricks.sliding_window_view(row, 5, axis=1), axis=2)
    reach = CLIP * np.median(np.concatenate([half[:-1], half[1:]], axis=1), axis=1)
    return level, reach


def _parted(hops: Samples, width: int) -> Samples:
    """Give each hop's parts of that many samples, shape (hops, parts, width); an incomplete one is left out."""
    return hops[:, : hops.shape[1] - hops.shape[1] % width].reshape(len(hops), -1, width)


def _centres(hop: int, width: int) -> Samples:
    """Give the middles, in samples of a window, of its two hops' parts."""
    one = width * np.arange(hop // width) + (width - 1) / 2
    return np.concatenate([one, hop + one])


@dataclass(frozen=True, slots=True)
class Look:
    """What the compiled kernels of `involuntary.dsp.mains_kernels` look with at a rate.

    Attributes
    ----------
    hop, period, looked_at : int
        Samples from window to window and in a period, and how many periods of a hop are looked at.
    tenth : int
        Samples in a tenth of a second.
    centres : ndarray
        Middles of a window's tenths in samples of it.
    hann : ndarray of float32, shape (2 · hop,)
    near : two ndarrays
        For each base the bins of each harmonic, one a row.
    wanted : ndarray, shape (k, 2)
        Stretches of bins that hold these with their neighbours.
    """

    hop: int
    period: int
    looked_at: int
    tenth: int
    centres: Samples
    hann: NDArray[np.float32]
    near: tuple[NDArray[np.intp], NDArray[np.intp]]
    wanted: NDArray[np.intp]

    @classmethod
    @lru_cache(maxsize=8)
    def at(cls, rate_hz: float, hop: int) -> Look:
        """Make one for windows of two hops."""
        period = _period(rate_hz)
        near = _near(_BASES_HZ[0], 2 * hop, rate_hz), _near(_BASES_HZ[1], 2 * hop, rate_hz)
        tenth = round(_LEVEL_S * rate_hz)
        hann = _hann(2 * hop).astype(np.float32)
        every = np.sort(np.concatenate([bins[:, [0, -1]] for bins in near]), axis=0)
        wanted = joined(np.maximum(every + np.array([-NEIGHBOURS, NEIGHBOURS + 1]), 0))
        return cls(hop, period, -(-(hop // period) // EVERY), tenth, _centres(hop, tenth), hann, near, wanted)


def _period(rate_hz: float) -> int:
    return max(round(_PERIOD_S * rate_hz), 1)


def _towering(power: Samples, base_hz: float, n: int, rate_hz: float) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Give window and bin of the peaks at multiples of the base that tower over their neighbours."""
    near = _near(base_hz, n, rate_hz)
    if not len(near):
        return np.empty(0, dtype=np.intp), np.empty(0, dtype=np.intp)
    peak = near[np.arange(len(near)), np.argmax(power[:, near], axis=2)]
    around = np.maximum(peak[:, :, None] + np.arange(-NEIGHBOURS, NEIGHBOURS + 1), 0)
    row = np.arange(len(power))[:, None]
    # Above so many times the median is to be above so many times more than half of the values.
    below = ABOVE_NEIGHBOURS * power[row[:, :, None], around] < power[row, peak][:, :, None]
    window, harmonic = np.nonzero(np.count_nonzero(below, axis=2) > NEIGHBOURS)
    return window, peak[window, harmonic]


@lru_cache(maxsize=8)
def _near(base_hz: float, n: int, rate_hz: float) -> NDArray[np.intp]:
    """Give, one harmonic a row, the bins in which it may lie; rows of few bins repeat their last."""
    bin_hz = rate_hz / n
    highest = min(_HIGHEST_HZ, rate_hz / 2 - (NEIGHBOURS + 2) * bin_hz)
    k = np.arange(1, max(int(highest / base_hz), 0) + 1)
    reach = 1 + np.rint(k * _DRIFT_HZ / bin_hz).astype(np.intp)
    offset = np.arange(-reach.max(initial=0), reach.max(initial=0) + 1)
    centre = np.rint(k * base_hz / bin_hz).astype(np.intp)
    near: NDArray[np.intp] = centre[:, None] + np.clip(offset, -reach[:, None], reach[:, None])
    return np.minimum(near, n // 2 - NEIGHBOURS - 1)


def _kernel(offset_bins: NDArray[np.float64]) -> Complexes:
    """Give the spectrum of a sinusoid under a periodic Hann window of mean one, at an offset in bins from it."""
    x = np.where(np.abs(np.abs(offset_bins) - 1) < 1e-9, 1 + 1e-9, offset_bins)
    kernel: Complexes = np.sinc(x) / (1 - x * x) * np.exp(-1j * np.pi * offset_bins)
    return kernel


def _synthesised(lines: _Lines, count: int, n: int) -> Samples:
    """Give the sum of each window's sinusoids under the Hann window, shape (count, n), by way of the spectrum."""
    busy, row = np.unique(lines.window, return_inverse=True)
    spectrum = np.zeros((busy.size, n // 2 + 1), dtype=np.complex128)
    bins = np.rint(lines.position).astype(np.intp)[:, None] + np.arange(-_SKIRT, _SKIRT + 1)
    values = (n / 4) * lines.amplitude[:, None] * _kernel(bins - lines.position[:, None])
    inside = (bins > 0) & (bins < n // 2)
    rows = np.broadcast_to(row[:, None], bins.shape)
    np.add.at(spectrum, (rows[inside], bins[inside]), values[inside])
    some: Samples = np.fft.irfft(spectrum, n, axis=1)
    if busy.size == count:
        return some
    shape = np.zeros((count, n))
    shape[busy] = some
    return shape


def _sinusoids(lines: _Lines, window: int, index: NDArray[np.intp], n: int) -> Samples:
    """Give the sum of one window's sinusoids at sample indices of it."""
    of = lines.window == window
    total = np.zeros(index.size)
    for position, amplitude in zip(lines.position[of], lines.amplitude[of], strict=True):
        total += (amplitude * np.exp(2j * np.pi * position / n * index)).real
    return total


@lru_cache(maxsize=8)
def _hann(n: int) -> Samples:
    hann: Samples = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(n) / n)
    return hann
