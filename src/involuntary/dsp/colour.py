"""Colour of noise: how far a signal is foreseen from a moment before, and what is left when that is taken off.

Noise of a colour is mostly slow; what it is in the next millisecond is largely what it was. A potential is faster, and
stands out of what is left further than out of the noise itself. First-order linear prediction, window by window.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from involuntary.dsp.noise import row_medians

__all__ = ["LAG_S", "flattened", "foreseen"]

Floats = NDArray[np.floating]
Samples = NDArray[np.float64]

LAG_S = 0.001
_PAIRS = 2000  # of each window, half in each hop; the correlation of so many is off by 2 %
_FEWER = 5  # every fifth tells as well how far noise reaches
_REACH = 3.0  # robust standard deviations; what sticks out further is no noise
_LEAST = 0.3  # correlation that is worth taking off: noise is a twentieth less; that of an amplifier has less


def foreseen(wave: Floats, hop: int, lag: int, *, compiled: bool = False) -> Samples:
    """Give, for windows of two hops, one every hop, the share of a sample that one `lag` samples before foresees.

    Parameters
    ----------
    wave : ndarray, shape (n,)
        Without offset.
    hop, lag : int
        In samples.
    compiled : bool
        Whether a kernel is worth loading; it gives the same.

    Returns
    -------
    ndarray, shape (w,)
        Correlation, events cut off; 0 where it is too small to be worth taking off.
    """
    hop = max(min(hop, wave.size // 2), 1)
    if hop <= lag:
        return np.zeros(max(wave.size // hop - 1, 1))
    before, here = (_pairs_compiled if compiled else _pairs)(wave, hop, lag, max(2 * hop // _PAIRS, 1))
    reach = _REACH * 1.4826 * row_medians(np.abs(here[:, ::_FEWER]))[:, None]
    sums = (_sums_compiled if compiled else _sums)(before, here, reach)
    both, first, second = sums[:, :-1] + sums[:, 1:]
    share = both / np.maximum(np.sqrt(first * second), np.finfo(np.float64).tiny)
    return np.where(share > _LEAST, share, 0.0).astype(np.float64)


def _pairs(wave: Floats, hop: int, lag: int, step: int) -> tuple[Floats, Floats]:
    """Give every so many samples of each hop, and those `lag` after them, one hop a row."""
    hops = wave[: wave.size // hop * hop].reshape(-1, hop)
    return hops[:, : hop - lag : step], hops[:, lag::step]


def _pairs_compiled(wave: Floats, hop: int, lag: int, step: int) -> tuple[Floats, Floats]:
    from involuntary.dsp import event_kernels as kernels

    before, here = np.empty((2, wave.size // hop, -(-(hop - lag) // step)), wave.dtype)
    kernels.pairs(wave, hop, lag, step, before, here)
    return before, here


def _sums(before: Floats, here: Floats, reach: Floats) -> Samples:
    """Give the sums of products of two rows, each cut to its reach, of the first's squares and of the second's."""
    x, y = (np.clip(values, -reach, reach).astype(np.float64) for values in (before, here))
    return np.array([np.einsum("ij,ij->i", a, b) for a, b in ((x, y), (x, x), (y, y))])


def _sums_compiled(before: Floats, here: Floats, reach: Floats) -> Samples:
    from involuntary.dsp import event_kernels as kernels

    out = np.empty((3, len(here)))
    kernels.pair_sums(before, here, reach[:, 0].astype(np.float64), out)
    return out


def flattened(wave: Floats, share: Samples, hop: int, lag: int) -> Samples:
    """Take off each sample what the one `lag` before foresees of it, shape (n,); shares run straight between windows.

    Parameters
    ----------
    wave : ndarray, shape (n,)
    share : ndarray, shape (w,)
        What `foreseen` gives for the same wave and hop.
    hop, lag : int
        In samples.
    """
    hop = max(min(hop, wave.size // 2), 1)
    flat = wave.astype(np.float64)
    at = np.arange(lag, wave.size)
    flat[lag:] -= np.interp(at, hop * np.arange(1, share.size + 1), share) * wave[:-lag]
    return flat
