"""Several recordings of one person, taken one after the other with the same sensors, as one recording with marks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from involuntary.errors import RecordingError
from involuntary.model.intervals import Intervals
from involuntary.model.recording import Annotation, Channel, Recording

__all__ = ["join"]

# How long passed between two recordings is not known; a gap tells that they do not follow each other.
_GAP_S = 1.0


@dataclass(frozen=True, slots=True)
class _Part:
    """One recording with the channels that all share.

    Attributes
    ----------
    recording : Recording
        As it was read.
    places : tuple of int
        Where the shared channels stand in it.
    """

    recording: Recording
    places: tuple[int, ...]

    @property
    def channels(self) -> tuple[Channel, ...]:
        """The shared channels."""
        return tuple(self.recording.channels[place] for place in self.places)

    @property
    def recorded_s(self) -> float:
        """How long every channel was recorded, such that the next part begins at a sample of each.

        Channels that end together are kept whole; where they do not, the last sample of the shortest is spared,
        which leaves room for rounding at any rate.
        """
        longest = max(channel.duration_s for channel in self.channels)
        if all(abs(channel.duration_s - longest) < 1e-9 for channel in self.channels):
            return longest
        return min((channel.n_samples - 1) / channel.rate_hz for channel in self.channels)

    @property
    def stretches(self) -> tuple[tuple[float, float], ...]:
        """The recorded stretches, from the begin of the recording and up to `recorded_s`."""
        segments = self.recording.segments
        before = np.concatenate([[0.0], np.cumsum(segments.stop_s - segments.start_s)])
        left = np.minimum(segments.stop_s - segments.start_s, self.recorded_s - before[:-1])
        start = segments.start_s - segments.start_s[0]
        return tuple((float(a), float(a + n)) for a, n in zip(start, left, strict=True) if n > 0)

    def marks(self, name: str, at_s: float) -> tuple[Annotation, ...]:
        """Give the mark that spans it, and its own that say something else, when it begins at a time."""
        zero = float(self.recording.segments.start_s[0])
        own = (
            replace(mark, onset_s=mark.onset_s - zero + at_s)
            for mark in self.recording.annotations
            if mark.text.strip().lower() != name.strip().lower()
        )
        return (Annotation(at_s, self.stretches[-1][1], name), *own)


@dataclass(frozen=True, slots=True)
class _Joined:
    """The samples of several parts, one after the other.

    Attributes
    ----------
    parts : tuple of _Part
        In order.
    edges : ndarray of int, shape (channels, parts + 1)
        Where the samples of each part begin, and the last ends.
    """

    parts: tuple[_Part, ...]
    edges: NDArray[np.intp]

    @property
    def abreast(self) -> bool:
        """Whether every part may be read by several threads at once."""
        return all(getattr(part.recording.source, "abreast", False) for part in self.parts)

    def read(self, channel: int, start: int, stop: int) -> NDArray[np.float64]:
        """Give samples ``start`` to ``stop`` of a channel."""
        read = [
            part.recording.samples(part.places[channel], max(start, begin) - begin, min(stop, end) - begin)
            for part, (begin, end) in zip(self.parts, pairwise(self.edges[channel].tolist()), strict=True)
            if max(start, begin) < min(stop, end)
        ]
        return read[0] if len(read) == 1 else np.concatenate([np.empty(0), *read])


def join(recordings: Sequence[Recording], names: Sequence[str]) -> Recording:
    """Join recordings of the same sensors, such as one a condition, to one recording with a mark a part.

    Parameters
    ----------
    recordings : sequence of Recording
        In the order in which they were taken.
    names : sequence of str
        What was recorded in each, such as ``"rest"`` or ``"tapping 3 Hz"``: the text of the mark that spans it.

    Returns
    -------
    Recording
        With the channels that all parts share by name, kind, unit and rate, and a gap between the parts. A channel
        that not every part has is left out, and a note says so. Its range is the widest of the parts.

    Raises
    ------
    RecordingError
        If no channel is shared, or a shared name has another kind, unit or rate.
    """
    if not recordings or len(recordings) != len(names):
        raise RecordingError("join", "needs a name for each recording", f"{len(recordings)} and {len(names)}")
    shared, left_out = _shared(recordings)
    parts = tuple(_Part(recording, tuple(map(recording.index, shared))) for recording in recordings)
    starts = np.cumsum([0.0, *(part.stretches[-1][1] + _GAP_S for part in parts)]).tolist()
    dated = list(zip(parts, names, starts, strict=False))
    recorded = np.cumsum([0.0, *(part.recorded_s for part in parts)])
    edges = np.array([np.rint(recorded * channel.rate_hz) for channel in parts[0].channels]).astype(np.intp)
    said = ", ".join(f"{name} from {at:g} s" for _, name, at in dated)
    notes = [f"{len(parts)} recordings taken one after the other: {said}; the time between them is not known"]
    notes += [f"left out, because not every recording has it: {', '.join(left_out)}"] if left_out else []
    return Recording(
        " + ".join(dict.fromkeys(recording.format for recording in recordings)),
        tuple(
            replace(same[0], n_samples=n, lowest=min(c.lowest for c in same), highest=max(c.highest for c in same))
            for same, n in zip(zip(*(part.channels for part in parts), strict=True), edges[:, -1].tolist(), strict=True)
        ),
        _Joined(parts, edges),
        Intervals.of(*((at + start, at + stop) for part, _, at in dated for start, stop in part.stretches)),
        tuple(mark for part, name, at in dated for mark in part.marks(name, at)),
        (*notes, *dict.fromkeys(note for recording in recordings for note in recording.notes)),
        recordings[0].electrodes,
    )


def _shared(recordings: Sequence[Recording]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Give the names that all have, in the order of the first, and those that only some have."""
    every = [{channel.name for channel in recording.channels} for recording in recordings]
    names = dict.fromkeys(channel.name for recording in recordings for channel in recording.channels)
    shared = tuple(name for name in names if all(name in own for own in every))
    if not shared:
        raise RecordingError(
            "join", "the recordings share no channel", "; ".join(", ".join(sorted(own)) for own in every),
            "join recordings of the same sensors, with the same channel names",
        )  # fmt: skip
    for name in shared:
        first, *others = (_nature(recording.channels[recording.index(name)]) for recording in recordings)
        for other in others:
            if other != first:
                raise RecordingError(
                    name, "must be of one kind, unit and rate in all recordings", f"{first} and {other}",
                    "state its kind with --channel, or convert one of them",
                )  # fmt: skip
    return shared, tuple(name for name in names if name not in shared)


def _nature(channel: Channel) -> str:
    return f"{channel.kind} in {channel.unit} at {channel.rate_hz:g} Hz"
