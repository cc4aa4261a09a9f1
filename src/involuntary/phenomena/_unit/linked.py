"""Units of successive pieces of one recorded stretch: those whose averaged potentials are alike are one."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

__all__ = ["linked"]

Floats = NDArray[np.float64]

# Engineering choices: of the larger one's energy, what two averages of one unit differ by; and how far they are moved.
_ALIKE_SHARE = 0.1
_SLACK_MS = 2.0


def linked(pieces: Sequence[Sequence[Floats]], rate_hz: float) -> list[list[tuple[int, int]]]:
    """Give the units of all pieces, each as the places (piece, unit) where it was found.

    A unit of one piece goes on in the next where its potential is most like one there, and that most like it.

    Parameters
    ----------
    pieces : sequence of sequence of ndarray, shape (m,)
        Averaged potentials of the units of each piece, in order of time.
    rate_hz : float
    """
    found: list[list[tuple[int, int]]] = []
    slack = round(_SLACK_MS / 1e3 * rate_hz)
    for number, potentials in enumerate(pieces):
        known = [pieces[group[-1][0]][group[-1][1]] for group in found]
        apart = np.array([[_difference(a, b, slack) for b in potentials] for a in known])
        apart = apart.reshape(len(known), len(potentials))
        left = set(range(len(potentials)))
        while apart.size and np.min(apart) <= _ALIKE_SHARE:
            group, unit = (int(i) for i in np.unravel_index(np.argmin(apart), apart.shape))
            found[group].append((number, unit))
            left.discard(unit)
            apart[group, :] = apart[:, unit] = np.inf
        found += [[(number, unit)] for unit in sorted(left)]
    return found


def _difference(a: Floats, b: Floats, slack: int) -> float:
    """Give the energy in which two potentials differ at their best place, over that of the larger."""
    energy = float(np.sum(a**2)), float(np.sum(b**2))
    if not max(energy) > 0:
        return float("inf")
    middle = a.size - 1
    shared = np.correlate(a, b, "full")[max(middle - slack, 0) : middle + slack + 1]
    return (sum(energy) - 2 * float(np.max(shared))) / max(energy)
