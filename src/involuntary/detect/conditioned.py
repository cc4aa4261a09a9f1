"""Conditioned samples: read in overlapping blocks, scaled, freed of mains and band-passed, for every detector alike."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import dataclass, fields
from functools import partial

import numpy as np
from numpy.typing import NDArray

from involuntary.dsp import mains
from involuntary.dsp.fused import Band, condition, lent_buffers
from involuntary.dsp.noise import NOISE_STEP_S, Steps, steps
from involuntary.errors import ParameterError
from involuntary.model import Recording
from involuntary.model.recording import Block, Channel

__all__ = ["FRAME_S", "Conditioned", "Conditioning", "amplitude_scale", "conditioned", "worth_compiling"]

Floats = NDArray[np.floating]

FRAME_S = 0.02  # every grid below is a multiple of it, counted from the start of a recorded stretch
_HOP_FRAMES = round(mains.WINDOW_S / 2 / FRAME_S)
_COMPILED_FROM = 1 << 23  # samples of EMG in the recording: an hour of one channel, or ten minutes of eight
_OVERLAP_HOPS = 7  # mains, noise and filter together look 13 s to either side


@dataclass(frozen=True, slots=True)
class Conditioning:
    """What is kept of a channel, see `involuntary.dsp`; detectors with the same conditioning share one pass.

    Attributes
    ----------
    low_hz, high_hz : float
        Zero-phase band.
    remove_mains : bool
        Subtract 50 or 60 Hz and harmonics where they are there.
    window_ms : float
        Width of the triangle under which the envelope is the root mean square.
    """

    low_hz: float = 20.0
    high_hz: float = 450.0
    remove_mains: bool = True
    window_ms: float = 10.0

    @classmethod
    def of(cls, rule: object) -> Conditioning:
        """Give what a detector's rule states of it, by the same names; the usual where it states nothing."""
        return cls(**{one.name: getattr(rule, one.name) for one in fields(cls) if hasattr(rule, one.name)})


@dataclass(frozen=True, slots=True)
class Conditioned:
    """One block.

    Attributes
    ----------
    block : Block
        Where it lies; the samples as read, until the next block is asked for.
    wave, envelope : ndarray of float32 or float64, shape as ``block.samples``
        Conditioned samples and their envelope in µV, or in counts where the gain is unknown, until the next block
        is asked for. Only the block proper and what a window of two hops sees around it are to be used.
    steps : Steps
        The envelope's values in each window of two hops, sorted, for `involuntary.dsp.noise`.
    rate_hz : float
        Samples a second.
    frame, hop : int
        Samples in 20 ms and in two seconds (a whole number of frames). Blocks start at a multiple of the hop,
        counted from the start of the recorded stretch, so that results do not depend on their length.
    compiled : bool
        Whether compiled kernels are worth loading.
    calibrated : bool
        Whether `wave` is in µV; in counts otherwise.
    """

    block: Block
    wave: Floats
    envelope: Floats
    steps: Steps
    rate_hz: float
    frame: int
    hop: int
    compiled: bool
    calibrated: bool


def conditioned(recording: Recording, channel: int, conditioning: Conditioning) -> Iterator[Conditioned]:
    """Read and condition a channel block by block; none crosses a gap.

    Raises
    ------
    ParameterError
        If the channel is neither in volts nor in counts, or its rate is too low for the band.
    """
    meta = recording.channels[channel]
    _, scale = amplitude_scale(meta)
    low, high, rate = conditioning.low_hz, conditioning.high_hz, meta.rate_hz
    if rate < 4 * low or low >= high:
        raise ParameterError(
            meta.name,
            "needs a rate of at least four times the band's lower end, and the band a width",
            f"{rate:g} Hz for a band of {low:g} to {high:g} Hz",
            "lower low_hz, or record faster",
        )
    frame = max(round(FRAME_S * rate), 1)
    hop = frame * _HOP_FRAMES
    compiled = worth_compiling(recording)
    band = Band(low, high, conditioning.window_ms / 1e3)
    with lent_buffers() if compiled else nullcontext() as buffers:
        memory = None if buffers is None else partial(buffers.take, "samples", dtype=np.float64)
        for block in recording.blocks(channel, _block_samples(hop, meta.n_samples), _OVERLAP_HOPS * hop, memory):
            mains_hop = hop if conditioning.remove_mains else None
            wave, envelope = condition(block.samples, scale, rate, band, mains_hop, buffers)
            calm = steps(envelope, hop, round(NOISE_STEP_S * rate))
            yield Conditioned(block, wave, envelope, calm, rate, frame, hop, compiled, meta.calibrated)


def worth_compiling(recording: Recording) -> bool:
    """Tell whether a recording is so long that loading the compiled kernels takes less time than they save."""
    return sum(c.n_samples for c in recording.channels if c.kind.is_emg) >= _COMPILED_FROM


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


def _block_samples(hop: int, n: int) -> int:
    """Give a whole number of hops, much the same for every block: a short last one costs as much overlap as others."""
    hops = max((1 << 19) // hop, _OVERLAP_HOPS)
    blocks = max(round(n / (hops * hop)), 1)
    return hop * max(-(-n // (hop * blocks)), 1)
