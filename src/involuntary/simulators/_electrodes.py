"""Potentials of motor units as an electrode sees them.

A potential is a sum of Hermite–Rodríguez functions (a Gaussian and its derivatives), which describe motor-unit
potentials with a few terms [1]_: order 1 is biphasic, order 2 triphasic as a wave that passes a bipolar electrode.

References
----------
.. [1] Lo Conte LR, Merletti R, Sandri GV (1994). Hermite expansions of compact support waveforms: applications to
   myoelectric signals. IEEE Trans Biomed Eng 41:1147–1159.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from involuntary.simulators._chunks import Floats
from involuntary.simulators._discharges import Templates, tabulate

__all__ = ["DURATION_LEVEL", "SurfaceUnits", "interference_units", "surface_units"]

# A potential lasts as long as it stays above this share of its largest deflection (engineering choice: a baseline
# of 5 % is where an examiner loses a potential in noise).
DURATION_LEVEL = 0.05
_GRID = np.linspace(-8.0, 16.0, 4801)


def _hermite(x: Floats, weights: Floats) -> Floats:
    bell = np.exp(-0.5 * x * x)
    value: Floats = bell * (weights[0] * x + weights[1] * (1.0 - x * x) + weights[2] * (3.0 * x - x**3))
    return value


def _in_parts(x: Floats, weights: Floats, late: Floats) -> Floats:
    """Add the parts of a potential, each a few terms of its own."""
    total = _hermite(x - late[0], weights[0])
    for terms, at in zip(weights[1:], late[1:], strict=True):
        total += _hermite(x - at, terms)
    return total


@dataclass(frozen=True, slots=True, eq=False)
class SurfaceUnits:
    """Motor units under surface electrodes.

    Attributes
    ----------
    amplitude_v : ndarray of float64, shape (units, channels)
        Peak to peak.
    duration_s, onset_s : ndarray of float64, shape (units,)
        Length of the potential, and its start from the discharge; both at `DURATION_LEVEL` of the largest deflection.
    weights : ndarray of float64, shape (units, parts, 3)
        Of the Hermite–Rodríguez orders 1, 2 and 3, in each part of the potential.
    late : ndarray of float64, shape (units, parts)
        When each part comes, in standard deviations of its bell.
    delay_s : ndarray of float64, shape (units, channels)
        Arrival after that at the unit's nearest channel.
    """

    amplitude_v: Floats
    duration_s: Floats
    onset_s: Floats
    weights: Floats
    late: Floats
    delay_s: Floats

    def __len__(self) -> int:
        return len(self.duration_s)

    def shapes(self, time_s: Floats) -> Floats:
        """Give the potentials at times from the discharge, shape (units, channels, n), in volts."""
        out = np.zeros((*self.amplitude_v.shape, time_s.size))
        for unit, (weights, late) in enumerate(zip(self.weights, self.late, strict=True)):
            wave = _in_parts(_GRID, weights, late)
            low, high = _extent(wave)
            scale = self.duration_s[unit] / (high - low)
            x = (time_s[None, :] - self.delay_s[unit][:, None] - self.onset_s[unit]) / scale + low
            out[unit] = self.amplitude_v[unit][:, None] / np.ptp(wave) * _in_parts(x, weights, late)
        return out

    def templates(self, rate_hz: float) -> Templates:
        """Give the potentials on the sampling grid."""
        # Where a potential ends by its level, at half its length, it still has a tail; at 0.9 it has none.
        reach = 0.9 * float(np.max(self.duration_s, initial=0.001))
        return tabulate(self.shapes, rate_hz, reach, reach + float(np.max(self.delay_s, initial=0.0)))


def _extent(wave: Floats) -> tuple[float, float]:
    inside = np.flatnonzero(np.abs(wave) >= DURATION_LEVEL * np.max(np.abs(wave)))
    return float(_GRID[inside[0]]), float(_GRID[inside[-1]])


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
    # Mostly biphasic to triphasic, with some asymmetry: every unit its own mixture.
    weights, late = random.normal([0.0, 0.0, 0.0], [1.0, 1.0, 0.25], (n, 1, 3)), np.zeros((n, 1))
    home = random.integers(channels, size=n)
    away = np.abs(np.arange(channels)[None, :] - home[:, None])
    onset = -0.5 * duration_s
    if polyphasic_share:
        weights, late = _parted(weights, polyphasic_share, random)
    return SurfaceUnits(
        amplitude_v[:, None] * 0.5**away, duration_s, onset, weights, late, 0.001 * np.minimum(away, 10)
    )


def _parted(weights: Floats, share: float, random: np.random.Generator) -> tuple[Floats, Floats]:
    """Give some units two more groups of fibres, each half as large and later by two bells and more."""
    n = len(weights)
    more = 0.5 * random.normal([0.0, 0.0, 0.0], [1.0, 1.0, 0.25], (n, 2, 3))
    more *= (random.uniform(size=n) < share)[:, None, None]
    late = np.column_stack([np.zeros(n), np.cumsum(random.uniform(2.0, 3.5, (n, 2)), axis=1)])
    return np.concatenate([weights, more], axis=1), late


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
