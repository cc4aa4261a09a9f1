"""Coherence of two signals, with the limit that independent ones exceed by chance, and their delay."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from involuntary.errors import ParameterError

__all__ = ["Coherence", "Delay", "coherence", "coherence_of_lines", "independent_segments", "segment_lines"]

Floats = NDArray[np.float64]
Lines = NDArray[np.complexfloating]

_FEWEST = 8
_LONGEST_DELAY_S, _DELAY_STEP_S = 0.15, 0.0002


@dataclass(frozen=True, slots=True)
class Delay:
    """By how much the second signal follows the first, with its 95 % interval, and from how many frequencies."""

    seconds: float
    interval: tuple[float, float]
    bins: int


@dataclass(frozen=True, slots=True, eq=False)
class Coherence:
    """Coherence by frequency.

    Attributes
    ----------
    frequency_hz, squared, phase_rad : ndarray, shape (m,)
        Evenly spaced from 0; magnitude squared, 0 to 1; phase of the second signal before the first.
    segments : int
        Segments behind it.
    independent : float
        How many disjoint segments they are worth: all, unless they overlap.
    """

    frequency_hz: Floats
    squared: Floats
    phase_rad: Floats
    segments: int
    independent: float

    def limit(self, level: float = 0.95) -> float:
        """Give what the coherence of independent signals stays below with that probability at one frequency."""
        return float(1 - (1 - level) ** (1 / (self.independent - 1)))

    def significant(self, level: float = 0.99, bins: int = 2) -> NDArray[np.bool_]:
        """Mark the frequencies within runs of at least `bins` neighbours above the limit, shape (m,)."""
        above = self.squared > self.limit(level)
        run = above.copy()
        for shift in range(1, bins):
            run[: -shift or None] &= above[shift:]
            run[-shift:] = False
        marked = run.copy()
        for shift in range(1, bins):
            marked[shift:] |= run[:-shift]
        return marked

    def delay(self, bins: NDArray[np.bool_], fewest: int = 4) -> Delay | None:
        """Give the delay from the slope of the phase over frequencies, whatever the polarity of either signal.

        Parameters
        ----------
        bins : ndarray of bool, shape (m,)
            Frequencies to use, such as the significant ones; each counts by coherence / (1 − coherence).
        fewest : int
            Below so many there is no slope: None.
        """
        used = bins & (self.squared < 1)
        if np.count_nonzero(used) < fewest:
            return None
        turn, phase = 2 * np.pi * self.frequency_hz[used], self.phase_rad[used]
        weight = self.squared[used] / (1 - self.squared[used])
        trial = np.arange(-_LONGEST_DELAY_S, _LONGEST_DELAY_S + _DELAY_STEP_S / 2, _DELAY_STEP_S)
        agreement = np.abs(np.exp(1j * (phase + np.outer(trial, turn))) @ weight)
        at = int(np.clip(np.argmax(agreement), 1, trial.size - 2))
        before, peak, after = agreement[at - 1 : at + 2].tolist()
        bend = before - 2 * peak + after
        seconds = float(trial[at] + (_DELAY_STEP_S * 0.5 * (before - after) / bend if bend else 0.0))
        # The variance of a phase is (1 / coherence − 1) / 2L.
        information = 2 * self.independent * np.sum(weight * (turn - np.average(turn, weights=weight)) ** 2)
        reach = 1.96 / float(np.sqrt(information))
        return Delay(seconds, (seconds - reach, seconds + reach), int(np.count_nonzero(used)))


def coherence(
    first: Floats, second: Floats, rate_hz: float, segment_s: float = 1.0, overlap_share: float = 0.0
) -> Coherence:
    """Give the coherence over Hann-tapered segments.

    Parameters
    ----------
    first, second : ndarray, shape (n,)
        Sampled at the same times.
    rate_hz, segment_s : float
        Samples a second, and length of a segment: the resolution is about its inverse.
    overlap_share : float
        Of a segment with the next. Overlapping segments are not independent; the limit takes that into account.

    Raises
    ------
    ParameterError
        If there are fewer than 8 segments, or the overlap is not a share below one.

    References
    ----------
    Halliday et al. 1995, Prog Biophys Mol Biol 64:237–278, doi:10.1016/S0079-6107(96)00009-0, section VI by its
    contents (first page read): the limit of L segments.
    """
    n = min(first.size, second.size)
    lines = [segment_lines(one[:n], rate_hz, segment_s, overlap_share) for one in (first, second)]
    size = round(segment_s * rate_hz)
    independent = independent_segments(len(lines[0]), size, _step(size, overlap_share))
    return coherence_of_lines(
        lines[0], lines[1], np.arange(size // 2 + 1, dtype=np.float64) * (rate_hz / size), independent
    )


def segment_lines(
    samples: Floats, rate_hz: float, segment_s: float = 1.0, overlap_share: float = 0.0, highest_hz: float = np.inf
) -> Lines:
    """Give the spectral lines of Hann-tapered segments, shape (segments, lines), from 0 to `highest_hz`.

    Signals of different rates that begin together have the same lines.
    """
    if not 0 <= overlap_share < 1:
        raise ParameterError("overlap_share", "must be at least zero and below one", f"{overlap_share}")
    n = round(segment_s * rate_hz)
    step = _step(n, overlap_share)
    count = (samples.size - n) // step + 1 if samples.size >= n else 0
    if count < _FEWEST:
        raise ParameterError("coherence", f"needs at least {_FEWEST} segments", f"{count} of {segment_s:g} s")
    parts = np.lib.stride_tricks.sliding_window_view(samples, n)[::step]
    kept = int(min(n // 2, np.floor(min(highest_hz, rate_hz) * segment_s))) + 1
    lines: Lines = np.fft.rfft((parts - parts.mean(axis=1, keepdims=True)) * np.hanning(n), axis=1)[:, :kept]
    return lines


def coherence_of_lines(first: Lines, second: Lines, frequency_hz: Floats, independent: float) -> Coherence:
    """Give the coherence from lines of the same segments, each of shape (segments, m)."""
    cross = np.mean(second * np.conj(first), axis=0)
    product = np.mean(np.abs(first) ** 2, axis=0) * np.mean(np.abs(second) ** 2, axis=0)
    squared = np.divide(np.abs(cross) ** 2, product, out=np.zeros(product.shape), where=product > 0)
    return Coherence(frequency_hz.astype(np.float64), squared, np.angle(cross), len(first), independent)


def independent_segments(count: int, n: int, step: int) -> float:
    """Give how many disjoint segments `count` Hann-tapered ones of `n` samples are worth, one every `step` samples.

    The variance of a mean over correlated segments, as for Welch's method: Welch PD 1967, IEEE Trans Audio
    Electroacoust 15:70, overlapping segments (its first pages were read). Simulated here: independent signals
    exceed the 95 % limit in 5 % of the bins with overlaps of 0, 25, 50 and 75 %.
    """
    window = np.hanning(n)
    shared = 0.0
    for j in range(1, min(count, -(-n // step))):
        alike = float(np.sum(window[j * step :] * window[: n - j * step]) / np.sum(window**2))
        shared += 2 * alike**2 * (1 - j / count)
    return count / (1 + shared)


def _step(n: int, overlap_share: float) -> int:
    return max(round(n * (1 - overlap_share)), 1)
