"""Recordings through neo's raw readers: headers and gains from neo, samples in blocks from its memory maps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from involuntary.errors import RecordingError
from involuntary.formats._extra import foreign_reader, optional_module
from involuntary.formats.base import ReadOptions
from involuntary.formats.kinds import Identity, Stated, clean_name, identify
from involuntary.model import Annotation, Channel, Intervals, Recording

__all__ = ["open_with_neo"]

# neo 0.14 gives zeros for the last block of a read that ends with a Plexon file; without its last sample none does.
_LOST_AT_THE_END = {"PlexonRawIO": 1}


@dataclass(frozen=True, slots=True)
class _Trace:
    """Where neo keeps a channel, its gain and offset to the unit of the model, and the length of each segment."""

    stream: int
    position: int
    gain: float
    offset: float
    lengths: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Listed:
    """A channel as the header has it: where it stands, what is said of it, and its segments."""

    stream: int
    position: int
    info: Any
    sizes: tuple[int, ...]
    starts: tuple[float, ...]

    @property
    def rate_hz(self) -> float:
        return float(self.info["sampling_rate"])

    def trace(self, scale: float) -> _Trace:
        gain, offset = float(self.info["gain"]) * scale, float(self.info["offset"]) * scale
        return _Trace(self.stream, self.position, gain, offset, self.sizes)


@dataclass(frozen=True, slots=True)
class NeoSource:
    """Samples of a file that neo reads; opened once in each process."""

    path: Path
    reader: str
    traces: tuple[_Trace, ...]

    def read(self, channel: int, start: int, stop: int) -> NDArray[np.float64]:
        """Give samples ``start`` to ``stop`` of a channel in its unit."""
        trace = self.traces[channel]
        samples = np.empty(stop - start)
        done = first = 0
        with foreign_reader(self.path, "neo"):
            raw_reader = _opened(self.reader, str(self.path))
            for segment, length in enumerate(trace.lengths):
                begin, end = max(start - first, 0), min(stop - first, length)
                first += length
                if begin >= end:
                    continue
                raw = raw_reader.get_analogsignal_chunk(0, segment, begin, end, trace.stream, None, None, None)
                samples[done : done + end - begin] = raw[:, trace.position]
                done += end - begin
        with np.errstate(over="ignore", invalid="ignore"):
            values = samples * trace.gain + trace.offset
        if not np.all(np.isfinite(values)):
            raise RecordingError(self.path.name, "samples must be finite", "one that is not", "export it again")
        return values


@lru_cache(maxsize=4)
def _opened(reader: str, path: str) -> Any:
    rawio = optional_module("neo.rawio", "formats", "reading this format")
    quiet = {"progress_bar": False} if reader == "PlexonRawIO" else {}
    opened = getattr(rawio, reader)(filename=path, **quiet)
    opened.parse_header()
    return opened


def open_with_neo(
    path: Path,
    reader: str,
    format_id: str,
    options: ReadOptions,
    *,
    first_marker: int = 0,
    unit: str = "",
    held_bytes: int | None = None,
) -> Recording:
    """Open a recording with a raw reader of neo.

    Parameters
    ----------
    path : Path
        The file.
    reader : str
        Name of the class in ``neo.rawio``.
    format_id : str
        What the recording's `format` is.
    options : ReadOptions
        Kinds and units that the file does not state.
    first_marker : int
        Number that the format gives the first sample in its markers.
    unit : str
        Unit of channels for which neo states none.
    held_bytes : int or None
        Size of the file where it alone holds all samples, uncompressed.

    Raises
    ------
    RecordingError
        If neo cannot read it, or streams and segments do not share one clock.
    """
    lost = _LOST_AT_THE_END.get(reader, 0)
    with foreign_reader(path, "neo"):
        _opened.cache_clear()
        raw = _opened(reader, str(path))
        listed = _listed(path, raw, lost)
        zero = min((min(one.starts) for one in listed), default=0.0)
        annotations = _annotations(raw, zero, first_marker)
        _check_sizes(path, raw, listed, held_bytes)
    stated = [Stated(clean_name(str(one.info["name"])), str(one.info["units"]) or unit) for one in listed]
    identities, notes = identify(path.name, stated, options)
    notes = (*notes, *(("the last sample is left out: neo cannot give it",) if lost else ()))
    channels = tuple(_channel(*row) for row in zip(listed, stated, identities, strict=True))
    traces = tuple(one.trace(identity.scale) for one, identity in zip(listed, identities, strict=True))
    recording = Recording(format_id, channels, NeoSource(path, reader, traces), annotations=annotations, notes=notes)
    return replace(recording, segments=_segments(path, listed)) if channels else recording


def _listed(path: Path, raw: Any, lost: int) -> list[_Listed]:
    """Give what the header says of each channel, stream by stream."""
    header = raw.header
    if header["nb_block"] != 1:
        raise RecordingError(path.name, "must hold one block", f"{header['nb_block']}", "export one recording a file")
    segments = range(int(header["nb_segment"][0]))
    every, found = header["signal_channels"], []
    for stream, name in enumerate(header["signal_streams"]):
        for position, info in enumerate(every[every["stream_id"] == name["id"]]):
            sizes = tuple(int(raw.get_signal_size(0, s, stream)) - lost for s in segments)
            starts = tuple(raw.get_signal_t_start(0, s, stream) for s in segments)
            found.append(_Listed(stream, position, info, sizes, starts))
    return found


def _check_sizes(path: Path, raw: Any, listed: Sequence[_Listed], held_bytes: int | None) -> None:
    """Touch the last sample of every segment: a damaged count shows before memory is taken for it."""
    promised = sum(sum(one.sizes) * np.dtype(str(one.info["dtype"])).itemsize for one in listed)
    if held_bytes is not None and promised > held_bytes:
        rule = f"its header promises {promised} bytes of samples"
        raise RecordingError(path.name, rule, f"a file of {held_bytes}", "copy or export it again")
    for stream, lengths in {one.stream: one.sizes for one in listed}.items():
        for segment, length in enumerate(lengths):
            if length and len(raw.get_analogsignal_chunk(0, segment, length - 1, length, stream)) != 1:
                raise RecordingError(
                    path.name, f"the header promises {length} samples", "fewer", "copy or export it again"
                )


def _channel(one: _Listed, stated: Stated, identity: Identity) -> Channel:
    dtype, ends = np.dtype(str(one.info["dtype"])), (-np.inf, np.inf)
    if dtype.kind in "iu":
        trace, limits = one.trace(identity.scale), np.iinfo(dtype)
        low, high = sorted((limits.min * trace.gain + trace.offset, limits.max * trace.gain + trace.offset))
        ends = (low, high)
    n, kind, unit = sum(one.sizes), identity.kind, identity.unit
    return Channel(stated.name, kind, unit, one.rate_hz, n, identity.recorded_unit, *ends)


def _segments(path: Path, listed: Sequence[_Listed]) -> Intervals:
    """Give the recorded stretches, from the fastest stream; the others must begin and end with it."""
    lead = max(listed, key=lambda one: one.rate_hz)
    begin = np.asarray(lead.starts, dtype=np.float64)
    stop = begin + np.asarray(lead.sizes) / lead.rate_hz
    for one in listed:
        start, rate = np.asarray(one.starts), one.rate_hz
        late = max(np.max(np.abs(start - begin)), np.max(np.abs(start + np.asarray(one.sizes) / rate - stop)))
        if late > 1.0 / rate:
            raise RecordingError(
                path.name,
                "all channels must begin and end together, to one sample",
                f"{late:g} s apart",
                "export channels of one span to a file",
            )
    if np.any(begin[1:] < stop[:-1] - 0.5 / lead.rate_hz):
        raise RecordingError(
            path.name, "segments must follow each other in time", "segments that overlap", "export them one by one"
        )
    stop[:-1] = np.minimum(stop[:-1], begin[1:])
    return Intervals(begin - begin[0], stop - begin[0])


def _annotations(raw: Any, zero: float, first_marker: int) -> tuple[Annotation, ...]:
    found = []
    for position, _ in enumerate(raw.header["event_channels"]):
        for segment in range(int(raw.header["nb_segment"][0])):
            stamps, durations, labels = raw.get_event_timestamps(0, segment, position)
            onsets = raw.rescale_event_timestamp(np.asarray(stamps) - first_marker, "float64", position) - zero
            longs = np.zeros(len(onsets)) if durations is None else np.asarray(durations, dtype=np.float64)
            found += [
                Annotation(float(onset), float(long), clean_name(str(label)))
                for onset, long, label in zip(onsets, longs, labels, strict=True)
            ]
    return tuple(sorted(found, key=lambda a: (a.onset_s, a.duration_s, a.text)))
