"""Conditioned samples: read in overlapping blocks, scaled, freed of mains and band-passed, for every detector alike."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from involuntary.dsp import mains
from involuntary.dsp.bands import zero_phase
from involuntary.errors import ParameterError
from involuntary.model import Recording
from involuntary.model.recording import Block, Channel

__all__ = ["FRAME_S", "Band", "Conditioned", "amplitude_scale", "conditioned"]

Samples = NDArray[np.float64]

FRAME_S = 0.02  # every grid below is a multiple of it, counted from the start of a recorded stretch
_HOP_FRAMES = round(mains.WINDOW_S / 2 / FRAME_S)
_OVERLAP_HOPS = 6  # mains, noise and filter together look 9 s to either side


@dataclass(frozen=True, slots=True)
class Band:
    """What is kept of a channel: a zero-phase band, with or without mains; see `involuntary.dsp`."""

    low_hz: float
    high_hz: float
    remove_mains: bool


@dataclass(frozen=True, slots=True)
class Conditioned:
    """One block.

    Attributes
    ----------
    block : Block
        Where it lies; the samples as read.
    wave : ndarray, shape as ``block.samples``
        Conditioned samples in µV, or in counts where the gain is unknown. Only ``wave[block.start:block.stop]``
        and what a window of two hops sees around it are to be used.
    frame, hop : int
        Samples in 20 ms and in two seconds (a whole number of frames). Blocks start at a multiple of the hop,
        counted from the start of the recorded stretch, so that results do not depend on their length.
    """

    block: Block
    wave: Samples
    frame: int
    hop: int


def conditioned(recording: Recording, channel: int, band: Band) -> Iterator[Conditioned]:
    """Read and condition a channel block by block; none crosses a gap.

    Raises
    ------
    ParameterError
        If the channel is neither in volts nor in counts, or its rate is too low for the band.
    """
    meta = recording.channels[channel]
    _, scale = amplitude_scale(meta)
    if meta.rate_hz < 4 * band.low_hz or band.low_hz >= band.high_hz:
        raise ParameterError(
            meta.name,
            "needs a rate of at least four times the band's lower end, and the band a width",
            f"{meta.rate_hz:g} Hz for a band of {band.low_hz:g} to {band.high_hz:g} Hz",
            "lower low_hz, or record faster",
        )
    frame = max(round(FRAME_S * meta.rate_hz), 1)
    hop = frame * _HOP_FRAMES
    for block in recording.blocks(channel, _block_samples(hop), _OVERLAP_HOPS * hop):
        samples = block.samples * scale
        if band.remove_mains:
            samples = mains.remove(samples, meta.rate_hz, hop)
        yield Conditioned(block, zero_phase(samples, meta.rate_hz, band.low_hz, band.high_hz), frame, hop)


def amplitude_scale(channel: Channel) -> tuple[str, float]:
    """Give the ending of amplitude features and what turns the channel's unit into it.

    Raises
    ------
    ParameterError
        If the channel is neither in volts nor in counts.
    """
    scales = {"V": ("uv", 1e6), "count": ("count", 1.0)}
    if channel.unit not in scales:
        raise ParameterError(
            channel.name,
            "electrical events are sought in channels in volts or counts",
            f"unit {channel.unit}",
            "state kind and unit with --channel",
        )
    return scales[channel.unit]


def _block_samples(hop: int) -> int:
    return hop * max((1 << 18) // hop, _OVERLAP_HOPS)
