"""A recording: channels with their kind, unit and rate, and samples that are read only when asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import pairwise
from typing import ClassVar, Protocol

import numpy as np
from numpy.typing import NDArray

from involuntary.errors import ParameterError, RecordingError, UnknownNameError, nearest
from involuntary.model.electrode import Electrode
from involuntary.model.intervals import Intervals
from involuntary.units import Dimension

__all__ = ["Annotation", "ArraySource", "Block", "Channel", "ChannelKind", "Recording", "SampleSource"]

Samples = NDArray[np.float64]


class ChannelKind(StrEnum):
    """What a channel recorded."""

    EMG = "emg"  # the electrode is not stated
    SURFACE_EMG = "surface-emg"
    NEEDLE_EMG = "needle-emg"
    EEG = "eeg"
    EOG = "eog"
    ECG = "ecg"
    ACCELEROMETER = "accelerometer"
    GYROSCOPE = "gyroscope"
    ANGLE = "angle"
    FORCE = "force"
    TORQUE = "torque"
    DISPLACEMENT = "displacement"
    STIMULUS = "stimulus"
    OTHER = "other"

    @property
    def is_emg(self) -> bool:
        """Whether it is electromyography with any electrode."""
        return self in {ChannelKind.EMG, ChannelKind.SURFACE_EMG, ChannelKind.NEEDLE_EMG}

    @property
    def dimensions(self) -> frozenset[Dimension]:
        """What its unit may measure; empty where any will do."""
        return _DIMENSIONS.get(self, frozenset())


_VOLTAGE = frozenset({Dimension.VOLTAGE, Dimension.COUNT})
_DIMENSIONS = {
    **dict.fromkeys(
        (
            ChannelKind.EMG,
            ChannelKind.SURFACE_EMG,
            ChannelKind.NEEDLE_EMG,
            ChannelKind.EEG,
            ChannelKind.EOG,
            ChannelKind.ECG,
        ),
        _VOLTAGE,
    ),
    ChannelKind.ACCELEROMETER: frozenset({Dimension.ACCELERATION}),
    ChannelKind.GYROSCOPE: frozenset({Dimension.ANGULAR_VELOCITY}),
    ChannelKind.ANGLE: frozenset({Dimension.ANGLE}),
    ChannelKind.FORCE: frozenset({Dimension.FORCE}),
    ChannelKind.TORQUE: frozenset({Dimension.TORQUE}),
    ChannelKind.DISPLACEMENT: frozenset({Dimension.LENGTH}),
}


@dataclass(frozen=True, slots=True)
class Channel:
    """One channel.

    Attributes
    ----------
    name : str
        The recording's own name of it.
    kind : ChannelKind
        What it recorded.
    unit : str
        Unit of the samples as read: SI (angles in degrees), or ``"count"`` where the amplifier's gain is unknown.
    rate_hz : float
        Samples a second.
    n_samples : int
        Number of samples.
    recorded_unit : str
        The unit that the file states.
    lowest, highest : float
        Ends of the recorder's range in `unit`; infinite where unknown. A sample at an end is clipped.
    """

    name: str
    kind: ChannelKind
    unit: str
    rate_hz: float
    n_samples: int
    recorded_unit: str = ""
    lowest: float = -np.inf
    highest: float = np.inf

    def __post_init__(self) -> None:
        if not (np.isfinite(self.rate_hz) and self.rate_hz > 0):
            raise RecordingError(
                self.name,
                "the sampling rate must be finite and above zero",
                f"{self.rate_hz} Hz",
                "state it with --set rate_hz=…",
            )
        if not self.recorded_unit:
            object.__setattr__(self, "recorded_unit", self.unit)

    @property
    def duration_s(self) -> float:
        """Recorded time in seconds."""
        return self.n_samples / self.rate_hz

    @property
    def calibrated(self) -> bool:
        """Whether amplitudes are physical."""
        return self.unit != "count"


class SampleSource(Protocol):
    """Where samples come from: an open file, or memory.

    A class whose ``abreast`` is true may be read by several threads at once. One that has a method
    ``read_into(channel, start, out)`` too fills memory that it is given: fresh memory costs more than many a reader.
    """

    def read(self, channel: int, start: int, stop: int) -> Samples:
        """Give samples ``start`` to ``stop`` of a channel in its unit, shape (stop - start,)."""
        ...


@dataclass(frozen=True, slots=True)
class ArraySource:
    """Samples in memory, one array a channel, each of shape (n_samples,)."""

    abreast: ClassVar[bool] = True
    arrays: tuple[Samples, ...]

    def read(self, channel: int, start: int, stop: int) -> Samples:
        """Give samples ``start`` to ``stop`` of a channel."""
        return np.asarray(self.arrays[channel][start:stop], dtype=np.float64)


@dataclass(frozen=True, slots=True)
class Annotation:
    """A remark in the recording: where, how long (0 for a moment) and what, as the file writes it."""

    onset_s: float
    duration_s: float
    text: str


@dataclass(frozen=True, slots=True)
class Block:
    """Samples of one stretch of a channel.

    Attributes
    ----------
    samples : ndarray of float64, shape (n,)
        The block with what was asked for before and after it.
    first : int
        Index in the channel of the first sample.
    start, stop : int
        The block proper is ``samples[start:stop]``; the rest is overlap.
    """

    samples: Samples
    first: int
    start: int
    stop: int


@dataclass(frozen=True, slots=True)
class Recording:
    """Channels on one clock. Identity from the file's header is not in it.

    Attributes
    ----------
    format : str
        Id of the format it was read from, or ``"memory"``.
    channels : tuple of Channel
        Each its own rate and unit; names are unique.
    source : SampleSource
        Gives the samples.
    segments : Intervals
        Recorded stretches in seconds; one for a continuous recording. Samples of a discontinuous
        recording follow each other in the source and are dated by these stretches.
    annotations : tuple of Annotation
        As the file gives them.
    notes : tuple of str
        What the reader had to say, such as uneven time steps that were resampled.
    electrodes : tuple of Electrode
        Where the electrodes lay, if the dataset says so.
    """

    format: str
    channels: tuple[Channel, ...]
    source: SampleSource = field(repr=False)
    segments: Intervals = field(default_factory=Intervals.empty)
    annotations: tuple[Annotation, ...] = ()
    notes: tuple[str, ...] = ()
    electrodes: tuple[Electrode, ...] = ()

    def __post_init__(self) -> None:
        names = [channel.name for channel in self.channels]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise RecordingError(
                twice[0],
                "channel names must be unique",
                f"it {names.count(twice[0])} times",
                "rename one of them",
            )
        if not len(self.segments) and self.channels:
            longest = max(channel.duration_s for channel in self.channels)
            object.__setattr__(self, "segments", Intervals.of((0.0, longest)) if longest > 0 else Intervals.empty())

    @classmethod
    def from_arrays(
        cls,
        arrays: Sequence[Samples],
        channels: Sequence[Channel],
        *,
        annotations: Sequence[Annotation] = (),
        notes: Sequence[str] = (),
        format: str = "memory",  # noqa: A002
    ) -> Recording:
        """Build from samples in memory.

        Parameters
        ----------
        arrays : sequence of ndarray, each shape (n_samples,)
            Samples in each channel's unit.
        channels : sequence of Channel
            One an array, with the same `n_samples`.

        Raises
        ------
        RecordingError
            If a length does not match or a sample is not finite.
        """
        kept = tuple(np.ascontiguousarray(array, dtype=np.float64) for array in arrays)
        for array, channel in zip(kept, channels, strict=True):
            if array.shape != (channel.n_samples,):
                raise RecordingError(
                    channel.name, f"needs {channel.n_samples} samples", f"an array of shape {array.shape}"
                )
            if not _finite(array):
                first = int(np.flatnonzero(~np.isfinite(array))[0])
                raise RecordingError(
                    channel.name,
                    "samples must be finite",
                    f"{array[first]} at sample {first}",
                    "cut that stretch out or mark it as a gap",
                )
        return cls(format, tuple(channels), ArraySource(kept), annotations=tuple(annotations), notes=tuple(notes))

    @property
    def duration_s(self) -> float:
        """Recorded time in seconds, gaps left out."""
        return self.segments.total_s

    def index(self, name: str) -> int:
        """Give the position of a channel by name.

        Raises
        ------
        UnknownNameError
            If no channel has that name.
        """
        names = [channel.name for channel in self.channels]
        if name not in names:
            raise UnknownNameError(
                name,
                f"is no channel of this recording{nearest(name, names)}",
                "",
                f"channels: {', '.join(names)}",
            )
        return names.index(name)

    def channels_of(self, *kinds: ChannelKind) -> tuple[int, ...]:
        """Give the positions of all channels of these kinds."""
        return tuple(i for i, channel in enumerate(self.channels) if channel.kind in kinds)

    def samples(
        self, channel: int, start: int = 0, stop: int | None = None, memory: Callable[[int], Samples] | None = None
    ) -> Samples:
        """Read samples `start` to `stop` (the end if None) of a channel in its unit, shape (stop - start,).

        `memory` lends an array of so many samples, into which they are read if the source can do so.
        """
        n = self.channels[channel].n_samples
        stop = n if stop is None else stop
        if not 0 <= start <= stop <= n:
            raise ParameterError(self.channels[channel].name, f"holds samples 0 to {n}", f"{start} to {stop}")
        into = getattr(self.source, "read_into", None)
        if memory is None or into is None:
            return self.source.read(channel, start, stop)
        lent = memory(stop - start)
        into(channel, start, lent)
        return lent

    def segment_samples(self, channel: int) -> tuple[tuple[int, int], ...]:
        """Give first and last-plus-one sample of each recorded stretch of a channel."""
        meta = self.channels[channel]
        edges = np.rint(
            np.cumsum(np.concatenate([[0.0], self.segments.stop_s - self.segments.start_s])) * meta.rate_hz
        ).astype(int)
        edges = np.minimum(edges, meta.n_samples)
        return tuple((int(a), int(b)) for a, b in pairwise(edges) if b > a)

    def time_s(self, channel: int, sample: NDArray[np.intp] | int) -> NDArray[np.float64]:
        """Give the time of samples (fractions allowed) of a channel on the recording's clock, in seconds."""
        position = np.asarray(sample, dtype=np.float64) / self.channels[channel].rate_hz
        lengths = self.segments.stop_s - self.segments.start_s
        before = np.concatenate([[0.0], np.cumsum(lengths)])
        half = 0.5 / self.channels[channel].rate_hz
        segment = np.clip(np.searchsorted(before, position + half, side="right") - 1, 0, max(len(self.segments) - 1, 0))
        time: NDArray[np.float64] = position - before[segment] + self.segments.start_s[segment]
        return time

    def sample_at(self, channel: int, time_s: NDArray[np.float64] | float) -> NDArray[np.intp]:
        """Give the sample of a channel nearest to times on the recording's clock: what `time_s` gives, back.

        A time in a gap or beyond an end is not recorded; it gets the sample that it would have had the stretch
        before it gone on.
        """
        rate = self.channels[channel].rate_hz
        lengths = self.segments.stop_s - self.segments.start_s
        before = np.concatenate([[0.0], np.cumsum(lengths)])
        at = np.asarray(time_s, dtype=np.float64)
        segment = np.maximum(np.searchsorted(self.segments.start_s, at + 0.5 / rate, side="right") - 1, 0)
        sample: NDArray[np.intp] = np.rint((at - self.segments.start_s[segment] + before[segment]) * rate).astype(
            np.intp
        )
        return sample

    def blocks(
        self, channel: int, length: int, overlap: int = 0, memory: Callable[[int], Samples] | None = None
    ) -> Iterator[Block]:
        """Read a channel in blocks of `length` samples with up to `overlap` more on each side; none crosses a gap.

        `memory` as in `samples`: where it lends the same again, a block's samples last until the next is asked for.
        """
        for begin, end in self.segment_samples(channel):
            for start in range(begin, end, length):
                stop = min(start + length, end)
                first, last = max(begin, start - overlap), min(end, stop + overlap)
                yield Block(self.samples(channel, first, last, memory), first, start - first, stop - first)


def _finite(array: Samples) -> bool:
    """Tell whether all samples are finite: if their sum is, they are, which takes one look without a mask."""
    with np.errstate(over="ignore", invalid="ignore"):
        return bool(np.isfinite(array.sum()) or np.isfinite(array).all())
