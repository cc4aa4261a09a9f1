"""Slow tails under what is looked for: that of a stimulus artefact, and that of a large wave before a small one."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["decay", "without_artefact"]

Floats = NDArray[np.float64]

_TAILS_S = np.geomspace(0.0003, 0.02, 25)
_FINE = np.geomspace(1 / 1.2, 1.2, 73)  # from one neighbour on the grid to the other, by half a per cent
_FIT_S = 0.0015
_EXPLAINED = 0.8
_DECAYS_S = (0.002, 0.004, 0.008, 0.016)
_ROUNDS, _TUKEY = 10, 4.685
# A wave's end may swing: at these frequencies, and then finer, half a step of the frequencies and of the decays to
# either side, so that no swing lies between. What is left over counts up to so many times the noise; a swing must leave
# clearly less, for it has more ways to fit noise.
_SWINGS_HZ = np.geomspace(30, 250, 12)
_HALF_STEP = np.linspace(-0.5, 0.5, 7)
_FINER_HZ, _FINER_S = (_SWINGS_HZ[1] / _SWINGS_HZ[0]) ** _HALF_STEP, (_DECAYS_S[1] / _DECAYS_S[0]) ** _HALF_STEP
_EARLY_S, _CAP, _CLEARLY = 0.006, 5.0, 0.95


def without_artefact(sweep: Floats, rate_hz: float, stimulus: float, blank_s: float) -> Floats:
    """Take the artefact out of one sweep.

    Parameters
    ----------
    sweep : ndarray, shape (n,)
        Around a baseline of zero.
    rate_hz : float
        Samples a second.
    stimulus : float
        Sample of the stimulus, which may fall between two.
    blank_s : float
        From the stimulus on, every sample of so much is set to the baseline. The 1.5 ms behind it, in which no muscle
        answers yet, are fitted by an exponential; where it explains four fifths of them it is subtracted to the end.

    Returns
    -------
    ndarray, shape (n,)
    """
    clean = sweep.copy()
    begin = min(int(np.ceil(stimulus + max(blank_s, 0.0) * rate_hz - 1e-6)), sweep.size)
    tail = sweep[begin : begin + max(round(_FIT_S * rate_hz), 3)]
    power = float(tail @ tail)
    if tail.size >= 3 and power > 0:
        time = np.arange(sweep.size - begin) / rate_hz
        tau, height, left = _exponential(tail, time[: tail.size], _TAILS_S)
        # A tail of millivolts before a response of microvolts: neighbours of the grid lie too far apart.
        tau, height, left = _exponential(tail, time[: tail.size], tau * _FINE)
        if left < (1 - _EXPLAINED) * power:
            clean[begin:] -= height * np.exp(-time / tau)
    clean[max(round(stimulus) - 1, 0) : begin] = 0.0
    return clean


def _exponential(tail: Floats, time_s: Floats, taus_s: Floats) -> tuple[float, float, float]:
    """Fit an exponential with one of the given times by least squares: its time, its height, and the power left."""
    decays = np.exp(-time_s[None, :] / taus_s[:, None])
    heights = decays @ tail / np.sum(decays**2, axis=1)
    left = np.sum((tail - heights[:, None] * decays) ** 2, axis=1)
    best = int(np.argmin(left))
    return float(taus_s[best]), float(heights[best]), float(left[best])


def decay(samples: Floats, rate_hz: float, known: Floats | None = None) -> Floats:
    """Give the decay in a stretch, such as the end of a large wave, without what rides on it.

    A level and four exponentials, each twice as long as the one before (2 to 16 ms, an engineering choice), or a level
    and a damped sine where that leaves clearly less over, are fitted robustly, by Tukey's weights, so that shorter
    waves have no say.

    Parameters
    ----------
    samples : ndarray, shape (n,)
    rate_hz : float
        Samples a second.
    known : ndarray, shape (n,), optional
        How well each sample is known, as the inverse of its variance; nothing at 0.

    Returns
    -------
    ndarray, shape (n,)
    """
    time = np.arange(samples.size) / rate_hz
    told = np.ones(samples.size) if known is None else known
    basis = np.stack([np.ones_like(time), *(np.exp(-time / tau) for tau in _DECAYS_S)], axis=1)
    level: Floats = _robust(samples, basis[None], told, told)[0]
    # What rides on it lies behind: the search begins with what swings before.
    early = told * np.exp(-time / _EARLY_S)
    most = _CAP * 1.4826 * float(np.median(np.abs(np.diff(samples)))) / np.sqrt(2)

    def left(fits: Floats) -> Floats:
        power: Floats = np.sum(told * np.minimum((samples - fits) ** 2, most**2), axis=-1)
        return power

    def nearest(hertz: Floats, taus: Floats) -> tuple[float, float, Floats]:
        pairs = [(a, b) for a in hertz.tolist() for b in taus.tolist()]
        swings = _robust(samples, np.array([_swing(time, *pair) for pair in pairs]), told, early)
        best = int(np.argmin(left(swings)))
        return *pairs[best], swings[best]

    hertz, tau, _ = nearest(_SWINGS_HZ, np.array(_DECAYS_S))
    _, _, swing = nearest(hertz * _FINER_HZ, tau * _FINER_S)
    return swing if left(swing) < _CLEARLY * left(level) else level


def _swing(time: Floats, hertz: float, tau: float) -> Floats:
    turn, falls = 2 * np.pi * hertz * time, np.exp(-time / tau)
    return np.stack([np.ones_like(time), falls * np.cos(turn), falls * np.sin(turn)], axis=1)


def _robust(samples: Floats, bases: Floats, told: Floats, first: Floats) -> Floats:
    """Fit each of several bases (candidates, n, parts) by Tukey's weights, from the given ones on."""
    weight = np.broadcast_to(first, bases.shape[:2])
    for _ in range(_ROUNDS):
        weighted = np.swapaxes(bases * weight[..., None], 1, 2)
        inverse = np.linalg.pinv(weighted @ bases, rcond=1e-12, hermitian=True)
        fitted: Floats = np.einsum("cnp,cp->cn", bases, np.einsum("cpq,cq->cp", inverse, weighted @ samples))
        off = np.abs(samples - fitted)
        spread = np.median(off[:, told > 0], axis=1)[:, None] / 0.6745
        tiny = np.finfo(np.float64).tiny
        weight = told * np.maximum(1 - (off / np.maximum(_TUKEY * spread, tiny)) ** 2, 0.0) ** 2
    return fitted
