"""Unmixing: which copies of known waveforms make up a stretch of signal, however much they overlap.

Weights of copies at every shift that are not negative explain the signal best in the least-squares sense; few of them
are then above zero, also where copies lie closer than their own length. The solver is the fast form [1]_ of the active
set method of Lawson and Hanson.

References
----------
.. [1] Bro R, De Jong S (1997). A fast non-negativity-constrained least squares algorithm. J Chemometrics 11:393-401.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["Kernel", "unmixed"]

Samples = NDArray[np.float64]
Places = NDArray[np.intp]

_LEFT = 0.002  # of the energy: less is never worth a copy
_NONE = 1e-6


class Kernel:
    """Waveforms of one length, shape (k, length), with their products at every shift."""

    def __init__(self, waves: Samples) -> None:
        self.waves = np.asarray(waves, dtype=np.float64)
        self.energy = np.sum(self.waves**2, axis=1)
        self._products = np.array([[np.correlate(one, other, "full") for other in self.waves] for one in self.waves])

    def products(self, columns: Places, column: int, n: int) -> Samples:
        """Give the products of copies with one copy; copy ``unit · n + shift`` begins at that shift."""
        length = self.waves.shape[1]
        ahead = column % n - columns % n + length - 1
        near = (ahead >= 0) & (ahead < 2 * length - 1)
        out = np.zeros(columns.size)
        out[near] = self._products[columns[near] // n, column // n, ahead[near]]
        return out


def unmixed(
    samples: Samples, kernel: Kernel, least: float = 0.15, noise: float = 0.0, most: int = 80
) -> tuple[Samples, float]:
    """Explain a stretch as a sum of copies.

    Parameters
    ----------
    samples : ndarray, shape (n,)
        The stretch; copies may begin anywhere from its first sample to the last at which they still fit.
    kernel : Kernel
        The waveforms.
    least : float
        A copy joins while what is left matches it by more than this share of its own energy,
    noise : float
        and while more is left than noise of this root mean square.
    most : int
        How many copies are tried.

    Returns
    -------
    weights : ndarray, shape (k, n - length + 1)
        Of every waveform at every shift, none negative.
    explained : float
        Share of the stretch's energy that they explain.
    """
    n = samples.size - kernel.waves.shape[1] + 1
    match = np.concatenate([np.correlate(samples, wave, "valid") for wave in kernel.waves])
    limit = np.repeat(least * kernel.energy, n)
    every = np.arange(match.size)
    weights, energy = np.zeros(match.size), float(samples @ samples)
    barred = np.empty(0, dtype=np.intp)
    active, gram, left = np.empty(0, dtype=np.intp), np.empty((match.size, 0)), match - limit
    enough = energy - max(samples.size * noise * noise, _LEFT * energy)
    for _ in range(most):
        if float(weights @ match) >= enough:
            break
        left[active] = left[barred] = -np.inf
        best = int(np.argmax(left))
        if not left[best] > 0:
            break
        column = kernel.products(every, best, n)
        active, gram, solved = _settled(
            np.append(active, best), np.column_stack([gram, column]), match, weights[active]
        )
        weights[:] = 0.0
        weights[active] = solved
        left = match - limit - gram @ solved
        # A copy that turned negative at once is not tried again until another has joined.
        barred = np.empty(0, dtype=np.intp) if best in active else np.append(barred, best)
    return weights.reshape(-1, n), float(weights @ match) / energy if energy else 0.0


def _settled(active: Places, gram: Samples, match: Samples, before: Samples) -> tuple[Places, Samples, Samples]:
    """Solve for the active copies; those that would turn negative leave. The last of them is new."""
    weights = np.append(before, 0.0)
    while True:
        part = gram[active]
        ridge = 1e-9 * float(np.max(np.diag(part), initial=0.0))
        solved = np.asarray(np.linalg.solve(part + ridge * np.eye(active.size), match[active]), dtype=np.float64)
        falls = solved <= 0
        if not np.any(falls):
            return active, gram, solved
        way = weights[falls] - solved[falls]
        step = float(np.min(np.where(way > 0, weights[falls] / np.where(way > 0, way, 1.0), 0.0)))
        weights = weights + step * (solved - weights)
        stays = ~(falls & (weights <= _NONE * float(np.max(np.abs(solved)))))
        active, gram, weights = active[stays], gram[:, stays], weights[stays]
