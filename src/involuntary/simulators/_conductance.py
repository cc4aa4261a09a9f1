"""A pool of motoneurones with conductances: after-hyperpolarisation, persistent inward current, and inhibition.

A neurone has a soma that fires and a dendrite that takes synapses and carries the persistent inward current, which
opens and shuts slowly: so a neurone that it holds up goes on firing after its input has gone, and stops at less drive
than it started with [1]_, [2]_. Inhibition is tonic, reciprocal (from the excitation of the antagonist) and recurrent
(from the pool's own discharges over Renshaw cells); it balances a tonic excitation, and where it is lost both pools
fire at rest. Conductances are in leaks, potentials in millivolts from rest. The constants are engineering choices that
bring rates, regularity and hysteresis to their published ranges.

References
----------
.. [1] Booth V, Rinzel J, Kiehn O (1997). Compartmental model of vertebrate motoneurons for Ca2+-dependent spiking and
   plateau potentials under pharmacological treatment. J Neurophysiol 78:3371–3385 (abstract).
.. [2] Kiehn O, Eken T (1997). Prolonged firing in motor units: evidence of plateau potentials in human motoneurons?
   J Neurophysiol 78:3061–3068 (abstract: firing of low-threshold units that outlasts vibration of the tendon).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from involuntary.simulators._chunks import Floats
from involuntary.simulators._discharges import Discharges, Firing, minute_by_minute
from involuntary.simulators._motoneurones import AT_ONCE_S, Drive

__all__ = ["Conductances", "conductance_discharges", "conductance_firing"]

_STRETCH_MS = 10000
# Of the neurones and of the Renshaw cells.
_State = tuple[Floats, Floats]
_THRESHOLD_MV, _E_EXC, _E_INH, _E_AHP, _E_PIC = 15.0, 70.0, -5.0, -15.0, 60.0
# Of the soma to the dendrite, in leaks of the soma, and back: the dendrite is five times as large.
_COUPLE, _COUPLE_BACK = 2.0, 0.4


@dataclass(frozen=True, slots=True)
class Conductances:
    """What the neurones of a pool and their interneurones are like.

    Attributes
    ----------
    units : int
        Motoneurones of each pool, in the order of recruitment.
    recruitment_range : float
        Excitation that recruits the last over what recruits the first.
    full_excitation : float
        Conductance at excitation 1, in leaks, on the first neurone.
    tonic_excitation, tonic_inhibition : float
        What interneurones give at rest, in leaks.
    reciprocal, recurrent : float
        Inhibition at full excitation of the antagonist, and per Renshaw cell activity of the own pool.
    inhibition_share : float
        Part of all inhibition that is left; 1 in health.
    persistent : float
        Conductance of the persistent inward current, in leaks; 0 for none.
    persistent_half_mv, persistent_slope_mv, persistent_ms : float
        Where on the dendrite it is half open, how steeply it opens, and how slowly.
    ahp : float
        After-hyperpolarisation that each discharge adds, in leaks of the soma.
    ahp_first_ms, ahp_last_ms : float
        Its time constant in the first and in the last neurone.
    noise_cv : float
        Standard deviation of the synaptic noise over the mean of the excitation.
    """

    units: int = 100
    recruitment_range: float = 8.0
    full_excitation: float = 9.0
    tonic_excitation: float = 0.75
    tonic_inhibition: float = 1.5
    reciprocal: float = 3.0
    recurrent: float = 0.3
    inhibition_share: float = 1.0
    persistent: float = 1.6
    persistent_half_mv: float = 22.0
    persistent_slope_mv: float = 1.0
    persistent_ms: float = 50.0
    ahp: float = 2.0
    ahp_first_ms: float = 45.0
    ahp_last_ms: float = 25.0
    noise_cv: float = 0.25

    def constants(self) -> tuple[float, ...]:
        """Give what the compiled loop needs, in its order: what moves potentials, then all else."""
        step, keep = 0.2, float(np.exp(-1 / 5.0))
        given = (
            _E_EXC, _E_INH, _E_AHP, _E_PIC, _COUPLE, step / 5.0, step / 8.0, self.persistent, _COUPLE_BACK,
            _THRESHOLD_MV, self.persistent_half_mv, self.persistent_slope_mv, step / self.persistent_ms, self.ahp,
            keep, self.noise_cv * np.sqrt(1 - keep**2), self.recurrent * self.inhibition_share,
            np.exp(-step / 15.0), 10.0 / max(self.units, 1),
        )  # fmt: skip
        return tuple(float(one) for one in given)


def conductance_discharges(
    drives: Sequence[Drive], duration_s: float, neurones: Conductances, random: np.random.Generator
) -> list[Discharges]:
    """Fire one pool, or two antagonists.

    Parameters
    ----------
    drives : sequence of callable
        Time to excitation from 0 to 1, one a pool; of two, each inhibits the other.
    duration_s : float
        Until when.
    neurones : Conductances
        Of each pool.
    random : numpy.random.Generator
        Draws the synaptic noise.

    Returns
    -------
    list of Discharges
        One a pool.
    """
    return _fired(drives, (0.0, duration_s), neurones, _rested(neurones, len(drives)), random)


def conductance_firing(
    drives: Sequence[Drive], duration_s: float, neurones: Conductances, random: np.random.Generator
) -> list[Firing]:
    """Fire pools: all at once, or in a long recording as it is needed.

    Parameters are those of `conductance_discharges`; memory is that of `minute_by_minute`.
    """
    if duration_s <= AT_ONCE_S:
        return [*conductance_discharges(drives, duration_s, neurones, random)]
    seed = int(random.integers(2**63))

    def fire(number: int, ends: tuple[float, float], begun: _State) -> tuple[list[Discharges], _State]:
        states = (begun[0].copy(), begun[1].copy())
        return _fired(drives, ends, neurones, states, np.random.default_rng([seed, number])), states

    return [*minute_by_minute(_rested(neurones, len(drives)), fire, duration_s, len(drives))]


def _rested(neurones: Conductances, pools: int) -> _State:
    return np.zeros((5, neurones.units * pools)), np.zeros(pools)


def _fired(
    drives: Sequence[Drive], ends_s: tuple[float, float], neurones: Conductances, states: _State,
    random: np.random.Generator,
) -> list[Discharges]:  # fmt: skip
    """Fire from one time to another; the states are moved on."""
    from involuntary.simulators._conductance_kernels import run

    each, n = neurones.units, neurones.units * len(drives)
    rank = np.arange(1, each + 1) / max(each, 1)
    weight = np.tile(neurones.recruitment_range**-rank, len(drives))
    ahp_ms = neurones.ahp_first_ms * (neurones.ahp_last_ms / neurones.ahp_first_ms) ** rank
    decay = np.tile(np.exp(-0.2 / ahp_ms), len(drives))
    pool = np.repeat(np.arange(len(drives)), each)
    room = n * _STRETCH_MS // 3
    time_ms, unit = np.empty(room), np.empty(room, dtype=np.intp)
    found: list[tuple[Floats, NDArray[np.intp]]] = []
    first, last = round(ends_s[0] * 1000), int(np.ceil(ends_s[1] * 1000))
    for start in range(first, last, _STRETCH_MS):
        length = min(_STRETCH_MS, last - start)
        excitation, inhibition = _inputs(drives, neurones, np.arange(start, start + length, dtype=np.float64) + 0.5)
        noise = random.standard_normal((length, n))
        fired = run(excitation, inhibition, noise, *states, pool, weight, decay, neurones.constants(),
                    float(start), time_ms, unit)  # fmt: skip
        found.append((time_ms[:fired] / 1000, unit[:fired].copy()))
    time_s, which = (np.concatenate([np.empty(0), *column]) for column in zip(*found, strict=True))
    kept = time_s < ends_s[1]
    time_s, which = time_s[kept], which[kept].astype(np.intp)
    return [Discharges.of(time_s[which // each == p], which[which // each == p] % each) for p in range(len(drives))]


def _inputs(drives: Sequence[Drive], neurones: Conductances, time_ms: Floats) -> tuple[Floats, Floats]:
    wanted = np.array([np.clip(drive(time_ms / 1000), 0.0, 1.0) for drive in drives])
    excitation = neurones.tonic_excitation + neurones.full_excitation * wanted
    antagonist = wanted[::-1] if len(drives) == 2 else np.zeros_like(wanted)
    inhibition = neurones.inhibition_share * (neurones.tonic_inhibition + neurones.reciprocal * antagonist)
    return excitation, inhibition
