"""What is not the body: glitches of one sample, steps of an electrode, slow swings of a cable."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from involuntary.dsp.runs import joined

__all__ = ["glitches", "slow_and_fast", "steps"]

Samples = NDArray[np.float64]
Spans = NDArray[np.intp]

_AROUND = 8  # samples to either side
_BESIDE_SHARE = 0.3  # of the glitch, what any sample around it may reach
_EVERY = 3  # samples: every third tells the scale of a second as well as all do
_BESIDE = np.concatenate([np.arange(-_AROUND, 0), np.arange(1, _AROUND + 1)])


def glitches(samples: Samples, second: int, factor: float, flank: float, *, compiled: bool = False) -> NDArray[np.intp]:
    """Give the samples that stand alone: far from both neighbours, which lie with theirs, and above all around.

    A potential, however sharp, has a flank; noise has other such samples near; a glitch has neither.

    Parameters
    ----------
    samples : ndarray, shape (n,)
    second : int
        Samples in one second, from the first sample on; each second has its own scale.
    factor : float
        Distance from the mean of the neighbours, in medians of that distance.
    flank : float
        The neighbours' own distance from the samples beyond them, as a share of the glitch, at most.
    compiled : bool
        Whether compiled kernels are worth loading; they give the same.
    """
    if samples.size <= 2 * _AROUND:
        return np.empty(0, dtype=np.intp)
    found = (_sharpest if compiled and samples.size >= second else _sharp)(samples, second, factor)
    found = found[(found >= _AROUND) & (found < samples.size - _AROUND)]
    around = samples[found[:, None] + _BESIDE]
    beyond = np.median(around, axis=1)
    height = np.abs(samples[found] - beyond)
    apart = np.abs(around - beyond[:, None])
    flanks = apart[:, _AROUND - 1 : _AROUND + 1].max(axis=1, initial=0.0)
    alone: NDArray[np.bool_] = (
        (flanks <= flank * height) & (apart.max(axis=1, initial=0.0) <= 0.3 * height) & (height > 0)
    )
    return found[alone]


def _sharp(samples: Samples, second: int, factor: float) -> NDArray[np.intp]:
    """Give the samples so many medians of that distance from the mean of their neighbours."""
    distance = np.empty_like(samples)
    distance[0] = distance[-1] = 0.0
    inner = distance[1:-1]
    np.add(samples[:-2], samples[2:], out=inner)
    inner *= -0.5
    inner += samples[1:-1]
    np.abs(inner, out=inner)
    limit = factor * _medians(distance, second, _EVERY)
    found = np.flatnonzero(distance > limit.min())
    sharp: NDArray[np.intp] = found[distance[found] > limit[found // second]]
    return sharp


def _sharpest(samples: Samples, second: int, factor: float) -> NDArray[np.intp]:
    """Do as `_sharp` by compiled kernels."""
    from involuntary.dsp import quality_kernels as kernels

    distance = np.empty((samples.size // second, -(-second // _EVERY)))
    kernels.bends(samples, second, _EVERY, distance)
    limit = factor * _medians(distance.reshape(-1), distance.shape[1])
    found = np.empty(1024, dtype=np.intp)
    n = kernels.sharpest(samples, second, limit, found)
    if n > found.size:
        found = np.empty(n, dtype=np.intp)
        kernels.sharpest(samples, second, limit, found)
    return found[:n]


def steps(samples: Samples, frame: int, second: int, factor: float, lowest: float) -> Spans:
    """Give the spans in which the level jumps and stays: an electrode lost or regained its contact.

    Parameters
    ----------
    samples : ndarray, shape (n,)
    frame, second : int
        Samples in the frames whose means are compared, and in one second (a whole number of frames).
    factor : float
        Height of the step in medians of what that difference is in the same second.
    lowest : float
        And at least so high.
    """
    n = samples.size // frame
    if n < 6:
        return np.empty((0, 2), dtype=np.intp)
    mean = samples[: n * frame].reshape(n, frame).mean(axis=1)
    # Two frames before against two after, one left out in which the step may lie.
    rise = np.zeros(n)
    rise[2:-2] = np.abs(0.5 * (mean[3:-1] + mean[4:]) - 0.5 * (mean[:-4] + mean[1:-3]))
    usual = np.repeat(_medians(rise, second // frame), second // frame)[:n]
    stayed = np.flatnonzero(rise > np.maximum(factor * usual, lowest))
    at = np.array([k for k in stayed.tolist() if _is_abrupt(mean, rise, k)], dtype=np.intp)
    return joined(np.column_stack([(at - 1) * frame, (at + 2) * frame]))


def _is_abrupt(mean: Samples, rise: Samples, k: int) -> bool:
    """Tell whether most of the rise lies within three frames, and none beside it is steeper."""
    near = slice(k - 1, k + 2)
    return bool(np.ptp(mean[near]) > 0.8 * rise[k] and rise[k] >= rise[near].max())


def slow_and_fast(samples: Samples, frame: int, second: int, *, compiled: bool = False) -> tuple[Samples, Samples]:
    """Give for every whole second the standard deviation of its frames' means, and that within the frames.

    Frames of 25 ms part a signal at 18 Hz (−3 dB of their mean).

    Returns
    -------
    slow, fast : ndarray, shape (n // second,)
    """
    n = samples.size // second
    if compiled:
        from involuntary.dsp import quality_kernels as kernels

        mean, within = np.empty((n, second // frame)), np.empty(n)
        kernels.frames(samples, second, frame, mean, within)
    else:
        whole = samples[: n * second].reshape(n, second)[:, : second - second % frame]
        frames = whole.reshape(n, second // frame, frame)
        mean = frames.mean(axis=2)
        within = np.mean((frames - mean[:, :, None]) ** 2, axis=(1, 2))
    # The mean of a frame still holds 1 / frame of what is fast and white.
    slow = np.sqrt(np.maximum(mean.var(axis=1) - within / frame, 0.0))
    return slow, np.sqrt(within)


def _medians(values: Samples, length: int, step: int = 1) -> Samples:
    """Give the median of each stretch of `length` values, of every `step`; once more for what is left over."""
    n = max(values.size // length, 1)
    whole = np.sort(values[: n * length].reshape(n, -1)[:, ::step], axis=1)
    middle = (whole.shape[1] - 1) // 2, whole.shape[1] // 2
    medians: Samples = 0.5 * (whole[:, middle[0]] + whole[:, middle[1]])
    return np.append(medians, medians[-1])
