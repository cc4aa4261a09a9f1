"""Decomposition of a needle recording: which unit fired when, superpositions resolved, and what is left over.

Potentials are sought where they are sharp: above a cut-off that leaves distant units and slow drift behind, as in
ADEMG and EMGLAB [1]_. Spikes that look alike give templates; templates are laid one by one where they explain most
of the signal, moved as their neighbours become known, and where much is left over, sets of them are tried together
[2]_; what is left over then gives further templates.

References
----------
.. [1] McGill KC, Lateva ZC, Marateb HR (2005). EMGLAB: an interactive EMG decomposition program.
   J Neurosci Methods 149:121–133. doi:10.1016/j.jneumeth.2005.05.015.
.. [2] McGill KC (2002). Optimal resolution of superimposed action potentials. IEEE Trans Biomed Eng 49:640–650.
   doi:10.1109/TBME.2002.1010847.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.signal import resample_poly

from involuntary.decompose.matching import laid, matched
from involuntary.decompose.needle_rule import Grid, NeedleRule
from involuntary.decompose.spikes import quiet_level
from involuntary.decompose.templates import averaged, new_templates, parted, plausible, without_satellites
from involuntary.decompose.trains import by_chance, hurried
from involuntary.dsp.bands import zero_phase

__all__ = ["Decomposition", "NeedleRule", "decompose"]

Floats = NDArray[np.float64]
Indices = NDArray[np.intp]


@dataclass(frozen=True, slots=True, eq=False)
class Decomposition:
    """Units of one stretch.

    Attributes
    ----------
    time_s : tuple of ndarray
        Discharges of each unit from the first sample on, sorted; the moment is the largest deflection of its template.
    templates : ndarray, shape (units, n)
        High-passed potentials on the fine grid, in the unit of the samples; the moment of discharge in the middle.
    sharp_hz : float
        The high-pass that was chosen.
    fine_hz : float
        Rate of the fine grid.
    noise : float
        Root mean square of the quiet windows above the high-pass.
    explained : float
        Share of the energy above noise that the units explain, from 0 to 1; 0 without units.
    residual : ndarray, shape (m,)
        What is left over, high-passed, on the fine grid.
    """

    time_s: tuple[Floats, ...]
    templates: Floats
    sharp_hz: float
    fine_hz: float
    noise: float
    explained: float
    residual: Floats


def decompose(samples: Floats, rate_hz: float, rule: NeedleRule) -> Decomposition:
    """Take a stretch of a needle recording apart.

    Parameters
    ----------
    samples : ndarray, shape (n,)
        Without gaps; in any unit.
    rate_hz : float
        At least four times the lowest of ``rule.sharp_hz``.
    rule : NeedleRule

    Returns
    -------
    Decomposition
        Under the high-pass with the most discharges that come at credible intervals; of ``rule.sharp_hz`` none is tried
        after one that leaves next to nothing over, and ``rule.smooth_hz`` counts only where it does.
    """
    tried: list[Decomposition] = []
    for low in rule.sharp_hz:
        if rate_hz >= 4 * low:
            tried.append(_under(samples, rate_hz, low, rule))
            if tried[-1].explained >= rule.enough_share:
                break
    smooth = _under(samples, rate_hz, rule.smooth_hz, rule)
    if smooth.explained >= rule.enough_share:
        tried.append(smooth)
    return max(tried, key=lambda found: sum(_credible(train) for train in found.time_s))


def _credible(train: Floats) -> float:
    """Estimate how many discharges of a train are its unit's: every short interval tells of one that is not."""
    return train.size * max(1.0 - 5.0 * hurried(train), 0.0)


def _under(samples: Floats, rate_hz: float, low_hz: float, rule: NeedleRule) -> Decomposition:
    """Take it apart under one high-pass."""
    factor = int(np.ceil(rule.fine_hz / rate_hz))
    fine_hz = rate_hz * factor
    signal = _finer(zero_phase(samples, rate_hz, low_hz, min(rule.high_hz, rate_hz / 2)), factor)
    grid = Grid(
        fine_hz,
        factor,
        round(rule.spike_ms / 2e3 * fine_hz),
        round(rule.template_ms / 2e3 * fine_hz),
        round(rule.apart_ms / 1e3 * fine_hz),
        max(round(1e-4 * fine_hz), 2),
        max(rule.fewest, round(rule.least_rate_hz * samples.size / rate_hz)),
    )
    noise = quiet_level(signal, round(0.01 * fine_hz), rule.quiet_share)
    threshold = max(rule.noise_factor * noise, rule.small_share * float(np.quantile(np.abs(signal), 0.999)))
    templates = _sought(signal, threshold, noise, grid, rule) if noise > 0 else np.empty((0, 2 * grid.half))
    trains: list[Indices] = []
    residual = signal
    if len(templates):
        trains, residual = matched(signal, templates, noise, grid, rule, steadied=True)
    kept = [
        i for i, train in enumerate(trains) if train.size >= grid.fewest and not by_chance(train, trains, grid, rule)
    ]
    kept = without_satellites(templates, trains, kept, grid)
    residual = signal - laid(signal.size, templates[kept], [trains[i] for i in kept], grid.half)
    centred = [_centred(templates[i], trains[i]) for i in kept]
    floor = signal.size * noise**2
    energy = max(float(np.sum(signal**2)) - floor, 1e-300)
    left = max(float(np.sum(residual**2)) - floor, 0.0)
    return Decomposition(
        tuple(np.sort(train) / fine_hz for _, train in centred),
        np.array([template for template, _ in centred]).reshape(-1, 2 * grid.half),
        low_hz,
        fine_hz,
        noise,
        max(1.0 - left / energy, 0.0) if kept else 0.0,
        residual,
    )


def _sought(signal: Floats, threshold: float, noise: float, grid: Grid, rule: NeedleRule) -> Floats:
    """Seek units in what units leave over, again and again; give the templates of the search whose units leave least.

    Mixtures stay among the templates: without them their potentials would be given to units that look alike, which
    then fire like mixtures too. But they also keep what they stand for from being sought: where nothing further is
    found beside them, or a search gained nothing, they are dropped and sought anew in what units leave over, for the
    more units are known, the fewer are left for a mixture to be made of. Two such in a row end it.
    """
    quick = replace(rule, sets_n=rule.search_sets_n)
    best = known = units = np.empty((0, 2 * grid.half))
    where = rest = signal
    least, gained = float(np.sum(signal**2)), 0
    for search in range(rule.rounds):
        new = new_templates(where, known, threshold, noise, grid, rule)
        if not len(new) and len(known) > len(units):
            known, where = units, rest
            new = new_templates(where, known, threshold, noise, grid, rule)
        if not len(new) or search > gained + 2:
            break
        templates, residual, units, rest = _renewed(signal, np.concatenate([known, new]), noise, grid, quick)
        left = float(np.sum(rest**2))
        known, where = (templates, residual) if left < least else (units, rest)
        if left < least:
            best, least, gained = templates, left, search
    return best


def _renewed(
    signal: Floats, templates: Floats, noise: float, grid: Grid, rule: NeedleRule
) -> tuple[Floats, Floats, Floats, Floats]:
    """Average templates anew, twice, and part mixtures where that can be done.

    Give the templates and what they leave over, those of them that are units and what these leave over.
    """
    for _ in range(2):
        trains, residual = matched(signal, templates, noise, grid, rule)
        templates, trains = averaged(residual, templates, trains, noise, grid)
        templates, trains = parted(residual, templates, trains, noise, grid, rule)
        units, mixtures = plausible(templates, trains, grid, rule)
        templates = np.concatenate([units, mixtures])
        if not len(templates):
            return templates, signal, templates, signal
    trains, residual = matched(signal, templates, noise, grid, rule)
    return templates, residual, units, signal - laid(signal.size, units, trains[: len(units)], grid.half)


def _centred(template: Floats, train: Indices) -> tuple[Floats, Indices]:
    """Move a template's largest deflection to the middle, and its discharges with it."""
    by = int(np.argmax(np.abs(template))) - template.size // 2
    wide = np.pad(template, abs(by))
    return wide[abs(by) + by : abs(by) + by + template.size], train + by


def _finer(samples: Floats, factor: int) -> Floats:
    """Give the band-limited signal on a grid `factor` times as fine."""
    if factor == 1:
        return samples
    return np.asarray(resample_poly(samples, factor, 1), dtype=np.float64)
