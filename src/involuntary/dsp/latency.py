"""When a response leaves its baseline: a family of shapes fitted to its rise, to a fraction of a sample."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from involuntary.dsp.alike import Pooled
from involuntary.dsp.smooth import parabolic

__all__ = ["Onset", "leave", "main_peak"]

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
# From a sine over an alpha function, which is critically damped, to a difference of exponentials.
_DAMPINGS = (0.0, 0.5, 0.7, 1.0, 1.5)
# Share of the rise by which onset and peak are moved to see what that changes, and places of which one is the median.
_SMALL, _GRID = 0.02, 401
_FINEST = 0.0625  # of a sample: the last step of the search, which no onset is known better than


def _answer(damping: float) -> Callable[[Floats], Floats]:
    """Give how a system of second order answers a blow: swinging below a damping of 1, in two exponentials above it."""
    if damping == 1:
        return lambda x: x * np.exp(1 - x)
    if damping > 1:
        part = float(np.arccosh(damping))
        slow, fast = part / np.tanh(part) - part, part / np.tanh(part) + part
        top = np.exp(-slow) - np.exp(-fast)
        return lambda x: (np.exp(-slow * x) - np.exp(-fast * x)) / top
    turn = float(np.arccos(damping))
    decay, height = turn / float(np.tan(turn)), float(np.sin(turn))
    return lambda x: np.exp(decay * (1 - x)) * np.sin(turn * np.minimum(x, np.pi / turn)) / height


def _gaussian(x: Floats) -> Floats:
    """Rise as the derivative of a Gaussian does from three standard deviations before its middle."""
    u = 3 - 2 * x
    return np.where(x > 0, u * np.exp(0.5 - 0.5 * u * u), 0.0)


def _power(shape: Callable[[Floats], Floats], exponent: int) -> Callable[[Floats], Floats]:
    return lambda x: shape(x) ** exponent


# From 0 at the onset to 1 at the peak, at time 1, and how likely before one looks: some begin with a slope (the last
# with a small step), some flat; so flat a one as a cube must be seen clearly.
_ANSWERS = tuple(_answer(damping) for damping in _DAMPINGS)
_SQUARES = tuple(_power(shape, 2) for shape in _ANSWERS)
_CUBES = tuple(_power(_answer(damping), 3) for damping in (0.0, 1.0))
_FAMILIES = ((_ANSWERS, 4.0), (_SQUARES, 2.0), (_CUBES, 0.2), ((_gaussian,), 1.0))
_SHAPES = tuple(shape for family, _ in _FAMILIES for shape in family)
_PRIOR: Floats = np.concatenate([np.full(len(family), share / len(family)) for family, share in _FAMILIES])
_PRIOR /= _PRIOR.sum()


class Onset(NamedTuple):
    """Where a response leaves its baseline.

    Attributes
    ----------
    place, error : float
        In samples, and the standard deviation of what noise and the unknown shape leave of it.
    likely : ndarray, shape (shapes,)
        How likely each shape of the family is for the whole flank; the sum is 1.
    misfit : float
        By how many of its errors what the likeliest shape leaves over is larger than noise.
    """

    place: float
    error: float
    likely: Floats
    misfit: float


_UNKNOWN = Onset(float("nan"), float("nan"), _PRIOR, float("nan"))


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
    like: Floats | None = None,
    pace: float = 1.0,
    noise: float = 0.0,
) -> Onset:
    """Give the position, in samples, where a response leaves its baseline.

    The definition is that of a fitted shape: a constant, and from the onset on a rise to the first phase as a
    system of second order answers a blow (from an undamped sine over an alpha function to a difference of
    exponentials), as the square of such an answer, the cube of a sine or an alpha function, or the derivative of a
    Gaussian (from three standard deviations before its middle) has it; where none fits the whole flank, as of a
    response of many units that set in one after another, its beginning alone. The onset is the median of what the
    data say of it: of all shapes, each with the time of its peak by least squares, as well known as noise allows,
    weighted by their likelihood. No threshold moves it to one side; but where a response begins so flat that noise
    hides its first part, the onset is late.

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
    like : ndarray, optional
        How likely each shape was of a larger wave of the same muscle and electrode, as `Onset.likely` told it: this one
        is taken to begin in the same way as likely as not.
    pace : float
        How long the response is beside one of muscle: what is looked at before its peak, and smoothed, is as long.
    noise : float
        Root mean square, where it is known from elsewhere; a first phase stands out of it, too.

    Returns
    -------
    Onset
        Not-a-number where the flank has too few samples.
    """
    prior = _PRIOR if like is None else 0.5 * _PRIOR + 0.5 * like
    begin = earliest if level_from is None else level_from
    base = float(np.median(samples[begin : max(begin + 3, peak - round(pace * _BEFORE_S * rate_hz))]))
    peak = _first_phase(samples - base, rate_hz, peak, begin, pace, noise)
    size = np.abs(samples - base)
    below = np.flatnonzero(size[earliest : peak + 1] < _SHARE * size[peak])
    if not below.size:
        return _UNKNOWN
    last = earliest + int(below[-1]) + 1
    first = max(begin, last - round(2 * pace * _BEFORE_S * rate_hz))
    if last - first < 3:
        return _UNKNOWN
    half = peak - last + 1
    bounds, top = (max(earliest, first), last), (peak, half)
    stop = min(peak + max(round(_PAST * half), 2), samples.size)
    found = _onset(*_flank(samples, pooled, first, stop), rate_hz, bounds, top, _NEAR, prior)
    if found.misfit < _MISFIT:
        return found
    # No shape fits all of the flank: its beginning alone tells, as far as it stands out of the noise.
    calm = samples[begin : max(begin + 3, round(found.place) - 2)] - base
    rough = 1.4826 * float(np.median(np.abs(calm - np.median(calm))))
    share = max(_CLEAR * rough / size[peak], _LEAST_SHARE)
    under = np.flatnonzero(size[earliest : peak + 1] < share * size[peak])
    reached = min(stop, earliest + int(under[-1]) + 3) if under.size else stop
    if reached - found.place < _FEWEST:
        return found
    begun = _onset(*_flank(samples, pooled, first, reached), rate_hz, bounds, top, _FAR, prior)
    return begun._replace(likely=found.likely)


def _flank(samples: Floats, pooled: Pooled | None, first: int, stop: int) -> tuple[Pooled, Pooled]:
    """Give the samples of a stretch, evenly and as finely as they are known."""
    time = np.arange(first, stop, dtype=np.float64)
    whole = Pooled(time, samples[first:stop], np.ones(time.size))
    if pooled is None:
        return whole, whole
    inside = (pooled.time >= first - 0.5) & (pooled.time < stop - 0.5)
    return whole, Pooled(*(column[inside] for column in pooled))


def _first_phase(samples: Floats, rate_hz: float, peak: int, begin: int, pace: float, known: float) -> int:
    """Give the first turning point up to the peak that stands out of the noise, as that of a small first phase."""
    smooth = parabolic(samples, rate_hz, pace * _SMOOTH_S)
    size = np.abs(smooth)
    calm = size[begin : max(begin + 3, peak - round(1.5 * pace * _BEFORE_S * rate_hz))]
    least = max(_FIRST_SHARE * size[peak], _FIRST_NOISE * max(float(np.median(calm)) / 0.6745, known))
    first = max(begin, peak - round(1.5 * pace * _BEFORE_S * rate_hz))
    inner = size[first + 1 : peak]
    tops = (inner >= least) & (inner >= size[first : peak - 1]) & (inner > size[first + 2 : peak + 1])
    for top in (first + 1 + np.flatnonzero(tops)).tolist():
        # A ripple on the rise itself is none.
        if size[top] - size[top : peak + 1].min() > 0.5 * least:
            return int(top)
    return peak


def _onset(
    even: Pooled, fine: Pooled, rate_hz: float, bounds: tuple[int, int], top: tuple[int, int], far: float, prior: Floats
) -> Onset:
    """Search shape by shape: coarsely, on means of a few samples, and then around the best on all samples."""
    width = max(round(rate_hz / _COARSE_HZ), 1)
    n = even.time.size // width
    coarse = Pooled(*(column[column.size - n * width :].reshape(n, width).mean(axis=1) for column in even))
    reach = max(1.0, far * top[1])
    moments = np.arange(bounds[0], bounds[1], width, dtype=np.float64)
    tops = top[0] + reach * np.array([-1.0, -0.5, 0.0, 0.5, 1.0])
    found = []
    for shape in _SHAPES:
        _, onset, peak = _best(coarse, shape, moments, tops)
        explained = 0.0
        for finer in (0.5, 0.25, 0.125, _FINEST):
            near = np.maximum(onset + width * finer * _AROUND, bounds[0])
            explained, onset, peak = _best(fine, shape, near, peak + reach * finer * _AROUND[1:-1])
        found.append((explained, onset, peak))
    explained, onsets, peaks = np.array(found).T
    power = float(np.sum(fine.weight * (fine.value - np.average(fine.value, weights=fine.weight)) ** 2))
    left = np.maximum(power - explained, 1e-9 * power)
    errors, volumes = np.array(
        [_spread(fine, shape, o, p, rest) for shape, (_, o, p), rest in zip(_SHAPES, found, left, strict=True)]
    ).T
    # Shapes that noise leaves as likely as the best have their say.
    weight = prior * volumes * np.exp(-0.5 * fine.time.size * np.log(left / left.min()))
    best = int(np.argmax(explained))
    misfit = _misfit(fine, _SHAPES[best], float(onsets[best]), float(peaks[best]))
    return Onset(*_median(onsets, errors, weight), weight / weight.sum(), misfit)


def _spread(
    flank: Pooled, shape: Callable[[Floats], Floats], onset: float, peak: float, left: float
) -> tuple[float, float]:
    """Give how well noise lets the onset be known (standard deviation), and onset and peak together (an area).

    Neither is less known than the flank is long: a shape that is level there tells nothing, and must not count for it.
    """
    rise, step = max(peak - onset, 0.5), _SMALL * max(peak - onset, 0.5)

    def at(begin: float, top: float) -> Floats:
        return shape(np.maximum((flank.time - begin) / (top - begin), 0.0))

    top = onset + rise
    wave = at(onset, top)
    by_onset = (at(onset + step, top) - at(onset - step, top)) / (2 * step)
    by_peak = (at(onset, top + step) - at(onset, top - step)) / (2 * step)
    parts = np.stack([by_onset, by_peak, wave, np.ones(wave.size)], axis=1)
    known = np.sqrt(flank.weight)
    size = float(np.linalg.lstsq(parts[:, 2:] * known[:, None], flank.value * known, rcond=None)[0][0])
    inverse = np.linalg.pinv((parts * flank.weight[:, None]).T @ parts)
    spread = inverse[:2, :2] * left / flank.time.size / max(size**2, np.finfo(np.float64).tiny)
    long = float(np.ptp(flank.time)) + 1
    error, area = float(np.sqrt(max(spread[0, 0], 0.0))), float(np.sqrt(max(np.linalg.det(spread), 0.0)))
    return min(error, long) if np.isfinite(error) else long, min(area, long**2) if np.isfinite(area) else long**2


def _median(middles: Floats, errors: Floats, weights: Floats) -> tuple[float, float]:
    """Give the median of a mixture of normal distributions, whose expected error is smallest, and how wide it is."""
    from scipy.special import ndtr

    told = weights > 1e-6 * weights.max()
    middles, errors, weights = middles[told], np.maximum(errors[told], 1e-6), weights[told] / weights[told].sum()
    low, high = float(np.min(middles - 3 * errors)), float(np.max(middles + 3 * errors))
    values = np.linspace(low, high, _GRID)
    below = ndtr((values[:, None] - middles) / errors) @ weights
    wide = np.sqrt(weights @ (errors**2 + middles**2) - (weights @ middles) ** 2)
    return float(np.interp(0.5, below, values)), float(np.hypot(wide, _FINEST))


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
