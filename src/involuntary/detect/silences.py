"""Silences: 10 to 500 ms in which a muscle that should hold lets go, and how long they come by chance."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from involuntary.detect.conditioned import Conditioned, Conditioning, amplitude_scale
from involuntary.detect.sweep import Detector, sweep
from involuntary.dsp.envelope import smoothed
from involuntary.dsp.runs import joined, true_runs
from involuntary.model import Events, Recording

__all__ = ["SILENCES", "SilenceRule", "detect", "longest_by_chance"]

Samples = NDArray[np.float64]
Spans = NDArray[np.intp]

_GRID_S = 0.005
_EDGE_S = 0.06  # within which the muscle lets go, and comes back


@dataclass(frozen=True, slots=True)
class SilenceRule:
    """What counts as a silence; engineering choices unless a source is named.

    Attributes
    ----------
    low_hz, high_hz : float
        Zero-phase band.
    remove_mains : bool
        Subtract 50 or 60 Hz and harmonics where they are there.
    window_ms : float
        Width of the triangle under which the envelope is the root mean square.
    gap_ms, smooth_ms : float
        Further widths over which it is averaged: to find gaps, and to tell the level around them and where they end.
    silent_share : float
        Silent is where it falls below this share of that around,
    around_s : float
        the median of so long to either side.
    shortest_ms, longest_ms : float
        Length of a silence (50 to 500 ms in home recordings: Clin Neurophysiol 2023;156:166,
        doi:10.1016/j.clinph.2023.10.005); shorter ones tell how long the gaps between discharges are by chance.
    """

    low_hz: float = 20.0
    high_hz: float = 450.0
    remove_mains: bool = True
    window_ms: float = 10.0
    gap_ms: float = 8.0
    smooth_ms: float = 20.0
    silent_share: float = 0.3
    around_s: float = 0.5
    shortest_ms: float = 10.0
    longest_ms: float = 500.0


def detect(recording: Recording, channel: int, rule: SilenceRule) -> Events:
    """Find the silences of a channel, wherever its envelope falls.

    Returns
    -------
    Events
        Kind ``silence``. Features: ``inside_uv`` and ``around_uv`` (envelope; ``_count`` where the gain is unknown) and
        ``rest_uv``, the envelope where the channel is quietest within a block.

    Raises
    ------
    ParameterError
        If the channel is neither in volts nor in counts, or its rate is too low for the band.
    """
    return sweep(recording, channel, [(SILENCES, rule)])[0]


# Gaps by chance are told by those of this length; so many of this mean excess are taken for seen, lest a few decide.
_CHANCE_S = (0.01, 0.025)
_PRIOR_N, _PRIOR_S = 10, 0.005
# And by these, shorter than a silence still, where there are so many, and no more than the shorter ones foretell.
_TAIL_S, _TAIL_N = (0.03, 0.05), 20


def longest_by_chance(length_s: Samples, expected_n: float) -> float:
    """Give the length beyond which fewer than `expected_n` gaps between discharges come by chance.

    Units fire for themselves: the lengths of the gaps between their discharges fall off exponentially, as those of a
    Poisson process do, or more steeply, since no unit waits long. How steeply is read from gaps shorter than silences.

    Parameters
    ----------
    length_s : ndarray, shape (n,)
        Of all gaps.
    expected_n : float
        Gaps that chance may give.

    Returns
    -------
    float
        In seconds; 0 without short gaps, infinite where they do not fall off.
    """
    (low, high), (begin, end) = _CHANCE_S, _TAIL_S
    excess = length_s[(length_s >= low) & (length_s < high)] - low
    if not excess.size:
        return 0.0
    mean = (float(excess.sum()) + _PRIOR_N * _PRIOR_S) / (excess.size + _PRIOR_N)
    limit, scale, every = _limit(low, high - low, excess.size, mean, expected_n)
    if not np.isfinite(limit):
        return limit
    foretold = every * (np.exp((low - begin) / scale) - np.exp((low - end) / scale))
    tail = length_s[(length_s >= begin) & (length_s < end)] - begin
    if not _TAIL_N <= tail.size <= foretold:
        return limit
    return min(limit, _limit(begin, end - begin, tail.size, float(tail.mean()), expected_n)[0])


def _limit(low: float, width: float, n: int, mean: float, expected_n: float) -> tuple[float, float, float]:
    """Give the limit, the scale and the number above `low` of lengths of which `n` of a mean excess lie in a band."""
    from scipy.optimize import brentq

    if mean >= 0.475 * width:
        return float("inf"), float("inf"), float("inf")

    def beyond(scale: float) -> float:
        return float(scale - width / np.expm1(width / scale) - mean)

    scale = float(brentq(beyond, 1e-4, 1.0))
    every = n / -float(np.expm1(-width / scale))
    return low + scale * float(np.log(max(every / expected_n, 1.0))), scale, every


def _in_block(part: Conditioned, rule: SilenceRule) -> Samples:
    from scipy.ndimage import percentile_filter

    block, rate = part.block, part.rate_hz
    step = max(round(_GRID_S * rate), 1)
    power = part.envelope.astype(np.float64) ** 2
    fine, level = (np.sqrt(smoothed(power, round(ms * rate / 2e3))) for ms in (rule.gap_ms, rule.smooth_ms))
    coarse = level[::step]
    around = percentile_filter(coarse, 50, size=2 * round(rule.around_s / _GRID_S) + 1, mode="nearest")
    quiet = float(np.percentile(coarse, 1)) if coarse.size else 0.0
    held = np.repeat(around, step)[: level.size]
    rows = []
    for start, stop in joined(true_runs(fine < rule.silent_share * held), round(0.01 * rate)).tolist():
        middle = (start + stop) // 2
        edges = _edges(level, (start, stop), float(held[middle]), round(_EDGE_S * rate))
        if edges is None:
            continue
        onset, end = edges
        length = 1e3 * (end - onset) / rate
        if block.start <= onset < block.stop and rule.shortest_ms <= length <= rule.longest_ms:
            inside = float(np.median(fine[start:stop]))
            rows.append((block.first + onset, block.first + end, inside, float(held[middle]), quiet))
    return np.array(rows, dtype=np.float64).reshape(-1, 5)


def _edges(level: Samples, run: tuple[int, int], around: float, reach: int) -> tuple[int, int] | None:
    """Move the ends to where the power is half of that around: smoothing narrows a silence as it blurs its edges.

    None where the muscle does not come back, as at the end of a contraction.
    """
    start, stop = run
    low, held = max(start - reach, 0), np.sqrt(0.5) * around
    before = np.flatnonzero(level[low:start] >= held)
    after = np.flatnonzero(level[stop : stop + reach] >= held)
    return (low + int(before[-1]) + 1, stop + int(after[0])) if before.size and after.size else None


def _as_events(recording: Recording, channel: int, parts: list[Samples], rule: SilenceRule) -> Events:
    meta = recording.channels[channel]
    suffix, _ = amplitude_scale(meta)
    rows = np.concatenate([np.empty((0, 5)), *parts])
    onset, stop, inside, around, quiet = rows[np.argsort(rows[:, 0], kind="stable")].T
    columns = {f"inside_{suffix}": inside, f"around_{suffix}": around, f"rest_{suffix}": quiet}
    begin = recording.time_s(channel, onset.astype(np.intp))
    return Events("silence", (meta.name,) * len(rows), begin, (stop - onset) / meta.rate_hz, columns)


SILENCES: Detector[SilenceRule, Samples] = Detector(Conditioning.of, _in_block, _as_events)
