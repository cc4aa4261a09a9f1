"""Edges and measures of the bursts of a block: plainly, or by compiled kernels where a recording is long."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from involuntary.detect.conditioned import Conditioned
from involuntary.dsp.onset import EDGE_RULE, change_edges, energies, lag_of, mean_frequency

__all__ = ["COLUMNS", "calm_around", "measured"]

Samples = NDArray[np.float64]
Spans = NDArray[np.intp]

COLUMNS = 8  # onset, stop, peak, peak to peak, rms, rms at rest, mean frequency, jump
_REST_S = 0.5  # rest is looked for so far around a burst,
_MARGIN_S = 0.02  # and not so near to one
_JUMP_S, _FIRST_S = 0.0005, 0.003
_LEAST_RATIO = 1e-4  # of the energy at rest to that of a burst, for signals without noise


def measured(part: Conditioned, held: Spans, chosen: Spans, reach: int) -> Samples:
    """Find the edges of some bursts and measure what lies between.

    Parameters
    ----------
    part : Conditioned
        The block.
    held : ndarray of int, shape (b, 2)
        Where each burst exceeds its threshold, ascending.
    chosen : ndarray of int, shape (c,)
        Which of them to measure.
    reach : int
        Edges are sought so many samples around.

    Returns
    -------
    ndarray, shape (c, 8)
        See `COLUMNS`; times in samples from the beginning of the block. The frequency and the jump are not-a-number
        where they cannot be told.
    """
    return (_compiled if part.compiled else _plain)(part, held, chosen, reach)


def calm_around(part: Conditioned, held: Spans, i: int) -> Samples:
    """Give the samples around a burst that lie in none and near none."""
    reach, margin = round(_REST_S * part.rate_hz), round(_MARGIN_S * part.rate_hz)
    low, high = max(int(held[i, 0]) - reach, 0), min(int(held[i, 1]) + reach, part.wave.size)
    calm = np.ones(high - low, dtype=np.bool_)
    first, last = np.searchsorted(held[:, 1], low - margin), np.searchsorted(held[:, 0], high + margin)
    for start, stop in held[first:last].tolist():
        calm[max(start - margin - low, 0) : max(stop + margin - low, 0)] = False
    return part.wave[low:high][calm].astype(np.float64)


def _compiled(part: Conditioned, held: Spans, chosen: Spans, reach: int) -> Samples:
    from involuntary.dsp import edge_kernels as kernels

    seconds = np.array([_REST_S, _MARGIN_S, _JUMP_S, _FIRST_S])
    rest, margin, jump, first = np.rint(seconds * part.rate_hz).astype(np.intp).tolist()
    lengths = np.array([reach, rest, margin, lag_of(part.rate_hz), max(jump, 1), first], dtype=np.intp)
    table = np.empty((chosen.size, COLUMNS))
    kernels.measured(part.wave, part.envelope, held, chosen, part.rate_hz, lengths, _LEAST_RATIO, EDGE_RULE, table)
    return table


def _plain(part: Conditioned, held: Spans, chosen: Spans, reach: int) -> Samples:
    rows = []
    for i in chosen.tolist():
        calm = calm_around(part, held, i)
        onset, stop = _edges(part, held, i, calm, reach)
        wave = part.wave[onset:stop].astype(np.float64)
        top = onset + int(np.argmax(part.envelope[onset:stop]))
        speed = mean_frequency(wave, calm, part.rate_hz)
        rows.append((onset, stop, top, np.ptp(wave), _rms(wave), _rms(calm), speed, _jump(wave, part.rate_hz)))
    return np.array(rows, dtype=np.float64).reshape(-1, COLUMNS)


def _edges(part: Conditioned, held: Spans, i: int, calm: Samples, reach: int) -> tuple[int, int]:
    """Find onset and end, no further than halfway to the next burst on either side."""
    start, stop = held[i].tolist()
    low = max(start - reach, (int(held[i - 1, 1]) + start) // 2 if i else 0)
    high = min(stop + reach, (int(held[i + 1, 0]) + stop) // 2 if i + 1 < len(held) else part.wave.size)
    pair = energies(part.wave[low:high], part.rate_hz)
    levels = [float(values.mean()) if values.size else 0.0 for values in energies(calm, part.rate_hz)]
    least = _LEAST_RATIO * float(pair[1].max())
    top = int(np.argmax(part.envelope[start:stop])) + start - low
    found = change_edges(pair, top, (max(levels[0], least), max(levels[1], least)))
    return low + found.onset, low + found.stop


def _jump(wave: Samples, rate_hz: float) -> float:
    lag = max(round(_JUMP_S * rate_hz), 1)
    first, reach = wave[: round(_FIRST_S * rate_hz) + lag], float(np.ptp(wave))
    return float(np.max(np.abs(first[lag:] - first[:-lag]))) / reach if first.size > lag and reach else float("nan")


def _rms(wave: Samples) -> float:
    return float(np.sqrt(np.mean(wave * wave))) if wave.size else 0.0
