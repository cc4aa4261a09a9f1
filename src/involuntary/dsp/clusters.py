"""Clusters: stretches of time, or of time and frequency, in which epochs differ from zero together."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Cluster", "clusters"]

Floats = NDArray[np.float64]

_AT_ONCE = 1 << 22  # values of permuted maps in memory


@dataclass(frozen=True, slots=True, eq=False)
class Cluster:
    """A cluster: the channel, where it lies in that channel's map, its sum of t, and its probability by chance."""

    channel: int
    mask: NDArray[np.bool_]
    mass: float
    p: float


def clusters(cut: Floats, permutations: int, random: np.random.Generator, chance: float = 0.05) -> tuple[Cluster, ...]:
    """Find clusters in which the mean over epochs differs from zero.

    The sign of whole epochs is drawn at random: without an effect it has no meaning. A cluster's probability is the
    share of draws whose largest cluster, in any channel, is as large. Neighbours are neighbours in time (and frequency)
    within one channel.

    Parameters
    ----------
    cut : ndarray, shape (epochs, channels, times) or (epochs, channels, frequencies, times)
        What is zero on average where there is no effect.
    permutations : int
        Draws.
    random : numpy.random.Generator
    chance : float
        Two-sided probability of a single t that joins a cluster.

    Returns
    -------
    tuple of Cluster
        Largest first.

    References
    ----------
    Maris E, Oostenveld R 2007, J Neurosci Methods 164:177, doi:10.1016/j.jneumeth.2007.03.024 (as cited by programs
    that follow it; the paper was not opened).
    """
    from scipy.special import stdtrit

    n, shape = len(cut), cut.shape[1:]
    flat = cut.reshape(n, -1)
    limit = float(stdtrit(n - 1, 1 - chance / 2))
    squares = np.einsum("ij,ij->j", flat, flat)
    seen = _t(np.ones((1, n)) @ flat, squares, n).reshape(1, *shape)
    largest = np.zeros(permutations)
    step = max(_AT_ONCE // flat.shape[1], 1)
    for first in range(0, permutations, step):
        count = min(step, permutations - first)
        signs = 2.0 * random.integers(0, 2, (count, n)) - 1.0
        drawn = _t(signs @ flat, squares, n).reshape(count, *shape)
        for _, _, draw, mass in _labelled(drawn, limit):
            np.maximum.at(largest, first + draw, np.abs(mass))
    found = []
    for label, number, _, mass in _labelled(seen, limit):
        for i in range(number):
            inside = label[0] == i + 1
            channel = int(np.flatnonzero(inside.reshape(shape[0], -1).any(axis=1))[0])
            p = (1 + np.count_nonzero(largest >= abs(mass[i]))) / (permutations + 1)
            found.append(Cluster(channel, inside[channel], float(mass[i]), float(p)))
    return tuple(sorted(found, key=lambda c: -abs(c.mass)))


def _t(total: Floats, squares: Floats, n: int) -> Floats:
    mean = total / n
    spread = np.maximum(squares / n - mean * mean, np.finfo(np.float64).tiny)
    t: Floats = mean * np.sqrt((n - 1) / spread)
    return t


def _labelled(t: Floats, limit: float) -> list[tuple[NDArray[np.intp], int, NDArray[np.intp], Floats]]:
    """Give, for positive and negative t, the labels, how many, the map each lies in, and its sum."""
    from scipy import ndimage

    # Linked along time, and along frequency where there is one; never across channels or maps.
    link = np.zeros((3,) * t.ndim, dtype=np.intp)
    centre = (1,) * t.ndim
    for axis in range(2, t.ndim):
        for side in (0, 2):
            link[(*centre[:axis], side, *centre[axis + 1 :])] = 1
    link[centre] = 1
    found = []
    for sign in (1.0, -1.0):
        label, number = ndimage.label(sign * t > limit, structure=link)
        where = np.flatnonzero(label)
        mass = np.bincount(label.flat[where], weights=t.flat[where], minlength=number + 1)[1:].astype(np.float64)
        draw = np.zeros(number + 1, dtype=np.intp)
        draw[label.flat[where]] = where // max(t[0].size, 1)
        found.append((label, number, draw[1:], mass))
    return found
