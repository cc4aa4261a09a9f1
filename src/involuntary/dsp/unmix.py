"""Unmixing: which copies of known waveforms make up a stretch of signal, however much they overlap.

Weights of copies at every shift that are not negative explain the signal best in the least-squares sense; few of them
are then above zero, also where copies lie closer than their own length. The solver is the fast form [1]_ of the active
set method of Lawson and Hanson, compiled in `involuntary.dsp.unmix_kernels`.

References
----------
.. [1] Bro R, De Jong S (1997). A fast non-negativity-constrained least squares algorithm. J Chemometrics 11:393-401.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["Kernel", "unmixed"]

Samples = NDArray[np.float64]

_LEFT = 0.002  # of the energy: less is never worth a copy


class Kernel:
    """Waveforms of one length, shape (k, length), with their products at every shift."""

    def __init__(self, waves: Samples) -> None:
        self.waves = np.asarray(waves, dtype=np.float64)
        self.energy = np.sum(self.waves**2, axis=1)
        self.products = np.array([[np.correlate(one, other, "full") for other in self.waves] for one in self.waves])


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
    from involuntary.dsp.unmix_kernels import active_set  # compiled; loaded with the first stretch that is unmixed

    n = samples.size - kernel.waves.shape[1] + 1
    match = np.concatenate([np.correlate(samples, wave, "valid") for wave in kernel.waves])
    limit = np.repeat(least * kernel.energy, n)
    energy = float(samples @ samples)
    enough = energy - max(samples.size * noise * noise, _LEFT * energy)
    weights = active_set(kernel.products, match, limit, n, enough, most)
    return weights.reshape(-1, n), float(weights @ match) / energy if energy else 0.0
