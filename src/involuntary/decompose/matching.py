"""Matching: templates laid over a signal, one by one, then together where they overlap."""

from __future__ import annotations

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray
from scipy.fft import irfft, next_fast_len, rfft

from involuntary.decompose.needle_rule import Grid, NeedleRule
from involuntary.decompose.superpositions import resolved

__all__ = ["correlated", "laid", "matched", "overlaps"]

Floats = NDArray[np.float64]
Indices = NDArray[np.intp]
_BLOCK = 8192  # samples of a signal that are transformed at a time


def matched(
    signal: Floats, templates: Floats, noise: float, grid: Grid, rule: NeedleRule, steadied: bool = False
) -> tuple[list[Indices], Floats]:
    """Lay all templates anew; give each one's discharges and the residual."""
    from involuntary.decompose.matching_kernels import explain

    energy = np.sum(templates**2, axis=1)
    score = correlated(signal, templates, grid.half)
    score *= 2
    score -= energy[:, None]
    cross = overlaps(templates)
    least = np.maximum(rule.fit_share * energy, 25.0 * noise**2)
    most = (1.0 + 2 * rule.excess_share) * energy
    time, unit = explain(score, cross, least, most, grid.apart, 2 * grid.slack)
    trains = [np.sort(time[unit == k]) for k in range(len(templates))]
    residual = signal - laid(signal.size, templates, trains, grid.half)
    for _ in range(2 if steadied else 1):
        trains = resolved(residual, score, cross, trains, noise, grid, rule, steadied)
        residual = signal - laid(signal.size, templates, trains, grid.half)
        trains = _fitting(residual, templates, trains, score, cross, noise, grid, rule)
    return trains, residual


def _fitting(
    residual: Floats,
    templates: Floats,
    trains: list[Indices],
    score: Floats,
    cross: Floats,
    noise: float,
    grid: Grid,
    rule: NeedleRule,
) -> list[Indices]:
    """Take away what explains too little of what is there: the potential of a unit that is not known yet.

    Smallest units first; `residual` and `score` change in place.
    """
    from involuntary.decompose.matching_kernels import shift

    kept = [train.tolist() for train in trains]
    floor = 2 * grid.spike * noise**2
    for k in np.argsort(np.sum(templates**2, axis=1)).tolist():
        core = templates[k, grid.half - grid.spike : grid.half + grid.spike]
        for at in trains[k].tolist():
            left = residual[max(at - grid.spike, 0) : at + grid.spike]
            if left.size < core.size:
                continue
            there = float(np.sum((left + core) ** 2)) - floor
            if float(np.sum(left**2)) - floor > (1 - rule.fit_share) * there:
                kept[k].remove(at)
                shift(score, cross, k, at, -1.0)
                low, high = max(at - grid.half, 0), min(at + grid.half, residual.size)
                residual[low:high] += templates[k, low - at + grid.half : high - at + grid.half]
    return [np.array(times, dtype=np.intp) for times in kept]


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
    width = templates.shape[1]
    size = next_fast_len(max(_BLOCK, 4 * width), real=True)
    step = size - width + 1
    blocks = -(-signal.size // step)
    # Single precision: scores of one part in a million are noise.
    padded = np.zeros((blocks - 1) * step + size, dtype=np.float32)
    padded[half : half + signal.size] = signal
    spectra = rfft(sliding_window_view(padded, size)[::step], axis=1)
    out = np.empty((len(templates), signal.size))
    for row, template in zip(out, np.conj(rfft(templates.astype(np.float32), size, axis=1)), strict=True):
        row[:] = irfft(spectra * template, size, axis=1)[:, :step].ravel()[: signal.size]
    return out


def laid(n: int, templates: Floats, trains: list[Indices], half: int) -> Floats:
    """Give the sum of all laid potentials, shape (n,)."""
    total = np.zeros(n + 2 * half)
    for template, train in zip(templates, trains, strict=True):
        for at in train.tolist():
            total[at : at + 2 * half] += template
    return total[half : half + n]
