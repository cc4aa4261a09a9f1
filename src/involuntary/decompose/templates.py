"""Templates: what looks alike, averaged, and which of it is a unit."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.signal import fftconvolve

from involuntary.decompose.needle_rule import Grid, NeedleRule
from involuntary.decompose.spikes import alike, cut, spikes
from involuntary.decompose.trains import by_chance, hurried

__all__ = ["averaged", "new_templates", "plausible"]

Floats = NDArray[np.float64]
Indices = NDArray[np.intp]


def new_templates(
    residual: Floats, known: Floats, threshold: float, noise: float, grid: Grid, rule: NeedleRule
) -> Floats:
    """Give templates of what looks alike in the residual and like no unit that is known."""
    at = spikes(residual, threshold, grid.spike // 2)
    fewest = max(grid.fewest // 3, 4)
    groups: list[Indices] = []
    for group in alike(residual, at, grid.spike, grid.slack, noise, rule.alike_share, fewest, grid.factor):
        mixed = hurried(np.sort(group)) > rule.hurried_share and group.size > 2 * fewest
        tight = rule.alike_share / 3
        groups += (
            alike(residual, group, grid.spike, grid.slack, noise, tight, fewest, grid.factor) if mixed else [group]
        )
    found: list[tuple[Indices, Floats]] = []
    for group in sorted(groups, key=lambda g: -np.median(np.abs(residual[g])) * np.sqrt(g.size)):
        if any(_locked(group, other, 2 * grid.half, grid) for other, _ in found):
            continue
        wave = _trimmed(np.median(cut(residual, group, grid.half, grid.half), axis=0), noise, group.size, grid)
        if all(_difference(wave, other, grid) > rule.alike_share for other in [*(w for _, w in found), *known]):
            found.append((group, wave))
        if len(found) == rule.most_units:
            break
    return np.array([wave for _, wave in found]).reshape(-1, 2 * grid.half)


def averaged(
    residual: Floats, templates: Floats, trains: list[Indices], noise: float, grid: Grid
) -> tuple[Floats, list[Indices]]:
    """Renew each template by the median of what is left over around its discharges plus itself."""
    waves, kept = [], []
    for template, train in zip(templates, trains, strict=True):
        if train.size < max(grid.fewest // 3, 4):
            continue
        wave = _trimmed(
            template + np.median(cut(residual, train, grid.half, grid.half), axis=0), noise, train.size, grid
        )
        if float(wave @ wave) > 25.0 * noise**2 * 1.0:
            waves.append(wave)
            kept.append(train)
    return np.array(waves).reshape(-1, 2 * grid.half), kept


def plausible(templates: Floats, trains: list[Indices], grid: Grid, rule: NeedleRule) -> tuple[Floats, list[Indices]]:
    """Leave out what is no unit: mixtures, which fire at chance intervals among others, and second copies.

    Two templates that differ little are one unit if together they fire like one.
    """
    kept: list[int] = []
    for i in np.argsort([-train.size for train in trains], kind="stable").tolist():
        if by_chance(trains[i], trains, grid, rule):
            continue
        if any(_locked(trains[i], trains[j], 3 * grid.half, grid) for j in kept):
            continue
        twins = (j for j in kept if _difference(templates[i], templates[j], grid) < rule.same_share)
        if not any(hurried(np.sort(np.concatenate([trains[i], trains[j]]))) < rule.hurried_share for j in twins):
            kept.append(i)
    kept.sort()
    return templates[kept], [trains[i] for i in kept]


def _locked(group: Indices, other: Indices, reach: int, grid: Grid) -> bool:
    """Tell whether half of a group keeps one constant, short lag to another: a further part of one potential."""
    lags = (group[:, None] - other[None, :]).ravel()
    lags = lags[np.abs(lags) < reach]
    if not lags.size:
        return False
    width = 4 * grid.slack
    counts = np.histogram(lags, bins=np.arange(-reach, reach + width, width))[0]
    return bool((counts[:-1] + counts[1:]).max() > 0.5 * min(group.size, other.size))


def _trimmed(wave: Floats, noise: float, n: int, grid: Grid) -> Floats:
    """Set a template to zero beyond where it leaves what noise and other units' potentials make of an average."""
    error = max(1.25 * noise / np.sqrt(n), 1e-300)
    level = max(4.0 * error, 0.03 * float(np.abs(wave).max()))
    beyond = np.flatnonzero(np.abs(wave) > level)
    if not beyond.size:
        return np.zeros_like(wave)
    # Only what hangs together with the middle: a pause of more than a spike's half width ends the potential.
    breaks = np.flatnonzero(np.diff(beyond) > grid.spike)
    middle = int(np.argmin(np.abs(beyond - grid.half)))
    low = beyond[breaks[breaks < middle][-1] + 1] if np.any(breaks < middle) else beyond[0]
    high = beyond[breaks[breaks >= middle][0]] if np.any(breaks >= middle) else beyond[-1]
    ramp = max(grid.slack, 2)
    window = np.zeros_like(wave)
    a, b = max(low - ramp, 0), min(high + ramp + 1, wave.size)
    window[a:b] = 1.0
    window[a : a + ramp] = np.linspace(0, 1, ramp)
    window[b - ramp : b] = np.linspace(1, 0, ramp)
    return wave * window


def _difference(a: Floats, b: Floats, grid: Grid) -> float:
    """Give the least energy of the difference of two templates over shifts, as a share of the larger one's."""
    cross = fftconvolve(a, b[::-1])
    energy_a, energy_b = float(a @ a), float(b @ b)
    return float(energy_a + energy_b - 2 * cross.max()) / max(energy_a, energy_b, 1e-300)
