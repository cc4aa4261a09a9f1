"""What follows each stimulus on one channel: sweeps with the artefact taken out, and the waves in them."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from involuntary.detect.response_onsets import SMOOTH_S, each, shared
from involuntary.detect.stimuli import Stimuli
from involuntary.dsp import mains
from involuntary.dsp.artefact_tail import decay, without_artefact
from involuntary.dsp.latency import main_peak
from involuntary.dsp.smooth import parabolic
from involuntary.model import Recording

__all__ = ["Sweeps", "Waves", "alikeness", "cut", "spans", "waves", "without_tail"]

Floats = NDArray[np.float64]

_BEFORE_S = 0.05
_QUIET_S = 0.01
_ALONE_S = 1e3
_PEAKS = 8.0
_RESTLESS = 4.0
# Mains is seen in so much on either side of a sweep; what comes more often than this is a line of its own there.
_AROUND_SWEEP_S, _SELDOM_S = 2.0, 0.3
# A late wave begins no earlier before its peak than so many times the way from its half, and is over so long after it:
# engineering choices.
_RISES, _FALL_S = 3, 0.02


@dataclass(frozen=True, slots=True, eq=False)
class Sweeps:
    """Stretches of one channel around stimuli.

    Attributes
    ----------
    samples : ndarray, shape (k, n)
        Around a baseline of zero, in the channel's unit; the artefact is taken out.
    first_s : ndarray, shape (k,)
        Time of the first sample from its stimulus.
    rate_hz : float
        Samples a second.
    rows : ndarray of int, shape (k,)
        Which stimuli these are; those too near an end or a gap are left out.
    noise : ndarray, shape (k,)
        Root mean square before the stimulus, or at the end of the sweep where nothing lies before it.
    """

    samples: Floats
    first_s: Floats
    rate_hz: float
    rows: NDArray[np.intp]
    noise: Floats

    def at(self, row: int, time_s: float) -> int:
        """Give the sample of a sweep nearest a time from its stimulus, within the sweep."""
        return int(np.clip(round((time_s - self.first_s[row]) * self.rate_hz), 0, self.samples.shape[1]))

    def window(self, row: int, from_s: float, to_s: float) -> Floats:
        """Give the samples of a sweep from one time to another."""
        return self.samples[row, self.at(row, from_s) : self.at(row, to_s)]


@dataclass(frozen=True, slots=True, eq=False)
class Waves:
    """One wave in every sweep, such as the M wave.

    Attributes
    ----------
    amplitude, negative, area : ndarray, shape (k,)
        Peak to peak, baseline to the first large peak, and rectified area to the next crossing of the baseline, in the
        channel's unit and unit times seconds.
    latency_s : ndarray, shape (k,)
        From the stimulus to where the wave leaves the baseline; not-a-number where it is not there.
    present : ndarray of bool, shape (k,)
        Where it exceeds the noise.
    error_s : ndarray, shape (k,)
        Standard deviation of the latency by noise; of waves of one shape that of each against their average.
    likely : ndarray, shape (shapes,)
        How likely each shape is of the beginning, see `involuntary.dsp.latency.Onset`; empty where nothing was timed.
    """

    amplitude: Floats
    negative: Floats
    area: Floats
    latency_s: Floats
    present: NDArray[np.bool_]
    error_s: Floats
    likely: Floats


def cut(recording: Recording, channel: int, stimuli: Stimuli, after_s: float, blank_s: float) -> Sweeps:
    """Cut a channel into sweeps, as long as the shortest interval allows, and take mains and the artefact out.

    Mains stays in where stimuli follow each other within 0.3 s: what they evoke would be taken for it.

    Parameters
    ----------
    recording : Recording
        Holds the channel.
    channel : int
        Its position.
    stimuli : Stimuli
        Sorted by time.
    after_s : float
        Longest time after a stimulus.
    blank_s : float
        Time after the stimulus in which nothing but artefact is seen.
    """
    rate = recording.channels[channel].rate_hz
    shortest = float(np.min(np.diff(stimuli.time_s))) if len(stimuli) > 1 else _ALONE_S
    after = min(after_s, shortest - 2 / rate)
    before = min(_BEFORE_S, max(shortest - after, 0.2 * shortest))
    found = [_place(recording, channel, time) for time in stimuli.time_s.tolist()]
    room = [(p - b, e - p) for p, b, e in found if b <= p < e and e - p >= blank_s * rate]
    before_n = min(round(before * rate), *(int(back) for back, _ in room)) if room else 0
    after_n = min(round(after * rate), max((int(ahead) for _, ahead in room), default=0))
    rows, sweeps, first = [], [], []
    for row, (place, begin, end) in enumerate(found):
        start = int(np.ceil(place - before_n - 1e-6))
        if start >= begin - 1e-6 and start + before_n + after_n <= end and after_n > blank_s * rate:
            rows.append(row)
            span = (start, start + before_n + after_n)
            wide = round(_AROUND_SWEEP_S * rate) if shortest >= _SELDOM_S else 0
            sweeps.append(_without_mains(recording, channel, span, (begin, end), wide))
            first.append((start - place) / rate)
    samples = np.array(sweeps, dtype=np.float64).reshape(len(rows), before_n + after_n)
    clean, noise = _cleaned(samples, np.array(first), rate, blank_s)
    return Sweeps(clean, np.array(first, dtype=np.float64), rate, np.array(rows, dtype=np.intp), noise)


def _without_mains(
    recording: Recording, channel: int, span: tuple[int, int], stretch: tuple[int, int], wide: int
) -> Floats:
    """Read a span of samples, mains taken out as it is seen in so many samples more on either side."""
    low, high = max(span[0] - wide, stretch[0]), min(span[1] + wide, stretch[1])
    samples = recording.samples(channel, low, high)
    clean = mains.remove(samples, recording.channels[channel].rate_hz) if wide else samples
    return clean[span[0] - low : span[1] - low]


def spans(
    recording: Recording, channel: int, stimuli: Stimuli, before_s: float, after_s: float
) -> dict[int, tuple[Floats, Floats, float]]:
    """Give, by stimulus, the samples before it and from it on, as far as its stretch and the next stimulus allow.

    And the time of the first of the latter from the stimulus, which falls between samples.
    """
    rate, found = recording.channels[channel].rate_hz, {}
    following = np.append(stimuli.time_s[1:], np.inf)
    for row, time in enumerate(stimuli.time_s.tolist()):
        place, begin, end = _place(recording, channel, time)
        at = int(np.ceil(place - 1e-6))
        stop = min(end, at + round(min(after_s, following[row] - time) * rate))
        if begin <= at < stop:
            first = max(begin, at - round(before_s * rate))
            found[row] = (
                recording.samples(channel, first, at),
                recording.samples(channel, at, stop),
                (at - place) / rate,
            )
    return found


def _place(recording: Recording, channel: int, time_s: float) -> tuple[float, int, int]:
    """Give the (fractional) sample of a moment, and the stretch that it lies in."""
    rate = recording.channels[channel].rate_hz
    for (start, stop), (begin, end) in zip(recording.segments, recording.segment_samples(channel), strict=False):
        if start - 0.5 / rate <= time_s < stop:
            return begin + (time_s - start) * rate, begin, end
    return 0.0, 1, 0


def _cleaned(samples: Floats, first_s: Floats, rate: float, blank_s: float) -> tuple[Floats, Floats]:
    quiet = max(round(_QUIET_S * rate), 3)
    clean, noise = np.empty_like(samples), np.empty(len(samples))
    for i, sweep in enumerate(samples):
        stimulus = round(-first_s[i] * rate)
        before = sweep[: max(stimulus - 1, 0)]
        silent = _silent(before, sweep[-quiet:], quiet)
        clean[i] = without_artefact(sweep - float(np.median(silent)), rate, -first_s[i] * rate, blank_s)
        # From one sample to the next drift does not count.
        noise[i] = float(np.sqrt(np.mean(np.diff(silent) ** 2) / 2)) if silent.size > 2 else 0.0
        noise[i] = max(noise[i], float(np.std(silent)) if before.size >= quiet else 0.0)
    return clean, noise


def _silent(before: Floats, end: Floats, quiet: int) -> Floats:
    """Give the baseline: what lies before the stimulus, or where that is short the end, unless a wave is there."""
    if before.size >= quiet:
        return before
    return before if before.size > 2 and float(np.ptp(end)) > _RESTLESS * float(np.ptp(before)) else end


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
    for i in range(k):
        window = sweeps.window(i, from_s, to_s)
        if window.size < 4:
            continue
        window = parabolic(window, sweeps.rate_hz, SMOOTH_S)
        amplitude[i] = float(np.ptp(window))
        if amplitude[i] > 0 and amplitude[i] >= max(smallest, _PEAKS * sweeps.noise[i]):
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
    return Waves(amplitude, negative, area, timed.latency_s, present, timed.error_s, timed.likely)


def without_tail(sweeps: Sweeps, from_s: float, late_s: tuple[float, float], size: Floats) -> Sweeps:
    """Take the end of an earlier wave, of the given size in each sweep, out of all that follows a moment.

    The decay is that of the median sweep; where later waves, sought between two times, were seen once it was taken out,
    it is fitted again to what they leave free.
    """
    k = len(sweeps.rows)
    starts = [sweeps.at(i, from_s) for i in range(k)]
    usual = float(np.median(size)) if k else 0.0
    length = sweeps.samples.shape[1] - max(starts, default=0)
    if not usual > 0 or length < 16:
        return sweeps
    cuts = np.array([sweeps.samples[i, a : a + length] for i, a in enumerate(starts)])
    tail = decay(np.median(cuts, axis=0), sweeps.rate_hz)
    free = np.array(
        [
            _free(sweeps, i, a, cut - tail * (size[i] / usual), late_s)
            for (i, a), cut in zip(enumerate(starts), cuts, strict=True)
        ]
    )
    if not free.all():
        tail = decay(
            np.sum(cuts * free, axis=0) / np.maximum(free.sum(axis=0), 1), sweeps.rate_hz, free.sum(axis=0) / k
        )
    samples = sweeps.samples.copy()
    for i, a in enumerate(starts):
        samples[i, a : a + length] -= tail * (size[i] / usual)
    return replace(sweeps, samples=samples)


def _free(sweeps: Sweeps, i: int, start: int, samples: Floats, late_s: tuple[float, float]) -> NDArray[np.bool_]:
    """Tell which samples of a sweep no late wave takes up: none before it rises or long after its peak."""
    free = np.ones(samples.size, dtype=np.bool_)
    smooth = parabolic(samples, sweeps.rate_hz, SMOOTH_S)
    low, high = (min(max(sweeps.at(i, at) - start, 0), samples.size) for at in late_s)
    window = smooth[low:high]
    if window.size < 4 or float(np.ptp(window)) < _PEAKS * sweeps.noise[i]:
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
