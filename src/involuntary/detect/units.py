"""Units: potentials sorted by shape, across channels too; how many there are is not given.

Template matching after McGill, Cummins & Dorfman 1985 (ADEMG): potentials are aligned between samples in the frequency
domain, each joins the template that it matches to within the noise, and templates that are alike are joined.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from involuntary.detect.conditioned import Conditioning, conditioned
from involuntary.dsp.heaps import halves, two_heaps
from involuntary.model import Events, Recording, Reference

__all__ = ["MCGILL", "UnitRule", "sort", "sorted_shapes"]

Samples = NDArray[np.float64]
Numbers = NDArray[np.intp]
Complexes = NDArray[np.complex128]

MCGILL = Reference(
    "doi:10.1109/TBME.1985.325562",
    "McGill KC, Cummins KL, Dorfman LJ. Automatic decomposition of the clinical electromyogram. IEEE Trans Biomed Eng"
    " 1985;32:470-477",
    "template matching with alignment between samples in the frequency domain",
)
_FINE = 8  # steps of the alignment in a sample
_ROUNDS = 3
_BLOCK = 512
_ALIKE = 0.3  # of the larger one's energy: by half of its size, root mean square


@dataclass(frozen=True, slots=True)
class UnitRule:
    """When two potentials are of one unit; engineering choices.

    Attributes
    ----------
    half_ms : float
        Samples so far around the middle of a potential's energy are compared.
    centre_ms : float
        That middle lies at most so far from its largest deflection.
    shift_ms : float
        Potentials are aligned by at most so much.
    variation : float
        A unit's potential changes from one discharge to the next by this share of its size, root mean square,
    noise_factor : float
        and the noise within the window by so many times its expectation at most.
    fewest : int
        A unit has at least so many potentials.
    most_n : int
        Of more potentials so many, evenly spread, are sorted.
    most_channels_n : int
        Channels that are compared: those in which most potentials stand out.
    """

    half_ms: float = 12.0
    centre_ms: float = 7.0
    shift_ms: float = 3.0
    variation: float = 0.15
    noise_factor: float = 2.0
    fewest: int = 3
    most_n: int = 4000
    most_channels_n: int = 8


def sort(recording: Recording, channels: Sequence[int], events: Events, rule: UnitRule) -> Samples:
    """Give the number of the unit of each potential, shape (n,): 0 for the most frequent; not-a-number of no unit.

    Parameters
    ----------
    recording : Recording
        Read block by block, as the potentials were.
    channels : sequence of int
        Where the potentials were looked for.
    events : Events
        Potentials with ``peak_s`` and a noise level, each under the channel where it stands out most.
    rule : UnitRule
        When two are of one unit.
    """
    unit = np.full(len(events), np.nan)
    if len(events) < rule.fewest:
        return unit
    rows = np.unique(np.linspace(0, len(events) - 1, min(len(events), rule.most_n)).astype(np.intp))
    kept = events[rows]
    parts = [_snippets(recording, channel, kept, rule) for channel in _telling(recording, channels, kept, rule)]
    rate = recording.channels[channels[0]].rate_hz
    wide = np.stack(parts, axis=1)
    unit[rows] = sorted_shapes(_centred(wide, round(rule.half_ms * rate / 1e3)), rate, rule)
    return unit


def _centred(wide: Samples, half: int) -> Samples:
    """Cut to `half` samples around the middle of the energy: which deflection is largest may be left to the noise."""
    n, _, m = wide.shape
    reach = m // 2 - half
    energy = np.maximum(np.sum(wide**2, axis=1) - 4.0 * wide.shape[1], 0.0)
    middle = np.full(n, m // 2)
    around = np.arange(-reach, reach + 1)
    padded = np.pad(energy, ((0, 0), (reach, reach)))
    for _ in range(_ROUNDS):
        inside = np.take_along_axis(padded, reach + middle[:, None] + around, axis=1)
        step = inside @ around / np.maximum(inside.sum(axis=1), np.finfo(np.float64).tiny)
        middle = np.clip(middle + np.rint(step).astype(np.intp), half, m - 1 - half)
    window = middle[:, None, None] + np.arange(-half, half + 1)
    return np.take_along_axis(wide, np.broadcast_to(window, (n, wide.shape[1], 2 * half + 1)), axis=2)


def _telling(recording: Recording, channels: Sequence[int], events: Events, rule: UnitRule) -> list[int]:
    """Give the channels of the first one's rate in which most potentials stand out, at most so many."""
    homes = {channel: events.channel.count(recording.channels[channel].name) for channel in channels}
    rate = recording.channels[channels[0]].rate_hz
    used = [c for c in channels if homes[c] and recording.channels[c].rate_hz == rate] or [channels[0]]
    return sorted(sorted(used, key=lambda channel: -homes[channel])[: rule.most_channels_n])


def _snippets(recording: Recording, channel: int, events: Events, rule: UnitRule) -> Samples:
    """Give the samples around the peaks in noise levels, shape (n, m); zero beyond the ends of what was recorded."""
    meta = recording.channels[channel]
    half = round((rule.half_ms + rule.centre_ms) * meta.rate_hz / 1e3)
    centre = recording.sample_at(channel, events.features["peak_s"])
    order = np.argsort(centre, kind="stable")
    out = np.zeros((len(events), 2 * half + 1))
    for part in conditioned(recording, channel, Conditioning()):
        first = part.block.first + part.block.start
        low, high = np.searchsorted(centre[order], [first, first + part.block.stop - part.block.start])
        mine = order[low:high]
        if not mine.size:
            continue
        wave = np.pad(part.wave[: part.block.samples.size], half)
        at = centre[mine] - part.block.first
        out[mine] = wave[at[:, None] + np.arange(2 * half + 1)]
    own = np.array([name == meta.name for name in events.channel])
    noise = next(events.features[name] for name in ("noise_uv", "noise_count") if name in events.features)
    level = float(np.median(noise[own])) if np.any(own) else float(np.median(noise))
    return out / max(level, np.finfo(np.float64).tiny)


def sorted_shapes(shapes: Samples, rate_hz: float, rule: UnitRule) -> Samples:
    """Sort potentials by shape.

    Parameters
    ----------
    shapes : ndarray, shape (n, channels, m)
        Samples around each peak, in noise levels.
    rate_hz : float
        Samples a second.
    rule : UnitRule
        When two are of one unit.

    Returns
    -------
    ndarray of float64, shape (n,)
        0 for the most frequent unit, then 1 and so on; not-a-number of no unit.
    """
    n, channels, m = shapes.shape
    taper = np.hanning(m + 2)[1:-1] ** 0.25
    waves = np.asarray(np.fft.rfft(shapes * taper, 2 * m, axis=2), dtype=np.complex128)
    noise = rule.noise_factor * channels * float(np.sum(taper**2))
    reach = round(rule.shift_ms * rate_hz / 1e3)
    templates = _led(waves, noise, reach, rule)
    counts = np.zeros(len(templates), dtype=np.intp)
    for _ in range(_ROUNDS):
        templates = _joined(templates, counts, noise, reach, rule)
        label, shift = _nearest(waves, templates, noise, reach, rule)
        counts = np.bincount(label[label >= 0], minlength=len(templates))
        kept = np.flatnonzero(counts >= rule.fewest)
        if not kept.size:
            return np.full(n, np.nan)
        templates = np.stack([_mean(waves[label == k], shift[label == k]) for k in kept.tolist()])
        counts = counts[kept]
    label, shift = _nearest(waves, templates, noise, reach, rule)
    return _numbered(_fused(waves, _parted(waves, label, shift, rule.fewest), reach), rule.fewest)


def _parted(waves: Complexes, label: Numbers, shift: Samples, fewest: int) -> Numbers:
    """Part the units whose potentials are of two shapes, again and again."""
    label, waiting = label.copy(), np.unique(label[label >= 0]).tolist()
    while waiting:
        unit = waiting.pop()
        rows = np.flatnonzero(label == unit)
        aligned = _shifted(waves[rows], shift[rows])
        samples = np.fft.irfft(aligned, axis=2).reshape(len(rows), -1)
        second = halves(samples - np.median(samples, axis=0), fewest)
        if second is not None:
            waiting += [unit, int(label.max()) + 1]
            label[rows[second]] = waiting[-1]
    return label


def _fused(waves: Complexes, label: Numbers, reach: int) -> Numbers:
    """Join units that resemble each other and whose potentials do not fall into two heaps: one that varies more."""
    label, waiting = label.copy(), True
    while waiting:
        waiting = False
        for first, second in _alike(waves, label, reach):
            rows = [np.flatnonzero(label == unit) for unit in (first, second)]
            template = _mean(waves[rows[0]], _match(waves[rows[0]], waves[rows[0][:1]], reach)[1][:, 0])
            moved = [_shifted(waves[own], _match(waves[own], template[None], reach)[1][:, 0]) for own in rows]
            samples = [np.fft.irfft(own, axis=2).reshape(len(own), -1) for own in moved]
            if not two_heaps(samples[0], samples[1]):
                label[rows[1]] = first
                waiting = True
                break
    return label


def _alike(waves: Complexes, label: Numbers, reach: int) -> list[tuple[int, int]]:
    """Give the pairs of units whose templates differ by less than a share of the larger, the most alike first."""
    names = np.unique(label[label >= 0])
    templates = [
        _mean(waves[label == k], _match(waves[label == k], waves[label == k][:1], reach)[1][:, 0]) for k in names
    ]
    if len(names) < 2:
        return []
    every = np.stack(templates)
    energy = _energy(every)
    distance = _match(every, every, reach)[0] / np.maximum(energy[:, None], energy[None, :])
    near = [(i, k) for i, k in zip(*np.nonzero(distance <= _ALIKE), strict=True) if i < k]
    return [(int(names[i]), int(names[k])) for i, k in sorted(near, key=lambda pair: distance[pair])]


def _numbered(label: Numbers, fewest: int) -> Samples:
    """Give numbers by how often a unit fires; what is in none, or in one too small, is not-a-number."""
    names, counts = np.unique(label[label >= 0], return_counts=True)
    names = names[counts >= fewest][np.argsort(-counts[counts >= fewest], kind="stable")]
    unit = np.full(label.size, np.nan)
    for number, name in enumerate(names.tolist()):
        unit[label == name] = number
    return unit


def _energy(waves: Complexes) -> Samples:
    """Give the summed squares of the samples whose (padded) spectrum this is, over channels."""
    n = 2 * (waves.shape[-1] - 1)
    double = np.full(waves.shape[-1], 2.0)
    double[0] = double[-1] = 1.0
    energy: Samples = np.sum(double * np.abs(waves) ** 2, axis=(-2, -1)) / n
    return energy


def _match(wave: Complexes, templates: Complexes, reach: int) -> tuple[Samples, Samples]:
    """Give for waves (n, c, f) and templates (k, c, f) squared distance at the best alignment, and that shift."""
    n = 2 * (wave.shape[-1] - 1)
    cross = np.einsum("icf,kcf->ikf", wave, np.conj(templates))
    along = np.fft.irfft(cross, _FINE * n, axis=2) * _FINE
    lags = np.arange(-_FINE * reach, _FINE * reach + 1)
    along = along[:, :, lags]
    best = np.argmax(along, axis=2)
    top = np.take_along_axis(along, best[:, :, None], axis=2)[:, :, 0]
    distance = _energy(wave)[:, None] + _energy(templates)[None, :] - 2 * top
    return distance, lags[best] / _FINE


def _shifted(waves: Complexes, shift: Samples) -> Complexes:
    """Move waves (n, c, f) earlier by so many samples each."""
    turn = np.exp(2j * np.pi * np.arange(waves.shape[-1]) / (2 * (waves.shape[-1] - 1)) * shift[:, None])
    moved: Complexes = waves * turn[:, None, :]
    return moved


def _mean(waves: Complexes, shift: Samples) -> Complexes:
    moved = _shifted(waves, shift)
    # The median of the parts: an overlapping potential does not bend it.
    mean: Complexes = np.median(moved.real, axis=0) + 1j * np.median(moved.imag, axis=0)
    return mean


def _allowed(templates: Complexes, noise: float, rule: UnitRule) -> Samples:
    allowed: Samples = noise + rule.variation**2 * _energy(templates)
    return allowed


def _led(waves: Complexes, noise: float, reach: int, rule: UnitRule) -> Complexes:
    """Give first templates: every potential joins the nearest that it matches, or starts one."""
    templates = waves[:1].copy()
    counts = [1]
    for wave in waves[1:]:
        distance, shift = _match(wave[None], templates, reach)
        excess = distance[0] - _allowed(templates, noise, rule) - noise / np.array(counts)
        near = int(np.argmin(excess))
        if excess[near] <= 0:
            counts[near] += 1
            moved = _shifted(wave[None], shift[0, near : near + 1])[0]
            templates[near] += (moved - templates[near]) / min(counts[near], 50)
        else:
            templates = np.concatenate([templates, wave[None]])
            counts.append(1)
    return templates[np.array(counts) >= rule.fewest] if max(counts) >= rule.fewest else templates


def _joined(templates: Complexes, counts: Numbers, noise: float, reach: int, rule: UnitRule) -> Complexes:
    """Join templates that differ by no more than one unit varies; the more frequent one stays."""
    order = np.argsort(-counts, kind="stable")
    kept: list[int] = []
    for k in order.tolist():
        if kept:
            distance, _ = _match(templates[k : k + 1], templates[kept], reach)
            larger = np.maximum(_energy(templates[k : k + 1]), _energy(templates[kept]))
            if np.any(distance[0] <= rule.variation**2 * larger + noise / max(rule.fewest, int(counts[k]))):
                continue
        kept.append(k)
    return templates[sorted(kept)]


def _nearest(
    waves: Complexes, templates: Complexes, noise: float, reach: int, rule: UnitRule
) -> tuple[Numbers, Samples]:
    """Give the template that each potential matches best, -1 where none, and how it lies to it."""
    label, shift = np.empty(len(waves), dtype=np.intp), np.empty(len(waves))
    for first in range(0, len(waves), _BLOCK):
        block = slice(first, first + _BLOCK)
        distance, lag = _match(waves[block], templates, reach)
        near = np.argmin(distance, axis=1)
        rows = np.arange(len(near))
        fits = distance[rows, near] <= 2 * _allowed(templates, noise, rule)[near]
        label[block] = np.where(fits, near, -1)
        shift[block] = lag[rows, near]
    return label, shift
