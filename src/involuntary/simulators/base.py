"""What a generator is: frozen parameters in, a recording and its truth out.

To add one, write ``simulators/<id>.py`` with a subclass of `Generator` and ``GENERATOR = <the instance>``.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar, Generic, TypeVar, final

import numpy as np

from involuntary.errors import ParameterError
from involuntary.model import Events, Recording, Reference
from involuntary.parameters import with_settings
from involuntary.registry import Registry

__all__ = ["GENERATORS", "Generator", "simulate"]

P = TypeVar("P")


class Generator(ABC, Generic[P]):
    """A simulator of one phenomenon, or of a signal that shows none.

    Attributes
    ----------
    id, name : str
        As in the interface, such as ``"fasciculation"``.
    parameters : P
        Frozen dataclass with published defaults in physiological terms; units in the names.
    references : tuple of Reference
        Where the defaults are published.
    """

    id: ClassVar[str]
    name: ClassVar[str]
    references: ClassVar[tuple[Reference, ...]]

    def __init__(self, parameters: P) -> None:
        self.parameters = parameters

    @final
    def simulate(
        self, duration_s: float, seed: int, settings: Mapping[str, str] | None = None
    ) -> tuple[Recording, tuple[Events, ...]]:
        """Make a recording of `duration_s` seconds with its truth; the same seed gives the same bytes."""
        if not (np.isfinite(duration_s) and duration_s > 0):
            raise ParameterError("duration", "must be finite and above zero", f"{duration_s} s")
        parameters = with_settings(self.id, self.parameters, settings or {})
        return self.generate(duration_s, np.random.default_rng(seed), parameters)

    @abstractmethod
    def generate(
        self, duration_s: float, random: np.random.Generator, parameters: P
    ) -> tuple[Recording, tuple[Events, ...]]:
        """Make the recording and its true events: the hook to fill in."""


GENERATORS: Registry[Generator[Any]] = Registry("simulators", "GENERATOR", "simulator")


def simulate(
    name: str, duration: float = 60.0, seed: int = 0, **settings: object
) -> tuple[Recording, tuple[Events, ...]]:
    """Make a recording with known truth.

    Parameters
    ----------
    name : str
        Id of the generator.
    duration : float
        Seconds.
    seed : int
        Seed of the random generator.
    **settings
        The generator's parameters, by name.

    Returns
    -------
    recording : Recording
        In memory.
    truth : tuple of Events
        What is in it, by event kind.
    """
    return GENERATORS.get(name).simulate(duration, seed, {key: str(value) for key, value in settings.items()})
