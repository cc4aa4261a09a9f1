"""Rates in a cramp: of each unit that can be told apart, and of all together, never one for the other."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from involuntary.decompose.needle import Decomposition, NeedleRule, decompose
from involuntary.detect.conditioned import amplitude_scale
from involuntary.dsp.bands import zero_phase
from involuntary.model import Recording

__all__ = ["unit_intervals"]

Floats = NDArray[np.float64]
# Engineering choices. Potentials are broader on the skin than at a needle, and units irregular in a cramp.
_RULE = NeedleRule(
    sharp_hz=(40.0,),
    high_hz=450.0,
    fine_hz=8000.0,
    spike_ms=12.0,
    template_ms=30.0,
    small_share=0.1,
    hurried_share=0.3,
    steady_share=0.2,
)
_MARGIN_S = 1.0  # of rest, beside the contraction
_MOMENT_S, _QUIET_FACTOR = 0.01, 2.0  # a moment as quiet as rest
_QUIET = 0.2  # of a contraction's moments, at least: else no potential is alone
_EXPLAINED = 0.95  # of the energy above rest: where more is left over, units are missing or mixed
_MOST_CV = 0.6  # of a unit's intervals: 0.45 ± 0.10 in a cramp (Minetto 2009)
_PAUSE, _MOST_PAUSES = 3.0, 0.02  # times the median interval; share of the intervals
_SMALL = 0.03  # of the energy: a train that holds less may be anything
_LONGEST_S = 60.0  # of contractions that are taken apart, which takes up to half their time
_SHORT, _MOST_SHORT = 0.5, 0.18  # of the median interval; by chance 0.29 are so short, at a variation of 45 % 0.12


def unit_intervals(recording: Recording, channel: int, spans: list[tuple[float, float]], fewest: int) -> list[Floats]:
    """Give the intervals of every unit of a channel's contractions that is told apart.

    A contraction is taken apart as a needle recording is, by the shapes of its potentials, those that fall upon each
    other resolved. Where the units leave more than noise over, or a train is no single unit's by its rhythm, no rate is
    given.

    Parameters
    ----------
    recording : Recording
        Of the muscles alone.
    channel : int
        Where.
    spans : list of tuple
        Contractions of that channel, in seconds.
    fewest : int
        Discharges of a unit, at least.

    Returns
    -------
    list of ndarray
        In seconds, pauses left out; one array for each unit of each contraction.
    """
    found: list[Floats] = []
    total = 0.0
    for start, stop in spans:
        total += stop - start
        if total > max(_LONGEST_S, stop - start):
            break
        first, samples = _around(recording, channel, start, stop)
        rate_hz = recording.channels[channel].rate_hz
        if _quiet(samples, rate_hz, start - first, stop - first) < _QUIET:
            continue
        parts = decompose(samples, rate_hz, _RULE)
        if _explained(parts, start - first, stop - first) >= _EXPLAINED:
            found += _all_of_one(parts, fewest)
    return found


def _all_of_one(parts: Decomposition, fewest: int) -> list[Floats]:
    """Give the intervals of all trains that hold energy worth the name, if each can be one unit's."""
    held = _held(parts)
    every = [_of_one(train, fewest) for i, train in enumerate(parts.time_s) if held[i] >= _SMALL * held.sum()]
    known = [interval for interval in every if interval is not None]
    return known if len(known) == len(every) else []


def _held(parts: Decomposition) -> Floats:
    """Give the energy of each train's potentials."""
    sizes = [train.size * float(np.sum(shape**2)) for train, shape in zip(parts.time_s, parts.templates, strict=True)]
    return np.array(sizes, dtype=np.float64)


def _around(recording: Recording, channel: int, start: float, stop: float) -> tuple[float, Floats]:
    """Give a contraction with some rest on either side, and when that begins."""
    stretches = recording.segments
    begin, end = next(((a, b) for a, b in stretches if a <= start < b), (start, stop))
    ends = np.array([max(start - _MARGIN_S, begin), min(stop + _MARGIN_S, end)])
    first, last = recording.sample_at(channel, ends).tolist()
    meta = recording.channels[channel]
    samples = amplitude_scale(meta)[1] * recording.samples(channel, max(first, 0), min(last, meta.n_samples))
    return float(ends[0]), np.asarray(samples, dtype=np.float64)


def _quiet(samples: Floats, rate_hz: float, start: float, stop: float) -> float:
    """Give the share of a contraction's moments that are as quiet as the rest beside it."""
    wave = zero_phase(samples, rate_hz, _RULE.sharp_hz[0], min(_RULE.high_hz, 0.45 * rate_hz))
    length = max(round(_MOMENT_S * rate_hz), 1)
    size = np.sqrt(np.mean(wave[: wave.size // length * length].reshape(-1, length) ** 2, axis=1))
    first, last = round(start * rate_hz) // length, round(stop * rate_hz) // length
    beside = np.concatenate([size[: max(first - 1, 0)], size[last + 1 :]])
    rest = float(np.median(beside)) if beside.size else float(np.quantile(size, 0.1))
    return float(np.mean(size[first:last] <= _QUIET_FACTOR * rest)) if last > first else 0.0


def _explained(parts: Decomposition, start: float, stop: float) -> float:
    """Give the share of a contraction's energy above rest that its units hold; rest is what is left beside it."""
    if not parts.time_s:
        return 0.0
    first, last = round(start * parts.fine_hz), round(stop * parts.fine_hz)
    beside = [part for part in (parts.residual[:first], parts.residual[last:]) if part.size >= 0.2 * parts.fine_hz]
    rest = min((float(np.mean(part**2)) for part in beside), default=parts.noise**2)
    inside = parts.residual[first:last]
    left = max(float(np.sum(inside**2)) - inside.size * rest, 0.0)
    held = float(_held(parts).sum())
    return held / (held + left)


def _of_one(train: Floats, fewest: int) -> Floats | None:
    """Give the intervals of a train without its pauses, if they can be those of one unit."""
    interval = np.diff(train)
    if interval.size + 1 < fewest:
        return None
    usual = float(np.median(interval))
    kept: Floats = interval[interval < _PAUSE * usual]
    alone = (
        np.mean(interval >= _PAUSE * usual) <= _MOST_PAUSES
        and np.mean(interval < _SHORT * usual) <= _MOST_SHORT
        and np.std(kept) <= _MOST_CV * np.mean(kept)
    )
    return kept if alone else None
