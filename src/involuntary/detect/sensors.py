"""Which channels are the axes of one sensor."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from involuntary.model import Recording

__all__ = ["sensor_of", "sensors"]

_AXES = "xyz"


def sensors(recording: Recording, channels: Sequence[int]) -> tuple[tuple[int, ...], ...]:
    """Group channels whose names differ in one letter x, y or z, and in nothing else.

    Parameters
    ----------
    recording : Recording
        Holds the channels.
    channels : sequence of int
        Positions to group.

    Returns
    -------
    tuple of tuple of int
        Axes in the order x, y, z; a channel without siblings stands alone. Sorted by first position.
    """
    families: dict[tuple[object, ...], dict[str, int]] = defaultdict(dict)
    for position in channels:
        channel = recording.channels[position]
        kin = (channel.kind, channel.unit, channel.rate_hz, channel.n_samples)
        for at, letter in enumerate(channel.name.lower()):
            if letter in _AXES:
                families[(*kin, channel.name[:at], channel.name[at + 1 :])][letter] = position
    taken: set[int] = set()
    groups = []
    for family in sorted(families.values(), key=len, reverse=True):
        members = tuple(family[axis] for axis in _AXES if axis in family)
        if len(members) > 1 and not taken & set(members):
            taken |= set(members)
            groups.append(members)
    groups += [(position,) for position in channels if position not in taken]
    return tuple(sorted(groups, key=min))


def sensor_of(recording: Recording, channel: int) -> tuple[int, ...]:
    """Give the axes of the sensor that a channel belongs to."""
    same_kind = recording.channels_of(recording.channels[channel].kind)
    return next(group for group in sensors(recording, same_kind) if channel in group)
