"""What a pair of electrodes over a muscle sees of motor units: a table of waves, computed once from the conductor.

The units differ in depth, in how far they lie beside the pair, in where the pair stands between end-plates and tendon,
and in the lengths and speeds of their fibres. So some waves are triphasic, as of a source that passes, some biphasic,
and all end in the small waves that stand still where the fibres end.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from involuntary.simulators._chunks import Floats
from involuntary.simulators._conductor import SOURCES, Layers, Sight, sight

__all__ = ["STEP_S", "waves"]

STEP_S = 5e-5
_SAMPLES = 900
_WAVES, _FIBRES = 64, 24
_APART_MM = 20.0  # between the electrodes of a pair, the recommendation of SENIAM for limb muscles
_DEEPEST_MM, _ACROSS_MM, _ALONG_MM = 18.0, 16.0, 170.0


@lru_cache(maxsize=1)
def waves() -> Floats:
    """Give the waves, shape (waves, samples), each with its largest deflection 1, every `STEP_S` from the discharge."""
    random = np.random.default_rng(0)
    seen = sight(Layers(), _DEEPEST_MM, _ACROSS_MM, _ALONG_MM)
    table: Floats = np.stack([_wave(seen, random) for _ in range(_WAVES)])
    table /= np.abs(table).max(axis=1, keepdims=True)
    return table


def _wave(seen: Sight, random: np.random.Generator) -> Floats:
    """Draw a unit and sum what the pair sees of its fibres (sizes of a limb muscle, engineering choices)."""
    n, half_mm = _FIBRES, random.uniform(55.0, 90.0)
    pair_mm = random.uniform(20.0, half_mm - 20.0)
    radius, angle = random.uniform(1.5, 4.0) * np.sqrt(random.uniform(size=n)), random.uniform(0, 2 * np.pi, n)
    deep = np.clip(random.uniform(3.0, 13.0) + radius * np.sin(angle), 1.5, _DEEPEST_MM)
    beside = np.abs(random.uniform(0.0, 10.0) + radius * np.cos(angle))
    plate = random.normal(0.0, random.uniform(1.0, 4.0), n)
    end = half_mm + random.normal(0.0, 2.0, n)
    late_ms = np.abs(random.normal(1.0, 0.2, n))
    way = np.maximum(np.arange(_SAMPLES) * STEP_S * 1000 - late_ms[:, None], 0.0) * random.normal(4.0, 0.3)
    total = np.zeros(_SAMPLES)
    for fibre in range(n):
        at, of = _along(seen, float(deep[fibre]), float(beside[fibre]), pair_mm)
        for to in (-end[fibre], end[fibre]):
            for current, behind in zip(*SOURCES, strict=True):
                gone = np.clip(way[fibre] - behind, 0.0, abs(to - plate[fibre]))
                total += current * np.interp(plate[fibre] + np.sign(to) * gone, at, of)
    return total


def _along(seen: Sight, deep_mm: float, beside_mm: float, pair_mm: float) -> tuple[Floats, Floats]:
    """Give places along a fibre, in mm from the end-plates, and what the pair sees of a source there."""
    row = np.clip(deep_mm / seen.depth_mm - 1, 0, seen.values.shape[0] - 1.001)
    column = np.clip(beside_mm / seen.x_mm, 0, seen.values.shape[1] - 1.001)
    i, j = int(row), int(column)
    upper, lower = ((1 - (column - j)) * seen.values[k, j] + (column - j) * seen.values[k, j + 1] for k in (i, i + 1))
    half: Floats = ((1 - (row - i)) * upper + (row - i) * lower).astype(np.float64)
    far = np.arange(half.size) * seen.z_mm
    at = np.arange(-100.0, 100.0 + seen.z_mm, seen.z_mm)
    first, second = (np.interp(np.abs(at - pair_mm - off), far, half) for off in (-_APART_MM / 2, _APART_MM / 2))
    return at, first - second
