"""Waveforms of units, learnt from where they stand alone, and the discharges that they explain."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from involuntary.detect._trains.fits import Discharge, Piece, fitted, peaks, peaks_between, peaks_of_several
from involuntary.detect._trains.limits import ALIKE, ALIKE_SIZES, LEAST_GAIN, LIKELY, MET, TRIED
from involuntary.dsp.unmix import Kernel

__all__ = ["Shapes", "counted", "discharges_of", "learnt", "linked", "mixed"]

Samples = NDArray[np.float64]
Rows = list[tuple[float, float, float, float, float]]  # position, amplitude, unit or -1, explained share, certainty

_REACH_S = 0.018  # a waveform is kept so far to either side of its largest deflection
_COMPACT = 0.35  # most of a waveform lies within this share of its reach
_ALONE_S = 0.070  # a stretch that is longer, margins included, does not hold one potential
_LOOKED_AT = 400  # stretches from which a block's units are learnt
_HELD_AGAINST = 8  # successions that two waveforms, each of which could be the unit's, are tried on
_UNFOLDED = 60  # and stretches of several discharges, where none stands alone
_UNITS = 8  # per block; the largest families first
_MOST_GAIN = 1.8  # a discharge's share of its unit's amplitude
_ODD_SHARE = 0.35  # of all gains, that lie outside
_SURELY = 0.97  # share of a stretch's energy above which no other unit is tried
_COPIES = 0.93  # share of a waveform's energy that copies of a shorter one explain
_SPENT_S = 1.5  # of stretches, after which a block is interference too, if few are explained well
_WELL, _EVEN = 0.95, 0.25  # share of the energy, and logarithm of the ratios of successive intervals
_GUESSED_TOGETHER_S = 0.2  # longest stretch in which several units are sought at once, of shapes that are guessed


@dataclass(frozen=True, slots=True, eq=False)
class Shapes:
    """Waveforms of units, shape (k, length), the largest deflection in the middle."""

    waves: Samples

    @classmethod
    def none(cls) -> Shapes:
        """Give no unit."""
        return cls(np.empty((0, 0)))

    def __len__(self) -> int:
        return len(self.waves)


def learnt(pieces: Sequence[Piece], rate_hz: float, *, several_peaks: bool = False, noisy: bool = False) -> Shapes:
    """Learn the waveforms that recur alone, and those that recur in even succession.

    What is a quick succession of a shorter one is no unit of its own. Where a discharge has several peaks, what looks
    alone may be a succession of its own: then only those that recur in succession count.
    """
    reach = round(_REACH_S * rate_hz)
    noise = float(np.median([piece.noise for piece in pieces])) if noisy and pieces else 0.0
    seen = [(piece, peaks(piece, rate_hz)) for piece in pieces[:_LOOKED_AT]]
    alone = [_centred(p.wave, reach) for p, tops in seen if p.wave.size <= _ALONE_S * rate_hz and len(tops) == 1]
    # An axon that never fires alone is met only in succession, whatever else stands alone beside it.
    if several_peaks:
        seen, single = [(p, peaks_of_several(p, rate_hz)) for p, _ in seen], []
    else:
        single = _means(alone, reach, noise)
    unfolded = _means(_all_unfolded(seen, reach), reach, noise)
    kept: list[Samples] = []
    for wave in sorted(single + unfolded, key=_width):
        if len(kept) == _UNITS:
            break
        made_of = [i for i, shorter in enumerate(kept) if _composed(wave, shorter, reach, rate_hz)]
        if not made_of:
            kept.append(wave)
        elif not _is_one(kept[made_of[0]], single) and _explains_more(wave, kept[made_of[0]], seen, reach, rate_hz):
            kept[made_of[0]] = wave
    return Shapes(np.array(kept)) if kept else Shapes.none()


def _is_one(wave: Samples, waves: Sequence[Samples]) -> bool:
    return any(wave is other for other in waves)


def _explains_more(
    alone: Samples, unfolded: Samples, seen: Sequence[tuple[Piece, NDArray[np.intp]]], reach: int, rate_hz: float
) -> bool:
    """Tell whether copies of what stands alone explain successions better than those of what was unfolded from them.

    What was unfolded is a guess where potentials outlast the intervals; that of a unit that never fires alone is not,
    and explains more than the doublets that look alone.
    """
    pieces = [p for p, tops in seen if len(tops) > 2][:_HELD_AGAINST]
    shares = [
        sum(fitted(np.pad(p.wave, reach), Kernel(wave[None]), rate_hz, p.noise)[1] for p in pieces)
        for wave in (alone, unfolded)
    ]
    return shares[0] > shares[1]


def _means(waves: Sequence[Samples], reach: int, noise: float) -> list[Samples]:
    """Give the mean of each family of two or more, the largest families first."""
    families = [family for family in _families(waves, reach // 3, noise) if len(family) > 1]
    return [np.asarray(np.mean(family, axis=0)) for family in sorted(families, key=len, reverse=True)[:_UNITS]]


def _all_unfolded(seen: Sequence[tuple[Piece, NDArray[np.intp]]], reach: int) -> list[Samples]:
    """Give what the first stretches of three peaks or more are made of."""
    return [_unfolded(p, tops, reach) for p, tops in [one for one in seen if len(one[1]) > 2][:_UNFOLDED]]


def _centred(wave: Samples, reach: int) -> Samples:
    """Cut a stretch around its largest deflection; what lies beyond its ends is zero."""
    top = int(np.argmax(np.abs(wave)))
    out = np.zeros(2 * reach + 1)
    low, high = max(top - reach, 0), min(top + reach + 1, wave.size)
    out[low - top + reach : high - top + reach] = wave[low:high]
    return out


def _unfolded(piece: Piece, tops: NDArray[np.intp], reach: int) -> Samples:
    """Give the waveform whose copies at the peaks make up a stretch; where they may overlap it is kept small."""
    from involuntary.dsp.unmix_kernels import solved  # compiled; loaded when first used

    n, length = piece.wave.size, 2 * reach + 1
    away = np.abs(np.arange(length) - reach)
    # What lies beyond the compact part of the next copy could as well be of that one.
    shared = away > np.min(np.diff(tops)) - _COMPACT * reach
    products = np.diag(0.05 + np.where(shared, (away / (_COMPACT * reach)) ** 4, 0.0))
    for top in tops.tolist():
        # Two copies share the samples of one that lie so far from its peak, and before, of the other.
        for ahead in (tops[(tops >= top) & (tops < top + length)] - top).tolist():
            at = np.arange(max(ahead, reach - top), min(length, n - top + reach))
            products[at, at - ahead] += 1.0
    padded = np.pad(piece.wave, reach)
    return solved(products, np.sum([padded[top : top + length] for top in tops.tolist()], axis=0))


def _families(waves: Sequence[Samples], farthest: int, noise: float = 0.0) -> list[list[Samples]]:
    """Join waveforms that are alike in shape and size, each, shifted to fit best, to the first family that it fits."""
    families: list[list[Samples]] = []
    sizes: list[float] = []
    for wave in waves:
        norm = math.sqrt(max(float(wave @ wave) - wave.size * noise * noise, 0.3 * float(wave @ wave)))
        for family, size in zip(families, sizes, strict=True):
            leader = family[0]
            if not norm / ALIKE_SIZES <= size <= norm * ALIKE_SIZES:
                continue
            products = np.correlate(leader, wave, "full")[wave.size - 1 - farthest : wave.size + farthest]
            best = int(np.argmax(products))
            if products[best] >= (ALIKE - min(1.5 * noise / norm, 0.3)) * size * norm:
                family.append(_rolled(wave, best - farthest))
                break
        else:
            families.append([wave])
            sizes.append(norm)
    return families


def _rolled(wave: Samples, shift: int) -> Samples:
    """Move a waveform; what comes in is zero."""
    out = np.zeros_like(wave)
    low, high = max(shift, 0), wave.size + min(shift, 0)
    out[low:high] = wave[low - shift : high - shift]
    return out


def _width(wave: Samples) -> float:
    """Give the spread of a waveform's energy in samples squared."""
    at, energy = np.arange(wave.size), wave * wave
    middle = float(at @ energy) / float(energy.sum())
    return float((at - middle) ** 2 @ energy) / float(energy.sum())


def _composed(wave: Samples, shorter: Samples, reach: int, rate_hz: float) -> bool:
    """Tell whether a waveform is one, or more, copies of a shorter one."""
    found, explained = fitted(np.pad(wave, reach), Kernel(shorter[None]), rate_hz, 0.0)
    gains = [one.gain for one in found]
    return explained > _COPIES and min(gains) > 0.5 and max(gains) < _MOST_GAIN


def discharges_of(pieces: Sequence[Piece], shapes: Shapes, rate_hz: float, explained_share: float) -> Samples:
    """Give the discharges of every stretch.

    Returns
    -------
    ndarray, shape (n, 6)
        Time in samples from the stretch's first, amplitude peak to peak, unit or -1, explained share, not-a-number
        (how certain the count is, is not known here), stretch.
    """
    rows: list[tuple[float, ...]] = []
    alone = [Kernel(wave[None]) for wave in shapes.waves]
    together = Kernel(shapes.waves) if len(shapes) > 1 else None
    tried, met, spent_s = 0, 0, 0.0
    for number in mixed(len(pieces)):
        piece, found = pieces[number], Rows()
        if len(shapes):
            if (tried >= TRIED or spent_s >= _SPENT_S) and met < MET * tried:
                break
            found = _of_one(piece, shapes, alone, rate_hz, explained_share)
            if not found and together and piece.wave.size <= _GUESSED_TOGETHER_S * rate_hz:
                found = _of_several(piece, shapes, together, rate_hz, explained_share)
            tried, met = tried + (len(found) != 1), met + (len(found) > 1 and _well(found))
            spent_s += piece.wave.size / rate_hz if len(found) != 1 else 0.0
        rows += [(*row, float(number)) for row in found or counted(piece, rate_hz)]
    rows.sort(key=lambda row: row[5])
    return np.array(rows, dtype=np.float64).reshape(-1, 6)


def mixed(n: int) -> list[int]:
    """Give the numbers below n so that those tried first stand for all, whenever an effort was made."""
    order: list[int] = np.argsort(np.arange(n) * 0.6180339887 % 1.0, kind="stable").tolist()
    return order


def _well(found: Rows) -> bool:
    """Tell whether discharges explain a stretch well and keep even intervals, as those of one unit do."""
    between = np.diff(np.sort([position for position, *_ in found]))
    steps = np.diff(np.log(np.maximum(between, 1e-3)))
    even = not steps.size or float(np.sqrt(np.mean(steps**2))) <= _EVEN
    return even and found[0][3] > _WELL


def _of_one(piece: Piece, shapes: Shapes, alone: list[Kernel], rate_hz: float, least: float) -> Rows:
    """Explain a stretch by one unit; nothing where none explains enough."""
    padded = np.pad(piece.wave, shapes.waves.shape[1] // 2)
    likely = np.argsort([-float(np.max(np.correlate(padded, k.waves[0], "valid"))) / k.energy[0] ** 0.5 for k in alone])
    best: Rows = []
    for unit in likely[:LIKELY].tolist():
        found, share = fitted(padded, alone[unit], rate_hz, piece.noise, least)
        if share >= least and _of_one_size(found) and (not best or share > best[0][3]):
            size = float(np.ptp(shapes.waves[unit]))
            best = [
                (one.position, one.gain * size, float(unit), share, np.nan) for one in found if one.gain >= LEAST_GAIN
            ]
        if best and share > _SURELY:
            break
    return best


def _of_one_size(found: Sequence[Discharge]) -> bool:
    """Tell whether discharges are of one size, as a unit's are that loses some of it from one to the next."""
    gains = np.abs([one.gain for one in found])
    odd = (gains < LEAST_GAIN) | (gains > 1.5 * _MOST_GAIN)
    return bool(np.sum(gains[odd]) <= _ODD_SHARE * np.sum(gains)) and not np.all(odd)


def _of_several(piece: Piece, shapes: Shapes, together: Kernel, rate_hz: float, least: float) -> Rows:
    """Explain a stretch by several units at once; nothing where they do not explain enough."""
    padded = np.pad(piece.wave, shapes.waves.shape[1] // 2)
    found, share = fitted(padded, together, rate_hz, piece.noise, least)
    size = np.ptp(shapes.waves, axis=1)
    kept = [
        (one.position, one.gain * float(size[one.unit]), float(one.unit), share, np.nan)
        for one in found
        if one.gain >= LEAST_GAIN
    ]
    return kept if share >= least else []


def counted(piece: Piece, rate_hz: float) -> Rows:
    """Count the peaks of a stretch of which no unit is known."""
    size, tops = float(np.ptp(piece.wave)), peaks(piece, rate_hz)
    height = np.abs(piece.wave[tops])
    at = peaks_between(piece.wave, tops)
    return [
        (float(where), size * share, -1.0, np.nan, np.nan)
        for where, share in zip(at, height / height.max(), strict=True)
    ]


def linked(parts: Sequence[Shapes]) -> list[Samples]:
    """Name the units of successive blocks: those that are alike are one."""
    known: list[Samples] = []
    named = []
    for part in parts:
        names = []
        for wave in part.waves:
            alike = [i for i, other in enumerate(known) if len(_families([other, wave], wave.size // 6)) == 1]
            names.append(alike[0] if alike else len(known))
            known += [] if alike else [wave]
        named.append(np.array(names, dtype=np.float64))
    return named
