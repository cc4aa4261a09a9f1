"""The truth of every discharge, in the order in which potentials begin, without keeping a day of it in memory."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from involuntary.simulators._chunks import Floats
from involuntary.simulators._discharges import Firing, between
from involuntary.spool import Rows, aside

__all__ = ["Told", "by_onset"]

D = TypeVar("D", bound=np.generic)
_STRETCH_S = 60.0


@dataclass(frozen=True, slots=True, eq=False)
class Told:
    """Potentials in the order in which they begin.

    Attributes
    ----------
    onset_s, discharge_s : ndarray of float64, shape (n,)
        When the potential begins, and when its unit fired.
    unit : ndarray of int32, shape (n,)
        Whose it is.
    """

    onset_s: Floats
    discharge_s: Floats
    unit: NDArray[np.int32]

    def each(self, of_unit: NDArray[D]) -> NDArray[D]:
        """Give every potential what its unit has, shape (units,) to (n,)."""
        return aside(of_unit[self.unit])


def by_onset(fired: Firing, late_s: Floats, length_s: Floats, seen: NDArray[np.bool_], stop_s: float) -> Told:
    """Tell which potentials lie within a recording.

    Parameters
    ----------
    fired : Discharges or callable
        All discharges, or what gives those between two times.
    late_s, length_s : ndarray of float64, shape (units,)
        From the discharge to the begin of its potential, and its length.
    seen : ndarray of bool, shape (units,)
        Whose potentials are told.
    stop_s : float
        End of the recording; a potential that is cut by it is not told.
    """
    rows, reach = Rows(3), float(np.max(np.abs(late_s), initial=0.0)) + 1e-3
    for start in np.arange(0.0, stop_s, _STRETCH_S).tolist():
        some = between(fired, start - reach, start + _STRETCH_S + reach)
        onset = some.time_s + late_s[some.unit]
        own = seen[some.unit] & (onset >= start) & (onset < start + _STRETCH_S)
        own &= onset + length_s[some.unit] <= stop_s
        order = np.flatnonzero(own)[np.argsort(onset[own], kind="stable")]
        rows.append(np.column_stack([onset, some.time_s, some.unit])[order])
    return Told(aside(rows.column(0)), aside(rows.column(1)), aside(rows.column(2).astype(np.int32)))
