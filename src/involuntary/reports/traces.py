"""What pictures need of a recording, read block by block: memory does not grow with the length of the recording."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from involuntary.model import Events, Intervals, Recording

__all__ = ["Envelope", "Rate", "Snippets", "Spectrum", "aligned", "answers", "envelope", "rate", "snippets", "spectrum"]

Floats = NDArray[np.float64]
_BLOCK_SAMPLES = 2**18
_LOWEST_HZ = 1.0  # drift and changes of posture lie below, and would dwarf a tremor
_RATE_BINS_S = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400)


@dataclass(frozen=True, slots=True)
class Envelope:
    """Lowest and highest sample of each column of a picture; not-a-number where nothing was recorded."""

    time_s: Floats
    low: Floats
    high: Floats


@dataclass(frozen=True, slots=True)
class Snippets:
    """Stretches of one length, shape (n, width), with the time of each sample, shape (width,), from their centre."""

    time_s: Floats
    samples: Floats


@dataclass(frozen=True, slots=True)
class Spectrum:
    """Power density by frequency, both of shape (n,), in the channel's unit squared per hertz."""

    frequency_hz: Floats
    density: Floats


@dataclass(frozen=True, slots=True)
class Rate:
    """Events a minute of usable time between `edges_s`; not-a-number where too little of a bin was usable."""

    edges_s: Floats
    per_min: Floats


def envelope(recording: Recording, channel: int, columns: int = 760) -> Envelope:
    """Give the lowest and highest sample in each of `columns` equal stretches, in one pass.

    Parameters
    ----------
    recording : Recording
        Read block by block.
    channel : int
        Position of the channel.
    columns : int
        Columns of the picture; fewer where there are not two samples for each.
    """
    meta = recording.channels[channel]
    columns = max(1, min(columns, meta.n_samples // 2))
    start, stop = recording.segments.start_s[0], recording.segments.stop_s[-1]
    edges = np.linspace(start, stop, columns + 1)
    low, high = np.full(columns, np.nan), np.full(columns, np.nan)
    for block in recording.blocks(channel, _BLOCK_SAMPLES):
        samples = block.samples[block.start : block.stop]
        began = float(recording.time_s(channel, block.first + block.start))
        cuts = np.clip(np.ceil((edges - began) * meta.rate_hz - 1e-6), 0, samples.size).astype(np.intp)
        filled = np.flatnonzero(np.diff(cuts))
        if filled.size:
            low[filled] = np.fmin(low[filled], np.minimum.reduceat(samples, cuts[filled]))
            high[filled] = np.fmax(high[filled], np.maximum.reduceat(samples, cuts[filled]))
    return Envelope((edges[:-1] + edges[1:]) / 2, low, high)


def snippets(recording: Recording, channel: int, at_s: Floats, half_s: float) -> Snippets:
    """Give the samples from `half_s` before to `half_s` after each time, but none across the end of a stretch."""
    rate_hz = recording.channels[channel].rate_hz
    half = max(1, round(half_s * rate_hz))
    ranges: list[tuple[int, int]] = []
    for begin, end in recording.segment_samples(channel):
        first = float(recording.time_s(channel, begin))
        centres = np.rint((np.asarray(at_s) - first) * rate_hz).astype(np.intp) + begin
        inside = (centres - half >= begin) & (centres + half < end)
        ranges += [(c - half, c + half + 1) for c in centres[inside].tolist()]
    # Filled row by row: a source may give a view that holds far more than the row.
    table = np.empty((len(ranges), 2 * half + 1))
    for row, (start, stop) in zip(table, ranges, strict=True):
        row[:] = recording.samples(channel, start, stop)
    return Snippets(np.arange(-half, half + 1) / rate_hz, table)


def aligned(raw: Snippets, reach_s: float) -> Snippets:
    """Give snippets without their median, each moved so that its peak within `reach_s` is at zero.

    The peak is negative where most have their largest deflection there, else positive: one rule for all of them.
    """
    if not raw.samples.size:
        return raw
    step = raw.time_s[1] - raw.time_s[0]
    half = raw.time_s.size // 2
    reach = min(max(1, round(reach_s / step)), half)
    centred = raw.samples - np.median(raw.samples, axis=1, keepdims=True)
    middle = centred[:, half - reach : half + reach + 1]
    negative = np.median(middle.min(axis=1) + middle.max(axis=1)) <= 0
    peaks = np.argmax(-middle if negative else middle, axis=1) + half - reach
    width = half - reach
    columns = peaks[:, None] + np.arange(-width, width + 1)
    return Snippets(np.arange(-width, width + 1) * step, np.take_along_axis(centred, columns, axis=1))


def answers(recording: Recording, channel: int, stimuli_s: Floats, length_s: float, blank_s: float) -> Snippets:
    """Give what follows each stimulus, from `blank_s` to `length_s` after it or to the end of most of its stretches."""
    step = 1.0 / recording.channels[channel].rate_hz
    stretch = np.searchsorted(recording.segments.stop_s, stimuli_s)
    left = recording.segments.stop_s[np.minimum(stretch, len(recording.segments) - 1)] - stimuli_s
    half = (min(length_s, float(np.median(left)) - 2 * step)) / 2
    if half <= max(blank_s, step):
        return Snippets(np.empty(0), np.empty((0, 0)))
    raw = snippets(recording, channel, stimuli_s + half, half)
    shown = raw.time_s + half >= blank_s
    return Snippets((raw.time_s + half)[shown], raw.samples[:, shown])


def spectrum(
    recording: Recording, channel: int, highest_hz: float, window_s: float = 4.0, within: Intervals | None = None
) -> Spectrum:
    """Give the Welch spectrum: Hann windows of `window_s`, half overlapping, means removed; EMG is rectified first.

    P. D. Welch, IEEE Trans. Audio Electroacoust. 1967;15:70-73. No window crosses a gap; where `within` is given,
    only windows whose middle lies there count.
    """
    meta = recording.channels[channel]
    width = round(window_s * meta.rate_hz)
    if width < 2 or width > meta.n_samples:
        return Spectrum(np.empty(0), np.empty(0))
    taper = np.hanning(width + 1)[:-1]
    total, n = np.zeros(width // 2 + 1), 0
    for block in recording.blocks(channel, 32 * width, width):
        samples = block.samples[block.start :]
        samples = np.abs(samples - np.mean(samples)) if meta.kind.is_emg else samples
        if samples.size < width:
            continue
        starts = np.arange(0, min(block.stop - block.start, samples.size - width + 1), max(1, width // 2))
        if within is not None:
            starts = starts[within.contains(recording.time_s(channel, block.first + block.start + starts + width // 2))]
        windows = samples[starts[:, None] + np.arange(width)]
        windows = (windows - windows.mean(axis=1, keepdims=True)) * taper
        total += np.sum(np.abs(np.fft.rfft(windows, axis=1)) ** 2, axis=0)
        n += starts.size
    if not n:
        return Spectrum(np.empty(0), np.empty(0))
    density: Floats = 2 * total / (n * meta.rate_hz * np.sum(taper**2))
    frequency = np.asarray(np.fft.rfftfreq(width, 1 / meta.rate_hz), dtype=np.float64)
    kept = (frequency >= _LOWEST_HZ) & (frequency <= highest_hz)
    return Spectrum(frequency[kept], density[kept])


def rate(events: Events, usable: Intervals, start_s: float, stop_s: float, bins: int = 30) -> Rate:
    """Count events a minute of usable time, in the shortest round bins of which at most `bins` fill the time."""
    width = next((w for w in _RATE_BINS_S if (stop_s - start_s) / w <= bins), _RATE_BINS_S[-1])
    edges = start_s + np.arange(0, np.ceil((stop_s - start_s) / width) + 1) * width
    counted, _ = np.histogram(events.onset_s, edges)
    served = np.array([usable.intersection(Intervals.of(pair)).total_s for pair in pairwise(edges)])
    with np.errstate(divide="ignore", invalid="ignore"):
        per_min = np.where(served >= 0.2 * width, counted * 60.0 / served, np.nan)
    edges[-1] = stop_s
    return Rate(edges, per_min)
