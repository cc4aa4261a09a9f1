"""What looks like muscle and is none: the heart, the power line, a moved cable, a breaking contact. A negative."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from involuntary.errors import ParameterError
from involuntary.model import Events, Recording
from involuntary.simulators._checks import check
from involuntary.simulators._chunks import record
from involuntary.simulators._recording import SurfaceRecording, surface_track
from involuntary.simulators.base import Generator

__all__ = ["GENERATOR", "KINDS", "Artefact", "ArtefactParameters"]


@dataclass(frozen=True, slots=True)
class ArtefactParameters(SurfaceRecording):
    """How the recording over a resting muscle is spoilt.

    Attributes
    ----------
    kind : str
        ``"ecg"``, ``"mains"``, ``"movement"`` or ``"pops"``; the parameters of each are those of any surface EMG.
    size_uv : float
        R wave, root mean square of the power line, deflection of the baseline, or step of the contact.
    channels : int
        Electrode pairs.
    """

    kind: str = "ecg"
    size_uv: float = 300.0
    channels: int = 1


# What each kind turns up.
KINDS: dict[str, Callable[[ArtefactParameters], ArtefactParameters]] = {
    "ecg": lambda p: replace(p, ecg_uv=p.size_uv),
    "mains": lambda p: replace(p, mains_uv=p.size_uv),
    "movement": lambda p: replace(p, movement_uv=p.size_uv),
    "pops": lambda p: replace(p, pops_uv=p.size_uv),
}


class Artefact(Generator[ArtefactParameters]):
    """One kind of artefact over a muscle that does nothing; truth: nothing."""

    id = "artefact"
    name = "Artefacts over a resting muscle"
    references = ()

    def generate(
        self, duration_s: float, random: np.random.Generator, parameters: ArtefactParameters
    ) -> tuple[Recording, tuple[Events, ...]]:
        """Turn one artefact up."""
        p = parameters
        check(self.id, p, "sampling_hz", "channels")
        if p.kind not in KINDS:
            raise ParameterError(f"{self.id}.kind", f"must be one of {', '.join(KINDS)}", repr(p.kind))
        spoilt = KINDS[p.kind](p)
        names = [f"EMG {i + 1}" for i in range(p.channels)]
        return record([surface_track(self.id, names, [], duration_s, spoilt, random)], random), ()


GENERATOR = Artefact(ArtefactParameters())
