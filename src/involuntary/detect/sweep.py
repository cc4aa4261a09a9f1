"""One pass over a channel for any number of detectors: those that condition it alike share the work."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from involuntary.detect.conditioned import Conditioned, Conditioning, conditioned
from involuntary.model import Events, Recording
from involuntary.parameters import check_bounds

__all__ = ["Detector", "Kept", "sweep"]

R = TypeVar("R")
P = TypeVar("P")


class Kept(Protocol):
    """What collects, block by block, whatever a detector keeps."""

    def append(self, part: Any, /) -> None:
        """Add what was kept of the next block."""


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
    keep : callable
        Makes what this is collected in: a list, or `involuntary.spool.Rows` where it would grow long.
    """

    conditioning: Callable[[R], Conditioning]
    look: Callable[[Conditioned, R], P]
    gather: Callable[[Recording, int, Any, R], Events]
    keep: Callable[[], Kept] = list


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
    kept = [detector.keep() for detector, _ in detectors]
    for conditioning in dict.fromkeys(wanted):
        sharing = [i for i, other in enumerate(wanted) if other == conditioning]
        for part in conditioned(recording, channel, conditioning):
            for i in sharing:
                detector, rule = detectors[i]
                kept[i].append(detector.look(part, rule))
    return [detector.gather(recording, channel, kept.pop(0), rule) for detector, rule in detectors]
