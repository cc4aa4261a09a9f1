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
# Bands in which spectra are held against each other, which rules out most pairs: they change how fast it is alone.
_BANDS = 64


def linked(pieces: Sequence[Sequence[Floats]], rate_hz: float) -> list[list[tuple[int, int]]]:
    """Give the units of all pieces, each as the places (piece, unit) where it was found.

    A unit of one piece goes on in the next where its potential is most like one there, and that most like it.

    Parameters
    ----------
    pieces : sequence of sequence of ndarray, shape (m,)
        Averaged potentials of the units of each piece, in order of time, all of one length.
    rate_hz : float
    """
    found: list[list[tuple[int, int]]] = []
    slack = round(_SLACK_MS / 1e3 * rate_hz)
    spectra = [_spectra(potentials) for potentials in pieces]
    # The last potential of each unit of `found`: what is read of hours is looked through in one step a piece.
    known = np.empty((sum(len(potentials) for potentials in pieces), _BANDS))
    for number, potentials in enumerate(pieces):
        apart = np.full((len(found), len(potentials)), np.inf)
        for unit, near in enumerate(_may_be_alike(known[: len(found)], spectra[number]).T):
            groups = np.flatnonzero(near)
            last = [pieces[piece][at] for piece, at in (found[group][-1] for group in groups.tolist())]
            if last:
                apart[groups, unit] = _differences(last, potentials[unit], slack)
        left = set(range(len(potentials)))
        while apart.size and np.min(apart) <= _ALIKE_SHARE:
            group, unit = (int(i) for i in np.unravel_index(np.argmin(apart), apart.shape))
            found[group].append((number, unit))
            known[group] = spectra[number][unit]
            left.discard(unit)
            apart[group, :] = apart[:, unit] = np.inf
        for unit in sorted(left):
            known[len(found)] = spectra[number][unit]
            found.append([(number, unit)])
    return found


def _spectra(potentials: Sequence[Floats]) -> Floats:
    """Give the root of the energy of each potential in each band; together they hold all of it."""
    if not len(potentials):
        return np.empty((0, _BANDS))
    # Padded, so that no shift wraps around.
    energy = np.abs(np.fft.rfft(np.asarray(potentials), 2 * potentials[0].size, axis=1)) ** 2 / potentials[0].size
    energy[:, [0, -1]] /= 2
    edges = np.unique(np.geomspace(1, energy.shape[1], _BANDS).astype(int))
    bands = np.add.reduceat(energy, [0, *edges[:-1]], axis=1)
    roots: Floats = np.sqrt(np.pad(bands, ((0, 0), (0, _BANDS - bands.shape[1]))))
    return roots


def _may_be_alike(known: Floats, new: Floats) -> NDArray[np.bool_]:
    """Tell which pairs may differ by little enough: wherever they are put, by no less than their spectra do."""
    energy = np.sum(known**2, axis=1)[:, None], np.sum(new**2, axis=1)[None, :]
    least = energy[0] + energy[1] - 2 * known @ new.T
    may: NDArray[np.bool_] = least <= (_ALIKE_SHARE + 1e-9) * np.maximum(*energy)
    return may


def _differences(known: Sequence[Floats], new: Floats, slack: int) -> Floats:
    """Give the energy in which known potentials differ from a new one at the best place, over that of the larger."""
    those = np.array(known)
    moved = np.lib.stride_tricks.sliding_window_view(np.pad(new, slack), new.size)
    shared = np.max(those @ moved.T, axis=1)
    energy = np.sum(those**2, axis=1), np.sum(new**2)
    larger = np.maximum(*energy)
    differ: Floats = np.full(len(known), np.inf)
    np.divide(energy[0] + energy[1] - 2 * shared, larger, out=differ, where=larger > 0)
    return differ
