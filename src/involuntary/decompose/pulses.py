"""Pulses of a source: which of its peaks are discharges, and how far they stand apart from the rest."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from involuntary.decompose.trains import gaps

__all__ = ["Pulses", "completed", "in_step", "outliers", "peaks", "pulse_to_noise_db", "pulses", "silhouette"]

Floats = NDArray[np.float64]
Indices = NDArray[np.intp]


@dataclass(frozen=True, slots=True, eq=False)
class Pulses:
    """Discharges in a source.

    Attributes
    ----------
    at : ndarray of intp, shape (discharges,)
        Samples, sorted.
    silhouette : float
        Up to 1; 0 where pulses and the rest are one cloud.
    pulse_to_noise_db : float
        Power of the pulses over that between them.
    variation : float
        Of the intervals: 0.74 times their interquartile range over the median, as a coefficient of variation.
    """

    at: Indices
    silhouette: float
    pulse_to_noise_db: float
    variation: float


def pulses(source: NDArray[np.floating], apart: int, rate_hz: float) -> Pulses | None:
    """Part the peaks of a source into pulses and the rest by two means; None where there are not two kinds.

    Parameters
    ----------
    source : ndarray, shape (n,)
        Pulses point upwards.
    apart : int
        Least distance of two pulses in samples.
    rate_hz : float
    """
    power, tops, high = _parted(source, apart)
    at = tops[high]
    if at.size < 3 or high.all():
        return None
    intervals = np.diff(at)
    low, middle, top = np.quantile(intervals, [0.25, 0.5, 0.75])
    return Pulses(
        at,
        silhouette(power[tops], high),
        pulse_to_noise_db(np.asarray(source, dtype=np.float64), at, rate_hz),
        0.74 * float(top - low) / float(middle),
    )


def outliers(source: NDArray[np.floating], apart: int, fewest: int) -> Indices:
    """Give the pulses of a source that has fewer of them than a unit: twitches of the electrodes, doublets, chance."""
    _, tops, high = _parted(source, apart)
    return tops[high] if np.count_nonzero(high) < fewest else tops[:0]


def _parted(source: NDArray[np.floating], apart: int) -> tuple[Floats, Indices, NDArray[np.bool_]]:
    """Give the power of a source, its peaks, and which of them are pulses."""
    power = np.square(np.maximum(np.asarray(source, dtype=np.float64), 0.0))
    tops = peaks(power, apart)
    return power, tops, _upper(power[tops]) if tops.size else np.zeros(0, dtype=np.bool_)


def completed(source: NDArray[np.floating], found: Pulses, share: float) -> Pulses:
    """Add the pulses that are lower than the others but come where the rhythm asks for one.

    Parameters
    ----------
    source : ndarray, shape (n,)
    found : Pulses
        Of that source.
    share : float
        Of the median height of the pulses, which one that fills a gap reaches.
    """
    usual = float(np.median(np.diff(found.at)))
    least = share * float(np.median(source[found.at]))
    added = []
    for low, high in gaps(found.at.tolist(), usual):
        top = low + int(np.argmax(source[low:high])) if high > low else low
        if source[top] >= least:
            added.append(top)
    return replace(found, at=np.sort(np.concatenate([found.at, np.array(added, dtype=np.intp)])))


def in_step(at: Indices, period: float) -> float:
    """Give how near intervals come to whole periods: 1 where all are, 0 by chance, however the phase wanders."""
    return float(np.mean(np.cos(2 * np.pi * np.diff(at) / period))) if at.size > 1 else 0.0


def peaks(values: Floats, apart: int) -> Indices:
    """Give the samples that are the highest within `apart` to either side."""
    inner = values[1:-1]
    tops = np.flatnonzero((inner > values[:-2]) & (inner >= values[2:])) + 1
    kept: list[int] = []
    for top, size in zip(tops.tolist(), values[tops].tolist(), strict=True):
        if not kept or top - kept[-1] >= apart:
            kept.append(top)
        elif size > values[kept[-1]]:
            kept[-1] = top
    return np.array(kept, dtype=np.intp)


def _upper(size: Floats) -> NDArray[np.bool_]:
    """Part values into two by two means that start at the ends; true for the upper."""
    low, high = float(size.min()), float(size.max())
    upper = np.zeros(size.size, dtype=np.bool_)
    for _ in range(100):
        new = size > (low + high) / 2
        if np.array_equal(new, upper) or not new.any() or new.all():
            break
        upper = new
        low, high = float(size[~upper].mean()), float(size[upper].mean())
    return upper


def silhouette(size: Floats, upper: NDArray[np.bool_]) -> float:
    """Compare the distances of pulses to their own mean with those to the mean of the rest (Negro 2016)."""
    own = float(np.sum((size[upper] - size[upper].mean()) ** 2))
    other = float(np.sum((size[upper] - size[~upper].mean()) ** 2))
    return (other - own) / max(own, other, 1e-300)


def pulse_to_noise_db(source: Floats, at: Indices, rate_hz: float) -> float:
    """Give the power of the pulses over that of what is not negative between them, 1.5 ms around each left out.

    References
    ----------
    Holobar A, Minetto MA, Farina D (2014). Accurate identification of motor unit discharge patterns from high-density
    surface EMG and validation with a novel signal-based performance metric. J Neural Eng 11:016008.
    """
    near = round(3 * rate_hz / 2048)
    free = np.ones(source.size, dtype=np.bool_)
    free[: at[0]] = free[at[-1] + 1 :] = False
    for shift in range(-near, near + 1):
        free[np.clip(at + shift, 0, source.size - 1)] = False
    noise = source[free & (source >= 0)]
    power = float(np.mean(source[at] ** 2))
    return float(10 * np.log10(power / max(float(np.mean(noise**2)), 1e-300))) if noise.size else float("inf")
