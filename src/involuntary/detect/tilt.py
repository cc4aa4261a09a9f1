"""Tilts: how active a muscle is every half second, and whether what is seen is muscle at all."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from involuntary.detect.conditioned import Conditioned, Conditioning, conditioned
from involuntary.model import Intervals, Recording
from involuntary.parameters import check_bounds

__all__ = ["TiltRule", "Tilts", "detect"]

Floats = NDArray[np.float64]

STEP_S = 0.5
# Surface EMG has its power in the first band and little in the second; noise, white or cut off above, has as much.
_MUSCLE_HZ, _NOISE_HZ = (60.0, 150.0), (250.0, 430.0)


@dataclass(frozen=True, slots=True)
class TiltRule:
    """What counts as muscle; engineering choices.

    Attributes
    ----------
    low_hz, high_hz : float
        Zero-phase band.
    remove_mains : bool
        Subtract 50 or 60 Hz and harmonics where they are there.
    """

    low_hz: float = 20.0
    high_hz: float = 450.0
    remove_mains: bool = True


@dataclass(frozen=True, slots=True, eq=False)
class Tilts:
    """A channel in half seconds.

    Attributes
    ----------
    time_s : ndarray of float64, shape (k,)
        Middle of each.
    level : ndarray of float64, shape (k,)
        Root mean square in µV, or counts where the gain is unknown.
    tilt : ndarray of float64, shape (k,)
        Power density at 60 to 150 Hz over that at 250 to 430 Hz, by medians of lines: about 1 for white noise, 4 for
        noise that falls with frequency, 10 and more for surface EMG. Not-a-number below a rate of 625 Hz.
    """

    time_s: Floats
    level: Floats
    tilt: Floats

    def during(self, when: Intervals) -> Tilts:
        """Keep the half seconds whose middle lies in a stretch."""
        kept = when.contains(self.time_s)
        return Tilts(self.time_s[kept], self.level[kept], self.tilt[kept])

    def is_muscle(self, lowest: float, tilt: float) -> NDArray[np.bool_]:
        """Mark half seconds that reach a level and are tilted as muscle is."""
        return np.asarray((self.level >= lowest) & (self.tilt >= tilt))


def detect(recording: Recording, channel: int, rule: TiltRule) -> Tilts:
    """Measure a channel half second by half second, in one pass.

    Raises
    ------
    ParameterError
        If the channel is neither in volts nor in counts, or its rate is too low for the band.
    """
    check_bounds(type(rule).__name__, rule)
    parts = [_measured(recording, channel, part) for part in conditioned(recording, channel, Conditioning.of(rule))]
    time, level, tilt = (np.concatenate([np.empty(0), *column]) for column in zip(*parts, strict=True))
    return Tilts(time, level, tilt)


def _measured(recording: Recording, channel: int, part: Conditioned) -> tuple[Floats, Floats, Floats]:
    proper = part.wave[part.block.start : part.block.stop]
    n = part.frame * round(STEP_S / (part.frame / part.rate_hz))
    steps = np.asarray(proper[: proper.size - proper.size % n], dtype=np.float64).reshape(-1, n)
    first = part.block.first + part.block.start + n * np.arange(len(steps)) + n // 2
    level = np.sqrt(np.einsum("ij,ij->i", steps, steps) / n)
    return recording.time_s(channel, first.astype(np.intp)), level, _tilt(steps, part.rate_hz)


def _tilt(steps: Floats, rate: float) -> Floats:
    """Compare both bands by medians, which lone lines of mains do not move."""
    hertz = np.fft.rfftfreq(steps.shape[1], 1 / rate)
    high = (hertz >= _NOISE_HZ[0]) & (hertz <= min(_NOISE_HZ[1], 0.43 * rate))
    if np.count_nonzero(high) < 10 or not len(steps):
        return np.full(len(steps), np.nan)
    low = (hertz >= _MUSCLE_HZ[0]) & (hertz <= _MUSCLE_HZ[1])
    power = np.abs(np.fft.rfft(steps * np.hanning(steps.shape[1]), axis=1)) ** 2
    floor = np.maximum(np.median(power[:, high], axis=1), np.finfo(np.float64).tiny)
    return np.asarray(np.median(power[:, low], axis=1) / floor)
