"""Compiled loops of the simulator, imported only when there is much to do; each has a slow twin where it is called."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

__all__ = ["add_fibres", "add_potentials"]

Floats = NDArray[np.float64]
Number = float | np.floating[Any]
Singles = NDArray[np.float32]
Indices = NDArray[np.intp]


@njit(cache=True, nogil=True, error_model="numpy")
def add_potentials(out: Singles, lanes: Singles, reach: Indices, begin: Indices, row: Indices, gain: Singles) -> None:
    """Add the potential of every discharge, lane by lane, so that what is written stays near the processor.

    Parameters
    ----------
    out : ndarray, shape (channels, n)
        Added to.
    lanes : ndarray, shape (channels, rows, length)
        Potentials; a row is one phase of one unit.
    reach : ndarray, shape (channels, rows, 2)
        First sample and last plus one that are worth adding.
    begin, row : ndarray, shape (discharges,)
        Sample of `out` at which a potential's first sample lies, before 0 or beyond `n` too; and its row.
    gain : ndarray, shape (discharges,)
        Factor of each.
    """
    n = out.shape[1]
    for lane in range(out.shape[0]):
        target = out[lane]
        for i in range(begin.size):
            r, start, factor = row[i], begin[i], gain[i]
            potential = lanes[lane, r]
            a, b = max(start + reach[lane, r, 0], 0), min(start + reach[lane, r, 1], n)
            if a < b:
                # Slices of one length: no index can be out of range, and the loop fills the vector registers.
                to, what = target[a:b], potential[a - start : b - start]
                for k in range(b - a):
                    to[k] += factor * what[k]


@njit(cache=True, nogil=True, error_model="numpy", fastmath=True)
def add_fibres(
    waves: Floats, unit: Indices, x: Floats, depth: Floats, plate: Floats, half: Floats, velocity: Floats,
    delay_ms: Floats, ampere: Floats, grid_x: Floats, grid_z: Floats, table: Singles, step: Floats, current: Floats,
    behind: Floats, rate_hz: float,
) -> None:  # fmt: skip
    """Add what electrodes see of point sources that run along fibres, each from its end-plate to the tendons.

    Parameters
    ----------
    waves : ndarray, shape (units, rows, columns, n)
        Added to, in volts; time from the discharge of the axon.
    unit, x, depth, plate, velocity, delay_ms, ampere : ndarray, shape (fibres,)
        Whose, where (mm), how fast (m/s), how late, and what turns volts a metre into amperes.
    half : ndarray, shape (fibres,)
        From the middle of the end-plate zone to a tendon in mm.
    grid_x, grid_z : ndarray, shape (columns,), (rows,)
        Electrodes in mm.
    table : ndarray, shape (depths, across, along)
        Potential of one ampere; the first depth is one step.
    step : ndarray, shape (3,)
        Of the table in mm.
    current, behind : ndarray, shape (sources,)
        Strength in volts a metre, and place behind the front in mm.
    rate_hz : float
        Of the waves.
    """
    columns, far = waves.shape[2], table.shape[2]
    profile = np.empty(2 * far - 1, dtype=np.float32)
    whole = np.empty(2 * far - 1, dtype=np.float32)
    for f in range(unit.size):
        for column in range(columns):
            _look(table, depth[f] / step[0] - 1.0, abs(grid_x[column] - x[f]) / step[1], ampere[f], profile)
            _combine(profile, current, behind / step[2], whole)
            for direction in range(2):
                sign = 1.0 - 2.0 * direction
                way, pace = half[f] - sign * plate[f], 1000.0 * velocity[f] / rate_hz
                late = delay_ms[f] * rate_hz / 1000.0
                for row in range(waves.shape[1]):
                    # Along the way of the wave, in steps of the table.
                    ahead = sign * (grid_z[row] - plate[f]) / step[2]
                    _run(waves[unit[f], row, column], profile, whole, ahead, way, pace, late, current, behind, step[2])


@njit(cache=True, nogil=True, error_model="numpy", fastmath=True, inline="always")
def _look(table: Singles, down: float, aside: float, ampere: float, profile: Singles) -> None:
    """Write what is seen of a point source at all distances along the fibre, backwards and forwards."""
    far = table.shape[2]
    down = min(max(down, 0.0), table.shape[0] - 1.001)
    aside = min(aside, table.shape[1] - 1.001)
    d, a = int(down), int(aside)
    below, beside, scale = np.float32(down - d), np.float32(aside - a), np.float32(ampere)
    for i in range(far):
        near = table[d, a, i] + beside * (table[d, a + 1, i] - table[d, a, i])
        deep = table[d + 1, a, i] + beside * (table[d + 1, a + 1, i] - table[d + 1, a, i])
        value = (near + below * (deep - near)) * scale
        profile[far - 1 + i] = value
        profile[far - 1 - i] = value


@njit(cache=True, nogil=True, error_model="numpy", fastmath=True, inline="always")
def _combine(profile: Singles, current: Floats, behind: Floats, whole: Singles) -> None:
    """Write what is seen of all sources together while none of them stands still."""
    last = profile.size - 2
    whole[:] = np.float32(0.0)
    for k in range(current.size):
        shift = int(behind[k])
        part, strength = np.float32(behind[k] - shift), np.float32(current[k])
        for i in range(last - shift):
            whole[i] += strength * (profile[i + shift] + part * (profile[i + shift + 1] - profile[i + shift]))
        for i in range(last - shift, last + 2):
            whole[i] += strength * profile[last + 1]


@njit(cache=True, nogil=True, error_model="numpy", fastmath=True, inline="always")
def _run(
    wave: Floats, profile: Singles, whole: Singles, ahead: float, way: float, pace: float, late: float,
    current: Floats, behind: Floats, step: float,
) -> None:  # fmt: skip
    """Add one electrode's sight of one wave: sources start one after the other, run together, and stop."""
    n, middle = wave.size, (profile.size - 1) // 2
    longest = behind[-1]
    first = min(max(int(np.ceil(late)), 0), n)
    stop = min(max(int(np.ceil(late + (way + longest) / pace)), first), n)
    free = min(max(int(np.ceil(late + longest / pace)), first), stop)
    held = min(max(int(late + way / pace) + 1, free), stop)
    per_step = np.float32(pace / step)
    start = np.float32(ahead + middle + late * pace / step)
    _add_moving(wave, whole, np.float32(1.0), start, per_step, free, held)
    for k in range(current.size):
        strength = np.float32(current[k])
        # While it waits at the end-plate and after it has come to the tendon a source stands still.
        starts = min(max(int(np.ceil(late + behind[k] / pace)), first), stop)
        stands = min(max(int(np.ceil(late + (way + behind[k]) / pace)), starts), stop)
        _add_still(wave, profile, strength, ahead + middle, first, min(starts, free))
        origin = start + np.float32(behind[k] / step)
        _add_moving(wave, profile, strength, origin, per_step, starts, min(stands, free))
        _add_moving(wave, profile, strength, origin, per_step, max(starts, held), stands)
        _add_still(wave, profile, strength, ahead + middle - way / step, max(stands, held), stop)


@njit(cache=True, nogil=True, error_model="numpy", fastmath=True, inline="always")
def _add_moving(wave: Floats, profile: Singles, strength: Number, start: Number, pace: Number, a: int, b: int) -> None:
    last = np.float32(profile.size - 2)
    for t in range(a, b):
        at = min(max(start - pace * np.float32(t), np.float32(0.0)), last)
        i = int(at)
        wave[t] += strength * (profile[i] + (at - np.float32(i)) * (profile[i + 1] - profile[i]))


@njit(cache=True, nogil=True, error_model="numpy", fastmath=True, inline="always")
def _add_still(wave: Floats, profile: Singles, strength: Number, at: Number, a: int, b: int) -> None:
    if a >= b:
        return
    place = min(max(np.float32(at), np.float32(0.0)), np.float32(profile.size - 2))
    i = int(place)
    value = strength * (profile[i] + (place - np.float32(i)) * (profile[i + 1] - profile[i]))
    for t in range(a, b):
        wave[t] += value
