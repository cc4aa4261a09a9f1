"""Excitability of motor axons as ions and temperature shift it: phenomenological, and no model of channels.

Divalent ions screen the charges of the membrane, so that less calcium acts as a depolarisation: judged as 9 mV for each
factor e, after [1]_. The other shifts, and the afterpotentials that let a discharge bring the next, are engineering
choices: in health an axon fires once; as the threshold falls it fires doublets, triplets, multiplets, with intervals
that grow as a slow hyperpolarisation adds up.

References
----------
.. [1] Frankenhaeuser B, Hodgkin AL (1957). The action of calcium on the electrical properties of squid axons.
   J Physiol (title, journal and year seen; that a fivefold fall acts as a depolarisation of 10 to 15 mV, which 9 mV
   for each factor e come to, could not be checked).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from involuntary.simulators._chunks import Floats

__all__ = ["Milieu", "multiplet", "threshold_mv"]

_REST_MV = 20.0
_SCREEN_MV = 9.0
_MAGNESIUM = 0.5  # as good as so much calcium
_POTASSIUM_MV, _PH_MV, _WARMTH_MV = 12.0, 8.0, 0.15
# Depolarising afterpotential (peak in mV, rise and fall in ms), relative refractoriness (share, ms), spread of the
# threshold, and what each discharge leaves.
_AFTER_MV, _RISE_MS, _FALL_MS = 19.0, 3.0, 15.0
_REFRACTORY, _RECOVERY_MS = 3.0, 1.6
_NOISE_MV, _LEFT_MV = 0.8, 0.35
_TIME_MS = np.arange(2.0, 40.0, 0.05)


@dataclass(frozen=True, slots=True)
class Milieu:
    """What surrounds an axon.

    Attributes
    ----------
    calcium_mmol_l, magnesium_mmol_l : float
        Ionised, outside.
    potassium_mmol_l : float
        Outside.
    ph : float
        Of the blood; alkalosis by itself excites, beside what it takes of the ionised calcium.
    temperature_c : float
        Of the nerve.
    """

    calcium_mmol_l: float = 1.2
    magnesium_mmol_l: float = 0.55
    potassium_mmol_l: float = 4.2
    ph: float = 7.4
    temperature_c: float = 34.0


_NORMAL = Milieu()


def threshold_mv(milieu: Milieu) -> float:
    """Give the depolarisation that fires the axon: 20 mV in health, less where it is excitable, never below 1."""
    screen = [_MAGNESIUM * m.magnesium_mmol_l + m.calcium_mmol_l for m in (_NORMAL, milieu)]
    shift = (
        _SCREEN_MV * np.log(screen[0] / max(screen[1], 1e-3))
        + _POTASSIUM_MV * np.log(max(milieu.potassium_mmol_l, 1e-3) / _NORMAL.potassium_mmol_l)
        + _PH_MV * (milieu.ph - _NORMAL.ph)
        + _WARMTH_MV * (milieu.temperature_c - _NORMAL.temperature_c)
    )
    return float(max(_REST_MV - shift, 1.0))


def multiplet(threshold: float, random: np.random.Generator, most: int = 30) -> Floats:
    """Give the times in seconds, from the first, of the discharges that one impulse becomes.

    Parameters
    ----------
    threshold : float
        From `threshold_mv`.
    random : numpy.random.Generator
        Draws the threshold anew for each discharge.
    most : int
        Where to stop.
    """
    rise, fall = np.exp(-_TIME_MS / _RISE_MS), np.exp(-_TIME_MS / _FALL_MS)
    after = _AFTER_MV * (fall - rise) / np.max(fall - rise)
    needed = threshold * (1 + _REFRACTORY * np.exp(-_TIME_MS / _RECOVERY_MS))
    times = [0.0]
    while len(times) < most:
        left = _LEFT_MV * (len(times) - 1) - _NOISE_MV * random.standard_normal()
        fires = np.flatnonzero(after - left >= needed)
        if not fires.size:
            break
        times.append(times[-1] + _TIME_MS[fires[0]] / 1000)
    return np.array(times)
