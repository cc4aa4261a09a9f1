"""Voluntary contraction, steady or phasic: the commonest thing that looks involuntary. A negative."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from involuntary.errors import ParameterError
from involuntary.model import Events, Recording
from involuntary.model.recording import Annotation
from involuntary.simulators._checks import check
from involuntary.simulators._chunks import record
from involuntary.simulators._epochs import Epochs, alternating, trapezia
from involuntary.simulators._motoneurones import FUGLEVAND
from involuntary.simulators._muscles import Muscles, driven
from involuntary.simulators._recording import surface_track
from involuntary.simulators.base import Generator

__all__ = ["GENERATOR", "Voluntary", "VoluntaryParameters"]

_RAMP_S = 0.1


@dataclass(frozen=True, slots=True)
class VoluntaryParameters(Muscles):
    """How somebody contracts a muscle.

    Attributes
    ----------
    excitation_percent : float
        Drive to the pool; 100 brings every unit to its highest rate.
    pattern : str
        ``"steady"`` or ``"phasic"``.
    start_s : float
        Rest before the first contraction.
    on_s, off_s : float
        Length of a phasic contraction and of the rest after it.
    """

    excitation_percent: float = 20.0
    pattern: str = "steady"
    start_s: float = 0.0
    on_s: float = 3.0
    off_s: float = 3.0
    units: int = 60
    largest_uv: float = 600.0


class Voluntary(Generator[VoluntaryParameters]):
    """An interference pattern; truth: nothing involuntary. The contractions are annotated."""

    id = "voluntary"
    name = "Voluntary contraction"
    references = (FUGLEVAND,)

    def generate(
        self, duration_s: float, random: np.random.Generator, parameters: VoluntaryParameters
    ) -> tuple[Recording, tuple[Events, ...]]:
        """Drive the pool through the contractions."""
        p = parameters
        check(self.id, p, "sampling_hz", "units", "interval_cv", "on_s", "largest_uv")
        contractions = _contractions(duration_s, p)
        effort = trapezia(contractions, _RAMP_S, p.excitation_percent / 100)
        muscle = driven([effort], duration_s, p, random)
        track = surface_track(self.id, ["EMG 1"], muscle, duration_s, p, random)
        noted = [Annotation(start, stop - start, "voluntary contraction") for start, stop in contractions]
        return record([track], random, annotations=noted), ()


def _contractions(duration_s: float, p: VoluntaryParameters) -> Epochs:
    if p.pattern == "steady":
        return [(p.start_s, duration_s)] if p.start_s < duration_s else []
    if p.pattern == "phasic":
        return alternating(duration_s, p.start_s, p.on_s, p.off_s)
    raise ParameterError("voluntary.pattern", "must be steady or phasic", repr(p.pattern))


GENERATOR = Voluntary(VoluntaryParameters())
