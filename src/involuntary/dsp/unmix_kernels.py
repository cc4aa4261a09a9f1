"""Least squares for few copies of short waveforms in a long stretch: what touches nothing costs nothing.

Two copies that do not overlap have no product, so that the products of copies in order lie near the diagonal. The
factor of Cholesky keeps every row's first entry where it is (the envelope, or skyline, method [1]_), which makes the
work proportional to the number of copies, on one processor, and the same on every machine.

References
----------
.. [1] George A, Liu JW-H (1981). Computer Solution of Large Sparse Positive Definite Systems. Prentice-Hall, ch. 4.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

__all__ = ["active_set", "products_of_rows", "solved"]

Samples = NDArray[np.float64]
Places = NDArray[np.intp]

_NONE = 1e-6
_RIDGE = 1e-9  # of the largest product


@njit(cache=True, nogil=True, error_model="numpy")
def solved(products: Samples, right: Samples) -> Samples:
    """Solve a positive definite system; only the lower triangle is read, from each row's first entry on."""
    count = right.size
    factor = np.zeros((count, count))
    out = right.copy()
    first = np.zeros(count, np.intp)
    for i in range(count):
        while first[i] < i and products[i, first[i]] == 0.0:
            first[i] += 1
        for j in range(first[i], i + 1):
            total = products[i, j]
            for k in range(max(first[i], first[j]), j):
                total -= factor[i, k] * factor[j, k]
            factor[i, j] = total / factor[j, j] if j < i else np.sqrt(max(total, 1e-300))
        for k in range(first[i], i):
            out[i] -= factor[i, k] * out[k]
        out[i] /= factor[i, i]
    for i in range(count - 1, -1, -1):
        out[i] /= factor[i, i]
        for k in range(first[i], i):
            out[k] -= factor[i, k] * out[i]
    return out


@njit(cache=True, nogil=True, error_model="numpy")
def products_of_rows(rows: Samples, first: Places) -> Samples:
    """Give the products of rows that begin at samples in rising order, lower triangle."""
    count, length = rows.shape
    out = np.zeros((count, count))
    for i in range(count):
        for j in range(i, -1, -1):
            shift = first[i] - first[j]
            if shift >= length:
                break
            total = 0.0
            for k in range(length - shift):
                total += rows[i, k] * rows[j, k + shift]
            out[i, j] = total
    return out


@njit(cache=True, nogil=True, error_model="numpy")
def _settled(products: Samples, match: Samples, n: int, active: Places, weights: Samples) -> tuple[Places, Samples]:
    """Solve for the active copies, in order of their shift; those that would turn negative leave."""
    middle = products.shape[2] // 2
    while True:
        count = active.size
        shift, unit = active % n, active // n
        part, right = np.zeros((count, count)), match[active]
        for i in range(count):
            for j in range(i, -1, -1):
                if shift[i] - shift[j] > middle:
                    break
                part[i, j] = products[unit[i], unit[j], shift[j] - shift[i] + middle]
        largest = 0.0
        for i in range(count):
            largest = max(largest, part[i, i])
        for i in range(count):
            part[i, i] += _RIDGE * largest
        found = solved(part, right)
        step = 1.0
        for i in range(count):
            if found[i] <= 0:
                way = weights[i] - found[i]
                step = min(step, weights[i] / way if way > 0 else 0.0)
        if count == 0 or np.min(found) > 0:
            return active, found
        weights = weights + step * (found - weights)
        stays = (found > 0) | (weights > _NONE * np.max(np.abs(found)))
        active, weights = active[stays], weights[stays]


@njit(cache=True, nogil=True, error_model="numpy")
def _with(active: Places, weights: Samples, new: int, n: int) -> tuple[Places, Samples]:
    """Put a copy of no weight where its shift belongs."""
    place = 0
    while place < active.size and active[place] % n <= new % n:
        place += 1
    joined, before = np.empty(active.size + 1, np.intp), np.zeros(active.size + 1)
    joined[:place], joined[place], joined[place + 1 :] = active[:place], new, active[place:]
    before[:place], before[place + 1 :] = weights[:place], weights[place:]
    return joined, before


@njit(cache=True, nogil=True, error_model="numpy")
def _take(products: Samples, active: Places, weights: Samples, n: int, left: Samples) -> None:
    """Take the active copies' products from what is left at every shift that they reach."""
    middle = products.shape[2] // 2
    for i in range(active.size):
        shift = active[i] % n
        low, high = max(shift - middle, 0), min(shift + middle + 1, n)
        for unit in range(products.shape[0]):
            for at in range(low, high):
                left[unit * n + at] -= weights[i] * products[unit, active[i] // n, shift - at + middle]


@njit(cache=True, nogil=True, error_model="numpy")
def active_set(products: Samples, match: Samples, limit: Samples, n: int, enough: float, most: int) -> Samples:
    """Give the weights of all copies: the active set method, which adds the copy that matches best what is left."""
    active, found = np.empty(0, np.intp), np.empty(0)
    barred = np.zeros(match.size, np.bool_)
    left = match - limit
    for _ in range(most):
        explained = 0.0
        for i in range(active.size):
            explained += found[i] * match[active[i]]
            left[active[i]] = -np.inf
        if explained >= enough:
            break
        best = -1
        for i in range(match.size):
            if not barred[i] and left[i] > 0 and (best < 0 or left[i] > left[best]):
                best = i
        if best < 0:
            break
        joined, before = _with(active, found, best, n)
        active, found = _settled(products, match, n, joined, before)
        # A copy that turned negative at once is not tried again until another has joined.
        if np.any(active == best):
            barred[:] = False
        else:
            barred[best] = True
        left[:] = match - limit
        _take(products, active, found, n, left)
    weights = np.zeros(match.size)
    for i in range(active.size):
        weights[active[i]] = found[i]
    return weights
