"""Potentials of motor units as a pair of electrodes sees them: waves of the conductor, sized, timed, in parts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from involuntary.simulators._chunks import Floats
from involuntary.simulators._discharges import Templates, tabulate
from involuntary.simulators._surface_waves import STEP_S, waves

__all__ = ["DURATION_LEVEL", "SurfaceUnits", "interference_units", "surface_units"]

# A potential lasts as long as it stays above this share of its largest deflection (engineering choice: a baseline
# of 5 % is where an examiner loses a potential in noise).
DURATION_LEVEL = 0.05


@dataclass(frozen=True, slots=True, eq=False)
class SurfaceUnits:
    """Motor units under surface electrodes.

    Attributes
    ----------
    amplitude_v : ndarray of float64, shape (units, channels)
        Peak to peak.
    duration_s, onset_s : ndarray of float64, shape (units,)
        Length of the potential, and its start from the discharge; both at `DURATION_LEVEL` of the largest deflection.
    wave : ndarray of intp, shape (units, parts)
        Which of the waves of a pair each part of the potential is.
    size : ndarray of float64, shape (units, parts)
        Of each part; negative where the pair is turned round.
    late_s : ndarray of float64, shape (units, parts)
        When each part comes, in the time of the waves.
    delay_s : ndarray of float64, shape (units, channels)
        Arrival after that at the unit's nearest channel.
    """

    amplitude_v: Floats
    duration_s: Floats
    onset_s: Floats
    wave: NDArray[np.intp]
    size: Floats
    late_s: Floats
    delay_s: Floats

    def __len__(self) -> int:
        return len(self.duration_s)

    def shapes(self, time_s: Floats) -> Floats:
        """Give the potentials at times from the discharge, shape (units, channels, n), in volts."""
        out = np.zeros((*self.amplitude_v.shape, time_s.size))
        for unit in range(len(self)):
            own, low, scale = self._timed(unit)
            x = (time_s[None, :] - self.delay_s[unit][:, None] - self.onset_s[unit]) / scale + low
            seen = np.interp(x, np.arange(own.size) * STEP_S, own, left=0.0, right=0.0)
            out[unit] = self.amplitude_v[unit][:, None] / np.ptp(own) * seen
        return out

    def templates(self, rate_hz: float) -> Templates:
        """Give the potentials on the sampling grid."""
        before = after = 0.0
        for unit in range(len(self)):
            own, low, scale = self._timed(unit)
            start = self.onset_s[unit] - low * scale
            before, after = max(before, -start), max(after, start + own.size * STEP_S * scale)
        return tabulate(self.shapes, rate_hz, before, after + float(np.max(self.delay_s, initial=0.0)))

    def _timed(self, unit: int) -> tuple[Floats, float, float]:
        """Give a potential in the time of the waves, where it begins by its level, and seconds of it in one of them."""
        own = self._in_parts(unit)
        low, high = _extent(own)
        return own, low, float(self.duration_s[unit]) / (high - low)

    def _in_parts(self, unit: int) -> Floats:
        """Add the parts of a potential, every `STEP_S`."""
        table = waves()
        late = np.rint(self.late_s[unit] / STEP_S).astype(np.intp)
        total = np.zeros(table.shape[1] + int(late.max()))
        for which, size, at in zip(self.wave[unit], self.size[unit], late, strict=True):
            total[at : at + table.shape[1]] += size * table[which]
        return total


def _extent(wave: Floats) -> tuple[float, float]:
    """Give begin and end of a wave by its level, in the time of the waves."""
    inside = np.flatnonzero(np.abs(wave) >= DURATION_LEVEL * np.max(np.abs(wave)))
    return float(inside[0]) * STEP_S, float(inside[-1]) * STEP_S


def surface_units(
    amplitude_v: Floats, duration_s: Floats, channels: int, random: np.random.Generator, polyphasic_share: float = 0.0
) -> SurfaceUnits:
    """Draw motor units of given size, each with a shape of its own.

    Parameters
    ----------
    amplitude_v, duration_s : ndarray of float64, shape (units,)
        Peak to peak at the nearest channel, and length.
    channels : int
        Electrode pairs along the muscle. A unit is largest under one of them and falls by half a pair away, where it
        arrives about a millisecond later (engineering choices: 4 m/s over pairs a few millimetres apart), and no more
        than ten later: there the fibres end.
    random : numpy.random.Generator
        Draws shapes and places.
    polyphasic_share : float
        Part of the units whose fibres answer in three groups, one after the other, as after reinnervation.
    """
    n = len(amplitude_v)
    wave, late_s = random.integers(len(waves()), size=(n, 1)), np.zeros((n, 1))
    turned = random.choice([-1.0, 1.0], (n, 1))
    home = random.integers(channels, size=n)
    away = np.abs(np.arange(channels)[None, :] - home[:, None])
    if polyphasic_share:
        wave, turned, late_s = _parted(wave, turned, polyphasic_share, random)
    delay_s = 0.001 * np.minimum(away, 10)
    return SurfaceUnits(amplitude_v[:, None] * 0.5**away, duration_s, np.zeros(n), wave, turned, late_s, delay_s)


def _parted(
    wave: NDArray[np.intp], size: Floats, share: float, random: np.random.Generator
) -> tuple[NDArray[np.intp], Floats, Floats]:
    """Give some units two more groups of fibres, each half as large and some milliseconds later."""
    n = len(wave)
    more = size * np.where(random.uniform(size=(n, 1)) < share, 0.5, 0.0)
    others = random.integers(len(waves()), size=(n, 2))
    late_s = np.column_stack([np.zeros(n), np.cumsum(random.uniform(0.006, 0.011, (n, 2)), axis=1)])
    return np.concatenate([wave, others], axis=1), np.concatenate([size, more, more], axis=1), late_s


def interference_units(units: int, largest_uv: float, random: np.random.Generator) -> SurfaceUnits:
    """Draw the units of a whole muscle: size grows with recruitment, depth scatters it.

    Parameters
    ----------
    units : int
        How many, in the order of recruitment.
    largest_uv : float
        Mean size of the last, peak to peak.
    random : numpy.random.Generator
        Draws depth, length and shape.
    """
    grown = np.exp(np.log(20.0) * (np.arange(1, units + 1) / units - 1.0))
    size = largest_uv * 1e-6 * grown * random.lognormal(0.0, 0.4, units)
    return surface_units(size, random.uniform(0.008, 0.016, units), 1, random)
