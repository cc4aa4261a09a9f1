"""Fibres in a volume conductor: what an electrode sees of action potentials that start, run and end on finite fibres.

The membrane potential behind the front is Rosenfalck's, ``V(s) = 96 s³ exp(−s) − 90`` mV with s in millimetres
[1]_. A fibre is a line of dipoles, one for each step of the membrane potential, in an infinite conductor that leads
better along the fibres than across. Because only dipoles are summed, the waves start at the end-plate and end at the
tendon with what physics asks for, and nothing has to be added for the ends.

References
----------
.. [1] Rosenfalck P (1969). Intra- and extracellular potential fields of active nerve and muscle fibres.
   Acta Physiol Scand Suppl 321.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from involuntary.simulators._chunks import Floats

__all__ = ["ACROSS_S_M", "ALONG_S_M", "WITHIN_S_M", "Electrode", "Fibres", "concentric_needle", "unit_potential"]

# Conductivities in S/m: within the fibre, across and along the muscle; as usual in such models, no source was seen.
WITHIN_S_M, ACROSS_S_M, ALONG_S_M = 1.01, 0.063, 0.33
_NEAREST_MM = 0.05


@dataclass(frozen=True, slots=True, eq=False)
class Fibres:
    """Fibres of one motor unit, all along z.

    Attributes
    ----------
    x_mm, y_mm : ndarray of float64, shape (fibres,)
        Where they lie in the cross-section.
    plate_mm : ndarray of float64, shape (fibres,)
        Where along z the end-plate sits.
    half_mm : float or ndarray of float64, shape (fibres,)
        From the middle of the end-plate zone to either tendon.
    velocity_m_s : ndarray of float64, shape (fibres,)
        Of conduction.
    diameter_um : ndarray of float64, shape (fibres,)
        The potential grows with its square.
    delay_ms : ndarray of float64, shape (fibres,)
        From the discharge of the axon to the start at the end-plate.
    """

    x_mm: Floats
    y_mm: Floats
    plate_mm: Floats
    half_mm: float | Floats
    velocity_m_s: Floats
    diameter_um: Floats
    delay_ms: Floats

    def __len__(self) -> int:
        return len(self.x_mm)


@dataclass(frozen=True, slots=True, eq=False)
class Electrode:
    """Points whose mean potentials are weighed and summed; the weights of an amplifier's input sum to zero.

    Attributes
    ----------
    xyz_mm : ndarray of float64, shape (points, 3)
        Places.
    weight : ndarray of float64, shape (points,)
        Share of each.
    """

    xyz_mm: Floats
    weight: Floats


def concentric_needle(z_mm: float) -> Electrode:
    """Give a concentric needle across the fibres: a core of 0.07 mm² against the shaft behind it.

    Parameters
    ----------
    z_mm : float
        How far along the fibres from the middle of the end-plate zone.
    """
    # The core is an ellipse of 0.15 by 0.58 mm: as many points as its width at each place is long.
    y, z = np.array([(-0.22, 0.0), (-0.07, -0.04), (-0.07, 0.04), (0.07, -0.04), (0.07, 0.04), (0.22, 0.0)]).T
    core = np.column_stack([np.zeros(y.size), y, z_mm + z])
    shaft_y = np.linspace(-8.0, -0.8, 7)
    shaft = np.column_stack([np.full(shaft_y.size, -0.2), shaft_y, np.full(shaft_y.size, z_mm)])
    weight = np.repeat([1 / len(core), -1 / len(shaft)], [len(core), len(shaft)])
    return Electrode(np.concatenate([core, shaft]), weight)


def unit_potential(fibres: Fibres, electrode: Electrode, rate_hz: float, length_s: float) -> Floats:
    """Give the potential of a motor unit after its axon's discharge.

    Parameters
    ----------
    fibres : Fibres
        None at all is silence.
    electrode : Electrode
        What looks on.
    rate_hz : float
        Sampling rate; beside a needle 40 kHz or more.
    length_s : float
        How long to look.

    Returns
    -------
    ndarray of float64, shape (round(length_s * rate_hz),)
        In volts.
    """
    n = round(length_s * rate_hz)
    total = np.zeros(n)
    for i in range(len(fibres)):
        total += _fibre(fibres, i, electrode, rate_hz, n)
    return total


def _fibre(fibres: Fibres, i: int, electrode: Electrode, rate_hz: float, n: int) -> Floats:
    step = float(fibres.velocity_m_s[i]) * 1000 / rate_hz
    delay = round(float(fibres.delay_ms[i]) / 1000 * rate_hz)
    seen = _seen(fibres, i, electrode, step)
    # Slope of the membrane potential behind the front, in volts a step; the front itself is at 0.
    behind = np.arange(round(15.0 / step)) * step
    slope = 0.096 * np.exp(-behind) * (3 * behind**2 - behind**3) * step
    size = 1 << int(np.ceil(np.log2(len(seen) + len(slope))))
    wave = np.fft.irfft(np.fft.rfft(seen, size) * np.fft.rfft(slope, size), size)[: len(seen) + len(slope) - 1]
    out = np.zeros(n)
    kept = wave[: max(n - delay, 0)]
    out[delay : delay + kept.size] = kept
    radius_mm = float(fibres.diameter_um[i]) / 2000
    scaled: Floats = out * WITHIN_S_M * radius_mm**2 / (4 * ACROSS_S_M)
    return scaled


def _seen(fibres: Fibres, i: int, electrode: Electrode, step: float) -> Floats:
    """Give what the electrode sees of a unit dipole at each step of the two waves' way, in 1/mm²."""
    plate, half = float(fibres.plate_mm[i]), float(np.broadcast_to(fibres.half_mm, len(fibres))[i])
    place = electrode.xyz_mm
    across = np.hypot(place[:, 0] - fibres.x_mm[i], place[:, 1] - fibres.y_mm[i])
    square = ALONG_S_M / ACROSS_S_M * np.maximum(across, _NEAREST_MM) ** 2
    total = np.zeros(round((half + abs(plate)) / step) + 1)
    for direction, way in ((1.0, half - plate), (-1.0, half + plate)):
        ahead = (np.arange(round(way / step)) + 0.5) * step
        along = plate + direction * ahead[None, :] - place[:, 2:]
        reach = square[:, None] + along * along
        dipole = -direction * along / (reach * np.sqrt(reach))
        total[: ahead.size] += electrode.weight @ dipole
    return total
