"""When a response leaves its baseline: a family of shapes fitted to its rise, to a fraction of a sample."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from involuntary.dsp.alike import Pooled
from involuntary.dsp.smooth import parabolic

__all__ = ["leave", "main_peak"]

Floats = NDArray[np.float64]

# Engineering choices, made on simulated responses of twelve shapes at 2, 4 and 10 kHz.
_SHARE = 0.5  # of the peak that a flank crosses for the last time
# Where a shape leaves so many times its error more over than noise, the flank is read up to a share of the peak, or to
# so many times the noise, if it has samples enough there; the peak of the shape is then sought further away.
_MISFIT, _LEAST_SHARE, _CLEAR, _FEWEST = 2.0, 0.25, 30.0, 5
_NEAR, _FAR = 0.3, 1.0
_BEFORE_S = 0.006
_SMOOTH_S = 0.0015
_FIRST_SHARE, _FIRST_NOISE = 0.1, 6.0  # a smaller phase before the peak counts from here on
_PAST = 0.3  # of the time from half the peak to it, by which the fit goes beyond
_COARSE_HZ = 5000.0
_AROUND: Floats = np.arange(-3.0, 4.0)


def _sine(x: Floats) -> Floats:
    return np.sin(0.5 * np.pi * np.minimum(x, 2.0))


def _alpha(x: Floats) -> Floats:
    return x * np.exp(1 - x)


def _gaussian(x: Floats) -> Floats:
    """Rise as the derivative of a Gaussian does from three standard deviations before its middle."""
    u = 3 - 2 * x
    return np.where(x > 0, u * np.exp(0.5 - 0.5 * u * u), 0.0)


# From 0 at the onset to 1 at the peak, at time 1, and how likely before one looks: some begin with a slope (the last
# with a small step), some flat; so flat a one as the cube must be seen clearly.
_SHAPES: tuple[tuple[Callable[[Floats], Floats], float], ...] = (
    (_sine, 3.0),
    (lambda x: _sine(x) ** 2, 1.0),
    (lambda x: _sine(x) ** 3, 0.03),
    (_alpha, 1.0),
    (lambda x: _alpha(x) ** 2, 1.0),
    (_gaussian, 1.0),
)


def main_peak(samples: Floats, start: int, stop: int, share: float = 0.5) -> int:
    """Give the first turning point in a window whose size reaches a share of the window's largest.

    Parameters
    ----------
    samples : ndarray, shape (n,)
        Around a baseline of zero.
    start, stop : int
        The window.
    share : float
        Of the largest absolute value.
    """
    size = np.abs(samples[start:stop])
    inner = size[1:-1]
    tops = 1 + np.flatnonzero((inner >= size[:-2]) & (inner >= size[2:]) & (inner >= share * size.max()))
    return start + int(tops[0] if tops.size else np.argmax(size))


def leave(
    samples: Floats,
    rate_hz: float,
    peak: int,
    earliest: int,
    level_from: int | None = None,
    pooled: Pooled | None = None,
) -> float:
    """Give the position, in samples, where a response leaves its baseline.

    The definition is that of a fitted shape: a constant, and from the onset on a rise to the first phase as a sine, a
    raised cosine, the cube of a sine, an alpha function, its square or the derivative of a Gaussian (from three
    standard deviations before its middle) has it; where none fits the whole flank, as of a response of many units that
    set in one after another, its beginning alone. The onset is the mean of those of all shapes, each with the time of
    its peak by least squares, weighted by their likelihood. No threshold moves it to one side; but where a response
    begins so flat that noise hides its first part, the onset is late.

    Parameters
    ----------
    samples : ndarray, shape (n,)
        One response, or an average.
    rate_hz : float
        Samples a second.
    peak : int
        Its first large turning point.
    earliest : int
        It cannot begin before this sample, such as the end of the stimulus artefact.
    level_from : int, optional
        The baseline is seen from this sample on; by default from `earliest`.
    pooled : Pooled, optional
        The waves that `samples` is the average of, each sample at its own time: what is fitted at the end.

    Returns
    -------
    float
        Not-a-number where the flank has too few samples.
    """
    begin = earliest if level_from is None else level_from
    base = float(np.median(samples[begin : max(begin + 3, peak - round(_BEFORE_S * rate_hz))]))
    peak = _first_phase(samples - base, rate_hz, peak, begin)
    size = np.abs(samples - base)
    below = np.flatnonzero(size[earliest : peak + 1] < _SHARE * size[peak])
    if not below.size:
        return float("nan")
    last = earliest + int(below[-1]) + 1
    first = max(begin, last - round(2 * _BEFORE_S * rate_hz))
    if last - first < 3:
        return float("nan")
    half = peak - last + 1
    bounds, top = (max(earliest, first), last), (peak, half)
    stop = peak + max(round(_PAST * half), 2)
    onset, misfit = _onset(*_flank(samples, pooled, first, stop), rate_hz, bounds, top, _NEAR)
    if misfit < _MISFIT:
        return onset
    # No shape fits all of the flank: its beginning alone tells, as far as it stands out of the noise.
    calm = samples[begin : max(begin + 3, round(onset) - 2)] - base
    noise = 1.4826 * float(np.median(np.abs(calm - np.median(calm))))
    share = max(_CLEAR * noise / size[peak], _LEAST_SHARE)
    under = np.flatnonzero(size[earliest : peak + 1] < share * size[peak])
    reached = min(stop, earliest + int(under[-1]) + 3) if under.size else stop
    if reached - onset < _FEWEST:
        return onset
    return _onset(*_flank(samples, pooled, first, reached), rate_hz, bounds, top, _FAR)[0]


def _flank(samples: Floats, pooled: Pooled | None, first: int, stop: int) -> tuple[Pooled, Pooled]:
    """Give the samples of a stretch, evenly and as finely as they are known."""
    time = np.arange(first, stop, dtype=np.float64)
    whole = Pooled(time, samples[first:stop], np.ones(time.size))
    if pooled is None:
        return whole, whole
    inside = (pooled.time >= first - 0.5) & (pooled.time < stop - 0.5)
    return whole, Pooled(*(column[inside] for column in pooled))


def _first_phase(samples: Floats, rate_hz: float, peak: int, begin: int) -> int:
    """Give the first turning point up to the peak that stands out of the noise, as that of a small first phase."""
    smooth = parabolic(samples, rate_hz, _SMOOTH_S)
    size = np.abs(smooth)
    calm = size[begin : max(begin + 3, peak - round(1.5 * _BEFORE_S * rate_hz))]
    least = max(_FIRST_SHARE * size[peak], _FIRST_NOISE * float(np.median(calm)) / 0.6745)
    first = max(begin, peak - round(1.5 * _BEFORE_S * rate_hz))
    inner = size[first + 1 : peak]
    tops = (inner >= least) & (inner >= size[first : peak - 1]) & (inner > size[first + 2 : peak + 1])
    for top in (first + 1 + np.flatnonzero(tops)).tolist():
        # A ripple on the rise itself is none.
        if size[top] - size[top : peak + 1].min() > 0.5 * least:
            return int(top)
    return peak


def _onset(
    even: Pooled, fine: Pooled, rate_hz: float, bounds: tuple[int, int], top: tuple[int, int], far: float
) -> tuple[float, float]:
    """Search shape by shape: coarsely, on means of a few samples, and then around the best on all samples."""
    width = max(round(rate_hz / _COARSE_HZ), 1)
    n = even.time.size // width
    coarse = Pooled(*(column[column.size - n * width :].reshape(n, width).mean(axis=1) for column in even))
    reach = max(1.0, far * top[1])
    moments = np.arange(bounds[0], bounds[1], width, dtype=np.float64)
    tops = top[0] + reach * np.array([-1.0, -0.5, 0.0, 0.5, 1.0])
    found = []
    for shape, _ in _SHAPES:
        _, onset, peak = _best(coarse, shape, moments, tops)
        explained = 0.0
        for finer in (0.5, 0.25, 0.125, 0.0625):
            near = np.maximum(onset + width * finer * _AROUND, bounds[0])
            explained, onset, peak = _best(fine, shape, near, peak + reach * finer * _AROUND[1:-1])
        found.append((explained, onset, peak))
    explained, onsets, peaks = np.array(found).T
    power = float(np.sum(fine.weight * (fine.value - np.average(fine.value, weights=fine.weight)) ** 2))
    left = np.maximum(power - explained, 1e-9 * power)
    # Shapes that noise leaves as likely as the best have their say: the mean is nearer than a choice.
    prior = np.array([likely for _, likely in _SHAPES])
    weight = prior * np.exp(-0.5 * fine.time.size * np.log(left / left.min()))
    best = int(np.argmax(explained))
    misfit = _misfit(fine, _SHAPES[best][0], float(onsets[best]), float(peaks[best]))
    return float(weight @ onsets / weight.sum()), misfit


def _misfit(flank: Pooled, shape: Callable[[Floats], Floats], onset: float, peak: float) -> float:
    """Give by how many of its errors what a shape leaves over is larger from its onset on than before it."""
    rise = shape(np.maximum((flank.time - onset) / max(peak - onset, 0.5), 0.0))
    share = flank.weight / flank.weight.sum()
    rise, value = rise - rise @ share, flank.value - flank.value @ share
    left = flank.weight * (value - rise * (rise @ (share * value)) / max(rise @ (share * rise), 1e-300)) ** 2
    before = flank.time < onset
    if not before.any() or before.all():
        return 0.0
    ratio = float(np.sqrt(left[~before].mean() / max(left[before].mean(), np.finfo(np.float64).tiny)))
    return (ratio - 1) / float(np.sqrt(0.5 / np.count_nonzero(before) + 0.5 / np.count_nonzero(~before)))


def _best(
    flank: Pooled, shape: Callable[[Floats], Floats], onsets: Floats, peaks: Floats
) -> tuple[float, float, float]:
    """Give what the nearest shape explains, its onset and the time of its peak; height and level are fitted."""
    one, two = (axis.ravel() for axis in np.meshgrid(onsets, peaks, indexing="ij"))
    share = flank.weight / flank.weight.sum()
    rise = shape(np.maximum((flank.time - one[:, None]) / np.maximum(two - one, 0.5)[:, None], 0.0))
    rise -= (rise @ share)[:, None]
    size = np.maximum(rise**2 @ flank.weight, np.finfo(np.float64).tiny)
    explained = (rise @ (flank.weight * (flank.value - flank.value @ share))) ** 2 / size
    best = int(np.argmax(explained))
    return float(explained[best]), float(one[best]), float(two[best])
