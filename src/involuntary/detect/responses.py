"""The waves that follow stimuli on one channel."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from involuntary.detect.response_onsets import SMOOTH_S, each, pieces_of, shared
from involuntary.detect.sweeps import Sweeps
from involuntary.dsp.alike import beyond_noise, moved
from involuntary.dsp.artefact_tail import decay
from involuntary.dsp.extreme import drawn
from involuntary.dsp.latency import main_peak
from involuntary.dsp.smooth import parabolic

__all__ = ["Waves", "alikeness", "steadied", "waves", "without_noise", "without_tail"]

Floats = NDArray[np.float64]

_PEAKS, _NORMAL_95 = 8.0, 1.96
# Share of the peak from which on a wave is told from its baseline.
_SEEN = 0.1
_SHORTEST = 4  # samples of a window
_TELLING = 0.1  # of the largest: smaller waves do not tell their end
# A late wave begins no earlier before its peak than so many times the way from its half, and is over so long after it:
# engineering choices.
_RISES, _FALL_S = 3, 0.02
# Of its height, what of a wave is its upper part.
_UPPER = 0.5


@dataclass(frozen=True, slots=True, eq=False)
class Waves:
    """One wave in every sweep, such as the M wave.

    Attributes
    ----------
    amplitude, negative, area : ndarray, shape (k,)
        Peak to peak, baseline to the first large peak, and rectified area to the next crossing of the baseline, in the
        channel's unit and unit times seconds. Of waves of one shape and several latencies the first is that of their
        average, times their share in it: noise adds to what is read off a sweep.
    latency_s : ndarray, shape (k,)
        From the stimulus to where the wave leaves the baseline; not-a-number where it is not there.
    present : ndarray of bool, shape (k,)
        Where it exceeds the noise.
    error_s : ndarray, shape (k,)
        Standard deviation of the latency by noise; of waves of one shape that of each against their average.
    common_s : ndarray, shape (k,)
        That of the onset of their average, by noise and by what is not known of its shape: all of one shape share it.
    likely : ndarray, shape (shapes,)
        How likely each shape is of the beginning, see `involuntary.dsp.latency.Onset`; empty where nothing was timed.
    amplitude_error : ndarray, shape (k,)
        Standard deviation that noise leaves of the peak-to-peak amplitude; 0 where it was read off the sweep itself.
    """

    amplitude: Floats
    negative: Floats
    area: Floats
    latency_s: Floats
    present: NDArray[np.bool_]
    error_s: Floats
    common_s: Floats
    likely: Floats
    amplitude_error: Floats

    @property
    def largest(self) -> float:
        """Give the largest size, each drawn to the mean by its own error, for noise alone would draw it up."""
        size, error = self.amplitude[self.present], self.amplitude_error[self.present]
        if not size.size:
            return float("nan")
        return float(drawn(size, error)[0].max() if size.size > 1 and error.max() > 0 else size.max())

    def interval_ms(self, latency_ms: float) -> tuple[float, float] | None:
        """Give the 95 % interval of a typical latency; none where its error is not known."""
        known = np.isfinite(self.latency_s) & np.isfinite(self.error_s)
        if not known.any():
            return None
        alone = float(np.mean(self.error_s[known] ** 2)) / np.count_nonzero(known)
        half = 1e3 * _NORMAL_95 * float(np.sqrt(alone + np.mean(self.common_s[known] ** 2)))
        return latency_ms - half, latency_ms + half


def waves(
    sweeps: Sweeps, from_s: float, to_s: float, smallest: float = 0.0, *, alike: bool = True, like: Waves | None = None
) -> Waves:
    """Measure one wave in every sweep.

    Parameters
    ----------
    sweeps : Sweeps
        As `cut` gives them.
    from_s, to_s : float
        The wave lies between these times from the stimulus.
    smallest : float
        Smaller waves, peak to peak, are none.
    alike : bool
        Whether the waves have one shape and latency: then it is that of their average, weighted by size. Otherwise
        waves of one shape are timed against their average, and the others one by one.
    like : Waves, optional
        Larger waves of the same muscle and electrode: these are taken to begin in the same way as likely as not.
    """
    k = len(sweeps.rows)
    amplitude, negative, area = np.zeros(k), np.zeros(k), np.zeros(k)
    present = np.zeros(k, dtype=np.bool_)
    peaks = np.zeros(k, dtype=np.intp)
    least = np.maximum(smallest, _PEAKS * _smoothed_noise(sweeps))
    for i in range(k):
        window = _smoothed(sweeps, i, from_s, to_s)
        if window.size < _SHORTEST:
            continue
        amplitude[i] = float(np.ptp(window))
        if amplitude[i] > 0 and amplitude[i] >= least[i]:
            peaks[i], negative[i], area[i] = _peak(window, sweeps.rate_hz)
            # What is largest where the window begins is the tail of something earlier.
            present[i] = peaks[i] > 2
    known = like.likely if like is not None and like.likely.size else None
    if alike and np.count_nonzero(present) > 2:
        timed = shared(sweeps, present, amplitude, (from_s, to_s), known)
        present &= np.isfinite(timed.latency_s)
    else:
        timed = each(sweeps, present, peaks, from_s, known)
    # And so is what began before.
    present &= ~(timed.latency_s < from_s)
    timed.latency_s[~present] = np.nan
    amplitude = np.where(np.isfinite(timed.size), timed.size, amplitude)
    return Waves(
        amplitude, negative, area, timed.latency_s, present, timed.error_s, timed.common_s, timed.likely, np.zeros(k)
    )


def _smoothed(sweeps: Sweeps, row: int, from_s: float, to_s: float) -> Floats:
    """Give the samples of a sweep between two times, smoothed with what lies beside them, without ragged ends."""
    beside = round(0.5 * SMOOTH_S * sweeps.rate_hz)
    first, stop = sweeps.at(row, from_s), min(sweeps.at(row, to_s), sweeps.samples.shape[1] - beside)
    begin = max(first - beside, 0)
    return parabolic(sweeps.samples[row, begin : stop + beside], sweeps.rate_hz, SMOOTH_S)[first - begin : stop - begin]


def _smoothed_noise(sweeps: Sweeps) -> Floats:
    """Give the noise of every sweep as smoothing leaves it."""
    one = np.zeros(2 * round(SMOOTH_S * sweeps.rate_hz) + 1)
    one[one.size // 2] = 1.0
    return sweeps.quiet().of(parabolic(one, sweeps.rate_hz, SMOOTH_S))


def without_noise(wave: Waves, sweeps: Sweeps, from_s: float, to_s: float) -> Waves:
    """Measure waves of one latency again, peak to peak, without what noise adds: by what they have in common."""
    rows = np.arange(len(sweeps.rows), dtype=np.intp)
    pieces, later, _ = pieces_of(sweeps, rows, from_s, to_s)
    if pieces.shape[1] < _SHORTEST:
        return wave
    clean = beyond_noise(moved(pieces, -later), sweeps.quiet())
    # Waves stay in the average, drift does not.
    usual = clean.mean(axis=0) - np.median(clean)
    seen = np.flatnonzero(np.abs(usual) > _SEEN * np.abs(usual).max())
    if not seen.size:
        return wave
    beside = round(SMOOTH_S * sweeps.rate_hz)
    span = slice(max(seen[0] - beside, 0), seen[-1] + beside + 1)
    size = np.array([float(np.ptp(parabolic(one, sweeps.rate_hz, SMOOTH_S)[span])) for one in clean])
    usual = usual[seen[0] : seen[-1] + 1]
    error = np.ptp(usual) * sweeps.quiet().of(usual / float(usual @ usual))
    return replace(wave, amplitude=size, amplitude_error=error)


def steadied(wave: Waves, sweeps: Sweeps, from_s: float, to_s: float) -> Waves:
    """Measure the height of waves of one latency again by their average, which noise moves less than each of them.

    The height is that of the average times the share of it, beside shares of its slope and stretch, that makes the
    upper half of a wave (least squares). Where the heights read off the waves themselves differ from that by more than
    noise explains, shapes change: then so much of the difference is kept as is no noise (James and Stein).
    """
    pieces, later, _ = pieces_of(sweeps, np.arange(len(sweeps.rows), dtype=np.intp), from_s, to_s)
    beside = round(0.5 * SMOOTH_S * sweeps.rate_hz)
    placed = moved(pieces, -later)
    usual = parabolic(placed.mean(axis=0), sweeps.rate_hz, SMOOTH_S)
    if usual.size <= 2 * beside:
        return wave
    peak, height, _ = _peak(usual, sweeps.rate_hz)
    low = np.flatnonzero(usual * np.sign(usual[peak]) <= _UPPER * height)
    first, last = np.max(low[low < peak], initial=-1) + 1, np.min(low[low > peak], initial=usual.size)
    slope = np.gradient(usual)
    parts = np.stack([usual, slope, (np.arange(usual.size) - peak) * slope], axis=1)[first:last]
    if len(parts) <= 2 * parts.shape[1] or not beside <= peak < usual.size - beside:
        return wave
    reader = np.zeros(usual.size)
    reader[first:last] = np.linalg.pinv(parts)[0] * height
    fitted = placed @ reader
    one = np.zeros(usual.size)
    one[peak] = np.sign(usual[peak])
    noise = sweeps.quiet().of(parabolic(one, sweeps.rate_hz, SMOOTH_S) - reader)
    other = wave.negative - fitted
    kept = max(0.0, 1 - float(np.mean(noise**2)) / max(float(np.mean(other**2)), np.finfo(np.float64).tiny))
    return replace(wave, negative=fitted + kept * other)


def without_tail(sweeps: Sweeps, from_s: float, late_s: tuple[float, float], size: Floats) -> Sweeps:
    """Take the end of an earlier wave, of the given size in each sweep, out of all that follows a moment.

    The decay is that of the median of the sweeps where it has a tenth of its largest size or more, for a smaller one
    tells nothing of its end; where later waves, sought between two times, were seen once it was taken out, it is fitted
    again to what they leave free.
    """
    starts = np.array([sweeps.at(i, from_s) for i in range(len(sweeps.rows))], dtype=np.intp)
    length = sweeps.samples.shape[1] - int(starts.max(initial=0))
    if not size.max(initial=0.0) > 0 or length < 16:
        return sweeps
    rows = np.flatnonzero(size >= _TELLING * size.max())
    part = size / float(np.median(size[rows]))
    cuts = np.array([sweeps.samples[i, starts[i] : starts[i] + length] for i in rows])
    tail = decay(np.median(cuts, axis=0), sweeps.rate_hz)
    left = cuts - part[rows, None] * tail
    free = np.array([_free(sweeps, int(i), int(starts[i]), one, late_s) for i, one in zip(rows, left, strict=True)])
    if not free.all():
        seen = free.sum(axis=0)
        tail = decay(np.sum(cuts * free, axis=0) / np.maximum(seen, 1), sweeps.rate_hz, seen / rows.size)
    samples = sweeps.samples.copy()
    for sweep, start, share in zip(samples, starts, part, strict=True):
        sweep[start : start + length] -= share * tail
    return replace(sweeps, samples=samples)


def _free(sweeps: Sweeps, i: int, start: int, samples: Floats, late_s: tuple[float, float]) -> NDArray[np.bool_]:
    """Tell which samples of a sweep no late wave takes up: none before it rises or long after its peak."""
    free = np.ones(samples.size, dtype=np.bool_)
    smooth = parabolic(samples, sweeps.rate_hz, SMOOTH_S)
    low, high = (min(max(sweeps.at(i, at) - start, 0), samples.size) for at in late_s)
    window = smooth[low:high]
    if window.size < _SHORTEST or float(np.ptp(window)) < _PEAKS * sweeps.noise[i]:
        return free
    peak = low + main_peak(window, 0, window.size)
    under = np.flatnonzero(np.abs(smooth[: peak + 1]) < 0.5 * abs(smooth[peak]))
    rise = peak - int(under[-1]) if under.size else peak
    free[max(peak - _RISES * rise, 0) : peak + round(_FALL_S * sweeps.rate_hz)] = False
    return free


def alikeness(sweeps: Sweeps, from_s: float, to_s: float) -> float:
    """Give the median correlation of each sweep with the average of the others, between two times.

    What a stimulus evokes comes back alike; what goes on by itself, such as a contraction beside pulses of a clock,
    does not. Not-a-number of fewer than three sweeps.
    """
    k = len(sweeps.rows)
    if k < 3:
        return float("nan")
    starts = [sweeps.at(i, from_s) for i in range(k)]
    length = min(sweeps.samples.shape[1] - max(starts), round((to_s - from_s) * sweeps.rate_hz))
    cuts = np.array([sweeps.samples[i, a : a + length] for i, a in enumerate(starts)])
    cuts = cuts - cuts.mean(axis=1, keepdims=True)
    others = cuts.sum(axis=0) - cuts
    size = np.linalg.norm(cuts, axis=1) * np.linalg.norm(others, axis=1)
    return float(np.median(np.sum(cuts * others, axis=1) / np.maximum(size, np.finfo(np.float64).tiny)))


def _peak(window: Floats, rate: float) -> tuple[int, float, float]:
    """Give the first large peak, its height, and the area of its phase."""
    peak = main_peak(window, 0, window.size)
    sign = np.sign(window[peak])
    outside = np.flatnonzero(sign * window <= 0)
    before, after = outside[outside < peak], outside[outside > peak]
    begin = int(before[-1]) + 1 if before.size else 0
    end = int(after[0]) if after.size else window.size
    return peak, float(abs(window[peak])), float(np.sum(np.abs(window[begin:end]))) / rate
