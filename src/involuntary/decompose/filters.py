"""Filters over the channels of a grid and their past: made from discharges, and turned towards sparse sources.

A source is the sum of all channels at several lags, each with a weight. The extended channels are never built: a
filter is applied, and correlated with a source, lag by lag.

References
----------
.. [1] Negro F, Muceli S, Castronovo AM, Holobar A, Farina D (2016). Multi-channel intramuscular and surface EMG
   decomposition by convolutive blind source separation. J Neural Eng 13:026027.
   doi:10.1088/1741-2560/13/2/026027.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import cho_factor, cho_solve

__all__ = ["Extended", "applied", "extended", "from_discharges", "turned"]

Floats = NDArray[np.float64]
Singles = NDArray[np.float32]
Indices = NDArray[np.intp]
# Every so many samples tell as well as all of them which way a filter turns.
_EVERY = 2


@dataclass(frozen=True, slots=True, eq=False)
class Extended:
    """Channels, how many samples of their past go with them, and how all of that hangs together.

    Attributes
    ----------
    signal : ndarray, shape (channels, n)
    lags : int
    factor : ndarray, shape (lags channels, lags channels)
        Lower Cholesky factor of the covariance, noise added; order: lag, channel.
    """

    signal: Singles
    lags: int
    factor: Floats


def extended(signal: Singles, window: slice, lags: int) -> Extended:
    """Give channels with their past, whose covariance is that of a window.

    The covariance of a stationary signal depends on the difference of lags alone, so `lags` products make all of it.
    Over n, not over the shorter overlap, it has no negative eigenvalues.
    The mean of the weaker half of them is noise (Negro 2016); as much is added in every direction, so that
    those weaker than noise count for little.
    """
    inside = signal[:, window]
    m, n = inside.shape
    at = [(inside[:, lag:] @ inside[:, : n - lag].T).astype(np.float64) / n for lag in range(lags)]
    blocks = np.empty((lags, m, lags, m))
    for a in range(lags):
        for b in range(lags):
            # Row a holds the channels a samples ago: <x(t - a) x(t - b)'> is the product at b - a.
            blocks[a, :, b, :] = at[b - a] if b >= a else at[a - b].T
    covariance = blocks.reshape(lags * m, lags * m)
    values = np.linalg.eigvalsh(covariance)
    noise = max(float(np.mean(values[: values.size // 2])), 1e-6 * float(values[-1]), 1e-12)
    covariance[np.diag_indices_from(covariance)] += noise
    return Extended(signal, lags, cho_factor(covariance, lower=True, overwrite_a=True)[0])


def applied(signal: Singles, filters: Singles, lags: int) -> Singles:
    """Filter all channels and sum, for each filter: shape (filters, n)."""
    m, n = signal.shape
    table = filters.reshape(len(filters), lags, m)
    out = table[:, 0] @ signal
    for lag in range(1, lags):
        out[:, lag:] += table[:, lag] @ signal[:, : n - lag]
    return np.asarray(out)


def from_discharges(channels: Extended, at: Indices) -> Singles:
    """Give the filter whose source correlates with discharges as the channels do, shape (1, lags channels)."""
    signal = channels.signal
    pull = np.zeros((1, channels.lags, len(signal)))
    for lag in range(channels.lags):
        pull[0, lag] = signal[:, at[at >= lag] - lag].sum(axis=1, dtype=np.float64) / signal.shape[1]
    return _scaled(pull.reshape(1, -1), channels.factor)


def _scaled(pull: Floats, factor: Floats) -> Singles:
    """Give the filters whose sources correlate with the channels as asked, and have unit variance."""
    filters = cho_solve((factor, True), pull.T).T
    power = np.maximum(np.sum(filters * pull, axis=1, keepdims=True), 1e-300)
    return np.asarray(filters / np.sqrt(power), dtype=np.float32)


def turned(channels: Extended, window: slice, at: Indices, steps: int, fewest: int) -> Singles:
    """Turn filters from moments to skewed sources of unit variance, shape (filters, lags channels).

    Parameters
    ----------
    channels : Extended
    window : slice
        Where sources are looked at.
    at : ndarray of intp
        Moments to start from, one for each filter.
    steps : int
        As many for all: a step is small not only at the end but also between two sources, where it must not stop.
    fewest : int
        Discharges of a unit: no sample pulls more than the one that is so many places below the highest, so that one
        event does not outweigh them all, whatever the height of a source.
    """
    lags = channels.lags
    filters = np.concatenate([from_discharges(channels, one[None]) for one in at])
    inside = channels.signal[:, window]
    # Sample t - lag of every second t is every second sample of those that begin at -lag: one copy for each remainder.
    n = (inside.shape[1] - lags) // _EVERY
    first = [lags - 1 - lag for lag in range(lags)]
    parts = [np.ascontiguousarray(inside[:, part::_EVERY]) for part in range(_EVERY)]
    looks = [parts[start % _EVERY][:, start // _EVERY : start // _EVERY + n] for start in first]
    for _ in range(steps):
        table = filters.reshape(len(filters), lags, -1)
        source = table[:, 0] @ looks[0]
        for lag in range(1, lags):
            source += table[:, lag] @ looks[lag]
        place = max(source.shape[1] - fewest, 0)
        np.minimum(source, np.partition(source, place, axis=1)[:, place, None], out=source)
        # The fixed point of the third power: its second derivative averages to nothing.
        source *= source
        pull = np.stack([source @ look.T for look in looks], axis=1)
        filters = _scaled(pull.reshape(len(filters), -1).astype(np.float64) / n, channels.factor)
    return filters
