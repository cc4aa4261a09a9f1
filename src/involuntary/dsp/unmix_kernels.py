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
def _products(products: Samples, active: Places, count: int, n: int) -> Samples:
    """Give the products of the active copies, lower triangle, with a small ridge."""
    middle, largest = products.shape[2] // 2, 0.0
    out = np.zeros((count, count))
    for i in range(count):
        unit, shift = active[i] // n, active[i] % n
        for j in range(i, -1, -1):
            ahead = active[j] % n - shift + middle
            if ahead < 0:
                break
            out[i, j] = products[unit, active[j] // n, ahead]
        largest = max(largest, out[i, i])
    for i in range(count):
        out[i, i] += _RIDGE * largest
    return out


@njit(cache=True, nogil=True, error_model="numpy")
def _settled(products: Samples, match: Samples, n: int, active: Places, weights: Samples, count: int) -> int:
    """Solve for the active copies, in order of shift; those that would turn negative leave. Give how many stay."""
    while True:
        right = np.empty(count)
        for i in range(count):
            right[i] = match[active[i]]
        found = solved(_products(products, active, count, n), right)
        step, largest = 1.0, 0.0
        for i in range(count):
            largest = max(largest, abs(found[i]))
            if found[i] <= 0:
                way = weights[i] - found[i]
                step = min(step, weights[i] / way if way > 0 else 0.0)
        stay, falls = 0, False
        for i in range(count):
            falls = falls or found[i] <= 0
        for i in range(count):
            weight = weights[i] + step * (found[i] - weights[i]) if falls else found[i]
            if found[i] > 0 or weight > _NONE * largest:
                active[stay], weights[stay] = active[i], weight
                stay += 1
        if not falls:
            return stay
        count = stay


@njit(cache=True, nogil=True, error_model="numpy")
def _join(active: Places, weights: Samples, count: int, new: int, n: int) -> None:
    """Put a copy of no weight where its shift belongs."""
    place = count
    while place > 0 and active[place - 1] % n > new % n:
        active[place], weights[place] = active[place - 1], weights[place - 1]
        place -= 1
    active[place], weights[place] = new, 0.0


@njit(cache=True, nogil=True, error_model="numpy")
def _take(products: Samples, copy: int, weight: float, n: int, left: Samples) -> None:
    """Take a copy's products from what is left at every shift that it reaches."""
    middle, shift = products.shape[2] // 2, copy % n
    for unit in range(products.shape[0]):
        for at in range(max(shift - middle, 0), min(shift + middle + 1, n)):
            left[unit * n + at] -= weight * products[unit, copy // n, shift - at + middle]


@njit(cache=True, nogil=True, error_model="numpy")
def active_set(products: Samples, match: Samples, limit: Samples, n: int, enough: float, most: int) -> Samples:
    """Give the weights of all copies: the active set method, which adds the copy that matches best what is left."""
    active, found, count = np.empty(most + 1, np.intp), np.empty(most + 1), 0
    closed = np.zeros(match.size, np.bool_)
    left = match - limit
    for _ in range(most):
        explained, best = 0.0, -1
        for i in range(count):
            explained += found[i] * match[active[i]]
            left[active[i]] = -np.inf
        if explained >= enough:
            break
        for i in range(match.size):
            if not closed[i] and left[i] > 0 and (best < 0 or left[i] > left[best]):
                best = i
        if best < 0:
            break
        _join(active, found, count, best, n)
        count = _settled(products, match, n, active, found, count + 1)
        # A copy that turned negative at once is not tried again until another has joined.
        stayed = False
        for i in range(count):
            stayed = stayed or active[i] == best
        for i in range(match.size):
            closed[i] = closed[i] and not stayed
            left[i] = match[i] - limit[i]
        closed[best] = not stayed
        for i in range(count):
            _take(products, active[i], found[i], n, left)
    weights = np.zeros(match.size)
    for i in range(count):
        weights[active[i]] = found[i]
    return weights
