"""Templates: what looks alike, averaged, and which of it is a unit."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.signal import fftconvolve

from involuntary.decompose.needle_rule import Grid, NeedleRule
from involuntary.decompose.spikes import alike, cut, spikes
from involuntary.decompose.trains import by_chance, hurried, steady
from involuntary.dsp.heaps import halves

__all__ = ["averaged", "new_templates", "parted", "plausible", "without_satellites"]

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
        if any(_lag(group, other, 2 * grid.half, grid) is not None for other, _ in found):
            continue
        wave = _usual(cut(residual, group, grid.half, grid.half), noise, grid)
        if all(_difference(wave, other) > rule.alike_share for other in [*(w for _, w in found), *known]):
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
        wave = _usual(template + cut(residual, train, grid.half, grid.half), noise, grid)
        if float(wave @ wave) > 25.0 * noise**2:
            waves.append(wave)
            kept.append(train)
    return np.array(waves).reshape(-1, 2 * grid.half), kept


def parted(
    residual: Floats, templates: Floats, trains: list[Indices], noise: float, grid: Grid, rule: NeedleRule
) -> tuple[Floats, list[Indices]]:
    """Part mixtures whose potentials fall into two heaps of shapes, each of which fires like a unit."""
    waves: list[Floats] = []
    kept: list[Indices] = []
    for template, train in zip(templates, trains, strict=True):
        two = _two_units(residual, train, trains, grid, rule)
        waves += [_usual(template + cut(residual, one, grid.half, grid.half), noise, grid) for one in two] or [template]
        kept += two or [train]
    return np.array(waves).reshape(-1, 2 * grid.half), kept


def _two_units(residual: Floats, train: Indices, trains: list[Indices], grid: Grid, rule: NeedleRule) -> list[Indices]:
    """Give the trains of the two units that a mixture is made of; none where it is no such mixture."""
    if not by_chance(train, trains, grid, rule):
        return []
    second = halves(cut(residual, train, grid.spike, grid.spike)[:, :: grid.factor], max(grid.fewest // 3, 4))
    if second is None:
        return []
    two = [train[~second], train[second]]
    return [] if any(by_chance(one, [*trains, *two], grid, rule) for one in two) else two


def plausible(templates: Floats, trains: list[Indices], grid: Grid, rule: NeedleRule) -> tuple[Floats, Floats]:
    """Give units and, by themselves, mixtures, which fire at chance intervals among others; leave out second copies.

    Two templates that differ little are one unit if together they fire like one, and the one that explains more stays.
    One that comes at a constant lag to another is a further part of that one's potential, and is added to it.
    """
    kept: list[int] = []
    mixtures: list[int] = []
    templates, trains = _united(templates, trains, grid, rule)
    taken = np.array([train.size for train in trains]) * np.sum(templates**2, axis=1)
    for i in np.argsort(-taken, kind="stable").tolist():
        if by_chance(trains[i], trains, grid, rule):
            mixtures.append(i)
            continue
        lags = [(j, _lag(trains[i], trains[j], 2 * grid.half, grid)) for j in kept]
        part = next(((j, lag) for j, lag in lags if lag is not None), None)
        if part is not None:
            templates[part[0]] += _moved(templates[i], part[1])
            continue
        twins = (j for j in kept if _difference(templates[i], templates[j]) < rule.same_share)
        if not any(hurried(np.sort(np.concatenate([trains[i], trains[j]]))) < rule.hurried_share for j in twins):
            kept.append(i)
    kept.sort()
    return templates[kept], templates[sorted(mixtures[: rule.most_units])]


def _united(templates: Floats, trains: list[Indices], grid: Grid, rule: NeedleRule) -> tuple[Floats, list[Indices]]:
    """Put together the parts of a unit whose potential varies: they look alike, and fire more like one than each does.

    The template of the one that explains most stays.
    """
    taken = np.array([train.size for train in trains]) * np.sum(templates**2, axis=1)
    kept: dict[int, Indices] = {}
    for i in np.argsort(-taken, kind="stable").tolist():
        for j in kept:
            later, difference = _nearest(templates[i], templates[j])
            both = np.sort(np.concatenate([kept[j], trains[i] + later]))
            if (
                difference < rule.same_share
                and hurried(both) < rule.hurried_share
                and steady(both) > max(steady(kept[j]), steady(trains[i]))
            ):
                kept[j] = both
                break
        else:
            kept[i] = trains[i]
    order = sorted(kept)
    return templates[order], [kept[i] for i in order]


def without_satellites(templates: Floats, trains: list[Indices], units: list[int], grid: Grid) -> list[int]:
    """Leave out what comes at constant lags to units that explain more: what the potentials of those vary by.

    Parameters
    ----------
    templates : ndarray, shape (templates, n)
    trains : list of ndarray of intp
        Discharges of each template.
    units : list of int
        Templates that fire like units.
    grid : Grid

    Returns
    -------
    list of int
        Of `units` those of which no more than half of the discharges come so.
    """
    taken = np.array([train.size for train in trains]) * np.sum(templates**2, axis=1)
    kept: list[int] = []
    for i in sorted(units, key=lambda unit: -taken[unit]):
        tied = np.zeros(trains[i].size, dtype=np.bool_)
        for j in kept:
            lag = _lag(trains[i], trains[j], 2 * grid.half, grid)
            if lag is not None:
                first, last = (
                    np.searchsorted(trains[j] + lag, trains[i] + by) for by in (-4 * grid.slack, 4 * grid.slack)
                )
                tied |= last > first
        if np.mean(tied) <= 0.5:
            kept.append(i)
    return sorted(kept)


def _lag(group: Indices, other: Indices, reach: int, grid: Grid) -> int | None:
    """Give the constant, short lag of half of a group to another; None where there is none."""
    lags = (group[:, None] - other[None, :]).ravel()
    lags = lags[np.abs(lags) < reach]
    if not lags.size:
        return None
    width = 4 * grid.slack
    edges = np.arange(-reach, reach + width, width)
    counts = np.histogram(lags, bins=edges)[0]
    both = counts[:-1] + counts[1:]
    top = int(np.argmax(both))
    if both[top] <= 0.5 * min(group.size, other.size):
        return None
    return int(np.median(lags[(lags >= edges[top]) & (lags < edges[top + 2])]))


def _moved(wave: Floats, by: int) -> Floats:
    """Move a template later; what leaves its window is lost."""
    wide = np.pad(wave, abs(by))
    start = abs(by) - by
    return wide[start : start + wave.size]


def _usual(cuts: Floats, noise: float, grid: Grid) -> Floats:
    """Give the median of a unit's discharges, zero beyond where other units' potentials and noise blur it."""
    wave = np.median(cuts, axis=0)
    spread = max(1.4826 * float(np.median(np.abs(cuts - wave))), noise)
    return _trimmed(wave, 1.25 * spread / np.sqrt(len(cuts)), grid)


def _trimmed(wave: Floats, error: float, grid: Grid) -> Floats:
    """Set a template to zero beyond where it leaves what chance makes of an average."""
    level = max(4.0 * error, 0.03 * float(np.abs(wave).max()), 1e-300)
    beyond = np.flatnonzero(np.abs(wave) > level)
    if not beyond.size:
        return np.zeros_like(wave)
    # Only what hangs together with the middle: a longer pause ends the potential. Satellites come after a shorter one.
    breaks = np.flatnonzero(np.diff(beyond) > grid.half // 2)
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


def _difference(a: Floats, b: Floats) -> float:
    """Give the least energy of the difference of two templates over shifts, as a share of the larger one's."""
    return _nearest(a, b)[1]


def _nearest(a: Floats, b: Floats) -> tuple[int, float]:
    """Give how much later the first lies where it differs least from the second, and that difference."""
    cross = fftconvolve(b, a[::-1])
    energy_a, energy_b = float(a @ a), float(b @ b)
    later = int(np.argmax(cross)) - (a.size - 1)
    return later, float(energy_a + energy_b - 2 * cross.max()) / max(energy_a, energy_b, 1e-300)
