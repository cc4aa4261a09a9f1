"""One pass over a channel for any number of detectors: those that condition it alike share the work."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from involuntary.detect.conditioned import Conditioned, Conditioning, conditioned
from involuntary.model import Events, Recording
from involuntary.parameters import check_bounds

__all__ = ["Detector", "sweep"]

R = TypeVar("R")
P = TypeVar("P")


@dataclass(frozen=True, slots=True)
class Detector(Generic[R, P]):
    """A detector of one time scale, in three plain functions.

    Attributes
    ----------
    conditioning : callable
        Rule to what it wants to see.
    look : callable
        One conditioned block and the rule to whatever is to be kept of it; small, whatever the block holds.
    gather : callable
        Recording, channel, all that was kept in order, and the rule to events.
    """

    conditioning: Callable[[R], Conditioning]
    look: Callable[[Conditioned, R], P]
    gather: Callable[[Recording, int, list[P], R], Events]


def sweep(recording: Recording, channel: int, detectors: Sequence[tuple[Detector[Any, Any], Any]]) -> list[Events]:
    """Run detectors, each with its rule, over a channel; memory does not grow with the recording's length.

    Returns
    -------
    list of Events
        In the order of `detectors`.

    Raises
    ------
    ParameterError
        If a rule holds a number that it cannot, see `involuntary.parameters.check_bounds`.
    """
    for _, rule in detectors:
        check_bounds(type(rule).__name__, rule)
    wanted = [detector.conditioning(rule) for detector, rule in detectors]
    kept: list[list[Any]] = [[] for _ in detectors]
    for conditioning in dict.fromkeys(wanted):
        sharing = [i for i, other in enumerate(wanted) if other == conditioning]
        for part in conditioned(recording, channel, conditioning):
            for i in sharing:
                detector, rule = detectors[i]
                kept[i].append(detector.look(part, rule))
    gathered = []
    for i, (detector, rule) in enumerate(detectors):
        gathered.append(detector.gather(recording, channel, kept[i], rule))
        kept[i].clear()
    return gathered
