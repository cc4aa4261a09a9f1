"""The potential of each unit as the needle records it: averaged at its discharges, the other units' taken away."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from involuntary.decompose.spikes import cut

__all__ = ["unit_potentials"]

Floats = NDArray[np.float64]


def unit_potentials(
    samples: Floats, rate_hz: float, trains_s: Sequence[Floats], before_ms: float, after_ms: float, rounds: int = 3
) -> tuple[Floats, list[Floats]]:
    """Average units' potentials by the median, each time with the others' potentials subtracted.

    Parameters
    ----------
    samples : ndarray, shape (n,)
        Without the high-pass under which units were told apart: slow phases make the duration.
    rate_hz : float
    trains_s : sequence of ndarray
        Discharges of each unit in seconds from the first sample on.
    before_ms, after_ms : float
        What is kept around a discharge.
    rounds : int
        How often the others' potentials are renewed.

    Returns
    -------
    potentials : ndarray, shape (units, m)
        The ends of each at zero.
    single : list of ndarray, each shape (discharges, m)
        Single discharges, the other units' potentials subtracted.
    """
    before, after = round(before_ms * rate_hz / 1e3), round(after_ms * rate_hz / 1e3)
    at = [np.rint(train * rate_hz).astype(np.intp) for train in trains_s]
    waves = np.zeros((len(at), before + after))
    single: list[Floats] = []
    for _ in range(rounds):
        rest = samples.copy()
        for wave, times in zip(waves, at, strict=True):
            _add(rest, -wave, times, before)
        single = [cut(rest, times, before, after) + wave for wave, times in zip(waves, at, strict=True)]
        waves = np.array([_settled(np.median(cuts, axis=0), rate_hz) for cuts in single]).reshape(waves.shape)
    return waves, single


def _add(samples: Floats, wave: Floats, times: NDArray[np.intp], before: int) -> None:
    for time in times.tolist():
        low, high = max(time - before, 0), min(time - before + wave.size, samples.size)
        if high > low:
            samples[low:high] += wave[low - time + before : high - time + before]


def _settled(wave: Floats, rate_hz: float) -> Floats:
    """Take the baseline away: the line through the medians of the first and the last 3 ms; fade the ends."""
    edge = max(round(0.003 * rate_hz), 1)
    line = np.linspace(float(np.median(wave[:edge])), float(np.median(wave[-edge:])), wave.size)
    window = np.ones(wave.size)
    window[:edge] = np.linspace(0, 1, edge)
    window[-edge:] = np.linspace(1, 0, edge)
    return np.asarray((wave - line) * window)
