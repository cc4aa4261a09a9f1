"""How a Fourier transform goes through the factors of its length; for `involuntary.dsp.fourier_kernels`."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

__all__ = ["GREATEST", "circle", "factors", "ways"]

GREATEST = 64  # prime factor of a length, above which a pass costs too much

Singles = NDArray[np.float32]
Indices = NDArray[np.intp]
Ways = tuple[Singles, Indices]


@lru_cache(maxsize=8)
def factors(n: int) -> Indices:
    """Give the factors that a transform of `n` goes through: fours, then primes."""
    found, rest, factor = [], n, 4
    while rest > 1:
        while rest % factor == 0:
            found.append(factor)
            rest //= factor
        factor = {4: 2, 2: 3}.get(factor, factor + 2)
    return np.array(found, dtype=np.intp)


@lru_cache(maxsize=8)
def ways(n: int) -> tuple[Ways, Ways]:
    """Part a length into two factors as alike as they come; for each, its `circle` and its `factors`."""
    every = {1}
    for factor in factors(n).tolist():
        every |= {factor * other for other in every}
    short = max(a for a in every if a * a <= n)
    return (circle(short), factors(short)), (circle(n // short), factors(n // short))


@lru_cache(maxsize=8)
def circle(n: int) -> Singles:
    """Give cosine and sine of `n` steps around the circle, shape (2, n)."""
    angle = 2 * np.pi * np.arange(n) / n
    return np.array([np.cos(angle), np.sin(angle)], dtype=np.float32)
