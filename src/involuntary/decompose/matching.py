"""Matching: templates laid over a signal, superpositions resolved, missed discharges sought."""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort

import numpy as np
from numpy.typing import NDArray
from scipy.fft import irfft, next_fast_len, rfft

from involuntary.decompose.needle_rule import Grid, NeedleRule
from involuntary.decompose.trains import gaps, steady, too_close

__all__ = ["correlated", "laid", "matched", "overlaps"]

Floats = NDArray[np.float64]
Indices = NDArray[np.intp]


def matched(
    signal: Floats, templates: Floats, noise: float, grid: Grid, rule: NeedleRule, steadied: bool = False
) -> tuple[list[Indices], Floats]:
    """Lay all templates anew; give each one's discharges and the residual."""
    from involuntary.decompose.matching_kernels import explain

    energy = np.sum(templates**2, axis=1)
    score = 2 * correlated(signal, templates, grid.half) - energy[:, None]
    cross = overlaps(templates)
    least = np.maximum(rule.fit_share * energy, 25.0 * noise**2)
    most = (1.0 + 2 * rule.excess_share) * energy
    time, unit = explain(score, cross, least, most, grid.apart, 2 * grid.slack)
    trains = [np.sort(time[unit == k]) for k in range(len(templates))]
    residual = signal - laid(signal.size, templates, trains, grid.half)
    trains = _pairs(residual, score, templates, cross, trains, least, grid, rule)
    if steadied:
        trains = _steadied(score, templates, cross, trains, grid, rule)
    return trains, signal - laid(signal.size, templates, trains, grid.half)


def overlaps(templates: Floats) -> Floats:
    """Give ``cross[a, b, reach + lag]``: a laid `lag` after b, times b."""
    n = templates.shape[1]
    size = 2 * n
    spectrum = np.fft.rfft(templates, size)
    table = np.fft.irfft(np.conj(spectrum[:, None]) * spectrum[None, :], size)
    # irfft of conj(A) B at m: sum a(x) b(x + m) = sum a(x - m) b(x), so lag m is place m.
    return np.ascontiguousarray(np.concatenate([table[..., -(n - 1) :], table[..., :n]], axis=-1))


def correlated(signal: Floats, templates: Floats, half: int) -> Floats:
    """Give the inner product of the signal with each template laid at each sample, shape (units, n)."""
    size = next_fast_len(signal.size + templates.shape[1], real=True)
    # Single precision: scores of one part in a million are noise.
    spectrum = rfft(signal.astype(np.float32), size)
    out = np.empty((len(templates), signal.size))
    for row, template in zip(out, templates, strict=True):
        full = irfft(spectrum * np.conj(rfft(template.astype(np.float32), size)), size)
        # Place m of the product has the template's first sample at m; its middle is the discharge.
        row[half:] = full[: signal.size - half]
        row[:half] = full[size - half :]
    return out


def laid(n: int, templates: Floats, trains: list[Indices], half: int) -> Floats:
    """Give the sum of all laid potentials, shape (n,)."""
    total = np.zeros(n + 2 * half)
    for template, train in zip(templates, trains, strict=True):
        for at in train.tolist():
            total[at : at + 2 * half] += template
    return total[half : half + n]


def _pairs(
    residual: Floats,
    score: Floats,
    templates: Floats,
    cross: Floats,
    trains: list[Indices],
    least: Floats,
    grid: Grid,
    rule: NeedleRule,
) -> list[Indices]:
    """Where much is left over around a discharge, put the best pair in its place if that explains clearly more."""
    from involuntary.decompose.matching_kernels import pair, shift

    energy = np.sum(templates**2, axis=1)
    held = [list(train.tolist()) for train in trains]
    reach = grid.half
    for k in np.argsort(-energy).tolist():
        for at in trains[k].tolist():
            window = slice(max(at - reach // 2, 0), at + reach // 2)
            if float(np.sum(residual[window] ** 2)) < rule.leftover_share * energy[k] or at not in held[k]:
                continue
            shift(score, cross, k, at, -1.0)
            low, high = max(at - grid.spike, 0), min(at + grid.spike, score.shape[1])
            a, i, b, j, gain = pair(score, cross, low, high, max(grid.slack // 2, 1))
            fits = a >= 0 and gain - score[k, at] > max(least[a] if b == k else least[b], 0.0)
            apart = a >= 0 and _free(held, a, i, k, at, grid.apart) and _free(held, b, j, k, at, grid.apart)
            if fits and apart:
                held[k].remove(at)
                insort(held[a], i)
                insort(held[b], j)
                shift(score, cross, a, i, 1.0)
                shift(score, cross, b, j, 1.0)
            else:
                shift(score, cross, k, at, 1.0)
    return [np.array(sorted(times), dtype=np.intp) for times in held]


def _steadied(
    score: Floats, templates: Floats, cross: Floats, trains: list[Indices], grid: Grid, rule: NeedleRule
) -> list[Indices]:
    """Use that units fire at steady intervals: leave out the worse of two discharges too close, seek those missed.

    A missed discharge is sought where an interval is about a multiple of the usual one; it may take the place of what
    was laid there by mistake, alone or together with another unit's.
    """
    from involuntary.decompose.matching_kernels import shift

    energy = np.sum(templates**2, axis=1)
    held = [list(train.tolist()) for train in trains]
    regular = [k for k, train in enumerate(trains) if train.size > 4 and steady(train) >= rule.steady_share]
    for k in sorted(regular, key=lambda k: -energy[k]):
        usual = float(np.median(np.diff(trains[k])))
        for at in too_close(held[k], 0.5 * usual, score[k]):
            held[k].remove(at)
            shift(score, cross, k, at, -1.0)
    for _ in range(2):
        for k in sorted(regular, key=lambda k: -energy[k]):
            usual = float(np.median(np.diff(sorted(held[k]))))
            for low, high in gaps(sorted(held[k]), usual):
                _seek(score, cross, held, energy, k, low, high, grid, rule)
    return [np.array(sorted(times), dtype=np.intp) for times in held]


def _seek(
    score: Floats,
    cross: Floats,
    held: list[list[int]],
    energy: Floats,
    k: int,
    low: int,
    high: int,
    grid: Grid,
    rule: NeedleRule,
) -> None:
    """Lay unit `k` in a window where it fits best, if it fits at all, in place of another where that explains more."""
    from involuntary.decompose.matching_kernels import shift

    low, high = max(low, 0), min(high, score.shape[1])
    if high <= low:
        return
    at = low + int(np.argmax(score[k, low:high]))
    best, swap = float(score[k, at]), (-1, -1, -1, -1)
    for other in range(len(held)):
        for was in [t for t in held[other] if other != k and low - grid.half <= t < high + grid.half]:
            shift(score, cross, other, was, -1.0)
            lost = float(score[other, was])
            a, b = max(low, was - grid.half), min(high, was + grid.half)
            i = a + int(np.argmax(score[k, a:b])) if b > a else -1
            if i >= 0:
                shift(score, cross, k, i, 1.0)
                c, d = max(was - grid.spike // 2, 0), min(was + grid.spike // 2, score.shape[1])
                j = c + int(np.argmax(score[other, c:d]))
                gain = float(score[k, i]) + 2 * energy[k] - lost
                both = gain + float(score[other, j])
                shift(score, cross, k, i, -1.0)
                if both > best:
                    best, swap = both, (other, was, i, j)
            shift(score, cross, other, was, 1.0)
    if best < rule.missed_share * energy[k]:
        return
    other, was, i, j = swap
    if other >= 0:
        shift(score, cross, other, was, -1.0)
        shift(score, cross, other, j, 1.0)
        held[other].remove(was)
        insort(held[other], j)
        at = i
    shift(score, cross, k, at, 1.0)
    insort(held[k], at)


def _free(held: list[list[int]], unit: int, at: int, but_unit: int, but: int, apart: int) -> bool:
    """Tell whether a unit has no other discharge too near, one that is to be replaced aside; times sorted."""
    times = held[unit]
    near = times[bisect_right(times, at - apart) : bisect_left(times, at + apart)]
    return all(unit == but_unit and t == but for t in near)
