"""Spikes that lie over each other, timed together: every one's shape and every one's time by one least-squares fit."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from involuntary.dsp.jitter import MEDIAN_OF_GAUSSIAN

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

__all__ = ["Superposed", "left_over", "superposed"]

Floats = NDArray[np.float64]

# A shape reaches so far before and after its spike's top; it is a cubic spline of so many knots a second.
_BEFORE_S, _AFTER_S, _KNOTS_HZ, _FINEST = 0.0015, 0.0035, 30_000.0, 0.4
# To begin with a shape is what lies nearest to its spike (up to so many times the largest height, and beyond that so
# little of it); what the fit makes of it differs by about the largest height: engineering choices.
_OWN, _FOREIGN, _SHARED = 3.0, 0.003, 1.0
# Rounds; the furthest that one round and that all of them move a spike, and the way that ends them.
_ROUNDS, _STEP_S, _FURTHEST_S, _STILL_S = 12, 8e-5, 4e-4, 3e-7
# Damping to begin with, after a better round and after a worse one (Levenberg and Marquardt); the least.
_DAMPING, _CALMER, _WILDER, _TIED = 1e-3, 0.3, 10.0, 1e-9


class Superposed(NamedTuple):
    """Spikes timed together.

    Attributes
    ----------
    place : ndarray, shape (n, k)
        Where each is, in samples, up to one number a spike; not-a-number where it is missing.
    error : ndarray, shape (k, k)
        Standard deviation, by noise alone, of the distance of two in samples; on the diagonal of each one's own place.
    unsure : ndarray, shape (k, k)
        Standard deviation of the factor by which all that the distance of two varies is wrong because shapes are not
        known: the more they keep it the less is known whose is what. On the diagonal of each place from the origin.
    rest : ndarray, shape (m,)
        The signal without them, as far as they reach.
    """

    place: Floats
    error: Floats
    unsure: Floats
    rest: Floats


def superposed(samples: Floats, place: Floats, origin: Floats, rate_hz: float, noise: float) -> Superposed:
    """Time spikes that lie over each other, by shapes that are found with their times.

    Least squares over all shapes and all times (Levenberg and Marquardt), shapes eliminated (Schur complement). What
    belongs to whom is known from discharges in which they lie differently, or in which one is missing.

    Parameters
    ----------
    samples : ndarray, shape (m,)
        Signal, noise and all.
    place : ndarray, shape (n, k)
        About where each of k spikes is in each of n discharges, in samples; not-a-number where it is missing.
    origin : ndarray, shape (n,)
        Where each discharge begins, such as its stimulus, in samples.
    rate_hz : float
        Samples a second.
    noise : float
        Root mean square of the noise.
    """
    fit = _Fit.of(samples, place, rate_hz, noise)
    now = fit.solved(place)
    damping, step, near = _DAMPING, _STEP_S * rate_hz, _FURTHEST_S * rate_hz
    for _ in range(_ROUNDS):
        moved = np.clip(fit.moved(now, damping), -step, step)
        tried = fit.solved(np.clip(now.place + moved, place - near, place + near))
        better = tried.cost < now.cost
        damping *= _CALMER if better else _WILDER
        now = tried if better else now
        if damping > 1 or (better and np.max(np.abs(moved)) < _STILL_S * rate_hz):
            break
    rest = samples.copy()
    rest[fit.at] = now.rest
    return Superposed(now.place, fit.errors(samples, now), noise * fit.unsure(now, origin), rest)


def left_over(samples: Floats, place: Floats, rate_hz: float, noise: float) -> Floats:
    """Give the signal without spikes at known places, each of one shape, as far as these reach.

    Parameters are those of `superposed`.
    """
    fit = _Fit.of(samples, place, rate_hz, noise)
    rest = samples.copy()
    rest[fit.at] = fit.solved(place).rest
    return rest


class _Solved(NamedTuple):
    """Places, the shapes that suit them best, what these leave over, what that costs, and its equations."""

    place: Floats
    shapes: Floats
    rest: Floats
    cost: float
    design: csr_matrix
    slope: list[csr_matrix]
    gram: Floats


class _Equations(NamedTuple):
    """The pull on each place, and what is left of the equations of the shapes where all places go along."""

    pull: Floats
    inverse: Floats
    through: Floats
    gram: Floats


@dataclass(frozen=True, slots=True, eq=False)
class _Fit:
    """Samples about every discharge, which discharge each is of, and what the shapes are expected to be."""

    at: NDArray[np.intp]
    discharge: NDArray[np.intp]
    signal: Floats
    usual: Floats
    penalty: Floats
    step: float
    before: int
    n: int
    k: int

    @classmethod
    def of(cls, samples: Floats, place: Floats, rate_hz: float, noise: float) -> _Fit:
        n, k = place.shape
        step = max(rate_hz / _KNOTS_HZ, _FINEST)
        before, after = (int(np.ceil(s * rate_hz / step)) + 2 for s in (_BEFORE_S, _AFTER_S))
        first = np.maximum(np.nanmin(place, axis=1) - _BEFORE_S / 2 * rate_hz, 0).astype(np.intp)
        last = np.minimum(np.nanmax(place, axis=1) + 0.8 * _AFTER_S * rate_hz, samples.size - 1).astype(np.intp)
        at = np.concatenate([np.arange(a, b + 1) for a, b in zip(first, last, strict=True)])
        height = max(float(np.median(samples[np.rint(one[np.isfinite(one)]).astype(np.intp)])) for one in place.T)
        time = (np.arange(before + after, dtype=np.float64) - before) * step
        foreign = np.concatenate([_foreign(place, i, time) for i in range(k)])
        own = (noise / (np.where(foreign, _FOREIGN, _OWN) * height)) ** 2
        discharge = np.repeat(np.arange(n), last - first + 1)
        nearest = cls(at, discharge, samples[at], np.zeros(own.size), own, step, before, n, k)
        expected = (noise / (_SHARED * height)) ** 2
        return replace(nearest, usual=nearest.solved(place).shapes, penalty=np.full(own.size, expected))

    def solved(self, place: Floats) -> _Solved:
        """Give the shapes that suit places best."""
        design, slope = self.design(place)
        gram = (design.T @ design).toarray() + np.diag(self.penalty)
        shapes = np.linalg.solve(gram, design.T @ self.signal + self.penalty * self.usual)
        rest = self.signal - design @ shapes
        cost = float(rest @ rest + self.penalty @ (shapes - self.usual) ** 2)
        return _Solved(place, shapes, rest, cost, design, slope, gram)

    def design(self, place: Floats) -> tuple[csr_matrix, list[csr_matrix]]:
        """Give the matrix that makes samples of shapes, and for each shape that of its slope."""
        from scipy import sparse

        length = self.penalty.size // self.k
        rows, columns, values, slopes = [], [], [], []
        for i in range(self.k):
            inside, first, value, slope = self.spline(self.at - place[self.discharge, i])
            rows.append(np.repeat(inside, 4))
            columns.append((i * length + first[:, None] + np.arange(4)).ravel())
            values.append(value.ravel())
            slopes.append(slope.ravel())
        shape = (self.at.size, self.penalty.size)
        whole = sparse.csr_matrix((np.concatenate(values), (np.concatenate(rows), np.concatenate(columns))), shape)
        each = zip(slopes, rows, columns, strict=True)
        return whole, [sparse.csr_matrix((slope, (row, column)), shape) for slope, row, column in each]

    def spline(self, time: Floats) -> tuple[NDArray[np.intp], NDArray[np.intp], Floats, Floats]:
        """Tell which times from a spike a shape reaches, the first of four knots there, and their weights and slopes.

        Of a cubic B-spline; time and slope in samples.
        """
        where = time / self.step + self.before
        inside = np.flatnonzero((where >= 1) & (where < self.penalty.size // self.k - 2))
        first = np.floor(where[inside]).astype(np.intp)
        f = where[inside] - first
        value = np.stack([(1 - f) ** 3, 3 * f**3 - 6 * f**2 + 4, -3 * f**3 + 3 * f**2 + 3 * f + 1, f**3], axis=1) / 6
        slope = np.stack([-((1 - f) ** 2), 3 * f**2 - 4 * f, -3 * f**2 + 2 * f + 1, f**2], axis=1) / 2
        return inside, first - 1, value, slope / self.step

    def equations(self, now: _Solved, damping: float) -> _Equations:
        """Give what ties places and shapes together."""
        from scipy import sparse

        by = [-(one @ now.shapes) for one in now.slope]
        pull = np.array([np.bincount(self.discharge, one * now.rest, self.n) for one in by], dtype=np.float64).T
        every = (np.arange(self.at.size), self.discharge)
        cross = np.stack([(now.design.T @ sparse.csr_matrix((one, every))).toarray() for one in by], axis=2)
        own = np.stack([[np.bincount(self.discharge, a * b, self.n) for a in by] for b in by]).transpose(2, 0, 1)
        energy = np.diagonal(own, axis1=1, axis2=2)
        usual = np.array([np.median(one[one > 0]) if np.any(one > 0) else 1.0 for one in energy.T])
        # A missing spike has no energy: its place stays.
        inverse = np.linalg.inv(own + np.eye(self.k) * (np.where(energy > 0, damping, 1.0) * usual)[:, None, :])
        through = np.einsum("aij,ijl->ail", cross, inverse).reshape(now.shapes.size, -1)
        gram = now.gram - through @ cross.reshape(now.shapes.size, -1).T + _TIED * np.diag(np.diag(now.gram))
        return _Equations(pull, inverse, through, gram)

    def moved(self, now: _Solved, damping: float) -> Floats:
        """Give the step of all places, shape (n, k), that Gauss and Newton would take if all shapes went along."""
        e = self.equations(now, damping)
        changed = np.linalg.solve(e.gram, -e.through @ e.pull.ravel())
        alone = np.einsum("ijl,il->ij", e.inverse, e.pull)
        moved = alone - (e.through.T @ changed).reshape(self.n, self.k)
        return np.asarray(np.where(np.isfinite(now.place), moved, 0.0), dtype=np.float64)

    def unsure(self, now: _Solved, origin: Floats) -> Floats:
        """Give by what share of it that two vary by is wrong for want of shapes, in noise of 1; shape (k, k)."""
        e = self.equations(now, _TIED)
        ways = []
        for i in range(self.k):
            for j in range(self.k):
                varies = now.place[:, j] - (now.place[:, i] if i != j else origin)
                varies = np.nan_to_num(varies - np.nanmedian(varies))
                way = np.zeros((self.n, self.k))
                way[:, i] -= varies
                way[:, j] = varies
                ways.append(way / max(float(varies @ varies), np.finfo(np.float64).tiny))
        tied = e.through @ np.array(ways).reshape(len(ways), -1).T
        variance = np.sum(tied * np.linalg.solve(e.gram, tied), axis=0)
        found: Floats = np.sqrt(np.maximum(variance, 0.0)).reshape(self.k, self.k)
        return found

    def errors(self, samples: Floats, now: _Solved) -> Floats:
        """Give what the signal between spikes, whatever its colour, would move each place and each distance by."""
        from scipy.signal import oaconvolve

        usual = np.nanmedian(now.place - np.nanmin(now.place, axis=1)[:, None], axis=0)
        reach = (self.penalty.size // self.k - self.before) * self.step
        time = np.arange(-np.ceil(self.before * self.step), np.ceil(np.max(usual) + reach) + 1)
        slopes = np.zeros((time.size, self.k))
        for i, shape in enumerate(now.shapes.reshape(self.k, -1)):
            inside, first, _, slope = self.spline(time - usual[i])
            slopes[inside, i] = -np.sum(shape[first[:, None] + np.arange(4)] * slope, axis=1)
        moved = [oaconvolve(samples, one[::-1], mode="valid") for one in np.linalg.pinv(slopes)]
        apart = [[moved[i] - (moved[j] if i != j else 0.0) for j in range(self.k)] for i in range(self.k)]
        found: Floats = np.median(np.abs(apart), axis=2) / MEDIAN_OF_GAUSSIAN
        return found


def _foreign(place: Floats, i: int, time: Floats) -> NDArray[np.bool_]:
    """Tell which times from a spike, in samples, usually lie nearer to another."""
    apart = np.nanmedian(np.delete(place, i, axis=1) - place[:, i : i + 1], axis=0)
    earlier, later = np.max(apart[apart < 0], initial=-np.inf), np.min(apart[apart > 0], initial=np.inf)
    foreign: NDArray[np.bool_] = (time < earlier / 2) | (time > later / 2)
    return foreign
