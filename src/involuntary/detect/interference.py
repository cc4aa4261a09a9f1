"""The interference rate: peaks of a contraction a second, whatever unit they come from."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from involuntary.detect.conditioned import amplitude_scale
from involuntary.dsp.bands import zero_phase
from involuntary.model import Recording

__all__ = ["peaks_hz"]

Floats = NDArray[np.float64]

_LOW_HZ, _HIGH_HZ = 20.0, 450.0
_LONGEST_S = 10.0
_REST_FACTOR = 3.0


def peaks_hz(recording: Recording, channel: int, start_s: float, stop_s: float, rest: float) -> float:
    """Give the peaks a second, of either sign, that exceed three times rest, in ten seconds from the middle.

    Parameters
    ----------
    recording : Recording
        Read there alone.
    channel : int
        Position of an EMG channel.
    start_s, stop_s : float
        The contraction, on the recording's clock and within one recorded stretch.
    rest : float
        Root mean square of the channel at rest, in µV or counts.
    """
    middle, half = (start_s + stop_s) / 2, min(stop_s - start_s, _LONGEST_S) / 2
    wave = np.abs(_wave(recording, channel, middle - half, middle + half))
    tops = _tops(wave, _REST_FACTOR * rest)
    return float(tops.size * recording.channels[channel].rate_hz / max(wave.size, 1))


def _tops(wave: Floats, above: float) -> NDArray[np.intp]:
    inner = wave[1:-1]
    tops: NDArray[np.intp] = np.flatnonzero((inner > wave[:-2]) & (inner >= wave[2:]) & (inner > above)) + 1
    return tops


def _wave(recording: Recording, channel: int, start_s: float, stop_s: float) -> Floats:
    meta = recording.channels[channel]
    _, scale = amplitude_scale(meta)
    first, last = recording.sample_at(channel, np.array([start_s, stop_s])).tolist()
    x = scale * recording.samples(channel, max(first, 0), min(last, meta.n_samples))
    return zero_phase(x, meta.rate_hz, _LOW_HZ, min(_HIGH_HZ, 0.45 * meta.rate_hz))
