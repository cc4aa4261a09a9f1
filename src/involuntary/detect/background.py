"""Raised background: seconds in which the muscle is less quiet than at its quietest, though no contraction stands out.

A weak contraction is the sum of many small units: it lifts the level between the potentials that stand out. Potentials
that come by themselves leave the level between them where it is.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from involuntary.detect.conditioned import FRAME_S, Conditioned, Conditioning
from involuntary.detect.frames import in_block
from involuntary.detect.sweep import Detector, sweep
from involuntary.dsp.noise import row_medians
from involuntary.dsp.runs import true_runs
from involuntary.model import Events, Recording
from involuntary.model.labels import Labels

__all__ = ["BACKGROUND", "BackgroundRule", "detect"]

Samples = NDArray[np.float64]

_SECOND = round(1 / FRAME_S)


@dataclass(frozen=True, slots=True)
class BackgroundRule:
    """What counts as raised; engineering choices.

    Attributes
    ----------
    low_hz, high_hz : float
        Zero-phase band.
    remove_mains : bool
        Subtract 50 or 60 Hz and harmonics where they are there.
    strays : float
        The level of a second is the median of its frames of 20 ms. Of stationary noise it strays, by 3 % where it is
        white in this band, by more where it is of a colour; how much is read from the frames of quiet seconds. A raised
        level lies so many such errors above what is usual.
    rest_percentile : float
        Usual at rest is what has this percentile of the seconds of the recording.
    most_stray : float
        The error is never taken to be more than this.
    """

    low_hz: float = 20.0
    high_hz: float = 450.0
    remove_mains: bool = True
    strays: float = 4.5
    rest_percentile: float = 10.0
    most_stray: float = 0.1


def detect(recording: Recording, channel: int, rule: BackgroundRule) -> Events:
    """Find the stretches of a channel, in whole seconds, of raised background.

    Returns
    -------
    Events
        Kind ``tonic``: it may be weak tonic activity. Feature: ``factor``, the highest level over that of rest.

    Raises
    ------
    ParameterError
        If the channel is neither in volts nor in counts, or its rate is too low for the band.
    """
    return sweep(recording, channel, [(BACKGROUND, rule)])[0]


def _in_block(part: Conditioned, _rule: BackgroundRule) -> Samples:
    """Give first sample, samples, level, and spread of the frames over it, of each whole second, shape (s, 4)."""
    first, frame, level = in_block(part)
    frames = level[: level.size - level.size % _SECOND].reshape(-1, _SECOND)
    usual = row_medians(frames)
    spread = 1.4826 * row_medians(np.abs(frames - usual[:, None])) / np.where(usual > 0, usual, 1.0)
    length = frame * _SECOND
    return np.column_stack([first + length * np.arange(usual.size), np.full(usual.size, length), usual, spread])


def _as_events(recording: Recording, channel: int, parts: list[Samples], rule: BackgroundRule) -> Events:
    meta = recording.channels[channel]
    first, length, level, spread = np.concatenate([np.empty((0, 4)), *parts]).T
    rest = float(np.percentile(level, rule.rest_percentile)) if level.size else 0.0
    raised = level > _factor(level, spread, rule) * rest
    rows = []
    for start, stop in recording.segment_samples(channel):
        low, high = np.searchsorted(first, (start, stop))
        for a, b in (low + true_runs(raised[low:high])).tolist():
            rows.append((first[a], float(np.sum(length[a:b])), level[a:b].max() / rest if rest else np.inf))
    onset, samples, reached = np.array(rows, dtype=np.float64).reshape(-1, 3).T
    onset_s = recording.time_s(channel, onset.astype(np.intp))
    return Events("tonic", Labels.all(meta.name, onset.size), onset_s, samples / meta.rate_hz, {"factor": reached})


def _factor(level: Samples, spread: Samples, rule: BackgroundRule) -> float:
    """Give how many times rest a raised level exceeds, by how much the frames of a second stray at rest."""
    from scipy.special import ndtri

    quiet = (level <= np.median(level)) & (level > 0) if level.size else np.zeros(0, dtype=np.bool_)
    if not np.any(quiet):
        return 1.0
    # The error of a median of so many frames that are near to normal.
    stray = min(float(np.median(spread[quiet])) * float(np.sqrt(np.pi / 2 / _SECOND)), rule.most_stray)
    return (1 + rule.strays * stray) / (1 + float(ndtri(rule.rest_percentile / 100)) * stray)


BACKGROUND: Detector[BackgroundRule, Samples] = Detector(Conditioning.of, _in_block, _as_events)
