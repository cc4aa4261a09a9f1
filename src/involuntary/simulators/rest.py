"""Rest: a muscle that does nothing, with whatever the room and the body add. A negative."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from involuntary.model import Events, Recording
from involuntary.simulators._checks import check
from involuntary.simulators._chunks import record
from involuntary.simulators._recording import SurfaceRecording, surface_track
from involuntary.simulators.base import Generator

__all__ = ["GENERATOR", "Rest", "RestParameters"]


@dataclass(frozen=True, slots=True)
class RestParameters(SurfaceRecording):
    """How a resting muscle is recorded.

    Attributes
    ----------
    channels : int
        Electrode pairs.
    """

    channels: int = 1


class Rest(Generator[RestParameters]):
    """Noise, mains and, where asked for, heart, movement and bad contacts; truth: nothing."""

    id = "rest"
    name = "Rest, nothing involuntary"
    references = ()

    def generate(
        self, duration_s: float, random: np.random.Generator, parameters: RestParameters
    ) -> tuple[Recording, tuple[Events, ...]]:
        """Record no muscle at all."""
        check(self.id, parameters, "sampling_hz", "channels")
        names = [f"EMG {i + 1}" for i in range(parameters.channels)]
        return record([surface_track(self.id, names, [], duration_s, parameters, random)], random), ()


GENERATOR = Rest(RestParameters())
