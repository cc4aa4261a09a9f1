"""When a response leaves its baseline: the flank fitted as a line that bends off a level, to a fraction of a sample."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["leave", "main_peak"]

Floats = NDArray[np.float64]

# The flank is fitted from the onset to where it first reaches this share of the peak.
_SHARE = 0.5
_FINE = 8
_BEFORE_S = 0.006
_UNKNOWNS = np.array([[0.0], [0.5], [1.5]])


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


def leave(samples: Floats, rate_hz: float, peak: int, earliest: int) -> float:
    """Give the position, in samples, where a response leaves its baseline.

    Before it the signal is a constant; after it a constant, a line and a parabola that begin there. Of all such
    moments on a grid of an eighth of a sample the one with the least squared error is taken, so that neither a
    threshold nor the noise moves it to one side.

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

    Returns
    -------
    float
        Not-a-number where the flank has too few samples.
    """
    base = float(np.median(samples[earliest : max(earliest + 3, peak - round(_BEFORE_S * rate_hz))]))
    size = np.abs(samples - base)
    below = np.flatnonzero(size[earliest : peak + 1] < _SHARE * size[peak])
    if not below.size:
        return float("nan")
    last = earliest + int(below[-1]) + 1
    first = max(earliest, last - round(2 * _BEFORE_S * rate_hz))
    if last - first < 5:
        return float("nan")
    best = _bend(samples[first : last + 1], np.arange(0.0, last - first - 1, 1.0))
    fine = np.arange(max(best - 1.5, 0.0), best + 1.5, 1 / _FINE)
    return first + _bend(samples[first : last + 1], fine)


def _bend(flank: Floats, moments: Floats) -> float:
    """Give the moment whose bent line lies nearest the flank, as simply bent as the noise lets one tell."""
    n = flank.size
    past = np.maximum(np.arange(n, dtype=np.float64)[None, :] - moments[:, None], 0.0)
    # Deviations from the mean leave at most two unknowns a moment: a line, a parabola, or both.
    one, two = (part - part.mean(axis=1, keepdims=True) for part in (past, past**2))
    y = flank - flank.mean()
    aa, bb, ab = (np.sum(p * q, axis=1) for p, q in ((one, one), (two, two), (one, two)))
    ay, by = one @ y, two @ y
    det = aa * bb - ab * ab
    tiny = np.finfo(np.float64).tiny
    both = np.where(det > 1e-9 * aa * bb, (bb * ay * ay - 2 * ab * ay * by + aa * by * by) / np.maximum(det, tiny), 0.0)
    explained = np.stack([ay * ay / np.maximum(aa, tiny), by * by / np.maximum(bb, tiny), both])
    left = np.maximum(float(y @ y) - explained, 1e-12 * float(y @ y) + tiny)
    # Schwarz 1978: a further unknown must pay for itself; between equals the line, which most responses begin with.
    cost = n * np.log(left) + np.log(n) * _UNKNOWNS
    return float(moments[int(np.argmin(cost)) % moments.size])
