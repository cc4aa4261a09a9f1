"""Turns and amplitude of an interference pattern, epoch by epoch."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from involuntary.detect import usable
from involuntary.detect.discharges import DischargeRule, lost_time, mended_blocks
from involuntary.dsp.turns import turning_points
from involuntary.errors import ParameterError
from involuntary.model import Intervals, Recording

__all__ = ["TurnRule", "Turns", "detect"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class TurnRule:
    """What counts as a turn.

    Attributes
    ----------
    smallest_uv : float
        A turn differs from the ones beside it by at least so much: 100 µV as Willison 1964 counted, or 20 µV.
    epoch_s : float
        Turns are counted in epochs of this length.
    """

    smallest_uv: float = 100.0
    epoch_s: float = 0.5


@dataclass(frozen=True, slots=True, eq=False)
class Turns:
    """Turns of k whole usable epochs.

    Attributes
    ----------
    start_s : ndarray, shape (k,)
    per_s : ndarray, shape (k,)
        Turns a second.
    amplitude_uv : ndarray, shape (k,)
        Mean difference between successive turns; not-a-number below two turns.
    """

    start_s: Floats
    per_s: Floats
    amplitude_uv: Floats


def detect(recording: Recording, channel: int, rule: TurnRule) -> Turns:
    """Count the turns of a channel; lone samples are mended first, epochs that touch unusable time left out.

    Parameters
    ----------
    recording : Recording
        Read block by block.
    channel : int
        Position of a channel in volts.
    rule : TurnRule
        What counts as a turn.

    Raises
    ------
    ParameterError
        If the channel is not in volts: a turn is defined in microvolts.

    References
    ----------
    Willison 1964, J Neurol Neurosurg Psychiatry 27:386, doi:10.1136/jnnp.27.5.386.
    """
    meta = recording.channels[channel]
    if meta.unit != "V":
        raise ParameterError(meta.name, "turns are counted in microvolts", f"unit {meta.unit}", "state the gain")
    epoch = round(rule.epoch_s * meta.rate_hz)
    lost = lost_time(usable.detect(recording, channel, usable.UsableRule()))
    starts, rates, sizes = [], [], []
    for block, _ in mended_blocks(recording, channel, 1e6, DischargeRule()):
        samples = block.samples[block.start : block.stop]
        points = turning_points(samples, rule.smallest_uv)
        step = np.abs(np.diff(samples[points]))
        for first in range(0, samples.size - epoch + 1, epoch):
            start_s = float(recording.time_s(channel, block.first + block.start + first))
            if len(lost.intersection(Intervals.of((start_s, start_s + rule.epoch_s)))):
                continue
            inside = (points >= first) & (points < first + epoch)
            between = inside[:-1] & inside[1:]
            starts.append(start_s)
            rates.append(np.count_nonzero(inside) / rule.epoch_s)
            sizes.append(float(step[between].mean()) if between.any() else np.nan)
    return Turns(np.array(starts), np.array(rates, dtype=np.float64), np.array(sizes, dtype=np.float64))
