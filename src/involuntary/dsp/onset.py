"""Where a burst begins and ends: a change detector on the energy operator, and how far off it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from involuntary.dsp.bands import zero_phase

__all__ = [
    "EDGE_RULE",
    "EdgeErrors",
    "EdgeRule",
    "Edges",
    "calibrate",
    "change_edges",
    "energies",
    "energy",
    "lag_of",
    "likeliest_stretch",
    "mean_frequency",
]

Floats = NDArray[np.floating]
Samples = NDArray[np.float64]
Spans = NDArray[np.intp]

# Engineering choices, made on simulated interference patterns of five spectra at 1, 2 and 5 kHz.
_LAG_S = 0.001  # of the operator: it weighs a line by the squared sine of its frequency, up to a quarter of 1 kHz
_MOST_TRIALS = 200


class EdgeRule(NamedTuple):
    """How edges are sought, here and in the kernels.

    Attributes
    ----------
    least_ratio : float
        The energy of a burst is taken as at least so many times that of rest.
    strong_ratio : float
        A stronger burst is ringed by its filter further than the plain energy allows.
    rounds : int
        How often the mean of the burst is measured anew.
    """

    least_ratio: float = 1.5
    strong_ratio: float = 25.0
    rounds: int = 4


EDGE_RULE = EdgeRule()


@dataclass(frozen=True, slots=True)
class Edges:
    """First sample inside a burst and first after it, and how many times its energy is that of rest."""

    onset: int
    stop: int
    ratio: float


@dataclass(frozen=True, slots=True)
class EdgeErrors:
    """How far the found edges are off, in seconds.

    Attributes
    ----------
    onset_bias_s, stop_bias_s : float
        Mean of the errors without the tenth at either end; positive is late.
    onset_sd_s, stop_sd_s : float
        Standard deviation of all.
    trials : int
        Bursts behind them.
    """

    onset_bias_s: float
    onset_sd_s: float
    stop_bias_s: float
    stop_sd_s: float
    trials: int


def energy(wave: Floats, lag: int = 1) -> Samples:
    """Give the Teager–Kaiser energy x(n)² − x(n − lag)·x(n + lag), zero at the ends, shape (n,).

    What is slow, such as a movement or the ringing of a filter before an edge, hardly counts.

    References
    ----------
    Li X, Zhou P, Aruin AS 2007, Ann Biomed Eng 35:1532, doi:10.1007/s10439-007-9320-z (abstract): the operator before
    onset detection.
    """
    x = wave.astype(np.float64, copy=False)
    out = np.zeros(x.size)
    if x.size > 2 * lag:
        out[lag:-lag] = x[lag:-lag] ** 2 - x[: -2 * lag] * x[2 * lag :]
    return out


def energies(wave: Floats, rate_hz: float) -> tuple[Samples, Samples]:
    """Give the energy operator at a lag of 1 ms, and the plain square, each of shape (n,)."""
    x = wave.astype(np.float64, copy=False)
    return energy(x, lag_of(rate_hz)), x * x


def lag_of(rate_hz: float) -> int:
    """Give the lag of the operator in samples."""
    return max(round(_LAG_S * rate_hz), 1)


def mean_frequency(wave: Samples, rest: Samples, rate_hz: float) -> float:
    """Give the frequency at which a sine would have the energies of a burst less those at rest, up to 250 Hz."""
    inside, outside = energies(wave, rate_hz), energies(rest, rate_hz)
    operator, square = (
        float(a.mean()) - (float(b.mean()) if b.size else 0.0) for a, b in zip(inside, outside, strict=True)
    )
    if square <= 0:
        return float("nan")
    share = min(max(operator / (2 * square), 0.0), 1.0)
    return float(np.arcsin(np.sqrt(share)) * rate_hz / (2 * np.pi * lag_of(rate_hz)))


def likeliest_stretch(values: Samples, top: int, rest: float) -> Edges:
    """Find the stretch around `top` whose mean differs from rest, by maximum likelihood.

    The score of a sample, the log likelihood ratio of two exponential distributions with the means of burst and
    rest, rises inside and falls outside; onset and end lie where its running sum is lowest before and highest
    after `top`. The mean of the burst is measured anew until it stays.

    Parameters
    ----------
    values : ndarray, shape (n,)
        Energy.
    top : int
        A sample inside the burst.
    rest : float
        Mean at rest, above zero.

    References
    ----------
    Staude G, Flachenecker C, Daumer M, Wolf W 2001, EURASIP J Adv Signal Process (abstract): likelihood-ratio
    detectors depend least on signal-to-noise ratio, rise time and background.
    """
    onset, stop = max(top - 1, 0), min(top + 2, values.size)
    for _ in range(EDGE_RULE.rounds):
        ratio = max(float(values[onset:stop].mean()) / rest, EDGE_RULE.least_ratio)
        score = np.cumsum(values * ((1 - 1 / ratio) / rest) - np.log(ratio))
        before = np.concatenate([[0.0], score[:top]])
        found = top - int(np.argmin(before[::-1])), top + 1 + int(np.argmax(score[top:]))
        if found == (onset, stop):
            break
        onset, stop = found
    return Edges(onset, stop, float(values[onset:stop].mean()) / rest)


def change_edges(pair: tuple[Samples, Samples], top: int, rest: tuple[float, float]) -> Edges:
    """Find the edges of a burst on the energy operator, or, where it is weak, on the plain square.

    Parameters
    ----------
    pair : tuple of ndarray, each shape (n,)
        As `energies` gives them.
    top : int
        A sample inside the burst.
    rest : tuple of float
        Mean of each at rest, above zero.
    """
    found = likeliest_stretch(pair[0], top, rest[0])
    return found if found.ratio >= EDGE_RULE.strong_ratio else likeliest_stretch(pair[1], top, rest[1])


def calibrate(
    rest: Samples, inside: Samples, length_s: Samples, rate_hz: float, band_hz: tuple[float, float], reach_s: float
) -> EdgeErrors | None:
    """Measure the error of `change_edges` on the recording's own noise and own bursts.

    Bursts with abrupt edges, cut from those found, are put at known places into noise that was recorded between
    them; the sum is filtered once more, so that the edges ring as they do in the recording.

    Parameters
    ----------
    rest, inside : ndarray
        Samples between and within bursts, band-passed.
    length_s : ndarray, shape (n,)
        Lengths of bursts, used in turn.
    rate_hz, reach_s : float
        Samples a second; how far around a burst its edges are sought.
    band_hz : tuple of float
        Band of the zero-phase filter.

    Returns
    -------
    EdgeErrors or None
        None where there is too little to cut from.
    """
    reach, count = round(reach_s * rate_hz), min(length_s.size, _MOST_TRIALS)
    lengths = np.maximum(np.rint(length_s[:count] * rate_hz).astype(int), 1)
    if not count or rest.size < 2 * reach or inside.size < 2:
        return None
    starts = np.cumsum(lengths + 3 * reach) - lengths - reach
    trial = _from(rest, 0, int(starts[-1] + lengths[-1] + 2 * reach))
    drawn = 0
    for start, length in zip(starts.tolist(), lengths.tolist(), strict=True):
        trial[start : start + length] = _from(inside, drawn, length)
        drawn += length
    pair = energies(zero_phase(trial, rate_hz, *band_hz), rate_hz)
    calm = np.ones(trial.size, dtype=np.bool_)
    for start, length in zip(starts.tolist(), lengths.tolist(), strict=True):
        calm[start - reach // 2 : start + length + reach // 2] = False
    levels = _above_zero(float(pair[0][calm].mean()), float(pair[1][calm].mean()))
    errors = []
    for start, length in zip(starts.tolist(), lengths.tolist(), strict=True):
        part = slice(start - reach, start + length + reach)
        top = reach + int(np.argmax(pair[1][start : start + length]))
        found = change_edges((pair[0][part], pair[1][part]), top, levels)
        errors.append((found.onset - reach, found.stop - reach - length))
    table = np.array(errors, dtype=np.float64) / rate_hz
    cut = count // 10
    onset, stop = np.sort(table, axis=0)[cut : count - cut].mean(axis=0).tolist()
    onset_sd, stop_sd = table.std(axis=0).tolist()
    return EdgeErrors(onset, onset_sd, stop, stop_sd, count)


def _from(values: Samples, first: int, length: int) -> Samples:
    return np.take(values, np.arange(first, first + length), mode="wrap")


def _above_zero(operator: float, square: float) -> tuple[float, float]:
    """Keep the means above zero, as in a silence without noise."""
    square = max(square, np.finfo(np.float64).tiny ** 0.5)
    return max(operator, 1e-3 * square), square
