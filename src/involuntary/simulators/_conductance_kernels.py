"""Compiled motoneurones with conductances, imported only when used; the slow twin is in the tests."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

__all__ = ["SUBSTEPS", "run"]

Floats = NDArray[np.float64]
Indices = NDArray[np.intp]

SUBSTEPS = 5  # of a millisecond


@njit(cache=True, nogil=True, error_model="numpy")
def _potentials(
    soma: float, dendrite: float, exc: float, inh: float, persistent: float, after: float, membrane: tuple[float, ...]
) -> tuple[float, float]:
    """Give soma and dendrite one step later."""
    e_exc, e_inh, e_ahp, e_pic, couple, soma_rate, dendrite_rate, pic, back_couple = membrane
    later = dendrite + dendrite_rate * (
        back_couple * (soma - dendrite) - dendrite + exc * (e_exc - dendrite) + inh * (e_inh - dendrite)
        + pic * persistent * (e_pic - dendrite)
    )  # fmt: skip
    return soma + soma_rate * (couple * (dendrite - soma) - soma + after * (e_ahp - soma)), later


@njit(cache=True, nogil=True, error_model="numpy")
def run(
    excitation: Floats, inhibition: Floats, noise: Floats, state: Floats, renshaw: Floats, pool: Indices,
    weight: Floats, ahp_decay: Floats, constants: tuple[float, ...], start_ms: float, time_ms: Floats, unit: Indices,
) -> int:  # fmt: skip
    """Run all neurones of all pools through one stretch; give the number of discharges.

    Parameters
    ----------
    excitation, inhibition : ndarray, shape (pools, milliseconds)
        Conductances, in leaks of the dendrite.
    noise : ndarray, shape (milliseconds, neurones)
        Standard normal numbers.
    state : ndarray, shape (5, neurones)
        Soma, dendrite (mV from rest), activation of the persistent current, after-hyperpolarisation, synaptic noise;
        read and written.
    renshaw : ndarray, shape (pools,)
        Activity of the Renshaw cells; read and written.
    pool : ndarray, shape (neurones,)
        Whose each is.
    weight : ndarray, shape (neurones,)
        Of its excitation; small neurones have large ones.
    ahp_decay : ndarray, shape (neurones,)
        Factor of the after-hyperpolarisation over one step.
    constants : tuple of float
        As `involuntary.simulators._conductance.Conductances.constants` gives them.
    start_ms : float
        Time of the first step.
    time_ms, unit : ndarray, shape (most,)
        Written: when, and which neurone.
    """
    threshold, half, slope, pic_rate, ahp, noise_keep, noise_gain, recurrent, renshaw_keep, share = constants[9:]
    neurones, n, step = pool.size, 0, 1.0 / SUBSTEPS
    for ms in range(excitation.shape[1]):
        for i in range(neurones):
            state[4, i] = noise_keep * state[4, i] + noise_gain * noise[ms, i]
        for part in range(SUBSTEPS):
            for p in range(renshaw.size):
                renshaw[p] *= renshaw_keep
            for i in range(neurones):
                p = pool[i]
                soma, dendrite = state[0, i], state[1, i]
                opens = 1.0 / (1.0 + np.exp((half - dendrite) / slope))
                state[2, i] += pic_rate * (opens - state[2, i])
                state[3, i] *= ahp_decay[i]
                exc = max(weight[i] * excitation[p, ms] * (1.0 + state[4, i]), 0.0)
                inh = inhibition[p, ms] + recurrent * renshaw[p]
                state[0, i], state[1, i] = _potentials(
                    soma, dendrite, exc, inh, state[2, i], state[3, i], constants[:9]
                )
                if state[0, i] >= threshold:
                    # The crossing lies between the two steps.
                    back = (state[0, i] - threshold) / (state[0, i] - soma)
                    if n < time_ms.size:
                        time_ms[n], unit[n] = start_ms + ms + (part + 1.0 - back) * step, i
                    n += 1
                    state[0, i] = 0.0
                    state[3, i] += ahp
                    renshaw[p] += share
    return n
