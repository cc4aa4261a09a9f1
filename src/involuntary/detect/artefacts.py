"""Artefacts of electrical channels: glitches, electrode pops, movement."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from involuntary.dsp.artefacts import glitches, slow_and_fast, steps
from involuntary.dsp.runs import joined
from involuntary.model import ChannelKind
from involuntary.model.recording import Block, Channel
from involuntary.spool import Rows

__all__ = ["ArtefactRule", "Scan"]

Samples = NDArray[np.float64]
Spans = NDArray[np.intp]

_ELECTRICAL = {
    ChannelKind.EMG, ChannelKind.SURFACE_EMG, ChannelKind.NEEDLE_EMG, ChannelKind.EEG, ChannelKind.EOG, ChannelKind.ECG,
}  # fmt: skip
_MOVED = {ChannelKind.EMG, ChannelKind.SURFACE_EMG}
_FRAME_S = 0.025


@dataclass(frozen=True, slots=True)
class ArtefactRule:
    """What makes an artefact; engineering choices, no cut-off is published (methods §0.2).

    Attributes
    ----------
    glitch_factor : float
        A single sample so many medians of that distance from its neighbours,
    glitch_flank : float
        which themselves depart by no more than this share of it.
    glitch_margin_s, pop_margin_s : float
        Time around it that goes with it: a filter swings there.
    pop_factor : float
        A jump of the level, in medians of its usual change over 100 ms in the same second,
    pop_uv : float
        and in µV (not used for counts).
    movement_factor : float
        A second of surface EMG whose slow part (below 18 Hz) exceeds so many times that of the median second,
    movement_uv : float
        and so many µV (not used for counts),
    movement_share : float
        and holds this share of the power: more than 0.5 cannot be muscle.
    """

    glitch_factor: float = 25.0
    glitch_flank: float = 0.15
    glitch_margin_s: float = 0.005
    pop_factor: float = 30.0
    pop_uv: float = 200.0
    pop_margin_s: float = 0.1
    movement_factor: float = 8.0
    movement_uv: float = 100.0
    movement_share: float = 0.9


class Scan:
    """Looks at one channel block by block, then says what it found.

    Parameters
    ----------
    channel : Channel
        Only electrical ones hold such artefacts, and only surface EMG movement.
    rule : ArtefactRule
        What makes one.
    compiled : bool
        Whether compiled kernels are worth loading.
    """

    def __init__(self, channel: Channel, rule: ArtefactRule, *, compiled: bool = False) -> None:
        self._channel, self._rule, self._compiled = channel, rule, compiled
        self._second = max(round(channel.rate_hz), 1)
        # A second is a whole number of the frames that steps are sought in.
        self._frame = max(self._second // round(1 / _FRAME_S), 1)
        self._glitches: list[Spans] = []
        self._pops: list[Spans] = []
        self._seconds = Rows(3)  # first sample, root mean square of the slow and of the fast part

    def look_at(self, block: Block) -> None:
        """Look at a block that starts on a whole second of its recorded stretch."""
        if self._channel.kind not in _ELECTRICAL or self._second < round(1 / _FRAME_S):
            return
        x, rule, second = block.samples, self._rule, self._second
        at = glitches(x, second, rule.glitch_factor, rule.glitch_flank, compiled=self._compiled)
        self._glitches.append(np.column_stack([at, at + 1]) + block.first)
        lowest = rule.pop_uv * 1e-6 if self._channel.calibrated else 0.0
        self._pops.append(
            steps(x, self._frame, self._frame * round(1 / _FRAME_S), rule.pop_factor, lowest) + block.first
        )
        if self._channel.kind in _MOVED:
            proper = x[block.start : block.stop]
            slow, fast = slow_and_fast(proper, self._frame, second, compiled=self._compiled)
            first = block.first + block.start + second * np.arange(slow.size)
            self._seconds.append(np.column_stack([first, slow, fast]))

    def found(self) -> dict[str, tuple[Spans, float]]:
        """Give, by reason, spans in samples and the margin in seconds that goes with them."""
        rule = self._rule
        return {
            "glitch": (_merged(self._glitches), rule.glitch_margin_s),
            "electrode pop": (_merged(self._pops), rule.pop_margin_s),
            "movement": (self._movement(), 0.0),
        }

    def _movement(self) -> Spans:
        first, slow, fast = (self._seconds.column(k) for k in range(3))
        if not slow.size:
            return np.empty((0, 2), dtype=np.intp)
        rule = self._rule
        least = rule.movement_uv * 1e-6 if self._channel.calibrated else 0.0
        share = slow**2 / np.maximum(slow**2 + fast**2, np.finfo(float).tiny)
        moved = (slow > np.maximum(rule.movement_factor * np.median(slow), least)) & (share > rule.movement_share)
        start = first[moved].astype(np.intp)
        return joined(np.column_stack([start, start + self._second]))


def _merged(parts: list[Spans]) -> Spans:
    spans = np.concatenate([np.empty((0, 2), dtype=np.intp), *parts])
    return joined(spans[np.argsort(spans[:, 0], kind="stable")])
