"""How fast waves travel along a line of electrodes: the delay from each to the next by maximum likelihood.

Where every signal of a line is the one before it, later by the same delay, with noise of one power, the likeliest delay
is that at which each signal differs least, in squares, from the mean of the others moved onto it [1]_. With S the sum
of all K signals so moved, that error is a constant minus ``K |S|²``, up to a factor: it is least where the power of the
sum is greatest. That power is a sum over pairs of signals, hence lines side by side add, and a missing electrode only
leaves out its pairs [2]_. In the frequencies the delay is no multiple of a sample, and Newton's steps find it [3]_.

References
----------
.. [1] Farina D, Muhammad W, Fortunato E, Meste O, Merletti R, Rix H (2001). Estimation of single motor unit conduction
   velocity from surface electromyogram signals detected with linear electrode arrays. Med Biol Eng Comput 39.
.. [2] Farina D, Merletti R (2004). Estimation of average muscle fiber conduction velocity from two-dimensional surface
   EMG recordings. J Neurosci Methods 134:199-208.
.. [3] McGill KC, Dorfman LJ (1984). High-resolution alignment of sampled waveforms. IEEE Trans Biomed Eng 31:462.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["agreement", "lagged", "likeliest_delay"]

Floats = NDArray[np.float64]
Complexes = NDArray[np.complexfloating]

# Steps of the search in a period of the highest frequency over the longest way, and of Newton's method.
_FINE, _ROUNDS = 6, 12


def lagged(signals: Complexes) -> Complexes:
    """Sum the cross-spectra of all pairs of signals that are so many places apart.

    Parameters
    ----------
    signals : ndarray, shape (k, windows, frequencies)
        Spectra along a line, in the order in which the waves come by.

    Returns
    -------
    ndarray, shape (k - 1, windows, frequencies)
        Of pairs 1, 2, … places apart. Those of several lines add.
    """
    k = len(signals)
    return np.array([np.sum(signals[d:] * np.conj(signals[: k - d]), axis=0) for d in range(1, k)])


def likeliest_delay(pairs: Complexes, frequency_hz: Floats, longest_s: float) -> Floats:
    """Give the delay from each signal to the next, in each window.

    Parameters
    ----------
    pairs : ndarray, shape (places, windows, frequencies)
        As `lagged` gives them.
    frequency_hz : ndarray, shape (frequencies,)
    longest_s : float
        Delays are sought up to this, either way.

    Returns
    -------
    ndarray of float64, shape (windows,)
        In seconds; negative where the waves travel the other way.
    """
    turn = 2 * np.pi * frequency_hz
    places = np.arange(1, len(pairs) + 1)
    step = 1 / (_FINE * float(frequency_hz[-1]) * len(pairs))
    grid = step * np.arange(-np.ceil(longest_s / step), np.ceil(longest_s / step) + 1)
    power = np.zeros((pairs.shape[1], grid.size))
    for place, pair in zip(places, pairs, strict=True):
        power += (pair @ np.exp(1j * place * turn[:, None] * grid)).real
    delay: Floats = grid[np.argmax(power, axis=1)]
    speed = places[:, None, None] * turn
    for _ in range(_ROUNDS):
        moved = pairs * np.exp(1j * speed * delay[:, None])
        slope = np.sum(speed * moved.imag, axis=(0, 2))
        bend = np.sum(speed**2 * moved.real, axis=(0, 2))
        # Newton's step leads up the power only where it is bent downwards, and no further than the search's own.
        delay = delay - np.clip(np.divide(slope, bend, out=np.zeros_like(slope), where=bend > 0), -step, step)
    return delay


def agreement(signals: Complexes, frequency_hz: Floats, delay_s: Floats) -> Floats:
    """Give the correlation of neighbours once each is moved by the delay onto the one before it.

    Parameters
    ----------
    signals : ndarray, shape (k, windows, frequencies)
    frequency_hz : ndarray, shape (frequencies,)
    delay_s : ndarray, shape (windows,)
        From each signal to the next.

    Returns
    -------
    ndarray of float64, shape (k - 1, windows)
        From -1 to 1; not-a-number where a signal is silent.
    """
    moved = np.exp(2j * np.pi * frequency_hz * delay_s[:, None])
    shared = np.sum((signals[1:] * np.conj(signals[:-1]) * moved).real, axis=2)
    power = np.sum(np.abs(signals) ** 2, axis=2)
    both = np.sqrt(power[1:] * power[:-1])
    found: Floats = np.divide(shared, both, out=np.full(both.shape, np.nan), where=both > 0)
    return found
