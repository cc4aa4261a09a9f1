"""Discharges that make up a stretch: copies of known waveforms, moved to where they fit best."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from involuntary.dsp.unmix import Kernel, unmixed

__all__ = ["Discharge", "Piece", "fitted", "peaks", "peaks_between", "peaks_of_several"]

Samples = NDArray[np.float64]

APART_S = 0.0026  # no axon fires again sooner
_ONE_S = 0.0012  # weights within this are one discharge
_MODEL = 0.03  # a unit's waveform is known to this share of its energy
_SLACK, _PART_S = 0.1, 0.1  # of the share that is wanted, and what of a long stretch is looked at before the whole
_ROUNDS = 4  # of moving discharges to where they fit best
_PEAK_SHARE = 0.45  # of the largest deflection: a peak of its own
_HIGHER_SHARE = 0.7  # and one of the higher ones, where a discharge has several


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch that stands out: where it begins in the block, its samples, and the noise around it."""

    start: int
    wave: Samples
    noise: float


class Discharge(NamedTuple):
    """One discharge: where the copy of its unit's waveform begins, in samples, its size, and the unit."""

    position: float
    gain: float
    unit: int


def fitted(
    samples: Samples,
    kernel: Kernel,
    rate_hz: float,
    noise: float,
    wanted: float = 0.0,
    *,
    beyond_noise: bool = False,
) -> tuple[list[Discharge], float]:
    """Explain a stretch by discharges of units that keep apart; give them and the share of the energy.

    The share is of what is no noise, if so asked. Nothing where copies at any shift whatever explain clearly less than
    is `wanted`: keeping apart explains no more.
    """
    waves, quiet = kernel.waves, noise if beyond_noise else 0.0
    least = max(_MODEL, 4 * noise / float(np.sqrt(np.max(kernel.energy))))
    room = (samples.size - waves.shape[1]) / (APART_S * rate_hz)
    if wanted and _hopeless(samples, kernel, rate_hz, least, noise, wanted, quiet):
        return [], 0.0
    weights, explained = unmixed(samples, kernel, least, noise, round(12 + 2 * room))
    if _of_more_than_noise(explained, samples, quiet) < wanted - _SLACK:
        return [], 0.0
    found: list[Discharge] = []
    for unit in range(len(waves)):
        found += _apart(_joined(weights[unit], unit, round(_ONE_S * rate_hz)), APART_S * rate_hz)
    moved, share = _moved(samples, waves, found)
    share = _of_more_than_noise(share, samples, quiet)
    kept = [_apart([one for one in moved if one.unit == unit], 0.8 * APART_S * rate_hz) for unit in range(len(waves))]
    return [one for own in kept for one in own], share


def _of_more_than_noise(share: float, samples: Samples, noise: float) -> float:
    """Give the share of the energy that is explained as a share of what is no noise."""
    energy, quiet = float(samples @ samples), samples.size * noise * noise
    if energy <= quiet or not share:
        return 0.0
    return 1 - max((1 - share) * energy - quiet, 0.0) / (energy - quiet)


def _hopeless(
    samples: Samples, kernel: Kernel, rate_hz: float, least: float, noise: float, wanted: float, quiet: float
) -> bool:
    """Tell of a long stretch whether a part of it already is not explained, as where many units fire at once."""
    length, width = kernel.waves.shape[1], round(_PART_S * rate_hz)
    if samples.size < 2 * (width + 2 * length):
        return False
    centre = int(np.clip(np.argmax(np.abs(samples)), length + width // 2, samples.size - length - width // 2))
    part = samples[centre - length - width // 2 : centre + length + width // 2]
    weights, _ = unmixed(part, kernel, least, noise, round(12 + 2 * (part.size - length) / (APART_S * rate_hz)))
    model = np.sum([np.convolve(own, wave) for own, wave in zip(weights, kernel.waves, strict=True)], axis=0)
    # A copy that begins before the part, or ends after it, is not there to explain its ends.
    inner, left = part[length:-length], (part - model)[length:-length]
    hidden = inner.size * quiet * quiet
    return float(left @ left) - hidden > (1 - wanted + 2 * _SLACK) * max(float(inner @ inner) - hidden, 0.0)


def _joined(weights: Samples, unit: int, gap: int) -> list[Discharge]:
    """Join weights that lie side by side to one discharge each."""
    at = np.flatnonzero(weights)
    found = []
    for group in np.split(at, np.flatnonzero(np.diff(at) > gap) + 1) if at.size else []:
        own = weights[group]
        found.append(Discharge(float(group @ own / own.sum()), float(own.sum()), unit))
    return found


def _apart(found: list[Discharge], least: float) -> list[Discharge]:
    """Join the closest discharges of a unit until none follows another sooner than an axon can fire."""
    found = sorted(found)
    while len(found) > 1:
        between = [after.position - before.position for before, after in pairwise(found)]
        i = int(np.argmin(between))
        if between[i] >= least:
            break
        one, other = found[i : i + 2]
        gain = one.gain + other.gain
        middle = (one.position * one.gain + other.position * other.gain) / gain if gain else one.position
        found = [*found[:i], Discharge(middle, gain, one.unit), *found[i + 2 :]]
    return found


def _moved(samples: Samples, waves: Samples, found: list[Discharge]) -> tuple[list[Discharge], float]:
    """Move discharges between samples and size them so that they explain most."""
    energy, length = float(samples @ samples), waves.shape[1]
    best: tuple[list[Discharge], float] = ([], 0.0)
    if not found or not energy:
        return best
    slopes = np.gradient(waves, axis=1)
    found = sorted(found)
    at, unit = np.array([one.position for one in found]), np.array([one.unit for one in found], dtype=np.intp)
    for _ in range(_ROUNDS):
        first, copies = _placed(waves[unit], at)
        gains = _solved(copies, first, samples, 1e-4)
        left = samples - _summed(copies, first, gains, samples.size)
        share = 1 - float(left @ left) / energy
        if share <= best[1] + 1e-4:
            break
        best = [Discharge(*one) for one in zip(at.tolist(), gains.tolist(), unit.tolist(), strict=True)], share
        tilt = -gains[:, None] * _placed(slopes[unit], at)[1]
        both = np.stack([copies, tilt], axis=1).reshape(2 * at.size, -1)
        step = _solved(both, np.repeat(first, 2), left, 1e-3)[1::2]
        at = np.clip(at + np.clip(step, -1.0, 1.0), 0.0, samples.size - length)
    return best


def _placed(waves: Samples, at: Samples) -> tuple[NDArray[np.intp], Samples]:
    """Give the sample at which each waveform begins, and its samples from there, shape (k, length + 1)."""
    first = at.astype(np.intp)
    part = (at - first)[:, None]
    none = np.zeros((len(at), 1))
    return first, (1 - part) * np.hstack([waves, none]) + part * np.hstack([none, waves])


def _summed(rows: Samples, first: NDArray[np.intp], gains: Samples, n: int) -> Samples:
    """Add up rows that begin at samples of a stretch."""
    out = np.zeros(n + 1)
    np.add.at(out, first[:, None] + np.arange(rows.shape[1]), gains[:, None] * rows)
    return out[:n]


def _solved(rows: Samples, first: NDArray[np.intp], samples: Samples, ridge: float) -> Samples:
    """Give the weights of rows that explain the samples; rows that are hardly told apart share alike."""
    from involuntary.dsp.unmix_kernels import products_of_rows, solved  # compiled; loaded when first used

    order = np.argsort(first, kind="stable")
    own = rows[order]
    stretch = np.append(samples, 0.0)[first[order, None] + np.arange(rows.shape[1])]
    scale = np.sqrt(np.sum(own * own, axis=1)) + np.finfo(np.float64).tiny
    own = own / scale[:, None]
    products = products_of_rows(own, first[order])
    weights = np.empty(len(rows))
    weights[order] = solved(products + ridge * np.eye(len(rows)), np.sum(own * stretch, axis=1)) / scale
    return weights


def peaks(piece: Piece, rate_hz: float) -> NDArray[np.intp]:
    """Give the peaks of a stretch that look like discharges of one unit: of one sign, alike, evenly spaced."""
    top = int(np.argmax(np.abs(piece.wave)))
    tops = _spaced(piece, np.sign(piece.wave[top]), _PEAK_SHARE, rate_hz)
    return np.array([top], dtype=np.intp) if tops is None else tops


def peaks_of_several(piece: Piece, rate_hz: float) -> NDArray[np.intp]:
    """Do as `peaks` where a discharge may have several peaks of one sign: those of the other, or the higher ones."""
    top = int(np.argmax(np.abs(piece.wave)))
    for share in (_PEAK_SHARE, _HIGHER_SHARE):
        for sign in (1.0, -1.0):
            tops = _spaced(piece, sign * np.sign(piece.wave[top]), share, rate_hz)
            if tops is not None:
                return tops
    return np.array([top], dtype=np.intp)


def _spaced(piece: Piece, sign: float, share: float, rate_hz: float) -> NDArray[np.intp] | None:
    """Give two or more peaks of a sign above a share of the highest, if they are alike and evenly spaced."""
    signed = piece.wave * sign
    tops = _prominent(signed, max(share * float(signed.max()), 4 * piece.noise))
    soonest = np.min(np.diff(tops).astype(np.float64), initial=np.inf)
    told = len(tops) > 1 and soonest >= APART_S * rate_hz and _even(signed[tops], tops)
    return tops if told else None


def _prominent(signed: Samples, least: float) -> NDArray[np.intp]:
    """Give the peaks above `least` with a valley of half their height between any two."""
    inner = signed[1:-1]
    tops = np.flatnonzero((inner > least) & (inner > signed[:-2]) & (inner >= signed[2:])) + 1
    kept: list[int] = []
    for top in tops.tolist():
        if kept and signed[kept[-1] : top].min() > 0.5 * min(signed[kept[-1]], signed[top]):
            kept[-1] = top if signed[top] > signed[kept[-1]] else kept[-1]
        else:
            kept.append(top)
    return np.array(kept, dtype=np.intp)


def _even(height: Samples, at: NDArray[np.intp]) -> bool:
    """Tell whether neighbours are alike in height, and intervals in length."""
    ratio = height[1:] / height[:-1]
    between = np.diff(at)
    steps = between[1:] / between[:-1]
    return bool(np.all((ratio > 0.6) & (ratio < 1.6)) and np.all((steps > 0.6) & (steps < 1.7)))


def peaks_between(wave: Samples, tops: NDArray[np.intp]) -> Samples:
    """Give where the crest of the parabola through each peak and its neighbours lies, in samples."""
    inner = np.clip(tops, 1, wave.size - 2)
    before, here, after = wave[inner - 1], wave[inner], wave[inner + 1]
    bend = before - 2 * here + after
    level = bend == 0
    shift = np.where(level, 0.0, 0.5 * (before - after) / np.where(level, 1.0, bend))
    return np.asarray(tops + np.clip(shift, -0.5, 0.5))
