"""EEG around jerks: cut block by block, never across a gap, so that memory grows with the jerks alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from involuntary.detect.conditioned import amplitude_scale
from involuntary.dsp.averaging import epochs
from involuntary.model import Recording

__all__ = ["Piece", "cut_epochs", "isolated", "pieces"]

Floats = NDArray[np.float64]
Indices = NDArray[np.intp]

_PIECE = 1 << 21  # samples of EEG in memory: 35 minutes at 1 kHz
_SHORTEST_S = 10.0


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of one channel in µV (or counts): samples, rate, and where events lie in it."""

    samples: Floats
    rate_hz: float
    at: Indices
    rows: Indices


def pieces(recording: Recording, channel: int, time_s: Floats, reach_s: tuple[float, float]) -> Iterator[Piece]:
    """Read a channel in pieces, each with the events whose surroundings lie within.

    Parameters
    ----------
    recording : Recording
    channel : int
    time_s : ndarray, shape (n,)
        Events, sorted.
    reach_s : tuple of float
        How far before and after an event its surroundings reach.
    """
    rate = recording.channels[channel].rate_hz
    before, after = (int(np.ceil(s * rate)) + 1 for s in reach_s)
    _, scale = amplitude_scale(recording.channels[channel])
    for block in recording.blocks(channel, _PIECE):
        if block.samples.size < _SHORTEST_S * rate:
            continue
        begin = float(recording.time_s(channel, block.first))
        at = np.rint((time_s - begin) * rate).astype(np.intp)
        rows = np.flatnonzero((at >= before) & (at + after < block.samples.size))
        yield Piece(block.samples * scale, rate, at[rows], rows)


def cut_epochs(
    recording: Recording, channels: Sequence[int], time_s: Floats, reach_s: tuple[float, float], rate_hz: float
) -> tuple[Floats, Indices]:
    """Cut several channels around events, averaged down to about `rate_hz`.

    Returns
    -------
    cut : ndarray, shape (epochs, channels, times)
        In µV or counts.
    rows : ndarray of int
        Which events they belong to: those too near an end or a gap are left out, and those in which a channel strays
        six times as far as usual.
    """
    found: list[Floats] = []
    kept: Indices = np.arange(time_s.size)
    for channel in channels:
        step = max(round(recording.channels[channel].rate_hz / rate_hz), 1)
        parts, rows = [], [np.empty(0, dtype=np.intp)]
        for piece in pieces(recording, channel, time_s, reach_s):
            before, after = (round(s * piece.rate_hz / step) * step for s in reach_s)
            cut = epochs(piece.samples, piece.at, before, after)
            parts.append(cut.reshape(len(cut), -1, step).mean(axis=2))
            rows.append(piece.rows)
        kept = np.concatenate(rows)
        found.append(np.concatenate(parts) if parts else np.empty((0, 1)))
    if not found or not kept.size:
        return np.empty((0, len(channels), 1)), kept[:0]
    every = np.stack(found, axis=1)
    spread = np.ptp(every, axis=2)
    calm = np.all(spread <= 6 * np.median(spread, axis=0), axis=1)
    return every[calm], kept[calm]


def isolated(onset_s: Floats, seconds: float) -> Floats:
    """Give the jerks that follow no other within that time."""
    return onset_s[np.concatenate([[True], np.diff(onset_s) >= seconds])] if onset_s.size else onset_s
