"""Spikes of a high-passed needle recording, and groups of them that look alike."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["alike", "cut", "quiet_level", "spikes"]

Floats = NDArray[np.float64]
Indices = NDArray[np.intp]
_AT_ONCE = 1500


def quiet_level(samples: Floats, window: int, share: float) -> float:
    """Give the root mean square of the quietest windows: noise, where potentials do not fill all of the time.

    Parameters
    ----------
    samples : ndarray, shape (n,)
    window : int
        Samples in a window.
    share : float
        How many of the windows count as quiet, from 0 to 1.
    """
    k = samples.size // window
    if not k:
        return 0.0
    level = np.sqrt(np.mean(np.square(samples[: k * window].reshape(k, window)), axis=1))
    return float(np.median(level[level <= np.quantile(level, share)]))


def spikes(samples: Floats, threshold: float, apart: int) -> Indices:
    """Give the peaks of the rectified signal above a threshold that are the highest within `apart` samples."""
    size = np.abs(samples)
    inner = size[1:-1]
    tops = np.flatnonzero((inner > threshold) & (inner > size[:-2]) & (inner >= size[2:])) + 1
    kept: list[int] = []
    for top in tops.tolist():
        if not kept or top - kept[-1] > apart:
            kept.append(top)
        elif size[top] > size[kept[-1]]:
            kept[-1] = top
    return np.array(kept, dtype=np.intp)


def cut(samples: Floats, at: Indices, before: int, after: int) -> Floats:
    """Give ``samples[at - before : at + after]`` of each place, shape (k, before + after); beyond the ends it is 0."""
    index = at[:, None] + np.arange(-before, after)
    inside = (index >= 0) & (index < samples.size)
    return np.where(inside, samples[np.clip(index, 0, samples.size - 1)], 0.0)


def alike(
    samples: Floats, at: Indices, half: int, slack: int, noise: float, share: float, fewest: int, step: int = 1
) -> list[Indices]:
    """Group spikes by shape: again and again the one with the most look-alikes takes them.

    Parameters
    ----------
    samples : ndarray, shape (n,)
    at : ndarray of intp, shape (k,)
        Peaks.
    half : int
        Samples on either side that are compared.
    slack : int
        How far two spikes may be moved against each other.
    noise : float
        Standard deviation of a sample.
    share : float
        Two spikes are alike where their difference, less what noise makes of it, has no more than this share of the
        larger one's energy.
    fewest : int
        Smaller groups are left out.
    step : int
        Every so many samples are compared.

    Returns
    -------
    list of ndarray of intp
        Places of the members, moved onto the first of each group, which is its centre.
    """
    if at.size > _AT_ONCE:
        at = np.sort(at[np.argsort(-np.abs(samples[at]), kind="stable")[:_AT_ONCE]])
    if at.size < fewest:
        return []
    distance, lag, energy = _distances(samples, at, half, slack, step)
    compared = len(range(0, 2 * half, step))
    limit = share * np.maximum(energy[:, None], energy[None, :]) + 2.0 * compared * noise**2
    near = distance <= limit
    groups: list[Indices] = []
    while True:
        followers = near.sum(axis=1)
        centre = int(np.argmax(followers))
        if followers[centre] < fewest:
            return groups
        members = np.flatnonzero(near[centre])
        members = np.concatenate([[centre], members[members != centre]])
        groups.append(at[members] + lag[centre, members])
        near[members] = False
        near[:, members] = False


def _distances(samples: Floats, at: Indices, half: int, slack: int, step: int) -> tuple[Floats, Indices, Floats]:
    """Give the least squared difference of every two spikes over small lags, that lag, and every spike's energy."""
    wide = cut(samples, at, half + slack, half + slack).astype(np.float32)
    base = np.ascontiguousarray(wide[:, slack : slack + 2 * half : step])
    energy = np.sum(base * base, axis=1)
    distance = np.full((at.size, at.size), np.inf, dtype=np.float32)
    lag = np.zeros((at.size, at.size), dtype=np.int16)
    for shift in range(-slack, slack + 1, 2):
        moved = wide[:, slack + shift : slack + shift + 2 * half : step]
        new = energy[:, None] + np.sum(moved * moved, axis=1)[None, :] - 2.0 * base @ moved.T
        better = new < distance
        np.copyto(distance, new, where=better)
        np.copyto(lag, np.int16(shift), where=better)
    return distance.astype(np.float64), lag.astype(np.intp), energy.astype(np.float64)
