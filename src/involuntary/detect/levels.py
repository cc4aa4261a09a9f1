"""How strongly a muscle is active, 50 times a second: what co-contraction, overflow and attacks are read from."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from involuntary.detect.conditioned import FRAME_S, Conditioning, conditioned
from involuntary.detect.frames import FrameLevels, in_block, whole
from involuntary.dsp.envelope import smoothed
from involuntary.dsp.runs import joined, true_runs
from involuntary.model import Recording

__all__ = ["LevelRule", "Levels", "detect", "runs_s"]

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class LevelRule:
    """When a muscle counts as active; engineering choices.

    Attributes
    ----------
    low_hz, high_hz : float
        Zero-phase band.
    remove_mains : bool
        Subtract 50 or 60 Hz and harmonics where they are there.
    smooth_s : float
        Whole width of the triangle over which the level is averaged.
    rest_percentile : float
        Rest is this percentile of the level,
    most_rest_uv : float
        but no more than this, so that a muscle that never rests is not taken for noise.
    factor : float
        A muscle is active above so many times rest.
    """

    low_hz: float = 20.0
    high_hz: float = 450.0
    remove_mains: bool = True
    smooth_s: float = 0.1
    rest_percentile: float = 5.0
    most_rest_uv: float = 10.0
    factor: float = 3.0


@dataclass(frozen=True, slots=True, eq=False)
class Levels:
    """The level of one channel.

    Attributes
    ----------
    time_s : ndarray, shape (n,)
        Middle of every frame of 20 ms on the recording's clock, rising; gaps in the recording are gaps in it.
    level : ndarray, shape (n,)
        Root mean square above rest, in µV, or in counts where the gain is unknown.
    active : ndarray of bool, shape (n,)
        Whether the muscle is active.
    rest : float
        Level at rest.
    """

    time_s: Floats
    level: Floats
    active: Mask
    rest: float


def detect(recording: Recording, channel: int, rule: LevelRule) -> Levels:
    """Give the level of a channel of EMG, block by block.

    Raises
    ------
    ParameterError
        If the channel is neither in volts nor in counts, or its rate is too low for the band.
    """
    meta = recording.channels[channel]
    conditioning = Conditioning.of(rule)
    frames = FrameLevels()
    for part in conditioned(recording, channel, conditioning):
        frames.append(in_block(part))
    times, levels = [np.empty(0)], [np.empty(0)]
    for first, frame, level in map(whole, frames.stretches(recording, channel)):
        middle = first + frame * (np.arange(level.size) + 0.5)
        times.append(recording.time_s(channel, first) + (middle - first) / meta.rate_hz)
        levels.append(np.sqrt(smoothed(level.astype(np.float64) ** 2, round(rule.smooth_s / FRAME_S / 2))))
    time, level = np.concatenate(times), np.concatenate(levels)
    rest = float(np.percentile(level, rule.rest_percentile)) if level.size else 0.0
    rest = min(rest, rule.most_rest_uv) if meta.calibrated else rest
    above = np.sqrt(np.maximum(level**2 - rest**2, 0.0))
    return Levels(time, above, level > max(rule.factor * rest, np.finfo(np.float64).tiny), rest)


def runs_s(time_s: Floats, mask: Mask, merge_s: float, shortest_s: float) -> Floats:
    """Give start and stop of runs of a mask over frames, pauses left out, shape (k, 2)."""
    spans = joined(true_runs(mask), round(merge_s / FRAME_S))
    edges = np.column_stack([time_s[spans[:, 0]] - FRAME_S / 2, time_s[spans[:, 1] - 1] + FRAME_S / 2])
    return edges[edges[:, 1] - edges[:, 0] >= shortest_s - 1e-9]
