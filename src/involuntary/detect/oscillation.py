"""Oscillation of a limb or of muscle activity: short windows with and without tremor, and epochs of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from involuntary.detect import rest_tremor, usable
from involuntary.detect.sensors import sensor_of
from involuntary.dsp.bands import zero_phase
from involuntary.dsp.derivative import rate_of_change
from involuntary.dsp.spectrum import Spectrum, averaged, periodograms, resolution_hz
from involuntary.model import ChannelKind, Intervals, Recording, Reference

__all__ = ["LUFT", "Epoch", "Oscillation", "OscillationRule", "Stretch", "detect", "epochs", "typical_spectrum"]

Floats = NDArray[np.float64]

LUFT = Reference("doi:10.3390/s19194301", "Luft et al. 2019, Sensors 19:4301", "abstract")
_SEGMENT_S = 3.0  # Luft 2019 and Timmermans 2025 alike
_SPACING_HZ = 0.25
_BLOCK = 1 << 18
_SLOWER = (1 / 3, 1 / 2)
_FAMILY = (*_SLOWER, 2 / 3, 3 / 2, 2.0, 3.0)


@dataclass(frozen=True, slots=True)
class OscillationRule:
    """What makes a window of signal tremulous.

    The window of 3 s and the first measure, power around the peak relative to the power of the tremor band, are
    those of Luft et al. 2019. The numbers here are engineering choices: together they let pass about 1 of 1,000
    windows of white noise and 1 of 300 of slow drift (simulated, one axis; fewer with three).

    Attributes
    ----------
    low_hz, high_hz : float
        The tremor band.
    search_low_hz, search_high_hz : float
        The highest peak of this wider band must lie in the tremor band: below it is movement.
    half_band_hz : float
        What lies so close to a peak belongs to it.
    peak_share : float
        Least share of the tremor band's power that belongs to the peak.
    family_share : float
        Or the least share of the peak and its harmonic kin together, for tremors far from a sine.
    harmonic_share : float
        A peak of this share of the highest one's density, at a half or a third of its frequency, is the fundamental.
    from_s, to_s : float
        Only this time is looked at, as where conditions are marked,
    left_s : tuple of (float, float)
        and not this, as where something else was found.
    emg_high_pass_hz, envelope_rate_hz : float
        EMG is high-passed, rectified and averaged to about this rate.
    """

    low_hz: float = 3.0
    high_hz: float = 18.0
    search_low_hz: float = 1.0
    search_high_hz: float = 25.0
    half_band_hz: float = 1.0
    peak_share: float = 0.5
    family_share: float = 0.75
    harmonic_share: float = 0.25
    from_s: float = -np.inf
    to_s: float = np.inf
    left_s: tuple[tuple[float, float], ...] = ()
    emg_high_pass_hz: float = 20.0
    envelope_rate_hz: float = 200.0


@dataclass(frozen=True, slots=True, eq=False)
class Stretch:
    """A usable stretch of a sensor: samples of shape (axes, n) from `start_s` on."""

    start_s: float
    samples: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Oscillation:
    """Windows of one sensor.

    Attributes
    ----------
    channels : tuple of int
        The sensor's axes.
    rate_hz : float
        Of the stretches.
    stretches : tuple of Stretch
        Usable time; windows do not cross from one to the next.
    window_s, resolution_hz : float
        Length of a window, and the equivalent noise bandwidth of its spectrum.
    frequency_hz : ndarray, shape (m,)
        Lines of the windows' spectra.
    density : ndarray, shape (k, m)
        Power density of each window, summed over axes.
    start_s, peak_hz, relative_power : ndarray, shape (k,)
        Of each window: start, its highest peak within the tremor band, and that peak's share of the band's power.
    tremor, moving : ndarray of bool, shape (k,)
        Whether the window is tremulous, and whether slower movement outweighs all else in it.
    """

    channels: tuple[int, ...]
    rate_hz: float
    stretches: tuple[Stretch, ...]
    window_s: float
    resolution_hz: float
    frequency_hz: Floats
    density: Floats
    start_s: Floats
    peak_hz: Floats
    relative_power: Floats
    tremor: NDArray[np.bool_]
    moving: NDArray[np.bool_]

    def spectrum(self, windows: NDArray[np.bool_]) -> Spectrum:
        """Average the spectra of some windows."""
        return averaged(self.frequency_hz, self.density[windows], self.resolution_hz)


@dataclass(frozen=True, slots=True)
class Epoch:
    """Neighbouring tremulous windows of about one frequency: first and last-plus-one window, and their mean peak."""

    first: int
    stop: int
    frequency_hz: float


def detect(recording: Recording, channel: int, rule: OscillationRule) -> Oscillation:
    """Look for tremor in the windows of the sensor that a channel belongs to.

    Parameters
    ----------
    recording : Recording
        An EMG is read block by block, a motion sensor stretch by stretch.
    channel : int
        Position of one axis.
    rule : OscillationRule
        What makes a window tremulous.

    References
    ----------
    Luft et al. 2019, Sensors 19:4301, doi:10.3390/s19194301; for gyroscopes up to 7 Hz
    Timmermans et al. 2025, npj Parkinsons Dis, doi:10.1038/s41531-025-01056-2.
    """
    axes = sensor_of(recording, channel)
    gyroscope = recording.channels[channel].kind is ChannelKind.GYROSCOPE
    rate, stretches = _stretches(recording, axes, rule)
    window_s = rest_tremor.WINDOW_S if gyroscope else _SEGMENT_S
    start, windows = _windows(stretches, rate, window_s, len(axes))
    frequency, segments = periodograms(
        windows,
        rate,
        _SEGMENT_S,
        overlap=rest_tremor.OVERLAP if gyroscope else 0.0,
        detrend="none" if gyroscope else "linear",
        spacing_hz=_SPACING_HZ,
    )
    density = segments.mean(axis=-2).sum(axis=0)
    peaks = _peaks(frequency, density, rule)
    moving, tremor = peaks.moving, peaks.rhythmic
    if gyroscope:
        # The published detector knows rest tremor only; what is faster is left to the relative power.
        rest = rest_tremor.judge(windows, rate, frequency, density)
        moving = rest.moving
        tremor = rest.tremor | (tremor & ~moving & (peaks.peak_hz > rest_tremor.TREMOR_HZ[1]))
    resolution = resolution_hz(rate, _SEGMENT_S)
    return Oscillation(
        axes,
        rate,
        stretches,
        window_s,
        resolution,
        frequency,
        density,
        start,
        peaks.peak_hz,
        peaks.share,
        tremor,
        moving,
    )


def epochs(found: Oscillation, frequency_hz: Floats, longest_step_hz: float = 0.5) -> tuple[Epoch, ...]:
    """Join neighbouring tremulous windows while their frequency, shape (k,), stays near the epoch's mean."""
    joined: list[Epoch] = []
    for at in np.flatnonzero(found.tremor).tolist():
        frequency = float(frequency_hz[at])
        last = joined[-1] if joined else None
        if (
            last is not None
            and last.stop == at
            and found.start_s[at] - found.start_s[at - 1] < 1.01 * found.window_s
            and abs(frequency - last.frequency_hz) <= longest_step_hz
        ):
            n = last.stop - last.first
            joined[-1] = Epoch(last.first, at + 1, (last.frequency_hz * n + frequency) / (n + 1))
        else:
            joined.append(Epoch(at, at + 1, frequency))
    return tuple(joined)


def typical_spectrum(found: Oscillation) -> Spectrum | None:
    """Give the spectrum of the typical moment, which single movements do not raise; None below one segment."""
    segments = [
        periodograms(s.samples, found.rate_hz, _SEGMENT_S, overlap=0.5, spacing_hz=_SPACING_HZ)[1].sum(axis=0)
        for s in found.stretches
    ]
    density = np.concatenate([np.empty((0, found.frequency_hz.size)), *segments])
    return averaged(found.frequency_hz, density, found.resolution_hz, "median") if len(density) else None


@dataclass(frozen=True, slots=True, eq=False)
class _Peaks:
    """Of each window: the tremor band's peak, its share of the band's power, whether it is movement, or a rhythm."""

    peak_hz: Floats
    share: Floats
    moving: NDArray[np.bool_]
    rhythmic: NDArray[np.bool_]


def _peaks(frequency: Floats, density: Floats, rule: OscillationRule) -> _Peaks:
    search = (frequency >= rule.search_low_hz) & (frequency <= rule.search_high_hz)
    band = (frequency >= rule.low_hz) & (frequency <= rule.high_hz)
    at = np.flatnonzero(band)[np.argmax(density[:, band], axis=1)]
    peak, height = frequency[at], density[np.arange(len(at)), at]
    # Peaks of the same family, not much lower: the fundamental of the highest, and its other harmonics.
    strong = _tops(density) & (density >= rule.harmonic_share * height[:, None])
    near = np.abs(frequency - peak[:, None]) <= rule.half_band_hz
    family = near
    movement = np.zeros(len(at), dtype=np.bool_)
    for ratio in _FAMILY:
        kin = strong & (np.abs(frequency - ratio * peak[:, None]) <= _SPACING_HZ)
        movement |= (ratio in _SLOWER) & np.any(kin & search & (frequency < rule.low_hz), axis=1)
        member = np.any(kin & band, axis=1)[:, None]
        family = family | member & (np.abs(frequency - ratio * peak[:, None]) <= rule.half_band_hz / 2)
    total = density[:, band].sum(axis=1)
    total[total == 0] = np.inf
    share = np.where(near & band, density, 0.0).sum(axis=1) / total
    family_share = np.where(family & band, density, 0.0).sum(axis=1) / total
    highest = frequency[search][np.argmax(density[:, search], axis=1)]
    moving = movement | (highest < rule.low_hz) | (highest > rule.high_hz)
    rhythmic = ~moving & ((share >= rule.peak_share) | (family_share >= rule.family_share))
    return _Peaks(peak, share, moving, rhythmic)


def _tops(density: Floats) -> NDArray[np.bool_]:
    """Mark the local maxima of each row."""
    inner = (density[:, 1:-1] > density[:, :-2]) & (density[:, 1:-1] >= density[:, 2:])
    return np.pad(inner, ((0, 0), (1, 1)))


def _windows(stretches: tuple[Stretch, ...], rate: float, window_s: float, axes: int) -> tuple[Floats, Floats]:
    """Cut stretches into whole windows side by side: their starts, shape (k,), and samples, shape (axes, k, n)."""
    n = round(window_s * rate)
    starts, windows = [np.empty(0)], [np.empty((axes, 0, n))]
    for stretch in stretches:
        k = stretch.samples.shape[1] // n
        starts.append(stretch.start_s + np.arange(k) * (n / rate))
        windows.append(stretch.samples[:, : k * n].reshape(axes, k, n))
    return np.concatenate(starts), np.concatenate(windows, axis=1)


def _stretches(recording: Recording, axes: tuple[int, ...], rule: OscillationRule) -> tuple[float, tuple[Stretch, ...]]:
    """Cut the time that is usable on all axes out of the samples, or out of the envelope of an EMG."""
    meta = recording.channels[axes[0]]
    time = usable.detect(recording, axes[0], usable.UsableRule()).stretches
    for axis in axes[1:]:
        time = time.intersection(usable.detect(recording, axis, usable.UsableRule()).stretches)
    if meta.kind.is_emg:
        # A glitch of a few milliseconds is one sample of the envelope and need not part two windows.
        time = Intervals.union_of(time, merge_gap_s=0.05)
    time = time.without(Intervals.union_of(rule.left_s))
    time = Intervals.of(
        *((max(a, rule.from_s), min(b, rule.to_s)) for a, b in time if min(b, rule.to_s) > max(a, rule.from_s))
    )
    factor = max(int(meta.rate_hz // rule.envelope_rate_hz), 1) if meta.kind.is_emg else 1
    rate = meta.rate_hz / factor
    found = []
    for begin, end in recording.segment_samples(axes[0]):
        origin = float(recording.time_s(axes[0], begin))
        if meta.kind.is_emg:
            samples = _envelope(recording, axes[0], begin, end, factor, rule)[None]
        else:
            samples = np.stack([recording.samples(axis, begin, end) for axis in axes])
            if meta.kind is ChannelKind.DISPLACEMENT and samples.shape[1] > 1:
                # A position drifts and wanders; its velocity has the tremor on top.
                samples = rate_of_change(samples, rate)
        found += list(_cut(samples, origin, rate, time))
    return rate, tuple(found)


def _cut(samples: Floats, origin_s: float, rate: float, time: Intervals) -> Iterator[Stretch]:
    n = samples.shape[1]
    for start, stop in time.intersection(Intervals.of((origin_s, origin_s + n / rate))) if n else ():
        first, last = round((start - origin_s) * rate), round((stop - origin_s) * rate)
        if last > first:
            yield Stretch(origin_s + first / rate, samples[:, first:last])


def _envelope(recording: Recording, channel: int, begin: int, end: int, factor: int, rule: OscillationRule) -> Floats:
    """High-pass, rectify and average an EMG over `factor` samples, block by block."""
    rate = recording.channels[channel].rate_hz
    block, overlap = (_BLOCK // factor) * factor, round(rate)
    parts = [np.empty(0)]
    for start in range(begin, end, block):
        stop, first, last = min(start + block, end), max(begin, start - overlap), min(end, start + block + overlap)
        filtered = zero_phase(recording.samples(channel, first, last), rate, rule.emg_high_pass_hz, rate / 2)
        kept = np.abs(filtered[start - first : stop - first])
        whole = kept.size // factor * factor
        parts.append(kept[:whole].reshape(-1, factor).mean(axis=1))
    return np.concatenate(parts)
