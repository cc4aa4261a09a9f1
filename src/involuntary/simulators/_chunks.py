"""Samples made when they are asked for: a recording of a day takes no more memory than one of an hour.

The samples lie on a fixed grid of chunks, each with random numbers of its own, so that a read in blocks and a read
of the whole give the same bytes.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from involuntary.model import Channel, Intervals, Recording
from involuntary.model.recording import Annotation

__all__ = ["CHUNK", "Floats", "Layer", "Track", "record"]

Floats = NDArray[np.float64]
# (first sample, last plus one, random numbers of this chunk) -> samples, broadcastable to shape (channels, n).
Layer = Callable[[int, int, np.random.Generator], NDArray[np.floating]]

CHUNK = 1 << 16
_KEPT_SAMPLES = 1 << 24


@dataclass(frozen=True, slots=True)
class Track:
    """Channels of one rate and length, made together.

    Attributes
    ----------
    channels : tuple of Channel
        What beyond `lowest` or `highest` would lie is clipped there.
    layers : tuple of Layer
        Their sum is the signal, in the channels' unit.
    step : float
        Step of the analogue-to-digital converter in the channels' unit; 0 for none.
    """

    channels: tuple[Channel, ...]
    layers: tuple[Layer, ...]
    step: float = 0.0

    def make(self, first: int, stop: int, seed: Sequence[int]) -> Floats:
        """Make samples `first` to `stop` of all channels, shape (channels, stop - first)."""
        total = np.zeros((len(self.channels), stop - first))
        for number, layer in enumerate(self.layers):
            total += layer(first, stop, np.random.default_rng([*seed, number, first // CHUNK]))
        if self.step:
            np.rint(np.divide(total, self.step, out=total), out=total)
            total *= self.step
        lowest = np.array([[channel.lowest] for channel in self.channels])
        highest = np.array([[channel.highest] for channel in self.channels])
        clipped: Floats = np.clip(total, lowest, highest, out=total)
        return clipped


class _Synthetic:
    """A source of samples that makes them chunk by chunk and keeps the latest."""

    def __init__(self, tracks: tuple[Track, ...], seed: int) -> None:
        self._tracks, self._seed = tracks, seed
        self._place = [(t, row) for t, track in enumerate(tracks) for row in range(len(track.channels))]
        self._kept: OrderedDict[tuple[int, int], Floats] = OrderedDict()

    def read(self, channel: int, start: int, stop: int) -> Floats:
        """Give samples ``start`` to ``stop`` of a channel."""
        track, row = self._place[channel]
        out = np.empty(stop - start)
        for number in range(start // CHUNK, -(-stop // CHUNK)):
            begin = number * CHUNK
            a, b = max(start, begin), min(stop, begin + CHUNK)
            out[a - start : b - start] = self._chunk(track, number)[row, a - begin : b - begin]
        return out

    def _chunk(self, track: int, number: int) -> Floats:
        key = (track, number)
        if key not in self._kept:
            made = self._tracks[track]
            first = number * CHUNK
            stop = min(first + CHUNK, made.channels[0].n_samples)
            self._kept[key] = made.make(first, stop, (self._seed, track))
            while sum(chunk.size for chunk in self._kept.values()) > _KEPT_SAMPLES and len(self._kept) > 1:
                self._kept.popitem(last=False)
        return self._kept[key]


def record(
    tracks: Sequence[Track], random: np.random.Generator, *, annotations: Sequence[Annotation] = ()
) -> Recording:
    """Put tracks on one clock.

    Parameters
    ----------
    tracks : sequence of Track
        Their channels follow each other in the recording.
    random : numpy.random.Generator
        Gives the seed of all that the layers draw.
    annotations : sequence of Annotation
        What the examiner would have noted, such as a voluntary contraction.
    """
    source = _Synthetic(tuple(tracks), int(random.integers(2**63)))
    channels = tuple(channel for track in tracks for channel in track.channels)
    longest = max(channel.duration_s for channel in channels)
    return Recording("simulated", channels, source, Intervals.of((0.0, longest)), tuple(annotations))
