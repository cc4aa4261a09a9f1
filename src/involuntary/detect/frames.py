"""Levels of frames of 20 ms: all that is kept of the samples of a day when tonic activity is sought in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from involuntary.detect.conditioned import FRAME_S, Conditioned
from involuntary.dsp.noise import row_medians
from involuntary.dsp.runs import true_runs
from involuntary.model import Recording
from involuntary.spool import aside, given_back

__all__ = ["FrameLevels", "Levels", "Seconds", "in_block", "whole"]

Floats = NDArray[np.floating]
Mask = NDArray[np.bool_]

_SECOND = round(1 / FRAME_S)


class Levels(NamedTuple):
    """Root mean square of each frame, in µV or counts, from sample `first` on, `frame` samples each."""

    first: int
    frame: int
    level: Floats


class Seconds(NamedTuple):
    """Median of the frames of each second, and by how much of it they stray: the robust deviation over the median."""

    level: Floats
    stray: Floats


def in_block(part: Conditioned, _rule: object = None) -> Levels:
    """Give the levels of the block proper."""
    proper = part.wave[part.block.start : part.block.stop]
    frames = proper[: proper.size - proper.size % part.frame].reshape(-1, part.frame)
    return Levels(
        part.block.first + part.block.start, part.frame, np.sqrt(np.einsum("ij,ij->i", frames, frames) / part.frame)
    )


class FrameLevels:
    """The levels of a channel, block by block; they wait on disk."""

    def __init__(self) -> None:
        self._parts: list[Levels] = []
        self._seconds: dict[int, Seconds] = {}

    def append(self, part: Levels) -> None:
        """Add the next block."""
        self._parts.append(part._replace(level=aside(part.level)))
        self._seconds[part.first] = _each(part.level[: part.level.size // _SECOND * _SECOND].reshape(-1, _SECOND))

    def seconds(self, recording: Recording, channel: int) -> Seconds:
        """Give every whole second; of a stretch that is shorter, its own level."""
        found = [Seconds(np.empty(0), np.empty(0))]
        for parts in self.stretches(recording, channel):
            each = [self._seconds[part.first] for part in parts]
            short = not any(one.level.size for one in each) and parts[0].level.size
            found.extend([_each(parts[0].level[None])] if short else each)
        return Seconds(*(np.concatenate(column) for column in zip(*found, strict=True)))

    def stretches(self, recording: Recording, channel: int) -> list[list[Levels]]:
        """Give the blocks of each recorded stretch."""
        starts = {begin for begin, _ in recording.segment_samples(channel)}
        found: list[list[Levels]] = []
        for part in self._parts:
            if part.first in starts:
                found.append([])
            found[-1].append(part)
        return found

    def pieces(
        self, recording: Recording, channel: int, active: Callable[[Floats], Mask], rest: int
    ) -> Iterator[Levels]:
        """Give the levels in pieces that neither begin nor end, but with a stretch, within `rest` frames of activity.

        What reaches less far gives the same as on the whole; memory grows with the longest activity.
        """
        for parts in self.stretches(recording, channel):
            held: list[Levels] = []
            for part in parts:
                held.append(part)
                cut = _last_rest(active(part.level), 2 * rest)
                if cut:
                    yield whole([*held[:-1], part._replace(level=part.level[:cut])])
                    held = [Levels(part.first + cut * part.frame, part.frame, part.level[cut:])]
                given_back()
            yield whole(held)


def _each(frames: Floats) -> Seconds:
    """Give the seconds whose frames these rows are."""
    level = row_medians(frames)
    spread = 1.4826 * row_medians(np.abs(frames - level[:, None]))
    return Seconds(level, spread / np.where(level > 0, level, 1.0))


def whole(parts: list[Levels]) -> Levels:
    """Join blocks that follow each other."""
    return parts[0]._replace(level=np.concatenate([part.level for part in parts]))


def _last_rest(active: Mask, shortest: int) -> int:
    """Give the middle of the last rest that is long enough, 0 if there is none."""
    rests = true_runs(~active)
    long = rests[rests[:, 1] - rests[:, 0] >= shortest]
    return int(long[-1].sum()) // 2 if len(long) else 0
