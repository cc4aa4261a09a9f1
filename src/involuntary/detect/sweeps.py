"""Stretches of a channel around stimuli, cut out with mains and the artefact taken out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from involuntary.detect.stimuli import Stimuli
from involuntary.dsp import mains
from involuntary.dsp.alike import Noise
from involuntary.dsp.artefact_tail import without_artefact
from involuntary.model import Recording

__all__ = ["Sweeps", "cut", "spans"]

Floats = NDArray[np.float64]

_BEFORE_S = 0.05
_QUIET_S = 0.01
_ALONE_S = 1e3
_RESTLESS = 4.0
# Mains is seen in so much on either side of a sweep; what comes more often than this is a line of its own there.
_AROUND_SWEEP_S, _SELDOM_S = 2.0, 0.3


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

    def quiet(self) -> Noise:
        """Give the noise as it is before the stimuli."""
        last = min((self.at(i, 0.0) for i in range(len(self.rows))), default=0)
        return Noise(self.noise, self.samples[:, : max(last - 1, 0)])


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
